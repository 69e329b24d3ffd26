//! The rules for an access token of Microsoft Entra ID v2.0 in a multi-tenant API.
//!
//! Source: Microsoft identity platform, "Access tokens" and "Secure applications and APIs by validating claims"; RFC 8725.
//! Times are judged here with the time that is passed in; the library only verifies the signature.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Actor, ActorKind, Caller, Role, TenantId};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use uuid::Uuid;

use crate::config::Config;

/// Clocks may differ by this many seconds.
const LEEWAY: i64 = 60;
/// Longer tokens are not looked at.
const MAX_LENGTH: usize = 16_384;
/// The tenant of personal Microsoft accounts, which no school is.
const CONSUMER_TENANT: Uuid = Uuid::from_u128(0x9188040d_6c67_4c5b_b112_36a304b66dad);
const GRAPH_AUDIENCE: &str = "00000003-0000-0000-c000-000000000000";

/// What this gateway expects of a token.
pub(super) struct Rules {
    audiences: Vec<String>,
    scope: String,
    admin_directory_roles: Vec<Uuid>,
    operator_tenants: Vec<Uuid>,
}

impl Rules {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            audiences: config.identity.audiences.clone(),
            scope: config.identity.scope.clone(),
            admin_directory_roles: config.identity.admin_directory_roles.clone(),
            operator_tenants: config.operator.tenant_ids.clone(),
        }
    }
}

/// A key, and the issuer for which alone it may sign, if it says so.
pub(super) struct SigningKey {
    pub(super) key: DecodingKey,
    pub(super) issuer: Option<String>,
}

/// What a token claims before anything is verified: enough to find the key.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) tenant: Uuid,
    pub(super) kid: String,
}

/// A caller whose token holds.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Who it is and what roles it has.
    pub caller: Caller,
}

/// Why a token doesn't hold, in a sentence that helps whoever wrote the client.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TokenFault {
    #[error("the token isn't a JSON Web Token")]
    Malformed,
    #[error("the token must be signed with RS256")]
    Algorithm,
    #[error("the token's header has no kid")]
    NoKeyId,
    #[error("this is a token for Microsoft Graph; ask for a token with the scope of this API")]
    GraphToken,
    #[error("this is a v1.0 token; set requestedAccessTokenVersion to 2 in the API's app registration")]
    VersionOne,
    #[error("this is an id_token; send the access token")]
    IdToken,
    #[error("personal Microsoft accounts can't be used here")]
    ConsumerAccount,
    #[error("the token has no tenant id (tid)")]
    NoTenant,
    #[error("the sign-in service doesn't know the token's tenant")]
    UnknownTenant,
    #[error("the token is signed with a key that the sign-in service doesn't publish")]
    UnknownKey,
    #[error("the token's signature doesn't hold")]
    Signature,
    #[error("the token's issuer isn't the sign-in service of its tenant")]
    Issuer,
    #[error("the token's key belongs to another issuer")]
    KeyIssuer,
    #[error("the token is meant for another API (aud)")]
    Audience,
    #[error("the token has expired")]
    Expired,
    #[error("the token isn't valid yet")]
    NotYetValid,
    #[error("the token has no object id (oid)")]
    NoObject,
    #[error("the token lacks the scope of this API (scp)")]
    Scope,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Only Graph's own tokens carry one.
    nonce: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    aud: Option<String>,
    exp: Option<i64>,
    nbf: Option<i64>,
    tid: Option<Uuid>,
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
    nonce: Option<String>,
}

/// Reads what is needed to find the key, and names the usual mistakes.
pub(super) fn peek(token: &str, rules: &Rules) -> Result<Claimed, TokenFault> {
    let (header, claims) = decode(token)?;
    if header.nonce.is_some() || claims.aud.as_deref() == Some(GRAPH_AUDIENCE) {
        return Err(TokenFault::GraphToken);
    }
    if header.alg != "RS256" {
        return Err(TokenFault::Algorithm);
    }
    let kid = header.kid.filter(|kid| !kid.is_empty()).ok_or(TokenFault::NoKeyId)?;
    let v1_issuer = claims
        .iss
        .as_deref()
        .is_some_and(|iss| iss.starts_with("https://sts.windows.net/"));
    if v1_issuer || claims.ver.as_deref() == Some("1.0") {
        return Err(TokenFault::VersionOne);
    }
    if claims.nonce.is_some() && claims.scp.is_none() {
        return Err(TokenFault::IdToken);
    }
    if !claims.aud.is_some_and(|aud| rules.audiences.contains(&aud)) {
        return Err(TokenFault::Audience);
    }
    let tenant = claims.tid.ok_or(TokenFault::NoTenant)?;
    if tenant == CONSUMER_TENANT {
        return Err(TokenFault::ConsumerAccount);
    }
    Ok(Claimed { tenant, kid })
}

/// Judges a token by its key and by the issuer that the tenant's metadata names.
pub(super) fn verify(token: &str, key: &SigningKey, issuer: &str, rules: &Rules, now: i64) -> Result<Verified, TokenFault> {
    let mut signature_only = Validation::new(Algorithm::RS256);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &key.key, &signature_only)
        .map_err(|_| TokenFault::Signature)?
        .claims;

    let tenant = claims.tid.ok_or(TokenFault::NoTenant)?;
    let for_tenant = |template: &str| template.replace("{tenantid}", &tenant.to_string());
    if claims.iss.as_deref() != Some(&*for_tenant(issuer)) {
        return Err(TokenFault::Issuer);
    }
    if key
        .issuer
        .as_deref()
        .is_some_and(|of_key| Some(&*for_tenant(of_key)) != claims.iss.as_deref())
    {
        return Err(TokenFault::KeyIssuer);
    }
    if !claims.aud.as_ref().is_some_and(|aud| rules.audiences.contains(aud)) {
        return Err(TokenFault::Audience);
    }
    if claims.exp.is_none_or(|exp| now >= exp.saturating_add(LEEWAY)) {
        return Err(TokenFault::Expired);
    }
    if claims.nbf.is_some_and(|nbf| now < nbf.saturating_sub(LEEWAY)) {
        return Err(TokenFault::NotYetValid);
    }
    if claims.ver.as_deref() != Some("2.0") {
        return Err(TokenFault::VersionOne);
    }
    let object = claims.oid.clone().filter(|oid| !oid.is_empty()).ok_or(TokenFault::NoObject)?;
    let kind = kind(&claims, rules)?;
    let roles = match kind {
        ActorKind::User => user_roles(&claims, tenant, rules),
        ActorKind::App => claims.roles.iter().filter_map(|role| app_role(role)).collect(),
    };
    let name = claims
        .name
        .or(claims.app_displayname)
        .or(claims.azp)
        .unwrap_or_else(|| object.clone());
    let actor = Actor {
        id: object,
        name: name.chars().filter(|c| !c.is_control()).take(200).collect(),
        kind,
    };
    Ok(Verified {
        caller: Caller {
            tenant: TenantId(tenant),
            actor,
            roles,
        },
    })
}

/// An app says so itself (`idtyp`), or has no scope and is its own subject. A person's token must hold the scope.
fn kind(claims: &Claims, rules: &Rules) -> Result<ActorKind, TokenFault> {
    let scopes = claims.scp.as_deref().unwrap_or_default();
    let is_app = match claims.idtyp.as_deref() {
        Some("app") => scopes.is_empty(),
        Some(_) => false,
        None => scopes.is_empty() && claims.oid.is_some() && claims.oid == claims.sub,
    };
    if is_app {
        Ok(ActorKind::App)
    } else if scopes.split(' ').any(|scope| scope == rules.scope) {
        Ok(ActorKind::User)
    } else {
        Err(TokenFault::Scope)
    }
}

/// Roles are given by each customer's own admin: they count in their own tenant only, `Support` only in the operator's.
fn user_roles(claims: &Claims, tenant: Uuid, rules: &Rules) -> Vec<Role> {
    let has = |name: &str| claims.roles.iter().any(|role| role == name);
    let mut roles = Vec::new();
    if has("Admin") || claims.wids.iter().any(|role| rules.admin_directory_roles.contains(role)) {
        roles.push(Role::Admin);
    }
    if has("Educator") {
        roles.push(Role::Educator);
    }
    if has("Support") && rules.operator_tenants.contains(&tenant) {
        roles.push(Role::Support);
    }
    roles
}

fn app_role(name: &str) -> Option<Role> {
    Some(match name {
        "Registrations.Read.All" => Role::RegistrationsReadAll,
        "Registrations.ReadWrite.All" => Role::RegistrationsReadWriteAll,
        "Reports.Read.All" => Role::ReportsReadAll,
        "Reports.ReadWrite.All" => Role::ReportsReadWriteAll,
        "Tenant.Register" => Role::TenantRegister,
        _ => return None,
    })
}

fn decode(token: &str) -> Result<(Header, Claims), TokenFault> {
    if token.len() > MAX_LENGTH {
        return Err(TokenFault::Malformed);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(TokenFault::Malformed);
    };
    Ok((json(header)?, json(claims)?))
}

fn json<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, TokenFault> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenFault::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenFault::Malformed)
}

#[cfg(test)]
#[path = "token/tests.rs"]
mod tests;
