//! An answer as the platform receives it (Deep Linking 2.0, 4.5; Security Framework 1.0, 5.2.2).

use serde_json::Value as Json;

use super::{CONTENT_ITEMS, DATA, ERRORLOG, ERRORMSG, LOG, MSG, Messages, RESPONSE_TYPE};
use crate::KeySet;
use crate::claims::names::{DEPLOYMENT_ID, MESSAGE_TYPE, VERSION};
use crate::jose::{Algorithm, Jws, parse_claims};
use crate::services::TokenError;
use crate::services::signed_claims::{SignedClaims, algorithm, unverified_issuer};

/// The longest answer that is read, in bytes.
pub const MAX_RESPONSE_LENGTH: usize = 1_000_000;

/// How long an answer may live from `iat` to `exp`.
pub const MAX_LIFETIME_SECONDS: i64 = 600;

/// The longest `nonce`, in bytes.
const MAX_NONCE_LENGTH: usize = 1024;

/// An answer that was taken apart and is not verified.
#[derive(Clone, Debug)]
pub struct UnverifiedResponse<'a> {
    token: Jws<'a>,
    algorithm: Algorithm,
    client_id: String,
}

/// The values that an answer must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponsePolicy<'a> {
    /// The client ID of the tool that was asked.
    pub client_id: &'a str,
    /// Every `aud` that stands for this platform.
    pub audiences: &'a [&'a str],
    /// The deployment of the request.
    pub deployment_id: &'a str,
    /// The `data` of the request, if it had any.
    pub data: Option<&'a str>,
    /// The time, in Unix seconds.
    pub now: i64,
}

/// An answer whose signature and claims hold.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct VerifiedResponse {
    /// Unique to the answer within the client ID.
    pub nonce: String,
    /// When it expires, in Unix seconds; it is accepted for [`LEEWAY_SECONDS`](crate::LEEWAY_SECONDS) more.
    pub expires_at: i64,
    /// The items, not validated. Empty where nothing was chosen.
    pub items: Vec<Json>,
    /// The tool's messages.
    pub messages: Messages,
}

impl<'a> UnverifiedResponse<'a> {
    /// Takes an answer apart, the field `JWT` of the form, without trusting it.
    ///
    /// # Errors
    /// [`Jose`](TokenError::Jose), also for other algorithms than RS256 and ES256; [`Claim`](TokenError::Claim) for `iss`.
    pub fn parse(token: &'a str) -> Result<Self, TokenError> {
        let token = Jws::parse(token, MAX_RESPONSE_LENGTH)?;
        Ok(Self {
            algorithm: algorithm(&token)?,
            client_id: unverified_issuer(&token)?,
            token,
        })
    }

    /// The client ID that it claims. Not verified.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The algorithm that it claims, to read the tool's keyset for. Not verified.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Verifies the signature by the tool's keys, then validates every claim (Deep Linking, 4.5; Security Framework, 5.2.2 and 5.2.3).
    ///
    /// # Errors
    /// The first rule that is broken. [`KeyNotFound`](crate::jose::JoseError::KeyNotFound) may mean that the keyset is an old one.
    pub fn verify(&self, keys: &KeySet, policy: &ResponsePolicy<'_>) -> Result<VerifiedResponse, TokenError> {
        let payload = self.token.verify_by(self.algorithm, keys)?;
        let mut claims = SignedClaims(parse_claims(&payload)?);
        claims.validate_issuer(policy.client_id)?;
        claims.validate_audience(policy.audiences)?;
        let expires_at = claims.validate_times(MAX_LIFETIME_SECONDS, policy.now)?;
        let nonce = claims.bounded_text("nonce", MAX_NONCE_LENGTH)?.to_owned();
        if claims.text(VERSION)? != "1.3.0" {
            return Err(TokenError::Version);
        }
        if claims.text(MESSAGE_TYPE)? != RESPONSE_TYPE {
            return Err(TokenError::MessageType);
        }
        if claims.optional_id(DEPLOYMENT_ID)?.as_deref() != Some(policy.deployment_id) {
            return Err(TokenError::Deployment);
        }
        if claims.0.get(DATA).map(Json::as_str) != policy.data.map(Some) {
            return Err(TokenError::Data);
        }
        let messages = messages(&claims);
        let items = match claims.0.remove(CONTENT_ITEMS) {
            None => Vec::new(),
            Some(Json::Array(items)) => items,
            Some(_) => return Err(TokenError::Claim { name: CONTENT_ITEMS }),
        };
        Ok(VerifiedResponse {
            nonce,
            expires_at,
            items,
            messages,
        })
    }
}

/// One widely used tool library writes a blank at the end of a claim's name.
fn messages(claims: &SignedClaims) -> Messages {
    let text = |name: &str| {
        let named = claims.0.get(name).or_else(|| claims.0.get(&format!("{name} ")));
        let text = named.and_then(Json::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    Messages {
        msg: text(MSG),
        log: text(LOG),
        errormsg: text(ERRORMSG),
        errorlog: text(ERRORLOG),
    }
}
