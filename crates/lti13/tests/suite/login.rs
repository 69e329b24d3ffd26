//! The login initiation and the authentication request.

use std::collections::HashMap;

use lti13::tool::{LoginInitiation, OpaqueHint, StartedLogin, ToolRegistration};
use lti13::{LaunchError, StateKeys, parse_pairs};
use proptest::prelude::*;
use url::Url;

use crate::support::*;

const GOOD: [(&str, &str); 3] = [
    ("iss", "https://lms.example.edu"),
    ("login_hint", "3"),
    ("target_link_uri", "https://tool.example/launch"),
];

fn parse(extra: &[(&str, &str)]) -> Result<LoginInitiation, LaunchError> {
    LoginInitiation::parse(pairs(&[&GOOD[..], extra].concat()))
}

#[test]
fn required_parameters_are_enough() {
    let login = parse(&[]).unwrap();
    assert_eq!(
        (login.iss.as_str(), login.login_hint),
        ("https://lms.example.edu", "3".into())
    );
    assert_eq!(login.target_link_uri, "https://tool.example/launch");
    assert_eq!(
        (
            login.client_id,
            login.lti_message_hint,
            login.lti_deployment_id,
            login.lti_storage_target
        ),
        (None, None, None, None)
    );
}

#[test]
fn optional_parameters_are_taken_and_unknown_ones_ignored() {
    let login = parse(&[
        ("client_id", "c"),
        ("lti_message_hint", "h"),
        ("lti_deployment_id", "d"),
        ("lti_storage_target", "_parent"),
        ("canvas_region", "x"),
        ("canvas_region", "y"),
        ("ISS", "z"),
    ])
    .unwrap();
    assert_eq!(login.client_id.as_deref(), Some("c"));
    assert_eq!(login.lti_message_hint, Some("h".into()));
    assert_eq!(login.lti_deployment_id.as_deref(), Some("d"));
    assert_eq!(login.lti_storage_target.as_deref(), Some("_parent"));
}

#[test]
fn the_other_name_of_the_deployment_stands_in() {
    let deployment = |extra: &[(&str, &str)]| parse(extra).unwrap().lti_deployment_id;
    assert_eq!(deployment(&[("deployment_id", "a")]).as_deref(), Some("a"));
    assert_eq!(
        deployment(&[("deployment_id", "a"), ("lti_deployment_id", "b")]).as_deref(),
        Some("b")
    );
    assert_eq!(
        deployment(&[("deployment_id", "a"), ("lti_deployment_id", "")]).as_deref(),
        Some("a")
    );
}

#[test]
fn empty_optional_parameters_are_absent() {
    let login = parse(&[
        ("client_id", ""),
        ("lti_message_hint", ""),
        ("lti_deployment_id", ""),
        ("lti_storage_target", ""),
    ])
    .unwrap();
    assert_eq!(
        (
            login.client_id,
            login.lti_message_hint,
            login.lti_deployment_id,
            login.lti_storage_target
        ),
        (None, None, None, None)
    );
}

#[test]
fn missing_parameters_are_named() {
    for left_out in ["iss", "login_hint", "target_link_uri"] {
        let rest: Vec<_> = GOOD.into_iter().filter(|(name, _)| *name != left_out).collect();
        let emptied: Vec<_> = GOOD
            .map(|(name, value)| (name, if name == left_out { "" } else { value }))
            .into();
        for form in [rest, emptied] {
            let refusal = LoginInitiation::parse(pairs(&form)).unwrap_err();
            assert_eq!(refusal.code(), "launch_invalid.missing_parameter");
            assert_eq!(refusal.name(), Some(left_out));
        }
    }
}

#[test]
fn a_parameter_has_one_value_however_often_it_comes() {
    for name in [
        "iss",
        "client_id",
        "login_hint",
        "target_link_uri",
        "lti_message_hint",
        "lti_deployment_id",
        "deployment_id",
        "lti_storage_target",
    ] {
        let parse = |values: &[&'static str]| {
            let known = GOOD.into_iter().filter(|(known, _)| *known != name);
            let form: Vec<_> = known.chain(values.iter().map(|value| (name, *value))).collect();
            LoginInitiation::parse(pairs(&form))
        };
        for values in [["a", "a"], ["", "a"], ["a", ""]] {
            assert_eq!(parse(&values), parse(&["a"]), "{name}");
            assert!(parse(&values).is_ok(), "{name}");
        }
        for values in [["a", "b"], ["a", "A"], ["a", "a "]] {
            let refusal = parse(&values).unwrap_err();
            assert_eq!(refusal.code(), "launch_invalid.duplicate_parameter");
            assert_eq!(refusal.name(), Some(name));
        }
    }
}

#[test]
fn lengths_are_bounded() {
    for (name, limit) in [
        ("iss", 2048),
        ("client_id", 255),
        ("login_hint", 8192),
        ("target_link_uri", 8192),
        ("lti_message_hint", 8192),
        ("lti_deployment_id", 255),
        ("deployment_id", 255),
        ("lti_storage_target", 255),
    ] {
        let with_length = |length: usize| {
            let long = "x".repeat(length);
            let rest = GOOD.into_iter().filter(|(known, _)| *known != name);
            let form: Vec<(&str, &str)> = rest.chain([(name, long.as_str())]).collect();
            LoginInitiation::parse(pairs(&form))
        };
        assert!(with_length(limit).is_ok(), "{name}");
        let refusal = with_length(limit + 1).unwrap_err();
        assert_eq!(refusal.code(), "launch_invalid.too_large");
        assert_eq!(refusal.name(), Some(name));
    }
}

#[test]
fn names_hold_no_control_characters_but_hints_may() {
    for name in ["iss", "client_id", "lti_deployment_id", "lti_storage_target"] {
        let rest = GOOD.into_iter().filter(|(known, _)| *known != name);
        let form: Vec<_> = rest.chain([(name, "a\u{0}b")]).collect();
        assert_eq!(
            LoginInitiation::parse(pairs(&form)).unwrap_err().code(),
            "launch_invalid.malformed_parameter",
            "{name}"
        );
    }
    assert!(parse(&[("lti_message_hint", "a\r\n\u{0}")]).is_ok());
}

/// The authentication request, its state and its nonce.
fn authentication_request(registration: &ToolRegistration, login: LoginInitiation) -> (Url, String, String) {
    let (started, _) = StartedLogin::new(registration, login, &[7; 64], NOW);
    let keys = StateKeys::new([1; 32]);
    let url = started.authentication_request("https://tool.example/lti/launch", &keys, [2; 12]);
    let value = |name: &str| {
        let ours = url.query_pairs().filter(|(known, _)| known == name).last();
        ours.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    (url.clone(), value("state"), value("nonce"))
}

/// The decoded query, each name once.
fn query(url: &Url) -> HashMap<String, String> {
    let mut query = HashMap::new();
    for (name, value) in url.query_pairs() {
        assert!(
            query.insert(name.into_owned(), value.into_owned()).is_none(),
            "twice in {url}"
        );
    }
    query
}

#[test]
fn the_request_has_exactly_its_parameters() {
    let registration = ToolRegistration {
        client_id: "a client".to_owned(),
        ..registration()
    };
    let (url, state, nonce) = authentication_request(&registration, login());
    assert!(
        url.as_str().starts_with("https://lms.example.edu/auth?scope=openid&"),
        "{url}"
    );
    let expected = [
        ("scope", "openid"),
        ("response_type", "id_token"),
        ("response_mode", "form_post"),
        ("prompt", "none"),
        ("client_id", "a client"),
        ("redirect_uri", "https://tool.example/lti/launch"),
        ("login_hint", "3"),
        ("nonce", &nonce),
        ("state", &state),
        ("lti_message_hint", r#"{"cmid":2,"launchid":"ltilaunch1_259640302"}"#),
    ];
    assert_eq!(nonce, base64url([7; 16]), "128 bits of the random ones");
    assert_eq!(
        query(&url),
        expected
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    );
    assert!(
        url.as_str().contains("client_id=a%20client"),
        "a plus sign is not a space for everybody"
    );
}

#[test]
fn an_absent_message_hint_is_not_sent() {
    let login = LoginInitiation {
        lti_message_hint: None,
        ..login()
    };
    let (url, ..) = authentication_request(&registration(), login);
    assert!(!query(&url).contains_key("lti_message_hint"));
}

#[test]
fn the_query_of_the_authentication_url_stays_but_ours_wins() {
    let registration = ToolRegistration {
        authentication_url: "https://lms.example.edu/auth?a=1+2%20&scope=email&st%61te=theirs&&b&nonce=theirs#top"
            .parse()
            .unwrap(),
        ..registration()
    };
    let (url, state, nonce) = authentication_request(&registration, login());
    assert!(url.query().unwrap().starts_with("a=1+2%20&b&scope=openid&"), "{url}");
    assert_eq!(url.fragment(), None);
    let query = query(&url);
    assert_eq!(
        (query["state"].as_str(), query["nonce"].as_str(), query["scope"].as_str()),
        (state.as_str(), nonce.as_str(), "openid")
    );
}

#[test]
fn errors_go_back_beside_the_query_of_the_return_url() {
    let back: Url = "https://lms.example.edu/back?course=2&lti_errormsg=old#x".parse().unwrap();
    let url = lti13::tool::with_error(&back, "Nicht gültig & <b>", "launch_invalid.nonce");
    assert!(
        url.as_str()
            .starts_with("https://lms.example.edu/back?course=2&lti_errormsg=Nicht%20g"),
        "{url}"
    );
    let query = query(&url);
    assert_eq!(
        (query["lti_errormsg"].as_str(), query["lti_errorlog"].as_str()),
        ("Nicht gültig & <b>", "launch_invalid.nonce")
    );
}

/// The bytes of a parameter of the request.
fn bytes_of(url: &Url, name: &str) -> Vec<u8> {
    let pairs = parse_pairs(url.query().unwrap().as_bytes());
    let values: Vec<_> = pairs.filter(|(known, _)| known == name).collect();
    assert_eq!(values.len(), 1, "{name} in {url}");
    values[0].1.to_vec()
}

#[test]
fn hints_that_are_no_text_come_back_byte_for_byte() {
    let form =
        b"iss=https://lms.example.edu&login_hint=%ff%FE+%2B%00%e4&target_link_uri=https://t.example&lti_message_hint=\xc3(+";
    let login = LoginInitiation::parse(parse_pairs(form)).unwrap();
    assert_eq!(login.iss, "https://lms.example.edu");
    let keys = StateKeys::new([1; 32]);
    let (started, _) = StartedLogin::new(&registration(), login, &[7; 64], NOW);
    let sealed = started.seal(&keys, [2; 12]);
    let again = StartedLogin::parse(pairs(&[("login", &sealed)]), &keys, NOW).unwrap();
    for started in [started, again] {
        let url = started.authentication_request("https://tool.example/launch", &keys, [2; 12]);
        assert_eq!(bytes_of(&url, "login_hint"), b"\xff\xfe +\x00\xe4");
        assert_eq!(bytes_of(&url, "lti_message_hint"), b"\xc3( ");
    }
}

#[test]
fn pairs_are_decoded_as_forms_are() {
    for encoded in ["", "a", "a=", "=b", "a=b&&c=d", "a=b=c&a+b=c+d", "%61=%62%2&%=%zz", "a=%ff"] {
        let ours: Vec<_> = parse_pairs(encoded.as_bytes())
            .map(|(name, value)| (name.into_owned(), String::from_utf8_lossy(&value).into_owned()))
            .collect();
        let theirs: Vec<_> = url::form_urlencoded::parse(encoded.as_bytes()).into_owned().collect();
        assert_eq!(ours, theirs, "{encoded}");
    }
}

proptest! {
    #[test]
    fn any_bytes_come_back(login_hint in prop::collection::vec(any::<u8>(), 1..50), message_hint in prop::collection::vec(any::<u8>(), 1..50)) {
        let hint = OpaqueHint::from(message_hint.clone());
        let login = LoginInitiation { login_hint: login_hint.clone().into(), lti_message_hint: Some(hint), ..login() };
        let (url, ..) = authentication_request(&registration(), login);
        prop_assert_eq!(bytes_of(&url, "login_hint"), login_hint);
        prop_assert_eq!(bytes_of(&url, "lti_message_hint"), message_hint);
    }

    #[test]
    fn hints_come_back_byte_for_byte(login_hint in any::<String>(), message_hint in any::<String>()) {
        let hint = OpaqueHint::from(message_hint.clone());
        let login = LoginInitiation { login_hint: login_hint.clone().into(), lti_message_hint: Some(hint), ..login() };
        let (url, ..) = authentication_request(&registration(), login);
        let query = query(&url);
        prop_assert_eq!(&query["login_hint"], &login_hint);
        prop_assert_eq!(&query["lti_message_hint"], &message_hint);
    }

    #[test]
    fn foreign_parameters_are_kept(names in prop::collection::vec("x[a-z]{0,5}", 0..5), value in any::<String>()) {
        let mut url: Url = "https://lms.example.edu/auth".parse().unwrap();
        for name in &names {
            url.query_pairs_mut().append_pair(name, &value);
        }
        let before: Vec<_> = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let registration = ToolRegistration { authentication_url: url, ..registration() };
        let (after, ..) = authentication_request(&registration, login());
        let kept: Vec<_> = after.query_pairs().take(before.len()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        prop_assert_eq!(kept, before);
        prop_assert_eq!(after.query_pairs().count(), names.len() + 10);
    }
}
