//! The started login: goes through the browser and comes back whole, in time, or not at all.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti13::StateKeys;
use lti13::tool::{LoginInitiation, MAX_SEALED_LOGIN_LENGTH, OpaqueHint, PendingLogin, StartedLogin, ToolRegistration};
use proptest::prelude::*;

use crate::support::*;

const KEY: [u8; 32] = [1; 32];

fn started(request: LoginInitiation) -> StartedLogin {
    StartedLogin::new(&registration(), request, &[7; 64], NOW).0
}

fn seal(started: &StartedLogin) -> String {
    started.seal(&StateKeys::new(KEY), [2; 12])
}

fn open(token: &str, now: i64) -> Result<StartedLogin, &'static str> {
    StartedLogin::parse(pairs(&[("login", token), ("x", "y")]), &StateKeys::new(KEY), now).map_err(|refusal| refusal.code())
}

#[test]
fn what_was_sealed_comes_back() {
    let login = LoginInitiation {
        lti_storage_target: Some("_parent".to_owned()),
        ..login()
    };
    let started = started(login.clone());
    assert_eq!(open(&seal(&started), NOW), Ok(started.clone()));
    let elsewhere = started.into_initiation_in_own_window();
    assert_eq!(
        elsewhere.lti_storage_target, None,
        "no LMS's page is around a window of its own"
    );
    assert_eq!(
        LoginInitiation {
            lti_storage_target: login.lti_storage_target.clone(),
            ..elsewhere
        },
        login
    );
}

#[test]
fn it_expires_with_its_state_and_opens_with_its_key_only() {
    let token = seal(&started(login()));
    assert!(open(&token, NOW + 660).is_ok());
    assert_eq!(open(&token, NOW + 661), Err("launch_invalid.state_expired"));
    assert_eq!(open(&token, NOW - 61), Err("launch_invalid.state"));
    let other = StartedLogin::parse(pairs(&[("login", &token)]), &StateKeys::new([3; 32]), NOW);
    assert_eq!(other.unwrap_err().code(), "launch_invalid.state");
}

#[test]
fn a_note_of_the_tool_comes_back_with_the_login() {
    let keys = StateKeys::new(KEY);
    let noted = started(login()).with_note("proof of 17");
    let token = seal(&noted);
    let opened = StartedLogin::parse(pairs(&[("login", &token)]), &keys, NOW).unwrap();
    let url = opened.authentication_request("https://tool.example/launch", &keys, [2; 12]);
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1;
    let pending = PendingLogin::open(&state, &keys, NOW).unwrap();
    assert_eq!((pending.note(), pending.issued_at()), (Some("proof of 17"), NOW));
    assert_eq!(started(login()).pending().note(), None);
}

#[test]
fn it_is_no_state_and_a_state_is_none() {
    let started = started(login());
    let keys = StateKeys::new(KEY);
    let url = started.authentication_request("https://tool.example/launch", &keys, [2; 12]);
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1;
    assert!(PendingLogin::open(&state, &keys, NOW).is_ok());
    assert_eq!(open(&state, NOW), Err("launch_invalid.state"));
    assert_eq!(
        PendingLogin::open(&seal(&started), &keys, NOW).unwrap_err().code(),
        "launch_invalid.state"
    );
}

#[test]
fn it_holds_no_secret_of_the_browser() {
    let (started, secret) = StartedLogin::new(&registration(), login(), &[7; 64], NOW);
    assert!(!format!("{started:?}").contains(secret.as_str()));
    assert!(
        started.pending().matches_browser(secret.as_str()),
        "but knows it when it sees it"
    );
    assert_eq!(started.into_initiation(), login());
}

#[test]
fn the_longest_login_fits() {
    let long = "\u{1}".repeat(8192);
    let [issuer, id] = [2048, 255].map(|length| "\"".repeat(length));
    let request = LoginInitiation {
        iss: issuer.clone(),
        client_id: Some(id.clone()),
        login_hint: long.clone().into(),
        lti_message_hint: Some(long.clone().into()),
        target_link_uri: long,
        lti_deployment_id: Some(id.clone()),
        lti_storage_target: Some(id.clone()),
    };
    let url = || format!("https://lms.example.edu/{}", "x".repeat(2024)).parse().unwrap();
    let registration = ToolRegistration {
        issuer,
        client_id: id,
        authentication_url: url(),
        keyset_url: url(),
    };
    let started = StartedLogin::new(&registration, request, &[7; 64], NOW).0;
    let token = seal(&started);
    assert!(token.len() <= MAX_SEALED_LOGIN_LENGTH, "{}", token.len());
    assert_eq!(open(&token, NOW), Ok(started.clone()));

    let hint = OpaqueHint::from(vec![0xff; 8192]);
    let bytes = LoginInitiation {
        login_hint: hint.clone(),
        lti_message_hint: Some(hint),
        ..started.initiation().clone()
    };
    let started = StartedLogin::new(&registration, bytes, &[7; 64], NOW).0;
    let token = seal(&started);
    assert!(token.len() <= MAX_SEALED_LOGIN_LENGTH, "{}", token.len());
    assert_eq!(open(&token, NOW), Ok(started));
}

#[test]
fn what_is_no_sealed_login_is_refused() {
    let parse =
        |form: &[(&str, &str)]| StartedLogin::parse(pairs(form), &StateKeys::new(KEY), NOW).map_err(|refusal| refusal.code());
    assert_eq!(parse(&[]).unwrap_err(), "launch_invalid.missing_parameter");
    assert_eq!(parse(&[("login", "")]).unwrap_err(), "launch_invalid.missing_parameter");
    let token = seal(&started(login()));
    assert_eq!(
        parse(&[("login", &token), ("login", "another")]).unwrap_err(),
        "launch_invalid.duplicate_parameter"
    );
    let long = "A".repeat(MAX_SEALED_LOGIN_LENGTH + 1);
    assert_eq!(parse(&[("login", &long)]).unwrap_err(), "launch_invalid.too_large");
    for text in ["A", "AQ", "not base64!", &format!("{token}="), &token[1..]] {
        assert_eq!(open(text, NOW), Err("launch_invalid.state"), "{text}");
    }
}

proptest! {
    #[test]
    fn any_flipped_bit_is_refused(at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let mut bytes = URL_SAFE_NO_PAD.decode(seal(&started(login()))).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert_eq!(open(&URL_SAFE_NO_PAD.encode(bytes), NOW), Err("launch_invalid.state"));
    }
}
