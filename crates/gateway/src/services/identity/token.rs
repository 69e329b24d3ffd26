//! A bearer token: the parts that the access tokens of all issuers have in common, and their validation.
//!
//! Sources: RFC 7519, RFC 8725 (best practices), RFC 9068. The meaning of an issuer's own claims is in [`super::entra`] and
//! [`super::openid`]. [`lti13::jose`] takes the token apart and verifies its signature; times are validated with the time that
//! is passed in.

use domain::{Role, TenantId};
use lti13::{
    VerificationKey,
    jose::{Algorithm, JoseError, Jws, parse_claims},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

mod message;

/// Clocks may differ by this many seconds.
const LEEWAY: i64 = 60;
/// Longer tokens are not looked at.
const MAX_LENGTH: usize = 16_384;
/// Longer ids of people and applications are none (OpenID Connect Core, section 2, `sub`).
const MAX_ID_LENGTH: usize = 255;

/// Why a token doesn't hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TokenError {
    Malformed,
    Algorithm,
    NoKeyId,
    Extension,
    GraphToken,
    VersionOne,
    IdToken,
    ConsumerAccount,
    NoTenant,
    ForeignTenant,
    UnknownTenant,
    UnknownKey,
    Signature,
    Issuer,
    KeyIssuer,
    Audience,
    Expired,
    NotYetValid,
    NoObject,
    Kind,
    NoKind,
    Client,
    Scope(String),
}

impl From<JoseError> for TokenError {
    fn from(error: JoseError) -> Self {
        match error {
            JoseError::Algorithm { .. } => Self::Algorithm,
            JoseError::KeyId { .. } => Self::NoKeyId,
            JoseError::CriticalHeader { .. } => Self::Extension,
            JoseError::Signature => Self::Signature,
            _ => Self::Malformed,
        }
    }
}

/// A key, and the issuer for which alone it may sign, if it says so.
pub(super) struct SigningKey {
    pub(super) key: VerificationKey,
    pub(super) issuer: Option<String>,
}

/// The claims of a token before anything is verified: enough to find the key. The addresses come from the configuration, never
/// from the token.
#[derive(Debug)]
pub(super) struct Claimed {
    /// The required `iss`, to the letter.
    pub(super) issuer: String,
    /// The same, as metadata and keys that are shared by tenants name it: with `{tenantid}` in the tenant's place.
    pub(super) template: String,
    /// Where the issuer describes itself.
    pub(super) metadata: Url,
    /// The tenant in that address, where the token chose it; absent where the operator configured the whole.
    pub(super) tenant: Option<TenantId>,
    pub(super) kid: String,
}

impl Claimed {
    /// True if metadata or a key of that issuer are about this one.
    pub(super) fn is_of(&self, issuer: &str) -> bool {
        issuer == self.issuer || issuer.replace("{tenantId}", "{tenantid}") == self.template
    }
}

/// Claims that tokens of all issuers have (RFC 7519, section 4.1).
#[derive(Deserialize)]
struct Registered {
    iss: Option<String>,
    #[serde(default)]
    aud: Texts,
    exp: Option<i64>,
    nbf: Option<i64>,
}

/// A claim that holds one text or several.
#[derive(Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Texts {
    One(String),
    Many(Vec<String>),
    #[default]
    None,
}

impl Texts {
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
            Self::None => &[],
        }
    }

    pub(super) fn has_any_of(&self, wanted: &[String]) -> bool {
        self.as_slice().iter().any(|text| wanted.contains(text))
    }
}

/// A token that was read, and not verified yet.
pub(super) struct Token<'a> {
    jws: Jws<'a>,
    claims: Value,
}

impl<'a> Token<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, TokenError> {
        let jws = Jws::parse(text, MAX_LENGTH)?;
        let is_text_or_absent = |name| jws.header(name).is_none_or(|value| value.is_string() || value.is_null());
        if !jws.header("alg").is_some_and(Value::is_string) || !is_text_or_absent("kid") || !is_text_or_absent("nonce") {
            return Err(TokenError::Malformed);
        }
        let claims = Value::Object(parse_claims(&jws.unverified_payload()?)?);
        let token = Self { jws, claims };
        token.registered().map(|_| token)
    }

    fn registered(&self) -> Result<Registered, TokenError> {
        self.claims()
    }

    /// The claims, as far as `T` names them.
    pub(super) fn claims<T: DeserializeOwned>(&self) -> Result<T, TokenError> {
        T::deserialize(&self.claims).map_err(|_| TokenError::Malformed)
    }

    /// The claim at a JSON pointer (RFC 6901).
    pub(super) fn claim(&self, pointer: &str) -> Option<&Value> {
        self.claims.pointer(pointer)
    }

    pub(super) fn issuer(&self) -> Option<&str> {
        self.claims.get("iss")?.as_str()
    }

    pub(super) fn has(&self, claim: &str) -> bool {
        self.claims.get(claim).is_some_and(|value| !value.is_null())
    }

    pub(super) fn is_for(&self, audiences: &[String]) -> bool {
        self.registered().is_ok_and(|claims| claims.aud.has_any_of(audiences))
    }

    /// Tokens for Microsoft Graph are signed over another header than the one they carry, so nobody else can verify them. No other
    /// token has a nonce there.
    pub(super) fn has_nonce_in_header(&self) -> bool {
        self.jws.header("nonce").is_some_and(Value::is_string)
    }

    /// The id of the key, where the header is one that is accepted at all.
    pub(super) fn key_id(&self) -> Result<String, TokenError> {
        Ok(self.jws.key_id(Algorithm::Rs256)?.to_owned())
    }

    /// True if the key signed it.
    pub(super) fn is_signed_by(&self, key: &SigningKey) -> bool {
        self.jws.verify(&key.key).is_ok()
    }

    /// Validates signature, issuer, the key's own issuer, audience and times.
    pub(super) fn validate(&self, key: &SigningKey, claimed: &Claimed, audiences: &[String], now: i64) -> Result<(), TokenError> {
        if !self.is_signed_by(key) {
            return Err(TokenError::Signature);
        }
        let claims = self.registered()?;
        if claims.iss.as_deref() != Some(&*claimed.issuer) {
            return Err(TokenError::Issuer);
        }
        if key.issuer.as_deref().is_some_and(|of_key| !claimed.is_of(of_key)) {
            return Err(TokenError::KeyIssuer);
        }
        if !claims.aud.has_any_of(audiences) {
            return Err(TokenError::Audience);
        }
        if claims.exp.is_none_or(|exp| now >= exp.saturating_add(LEEWAY)) {
            return Err(TokenError::Expired);
        }
        if claims.nbf.is_some_and(|nbf| now < nbf.saturating_sub(LEEWAY)) {
            return Err(TokenError::NotYetValid);
        }
        Ok(())
    }
}

/// Of a person or an application: visible ASCII, as every directory makes them.
pub(super) fn object_id(id: Option<String>) -> Result<String, TokenError> {
    id.filter(|id| (1..=MAX_ID_LENGTH).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or(TokenError::NoObject)
}

/// Roles are given by each customer's own admin: they count in their own tenant only, `Support` only in the operator's.
pub(super) fn user_roles(names: &[String], is_operator: bool) -> Vec<Role> {
    let has = |name: &str| names.iter().any(|role| role == name);
    [("Admin", Role::Admin), ("Educator", Role::Educator)]
        .into_iter()
        .chain(is_operator.then_some(("Support", Role::Support)))
        .filter_map(|(name, role)| has(name).then_some(role))
        .collect()
}

/// Roles of people and of applications are different ones, so that neither can act as the other.
pub(super) fn app_roles(names: &[String]) -> Vec<Role> {
    let role = |name: &String| {
        Some(match name.as_str() {
            "Registrations.Read.All" => Role::RegistrationsReadAll,
            "Registrations.ReadWrite.All" => Role::RegistrationsReadWriteAll,
            "Reports.Read.All" => Role::ReportsReadAll,
            "Reports.ReadWrite.All" => Role::ReportsReadWriteAll,
            "Tenant.Register" => Role::TenantRegister,
            _ => return None,
        })
    };
    names.iter().filter_map(role).collect()
}

#[cfg(test)]
#[path = "token/tests.rs"]
pub(super) mod tests;
