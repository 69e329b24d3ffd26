//! The signed reference of an error page: it lets people who can't sign in report that launch.
//!
//! Only pages of launches that belong to a known registration, and whose signature was verified, have one.
//! It names the launch and its tenant, and is valid for an hour, for one report, and for nothing else.

use std::collections::HashSet;

use domain::{Reference, TenantId};
use jwt_simple::{
    JWTError,
    prelude::{Claims, Duration, HS256Key, MACLike as _, UnixTimeStamp, VerificationOptions},
};
use messages::Language;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::services::secrets::Secrets;

/// How long a reference counts, in seconds.
pub const LIFETIME: u64 = 60 * 60;
/// Instances' clocks may differ by so many seconds.
const LEEWAY: u64 = 60;
const ISSUER: &str = "lms-gateway";
const AUDIENCE: &str = "problem-report";

/// Signs and verifies references.
pub struct SignedReferences(HS256Key);

/// The content of a signed reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedReference {
    /// The launch.
    pub reference: Reference,
    /// The tenant of the launch.
    pub tenant: TenantId,
}

/// Why a signed reference doesn't count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceError {
    /// Its time is over.
    Expired,
    /// This gateway didn't sign it.
    Invalid,
}

/// The address of the page that takes a report of a launch, with the signed reference where its error page carries one.
pub fn report_page_address(reference: &Reference, signed: Option<&str>, language: Language) -> String {
    let mut query = form_urlencoded::Serializer::new("/report?".to_owned());
    query
        .append_pair("reference", reference.as_str())
        .append_pair("lang", language.tag());
    if let Some(signed) = signed {
        query.append_pair("signed", signed);
    }
    query.finish()
}

#[derive(Serialize, Deserialize)]
struct OfTenant {
    tenant_id: Uuid,
}

impl SignedReferences {
    /// With a key of its own, derived from the configured secret.
    pub fn new(secrets: &Secrets) -> Self {
        Self(HS256Key::from_bytes(&secrets.reference_key()))
    }

    /// Signs the reference of a tenant's launch, at this time in Unix seconds.
    ///
    /// # Errors
    ///
    /// Where the claims can't be written down, which no input causes.
    pub fn sign(&self, reference: &Reference, tenant: TenantId, now: i64) -> anyhow::Result<String> {
        let now = at(now);
        let custom = OfTenant { tenant_id: tenant.0 };
        let mut claims = Claims::with_custom_claims(custom, Duration::from_secs(LIFETIME))
            .with_issuer(ISSUER)
            .with_audience(AUDIENCE)
            .with_subject(reference);
        // The library takes the computer's clock; the gateway has one of its own.
        claims.issued_at = Some(now);
        claims.invalid_before = Some(now);
        claims.expires_at = Some(now + Duration::from_secs(LIFETIME));
        self.0.authenticate(claims)
    }

    /// Verifies a signed reference at this time.
    ///
    /// # Errors
    ///
    /// [`ReferenceError`].
    pub fn verify(&self, token: &str, now: i64) -> Result<SignedReference, ReferenceError> {
        let options = VerificationOptions {
            allowed_issuers: Some(HashSet::from([ISSUER.to_owned()])),
            allowed_audiences: Some(HashSet::from([AUDIENCE.to_owned()])),
            time_tolerance: Some(Duration::from_secs(LEEWAY)),
            max_token_length: Some(1024),
            max_header_length: Some(128),
            artificial_time: Some(at(now)),
            ..VerificationOptions::default()
        };
        let verified = self.0.verify_token::<OfTenant>(token, Some(options));
        let claims = verified.map_err(|error| match error.downcast_ref() {
            Some(JWTError::TokenHasExpired) => ReferenceError::Expired,
            _ => ReferenceError::Invalid,
        })?;
        let subject = claims.subject.ok_or(ReferenceError::Invalid)?;
        Ok(SignedReference {
            reference: Reference::parse(&subject).map_err(|_| ReferenceError::Invalid)?,
            tenant: TenantId(claims.custom.tenant_id),
        })
    }
}

fn at(seconds: i64) -> UnixTimeStamp {
    UnixTimeStamp::from_secs(seconds.unsigned_abs())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;
    use crate::config::Config;

    const NOW: i64 = 1_795_420_800;

    fn references(secret: &str) -> SignedReferences {
        let mut config = Config::default();
        secret.clone_into(&mut config.security.secret);
        SignedReferences::new(&Secrets::new(&config))
    }

    fn signed() -> (SignedReference, String) {
        let what = SignedReference {
            reference: Reference::parse("5TFA-R7YN-2K8Q").unwrap(),
            tenant: TenantId(Uuid::from_u128(7)),
        };
        let token = references("a").sign(&what.reference, what.tenant, NOW).unwrap();
        (what, token)
    }

    #[test]
    fn what_was_signed_is_read_back_for_an_hour() {
        let (what, token) = signed();
        let references = references("a");
        for seconds in [-60, 0, 3600] {
            assert_eq!(references.verify(&token, NOW + seconds), Ok(what.clone()), "{seconds}");
        }
        assert_eq!(references.verify(&token, NOW + 3661), Err(ReferenceError::Expired));
        assert_eq!(references.verify(&token, NOW - 61), Err(ReferenceError::Invalid));
    }

    #[test]
    fn nothing_else_is_taken_for_one() {
        let (_, token) = signed();
        let key = references("a");
        assert_eq!(
            references("b").verify(&token, NOW),
            Err(ReferenceError::Invalid),
            "another secret"
        );
        let parts: Vec<_> = token.split('.').collect();
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let unsigned = format!("{}.{}.", encode(r#"{"alg":"none","typ":"JWT"}"#), parts[1]);
        let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
        let moved = payload.replace("00000007", "00000008");
        assert_ne!(moved, payload);
        let moved = format!("{}.{}.{}", parts[0], encode(&moved), parts[2]);
        for token in [
            "",
            "a",
            "a.b.c",
            &unsigned,
            &moved,
            &token[..token.len() - 2],
            &"x".repeat(5000),
        ] {
            assert_eq!(key.verify(token, NOW), Err(ReferenceError::Invalid), "{token}");
        }
    }

    #[test]
    fn a_token_of_this_key_for_something_else_does_not_count() {
        let key = references("a");
        let claims = || Claims::with_custom_claims(OfTenant { tenant_id: Uuid::nil() }, Duration::from_secs(LIFETIME));
        let claims = [
            claims().with_issuer(ISSUER).with_subject("5TFA-R7YN-2K8Q"),
            claims().with_audience(AUDIENCE).with_subject("5TFA-R7YN-2K8Q"),
            claims()
                .with_issuer(ISSUER)
                .with_audience("other")
                .with_subject("5TFA-R7YN-2K8Q"),
            claims().with_issuer(ISSUER).with_audience(AUDIENCE),
            claims().with_issuer(ISSUER).with_audience(AUDIENCE).with_subject("somebody"),
        ];
        for mut claims in claims {
            claims.issued_at = Some(at(NOW));
            claims.invalid_before = Some(at(NOW));
            claims.expires_at = Some(at(NOW + 60));
            let token = key.0.authenticate(claims).unwrap();
            assert_eq!(key.verify(&token, NOW), Err(ReferenceError::Invalid), "{token}");
        }
    }
}
