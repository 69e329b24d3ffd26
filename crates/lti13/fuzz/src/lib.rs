//! What the fuzz targets do with their bytes, and what must hold whatever they are. The stable tests replay the corpora through the
//! same functions.

use std::sync::OnceLock;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti13::{
    AuthenticationResponse, Checks, Expected, KeySet, LoginRequest, LoginState, Platform, StateKeys, StorageConfirmation,
    UnspentLogin,
};
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
    let Ok(login) = LoginRequest::parse(form_urlencoded::parse(data)) else {
        return;
    };
    let platform = Platform {
        issuer: login.iss.clone(),
        client_id: login.client_id.clone().unwrap_or_default(),
        authentication_url: "https://lms.example.edu/auth?kept=1&state=theirs"
            .parse()
            .expect("an address"),
        keyset_url: "https://lms.example.edu/jwks".parse().expect("an address"),
    };
    let url = lti13::authentication_request(&platform, "https://tool.example/lti/launch", &login, "ours", "nonce");
    assert!(url.as_str().starts_with("https://lms.example.edu/auth?kept=1&scope=openid&"));
    let values = |name: &str| {
        url.query_pairs()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
            .collect()
    };
    let state: Vec<String> = values("state");
    assert_eq!(state, ["ours"]);
    let hint: Vec<String> = values("login_hint");
    assert_eq!(hint, [login.login_hint]);
    let message_hint: Vec<String> = values("lti_message_hint");
    assert_eq!(message_hint.into_iter().next(), login.lti_message_hint);
}

/// A state as it comes back, and the same bytes as the text inside a properly sealed one.
pub fn state(data: &[u8]) {
    let keys = StateKeys::new(STATE_KEY);
    if let Ok(token) = std::str::from_utf8(data) {
        let _ = LoginState::open(token, &keys, NOW);
        let _ = UnspentLogin::parse([("login".into(), token.into())], &keys, NOW);
    }
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &STATE_KEY).expect("32 bytes"));
    let mut text = data.to_vec();
    let nonce = Nonce::assume_unique_for_key(STATE_NONCE);
    key.seal_in_place_append_tag(nonce, Aad::from(b"lti login state, version 1"), &mut text)
        .expect("short");
    let token = URL_SAFE_NO_PAD.encode([&[1][..], &STATE_NONCE, &text].concat());
    if let Ok(state) = LoginState::open(&token, &keys, NOW) {
        let again = state.seal(&keys, STATE_NONCE);
        assert_eq!(LoginState::open(&again, &keys, NOW).as_ref(), Ok(&state));
        assert!(!state.matches_browser(""));
    }
}

/// An id_token as it comes, and the same bytes as a payload that the LMS signed: what is accepted says what was expected.
pub fn id_token(data: &[u8]) {
    if let Ok(token) = std::str::from_utf8(data) {
        let _ = lti13::header(token);
    }
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","kid":"k"}"#);
    let message = format!("{header}.{}", URL_SAFE_NO_PAD.encode(data));
    let mut signature = vec![0; lms_key().public_modulus_len()];
    lms_key()
        .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
        .expect("a signature");
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));

    let expected = Expected {
        issuer: "https://lms.example.edu",
        client_id: "client",
        nonce: "nonce",
        deployment_hint: None,
        target_link_uri: None,
        now: NOW,
    };
    let mut checks = Checks::new();
    let key = lms_keys().find("k").expect("the key");
    match lti13::verify(&token, key, &expected, &mut checks) {
        Ok(launch) => {
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
                launch.platform_family(),
                launch.is_instructor(),
            );
            assert!(launch.return_url(false).is_none_or(|url| url.scheme() == "https"));
        }
        Err(refusal) => assert!(!refusal.code().is_empty()),
    }
    let stored = serde_json::to_string(&checks).expect("JSON");
    assert!(stored.len() < 16 * 1024, "{stored}");
    assert_eq!(
        serde_json::from_str::<Checks>(&stored).expect("a record").finish(),
        checks.finish()
    );
}

/// A keyset: whatever it holds, only named keys of a known size come out.
pub fn keyset(data: &[u8]) {
    let Ok(keys) = KeySet::parse(data) else { return };
    assert!(keys.usable() + keys.findings().len() <= lti13::MAX_KEYS + 1);
    for finding in keys.findings() {
        assert!(finding.reason.sentence().ends_with('.'));
    }
    let document: serde_json::Value = serde_json::from_slice(data).expect("JSON");
    for kid in document["keys"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|jwk| jwk["kid"].as_str())
    {
        if let Some(key) = keys.find(kid) {
            assert_eq!(key.kid(), kid);
            let expected = Expected {
                issuer: "",
                client_id: "",
                nonce: "",
                deployment_hint: None,
                target_link_uri: None,
                now: NOW,
            };
            let header = URL_SAFE_NO_PAD.encode(json!({ "alg": "RS256", "kid": kid }).to_string());
            let forged = format!("{header}.e30.{}", "A".repeat(342));
            assert!(lti13::verify(&forged, key, &expected, &mut Checks::new()).is_err());
        }
    }
}

fn lms_key() -> &'static RsaKeyPair {
    static KEY: OnceLock<RsaKeyPair> = OnceLock::new();
    KEY.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"))
}

fn lms_keys() -> &'static KeySet {
    static KEYS: OnceLock<KeySet> = OnceLock::new();
    KEYS.get_or_init(|| {
        let public = lms_key().public_key();
        let n = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
        let e = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
        let document = json!({ "keys": [{ "kty": "RSA", "kid": "k", "n": n, "e": e }] });
        KeySet::parse(document.to_string().as_bytes()).expect("a keyset")
    })
}
