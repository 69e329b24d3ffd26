//! Access tokens of Microsoft Entra ID v2.0, in an API of many tenants.
//!
//! Sources: Microsoft identity platform, "Access tokens", "Access token claims reference" and "Secure applications and APIs by
//! validating claims".

use std::collections::HashSet;

use domain::{Actor, ActorKind, Caller, Role, TenantId};
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use crate::{
    config::Config,
    services::identity::token::{self, Claimed, Token, TokenError},
};

/// The tenant of personal Microsoft accounts, which no school is.
const CONSUMER_TENANT: Uuid = Uuid::from_u128(0x9188040d_6c67_4c5b_b112_36a304b66dad);
const GRAPH_AUDIENCE: &str = "00000003-0000-0000-c000-000000000000";

/// The requirements of this gateway for a token of Entra.
pub(super) struct Rules {
    authority: String,
    pub(super) audiences: Vec<String>,
    scope: String,
    /// Empty: any application.
    clients: Vec<String>,
    admin_directory_roles: Vec<Uuid>,
    operator_tenants: Vec<Uuid>,
    /// Tenants whose people sign in at another issuer.
    foreign_tenants: HashSet<Uuid>,
}

#[derive(Deserialize)]
struct Claims {
    tid: Uuid,
    oid: Option<String>,
    sub: Option<String>,
    ver: Option<String>,
    scp: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    wids: Vec<Uuid>,
    idtyp: Option<String>,
    name: Option<String>,
    app_displayname: Option<String>,
    azp: Option<String>,
}

impl Rules {
    pub(super) fn new(config: &Config) -> Self {
        let identity = &config.identity;
        let mut clients = identity.allowed_clients.clone();
        if !clients.is_empty() {
            clients.push(identity.portal_client_id.clone());
        }
        Self {
            authority: identity.authority.clone(),
            audiences: identity.audiences.clone(),
            scope: identity.scope.clone(),
            clients,
            admin_directory_roles: identity.admin_directory_roles.clone(),
            operator_tenants: config.operator.tenant_ids.clone(),
            foreign_tenants: config.issuers.iter().flat_map(|issuer| issuer.tenant_ids.clone()).collect(),
        }
    }

    /// The issuer of a tenant's tokens.
    pub(super) fn issuer(&self, tenant: Uuid) -> String {
        format!("{}/{tenant}/v2.0", self.authority)
    }

    pub(super) fn metadata_url(&self, tenant: Uuid) -> Result<Url, url::ParseError> {
        Url::parse(&format!("{}/.well-known/openid-configuration", self.issuer(tenant)))
    }

    /// True if the people of a tenant sign in at Entra.
    pub(super) fn is_home_of(&self, tenant: Uuid) -> bool {
        !self.foreign_tenants.contains(&tenant)
    }

    /// Refuses what can be refused without any key, and names the usual mistakes.
    pub(super) fn claimed(&self, token: &Token<'_>) -> Result<Claimed, TokenError> {
        if token.has_nonce_in_header() || token.is_for(&[GRAPH_AUDIENCE.to_owned()]) {
            return Err(TokenError::GraphToken);
        }
        let kid = token.key_id()?;
        let is_version_one = token.claim("/ver").is_some_and(|version| version == "1.0");
        if is_version_one || token.issuer().is_some_and(|iss| iss.starts_with("https://sts.windows.net/")) {
            return Err(TokenError::VersionOne);
        }
        // More is compared below; an issuer that is a stranger altogether is the mistake to name.
        if !token.issuer().is_some_and(|iss| iss.starts_with(&self.authority)) {
            return Err(TokenError::Issuer);
        }
        if token.has("nonce") && !token.has("scp") {
            return Err(TokenError::IdToken);
        }
        if !token.is_for(&self.audiences) {
            return Err(TokenError::Audience);
        }
        if !token.has("tid") {
            return Err(TokenError::NoTenant);
        }
        let tenant = token.claims::<Claims>()?.tid;
        if tenant == CONSUMER_TENANT {
            return Err(TokenError::ConsumerAccount);
        }
        if !self.is_home_of(tenant) {
            return Err(TokenError::ForeignTenant);
        }
        // The host comes from the configuration and the tenant from `tid`, so this also ties `tid` to the path of `iss`.
        let issuer = self.issuer(tenant);
        if token.issuer() != Some(&*issuer) {
            return Err(TokenError::Issuer);
        }
        let metadata = self.metadata_url(tenant).map_err(|_| TokenError::Issuer)?;
        Ok(Claimed {
            issuer,
            template: format!("{}/{{tenantid}}/v2.0", self.authority),
            metadata,
            tenant: Some(TenantId(tenant)),
            kid,
        })
    }

    /// The caller of a token that was validated.
    pub(super) fn caller(&self, token: &Token<'_>) -> Result<Caller, TokenError> {
        let claims: Claims = token.claims()?;
        if claims.ver.as_deref() != Some("2.0") {
            return Err(TokenError::VersionOne);
        }
        let kind = self.kind(&claims)?;
        if !self.clients.is_empty() && !claims.azp.as_ref().is_some_and(|azp| self.clients.contains(azp)) {
            return Err(TokenError::Client);
        }
        let id = token::object_id(claims.oid.clone())?;
        let roles = match kind {
            ActorKind::User => self.user_roles(&claims),
            ActorKind::App => token::app_roles(&claims.roles),
        };
        let name = claims.name.or(claims.app_displayname).or(claims.azp);
        Ok(Caller {
            tenant: TenantId(claims.tid),
            actor: Actor {
                name: Actor::display_name(name.as_deref().unwrap_or(&id)),
                id,
                kind,
            },
            roles,
        })
    }

    /// An application says so itself (`idtyp`), or has no scope and is its own subject. A person's token must hold the scope.
    fn kind(&self, claims: &Claims) -> Result<ActorKind, TokenError> {
        let scopes = claims.scp.as_deref().unwrap_or_default();
        let is_own_subject = claims.oid.is_some() && claims.oid == claims.sub;
        match claims.idtyp.as_deref() {
            Some("app") if scopes.is_empty() => return Ok(ActorKind::App),
            Some("app") => return Err(TokenError::Kind),
            // An allow-list of applications isn't decided by a guess.
            None if scopes.is_empty() && is_own_subject && !self.clients.is_empty() => return Err(TokenError::NoKind),
            None if scopes.is_empty() && is_own_subject => return Ok(ActorKind::App),
            Some(_) | None => {}
        }
        if scopes.split(' ').any(|scope| scope == self.scope) {
            Ok(ActorKind::User)
        } else {
            Err(TokenError::Scope(self.scope.clone()))
        }
    }

    fn user_roles(&self, claims: &Claims) -> Vec<Role> {
        let mut roles = token::user_roles(&claims.roles, self.operator_tenants.contains(&claims.tid));
        let by_directory = claims.wids.iter().any(|role| self.admin_directory_roles.contains(role));
        if by_directory && !roles.contains(&Role::Admin) {
            roles.insert(0, Role::Admin);
        }
        roles
    }
}

#[cfg(test)]
#[path = "entra/tests.rs"]
mod tests;
