#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::OnceLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_simple::prelude::RS256KeyPair;
use serde_json::json;

use super::*;

pub(in crate::services::identity) const NOW: i64 = 1_795_000_000;
const ISSUER: &str = "https://login.example/t1/v2.0";
const TEMPLATE: &str = "https://login.example/{tenantid}/v2.0";

fn key_pair() -> &'static RS256KeyPair {
    static KEY: OnceLock<RS256KeyPair> = OnceLock::new();
    KEY.get_or_init(|| RS256KeyPair::generate(2048).unwrap().with_key_id("key-1"))
}

pub(in crate::services::identity) fn key(issuer: Option<&str>) -> SigningKey {
    SigningKey {
        key: VerificationKey::from_jwk(&jwk(), Algorithm::Rs256).unwrap(),
        issuer: issuer.map(ToOwned::to_owned),
    }
}

fn jwk() -> Value {
    serde_json::from_str(&key_pair().public_key().to_jwk()).unwrap()
}

/// Claims with some changed; `null` takes one out.
pub(in crate::services::identity) fn with(mut claims: Value, changes: &[(&str, Value)]) -> Value {
    for (name, value) in changes {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(*name)),
            value => claims[*name] = value.clone(),
        }
    }
    claims
}

fn sign(header: &Value, claims: &Value) -> String {
    sign_text(&header.to_string(), &claims.to_string())
}

fn sign_text(header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let private = jsonwebtoken::EncodingKey::from_rsa_pem(key_pair().to_pem().unwrap().as_bytes()).unwrap();
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &private, jsonwebtoken::Algorithm::RS256);
    format!("{signed}.{}", signature.unwrap())
}

pub(in crate::services::identity) fn token(claims: &Value) -> String {
    sign(&json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" }), claims)
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "api", "iat": NOW, "nbf": NOW, "exp": NOW + 3600 })
}

fn claimed() -> Claimed {
    Claimed {
        issuer: ISSUER.to_owned(),
        template: TEMPLATE.to_owned(),
        metadata: Url::parse("https://login.example/").unwrap(),
        tenant: None,
        kid: "key-1".to_owned(),
    }
}

fn validate_by(token: &str, key: &SigningKey) -> Result<(), TokenError> {
    let token = Token::read(token)?;
    token.key_id()?;
    token.validate(key, &claimed(), &["api".to_owned()], NOW)
}

fn validate(token: &str) -> Result<(), TokenError> {
    validate_by(token, &key(Some(TEMPLATE)))
}

#[track_caller]
fn refused(changes: &[(&str, Value)], error: &TokenError) {
    assert_eq!(validate(&token(&with(claims(), changes))).as_ref(), Err(error), "{changes:?}");
}

#[test]
fn a_token_that_holds() {
    assert_eq!(validate(&token(&claims())), Ok(()));
    let several = with(claims(), &[("aud", json!(["account", "api"]))]);
    assert_eq!(validate(&token(&several)), Ok(()), "RFC 7519, section 4.1.3");
}

#[test]
fn issuer_and_audience_are_compared_to_the_letter() {
    for iss in [
        "https://login.example/t1/v2.0/",
        "https://login.example/T1/v2.0",
        "https://login.example/t1/v2.0x",
        "https://login.example.evil.example/t1/v2.0",
        TEMPLATE,
        "",
    ] {
        refused(&[("iss", json!(iss))], &TokenError::Issuer);
    }
    refused(&[("iss", Value::Null)], &TokenError::Issuer);
    refused(&[("aud", Value::Null)], &TokenError::Audience);
    refused(&[("aud", json!("API"))], &TokenError::Audience);
    refused(&[("aud", json!([]))], &TokenError::Audience);
    refused(&[("aud", json!(["account", "api "]))], &TokenError::Audience);
    refused(&[("aud", json!({ "api": true }))], &TokenError::Malformed);
}

#[test]
fn clocks_may_differ_by_a_minute() {
    let validate = |name: &str, value: i64| validate(&token(&with(claims(), &[(name, json!(value))])));
    assert_eq!(validate("exp", NOW - 59), Ok(()));
    assert_eq!(validate("exp", NOW - 60), Err(TokenError::Expired));
    assert_eq!(validate("exp", i64::MIN), Err(TokenError::Expired));
    assert_eq!(validate("nbf", NOW + 60), Ok(()));
    assert_eq!(validate("nbf", NOW + 61), Err(TokenError::NotYetValid));
    assert_eq!(validate("nbf", i64::MAX), Err(TokenError::NotYetValid));
    refused(&[("exp", Value::Null)], &TokenError::Expired);
    refused(&[("exp", json!("tomorrow"))], &TokenError::Malformed);
    refused(&[("nbf", json!("yesterday"))], &TokenError::Malformed);
}

#[test]
fn headers_and_signatures_that_do_not_fit() {
    let header = |header: Value| validate(&sign(&header, &claims())).unwrap_err();
    for algorithm in ["none", "None", "HS256", "RS384", "PS256", "ES256", "rs256", ""] {
        let error = header(json!({ "alg": algorithm, "kid": "key-1" }));
        assert_eq!(error, TokenError::Algorithm, "{algorithm}");
    }
    assert_eq!(header(json!({ "alg": "RS256" })), TokenError::NoKeyId);
    assert_eq!(header(json!({ "alg": "RS256", "kid": "" })), TokenError::NoKeyId);
    assert_eq!(
        header(json!({ "alg": "RS256", "kid": "key-1", "crit": ["exp"] })),
        TokenError::Extension
    );
    for crit in [json!([]), json!("exp")] {
        let header = header(json!({ "alg": "RS256", "kid": "key-1", "crit": crit }));
        assert_eq!(header, TokenError::Extension, "RFC 7515, section 4.1.11");
    }
    for other_type in [
        json!({ "kid": "key-1" }),
        json!({ "alg": 256, "kid": "key-1" }),
        json!({ "alg": "RS256", "kid": 1 }),
        json!({ "alg": "RS256", "kid": "key-1", "nonce": 1 }),
    ] {
        assert_eq!(header(other_type.clone()), TokenError::Malformed, "{other_type}");
    }
    let kid_of = |length: usize| json!({ "alg": "RS256", "kid": "x".repeat(length) });
    assert_eq!(validate(&sign(&kid_of(512), &claims())), Ok(()));
    assert_eq!(header(kid_of(513)), TokenError::NoKeyId);
    let good = token(&claims());
    let other = token(&with(claims(), &[("sub", json!("somebody"))]));
    let (content, signature) = (other.split('.').nth(1).unwrap(), good.rsplit('.').next().unwrap());
    let swapped = format!("{}.{content}.{signature}", good.split('.').next().unwrap());
    assert_eq!(validate(&swapped), Err(TokenError::Signature));
    let unsigned = good.rsplit_once('.').unwrap().0;
    assert_eq!(validate(&format!("{unsigned}.")), Err(TokenError::Signature));
    assert_eq!(validate(&format!("{unsigned}.%%")), Err(TokenError::Signature));
    for garbage in ["", "x", "a.b", unsigned, "a.b.c.d", "..", &"a".repeat(MAX_LENGTH + 1)] {
        assert_eq!(validate(garbage), Err(TokenError::Malformed), "{}", garbage.len());
    }
}

#[test]
fn a_key_signs_for_its_own_issuer_only() {
    let good = token(&claims());
    for issuer in [
        None,
        Some(TEMPLATE),
        Some("https://login.example/{tenantId}/v2.0"),
        Some(ISSUER),
    ] {
        assert_eq!(validate_by(&good, &key(issuer)), Ok(()), "{issuer:?}");
    }
    for issuer in ["https://login.example/t2/v2.0", "https://login.example/{tenantid}/", ""] {
        assert_eq!(validate_by(&good, &key(Some(issuer))), Err(TokenError::KeyIssuer), "{issuer}");
    }
}

#[test]
fn ids_are_visible_and_short() {
    assert_eq!(object_id(Some("a-1".to_owned())).unwrap(), "a-1");
    assert!(object_id(Some("x".repeat(MAX_ID_LENGTH))).is_ok());
    for id in [
        None,
        Some(""),
        Some("a b"),
        Some("a\0"),
        Some("ä"),
        Some(&*"x".repeat(MAX_ID_LENGTH + 1)),
    ] {
        assert_eq!(object_id(id.map(ToOwned::to_owned)), Err(TokenError::NoObject), "{id:?}");
    }
}

#[test]
fn a_name_that_stands_twice_is_refused() {
    let (header, payload) = (r#"{"alg":"RS256","kid":"key-1"}"#, claims().to_string());
    assert_eq!(validate(&sign_text(header, &payload)), Ok(()));
    for header in [
        r#"{"alg":"none","alg":"RS256","kid":"key-1"}"#,
        r#"{"alg":"RS256","kid":"other","kid":"key-1"}"#,
        r#"{"alg":"RS256","kid":"key-1","typ":"JWT","typ":"JWT"}"#,
    ] {
        assert_eq!(validate(&sign_text(header, &payload)), Err(TokenError::Malformed), "{header}");
    }
    for name in ["iss", "aud", "exp", "roles"] {
        let once = payload.replacen('{', &format!(r#"{{"{name}":"evil","#), 1);
        let expected = if name == "roles" { Ok(()) } else { Err(TokenError::Malformed) };
        assert_eq!(validate(&sign_text(header, &once)), expected, "{name}");
        let twice = once.replacen('{', &format!(r#"{{"{name}":"api","#), 1);
        assert_eq!(validate(&sign_text(header, &twice)), Err(TokenError::Malformed), "{name}");
    }
    for payload in ["[]", "null", "", r#"["https://login.example/t1/v2.0"]"#] {
        assert_eq!(validate(&sign_text(header, payload)), Err(TokenError::Malformed), "{payload}");
    }
}

#[test]
fn a_token_has_16_384_bytes_at_the_most() {
    // Three bytes of the payload are four of the token.
    let short = token(&with(claims(), &[("pad", json!(""))])).len();
    let of_length = |length: usize| {
        let padding = (length - short) / 4 * 3;
        (0..4)
            .map(|more| token(&with(claims(), &[("pad", json!("x".repeat(padding + more)))])))
            .find(|token| token.len() >= length)
            .unwrap()
    };
    let (longest, longer) = (of_length(MAX_LENGTH - 1), of_length(MAX_LENGTH + 1));
    assert!(
        longest.len() <= 16_384 && longer.len() > 16_384,
        "{} {}",
        longest.len(),
        longer.len()
    );
    assert_eq!(validate(&longest), Ok(()));
    assert_eq!(validate(&longer), Err(TokenError::Malformed));
}
