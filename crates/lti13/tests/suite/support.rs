//! An LMS in a few lines: two RSA keys, a good set of claims, tokens with any header and any payload.

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti13::{Check, Checks, Expected, KeySet, Launch, LoginRequest, Platform, Refusal};
use serde_json::{Value, json};

pub(crate) const NOW: i64 = 1_795_416_800;
pub(crate) const ISSUER: &str = "https://lms.example.edu";
pub(crate) const CLIENT_ID: &str = "0aEVzPOYmhw5mJi";
pub(crate) const NONCE: &str = "bnW3lCBFVZ3zxpGwTqTjCQ";
pub(crate) const KID: &str = "lms-key-1";
pub(crate) const LTI: &str = "https://purl.imsglobal.org/spec/lti/claim/";

/// The LMS's key.
pub(crate) fn lms_key() -> &'static RsaKeyPair {
    static KEY: OnceLock<RsaKeyPair> = OnceLock::new();
    KEY.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
}

/// Somebody else's key.
pub(crate) fn other_key() -> &'static RsaKeyPair {
    static KEY: OnceLock<RsaKeyPair> = OnceLock::new();
    KEY.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn jwk(kid: &str, key: &RsaKeyPair) -> Value {
    let public = key.public_key();
    json!({
        "kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid,
        "n": base64url(public.modulus().big_endian_without_leading_zero()),
        "e": base64url(public.exponent().big_endian_without_leading_zero()),
    })
}

pub(crate) fn keyset() -> KeySet {
    KeySet::parse(json!({ "keys": [jwk(KID, lms_key())] }).to_string().as_bytes()).unwrap()
}

/// A good resource link launch.
pub(crate) fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": CLIENT_ID, "nonce": NONCE, "iat": NOW - 5, "exp": NOW + 55, "sub": "user-7",
        (format!("{LTI}message_type")): "LtiResourceLinkRequest",
        (format!("{LTI}version")): "1.3.0",
        (format!("{LTI}deployment_id")): "1",
        (format!("{LTI}target_link_uri")): "https://tool.example/launch",
        (format!("{LTI}resource_link")): { "id": "link-1", "title": "A link" },
        (format!("{LTI}roles")): ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
        (format!("{LTI}context")): { "id": "course-1", "label": "C1", "title": "Course one" },
        "name": "Terry Teacher", "given_name": "Terry", "family_name": "Teacher", "email": "terry@example.test",
    })
}

/// A good deep linking request: no resource link, no roles, no target link.
pub(crate) fn deep_linking_claims() -> Value {
    let mut claims = claims();
    claims[format!("{LTI}message_type")] = json!("LtiDeepLinkingRequest");
    claims[lti_dl()] = json!({
        "deep_link_return_url": "https://lms.example.edu/return?course=2",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
    });
    for name in ["resource_link", "roles", "target_link_uri"] {
        remove(&mut claims, &format!("{LTI}{name}"));
    }
    claims
}

pub(crate) fn lti_dl() -> &'static str {
    "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
}

pub(crate) fn remove(claims: &mut Value, name: &str) {
    claims.as_object_mut().unwrap().remove(name).unwrap();
}

pub(crate) fn header() -> Value {
    json!({ "typ": "JWT", "alg": "RS256", "kid": KID })
}

/// Signs any header and any payload with RS256.
pub(crate) fn sign(header: &str, payload: &[u8], key: &RsaKeyPair) -> String {
    let message = format!("{}.{}", base64url(header), base64url(payload));
    let signature = rs256(&message, key);
    format!("{message}.{signature}")
}

pub(crate) fn rs256(message: &str, key: &RsaKeyPair) -> String {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
        .unwrap();
    base64url(signature)
}

pub(crate) fn token(claims: &Value) -> String {
    sign(&header().to_string(), claims.to_string().as_bytes(), lms_key())
}

pub(crate) fn expected() -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        client_id: CLIENT_ID,
        nonce: NONCE,
        deployment_hint: None,
        target_link_uri: None,
        now: NOW,
    }
}

/// Verifies as a tool does: header, key by `kid`, signature and claims.
pub(crate) fn verify(token: &str, expected: &Expected<'_>) -> (Result<Launch, Refusal>, Vec<Check>) {
    let mut checks = Checks::new();
    let keys = keyset();
    let launch = lti13::header(token)
        .inspect_err(|refusal| checks.refuse(refusal))
        .and_then(|header| keys.require(&header.kid, &mut checks))
        .and_then(|key| lti13::verify(token, key, expected, &mut checks));
    (launch, checks.finish())
}

pub(crate) fn launch(claims: &Value) -> Result<Launch, Refusal> {
    verify(&token(claims), &expected()).0
}

/// `name` set to `value` in an otherwise good launch.
pub(crate) fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[claim(name)] = value;
    claims
}

pub(crate) fn without(name: &str) -> Value {
    let mut claims = claims();
    remove(&mut claims, &claim(name));
    claims
}

/// LTI claims by their short name.
pub(crate) fn claim(name: &str) -> String {
    match name {
        "iss" | "aud" | "azp" | "exp" | "iat" | "nbf" | "nonce" | "sub" | "name" => name.to_owned(),
        name => format!("{LTI}{name}"),
    }
}

/// The code with which these claims are refused, or `accepted`.
pub(crate) fn outcome(claims: &Value) -> &'static str {
    launch(claims).map_or_else(|refusal| refusal.code(), |_| "accepted")
}

pub(crate) fn platform() -> Platform {
    Platform {
        issuer: ISSUER.to_owned(),
        client_id: CLIENT_ID.to_owned(),
        authentication_url: "https://lms.example.edu/auth".parse().unwrap(),
        keyset_url: "https://lms.example.edu/jwks".parse().unwrap(),
    }
}

pub(crate) fn login() -> LoginRequest {
    LoginRequest {
        iss: ISSUER.to_owned(),
        client_id: Some(CLIENT_ID.to_owned()),
        login_hint: "3".to_owned(),
        target_link_uri: "https://tool.example/launch".to_owned(),
        lti_message_hint: Some(r#"{"cmid":2,"launchid":"ltilaunch1_259640302"}"#.to_owned()),
        lti_deployment_id: Some("1".to_owned()),
        lti_storage_target: None,
    }
}

pub(crate) fn pairs<'a>(
    pairs: &'a [(&'a str, &'a str)],
) -> impl Iterator<Item = (std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()))
}
