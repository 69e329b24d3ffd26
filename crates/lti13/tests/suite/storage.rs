//! Platform storage: what is asked of whom, and which answer proves the browser.

use lti13::tool::{
    BrowserSecret, LoginInitiation, PendingLogin, StartedLogin, StorageConfirmation, StorageRequest, ToolRegistration,
};
use lti13::{Checks, LaunchError, Stage};
use serde_json::json;

use crate::support::*;

const ID: &str = "lti_6b03e2e0090909090909090909090909";
const SECRET: &str = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk";

fn started(target: Option<&str>) -> (PendingLogin, StorageRequest) {
    let login = pending(target, &registration());
    let put = login.0.put_request(&login.1).unwrap();
    (login.0, put)
}

fn pending(target: Option<&str>, registration: &ToolRegistration) -> (PendingLogin, BrowserSecret) {
    let login = LoginInitiation {
        lti_storage_target: target.map(str::to_owned),
        ..login()
    };
    let (started, secret) = StartedLogin::new(registration, login, &[9; 64], NOW);
    (started.pending().clone(), secret)
}

#[test]
fn the_secret_is_put_by_both_names_and_got_again() {
    let (login, put) = started(Some("_parent"));
    assert_eq!(
        serde_json::to_value(&put).unwrap(),
        json!({
            "frame": null, "origin": "https://lms.example.edu",
            "messages": [
                { "subject": "lti.put_data", "message_id": format!("{ID}_put_data"), "key": ID, "value": SECRET },
                { "subject": "org.imsglobal.lti.put_data", "message_id": format!("{ID}_put_data"), "key": ID, "value": SECRET },
            ],
            "capabilities": [
                { "subject": "lti.capabilities", "message_id": format!("{ID}_capabilities") },
                { "subject": "org.imsglobal.lti.capabilities", "message_id": format!("{ID}_capabilities") },
            ],
        })
    );
    let get = serde_json::to_value(login.get_request().unwrap()).unwrap();
    assert_eq!(
        get["messages"],
        json!([
            { "subject": "lti.get_data", "message_id": format!("{ID}_get_data"), "key": ID },
            { "subject": "org.imsglobal.lti.get_data", "message_id": format!("{ID}_get_data"), "key": ID },
        ])
    );
    assert_eq!(
        (&get["frame"], &get["origin"]),
        (&json!(null), &json!("https://lms.example.edu"))
    );
    assert!(!get.to_string().contains(SECRET), "the server doesn't know it");
    let shown = format!("{put:?}");
    assert!(
        shown.contains(ID) && !shown.contains(SECRET),
        "nor a log, which has its name only: {shown}"
    );
}

#[test]
fn a_frame_is_asked_by_its_name_whatever_it_is() {
    for name in [
        "post_message_forwarding",
        "lti_storage_frame",
        "\"><script>alert(1)</script>",
        "parent",
        "_top",
    ] {
        let (login, put) = started(Some(name));
        assert_eq!(put.frame.as_deref(), Some(name));
        assert_eq!(
            put.origin, "https://lms.example.edu",
            "the name chooses a window, never who may read"
        );
        assert_eq!(login.get_request().unwrap().frame.as_deref(), Some(name));
    }
}

#[test]
fn only_the_origin_of_the_authentication_url_may_read() {
    for (url, origin) in [
        (
            "https://sso.canvaslms.com/api/lti/authorize_redirect",
            "https://sso.canvaslms.com",
        ),
        (
            "https://lms.example.edu:8443/auth?x=https://evil.example",
            "https://lms.example.edu:8443",
        ),
        ("https://LMS.example.edu:443/auth", "https://lms.example.edu"),
        ("http://127.0.0.1:8090/mod/lti/auth.php", "http://127.0.0.1:8090"),
    ] {
        let registration = ToolRegistration {
            authentication_url: url.parse().unwrap(),
            ..registration()
        };
        let (login, secret) = pending(Some("_parent"), &registration);
        assert_eq!(login.put_request(&secret).unwrap().origin, origin);
        assert_eq!(login.get_request().unwrap().origin, origin);
    }
    let registration = ToolRegistration {
        authentication_url: "data:text/html,x".parse().unwrap(),
        ..registration()
    };
    let (login, secret) = pending(Some("_parent"), &registration);
    assert!(
        login.put_request(&secret).is_none() && login.get_request().is_none(),
        "no origin, nobody to tell"
    );
}

#[test]
fn without_a_target_at_login_nobody_is_asked() {
    let (login, secret) = pending(None, &registration());
    assert!(!login.has_storage());
    assert_eq!((login.put_request(&secret), login.get_request()), (None, None));
    let refusal = login
        .recognize_by_stored_value(Some(secret.as_str()), &mut Checks::new())
        .unwrap_err();
    assert_eq!(refusal.code(), "cookies_not_found.storage_mismatch");
}

#[test]
fn only_the_value_of_this_login_proves_the_browser() {
    let (login, _) = started(Some("_parent"));
    let mut checks = Checks::new();
    assert!(login.clone().recognize_by_stored_value(Some(SECRET), &mut checks).is_ok());
    assert!(checks.passed(Stage::Browser));
    let key = login.cookie_name(false);
    for value in [
        None,
        Some(""),
        Some("x"),
        Some(&SECRET[1..]),
        Some(&*format!("{SECRET} ")),
        Some(&*key),
    ] {
        let mut checks = Checks::new();
        let refusal = login.clone().recognize_by_stored_value(value, &mut checks).unwrap_err();
        assert!(!checks.passed(Stage::Browser));
        assert_eq!(refusal.code(), "cookies_not_found.storage_mismatch", "{value:?}");
        assert!(!format!("{refusal:?}").contains(SECRET));
    }
}

fn confirmation(form: &[(&str, &str)]) -> Result<StorageConfirmation, LaunchError> {
    StorageConfirmation::parse(pairs(form))
}

#[test]
fn a_confirmation_carries_the_launch_and_the_value() {
    let confirmed = confirmation(&[("state", "s"), ("id_token", "t"), ("storage_value", "v"), ("x", "y")]).unwrap();
    assert_eq!(
        (
            confirmed.state.as_str(),
            confirmed.id_token.as_str(),
            confirmed.value.as_deref()
        ),
        ("s", "t", Some("v"))
    );
    assert_eq!(format!("{confirmed:?}"), "StorageConfirmation { .. }");
    let empty = confirmation(&[("state", "s"), ("id_token", "t"), ("storage_value", "")]).unwrap();
    assert_eq!(empty.value, None, "nobody answered");
    let long = "v".repeat(4097);
    for (form, code) in [
        (
            vec![("id_token", "t"), ("storage_value", "v")],
            "launch_invalid.missing_parameter",
        ),
        (
            vec![("state", "s"), ("storage_value", "v")],
            "launch_invalid.missing_parameter",
        ),
        (
            vec![
                ("state", "s"),
                ("id_token", "t"),
                ("storage_value", "v"),
                ("storage_value", "w"),
            ],
            "launch_invalid.duplicate_parameter",
        ),
        (
            vec![("state", "s"), ("id_token", "t"), ("storage_value", &*long)],
            "launch_invalid.too_large",
        ),
    ] {
        assert_eq!(confirmation(&form).unwrap_err().code(), code);
    }
}
