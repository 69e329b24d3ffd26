//! Access tokens (RFC 6749, 4.4; Security Framework 1.0, 4.1): the request of a tool, and the answer of a platform's token endpoint.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::assertion::{ASSERTION_TYPE, MAX_ASSERTION_LENGTH};
use crate::json;
use crate::parameters::{ParameterError, collect, printable, required};

/// Names and Role Provisioning Services 2.0, 3.
pub const CONTEXT_MEMBERSHIP_READONLY: &str = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";
/// Assignment and Grade Services 2.0, 3.1: read, make, change and delete line items.
pub const LINE_ITEM: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
/// Assignment and Grade Services 2.0, 3.1.
pub const LINE_ITEM_READONLY: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
/// Assignment and Grade Services 2.0, 3.3.
pub const RESULT_READONLY: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";
/// Assignment and Grade Services 2.0, 3.2.
pub const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";

/// The longest answer of a token endpoint that is read, in bytes.
pub const MAX_ANSWER_LENGTH: usize = 64 * 1024;

/// The longest access token, in bytes.
pub const MAX_TOKEN_LENGTH: usize = 16 * 1024;

/// How long a token lives whose answer does not say so.
const DEFAULT_LIFETIME_SECONDS: i64 = 300;

/// The scopes of a list that spaces separate (RFC 6749, 3.3), each once.
#[must_use]
pub fn parse_scopes(scopes: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for scope in scopes.split_ascii_whitespace() {
        if !list.iter().any(|listed| listed == scope) {
            list.push(scope.to_owned());
        }
    }
    list
}

/// A request for an access token by client credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// The client assertion, signed.
    pub assertion: String,
    /// The scopes, in the order in which they are asked for.
    pub scopes: Vec<String>,
}

/// Why a token request can't be read, as RFC 6749, 5.2, names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TokenRequestError {
    /// A parameter is missing, repeated, too long, or has control characters.
    #[error("{name} is missing, came more than once, is too long or has control characters")]
    InvalidRequest {
        /// The parameter.
        name: &'static str,
    },
    /// Another grant than client credentials.
    #[error("grant_type must be client_credentials")]
    UnsupportedGrantType,
    /// Another kind of client authentication.
    #[error("client_assertion_type must be {ASSERTION_TYPE}")]
    InvalidClient,
    /// No scope is asked for.
    #[error("scope is missing")]
    InvalidScope,
}

impl TokenRequestError {
    /// The value of `error` (RFC 6749, 5.2).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest { .. } => "invalid_request",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidClient => "invalid_client",
            Self::InvalidScope => "invalid_scope",
        }
    }
}

impl From<ParameterError> for TokenRequestError {
    fn from(error: ParameterError) -> Self {
        let (ParameterError::Missing(name)
        | ParameterError::Duplicate(name)
        | ParameterError::Malformed(name, _)
        | ParameterError::TooLarge { name, .. }) = error;
        Self::InvalidRequest { name }
    }
}

impl TokenRequest {
    /// The form that the tool posts.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        vec![
            ("grant_type", "client_credentials".to_owned()),
            ("client_assertion_type", ASSERTION_TYPE.to_owned()),
            ("client_assertion", self.assertion.clone()),
            ("scope", self.scopes.join(" ")),
        ]
    }

    /// Reads the decoded pairs of a form. Unknown parameters are ignored; an empty value is the same as none.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, TokenRequestError> {
        let known = [
            ("grant_type", 255),
            ("client_assertion_type", 255),
            ("client_assertion", MAX_ASSERTION_LENGTH),
            ("scope", 4096),
        ];
        let [grant_type, assertion_type, assertion, scope] = collect(pairs, known)?;
        if required(grant_type, "grant_type")? != "client_credentials" {
            return Err(TokenRequestError::UnsupportedGrantType);
        }
        // RFC 6749, 5.2: no client authentication is `invalid_client`, like one that is not supported.
        if assertion_type.as_deref() != Some(ASSERTION_TYPE) {
            return Err(TokenRequestError::InvalidClient);
        }
        let assertion = required(assertion, "client_assertion")?;
        let scopes = parse_scopes(&printable(scope, "scope")?.ok_or(TokenRequestError::InvalidScope)?);
        match scopes.is_empty() {
            true => Err(TokenRequestError::InvalidScope),
            false => Ok(Self { assertion, scopes }),
        }
    }
}

/// Shows no assertion.
impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenRequest")
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// An access token of a platform.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessToken {
    /// The token, for `Authorization: Bearer`.
    pub token: String,
    /// How long it lives from now on.
    pub lifetime_seconds: i64,
    /// The granted scopes; fewer than the requested ones are no error.
    pub scopes: Vec<String>,
}

/// Why an answer of a token endpoint holds no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessTokenError {
    /// Longer than [`MAX_ANSWER_LENGTH`].
    #[error("the answer is longer than an access token may be")]
    TooLarge,
    /// Not a JSON object.
    #[error("the answer is no JSON object")]
    NotJson,
    /// `error` instead of a token (RFC 6749, 5.2), cut to 100 printable characters.
    #[error("the token endpoint refuses: {0}")]
    Refused(String),
    /// `access_token` is absent, or nothing that a header can carry.
    #[error("the answer has no access token")]
    NoToken,
    /// `token_type` is another than Bearer.
    #[error("the token is no bearer token")]
    TokenType,
    /// None of the scopes that were asked for is granted.
    #[error("no scope is granted")]
    NoScope,
}

impl AccessTokenError {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NotJson => "not_json",
            Self::Refused(_) => "refused",
            Self::NoToken => "no_token",
            Self::TokenType => "token_type",
            Self::NoScope => "no_scope",
        }
    }
}

impl AccessToken {
    /// Reads an answer, whatever its media type and status: Moodle sends JSON as `text/html`, and some refuse with 200. Where the
    /// answer names no scope, all that were `requested` are granted (RFC 6749, 5.1).
    ///
    /// # Errors
    /// An [`AccessTokenError`].
    pub fn parse(answer: &[u8], requested: &[&str]) -> Result<Self, AccessTokenError> {
        if answer.len() > MAX_ANSWER_LENGTH {
            return Err(AccessTokenError::TooLarge);
        }
        let answer = json::object(answer).map_err(|_| AccessTokenError::NotJson)?;
        let text = |name| answer.get(name).and_then(Json::as_str);
        if let Some(error) = text("error") {
            let printable = error.chars().filter(|character| !character.is_control());
            return Err(AccessTokenError::Refused(printable.take(100).collect()));
        }
        // RFC 6750, 2.1: visible ASCII.
        let is_token = |token: &&str| {
            !token.is_empty() && token.len() <= MAX_TOKEN_LENGTH && token.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let token = text("access_token").filter(is_token).ok_or(AccessTokenError::NoToken)?;
        // RFC 6749, 5.1: in any case.
        if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err(AccessTokenError::TokenType);
        }
        let scopes = match text("scope") {
            None => requested.iter().map(|scope| (*scope).to_owned()).collect(),
            Some(scopes) => parse_scopes(scopes),
        };
        if !scopes.iter().any(|scope| requested.contains(&scope.as_str())) {
            return Err(AccessTokenError::NoScope);
        }
        Ok(Self {
            token: token.to_owned(),
            lifetime_seconds: answer.get("expires_in").and_then(seconds).unwrap_or(DEFAULT_LIFETIME_SECONDS),
            scopes,
        })
    }

    /// True if this scope was granted. One that may change line items may read them too, where a platform grants only that.
    #[must_use]
    pub fn grants(&self, scope: &str) -> bool {
        let has = |scope: &str| self.scopes.iter().any(|granted| granted == scope);
        has(scope) || (scope == LINE_ITEM_READONLY && has(LINE_ITEM))
    }
}

/// A number, or text that is one; never negative.
fn seconds(value: &Json) -> Option<i64> {
    let number = match value {
        Json::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64)),
        Json::String(text) => text.parse().ok(),
        _ => None,
    };
    number.map(|seconds| seconds.max(0))
}

/// Shows no token.
impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken")
            .field("lifetime_seconds", &self.lifetime_seconds)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
