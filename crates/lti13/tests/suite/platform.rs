//! The platform's side, against the tool's: what one sends, the other reads; and every rule of the authentication request broken once.

use lti13::platform::{
    AuthenticationError, AuthenticationErrorReason as Reason, AuthenticationRequest, AuthenticationResponse, ErrorCode,
    LoginInitiationRequest, RegisteredTool, ValidatedRequest,
};
use lti13::tool::{self, IdToken, LoginInitiation, PendingLogin, StartedLogin};
use lti13::{Checks, LaunchError, Rule, StateKeys};
use proptest::prelude::*;
use url::{Url, form_urlencoded};

use crate::support::*;

const REDIRECT_URI: &str = "https://tool.example/launch?a=%7e&b";

fn registered() -> RegisteredTool {
    RegisteredTool {
        client_id: CLIENT_ID.to_owned(),
        redirect_uris: vec!["https://tool.example/other".to_owned(), REDIRECT_URI.to_owned()],
    }
}

fn initiation() -> LoginInitiationRequest {
    LoginInitiationRequest {
        iss: ISSUER.to_owned(),
        login_hint: "3 & 4+5".to_owned(),
        target_link_uri: "https://tool.example/launch?x=1&y=ü#part".to_owned(),
        client_id: Some(CLIENT_ID.to_owned()),
        lti_message_hint: Some(r#"{"cmid":2}"#.to_owned()),
        lti_deployment_id: Some("1".to_owned()),
        lti_storage_target: Some("_parent".to_owned()),
    }
}

fn read(url: &Url) -> LoginInitiation {
    LoginInitiation::parse(url.query_pairs()).unwrap()
}

#[test]
fn the_tool_reads_the_login_initiation() {
    let sent = initiation();
    let url = sent.url(&"https://tool.example/login?school=7#top".parse().unwrap());
    assert!(url.as_str().starts_with("https://tool.example/login?school=7&iss="));
    assert_eq!(url.fragment(), None);
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(sent.parameters())
        .finish();
    let expected = LoginInitiation {
        iss: sent.iss,
        client_id: sent.client_id,
        login_hint: sent.login_hint.into(),
        target_link_uri: sent.target_link_uri,
        lti_message_hint: sent.lti_message_hint.map(Into::into),
        lti_deployment_id: sent.lti_deployment_id,
        lti_storage_target: sent.lti_storage_target,
    };
    assert_eq!(read(&url), expected);
    assert_eq!(
        LoginInitiation::parse(form_urlencoded::parse(form.as_bytes())).unwrap(),
        expected
    );
}

#[test]
fn what_is_absent_or_empty_is_not_sent() {
    let sent = LoginInitiationRequest {
        client_id: None,
        lti_message_hint: Some(String::new()),
        lti_deployment_id: None,
        lti_storage_target: None,
        ..initiation()
    };
    let names: Vec<_> = sent.parameters().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["iss", "login_hint", "target_link_uri"]);
}

#[test]
fn the_query_of_the_login_url_replaces_nothing() {
    let url = initiation().url(&"https://tool.example/login?iss=other&kept=%7e".parse().unwrap());
    assert_eq!(read(&url).iss, ISSUER);
    assert!(url.as_str().contains("?kept=%7e&iss="));
}

/// The tool's request after [`initiation`], and its login.
fn tool_request() -> (Url, StartedLogin, String) {
    let initiation = read(&initiation().url(&"https://tool.example/login".parse().unwrap()));
    let (login, secret) = StartedLogin::new(&registration(), initiation, &[7; 64], NOW);
    let url = login.authentication_request(REDIRECT_URI, &StateKeys::new([1; 32]), [2; 12]);
    (url, login, secret.as_str().to_owned())
}

fn tool_reads(answer: &AuthenticationResponse) -> tool::AuthenticationResponse {
    let pairs = answer.parameters().iter();
    tool::AuthenticationResponse::parse(pairs.map(|(name, value)| ((*name).into(), value.into()))).unwrap()
}

#[test]
fn a_launch_goes_round() {
    let (url, _, secret) = tool_request();
    let request = AuthenticationRequest::parse(url.query_pairs()).unwrap();
    assert_eq!(
        (
            request.client_id(),
            request.redirect_uri(),
            request.login_hint(),
            request.lti_message_hint()
        ),
        (CLIENT_ID, REDIRECT_URI, Some("3 & 4+5"), Some(r#"{"cmid":2}"#))
    );
    let request = request.validate(Some(&registered())).unwrap();
    assert_eq!(
        (
            request.client_id.as_str(),
            request.redirect_uri(),
            request.login_hint.as_str(),
            request.lti_message_hint.as_deref()
        ),
        (CLIENT_ID, REDIRECT_URI, "3 & 4+5", Some(r#"{"cmid":2}"#))
    );
    let token = lms().id_token(&lms().claims(&request.nonce, NOW));
    let answer = request.respond(&token);
    assert_eq!(answer.redirect_uri(), REDIRECT_URI);
    let tool::AuthenticationResponse::IdToken { state, id_token, .. } = tool_reads(&answer) else {
        panic!("an error")
    };
    let login = PendingLogin::open(&state, &StateKeys::new([1; 32]), NOW).unwrap();
    let login = login.recognize_by_cookie(&secret, &mut Checks::new()).unwrap();
    let launch = login.verify(&IdToken::parse(&id_token).unwrap(), &keyset(), NOW, &mut Checks::new());
    assert_eq!(launch.unwrap().origin().deployment_id, "1");
}

#[test]
fn the_tool_understands_every_error() {
    for code in ErrorCode::ALL {
        let (url, login, _) = tool_request();
        let request = AuthenticationRequest::parse(url.query_pairs()).unwrap();
        let answer = request.validate(Some(&registered())).unwrap().refuse(*code);
        assert_eq!(answer.redirect_uri(), REDIRECT_URI);
        let tool::AuthenticationResponse::Error { error, state, .. } = tool_reads(&answer) else {
            panic!("no error")
        };
        assert_ne!(
            LaunchError::from_platform_error(&error).rule(),
            Rule::PlatformOther,
            "{error}"
        );
        let opened = PendingLogin::open(&state.unwrap(), &StateKeys::new([1; 32]), NOW).unwrap();
        assert_eq!(&opened, login.pending());
    }
}

const GOOD: [(&str, &str); 10] = [
    ("scope", "openid"),
    ("response_type", "id_token"),
    ("response_mode", "form_post"),
    ("prompt", "none"),
    ("client_id", CLIENT_ID),
    ("redirect_uri", REDIRECT_URI),
    ("login_hint", "3"),
    ("lti_message_hint", "m"),
    ("nonce", "n"),
    ("state", "s &\r\nü"),
];

/// The good request with `name` sent once for each of `values`.
fn answer(name: &str, values: &[&str]) -> Result<ValidatedRequest, AuthenticationError> {
    let rest = GOOD.into_iter().filter(|(known, _)| *known != name);
    let form: Vec<_> = rest.chain(values.iter().map(|value| (name, *value))).collect();
    AuthenticationRequest::parse(pairs(&form))?.validate(Some(&registered()))
}

/// Refused by a page: nothing goes to the tool.
#[track_caller]
fn assert_page(refusal: Result<ValidatedRequest, AuthenticationError>, reason: &Reason, code: &str) {
    let error = refusal.unwrap_err();
    assert_eq!((error.reason(), error.code().as_str()), (reason, code));
    assert_eq!(error.response(), None);
}

/// Refused by an answer to the tool, with the state byte for byte.
#[track_caller]
fn assert_sent(refusal: Result<ValidatedRequest, AuthenticationError>, reason: &Reason, code: &str) {
    let error = refusal.unwrap_err();
    assert_eq!((error.reason(), error.code().as_str()), (reason, code));
    let answer = error.response().unwrap();
    assert_eq!(answer.redirect_uri(), REDIRECT_URI);
    assert_eq!(
        answer.parameters(),
        [
            ("state", "s &\r\nü".to_owned()),
            ("error", code.to_owned()),
            ("error_description", reason.to_string())
        ]
    );
}

#[test]
fn client_and_redirect_uri_are_required_and_nothing_is_sent_without_them() {
    for name in ["client_id", "redirect_uri"] {
        for values in [&[][..], &[""]] {
            assert_page(answer(name, values), &Reason::Missing { name }, "invalid_request");
        }
        let reason = Reason::Malformed { name };
        assert_page(answer(name, &["a\u{0}b"]), &reason, "invalid_request");
    }
}

#[test]
fn an_unknown_client_is_refused_by_a_page() {
    let unknown = Reason::UnknownClient;
    assert_page(answer("client_id", &["another"]), &unknown, "unauthorized_client");
    assert_eq!(unknown.name(), "client_id");
    let request = AuthenticationRequest::parse(pairs(&GOOD)).unwrap();
    assert_page(request.validate(None), &unknown, "unauthorized_client");
}

#[test]
fn redirect_uris_are_compared_byte_for_byte() {
    for other in [
        "https://tool.example/launch",
        "https://tool.example/launch?a=%7E&b",
        "https://tool.example/launch?a=~&b",
        "https://tool.example:443/launch?a=%7e&b",
        "https://TOOL.example/launch?a=%7e&b",
        "https://tool.example/launch?a=%7e&b#",
        "https://tool.example/launch?a=%7e&b ",
        "https://tool.example/launch?a=%7e&b&c",
        "https://tool.example.evil.example/launch?a=%7e&b",
    ] {
        assert_page(
            answer("redirect_uri", &[other]),
            &Reason::UnregisteredRedirectUri,
            "invalid_request",
        );
    }
    assert_eq!(Reason::UnregisteredRedirectUri.name(), "redirect_uri");
    assert!(answer("redirect_uri", &["https://tool.example/other"]).is_ok());
}

#[test]
fn a_page_comes_before_an_answer() {
    let mut form = GOOD.to_vec();
    form.retain(|(name, _)| *name != "redirect_uri" && *name != "nonce");
    form.push(("redirect_uri", "https://evil.example/"));
    let refusal = AuthenticationRequest::parse(pairs(&form))
        .unwrap()
        .validate(Some(&registered()));
    assert_page(refusal, &Reason::UnregisteredRedirectUri, "invalid_request");
}

#[test]
fn parameters_that_come_twice_or_too_long_are_refused_by_a_page() {
    let limits = [
        ("client_id", 255),
        ("redirect_uri", 8192),
        ("scope", 1024),
        ("response_type", 255),
        ("response_mode", 255),
        ("prompt", 255),
        ("login_hint", 8192),
        ("lti_message_hint", 8192),
        ("nonce", 1024),
        ("state", 16 * 1024),
        ("request", 64 * 1024),
        ("request_uri", 8192),
        ("registration", 64 * 1024),
    ];
    for (name, limit) in limits {
        assert_page(answer(name, &["a", "b"]), &Reason::Duplicate { name }, "invalid_request");
        let long = "x".repeat(limit + 1);
        let length = limit + 1;
        let reason = Reason::TooLarge { name, length, limit };
        assert_page(answer(name, &[&long]), &reason, "invalid_request");
        let fits = answer(name, &[&long[1..]]);
        assert!(
            !matches!(&fits, Err(error) if matches!(error.reason(), Reason::TooLarge { .. })),
            "{name}: {fits:?}"
        );
        assert_eq!(reason.name(), name);
    }
}

#[test]
fn fixed_values_are_required() {
    for (name, expected, missing, other) in [
        ("scope", "openid", "invalid_scope", "invalid_scope"),
        ("response_type", "id_token", "invalid_request", "unsupported_response_type"),
        ("response_mode", "form_post", "invalid_request", "invalid_request"),
        ("prompt", "none", "invalid_request", "invalid_request"),
    ] {
        for values in [&[][..], &[""]] {
            assert_sent(answer(name, values), &Reason::Missing { name }, missing);
        }
        let reason = Reason::Value { name, expected };
        for wrong in [
            "other",
            &expected.to_uppercase(),
            &format!("{expected}x"),
            &format!("x{expected}"),
        ] {
            assert_sent(answer(name, &[wrong]), &reason, other);
        }
        if name != "scope" {
            let two = format!("{expected} token");
            assert_sent(answer(name, &[&two]), &reason, other);
        }
        assert_eq!(reason.name(), name);
    }
}

#[test]
fn other_scopes_beside_openid_are_ignored() {
    for scope in ["openid", "openid profile", "email openid"] {
        assert!(answer("scope", &[scope]).is_ok(), "{scope}");
    }
}

#[test]
fn login_hint_and_nonce_are_required() {
    for name in ["login_hint", "nonce"] {
        for values in [&[][..], &[""]] {
            assert_sent(answer(name, values), &Reason::Missing { name }, "invalid_request");
        }
    }
}

#[test]
fn what_would_replace_parameters_is_not_supported() {
    for name in ["request", "request_uri", "registration"] {
        let reason = Reason::Unsupported { name };
        assert_sent(answer(name, &["x"]), &reason, &format!("{name}_not_supported"));
        assert_eq!(reason.name(), name);
        assert!(answer(name, &[""]).is_ok());
    }
}

#[test]
fn state_and_message_hint_are_optional() {
    for values in [&[][..], &[""]] {
        let valid = answer("state", values).unwrap();
        assert_eq!(valid.respond("t").parameters(), [("id_token", "t".to_owned())]);
        assert_eq!(answer("lti_message_hint", values).unwrap().lti_message_hint, None);
    }
    let form: Vec<_> = GOOD
        .into_iter()
        .filter(|(name, _)| *name != "state" && *name != "nonce")
        .collect();
    let error = AuthenticationRequest::parse(pairs(&form))
        .unwrap()
        .validate(Some(&registered()));
    let error = error.unwrap_err();
    assert_eq!(error.response().unwrap().parameters()[0].0, "error");
}

#[test]
fn errors_say_which_parameter_and_no_value() {
    let error = answer("prompt", &["login"]).unwrap_err();
    assert_eq!(error.to_string(), "invalid_request: prompt must be none");
    // RFC 6749, 4.1.2.1: the characters of an error_description.
    let allowed = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);
    for (name, values) in [
        ("prompt", &["login\""][..]),
        ("nonce", &[]),
        ("scope", &["\\"]),
        ("request", &["{}"]),
    ] {
        let text = answer(name, values).unwrap_err().reason().to_string();
        assert!(text.bytes().all(allowed), "{text}");
    }
}

#[test]
fn debugging_shows_neither_hints_nor_state_nor_token() {
    let request = AuthenticationRequest::parse(pairs(&GOOD)).unwrap();
    let valid = request.clone().validate(Some(&registered())).unwrap();
    let named = |name: &str| format!("{name} {{ client_id: {CLIENT_ID:?}, .. }}");
    assert_eq!(format!("{request:?}"), named("AuthenticationRequest"));
    assert_eq!(format!("{valid:?}"), named("ValidatedRequest"));
    let shown = format!("{:?}", valid.respond("secret-token"));
    assert!(shown.starts_with("AuthenticationResponse { redirect_uri: "), "{shown}");
    for hidden in ["s &", "secret-token", "nonce", "login_hint"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

proptest! {
    #[test]
    fn hints_and_state_come_back_as_they_were(hint in "\\PC{1,80}", message in "\\PC{1,80}", state in "[\\s\\S]{1,80}", nonce in "\\PC{1,40}") {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(GOOD.into_iter().filter(|(name, _)| !matches!(*name, "login_hint" | "lti_message_hint" | "state" | "nonce")));
        query.extend_pairs([("login_hint", &hint), ("lti_message_hint", &message), ("state", &state), ("nonce", &nonce)]);
        let query = query.finish();
        let request = AuthenticationRequest::parse(form_urlencoded::parse(query.as_bytes())).unwrap();
        let valid = request.validate(Some(&registered())).unwrap();
        prop_assert_eq!((&valid.login_hint, valid.lti_message_hint.as_ref(), &valid.nonce), (&hint, Some(&message), &nonce));
        let answer = valid.respond("t");
        prop_assert_eq!(&answer.parameters()[0], &("state", state));
    }
}
