//! Callers: bearer tokens of Microsoft Entra ID (v2.0) and of the operator's other issuers are validated, and become callers with
//! their roles.
//!
//! [`token`] holds the rules for all tokens, [`entra`] and [`openid`] those for each kind of issuer, [`issuers`] their metadata and
//! keys.

mod entra;
mod issuers;
mod openid;
mod token;

pub use issuers::Issuers;

use crate::http::error::ApiError;

/// The errors for valid tokens that aren't meant for calling this API.
pub fn token_not_for_us() -> [ApiError; 2] {
    [
        token::TokenError::Scope("access_as_user".to_owned()),
        token::TokenError::Client,
    ]
    .map(Into::into)
}

/// The error for an expired token.
pub fn token_expired() -> ApiError {
    token::TokenError::Expired.into()
}
