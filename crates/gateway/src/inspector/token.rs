//! Verifying a launch token, as every app behind the gateway does: signature, issuer, audience, time, single use.

use lti13::{
    KeySet,
    jose::{Algorithm, JoseError, Jws, parse_claims},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::http::json::BODY_LIMIT;

/// Clocks may differ by this many seconds.
const LEEWAY: i64 = 5;

/// The claims that the inspector reads of a launch token.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LaunchToken {
    pub(super) iss: String,
    pub(super) aud: String,
    pub(super) sub: String,
    pub(super) iat: i64,
    pub(super) exp: i64,
    pub(super) jti: String,
    pub(super) reference: String,
    pub(super) tenant_id: Uuid,
    pub(super) platform: Platform,
    #[serde(flatten)]
    pub(super) claims: Map<String, Value>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Platform {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) deployment_id: String,
    #[serde(flatten)]
    pub(super) more: Map<String, Value>,
}

/// Why a launch token is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TokenError {
    Malformed,
    Signature,
    Issuer,
    Audience,
    Expired,
    Used,
}

impl From<JoseError> for TokenError {
    fn from(error: JoseError) -> Self {
        match error {
            JoseError::Algorithm { .. } | JoseError::CriticalHeader { .. } | JoseError::Signature => Self::Signature,
            _ => Self::Malformed,
        }
    }
}

/// Verifies `token`, no longer than a form may be, with the gateway's published keys. Single use is the caller's to check, by `jti`.
pub(super) fn verify(token: &str, jwks: &[u8], issuer: &str, audience: &str, now: i64) -> Result<LaunchToken, TokenError> {
    let jws = Jws::parse(token, BODY_LIMIT)?;
    let kid = jws.key_id(Algorithm::Es256)?;
    let keys = KeySet::parse_for(Algorithm::Es256, jwks).map_err(|_| TokenError::Signature)?;
    let payload = jws.verify(keys.find(kid).ok_or(TokenError::Signature)?)?;
    let claims = Value::Object(parse_claims(&payload)?);
    let token: LaunchToken = serde_json::from_value(claims).map_err(|_| TokenError::Malformed)?;
    if token.iss != issuer {
        return Err(TokenError::Issuer);
    }
    if token.aud != audience {
        return Err(TokenError::Audience);
    }
    if now >= token.exp.saturating_add(LEEWAY) || now < token.iat.saturating_sub(LEEWAY) {
        return Err(TokenError::Expired);
    }
    Ok(token)
}

#[cfg(test)]
#[path = "token/tests.rs"]
mod tests;
