#![allow(clippy::unwrap_used, clippy::panic)]

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::{EncodingKey, Header, encode, jwk::Jwk};
use serde_json::json;

use super::*;

const NOW: i64 = 1_795_000_000;

fn key() -> (EncodingKey, Vec<u8>) {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let key = EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
    let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
    jwk.common.key_id = Some("k".to_owned());
    (key, serde_json::to_vec(&json!({ "keys": [jwk] })).unwrap())
}

fn sign(key: &EncodingKey, kid: Option<&str>, changes: &Value) -> String {
    let mut claims = json!({
        "iss": "https://gateway", "aud": "app", "sub": "s", "iat": NOW, "exp": NOW + 60, "jti": "j", "reference": "r", "tenant_id": "c0ffee00-0000-4000-8000-000000000001",
        "platform": { "issuer": "i", "client_id": "c", "deployment_id": "d" },
    });
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let header = Header {
        kid: kid.map(ToOwned::to_owned),
        ..Header::new(Algorithm::ES256)
    };
    encode(&header, &claims, key).unwrap()
}

fn judge(changes: &Value, now: i64) -> Result<(), TokenFault> {
    let (key, jwks) = key();
    verify(&sign(&key, Some("k"), changes), &jwks, "https://gateway", "app", now).map(|_| ())
}

#[test]
fn a_launch_token_counts_for_a_minute() {
    assert_eq!(judge(&json!({}), NOW), Ok(()));
    assert_eq!(judge(&json!({}), NOW + 64), Ok(()));
    assert_eq!(judge(&json!({}), NOW + 65), Err(TokenFault::Expired));
    assert_eq!(judge(&json!({}), NOW - 6), Err(TokenFault::Expired));
}

#[test]
fn another_gateways_or_another_apps_token_is_refused() {
    assert_eq!(judge(&json!({ "iss": "https://other" }), NOW), Err(TokenFault::Issuer));
    assert_eq!(judge(&json!({ "aud": "other" }), NOW), Err(TokenFault::Audience));
}

#[test]
fn what_the_gateway_did_not_sign_is_refused() {
    let ((ours, jwks), (theirs, _)) = (key(), key());
    let verify = |token: &str| verify(token, &jwks, "https://gateway", "app", NOW).map(|_| ());
    assert_eq!(verify(&sign(&theirs, Some("k"), &json!({}))), Err(TokenFault::Signature));
    assert_eq!(verify(&sign(&ours, Some("other"), &json!({}))), Err(TokenFault::Signature));
    assert_eq!(verify(&sign(&ours, None, &json!({}))), Err(TokenFault::Malformed));
    assert_eq!(verify("garbage"), Err(TokenFault::Malformed));
    // HS256 with the public key as the secret.
    let header = Header {
        kid: Some("k".to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let forged = encode(
        &header,
        &json!({ "iss": "https://gateway" }),
        &EncodingKey::from_secret(&jwks),
    )
    .unwrap();
    assert_eq!(verify(&forged), Err(TokenFault::Signature));
}
