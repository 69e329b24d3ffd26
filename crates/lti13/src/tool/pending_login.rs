//! A login that waits for the platform's answer, and the browser's proof that it started it.
//!
//! The sealed state holds everything that finishing a login needs, so that no row is written before a launch is proven, and any
//! instance can finish what another one started. It is bound to one browser by a commitment to a secret that only this browser holds.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use url::Url;

use super::verify::Expected;
use super::{LoginInitiation, RecognizedLogin, ToolRegistration};
use crate::seal::NONCE_LENGTH;
use crate::{Checks, Evidence, LEEWAY_SECONDS, LaunchError, Rule, StateKeys, Term, Value, hash::sha256};

/// How long a login may take, in seconds, from the login initiation to the id_token.
pub const STATE_LIFETIME_SECONDS: i64 = 600;

/// The longest `state` that is read, in bytes.
pub const MAX_STATE_LENGTH: usize = 16 * 1024;

/// How many bytes of an id are the time.
const TIME_LENGTH: usize = 4;

/// Other sealed things under the same key can't pass for a state.
const PURPOSE: &[u8] = b"lti login state, version 1";

/// The secret that the browser keeps, in a cookie or in the platform's storage, to prove that it started the login.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserSecret(String);

impl BrowserSecret {
    /// The value to keep; base64url.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for BrowserSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserSecret(..)")
    }
}

/// A login that waits for the platform's answer. The browser that sent the answer is not known yet, so nothing can be verified with it: a
/// cookie ([`recognize_by_cookie`](Self::recognize_by_cookie)) or the platform's storage
/// ([`recognize_by_stored_value`](Self::recognize_by_stored_value)) has to turn it into a [`RecognizedLogin`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingLogin {
    id: [u8; 16],
    nonce: String,
    /// SHA-256 of the browser's secret.
    secret_hash: [u8; 32],
    registration: ToolRegistration,
    /// SHA-256 of the `target_link_uri` of the initiation. The URL itself may be long, and only the signed claim counts.
    target_link_uri_hash: [u8; 32],
    deployment_hint: Option<String>,
    pub(super) storage_target: Option<String>,
    pub(super) note: Option<String>,
    issued_at: i64,
}

impl PendingLogin {
    pub(super) fn new(
        registration: &ToolRegistration,
        initiation: &LoginInitiation,
        random: &[u8; 64],
        now: i64,
    ) -> (Self, BrowserSecret) {
        let mut id = [0; 16];
        let (time, unique) = id.split_at_mut(TIME_LENGTH);
        // The last bytes of the seconds: they begin anew after 136 years.
        time.copy_from_slice(&now.to_be_bytes()[8 - TIME_LENGTH..]);
        unique.copy_from_slice(&random[TIME_LENGTH..16]);
        let secret = BrowserSecret(URL_SAFE_NO_PAD.encode(&random[32..]));
        let login = Self {
            id,
            nonce: URL_SAFE_NO_PAD.encode(&random[16..32]),
            secret_hash: sha256(secret.as_str()),
            registration: registration.clone(),
            target_link_uri_hash: sha256(&initiation.target_link_uri),
            deployment_hint: initiation.lti_deployment_id.clone(),
            storage_target: initiation.lti_storage_target.clone(),
            note: None,
            issued_at: now,
        };
        (login, secret)
    }

    /// The state parameter.
    pub(super) fn seal(&self, keys: &StateKeys, nonce: [u8; NONCE_LENGTH]) -> String {
        keys.seal(PURPOSE, nonce, &SealedLogin::from(self))
    }

    /// Opens the `state` parameter that came back; `now` is in Unix seconds.
    ///
    /// # Errors
    /// [`State`](Rule::State) if it was not sealed with one of `keys` or lies in the future; [`StateExpired`](Rule::StateExpired).
    pub fn open(state: &str, keys: &StateKeys, now: i64) -> Result<Self, LaunchError> {
        let sealed = Some(state).filter(|state| state.len() <= MAX_STATE_LENGTH);
        let login = sealed.and_then(|state| keys.open::<SealedLogin>(PURPOSE, state)?.into_login());
        let login = login.ok_or_else(|| not_ours(state))?;
        login.validate_age(now)?;
        Ok(login)
    }

    /// The login was started within the last ten minutes.
    pub(super) fn validate_age(&self, now: i64) -> Result<(), LaunchError> {
        let age = now.saturating_sub(self.issued_at);
        let evidence = || Evidence::expected(Value::AgeAtMost(STATE_LIFETIME_SECONDS)).and_seen(Value::Age(age));
        if age < -LEEWAY_SECONDS {
            return Err(LaunchError::new(Rule::State).with(evidence()));
        }
        if age > STATE_LIFETIME_SECONDS + LEEWAY_SECONDS {
            return Err(LaunchError::new(Rule::StateExpired).with(evidence()));
        }
        Ok(())
    }

    /// Names the login and its cookie; unique to the login, so it serves as the guard against replay. It begins with the time of the
    /// login, so that a database that keeps the ids of launches adds them at the end of its index, and 96 bits of it are random.
    #[must_use]
    pub fn id(&self) -> [u8; 16] {
        self.id
    }

    /// The registration as it was when the login started; the launch is verified against it.
    #[must_use]
    pub fn registration(&self) -> &ToolRegistration {
        &self.registration
    }

    /// The tool's note from the start of the login ([`StartedLogin::with_note`](super::StartedLogin::with_note)).
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// When the login was started, in Unix seconds.
    #[must_use]
    pub fn issued_at(&self) -> i64 {
        self.issued_at
    }

    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }

    /// `value`, of the cookie or of the platform's storage, is the secret of the browser that started the login. Takes the same time
    /// whatever it is.
    #[must_use]
    pub fn matches_browser(&self, value: &str) -> bool {
        verify_slices_are_equal(&sha256(value), &self.secret_hash).is_ok()
    }

    /// Recognizes the browser by the value of its cookie. Login CSRF ends here: the answer belongs to the browser that started the login.
    ///
    /// # Errors
    /// [`CookieMismatch`](Rule::CookieMismatch): it is another login's.
    pub fn recognize_by_cookie(self, value: &str, checks: &mut Checks) -> Result<RecognizedLogin, LaunchError> {
        let matches = self.matches_browser(value);
        checks.validate(matches, Rule::CookieMismatch, Evidence::none())?;
        Ok(RecognizedLogin::new(self))
    }

    /// Recognizes the browser by the value that the platform's page gave back. Take it from a page of your own only
    /// (`Sec-Fetch-Site: same-origin`): another site could make a stranger's browser post a value of its own choice.
    ///
    /// # Errors
    /// [`StorageMismatch`](Rule::StorageMismatch): none came back, or another one.
    pub fn recognize_by_stored_value(self, value: Option<&str>, checks: &mut Checks) -> Result<RecognizedLogin, LaunchError> {
        let mismatch = match value {
            _ if !self.has_storage() => Some(Term::NoStorage),
            None => Some(Term::NoAnswer),
            Some(value) if !self.matches_browser(value) => Some(Term::OtherValue),
            Some(_) => None,
        };
        if let Some(seen) = mismatch {
            let evidence = Evidence::expected(Term::LoginValue).and_seen(seen);
            return Err(checks.fail(Rule::StorageMismatch, evidence));
        }
        checks.pass(Rule::StorageMismatch, Evidence::none());
        Ok(RecognizedLogin::new(self))
    }

    /// The name of this login's own cookie, so that parallel launches do not disturb each other. `secure`: served over https, where
    /// browsers take the `__Host-` prefix.
    #[must_use]
    pub fn cookie_name(&self, secure: bool) -> String {
        let prefix = if secure { "__Host-lti_" } else { "lti_" };
        format!("{prefix}{}", hex(&self.id))
    }

    /// The key of this login's value in the platform's storage.
    pub(super) fn storage_key(&self) -> String {
        format!("lti_{}", hex(&self.id))
    }

    /// The claims that the id_token must have to finish this login.
    pub(super) fn expected(&self, now: i64) -> Expected<'_> {
        Expected {
            issuer: &self.registration.issuer,
            client_id: &self.registration.client_id,
            nonce: &self.nonce,
            deployment_hint: self.deployment_hint.as_deref(),
            target_link_uri_hash: self.target_link_uri_hash,
            now,
        }
    }
}

/// A token that was not sealed here. Nothing of it is kept.
pub(super) fn not_ours(token: &str) -> LaunchError {
    LaunchError::new(Rule::State).with(Evidence::seen(Value::Characters(token.chars().count())))
}

/// The sealed text: short names, nothing unknown, nothing twice.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealedLogin {
    i: String,
    n: String,
    b: String,
    iss: String,
    c: String,
    a: Url,
    k: Url,
    u: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    t: i64,
}

impl From<&PendingLogin> for SealedLogin {
    fn from(login: &PendingLogin) -> Self {
        let PendingLogin {
            id,
            nonce,
            secret_hash,
            registration,
            target_link_uri_hash,
            deployment_hint,
            storage_target,
            note,
            issued_at,
        } = login.clone();
        Self {
            i: URL_SAFE_NO_PAD.encode(id),
            n: nonce,
            b: URL_SAFE_NO_PAD.encode(secret_hash),
            iss: registration.issuer,
            c: registration.client_id,
            a: registration.authentication_url,
            k: registration.keyset_url,
            u: URL_SAFE_NO_PAD.encode(target_link_uri_hash),
            d: deployment_hint,
            s: storage_target,
            x: note,
            t: issued_at,
        }
    }
}

impl SealedLogin {
    pub(super) fn into_login(self) -> Option<PendingLogin> {
        Some(PendingLogin {
            id: bytes(&self.i)?,
            nonce: self.n,
            secret_hash: bytes(&self.b)?,
            registration: ToolRegistration {
                issuer: self.iss,
                client_id: self.c,
                authentication_url: self.a,
                keyset_url: self.k,
            },
            target_link_uri_hash: bytes(&self.u)?,
            deployment_hint: self.d,
            storage_target: self.s,
            note: self.x,
            issued_at: self.t,
        })
    }
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
