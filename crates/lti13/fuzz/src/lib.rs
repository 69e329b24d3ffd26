//! The work of the fuzz targets, and the properties that hold for all bytes. The stable tests replay the corpora through the
//! same functions.

use std::sync::OnceLock;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti13::jose::{Algorithm, Jws};
use lti13::test_support::TestPlatform;
use lti13::tool::{
    AuthenticationResponse, IdToken, LoginInitiation, PendingLogin, Policy, RecognizedLogin, StartedLogin, StorageConfirmation,
    ToolRegistration,
};
use lti13::{Checks, KeySet, StateKeys, VerificationKey, parse_pairs};
use serde_json::json;
use url::form_urlencoded;

/// The time of the corpora.
const NOW: i64 = 1_795_416_800;
const STATE_KEY: [u8; 32] = [1; 32];
const STATE_NONCE: [u8; 12] = [2; 12];

/// A form or query: what is accepted is echoed unaltered, once, to the registered address.
pub fn login_form(data: &[u8]) {
    let _ = AuthenticationResponse::parse(form_urlencoded::parse(data));
    let _ = StorageConfirmation::parse(form_urlencoded::parse(data));
    let Ok(login) = LoginInitiation::parse(parse_pairs(data)) else {
        return;
    };
    let registration = ToolRegistration {
        issuer: login.iss.clone(),
        client_id: login.client_id.clone().unwrap_or_default(),
        authentication_url: "https://lms.example.edu/auth?kept=1&state=theirs"
            .parse()
            .expect("an address"),
        keyset_url: "https://lms.example.edu/jwks".parse().expect("an address"),
    };
    let (started, secret) = StartedLogin::new(&registration, login.clone(), &[7; 64], NOW);
    let keys = StateKeys::new(STATE_KEY);
    let url = started.authentication_request("https://tool.example/lti/launch", &keys, STATE_NONCE);
    assert!(url.as_str().starts_with("https://lms.example.edu/auth?kept=1&scope=openid&"));
    let values = |name: &str| -> Vec<Vec<u8>> {
        parse_pairs(url.query().unwrap_or_default().as_bytes())
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
            .collect()
    };
    let state = values("state");
    let [state] = state.as_slice() else { panic!("one state") };
    let state = std::str::from_utf8(state).expect("base64url");
    let pending = PendingLogin::open(state, &keys, NOW).expect("a state of ours");
    assert!(pending.matches_browser(secret.as_str()));
    assert_eq!(values("login_hint"), [login.login_hint.as_bytes()]);
    let message_hint = values("lti_message_hint").pop();
    assert_eq!(message_hint, login.lti_message_hint.map(|hint| hint.as_bytes().to_vec()));
}

/// A state as it comes back, and the same bytes as the text inside a properly sealed one.
pub fn state(data: &[u8]) {
    let keys = StateKeys::new(STATE_KEY);
    if let Ok(token) = std::str::from_utf8(data) {
        let _ = PendingLogin::open(token, &keys, NOW);
        let _ = StartedLogin::parse([("login".into(), token.into())], &keys, NOW);
    }
    if let Ok(login) = PendingLogin::open(&seal(data), &keys, NOW) {
        assert!(!login.matches_browser(""));
        assert!(login.recognize_by_cookie("", &mut Checks::new()).is_err());
    }
}

/// The state of this text.
fn seal(text: &[u8]) -> String {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &STATE_KEY).expect("32 bytes"));
    let mut text = text.to_vec();
    let nonce = Nonce::assume_unique_for_key(STATE_NONCE);
    key.seal_in_place_append_tag(nonce, Aad::from(b"lti login state, version 1"), &mut text)
        .expect("short");
    URL_SAFE_NO_PAD.encode([&[1][..], &STATE_NONCE, &text].concat())
}

/// The login that the id_tokens of the corpus answer.
fn login() -> RecognizedLogin {
    let sha256 = |text: &str| URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()));
    let text = json!({
        "i": URL_SAFE_NO_PAD.encode([3; 16]), "n": "nonce", "b": sha256("secret"), "iss": "https://lms.example.edu", "c": "client",
        "a": "https://lms.example.edu/auth", "k": "https://lms.example.edu/jwks", "u": sha256(""), "t": NOW,
    });
    let keys = StateKeys::new(STATE_KEY);
    let login = PendingLogin::open(&seal(text.to_string().as_bytes()), &keys, NOW).expect("a state");
    login.recognize_by_cookie("secret", &mut Checks::new()).expect("the secret")
}

/// An id_token as it comes, and the same bytes as a payload that the LMS signed: what is accepted says what was expected.
pub fn id_token(data: &[u8]) {
    if let Ok(token) = std::str::from_utf8(data) {
        let _ = IdToken::parse(token);
    }
    let token = lms().sign(r#"{"alg":"RS256","kid":"k"}"#, data);
    let token = IdToken::parse(&token).expect("a header");
    let mut checks = Checks::new();
    let policy = Policy {
        allow_anonymous: true,
        deep_linking: true,
    };
    match login().verify(&token, lms_keys(), NOW, &mut checks) {
        Ok(launch) => {
            let launch = launch.admit(&policy, &mut checks).expect("everything is taken");
            let claims: serde_json::Value = serde_json::from_slice(data).expect("JSON");
            assert_eq!(
                (claims["iss"].as_str(), claims["nonce"].as_str()),
                (Some("https://lms.example.edu"), Some("nonce"))
            );
            assert!(!launch.deployment_id.is_empty() && launch.deployment_id.len() <= 255);
            assert!(launch.expires_at > NOW - 60 && launch.issued_at >= NOW - 3600 && launch.issued_at <= NOW + 60);
            let _ = (
                launch.name(),
                launch.context(),
                launch.locale(),
                launch.product_family_code(),
                launch.is_instructor(),
            );
            assert!(launch.return_url(false).is_none_or(|url| url.scheme() == "https"));
        }
        Err(refusal) => assert!(!refusal.code().is_empty()),
    }
    assert!(checks.finish().is_sorted_by_key(|check| check.stage));
}

/// A keyset: whatever it holds, only named keys of a known size come out.
pub fn keyset(data: &[u8]) {
    let Ok(keys) = KeySet::parse(data) else { return };
    assert!(keys.findings().len() <= 101);
    let document: serde_json::Value = serde_json::from_slice(data).expect("JSON");
    for kid in document["keys"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|jwk| jwk["kid"].as_str())
    {
        if let Some(key) = keys.find(kid) {
            assert_eq!(key.kid(), kid);
            let header = URL_SAFE_NO_PAD.encode(json!({ "alg": "RS256", "kid": kid }).to_string());
            let forged = format!("{header}.e30.{}", "A".repeat(342));
            if let Ok(forged) = IdToken::parse(&forged) {
                assert!(login().verify(&forged, &keys, NOW, &mut Checks::new()).is_err());
            }
        }
    }
    for jwk in document["keys"].as_array().into_iter().flatten() {
        if let Ok(key) = VerificationKey::from_jwk(jwk, Algorithm::Es256) {
            let forged = format!(
                "{}.e30.{}",
                URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","kid":"k"}"#),
                "A".repeat(86)
            );
            assert!(Jws::parse(&forged, 1024).expect("three parts").verify(&key).is_err());
        }
    }
}

fn lms() -> &'static TestPlatform {
    static LMS: OnceLock<TestPlatform> = OnceLock::new();
    LMS.get_or_init(TestPlatform::new)
}

fn lms_keys() -> &'static KeySet {
    static KEYS: OnceLock<KeySet> = OnceLock::new();
    KEYS.get_or_init(|| {
        let document = json!({ "keys": [lms().jwk("k")] });
        KeySet::parse(document.to_string().as_bytes()).expect("a keyset")
    })
}
