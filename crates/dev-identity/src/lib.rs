//! The development sign-in: an OpenID Connect provider shaped like Microsoft Entra ID, with fixed tenants, people and clients.
//!
//! Anyone who reaches it can sign in as anybody, so it belongs on a loopback listener only; the one who mounts it checks
//! the listener, the `Host` header and that no proxy is in front. Keys, codes, sessions and refresh tokens are real, so
//! that strict clients (oauth4webapi, MSAL) and the gateway's own token checks meet what they would meet with Entra.
//!
//! Where it differs from Entra on purpose:
//! - A page chooses the person: no password, no consent to remember, `prompt=login` and `prompt=consent` show the same page.
//! - Only origins on loopback may call the token endpoint and read answers across origins; no `Origin` at all is fine, so that
//!   programs can redeem codes too.
//! - A secret is taken from a page as well (Swagger UI sends it from the browser).
//! - The metadata without `/v2.0` is the same document; there are no v1.0 tokens, no certificates, no user info endpoint.

mod account;
mod authorize;
mod consent;
mod cors;
mod directory;
mod expiring;
mod keys;
mod logout;
mod metadata;
mod pages;
mod parameters;
mod random;
mod refusal;
mod return_address;
mod routes;
mod scopes;
mod sessions;
mod sign_in;
mod token;
mod tokens;

use std::{path::PathBuf, sync::Arc};

use actix_web::web;
use url::Url;

pub use directory::{
    API_CLIENT_ID, API_SCOPE, APPLICATION_ROLES, AUTOMATION_CLIENT_ID, AUTOMATION_CLIENT_WITHOUT_ROLES_ID, AUTOMATION_SECRET,
    PORTAL_CLIENT_ID, SamplePerson, sample_people,
};

use crate::{
    authorize::Grant, consent::ConsentRequest, expiring::Expiring, keys::SigningKey, logout::SignOut, sessions::Session,
    sign_in::SignIn, token::RefreshGrant,
};

/// Where everything is mounted, below the public URL.
const MOUNT: &str = "/dev/identity";

/// Seconds since 1970-01-01T00:00:00Z; the one source of time, so that tests can move it.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The settings of the development sign-in.
pub struct Settings {
    /// The gateway's public URL, such as `http://localhost:8080`; issuer and endpoints are below it.
    pub public_url: Url,
    /// Redirect URIs registered for the portal client, compared exactly. `http://localhost` with any port is registered besides.
    pub portal_redirect_uris: Vec<String>,
    /// Where the signing key is kept, so that tokens outlive a restart; created (mode 0600) if absent. `None`: a key a process.
    pub key_file: Option<PathBuf>,
    /// The time, in seconds since 1970.
    pub now: Clock,
}

/// Why the development sign-in cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The public URL cannot carry a path (`data:` and the like).
    #[error("the public URL of the development sign-in must be an http or https URL")]
    PublicUrl,
    /// The key file exists but is no RSA private key in PEM form.
    #[error("{0} holds no RSA private key: remove the file and a new key is made")]
    KeyUnreadable(PathBuf),
    /// The key file cannot be read or written.
    #[error("the signing key file {path} cannot be used")]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: std::io::Error,
    },
    /// No key could be generated.
    #[error("no signing key could be generated")]
    KeyGeneration,
}

/// The development sign-in; clones share keys, sessions and tokens.
#[derive(Clone)]
pub struct DevIdentity(Arc<Identity>);

impl DevIdentity {
    /// Loads or generates the signing key (about 0.1 s) and starts with no sessions.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let Settings {
            public_url,
            portal_redirect_uris,
            key_file,
            now,
        } = settings;
        if !matches!(public_url.scheme(), "http" | "https") {
            return Err(Error::PublicUrl);
        }
        Ok(Self(Arc::new(Identity {
            base: format!("{}{MOUNT}", public_url.as_str().trim_end_matches('/')),
            origin: public_url.origin().ascii_serialization(),
            portal_redirect_uris,
            key: SigningKey::load_or_generate(key_file.as_deref())?,
            clock: now,
            sign_ins: Expiring::new(1_000),
            sign_outs: Expiring::new(1_000),
            consents: Expiring::new(1_000),
            grants: Expiring::new(1_000),
            refresh_grants: Expiring::new(10_000),
            sessions: Expiring::new(1_000),
        })))
    }

    /// Mounts all routes under `/dev/identity`.
    pub fn configure(&self) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
        let identity = web::Data::from(Arc::clone(&self.0));
        move |config| routes::mount(config, identity)
    }
}

/// The state that the handlers share. Everything but the key lives in memory and is bounded.
struct Identity {
    /// `{public}/dev/identity`
    base: String,
    /// Scheme, host and port of the public URL.
    origin: String,
    portal_redirect_uris: Vec<String>,
    key: SigningKey,
    clock: Clock,
    sign_ins: Expiring<SignIn>,
    sign_outs: Expiring<SignOut>,
    consents: Expiring<ConsentRequest>,
    grants: Expiring<Grant>,
    refresh_grants: Expiring<RefreshGrant>,
    sessions: Expiring<Session>,
}

impl Identity {
    fn now(&self) -> u64 {
        (self.clock)()
    }

    /// The issuer of a tenant's tokens; for `{tenantid}` the template that Entra's shared metadata carries.
    fn issuer(&self, tenant: &str) -> String {
        format!("{}/{tenant}/v2.0", self.base)
    }
}
