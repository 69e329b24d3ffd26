//! The authentication response.

use lti13::tool::AuthenticationResponse;
use lti13::{ErrorKind, LaunchError, Stage};

use crate::support::pairs;

fn parse(form: &[(&str, &str)]) -> Result<AuthenticationResponse, LaunchError> {
    AuthenticationResponse::parse(pairs(form))
}

#[test]
fn a_launch_has_a_token_and_a_state() {
    let response = parse(&[
        ("state", "s"),
        ("id_token", "t"),
        ("lti_storage_target", "_parent"),
        ("session_state", "x"),
    ])
    .unwrap();
    assert_eq!(response.state(), Some("s"));
    let AuthenticationResponse::IdToken {
        state,
        id_token,
        storage_target,
    } = response
    else {
        panic!("an error")
    };
    assert_eq!(
        (state.as_str(), id_token.as_str(), storage_target.as_deref()),
        ("s", "t", Some("_parent"))
    );
}

#[test]
fn an_error_is_an_error_whatever_else_comes() {
    let response = parse(&[
        ("error", "login_required"),
        ("error_description", "why"),
        ("state", "s"),
        ("id_token", "t"),
    ])
    .unwrap();
    assert_eq!(response.state(), Some("s"));
    let AuthenticationResponse::Error {
        error,
        description,
        state,
    } = response
    else {
        panic!("a launch")
    };
    assert_eq!(
        (error.as_str(), description.as_deref(), state.as_deref()),
        ("login_required", Some("why"), Some("s"))
    );
    assert_eq!(parse(&[("error", "x")]).unwrap().state(), None);
}

#[test]
fn missing_parameters_are_named() {
    for (form, name) in [
        (&[("state", "s")][..], "id_token"),
        (&[("id_token", "t")], "state"),
        (&[("id_token", "t"), ("state", "")], "state"),
        (&[("id_token", ""), ("state", "s")], "id_token"),
        (&[("error", ""), ("state", "s")], "id_token"),
        (&[("JWT", "t"), ("state", "s")], "id_token"),
    ] {
        let refusal = parse(form).unwrap_err();
        assert_eq!(
            (refusal.code(), refusal.stage()),
            ("launch_invalid.missing_parameter", Stage::Response)
        );
        assert_eq!(refusal.name(), Some(name));
    }
}

#[test]
fn parameters_that_come_twice_are_refused() {
    for name in ["state", "id_token", "lti_storage_target", "error", "error_description"] {
        let refusal = parse(&[(name, "a"), (name, "b")]).unwrap_err();
        assert_eq!(
            (refusal.code(), refusal.stage()),
            ("launch_invalid.duplicate_parameter", Stage::Response)
        );
    }
}

#[test]
fn lengths_are_bounded() {
    for (name, limit) in [
        ("state", lti13::tool::MAX_STATE_LENGTH),
        ("id_token", lti13::tool::MAX_ID_TOKEN_LENGTH),
        ("lti_storage_target", 255),
        ("error", 255),
        ("error_description", 4096),
    ] {
        let with_length = |length: usize| {
            let long = "x".repeat(length);
            let rest = [("state", "s"), ("id_token", "t")]
                .into_iter()
                .filter(|(known, _)| *known != name);
            parse(&rest.chain([(name, long.as_str())]).collect::<Vec<_>>())
        };
        assert!(with_length(limit).is_ok(), "{name}");
        assert_eq!(
            with_length(limit + 1).unwrap_err().code(),
            "launch_invalid.too_large",
            "{name}"
        );
    }
    let refusal = parse(&[("state", "s"), ("id_token", "t"), ("lti_storage_target", "\u{0}")]).unwrap_err();
    assert_eq!(refusal.code(), "launch_invalid.malformed_parameter");
}

#[test]
fn errors_of_the_lms_have_their_own_codes() {
    for (error, code) in [
        ("login_required", "platform_error.login_required"),
        ("interaction_required", "platform_error.login_required"),
        ("consent_required", "platform_error.login_required"),
        ("account_selection_required", "platform_error.login_required"),
        ("access_denied", "platform_error.access_denied"),
        ("unauthorized_client", "platform_error.unauthorized_client"),
        ("invalid_client", "platform_error.unauthorized_client"),
        ("invalid_request", "platform_error.invalid_request"),
        ("invalid_scope", "platform_error.invalid_request"),
        ("invalid_request_uri", "platform_error.invalid_request"),
        ("invalid_request_object", "platform_error.invalid_request"),
        ("unsupported_response_type", "platform_error.invalid_request"),
        ("request_not_supported", "platform_error.invalid_request"),
        ("request_uri_not_supported", "platform_error.invalid_request"),
        ("registration_not_supported", "platform_error.invalid_request"),
        ("server_error", "platform_error.server_error"),
        ("temporarily_unavailable", "platform_error.server_error"),
        ("<script>", "platform_error.other"),
    ] {
        let refusal = LaunchError::from_platform_error(error);
        assert_eq!((refusal.code(), refusal.kind()), (code, ErrorKind::PlatformError));
        assert!(
            !format!("{refusal:?}{refusal}").contains("<script>"),
            "text from outside in {refusal:?}"
        );
    }
}

#[test]
fn tokens_are_not_shown() {
    let launch = parse(&[("state", "sealed-secret"), ("id_token", "token-secret")]).unwrap();
    assert_eq!(format!("{launch:?}"), "IdToken { .. }");
    let error = parse(&[("state", "sealed-secret"), ("error", "secret")]).unwrap();
    assert_eq!(format!("{error:?}"), "Error { .. }");
}
