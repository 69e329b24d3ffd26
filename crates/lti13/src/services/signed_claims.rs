//! The claims of a token that a tool signed, validated one by one (Security Framework 1.0, 5.2).

use serde_json::{Map, Value as Json};

use super::TokenError;
use crate::LEEWAY_SECONDS;
use crate::jose::{Algorithm, JoseError, Jws, parse_claims};

/// The algorithm of the header, where it is one that is verified at all.
pub(super) fn algorithm(token: &Jws<'_>) -> Result<Algorithm, JoseError> {
    match token.algorithm() {
        Some(algorithm) => Ok(algorithm),
        // Says which algorithm is expected.
        None => token.key_id(Algorithm::Rs256).map(|_| Algorithm::Rs256),
    }
}

/// The `iss` of a token. Not verified: it chooses the keys.
pub(super) fn unverified_issuer(token: &Jws<'_>) -> Result<String, TokenError> {
    let claims = SignedClaims(parse_claims(&token.unverified_payload()?)?);
    claims.text("iss").map(str::to_owned)
}

/// Claims, as `parse_claims` reads them: null is absent.
pub(super) struct SignedClaims(pub(super) Map<String, Json>);

impl SignedClaims {
    /// A required text.
    pub(super) fn text(&self, name: &'static str) -> Result<&str, TokenError> {
        let text = self.0.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
        text.ok_or(TokenError::Claim { name })
    }

    /// A required text of at most `limit` bytes.
    pub(super) fn bounded_text(&self, name: &'static str, limit: usize) -> Result<&str, TokenError> {
        let text = self.text(name)?;
        let length = text.len();
        match length <= limit {
            true => Ok(text),
            false => Err(TokenError::TooLong { name, length, limit }),
        }
    }

    /// An optional id: text, or a whole number, as which some send the ids that they count.
    pub(super) fn optional_id(&self, name: &'static str) -> Result<Option<String>, TokenError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Json::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
            Some(Json::Number(number)) if number.is_i64() || number.is_u64() => Ok(Some(number.to_string())),
            Some(_) => Err(TokenError::Claim { name }),
        }
    }

    pub(super) fn validate_issuer(&self, client_id: &str) -> Result<(), TokenError> {
        match self.text("iss")? == client_id {
            true => Ok(()),
            false => Err(TokenError::Issuer),
        }
    }

    /// One of `audiences` and nobody beside it: text, or a list of one.
    pub(super) fn validate_audience(&self, audiences: &[&str]) -> Result<(), TokenError> {
        let audience = match self.0.get("aud") {
            Some(Json::String(audience)) => audience.as_str(),
            Some(Json::Array(list)) => match list.as_slice() {
                [Json::String(only)] => only.as_str(),
                _ => return Err(TokenError::Audience),
            },
            _ => return Err(TokenError::Claim { name: "aud" }),
        };
        match audiences.contains(&audience) {
            true => Ok(()),
            false => Err(TokenError::Audience),
        }
    }

    /// `exp`, once it, `iat` and `nbf` hold, with the leeway of both clocks; the lifetime is the difference of two values of one clock,
    /// so there is no leeway in it.
    pub(super) fn validate_times(&self, longest_seconds: i64, now: i64) -> Result<i64, TokenError> {
        let (expires, issued) = (self.time("exp")?, self.time("iat")?);
        let not_before = match self.0.contains_key("nbf") {
            true => Some(self.time("nbf")?),
            false => None,
        };
        let seconds = expires.saturating_sub(issued);
        if !(1..=longest_seconds).contains(&seconds) {
            let limit = longest_seconds;
            return Err(TokenError::Lifetime { seconds, limit });
        }
        if now.saturating_sub(LEEWAY_SECONDS) >= expires {
            return Err(TokenError::Expired { at: expires, now });
        }
        for (name, at) in [("iat", Some(issued)), ("nbf", not_before)] {
            if let Some(at) = at.filter(|at| *at > now.saturating_add(LEEWAY_SECONDS)) {
                return Err(TokenError::NotYetValid { name, at, now });
            }
        }
        Ok(expires)
    }

    /// Fractions are tolerated (RFC 7519: NumericDate).
    fn time(&self, name: &'static str) -> Result<i64, TokenError> {
        let number = self.0.get(name).and_then(Json::as_number);
        // `as` saturates, so a time beyond the range of i64 is still far away.
        let seconds = number.and_then(|number| {
            let fraction = || number.as_f64().map(|seconds| seconds.floor() as i64);
            number.as_i64().or_else(fraction)
        });
        seconds.ok_or(TokenError::Claim { name })
    }
}
