//! The sign-in authority's tenants: their metadata, their keys.

use std::{sync::Arc, time::Duration};

use actix_web::http::StatusCode;
use jsonwebtoken::{DecodingKey, jwk::Jwk};
use moka::future::Cache;
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use crate::{
    clock::Clock,
    config::Config,
    error::ApiError,
    identity::token::{self, SigningKey, TokenFault, Verified},
    key_sets::{KeyDocument, KeyFault, KeySets},
    outbound::{FetchFault, Outbound},
};

/// Tenants' metadata is asked for again after this long.
const METADATA_FRESH: Duration = Duration::from_secs(24 * 60 * 60);
/// Tenants remembered at the most.
const CAPACITY: u64 = 10_000;

/// Verifies bearer tokens of one authority, such as `https://login.microsoftonline.com`.
#[derive(Clone)]
pub struct Issuers {
    rules: Arc<token::Rules>,
    authority: String,
    metadata: Cache<Uuid, Arc<Metadata>>,
    keys: KeySets<SigningKeys>,
    outbound: Outbound,
    clock: Clock,
}

/// What the gateway reads of a tenant's `openid-configuration` (OpenID Connect Discovery 1.0, section 3).
#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: Url,
    /// `USGov` and the like where the tenant lives in a government cloud.
    tenant_region_scope: Option<String>,
    /// `GCC`, `DODCON` or `DOD`, absent for commercial tenants.
    tenant_region_sub_scope: Option<String>,
}

/// A tenant's signing keys; Entra adds the issuer for which a key may sign.
struct SigningKeys(Vec<(String, SigningKey)>);

#[derive(Deserialize)]
struct JsonWebKeySet {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct JsonWebKey {
    #[serde(flatten)]
    jwk: Jwk,
    issuer: Option<String>,
}

impl KeyDocument for SigningKeys {
    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let set: JsonWebKeySet =
            serde_json::from_slice(bytes).map_err(|error| format!("the signing keys aren't a JWKS: {error}"))?;
        // One key that this version can't read doesn't spoil the others.
        let keys = set
            .keys
            .into_iter()
            .filter_map(|key| serde_json::from_value::<JsonWebKey>(key).ok())
            .filter_map(|key| {
                let kid = key.jwk.common.key_id.clone()?;
                let decoding = DecodingKey::from_jwk(&key.jwk).ok()?;
                Some((
                    kid,
                    SigningKey {
                        key: decoding,
                        issuer: key.issuer,
                    },
                ))
            })
            .collect();
        Ok(Self(keys))
    }

    fn has(&self, kid: &str) -> bool {
        self.find(kid).is_some()
    }
}

impl SigningKeys {
    fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.0.iter().find(|(id, _)| id == kid).map(|(_, key)| key)
    }
}

impl Issuers {
    /// For the authority of the configuration.
    pub fn new(config: &Config, outbound: Outbound, clock: Clock) -> Self {
        Self {
            rules: Arc::new(token::Rules::new(config)),
            authority: config.identity.authority.clone(),
            metadata: Cache::builder().max_capacity(CAPACITY).time_to_live(METADATA_FRESH).build(),
            keys: KeySets::new(outbound.clone(), clock.clone()),
            outbound,
            clock,
        }
    }

    /// Verifies a bearer token.
    ///
    /// # Errors
    ///
    /// 401 with the reason, 503 where the authority can't be reached.
    pub async fn verify(&self, bearer: &str) -> Result<Verified, ApiError> {
        let claimed = token::peek(bearer, &self.rules).map_err(invalid)?;
        let metadata = self.metadata(claimed.tenant).await?;
        let keys = self
            .keys
            .with_key(&metadata.jwks_uri, &claimed.kid)
            .await
            .map_err(|fault| match fault {
                KeyFault::KeyNotFound => invalid(TokenFault::UnknownKey),
                fault => ApiError::from_authority(&fault),
            })?;
        let key = keys.find(&claimed.kid).ok_or_else(|| invalid(TokenFault::UnknownKey))?;
        token::verify(bearer, key, &metadata.issuer, &self.rules, self.clock.unix()).map_err(invalid)
    }

    /// Refuses tenants of government clouds, by their discovery document; a value that nobody knows is refused too.
    ///
    /// # Errors
    ///
    /// 403 with the documented sentence, 503 where the authority can't be asked.
    pub async fn require_public_cloud(&self, tenant: Uuid) -> Result<(), ApiError> {
        let metadata = self.metadata(tenant).await?;
        if metadata.is_public_cloud() {
            return Ok(());
        }
        Err(ApiError::Forbidden {
            code: "tenant.government_cloud",
            detail: "The LMS Gateway is only available to public cloud tenants. DoD, GCC, and GCC High tenants can't access it."
                .to_owned(),
        })
    }

    async fn metadata(&self, tenant: Uuid) -> Result<Arc<Metadata>, ApiError> {
        let metadata = self.metadata.try_get_with(tenant, self.fetch_metadata(tenant)).await;
        metadata.map_err(|fault| ApiError::from_authority(&fault))
    }

    async fn fetch_metadata(&self, tenant: Uuid) -> Result<Arc<Metadata>, KeyFault> {
        let url = format!("{}/{tenant}/v2.0/.well-known/openid-configuration", self.authority);
        let url = Url::parse(&url).map_err(|error| KeyFault::Unreadable(error.to_string()))?;
        let fetched = self.outbound.get_json(&url).await?;
        let metadata: Metadata =
            serde_json::from_slice(&fetched.bytes).map_err(|error| KeyFault::Unreadable(error.to_string()))?;
        Ok(Arc::new(metadata))
    }
}

impl Metadata {
    fn is_public_cloud(&self) -> bool {
        let government = |scope: &str| scope.to_ascii_uppercase().starts_with("USG") || scope.eq_ignore_ascii_case("DOD");
        !self.tenant_region_scope.as_deref().is_some_and(government)
            && self.tenant_region_sub_scope.as_deref().is_none_or(str::is_empty)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function of map_err")]
fn invalid(fault: TokenFault) -> ApiError {
    ApiError::Unauthorized {
        error: Some("invalid_token"),
        detail: fault.to_string(),
    }
}

impl ApiError {
    /// A tenant that the authority doesn't know makes the token invalid; an authority that doesn't answer is nobody's fault here.
    fn from_authority(fault: &KeyFault) -> Self {
        match fault {
            KeyFault::Fetch(FetchFault::Status(status)) if (400..500).contains(status) => invalid(TokenFault::UnknownTenant),
            fault => {
                tracing::error!(%fault, "the sign-in authority can't be asked");
                Self::Unreadable {
                    status: StatusCode::SERVICE_UNAVAILABLE,
                    code: "identity.unavailable",
                    detail: "The gateway can't reach the sign-in service at the moment. Try again in a few seconds.".to_owned(),
                    pointer: None,
                }
            }
        }
    }
}
