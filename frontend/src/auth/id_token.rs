//! The id_token of a sign-in. It is read for display and to bind the response to the request.
//!
//! Its signature isn't verified: it came directly from the token endpoint over TLS (OpenID Connect Core, section 3.1.3.7,
//! item 6), and it authorises nothing. The API decides by the access token.

use serde::Deserialize;

use super::{Person, base64url};
use crate::json;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Claims {
    iss: String,
    aud: String,
    nonce: Option<String>,
    tid: String,
    oid: String,
    sub: String,
    name: String,
    preferred_username: String,
    login_hint: Option<String>,
}

/// An id_token that doesn't belong to this sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdTokenError {
    Unreadable,
    Issuer,
    Audience,
    Nonce,
}

impl IdTokenError {
    /// A code to quote to support.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "id_token_unreadable",
            Self::Issuer => "issuer_mismatch",
            Self::Audience => "audience_mismatch",
            Self::Nonce => "nonce_mismatch",
        }
    }
}

pub(super) fn read(token: &str) -> Result<Claims, IdTokenError> {
    let payload = token.split('.').nth(1).ok_or(IdTokenError::Unreadable)?;
    let bytes = base64url::decode(payload.trim_end_matches('=')).ok_or(IdTokenError::Unreadable)?;
    std::str::from_utf8(&bytes)
        .ok()
        .and_then(|claims| json::read(claims).ok())
        .ok_or(IdTokenError::Unreadable)
}

impl Claims {
    /// `issuer` is the value of the metadata. For `organizations` it is a template with `{tenantid}`.
    pub(super) fn verify(&self, issuer: &str, client_id: &str, nonce: &str) -> Result<(), IdTokenError> {
        if self.iss != issuer.replace("{tenantid}", &self.tid) {
            return Err(IdTokenError::Issuer);
        }
        if self.aud != client_id {
            return Err(IdTokenError::Audience);
        }
        if self.nonce.as_deref() != Some(nonce) {
            return Err(IdTokenError::Nonce);
        }
        Ok(())
    }

    pub(super) fn into_person(self) -> Person {
        let name = if self.name.is_empty() {
            self.preferred_username.clone()
        } else {
            self.name
        };
        Person {
            name,
            username: self.preferred_username,
            key: format!("{}.{}", self.tid, if self.oid.is_empty() { self.sub } else { self.oid }),
            login_hint: self.login_hint,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "https://login.example/{tenantid}/v2.0";

    fn token(claims: &serde_json::Value) -> String {
        format!("e30.{}.c2ln", base64url::encode(claims.to_string().as_bytes()))
    }

    fn claims() -> Claims {
        read(&token(&serde_json::json!({
            "iss": "https://login.example/t1/v2.0", "aud": "portal", "nonce": "n", "tid": "t1", "oid": "o1",
            "name": "Mégan Bowen", "preferred_username": "megan@contoso.example", "exp": 1
        })))
        .unwrap()
    }

    #[test]
    fn tells_who_signed_in() {
        let person = claims().into_person();
        assert_eq!((person.name.as_str(), person.key.as_str()), ("Mégan Bowen", "t1.o1"));
    }

    #[test]
    fn is_the_answer_to_our_question_only() {
        assert_eq!(claims().verify(TEMPLATE, "portal", "n"), Ok(()));
        assert_eq!(claims().verify(TEMPLATE, "portal", "other"), Err(IdTokenError::Nonce));
        assert_eq!(claims().verify(TEMPLATE, "another", "n"), Err(IdTokenError::Audience));
        assert_eq!(
            claims().verify("https://evil.example/{tenantid}/v2.0", "portal", "n"),
            Err(IdTokenError::Issuer)
        );
        assert_eq!(
            Claims { nonce: None, ..claims() }.verify(TEMPLATE, "portal", "n"),
            Err(IdTokenError::Nonce)
        );
    }

    #[test]
    fn refuses_malformed_tokens() {
        for text in ["", "a", "a.%%.c", "a.e30x.c"] {
            assert_eq!(read(text).unwrap_err(), IdTokenError::Unreadable, "{text}");
        }
    }
}
