//! One login and one launch, for callgrind to count: `cargo xtask instructions` runs it, and counts what happens inside of `counted_login`
//! and `counted_launch`. Each is done once before, so that nothing is counted that a process does only the first time.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::HashMap;

use lti13::test_support::TestPlatform;
use lti13::tool::{
    AuthenticationResponse, BrowserSecret, IdToken, LoginInitiation, PendingLogin, Policy, StartedLogin, ToolRegistration,
    VerifiedLaunch,
};
use lti13::{Checks, KeySet, StateKeys, parse_pairs};
use url::Url;
use url::form_urlencoded::{self, parse};

const NOW: i64 = 1_795_416_800;
const INITIATION: &str = "iss=https%3A%2F%2Flms.example.edu&client_id=0aEVzPOYmhw5mJi&login_hint=3\
    &target_link_uri=https%3A%2F%2Ftool.example%2Flaunch&lti_message_hint=%7B%22cmid%22%3A2%7D&lti_deployment_id=1";

fn main() {
    let platform = TestPlatform::new();
    let keys = StateKeys::new([1; 32]);
    login(platform.registration(), &keys);
    let (url, secret) = counted_login(platform.registration(), &keys);

    let sent: HashMap<_, _> = url.query_pairs().into_owned().collect();
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("state", &sent["state"])
        .append_pair("id_token", &platform.id_token(&platform.claims(&sent["nonce"], NOW)))
        .finish();
    let keyset = KeySet::parse(platform.jwks().as_bytes()).unwrap();
    launch(&form, secret.as_str(), &keyset, &keys);
    let launch = counted_launch(&form, secret.as_str(), &keyset, &keys);
    assert_eq!(launch.origin().deployment_id, "1");
}

#[inline(never)]
fn counted_login(registration: &ToolRegistration, keys: &StateKeys) -> (Url, BrowserSecret) {
    login(registration, keys)
}

#[inline(never)]
fn counted_launch(form: &str, cookie: &str, keyset: &KeySet, keys: &StateKeys) -> VerifiedLaunch {
    launch(form, cookie, keyset, keys)
}

fn login(registration: &ToolRegistration, keys: &StateKeys) -> (Url, BrowserSecret) {
    let initiation = LoginInitiation::parse(parse_pairs(INITIATION.as_bytes())).unwrap();
    let (login, secret) = StartedLogin::new(registration, initiation, &[2; 64], NOW);
    let url = login.authentication_request("https://tool.example/launch", keys, [3; 12]);
    (url, secret)
}

fn launch(form: &str, cookie: &str, keyset: &KeySet, keys: &StateKeys) -> VerifiedLaunch {
    let AuthenticationResponse::IdToken { state, id_token, .. } = AuthenticationResponse::parse(parse(form.as_bytes())).unwrap()
    else {
        panic!("the platform sent an id_token");
    };
    let mut checks = Checks::new();
    let login = PendingLogin::open(&state, keys, NOW).unwrap();
    let login = login.recognize_by_cookie(cookie, &mut checks).unwrap();
    let token = IdToken::parse(&id_token).unwrap();
    let launch = login.verify(&token, keyset, NOW, &mut checks).unwrap();
    launch.admit(&Policy::default(), &mut checks).unwrap();
    launch
}
