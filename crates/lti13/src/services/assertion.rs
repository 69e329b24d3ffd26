//! Client assertions (RFC 7521, RFC 7523; Security Framework 1.0, 4.1.1): the authentication of a tool at a token endpoint.

use serde_json::{Map, Value as Json};

use super::TokenError;
use super::signed_claims::{SignedClaims, algorithm, unverified_issuer};
use crate::KeySet;
use crate::claims::names::DEPLOYMENT_ID;
use crate::jose::{Algorithm, Jws, SigningKey, SigningKeyError, parse_claims};

/// `client_assertion_type` of every request (RFC 7523, 2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The longest assertion that is read, in bytes.
pub const MAX_ASSERTION_LENGTH: usize = 16 * 1024;

/// How long an assertion may live from `iat` to `exp`.
pub const MAX_LIFETIME_SECONDS: i64 = 300;

/// The longest `jti`, in bytes.
pub const MAX_JTI_LENGTH: usize = 1024;

/// An assertion that a tool signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAssertion<'a> {
    /// The client ID that the platform gave the tool: `iss` and `sub`.
    pub client_id: &'a str,
    /// The `aud` that the platform expects: the URL of its token endpoint, or another value that it documents.
    pub audience: &'a str,
    /// The deployment that the token is for (Security Framework, 4.1.1: optional).
    pub deployment_id: Option<&'a str>,
    /// Never used before: at least 128 random bits.
    pub jti: &'a str,
    /// The time, in Unix seconds.
    pub issued_at: i64,
    /// At most [`MAX_LIFETIME_SECONDS`]; longer ones are cut.
    pub lifetime_seconds: i64,
}

impl ClientAssertion<'_> {
    /// The claims (RFC 7523, 3).
    #[must_use]
    pub fn claims(&self) -> Map<String, Json> {
        let lifetime = self.lifetime_seconds.min(MAX_LIFETIME_SECONDS);
        let text = |name: &str, value: &str| (name.to_owned(), Json::from(value));
        let number = |name: &str, value: i64| (name.to_owned(), Json::from(value));
        let claims = [
            text("iss", self.client_id),
            text("sub", self.client_id),
            text("aud", self.audience),
            text("jti", self.jti),
            number("iat", self.issued_at),
            number("exp", self.issued_at.saturating_add(lifetime)),
        ];
        let deployment = self.deployment_id.map(|id| text(DEPLOYMENT_ID, id));
        claims.into_iter().chain(deployment).collect()
    }

    /// The assertion, signed.
    ///
    /// # Errors
    /// [`Failed`](SigningKeyError::Failed).
    pub fn sign(&self, key: &SigningKey) -> Result<String, SigningKeyError> {
        key.sign(&self.claims())
    }
}

/// An assertion that was taken apart and is not verified.
#[derive(Clone, Debug)]
pub struct UnverifiedAssertion<'a> {
    token: Jws<'a>,
    algorithm: Algorithm,
    client_id: String,
}

/// The values that an assertion must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssertionPolicy<'a> {
    /// The client ID of the tool whose keys are used.
    pub client_id: &'a str,
    /// Every `aud` that stands for this platform (RFC 7523, 3: the URL of the token endpoint, or the issuer).
    pub audiences: &'a [&'a str],
    /// The time, in Unix seconds.
    pub now: i64,
}

/// An assertion whose signature and claims hold. It may be used once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedAssertion {
    /// The tool.
    pub client_id: String,
    /// Unique to the assertion within the client ID.
    pub jti: String,
    /// When it expires, in Unix seconds. It is accepted for [`LEEWAY_SECONDS`](crate::LEEWAY_SECONDS) more: remember the `jti` until then.
    pub expires_at: i64,
    /// The deployment that the tool asks for.
    pub deployment_id: Option<String>,
}

impl<'a> UnverifiedAssertion<'a> {
    /// Takes an assertion apart, without trusting it.
    ///
    /// # Errors
    /// [`Jose`](TokenError::Jose), also for other algorithms than RS256 and ES256; [`Claim`](TokenError::Claim) for `iss`.
    pub fn parse(assertion: &'a str) -> Result<Self, TokenError> {
        let token = Jws::parse(assertion, MAX_ASSERTION_LENGTH)?;
        Ok(Self {
            algorithm: algorithm(&token)?,
            client_id: unverified_issuer(&token)?,
            token,
        })
    }

    /// The client ID that it claims, to find the tool. Not verified.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The algorithm that it claims, to read the tool's keyset for. Not verified.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Verifies the signature by the tool's keys, then validates every claim (RFC 7523, 3; Security Framework, 4.1.1).
    ///
    /// # Errors
    /// The first rule that is broken. [`KeyNotFound`](crate::jose::JoseError::KeyNotFound) may mean that the keyset is an old one.
    pub fn verify(&self, keys: &KeySet, policy: &AssertionPolicy<'_>) -> Result<VerifiedAssertion, TokenError> {
        let payload = self.token.verify_by(self.algorithm, keys)?;
        let claims = SignedClaims(parse_claims(&payload)?);
        claims.validate_issuer(policy.client_id)?;
        if claims.text("sub")? != policy.client_id {
            return Err(TokenError::Subject);
        }
        claims.validate_audience(policy.audiences)?;
        let expires_at = claims.validate_times(MAX_LIFETIME_SECONDS, policy.now)?;
        let jti = claims.bounded_text("jti", MAX_JTI_LENGTH)?;
        Ok(VerifiedAssertion {
            client_id: policy.client_id.to_owned(),
            jti: jti.to_owned(),
            expires_at,
            deployment_id: claims.optional_id(DEPLOYMENT_ID)?,
        })
    }
}
