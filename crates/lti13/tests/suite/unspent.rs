//! The unspent login: goes through the browser and comes back whole, in time, or not at all.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti13::{LoginRequest, LoginState, MAX_UNSPENT_LENGTH, StateKeys, UnspentLogin};
use proptest::prelude::*;

use crate::support::*;

const KEY: [u8; 32] = [1; 32];

fn unspent(request: LoginRequest) -> UnspentLogin {
    let (state, _) = LoginState::new(&platform(), &request, &[7; 64], NOW);
    UnspentLogin { request, state }
}

fn seal(unspent: &UnspentLogin) -> String {
    unspent.seal(&StateKeys::new(KEY), [2; 12])
}

fn open(token: &str, now: i64) -> Result<UnspentLogin, &'static str> {
    UnspentLogin::parse(pairs(&[("login", token), ("x", "y")]), &StateKeys::new(KEY), now).map_err(|refusal| refusal.code())
}

#[test]
fn what_was_sealed_comes_back() {
    let login = LoginRequest {
        lti_storage_target: Some("_parent".to_owned()),
        ..login()
    };
    let unspent = unspent(login.clone());
    assert_eq!(open(&seal(&unspent), NOW), Ok(unspent.clone()));
    let elsewhere = unspent.in_own_window();
    assert_eq!(
        elsewhere.lti_storage_target, None,
        "no LMS's page is around a window of its own"
    );
    assert_eq!(
        LoginRequest {
            lti_storage_target: login.lti_storage_target.clone(),
            ..elsewhere
        },
        login
    );
}

#[test]
fn it_expires_with_its_state_and_opens_with_its_key_only() {
    let token = seal(&unspent(login()));
    assert!(open(&token, NOW + 660).is_ok());
    assert_eq!(open(&token, NOW + 661), Err("launch_invalid.state_expired"));
    assert_eq!(open(&token, NOW - 61), Err("launch_invalid.state"));
    let other = UnspentLogin::parse(pairs(&[("login", &token)]), &StateKeys::new([3; 32]), NOW);
    assert_eq!(other.unwrap_err().code(), "launch_invalid.state");
}

#[test]
fn it_is_no_state_and_a_state_is_none() {
    let unspent = unspent(login());
    let keys = StateKeys::new(KEY);
    let state = unspent.state.seal(&keys, [2; 12]);
    assert_eq!(open(&state, NOW), Err("launch_invalid.state"));
    assert_eq!(
        LoginState::open(&seal(&unspent), &keys, NOW).unwrap_err().code(),
        "launch_invalid.state"
    );
}

#[test]
fn it_holds_no_secret_of_the_browser() {
    let (state, secret) = LoginState::new(&platform(), &login(), &[7; 64], NOW);
    let unspent = UnspentLogin { request: login(), state };
    assert!(!format!("{unspent:?}").contains(secret.as_str()));
    assert!(unspent.state.matches_browser(secret.as_str()), "but knows it when it sees it");
}

#[test]
fn the_longest_login_fits() {
    let long = "\u{1}".repeat(8192);
    let request = LoginRequest {
        login_hint: long.clone(),
        lti_message_hint: Some(long.clone()),
        target_link_uri: long,
        ..login()
    };
    let unspent = unspent(request);
    let token = seal(&unspent);
    assert!(token.len() <= MAX_UNSPENT_LENGTH, "{}", token.len());
    assert_eq!(open(&token, NOW), Ok(unspent));
}

#[test]
fn what_is_no_sealed_login_is_refused() {
    let parse =
        |form: &[(&str, &str)]| UnspentLogin::parse(pairs(form), &StateKeys::new(KEY), NOW).map_err(|refusal| refusal.code());
    assert_eq!(parse(&[]).unwrap_err(), "launch_invalid.missing_parameter");
    assert_eq!(parse(&[("login", "")]).unwrap_err(), "launch_invalid.missing_parameter");
    let token = seal(&unspent(login()));
    assert_eq!(
        parse(&[("login", &token), ("login", &token)]).unwrap_err(),
        "launch_invalid.duplicate_parameter"
    );
    let long = "A".repeat(MAX_UNSPENT_LENGTH + 1);
    assert_eq!(parse(&[("login", &long)]).unwrap_err(), "launch_invalid.too_large");
    for text in ["A", "AQ", "not base64!", &format!("{token}="), &token[1..]] {
        assert_eq!(open(text, NOW), Err("launch_invalid.state"), "{text}");
    }
}

proptest! {
    #[test]
    fn any_flipped_bit_is_refused(at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let mut bytes = URL_SAFE_NO_PAD.decode(seal(&unspent(login()))).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert_eq!(open(&URL_SAFE_NO_PAD.encode(bytes), NOW), Err("launch_invalid.state"));
    }
}
