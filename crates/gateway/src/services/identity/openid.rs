//! Access tokens of any other OpenID provider, such as Keycloak, that the operator configured with the tenants it speaks for.
//!
//! Sources: OpenID Connect Discovery 1.0, RFC 9068 (JWT access tokens). The configuration names the claims that are not standard:
//! roles and tenant.

use domain::{Actor, ActorKind, Caller, TenantId};
use serde::Deserialize;
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use crate::{
    config::{Config, Issuer},
    services::identity::token::{self, Claimed, Texts, Token, TokenError},
};

/// The requirements of this gateway for a token of that issuer.
pub(super) struct Rules {
    pub(super) config: Issuer,
    operator_tenants: Vec<Uuid>,
}

#[derive(Deserialize)]
struct Claims {
    sub: Option<String>,
    /// RFC 9068 has `scope`, separated by spaces; Okta has a list, `scp`.
    #[serde(default)]
    scope: Texts,
    #[serde(default)]
    scp: Texts,
    idtyp: Option<String>,
    client_id: Option<String>,
    azp: Option<String>,
    name: Option<String>,
    preferred_username: Option<String>,
}

impl Rules {
    pub(super) fn all(config: &Config) -> Vec<Self> {
        let rules = |issuer: &Issuer| Self {
            config: issuer.clone(),
            operator_tenants: config.operator.tenant_ids.clone(),
        };
        config.issuers.iter().map(rules).collect()
    }

    pub(super) fn metadata_url(&self) -> Result<Url, url::ParseError> {
        Url::parse(&format!(
            "{}/.well-known/openid-configuration",
            self.config.issuer.trim_end_matches('/')
        ))
    }

    /// Refuses what can be refused without any key.
    pub(super) fn claimed(&self, token: &Token<'_>) -> Result<Claimed, TokenError> {
        let kid = token.key_id()?;
        if !token.has("scope") && !token.has("scp") && (token.has("nonce") || token.has("at_hash")) {
            return Err(TokenError::IdToken);
        }
        if !token.is_for(&self.config.audiences) {
            return Err(TokenError::Audience);
        }
        Ok(Claimed {
            issuer: self.config.issuer.clone(),
            template: self.config.issuer.clone(),
            metadata: self.metadata_url().map_err(|_| TokenError::Issuer)?,
            tenant: None,
            kid,
        })
    }

    /// The caller of a token that was validated.
    pub(super) fn caller(&self, token: &Token<'_>) -> Result<Caller, TokenError> {
        let claims: Claims = token.claims()?;
        let tenant = self.tenant(token)?;
        let kind = self.kind(&claims)?;
        let id = token::object_id(claims.sub)?;
        let names: Vec<String> = token
            .claim(&self.config.roles_claim)
            .and_then(|roles| Texts::deserialize(roles).ok())
            .map(|roles| roles.as_slice().to_vec())
            .unwrap_or_default();
        let roles = match kind {
            ActorKind::User => token::user_roles(&names, self.operator_tenants.contains(&tenant)),
            ActorKind::App => token::app_roles(&names),
        };
        let name = claims.name.or(claims.preferred_username).or(claims.client_id);
        Ok(Caller {
            tenant: TenantId(tenant),
            actor: Actor {
                name: Actor::display_name(name.as_deref().unwrap_or(&id)),
                id,
                kind,
            },
            roles,
        })
    }

    /// An issuer speaks for the tenants that the operator gave it, and for no other.
    fn tenant(&self, token: &Token<'_>) -> Result<Uuid, TokenError> {
        let tenants = &self.config.tenant_ids;
        if self.config.tenant_claim.is_empty() {
            return tenants.first().copied().ok_or(TokenError::NoTenant);
        }
        let named = token.claim(&self.config.tenant_claim).and_then(Value::as_str);
        let named = named.and_then(|id| Uuid::parse_str(id).ok()).ok_or(TokenError::NoTenant)?;
        if tenants.contains(&named) {
            Ok(named)
        } else {
            Err(TokenError::ForeignTenant)
        }
    }

    /// An application is its own subject (RFC 9068, section 2.2), or says so (`idtyp`, as with Entra). A person's token must
    /// hold the scope.
    fn kind(&self, claims: &Claims) -> Result<ActorKind, TokenError> {
        let is = |id: &Option<String>| id.is_some() && *id == claims.sub;
        if claims.idtyp.as_deref() == Some("app") || is(&claims.client_id) || is(&claims.azp) {
            return Ok(ActorKind::App);
        }
        let mut scopes = claims.scope.as_slice().iter().chain(claims.scp.as_slice());
        if scopes.any(|scopes| scopes.split(' ').any(|scope| scope == self.config.scope)) {
            Ok(ActorKind::User)
        } else {
            Err(TokenError::Scope(self.config.scope.clone()))
        }
    }
}

#[cfg(test)]
#[path = "openid/tests.rs"]
mod tests;
