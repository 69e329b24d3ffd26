//! The issuers of access tokens: Entra's tenants and the operator's other issuers, with their metadata and keys.

use std::sync::{Arc, PoisonError, RwLock};

use domain::{Caller, TenantId};
use lti13::{VerificationKey, jose::Algorithm};
use messages::api;
use serde::Deserialize;
use serde_json::Value;
use store::Store;
use url::Url;

use crate::{
    config::Config,
    http::error::ApiError,
    services::{
        clock::Clock,
        document_cache::{CachedDocument, DocumentCache, DocumentError, KeyError, RateLimiter},
        identity::{
            entra, openid,
            token::{Claimed, SigningKey, Token, TokenError},
        },
        outbound::{FetchError, Outbound},
    },
};

/// Verifies bearer tokens. Cheap to clone.
#[derive(Clone)]
pub struct Issuers {
    entra: Arc<entra::Rules>,
    others: Arc<[openid::Rules]>,
    metadata: DocumentCache<Metadata>,
    keys: DocumentCache<SigningKeys>,
    /// In front of the metadata of tenants that nobody knows: a token can name any, and costs nothing to make up.
    unknown_tenants: Arc<RateLimiter>,
    /// In front of those whose token a key of Entra signed, which can't be made up: a flood of the others doesn't keep them out.
    signed_unknown_tenants: Arc<RateLimiter>,
    /// The keys of the tenant of Entra that was verified last. Tenants share most of them.
    seen_keys: Arc<RwLock<Option<Arc<SigningKeys>>>>,
    store: Store,
    clock: Clock,
}

/// The issuer of the token, by the name in the token.
enum Rules<'a> {
    Entra(&'a entra::Rules),
    OpenId(&'a openid::Rules),
}

/// The part of an `openid-configuration` that the gateway reads (OpenID Connect Discovery 1.0, section 3). It goes through the cache of
/// documents for its pauses, its shared fetches and its last good document.
#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: Url,
    /// `microsoftonline.com` for Entra's public cloud.
    cloud_instance_name: Option<String>,
    /// The region, two letters in the public cloud; `USGov` and the like where the tenant lives in a government cloud.
    tenant_region_scope: Option<String>,
    /// `GCC`, `DODCON` or `DOD`, absent for commercial tenants.
    tenant_region_sub_scope: Option<String>,
}

/// An issuer's signing keys; Entra adds the issuer for which a key may sign.
struct SigningKeys(Vec<SigningKey>);

#[derive(Deserialize)]
struct JsonWebKeySet {
    keys: Vec<Value>,
}

impl CachedDocument for Metadata {
    fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// True for any key ID: the document has no keys.
    fn has(&self, _: &str) -> bool {
        true
    }

    fn size(&self) -> usize {
        let texts = [
            &self.cloud_instance_name,
            &self.tenant_region_scope,
            &self.tenant_region_sub_scope,
        ];
        let texts = texts.into_iter().flatten().map(String::len).sum::<usize>();
        size_of::<Self>() + self.issuer.len() + self.jwks_uri.as_str().len() + texts
    }
}

impl CachedDocument for SigningKeys {
    fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let set: JsonWebKeySet = serde_json::from_slice(bytes)?;
        // One key that can't be used doesn't spoil the others.
        Ok(Self(set.keys.iter().filter_map(SigningKey::from_jwk).collect()))
    }

    fn has(&self, kid: &str) -> bool {
        self.find(kid).is_some()
    }

    fn size(&self) -> usize {
        let size = |key: &SigningKey| key.key.size() + size_of::<SigningKey>() + key.issuer.as_ref().map_or(0, String::len);
        size_of::<Self>() + self.0.iter().map(size).sum::<usize>()
    }
}

impl SigningKeys {
    fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.key.kid() == kid)
    }
}

impl SigningKey {
    fn from_jwk(jwk: &Value) -> Option<Self> {
        let issuer = match jwk.get("issuer") {
            None | Some(Value::Null) => None,
            Some(issuer) => Some(issuer.as_str()?.to_owned()),
        };
        let key = VerificationKey::from_jwk(jwk, Algorithm::Rs256).ok()?;
        Some(Self { key, issuer })
    }
}

impl Rules<'_> {
    fn claimed(&self, token: &Token<'_>) -> Result<Claimed, TokenError> {
        match self {
            Self::Entra(rules) => rules.claimed(token),
            Self::OpenId(rules) => rules.claimed(token),
        }
    }

    fn audiences(&self) -> &[String] {
        match self {
            Self::Entra(rules) => &rules.audiences,
            Self::OpenId(rules) => &rules.config.audiences,
        }
    }

    fn caller(&self, token: &Token<'_>) -> Result<Caller, TokenError> {
        match self {
            Self::Entra(rules) => rules.caller(token),
            Self::OpenId(rules) => rules.caller(token),
        }
    }
}

impl Issuers {
    /// For the authority and the other issuers of the configuration.
    pub fn new(config: &Config, store: Store, outbound: Outbound, clock: Clock) -> Self {
        Self {
            entra: Arc::new(entra::Rules::new(config)),
            others: openid::Rules::all(config).into(),
            metadata: DocumentCache::new(outbound.clone(), clock.clone()),
            keys: DocumentCache::new(outbound, clock.clone()),
            unknown_tenants: Arc::new(RateLimiter::new()),
            signed_unknown_tenants: Arc::new(RateLimiter::new()),
            seen_keys: Arc::default(),
            store,
            clock,
        }
    }

    /// Verifies a bearer token.
    ///
    /// # Errors
    ///
    /// 401 with the reason, 403 where it holds but isn't meant for calling this API, 503 where its issuer can't be reached.
    pub async fn verify(&self, bearer: &str) -> Result<Caller, ApiError> {
        let token = Token::read(bearer)?;
        let rules = self.rules_for(&token);
        let claimed = rules.claimed(&token)?;
        let metadata = self.metadata_named_by(&token, &claimed).await?;
        if !claimed.is_of(&metadata.issuer) {
            return Err(TokenError::Issuer.into());
        }
        let keys = self.keys.with_key(&metadata.jwks_uri, &claimed.kid).await.map_err(no_key)?;
        let key = keys.find(&claimed.kid).ok_or(TokenError::UnknownKey)?;
        token.validate(key, &claimed, rules.audiences(), self.clock.unix())?;
        if claimed.tenant.is_some() {
            self.update_seen_keys(&keys);
        }
        Ok(rules.caller(&token)?)
    }

    /// The issuer that the token names, where the operator configured it; Entra's rules refuse every other.
    fn rules_for(&self, token: &Token<'_>) -> Rules<'_> {
        let named = |rules: &&openid::Rules| token.issuer() == Some(&*rules.config.issuer);
        match self.others.iter().find(named) {
            Some(rules) => Rules::OpenId(rules),
            None => Rules::Entra(&self.entra),
        }
    }

    /// Refuses tenants of government clouds, by their discovery document; a value that nobody knows is refused too. The document is
    /// asked for again when it is an hour old.
    ///
    /// # Errors
    ///
    /// 403 with the documented sentence, 503 where the authority can't be asked.
    pub async fn require_public_cloud(&self, tenant: TenantId) -> Result<(), ApiError> {
        if !self.entra.is_home_of(tenant.0) {
            return Ok(());
        }
        let url = self.entra.metadata_url(tenant.0).map_err(|_| TokenError::Issuer)?;
        if self.metadata(&url).await?.is_public_cloud() {
            return Ok(());
        }
        Err(ApiError::Forbidden {
            code: "tenant.government_cloud",
            detail: api::tenant::GOVERNMENT_CLOUD,
        })
    }

    /// The metadata of the issuer that a token names. Those of tenants that are neither cached nor registered are asked for a few
    /// at a time, so that made-up tokens flood nobody.
    async fn metadata_named_by(&self, token: &Token<'_>, claimed: &Claimed) -> Result<Arc<Metadata>, ApiError> {
        let url = &claimed.metadata;
        if let Some(tenant) = claimed.tenant
            && !self.metadata.holds(url, "").await
            && self.store.find_tenant(tenant).await?.is_none()
        {
            let limiter = if self.is_signed(token, claimed) {
                &self.signed_unknown_tenants
            } else {
                &self.unknown_tenants
            };
            let found = self.metadata.with_key_limited(limiter, url, "").await;
            return found.map_err(no_key)?.ok_or(ApiError::SignInUnavailable {
                code: "identity.busy",
                detail: api::identity::BUSY,
                retry_after: 60,
            });
        }
        self.metadata(url).await
    }

    /// True if the token is signed by a key that Entra has for all its tenants. That alone doesn't make a token valid.
    fn is_signed(&self, token: &Token<'_>, claimed: &Claimed) -> bool {
        let keys = self.seen_keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        let key = keys.as_ref().and_then(|keys| keys.find(&claimed.kid));
        key.is_some_and(|key| key.issuer.as_deref().is_none_or(|of_key| claimed.is_of(of_key)) && token.is_signed_by(key))
    }

    fn update_seen_keys(&self, keys: &Arc<SigningKeys>) {
        let known = |seen: &Option<Arc<SigningKeys>>| seen.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, keys));
        if !known(&self.seen_keys.read().unwrap_or_else(PoisonError::into_inner)) {
            *self.seen_keys.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(keys));
        }
    }

    async fn metadata(&self, url: &Url) -> Result<Arc<Metadata>, ApiError> {
        self.metadata.with_key(url, "").await.map_err(no_key)
    }
}

impl Metadata {
    /// Two letters are a region of the public cloud. There is no list of the values, so what looks otherwise is taken for a
    /// government cloud, and logged.
    fn is_public_cloud(&self) -> bool {
        let absent_or = |value: &Option<String>, fits: fn(&str) -> bool| value.as_deref().is_none_or(fits);
        let public = absent_or(&self.cloud_instance_name, |name| name == "microsoftonline.com")
            && absent_or(&self.tenant_region_scope, |scope| {
                scope.len() == 2 && scope.bytes().all(|letter| letter.is_ascii_uppercase())
            })
            && absent_or(&self.tenant_region_sub_scope, str::is_empty);
        if !public {
            tracing::warn!(
                issuer = self.issuer,
                cloud = self.cloud_instance_name,
                scope = self.tenant_region_scope,
                sub_scope = self.tenant_region_sub_scope,
                "a tenant that isn't of the public cloud is refused"
            );
        }
        public
    }
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        let detail = error.text();
        match error {
            TokenError::Scope(_) => Self::Forbidden {
                code: "scope.missing",
                detail,
            },
            TokenError::Client => Self::Forbidden {
                code: "client.not_allowed",
                detail,
            },
            _ => Self::Unauthorized {
                error: Some("invalid_token"),
                detail,
            },
        }
    }
}

/// A tenant that the authority doesn't know makes the token invalid; an issuer that doesn't answer, or says that it was asked too
/// often, is nobody's error here.
fn no_key(error: KeyError) -> ApiError {
    match error {
        KeyError::KeyNotFound => TokenError::UnknownKey.into(),
        KeyError::Fetch(FetchError::Status(400 | 404)) => TokenError::UnknownTenant.into(),
        error => {
            tracing::error!(%error, "the sign-in service can't be asked");
            ApiError::SignInUnavailable {
                code: "identity.unavailable",
                detail: api::identity::UNAVAILABLE,
                retry_after: 5,
            }
        }
    }
}
