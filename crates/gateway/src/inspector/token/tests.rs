#![allow(clippy::unwrap_used, clippy::panic)]

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{EncodingKey, Header, encode, jwk::Jwk};
use serde_json::json;

use super::*;

const NOW: i64 = 1_795_000_000;

fn key() -> (EncodingKey, Vec<u8>) {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let key = EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
    let mut jwk = Jwk::from_encoding_key(&key, jsonwebtoken::Algorithm::ES256).unwrap();
    jwk.common.key_id = Some("k".to_owned());
    (key, serde_json::to_vec(&json!({ "keys": [jwk] })).unwrap())
}

fn sign(key: &EncodingKey, kid: Option<&str>, changes: &Value) -> String {
    let header = Header {
        kid: kid.map(ToOwned::to_owned),
        ..Header::new(jsonwebtoken::Algorithm::ES256)
    };
    encode(&header, &claims(changes), key).unwrap()
}

fn claims(changes: &Value) -> Value {
    let mut claims = json!({
        "iss": "https://gateway", "aud": "app", "sub": "s", "iat": NOW, "exp": NOW + 60, "jti": "j", "reference": "r", "tenant_id": "c0ffee00-0000-4000-8000-000000000001",
        "platform": { "issuer": "i", "client_id": "c", "deployment_id": "d" },
    });
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    claims
}

/// Any header and any payload, signed with ES256.
fn sign_text(key: &EncodingKey, header: &str, payload: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), key, jsonwebtoken::Algorithm::ES256).unwrap();
    format!("{signed}.{signature}")
}

fn validate(changes: &Value, now: i64) -> Result<(), TokenError> {
    let (key, jwks) = key();
    verify(&sign(&key, Some("k"), changes), &jwks, "https://gateway", "app", now).map(|_| ())
}

#[test]
fn a_launch_token_counts_for_a_minute() {
    assert_eq!(validate(&json!({}), NOW), Ok(()));
    assert_eq!(validate(&json!({}), NOW + 64), Ok(()));
    assert_eq!(validate(&json!({}), NOW + 65), Err(TokenError::Expired));
    assert_eq!(validate(&json!({}), NOW - 6), Err(TokenError::Expired));
}

#[test]
fn another_gateways_or_another_apps_token_is_refused() {
    assert_eq!(validate(&json!({ "iss": "https://other" }), NOW), Err(TokenError::Issuer));
    assert_eq!(validate(&json!({ "aud": "other" }), NOW), Err(TokenError::Audience));
}

#[test]
fn what_the_gateway_did_not_sign_is_refused() {
    let ((ours, jwks), (theirs, _)) = (key(), key());
    let verify = |token: &str| verify(token, &jwks, "https://gateway", "app", NOW).map(|_| ());
    assert_eq!(verify(&sign(&theirs, Some("k"), &json!({}))), Err(TokenError::Signature));
    assert_eq!(verify(&sign(&ours, Some("other"), &json!({}))), Err(TokenError::Signature));
    assert_eq!(verify(&sign(&ours, None, &json!({}))), Err(TokenError::Malformed));
    assert_eq!(verify("garbage"), Err(TokenError::Malformed));
    // HS256 with the public key as the secret.
    let header = Header {
        kid: Some("k".to_owned()),
        ..Header::new(jsonwebtoken::Algorithm::HS256)
    };
    let forged = encode(
        &header,
        &json!({ "iss": "https://gateway" }),
        &EncodingKey::from_secret(&jwks),
    )
    .unwrap();
    assert_eq!(verify(&forged), Err(TokenError::Signature));
}

#[test]
fn only_es256_by_a_named_key_without_extensions_is_read() {
    let (key, jwks) = key();
    let by = |header: Value| {
        let token = sign_text(&key, &header.to_string(), &claims(&json!({})).to_string());
        verify(&token, &jwks, "https://gateway", "app", NOW).map(|_| ())
    };
    assert_eq!(by(json!({ "alg": "ES256", "kid": "k" })), Ok(()));
    for alg in ["none", "HS256", "RS256", "ES384", "es256"] {
        assert_eq!(by(json!({ "alg": alg, "kid": "k" })), Err(TokenError::Signature), "{alg}");
    }
    assert_eq!(
        by(json!({ "alg": "ES256", "kid": "k", "crit": null })),
        Ok(()),
        "null is absent"
    );
    for crit in [json!(["b64"]), json!([]), json!("b64")] {
        assert_eq!(
            by(json!({ "alg": "ES256", "kid": "k", "crit": crit })),
            Err(TokenError::Signature)
        );
    }
    assert_eq!(by(json!({ "alg": "ES256" })), Err(TokenError::Malformed));
    assert_eq!(by(json!({ "alg": "ES256", "kid": "" })), Err(TokenError::Malformed));
    let good = sign(&key, Some("k"), &json!({}));
    let unsigned = format!("{}.", good.rsplit_once('.').unwrap().0);
    assert_eq!(
        verify(&unsigned, &jwks, "https://gateway", "app", NOW).map(|_| ()),
        Err(TokenError::Signature)
    );
}

#[test]
fn a_name_that_stands_twice_is_refused() {
    let (key, jwks) = key();
    let by = |header: &str, payload: &str| {
        let token = sign_text(&key, header, payload);
        verify(&token, &jwks, "https://gateway", "app", NOW).map(|_| ())
    };
    let (header, payload) = (r#"{"alg":"ES256","kid":"k"}"#, claims(&json!({})).to_string());
    assert_eq!(by(header, &payload), Ok(()));
    // `name` goes to the flattened claims, where serde lets the last one count.
    let twice = payload.replacen('{', r#"{"name":"Anna","name":"Megan","#, 1);
    assert_eq!(by(header, &twice), Err(TokenError::Malformed));
    assert_eq!(
        by(r#"{"alg":"ES256","kid":"x","kid":"k"}"#, &payload),
        Err(TokenError::Malformed)
    );
    assert_eq!(by(header, r#"{"iss":"https://gateway"}"#), Err(TokenError::Malformed));
}

#[test]
fn a_token_is_no_longer_than_a_form() {
    let (key, jwks) = key();
    let of_length = |length: usize| {
        let padded = |padding: usize| sign(&key, Some("k"), &json!({ "padding": "x".repeat(padding) }));
        // Three bytes of the payload are four of the token.
        let mut padding = (length - padded(0).len()) / 4 * 3;
        while padded(padding).len() < length {
            padding += 1;
        }
        padded(padding)
    };
    let verify = |token: &str| verify(token, &jwks, "https://gateway", "app", NOW).map(|_| ());
    let longest = of_length(BODY_LIMIT - 1);
    assert!(longest.len() <= BODY_LIMIT, "{}", longest.len());
    assert_eq!(verify(&longest), Ok(()));
    let longer = of_length(BODY_LIMIT + 1);
    assert_eq!(verify(&longer), Err(TokenError::Malformed));
}
