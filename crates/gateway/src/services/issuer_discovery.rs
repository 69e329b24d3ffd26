//! Where an issuer says that its keys are, in its own metadata (OpenID Connect Discovery 1.0, section 3). Most LMSs have none at that place, and
//! most have their keys at the issuer's origin anyway.

use std::time::Duration;

use lti13::tool::ToolRegistration;
use moka::future::Cache;
use serde::Deserialize;
use tokio::sync::Semaphore;
use url::Url;

use crate::services::outbound::Outbound;

/// How long an answer counts, also that there is none: launches ask, so an issuer is asked no more than once in this time.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// Answers kept at the most.
const MOST: u64 = 10_000;
/// Issuers asked at once.
const AT_ONCE: usize = 8;

/// The issuers' own statements about their keys.
pub struct IssuerDiscovery {
    outbound: Outbound,
    keysets: Cache<String, Option<Url>>,
    turns: Semaphore,
}

/// As much of the document as is read.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    jwks_uri: Url,
}

impl IssuerDiscovery {
    /// Nobody was asked yet.
    pub fn new(outbound: Outbound) -> Self {
        Self {
            outbound,
            keysets: Cache::builder().max_capacity(MOST).time_to_live(KEPT).build(),
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// True if the registration's keyset is the one that the issuer names.
    pub async fn names_keyset_of(&self, registration: &ToolRegistration) -> bool {
        let asked = self
            .keysets
            .get_with_by_ref(&registration.issuer, self.ask(&registration.issuer))
            .await;
        asked.is_some_and(|keyset| keyset == registration.keyset_url)
    }

    async fn ask(&self, issuer: &str) -> Option<Url> {
        let _turn = self.turns.acquire().await.ok()?;
        let url = Url::parse(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))).ok()?;
        let fetched = self.outbound.get_json(&url).await.ok()?;
        let document: Document = serde_json::from_slice(&fetched.bytes).ok()?;
        (document.issuer == issuer).then_some(document.jwks_uri)
    }
}
