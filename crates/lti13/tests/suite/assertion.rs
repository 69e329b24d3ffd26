//! Client assertions: what a tool signs, the platform takes; and every rule broken once.

use std::sync::OnceLock;

use lti13::jose::{Algorithm, JoseError, MAX_KEYS_TRIED, SigningKey, SigningKeyError};
use lti13::services::TokenError;
use lti13::services::assertion::{
    AssertionPolicy, ClientAssertion, MAX_ASSERTION_LENGTH, MAX_JTI_LENGTH, UnverifiedAssertion, VerifiedAssertion,
};
use lti13::test_support::new_signing_key;
use lti13::{KeySet, LEEWAY_SECONDS};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::*;

const TOKEN_URL: &str = "https://gateway.example/platform/token";
const GATEWAY: &str = "https://gateway.example";

/// The app's key, and its keyset.
fn app() -> &'static (SigningKey, String) {
    static APP: OnceLock<(SigningKey, String)> = OnceLock::new();
    APP.get_or_init(|| {
        let (pkcs8, jwks) = new_signing_key("app-key");
        (SigningKey::from_pkcs8("app-key", &pkcs8).unwrap(), jwks)
    })
}

fn assertion() -> ClientAssertion<'static> {
    ClientAssertion {
        client_id: CLIENT_ID,
        audience: TOKEN_URL,
        deployment_id: Some("d1"),
        jti: "j1",
        issued_at: NOW,
        lifetime_seconds: 300,
    }
}

fn policy() -> AssertionPolicy<'static> {
    AssertionPolicy {
        client_id: CLIENT_ID,
        audiences: &[TOKEN_URL, GATEWAY],
        now: NOW,
    }
}

fn verify_with(token: &str, keyset: &str) -> Result<VerifiedAssertion, TokenError> {
    let assertion = UnverifiedAssertion::parse(token)?;
    let keys = KeySet::parse_for(assertion.algorithm(), keyset.as_bytes()).unwrap();
    assertion.verify(&keys, &policy())
}

fn verify(token: &str) -> Result<VerifiedAssertion, TokenError> {
    verify_with(token, &app().1)
}

/// The claims of a good assertion with one of them set, or removed where `value` is null.
fn with(name: &str, value: Value) -> Value {
    let mut claims = Value::Object(assertion().claims());
    claims[name] = value;
    if claims[name].is_null() {
        remove(&mut claims, name);
    }
    claims
}

fn outcome(claims: &Value) -> &'static str {
    let token = app().0.sign(claims.as_object().unwrap()).unwrap();
    verify(&token).map_or_else(|error| error.code(), |_| "accepted")
}

#[test]
fn the_platform_takes_what_the_tool_signs() {
    let token = assertion().sign(&app().0).unwrap();
    let parsed = UnverifiedAssertion::parse(&token).unwrap();
    assert_eq!((parsed.client_id(), parsed.algorithm()), (CLIENT_ID, Algorithm::Rs256));
    let verified = verify(&token).unwrap();
    assert_eq!(verified.client_id, CLIENT_ID);
    assert_eq!(verified.jti, "j1");
    assert_eq!(verified.expires_at, NOW + 300);
    assert_eq!(verified.deployment_id.as_deref(), Some("d1"));
}

#[test]
fn an_assertion_has_numbers_as_times_and_one_audience() {
    let claims = Value::Object(assertion().claims());
    assert_eq!(
        claims,
        json!({
            "iss": CLIENT_ID, "sub": CLIENT_ID, "aud": TOKEN_URL, "jti": "j1", "iat": NOW, "exp": NOW + 300,
            "https://purl.imsglobal.org/spec/lti/claim/deployment_id": "d1",
        })
    );
    let without = ClientAssertion {
        deployment_id: None,
        lifetime_seconds: 1000,
        ..assertion()
    };
    assert_eq!(without.claims().len(), 6);
    assert_eq!(without.claims()["exp"], json!(NOW + 300), "no longer than any platform takes");
}

#[test]
fn issuer_and_subject_are_the_client_id() {
    for (name, code) in [("iss", "issuer"), ("sub", "subject")] {
        assert_eq!(outcome(&with(name, json!("another"))), code);
        assert_eq!(outcome(&with(name, json!(7))), "claim");
        assert_eq!(outcome(&with(name, json!(""))), "claim");
        assert_eq!(outcome(&with(name, Value::Null)), "claim");
    }
}

#[test]
fn the_audience_is_this_platform_alone() {
    for good in [json!(TOKEN_URL), json!(GATEWAY), json!([TOKEN_URL]), json!([GATEWAY])] {
        assert_eq!(outcome(&with("aud", good)), "accepted");
    }
    for bad in [
        json!("https://lms.example.edu/token"),
        json!("https://gateway.example/"),
        json!([]),
        json!([TOKEN_URL, GATEWAY]),
        json!([TOKEN_URL, "https://lms.example.edu"]),
        json!([7]),
    ] {
        assert_eq!(outcome(&with("aud", bad.clone())), "audience", "{bad}");
    }
    assert_eq!(outcome(&with("aud", Value::Null)), "claim");
    assert_eq!(outcome(&with("aud", json!({}))), "claim");
}

/// The outcome with these times, relative to now.
fn times(issued: i64, expires: i64) -> &'static str {
    let mut claims = with("iat", json!(NOW + issued));
    claims["exp"] = json!(NOW + expires);
    outcome(&claims)
}

#[test]
fn it_lives_five_minutes_at_most() {
    assert_eq!(times(0, 300), "accepted");
    assert_eq!(times(0, 301), "lifetime");
    assert_eq!(times(-200, 101), "lifetime", "although it expires soon");
    assert_eq!(times(60, 360), "accepted", "a clock that is a minute ahead");
    assert_eq!(times(0, 0), "lifetime");
    assert_eq!(times(30, -30), "lifetime");
}

#[test]
fn clocks_may_differ_by_a_minute() {
    assert_eq!(times(-100, -LEEWAY_SECONDS), "expired");
    assert_eq!(times(-100, 1 - LEEWAY_SECONDS), "accepted");
    assert_eq!(times(LEEWAY_SECONDS + 1, 100), "not_yet_valid");
    assert_eq!(times(LEEWAY_SECONDS, 100), "accepted");
    assert_eq!(outcome(&with("nbf", json!(NOW + LEEWAY_SECONDS))), "accepted");
    assert_eq!(outcome(&with("nbf", json!(NOW + LEEWAY_SECONDS + 1))), "not_yet_valid");
}

#[test]
fn times_are_numbers() {
    for name in ["iat", "exp"] {
        assert_eq!(outcome(&with(name, Value::Null)), "claim");
        assert_eq!(outcome(&with(name, json!((NOW + 1).to_string()))), "claim");
    }
    assert_eq!(outcome(&with("nbf", json!("now"))), "claim");
    assert_eq!(outcome(&with("exp", json!(NOW as f64 + 200.5))), "accepted");
    assert_eq!(outcome(&with("exp", json!(1e300))), "lifetime");
    assert_eq!(outcome(&with("iat", json!(-1e300))), "lifetime");
}

#[test]
fn it_has_a_jti() {
    assert_eq!(outcome(&with("jti", Value::Null)), "claim");
    assert_eq!(outcome(&with("jti", json!(""))), "claim");
    assert_eq!(outcome(&with("jti", json!(7))), "claim");
    assert_eq!(outcome(&with("jti", json!("j".repeat(MAX_JTI_LENGTH)))), "accepted");
    assert_eq!(outcome(&with("jti", json!("j".repeat(MAX_JTI_LENGTH + 1)))), "too_long");
}

#[test]
fn the_deployment_is_optional() {
    const DEPLOYMENT: &str = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";
    let deployment = |value| {
        let token = app().0.sign(with(DEPLOYMENT, value).as_object().unwrap()).unwrap();
        verify(&token).map(|verified| verified.deployment_id)
    };
    assert_eq!(deployment(Value::Null), Ok(None));
    assert_eq!(deployment(json!(7)), Ok(Some("7".to_owned())));
    for bad in [json!(""), json!(["d1"]), json!(7.5), json!(true)] {
        assert_eq!(deployment(bad), Err(TokenError::Claim { name: DEPLOYMENT }));
    }
}

#[test]
fn it_is_signed_by_a_key_of_the_app() {
    let (stranger, strangers_keyset) = new_signing_key("app-key");
    let stranger = SigningKey::from_pkcs8("app-key", &stranger).unwrap();
    let token = assertion().sign(&stranger).unwrap();
    assert_eq!(verify(&token), Err(TokenError::Jose(JoseError::Signature)));
    assert!(verify_with(&token, &strangers_keyset).is_ok());
    let (other, _) = new_signing_key("other-key");
    let token = assertion()
        .sign(&SigningKey::from_pkcs8("other-key", &other).unwrap())
        .unwrap();
    let kid = "other-key".to_owned();
    assert_eq!(verify(&token), Err(TokenError::Jose(JoseError::KeyNotFound { kid })));
    let good = assertion().sign(&app().0).unwrap();
    let (message, signature) = good.rsplit_once('.').unwrap();
    let payload = base64url(with("jti", json!("j9")).to_string());
    let header = message.split_once('.').unwrap().0;
    assert_eq!(
        verify(&format!("{header}.{payload}.{signature}")),
        Err(TokenError::Jose(JoseError::Signature))
    );
}

/// A good assertion, signed by the LMS's key with this header.
fn with_header(header: &Value) -> String {
    sign(&header.to_string(), with("jti", json!("j2")).to_string().as_bytes(), lms())
}

#[test]
fn without_kid_every_key_is_tried() {
    let token = with_header(&json!({ "typ": "JWT", "alg": "RS256" }));
    let keyset = json!({ "keys": [other().jwk("first"), lms().jwk("second")] }).to_string();
    assert_eq!(verify_with(&token, &keyset).unwrap().jti, "j2");
    let token_with_null = with_header(&json!({ "alg": "RS256", "kid": null }));
    assert!(verify_with(&token_with_null, &keyset).is_ok());
    let keyset = json!({ "keys": [other().jwk("first")] }).to_string();
    assert_eq!(verify_with(&token, &keyset), Err(TokenError::Jose(JoseError::Signature)));
    assert_eq!(
        verify_with(&token, r#"{"keys":[]}"#),
        Err(TokenError::Jose(JoseError::Signature))
    );
    let mut keys: Vec<_> = (0..MAX_KEYS_TRIED).map(|at| other().jwk(&format!("a{at:03}"))).collect();
    keys.push(lms().jwk("b"));
    assert!(
        verify_with(&token, &json!({ "keys": keys }).to_string()).is_err(),
        "not for ever"
    );
    assert!(verify_with(&token, &json!({ "keys": keys[1..] }).to_string()).is_ok());
}

#[test]
fn the_header_is_one_that_is_accepted() {
    let keyset = lms().jwks();
    let code = |header: Value| verify_with(&with_header(&header), &keyset).map_err(|error| error.code());
    assert!(code(header()).is_ok());
    for alg in ["none", "HS256", "RS512", "PS256", "ES256"] {
        let outcome = code(json!({ "alg": alg, "kid": KID }));
        assert!(outcome.is_err(), "{alg}");
    }
    assert_eq!(code(json!({ "alg": "none", "kid": KID })), Err("algorithm"));
    assert_eq!(code(json!({ "kid": KID })), Err("algorithm"));
    assert_eq!(
        code(json!({ "alg": "RS256", "kid": KID, "crit": ["b64"] })),
        Err("critical_header")
    );
    assert_eq!(code(json!({ "alg": "RS256", "kid": "" })), Err("kid"));
    assert_eq!(code(json!({ "alg": "RS256", "kid": 7 })), Err("kid"));
    assert_eq!(
        code(json!({ "alg": "RS256", "jwk": lms().jwk("own") })).map(|verified| verified.jti),
        Ok("j2".to_owned()),
        "by the keyset, not by the header"
    );
    let stranger = sign(
        &json!({ "alg": "RS256", "jwk": other().jwk("own"), "jku": "https://other.example" }).to_string(),
        with("jti", json!("j3")).to_string().as_bytes(),
        other(),
    );
    assert_eq!(verify_with(&stranger, &keyset).unwrap_err().code(), "signature");
}

#[test]
fn it_is_a_token_with_claims() {
    for bad in ["", "a.b", "a.b.c", "....", &"a".repeat(MAX_ASSERTION_LENGTH)] {
        assert_eq!(UnverifiedAssertion::parse(bad).unwrap_err().code(), "malformed");
    }
    let long = "a".repeat(MAX_ASSERTION_LENGTH + 1);
    assert_eq!(UnverifiedAssertion::parse(&long).unwrap_err().code(), "too_large");
    let twice = sign(&header().to_string(), br#"{"iss":"a","iss":"b"}"#, lms());
    assert_eq!(UnverifiedAssertion::parse(&twice).unwrap_err().code(), "claims");
    let nobody = sign(&header().to_string(), br#"{"iss":null}"#, lms());
    assert_eq!(UnverifiedAssertion::parse(&nobody).unwrap_err().code(), "claim");
}

#[test]
fn a_signing_key_is_an_rsa_key() {
    assert_eq!(
        SigningKey::from_pkcs8("k", b"no key").unwrap_err(),
        SigningKeyError::Unreadable
    );
    let pair = aws_lc_rs::signature::EcdsaKeyPair::generate(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let der = pair.to_pkcs8v1().unwrap();
    assert_eq!(SigningKey::from_pkcs8("k", der.as_ref()).unwrap_err().code(), "unreadable");
    assert_eq!(SigningKeyError::Failed.code(), "failed");
    assert_eq!(app().0.kid(), "app-key");
    assert_eq!(format!("{:?}", app().0), r#"SigningKey { kid: "app-key", .. }"#);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// An assertion is accepted exactly while its times allow it.
    #[test]
    fn times_hold_exactly(issued in -500_i64..500, lifetime in -10_i64..400) {
        let expires = issued + lifetime;
        let holds = (1..=300).contains(&lifetime) && expires > -LEEWAY_SECONDS && issued <= LEEWAY_SECONDS;
        prop_assert_eq!(times(issued, expires) == "accepted", holds);
    }

    /// No text makes it panic.
    #[test]
    fn any_text_is_refused(text in "[A-Za-z0-9_.-]{0,200}") {
        prop_assert!(UnverifiedAssertion::parse(&text).is_err());
    }
}
