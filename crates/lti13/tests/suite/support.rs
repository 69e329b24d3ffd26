//! A login at an LMS, and its answer: good claims, claims with one change, and how they are verified.

use std::sync::OnceLock;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti13::test_support::TestPlatform;
use lti13::tool::{IdToken, Launch, LoginInitiation, PendingLogin, Policy, RecognizedLogin, ToolRegistration, VerifiedLaunch};
use lti13::{Check, Checks, KeySet, LaunchError, StateKeys};
use serde_json::{Value, json};

pub(crate) const NOW: i64 = 1_795_416_800;
pub(crate) const ISSUER: &str = "https://lms.example.edu";
pub(crate) const CLIENT_ID: &str = "0aEVzPOYmhw5mJi";
pub(crate) const NONCE: &str = "bnW3lCBFVZ3zxpGwTqTjCQ";
pub(crate) const KID: &str = TestPlatform::KID;
pub(crate) const LTI: &str = "https://purl.imsglobal.org/spec/lti/claim/";

/// The LMS.
pub(crate) fn lms() -> &'static TestPlatform {
    static LMS: OnceLock<TestPlatform> = OnceLock::new();
    LMS.get_or_init(TestPlatform::new)
}

/// Somebody else with a key.
pub(crate) fn other() -> &'static TestPlatform {
    static OTHER: OnceLock<TestPlatform> = OnceLock::new();
    OTHER.get_or_init(TestPlatform::new)
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn keyset() -> KeySet {
    KeySet::parse(lms().jwks().as_bytes()).unwrap()
}

/// A good resource link launch.
pub(crate) fn claims() -> Value {
    lms().claims(NONCE, NOW)
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

/// Any header and any payload, signed with RS256.
pub(crate) fn sign(header: &str, payload: &[u8], signer: &TestPlatform) -> String {
    signer.sign(header, payload)
}

pub(crate) fn token(claims: &Value) -> String {
    lms().id_token(claims)
}

/// The login that a launch answers.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) deployment_hint: Option<&'a str>,
    pub(crate) target_link_uri: &'a str,
    pub(crate) now: i64,
}

pub(crate) fn expected() -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        client_id: CLIENT_ID,
        nonce: NONCE,
        deployment_hint: None,
        target_link_uri: "https://tool.example/launch",
        now: NOW,
    }
}

const STATE_KEY: [u8; 32] = [1; 32];
const STATE_NONCE: [u8; 12] = [2; 12];

/// Seals any text as the library would.
pub(crate) fn seal_text(text: &[u8], purpose: &[u8], version: u8) -> String {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &STATE_KEY).unwrap());
    let mut text = text.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(STATE_NONCE), Aad::from(purpose), &mut text)
        .unwrap();
    base64url([&[version][..], &STATE_NONCE, &text].concat())
}

/// The login of a recognized browser, by a state that is written by hand: the library chooses nonces itself.
pub(crate) fn recognized(expected: &Expected<'_>) -> RecognizedLogin {
    let sha256 = |text: &str| base64url(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()));
    let mut state = json!({
        "i": base64url([3; 16]), "n": expected.nonce, "b": sha256("secret"), "iss": expected.issuer, "c": expected.client_id,
        "a": "https://lms.example.edu/auth", "k": "https://lms.example.edu/jwks", "u": sha256(expected.target_link_uri),
        "t": expected.now,
    });
    if let Some(hint) = expected.deployment_hint {
        state["d"] = json!(hint);
    }
    let sealed = seal_text(state.to_string().as_bytes(), b"lti login state, version 1", 1);
    let login = PendingLogin::open(&sealed, &StateKeys::new(STATE_KEY), expected.now).unwrap();
    login.recognize_by_cookie("secret", &mut Checks::new()).unwrap()
}

/// Verifies as a tool does: header, key by `kid`, signature and claims.
pub(crate) fn verify(token: &str, expected: &Expected<'_>) -> (Result<VerifiedLaunch, LaunchError>, Vec<Check>) {
    let mut checks = Checks::new();
    let launch = verify_with(&keyset(), token, expected, &mut checks);
    (launch, checks.finish())
}

pub(crate) fn verify_with(
    keys: &KeySet,
    token: &str,
    expected: &Expected<'_>,
    checks: &mut Checks,
) -> Result<VerifiedLaunch, LaunchError> {
    let token = IdToken::parse(token).map_err(|error| checks.refuse(error))?;
    recognized(expected).verify(&token, keys, expected.now, checks)
}

/// Takes everything.
pub(crate) const ANY: Policy = Policy {
    allow_anonymous: true,
    deep_linking: true,
};

pub(crate) fn verified(claims: &Value) -> Result<VerifiedLaunch, LaunchError> {
    verify(&token(claims), &expected()).0
}

pub(crate) fn launch(claims: &Value) -> Result<Launch, LaunchError> {
    verified(claims)?.admit(&ANY, &mut Checks::new()).cloned()
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

pub(crate) fn registration() -> ToolRegistration {
    lms().registration().clone()
}

pub(crate) fn login() -> LoginInitiation {
    LoginInitiation {
        iss: ISSUER.to_owned(),
        client_id: Some(CLIENT_ID.to_owned()),
        login_hint: "3".into(),
        target_link_uri: "https://tool.example/launch".to_owned(),
        lti_message_hint: Some(r#"{"cmid":2,"launchid":"ltilaunch1_259640302"}"#.into()),
        lti_deployment_id: Some("1".to_owned()),
        lti_storage_target: None,
    }
}

pub(crate) fn pairs<'a>(
    pairs: &'a [(&'a str, &'a str)],
) -> impl Iterator<Item = (std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()))
}
