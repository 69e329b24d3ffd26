//! Who is calling: bearer tokens of Microsoft Entra ID (v2.0) and of the operator's other issuers, validated into callers and what
//! they may do.
//!
//! [`token`] holds the rules for all tokens, [`entra`] and [`openid`] those for each kind of issuer, [`issuers`] their metadata and
//! keys.

mod entra;
mod issuers;
mod openid;
mod token;

pub use issuers::Issuers;

use crate::http::error::ApiError;

/// What tokens are answered that hold, but aren't meant for calling this API.
pub fn token_not_for_us() -> [ApiError; 2] {
    [
        token::TokenError::Scope("access_as_user".to_owned()),
        token::TokenError::Client,
    ]
    .map(Into::into)
}

/// What a token is answered whose time is over.
pub fn token_expired() -> ApiError {
    token::TokenError::Expired.into()
}
