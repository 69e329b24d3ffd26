//! The sealed state: what was sealed comes back, to the right browser, in time, and nothing else does.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti13::tool::{BrowserSecret, LoginInitiation, PendingLogin, StartedLogin, ToolRegistration};
use lti13::{Checks, Stage, StateKeys};
use proptest::prelude::*;

use crate::support::*;

const KEY: [u8; 32] = [1; 32];
const NONCE_12: [u8; 12] = [2; 12];

fn random(seed: u8) -> [u8; 64] {
    std::array::from_fn(|at| u8::try_from(at).unwrap().wrapping_mul(7).wrapping_add(seed))
}

/// The id of a login that was started at [`NOW`]: its time, and random bytes.
fn id(seed: u8) -> [u8; 16] {
    let mut id = [0; 16];
    id.copy_from_slice(&random(seed)[..16]);
    id[..4].copy_from_slice(&u32::try_from(NOW).unwrap().to_be_bytes());
    id
}

fn start(registration: &ToolRegistration, login: LoginInitiation, seed: u8, now: i64) -> (StartedLogin, BrowserSecret) {
    StartedLogin::new(registration, login, &random(seed), now)
}

fn started() -> StartedLogin {
    start(&registration(), login(), 0, NOW).0
}

/// The state parameter of its authentication request.
fn seal(login: &StartedLogin, keys: &StateKeys) -> String {
    parameter(login, keys, "state")
}

fn parameter(login: &StartedLogin, keys: &StateKeys, name: &str) -> String {
    let url = login.authentication_request("https://tool.example/launch", keys, NONCE_12);
    let mut values = url.query_pairs().filter(|(known, _)| known == name);
    values.next().unwrap().1.into_owned()
}

fn sealed() -> String {
    seal(&started(), &StateKeys::new(KEY))
}

fn open(token: &str, now: i64) -> Result<PendingLogin, &'static str> {
    PendingLogin::open(token, &StateKeys::new(KEY), now).map_err(|error| error.code())
}

const PURPOSE: &[u8] = b"lti login state, version 1";

fn opened_text() -> String {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &KEY).unwrap());
    let mut token = URL_SAFE_NO_PAD.decode(sealed()).unwrap();
    let text = key
        .open_in_place(Nonce::assume_unique_for_key(NONCE_12), Aad::from(PURPOSE), &mut token[13..])
        .unwrap();
    String::from_utf8(text.to_vec()).unwrap()
}

#[test]
fn what_was_sealed_comes_back() {
    let login = LoginInitiation {
        lti_storage_target: Some("_parent".to_owned()),
        ..login()
    };
    let (started, secret) = start(&registration(), login.clone(), 0, NOW);
    assert_eq!(started.initiation(), &login);
    let opened = open(&seal(&started, &StateKeys::new(KEY)), NOW).unwrap();
    assert_eq!(&opened, started.pending());
    assert_eq!((opened.registration(), opened.id()), (&registration(), id(0)));
    assert!(opened.has_storage());
    let recognized = opened
        .clone()
        .recognize_by_cookie(secret.as_str(), &mut Checks::new())
        .unwrap();
    assert_eq!(
        (recognized.registration(), recognized.id()),
        (opened.registration(), opened.id())
    );
    assert_eq!(recognized.cookie_name(true), opened.cookie_name(true));
}

#[test]
fn the_random_bytes_are_used_and_kept_apart() {
    let (first, secret) = start(&registration(), login(), 0, NOW);
    assert_eq!(first.pending().id(), id(0));
    let nonce = parameter(&first, &StateKeys::new(KEY), "nonce");
    assert_eq!(nonce, base64url(&random(0)[16..32]));
    assert_eq!(secret.as_str(), base64url(&random(0)[32..]));
    assert!(!opened_text().contains(secret.as_str()));
    assert_eq!(nonce.len(), 22, "128 bits");
}

#[test]
fn a_state_is_small_and_survives_text_cleaning() {
    let token = sealed();
    assert!(token.len() < 1024, "{}", token.len());
    assert!(
        token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    );
    assert_eq!(URL_SAFE_NO_PAD.decode(&token).unwrap()[0], 1, "the version");
    assert!(!opened_text().contains("tool.example"), "long values are hashed");
}

#[test]
fn a_state_lives_ten_minutes_with_a_minute_of_leeway_both_ways() {
    let token = sealed();
    for (now, outcome) in [
        (NOW + 660, Ok(())),
        (NOW + 661, Err("launch_invalid.state_expired")),
        (NOW - 60, Ok(())),
        (NOW - 61, Err("launch_invalid.state")),
        (i64::MAX, Err("launch_invalid.state_expired")),
        (i64::MIN, Err("launch_invalid.state")),
    ] {
        assert_eq!(open(&token, now).map(|_| ()), outcome, "{}", now.saturating_sub(NOW));
    }
}

#[test]
fn only_the_keys_open_it() {
    let opens = |keys: &StateKeys| {
        PendingLogin::open(&sealed(), keys, NOW)
            .map(|_| ())
            .map_err(|refusal| refusal.code())
    };
    assert_eq!(opens(&StateKeys::new([9; 32])), Err("launch_invalid.state"));
    assert_eq!(
        opens(&StateKeys::new([9; 32]).with_previous([8; 32])),
        Err("launch_invalid.state")
    );
    assert_eq!(
        opens(&StateKeys::new([9; 32]).with_previous([8; 32]).with_previous(KEY)),
        Ok(())
    );
    let rotated = seal(&started(), &StateKeys::new([9; 32]).with_previous(KEY));
    assert_eq!(
        open(&rotated, NOW).map(|_| ()),
        Err("launch_invalid.state"),
        "the first key seals"
    );
    assert!(!format!("{:?}", StateKeys::new(KEY)).contains("1, 1"), "keys are not shown");
}

#[test]
fn only_this_version_and_purpose_opens() {
    let text = opened_text();
    assert!(open(&seal_text(text.as_bytes(), PURPOSE, 1), NOW).is_ok());
    assert!(open(&seal_text(text.as_bytes(), PURPOSE, 2), NOW).is_err());
    assert!(open(&seal_text(text.as_bytes(), PURPOSE, 0), NOW).is_err());
    assert!(open(&seal_text(text.as_bytes(), b"lti error reference", 1), NOW).is_err());
}

#[test]
fn sealed_text_is_parsed_strictly() {
    let text = opened_text();
    let id = format!(r#""i":"{}""#, base64url(id(0)));
    assert!(text.contains(&id), "{text}");
    for bad in [
        text.replacen('{', r#"{"x":1,"#, 1),
        text.replacen('{', r#"{"t":0,"#, 1),
        text.replace(&id, r#""i":"AAAA""#),
        text.replace(&format!("{id},"), ""),
        text.replace("https://lms.example.edu/auth", "no address"),
        format!("{text} {{}}"),
        String::new(),
    ] {
        assert_ne!(bad, text);
        assert!(open(&seal_text(bad.as_bytes(), PURPOSE, 1), NOW).is_err(), "{bad}");
    }
}

#[test]
fn longer_states_are_not_even_opened() {
    let padded = |length: usize| seal_text(format!("{:length$}", opened_text()).as_bytes(), PURPOSE, 1);
    let longest = padded(12_259);
    assert_eq!(longest.len(), lti13::tool::MAX_STATE_LENGTH);
    assert!(open(&longest, NOW).is_ok());
    assert!(open(&padded(12_260), NOW).is_err());
}

#[test]
fn what_is_no_state_is_refused() {
    let padded = format!("{}=", sealed());
    let long = "A".repeat(lti13::tool::MAX_STATE_LENGTH + 1);
    for text in ["", "A", "AQ", "AQIC", "not base64!", "état", &padded, &long] {
        assert_eq!(open(text, NOW).map(|_| ()), Err("launch_invalid.state"));
    }
}

#[test]
fn only_the_browser_with_the_secret_is_recognized() {
    let (started, secret) = start(&registration(), login(), 0, NOW);
    let (_, other) = start(&registration(), login(), 1, NOW);
    let login = started.pending();
    let recognize = |value: &str| {
        let mut checks = Checks::new();
        let recognized = login.clone().recognize_by_cookie(value, &mut checks).map(|_| ());
        assert_eq!(checks.passed(Stage::Browser), recognized.is_ok());
        assert_eq!(login.matches_browser(value), recognized.is_ok());
        recognized.map_err(|error| error.code())
    };
    assert_eq!(recognize(secret.as_str()), Ok(()));
    for value in [other.as_str(), "", &secret.as_str()[1..]] {
        assert_eq!(recognize(value), Err("cookies_not_found.cookie_mismatch"), "{value}");
    }
    assert_eq!(format!("{secret:?}"), "BrowserSecret(..)");
}

#[test]
fn every_login_has_its_own_cookie() {
    let (started, (other, _)) = (started(), start(&registration(), login(), 1, NOW));
    let login = started.pending();
    assert_eq!(login.cookie_name(true), "__Host-lti_6b03e2e01c232a31383f464d545b6269");
    assert_eq!(login.cookie_name(false), "lti_6b03e2e01c232a31383f464d545b6269");
    assert_ne!(other.pending().cookie_name(true), login.cookie_name(true));
}

#[test]
fn the_longest_login_fits() {
    let login = LoginInitiation {
        lti_deployment_id: Some("\"".repeat(255)),
        lti_storage_target: Some("\"".repeat(255)),
        target_link_uri: "x".repeat(8192),
        ..login()
    };
    let url = |length: usize| {
        format!("https://lms.example.edu/{}", "x".repeat(length - 24))
            .parse()
            .unwrap()
    };
    let registration = ToolRegistration {
        issuer: "\"".repeat(2048),
        client_id: "\"".repeat(255),
        authentication_url: url(2048),
        keyset_url: url(2048),
    };
    let (started, _) = start(&registration, login, 0, NOW);
    let token = seal(&started, &StateKeys::new(KEY));
    assert!(token.len() <= lti13::tool::MAX_STATE_LENGTH, "{}", token.len());
    assert_eq!(&open(&token, NOW).unwrap(), started.pending());
}

proptest! {
    #[test]
    fn any_flipped_bit_is_refused(at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed()).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert_eq!(open(&URL_SAFE_NO_PAD.encode(bytes), NOW).map(|_| ()), Err("launch_invalid.state"));
    }

    #[test]
    fn any_changed_character_is_refused(at in any::<prop::sample::Index>(), with in any::<char>()) {
        let token = sealed();
        let at = at.index(token.len());
        let changed = format!("{}{with}{}", &token[..at], &token[at + 1..]);
        prop_assume!(changed != token);
        prop_assert!(open(&changed, NOW).is_err());
    }

    #[test]
    fn any_cut_is_refused(length in any::<prop::sample::Index>()) {
        let token = sealed();
        prop_assert!(open(&token[..length.index(token.len())], NOW).is_err());
    }

    #[test]
    fn any_login_comes_back(issuer in any::<String>(), deployment in prop::option::of(any::<String>()), seed in any::<u8>(), now in 0..i64::MAX / 2) {
        let registration = ToolRegistration { issuer, ..registration() };
        let login = LoginInitiation { lti_deployment_id: deployment, ..login() };
        let (started, secret) = start(&registration, login, seed, now);
        let token = seal(&started, &StateKeys::new(KEY));
        prop_assume!(token.len() <= lti13::tool::MAX_STATE_LENGTH);
        let opened = open(&token, now).unwrap();
        prop_assert!(opened.matches_browser(secret.as_str()));
        prop_assert_eq!(&opened, started.pending());
    }
}
