//! The gateway's own keys: RS256 for LMSs (`/.well-known/jwks.json`), ES256 for launch tokens (`/.well-known/launch-jwks.json`). The
//! keys by which the gateway signs for LMSs are in `tool_keys`, which is built on this.
//!
//! The instance that starts first creates them; they are stored sealed in the database, and shared by all instances. Generated and used by AWS-LC: no private
//! RSA operation runs through the `rsa` crate (RUSTSEC-2023-0071).
//!
//! A new key ([`rotate`]) is published at once, and signs after [`KNOWN_AFTER`]; the previous key stays
//! published for [`PUBLISHED_FOR`] after its successor was created. Instances look for new keys every [`LOOK_EVERY`].

use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context as _;
use aws_lc_rs::{
    encoding::AsDer as _,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use serde::Serialize;
use store::{Store, StoredKey};
use time::{Duration, OffsetDateTime};

use crate::{
    services::{clock::Clock, secrets::Secrets},
    telemetry::log::chain,
};

/// A day, whatever the keysets' `max-age`: some LMSs and apps cache for hours without fetching an unknown key, Canvas says ten days of its
/// own keyset. The minutes are those until every instance publishes it.
const KNOWN_AFTER: Duration = Duration::minutes(24 * 60 + 5);
/// A day longer than it signs after its successor was created.
const PUBLISHED_FOR: Duration = Duration::minutes(2 * 24 * 60 + 5);
/// How old an instance's knowledge of the keys may be.
pub(super) const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(60);

/// The keys in use.
pub struct SigningKeys {
    store: Store,
    secrets: Secrets,
    clock: Clock,
    known: RwLock<Arc<Known>>,
    looking: tokio::sync::Mutex<()>,
}

/// The keys as they were in the database.
struct Known {
    lms: Vec<SigningKey>,
    launch: Vec<SigningKey>,
    /// The uptime of the process at that moment.
    at: std::time::Duration,
}

/// The use of a key.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Purpose {
    /// Nothing: LMSs know these keys whose keyset URL wasn't replaced yet by that of `tool_keys`.
    Lms,
    /// Launch tokens, for apps.
    #[value(name = "apps")]
    Launch,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Lms => "lms",
            Self::Launch => "launch",
        }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::Lms => Algorithm::RS256,
            Self::Launch => Algorithm::ES256,
        }
    }
}

/// A private key with its public one.
pub struct SigningKey {
    pub(super) kid: String,
    algorithm: Algorithm,
    private: EncodingKey,
    public: Jwk,
    created_at: OffsetDateTime,
    retired_at: Option<OffsetDateTime>,
}

/// A JWKS (RFC 7517, section 5).
#[derive(Serialize)]
pub struct Jwks {
    keys: Vec<Jwk>,
}

impl SigningKeys {
    /// Reads the keys from the database, or makes and stores them where there are none.
    ///
    /// # Errors
    ///
    /// Where the database fails, or the keys were sealed with another secret.
    pub async fn load_or_create(store: Store, secrets: Secrets, clock: Clock) -> anyhow::Result<Self> {
        for purpose in [Purpose::Lms, Purpose::Launch] {
            if store.signing_keys(purpose.name()).await?.is_empty() {
                // Where another instance is faster, its key is the one in use.
                let key = new_key(&secrets, purpose.name(), purpose.algorithm(), clock.now())?;
                store.insert_signing_key(&key).await?;
            }
        }
        let known = Known::read(&store, &secrets, clock.uptime()).await?;
        Ok(Self {
            store,
            secrets,
            clock,
            known: RwLock::new(Arc::new(known)),
            looking: tokio::sync::Mutex::default(),
        })
    }

    /// The public keys for LMSs.
    pub async fn lms_jwks(&self) -> Jwks {
        published(&self.known().await.lms, self.clock.now())
    }

    /// The public keys for apps.
    pub async fn launch_jwks(&self) -> Jwks {
        published(&self.known().await.launch, self.clock.now())
    }

    /// Signs a launch token with ES256.
    ///
    /// # Errors
    ///
    /// Where the claims can't be written as JSON.
    pub async fn sign_launch_token(&self, claims: &impl Serialize) -> anyhow::Result<String> {
        let known = self.known().await;
        let key = signing(&known.launch, self.clock.now()).context("there is no key for launch tokens")?;
        Ok(key.sign(claims)?)
    }

    /// The keys, looked for anew where that was long ago. One request looks, the others go on with what is known, and so does
    /// everybody while the database is away.
    async fn known(&self) -> Arc<Known> {
        let now = self.clock.uptime();
        let known = Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner));
        if now < known.at + LOOK_EVERY {
            return known;
        }
        let Ok(_only_one) = self.looking.try_lock() else {
            return known;
        };
        match Known::read(&self.store, &self.secrets, now).await {
            Ok(read) => {
                read.log_changes(&known);
                let read = Arc::new(read);
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&read);
                read
            }
            Err(error) => {
                tracing::warn!(error = %chain(&*error), "the signing keys could not be looked for anew");
                known
            }
        }
    }
}

impl Known {
    async fn read(store: &Store, secrets: &Secrets, at: std::time::Duration) -> anyhow::Result<Self> {
        let of = async |purpose: Purpose| -> anyhow::Result<Vec<SigningKey>> {
            let keys = store.signing_keys(purpose.name()).await?;
            anyhow::ensure!(!keys.is_empty(), "the signing keys vanished while they were read");
            keys.iter().map(|stored| open(secrets, purpose.algorithm(), stored)).collect()
        };
        Ok(Self {
            lms: of(Purpose::Lms).await?,
            launch: of(Purpose::Launch).await?,
            at,
        })
    }

    /// Keys belong to no tenant, so their changes are in no audit trail but in the log of every instance.
    fn log_changes(&self, before: &Self) {
        for (purpose, before, after) in [("lms", &before.lms, &self.lms), ("apps", &before.launch, &self.launch)] {
            log_changes(purpose, before, after);
        }
    }
}

/// Logs which keys of a purpose came and went.
pub(super) fn log_changes(purpose: &str, before: &[SigningKey], after: &[SigningKey]) {
    for key in missing(before, after) {
        tracing::info!(purpose, kid = key.kid, "a new signing key is published");
    }
    for key in missing(after, before) {
        tracing::info!(purpose, kid = key.kid, "a signing key is withdrawn");
    }
}

/// Those of `keys` that `known` lacks.
fn missing<'a>(known: &[SigningKey], keys: &'a [SigningKey]) -> impl Iterator<Item = &'a SigningKey> {
    keys.iter().filter(|key| known.iter().all(|other| other.kid != key.kid))
}

/// Puts a new key in the place of a purpose's present one. With `at_once`, for a key that leaked, the ones before are withdrawn:
/// what they signed is worth nothing any more.
///
/// # Errors
///
/// Where the database fails, or another rotation was faster.
pub async fn rotate(
    store: &Store,
    secrets: &Secrets,
    now: OffsetDateTime,
    purpose: Purpose,
    at_once: bool,
) -> anyhow::Result<()> {
    replace(store, &new_key(secrets, purpose.name(), purpose.algorithm(), now)?, at_once).await
}

/// Puts this key in the place of its purpose's present one.
pub(super) async fn replace(store: &Store, key: &StoredKey, at_once: bool) -> anyhow::Result<()> {
    let withdrawn_before = if at_once {
        key.created_at
    } else {
        key.created_at - PUBLISHED_FOR
    };
    let replaced = store.replace_signing_key(key, withdrawn_before).await?;
    anyhow::ensure!(replaced, "another key was made at the same time");
    Ok(())
}

/// The newest that everybody knows, or the oldest. Of `keys`, the newest stands first.
pub(super) fn signing(keys: &[SigningKey], now: OffsetDateTime) -> Option<&SigningKey> {
    keys.iter().find(|key| key.created_at + KNOWN_AFTER <= now).or(keys.last())
}

pub(super) fn published(keys: &[SigningKey], now: OffsetDateTime) -> Jwks {
    let seen = |key: &&SigningKey| key.retired_at.is_none_or(|at| now < at + PUBLISHED_FOR);
    Jwks {
        keys: keys.iter().filter(seen).map(|key| key.public.clone()).collect(),
    }
}

impl SigningKey {
    /// Signs claims.
    ///
    /// # Errors
    ///
    /// Where they can't be written as JSON.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        let header = Header {
            kid: Some(self.kid.clone()),
            ..Header::new(self.algorithm)
        };
        jsonwebtoken::encode(&header, claims, &self.private)
    }

    fn from_der(
        algorithm: Algorithm,
        pkcs8: &[u8],
        created_at: OffsetDateTime,
        retired_at: Option<OffsetDateTime>,
    ) -> anyhow::Result<Self> {
        let private = match algorithm {
            Algorithm::RS256 => EncodingKey::from_rsa_pem(pem(pkcs8).as_bytes()).context("a signing key can't be read")?,
            _ => EncodingKey::from_ec_der(pkcs8),
        };
        let mut public = Jwk::from_encoding_key(&private, algorithm).context("a signing key can't be read")?;
        let kid = public
            .thumbprint(ThumbprintHash::SHA256)
            .context("a signing key has no thumbprint")?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            kid,
            algorithm,
            private,
            public,
            created_at,
            retired_at,
        })
    }
}

/// PKCS#8 as PEM (RFC 7468): the one form of it that the library takes for RSA.
fn pem(pkcs8: &[u8]) -> String {
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(pkcs8)
    )
}

/// A new key of a purpose, sealed: RS256 or ES256.
pub(super) fn new_key(secrets: &Secrets, purpose: &str, algorithm: Algorithm, now: OffsetDateTime) -> anyhow::Result<StoredKey> {
    let pkcs8 = generate(algorithm)?;
    let key = SigningKey::from_der(algorithm, &pkcs8, now, None)?;
    Ok(StoredKey {
        kid: key.kid,
        purpose: purpose.to_owned(),
        sealed_private_key: secrets.seal(purpose, &pkcs8),
        public_jwk: serde_json::to_string(&key.public)?,
        created_at: now,
        retired_at: None,
    })
}

/// A key out of the database.
pub(super) fn open(secrets: &Secrets, algorithm: Algorithm, stored: &StoredKey) -> anyhow::Result<SigningKey> {
    let pkcs8 = secrets.open(&stored.purpose, &stored.sealed_private_key).context(
        "the signing keys in the database were sealed with another security.secret; configure that one, or empty the table signing_keys",
    )?;
    SigningKey::from_der(algorithm, &pkcs8, stored.created_at, stored.retired_at)
}

fn generate(algorithm: Algorithm) -> anyhow::Result<Vec<u8>> {
    Ok(match algorithm {
        Algorithm::RS256 => aws_lc_rs::rsa::KeyPair::generate(KeySize::Rsa2048)?
            .as_der()?
            .as_ref()
            .to_vec(),
        _ => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?
            .to_pkcs8v1()?
            .as_ref()
            .to_vec(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::{
        io,
        sync::{
            Mutex,
            atomic::{AtomicU64, Ordering},
        },
    };

    use super::*;
    use crate::config::Config;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[actix_web::test]
    async fn every_instance_logs_that_the_keys_were_rotated() {
        let options = store::ConnectOptions {
            url: "sqlite::memory:".to_owned(),
            max_connections: 1,
        };
        let store = Store::connect(&options).await.unwrap();
        migrations::migrate(store.connection()).await.unwrap();
        let uptime = Arc::new(AtomicU64::new(0));
        let now = OffsetDateTime::UNIX_EPOCH;
        let seconds = Arc::clone(&uptime);
        let clock = Clock::new(
            move || now,
            move || std::time::Duration::from_secs(seconds.load(Ordering::SeqCst)),
        );
        let secrets = || Secrets::new(&Config::default());
        let keys = SigningKeys::load_or_create(store.clone(), secrets(), clock).await.unwrap();
        let kids = async || {
            keys.known()
                .await
                .launch
                .iter()
                .map(|key| key.kid.clone())
                .collect::<Vec<_>>()
        };
        let old = kids().await.remove(0);

        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
        let _capturing = tracing::subscriber::set_default(subscriber.finish());
        rotate(&store, &secrets(), now, Purpose::Launch, true).await.unwrap();
        uptime.store(LOOK_EVERY.as_secs(), Ordering::SeqCst);
        let new = kids().await.remove(0);
        uptime.store(2 * LOOK_EVERY.as_secs(), Ordering::SeqCst);
        kids().await;

        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let about_keys: Vec<_> = log.lines().filter(|line| line.contains("signing key")).collect();
        let [published, withdrawn] = about_keys.as_slice() else {
            panic!("{log}")
        };
        assert!(
            published.contains("a new signing key is published") && published.contains(&new),
            "{log}"
        );
        assert!(
            withdrawn.contains("a signing key is withdrawn") && withdrawn.contains(&old),
            "{log}"
        );
        assert!(about_keys.iter().all(|line| line.contains("apps")), "{log}");
    }
}
