//! The keys by which the gateway signs for LMSs, RS256: a keyset for each tenant, and one for each app whose client ID schools share. Each
//! is published at an address of its own.
//!
//! A keyset has its first key from when it is asked for, by an LMS or for a signature. All instances use the keys in the database; what
//! `signing_keys` says of new keys and old ones holds here too.

use std::sync::Arc;

use anyhow::Context as _;
use domain::{KeysetOwner, Registration};
use jsonwebtoken::Algorithm;
use moka::future::Cache;
use serde::Serialize;
use store::{Store, StoreError, StoredToolKeyset};
use time::OffsetDateTime;

use crate::{
    config::Config,
    services::{
        clock::Clock,
        secrets::Secrets,
        signing_keys::{self, Jwks, LOOK_EVERY, SigningKey, log_changes, new_key, published, signing},
    },
    telemetry::log::chain,
};

/// Keysets in memory, of some 4 kB each.
const CACHED: u64 = 2_000;

/// The keysets for LMSs.
pub struct ToolKeys {
    store: Store,
    secrets: Arc<Secrets>,
    clock: Clock,
    cache: Cache<String, Arc<CachedKeys>>,
}

/// The keys of a keyset as they were in the database, the newest first.
struct CachedKeys {
    keys: Vec<SigningKey>,
    /// The uptime of the process at that moment.
    at: std::time::Duration,
}

/// Why nothing is signed for a registration.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// Schools share the client ID, and an address isn't the one that the LMS has for all of them.
    #[error("the key of a client ID that schools share signs for the LMS's own addresses only")]
    ForeignAddress,
    /// The keys can't be read, or the claims can't be written.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

/// The address of the keyset with that id.
pub fn keyset_url(config: &Config, id: &str) -> String {
    config.public_url(&format!("/lti/keys/{id}/jwks.json"))
}

/// The id of the keyset at that address, if it is one of this gateway.
pub fn parse_keyset_url(config: &Config, url: &str) -> Option<String> {
    let id = url
        .strip_prefix(&config.public_url("/lti/keys/"))?
        .strip_suffix("/jwks.json")?;
    Some(id.to_owned())
}

impl ToolKeys {
    /// Reads nothing yet.
    pub fn new(store: Store, secrets: Secrets, clock: Clock) -> Self {
        Self {
            store,
            secrets: Arc::new(secrets),
            clock,
            cache: Cache::new(CACHED),
        }
    }

    /// The id of an owner's keyset, which is made if there is none.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn ensure_keyset(&self, owner: &KeysetOwner) -> Result<String, StoreError> {
        self.store.ensure_tool_keyset(owner, self.clock.now()).await
    }

    /// The public keys of the keyset with that id, if there is one.
    ///
    /// # Errors
    ///
    /// Where the database fails, or its keys were sealed with another secret.
    pub async fn jwks(&self, id: &str) -> anyhow::Result<Option<Jwks>> {
        let keys = self.keys(id).await?;
        Ok(keys.map(|cached| published(&cached.keys, self.clock.now())))
    }

    /// Signs claims for a registration's LMS.
    ///
    /// # Errors
    ///
    /// [`SignError`].
    pub async fn sign(&self, registration: &Registration, claims: &impl Serialize) -> Result<String, SignError> {
        let owner = registration.signer().ok_or(SignError::ForeignAddress)?;
        let id = match &registration.tool_keyset {
            Some(keyset) => keyset.id.clone(),
            None => self.ensure_keyset(&owner).await.context("the keyset can't be read")?,
        };
        let cached = self.keys(&id).await?.context("the keyset vanished")?;
        let key = signing(&cached.keys, self.clock.now()).context("the keyset has no key")?;
        Ok(key.sign(claims).context("the claims can't be signed")?)
    }

    /// The keys of a keyset, looked for anew where that was long ago. While the database is away, what is known is used.
    async fn keys(&self, id: &str) -> anyhow::Result<Option<Arc<CachedKeys>>> {
        let now = self.clock.uptime();
        let known = self.cache.get(id).await;
        if let Some(known) = &known
            && now < known.at + LOOK_EVERY
        {
            return Ok(Some(Arc::clone(known)));
        }
        match (self.read(id).await, known) {
            (Ok(Some(keys)), known) => {
                if let Some(known) = known {
                    log_changes("lms", &known.keys, &keys);
                }
                let read = Arc::new(CachedKeys { keys, at: now });
                self.cache.insert(id.to_owned(), Arc::clone(&read)).await;
                Ok(Some(read))
            }
            (Ok(None), _) => {
                self.cache.invalidate(id).await;
                Ok(None)
            }
            (Err(error), Some(known)) => {
                tracing::warn!(error = %chain(&*error), "the signing keys could not be looked for anew");
                Ok(Some(known))
            }
            (Err(error), None) => Err(error),
        }
    }

    async fn read(&self, id: &str) -> anyhow::Result<Option<Vec<SigningKey>>> {
        let purpose = StoredToolKeyset::purpose(id);
        let mut stored = self.store.signing_keys(&purpose).await?;
        if stored.is_empty() {
            if self.store.find_tool_keyset(id).await?.is_none() {
                return Ok(None);
            }
            let (secrets, now) = (Arc::clone(&self.secrets), self.clock.now());
            // It takes some tenths of a second.
            let key = tokio::task::spawn_blocking(move || new_key(&secrets, &purpose, Algorithm::RS256, now)).await??;
            // Where another instance is faster, its key is the one in use.
            self.store.insert_signing_key(&key).await?;
            stored = self.store.signing_keys(&key.purpose).await?;
        }
        let keys = stored
            .iter()
            .map(|key| signing_keys::open(&self.secrets, Algorithm::RS256, key));
        Ok(Some(keys.collect::<Result<_, _>>()?))
    }
}

/// Puts a new key in the place of a keyset's present one, as [`signing_keys::rotate`] does. A keyset without a key gets its first one when
/// it is needed.
///
/// # Errors
///
/// Where the database fails, or another rotation was faster.
pub async fn rotate(store: &Store, secrets: &Secrets, now: OffsetDateTime, id: &str, at_once: bool) -> anyhow::Result<()> {
    let purpose = StoredToolKeyset::purpose(id);
    if store.signing_keys(&purpose).await?.is_empty() {
        return Ok(());
    }
    signing_keys::replace(store, &new_key(secrets, &purpose, Algorithm::RS256, now)?, at_once).await
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
