//! Verifying a launch token, as every app behind the gateway does: signature, issuer, audience, time, single use.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Clocks may differ by this many seconds.
const LEEWAY: i64 = 5;

/// What the inspector reads of a launch token.
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
pub(super) enum TokenFault {
    Malformed,
    Signature,
    Issuer,
    Audience,
    Expired,
    Used,
}

/// Verifies `token` with the gateway's published keys. Single use is the caller's to check, by `jti`.
pub(super) fn verify(token: &str, jwks: &[u8], issuer: &str, audience: &str, now: i64) -> Result<LaunchToken, TokenFault> {
    let kid = decode_header(token)
        .map_err(|_| TokenFault::Malformed)?
        .kid
        .ok_or(TokenFault::Malformed)?;
    let keys: JwkSet = serde_json::from_slice(jwks).map_err(|_| TokenFault::Signature)?;
    let key = keys
        .find(&kid)
        .and_then(|key| DecodingKey::from_jwk(key).ok())
        .ok_or(TokenFault::Signature)?;
    let mut signature_only = Validation::new(Algorithm::ES256);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let token = decode::<LaunchToken>(token, &key, &signature_only)
        .map_err(|_| TokenFault::Signature)?
        .claims;
    if token.iss != issuer {
        return Err(TokenFault::Issuer);
    }
    if token.aud != audience {
        return Err(TokenFault::Audience);
    }
    if now >= token.exp.saturating_add(LEEWAY) || now < token.iat.saturating_sub(LEEWAY) {
        return Err(TokenFault::Expired);
    }
    Ok(token)
}

#[cfg(test)]
#[path = "token/tests.rs"]
mod tests;
