//! The handshake over HTTP: login initiation, authentication request, id_token.
#![allow(clippy::unwrap_used)]

mod browser;

use browser::{Form, GATEWAY, client, form, get, lms, page};
use jwt_simple::prelude::*;
use practice_lms::{Running, Storage, claim};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

/// The request of a correct tool to the authentication endpoint after this login initiation.
fn authentication_request(login: &Form) -> Vec<(&'static str, String)> {
    vec![
        ("scope", "openid".to_owned()),
        ("response_type", "id_token".to_owned()),
        ("response_mode", "form_post".to_owned()),
        ("prompt", "none".to_owned()),
        ("client_id", login.fields["client_id"].clone()),
        ("redirect_uri", format!("{GATEWAY}/lti/launch")),
        ("login_hint", login.fields["login_hint"].clone()),
        ("lti_message_hint", login.fields["lti_message_hint"].clone()),
        ("nonce", "n-0S6_WzA2Mj".to_owned()),
        ("state", "af0ifjsldkj".to_owned()),
    ]
}

async fn login(lms: &Running, path: &str) -> Form {
    form(&page(lms, path).await)
}

async fn authenticate(lms: &Running, request: &[(&'static str, String)]) -> Response {
    client().post(lms.authentication_url()).form(request).send().await.unwrap()
}

/// A launch in which one parameter is something else, or absent.
async fn authenticate_with(lms: &Running, name: &str, value: Option<&str>) -> Response {
    let mut request = authentication_request(&login(lms, "/launch").await);
    request.retain(|(known, _)| *known != name || value.is_some());
    for (known, sent) in &mut request {
        if *known == name {
            *sent = value.unwrap().to_owned();
        }
    }
    authenticate(lms, &request).await
}

async fn refusal(lms: &Running, name: &str, value: Option<&str>) -> String {
    let response = authenticate_with(lms, name, value).await;
    assert_eq!(response.status(), StatusCode::OK);
    let form = form(&response.text().await.unwrap());
    assert_eq!(form.action, format!("{GATEWAY}/lti/launch"));
    assert_eq!(form.fields["state"], "af0ifjsldkj");
    assert!(!form.fields.contains_key("id_token"));
    assert!(!form.fields["error_description"].is_empty());
    form.fields["error"].clone()
}

/// Verified by the published keyset, as a tool would.
async fn claims(lms: &Running, id_token: &str) -> Value {
    let keyset: Value = serde_json::from_str(&page(lms, "/mod/lti/certs.php").await).unwrap();
    let key = RS256PublicKey::from_jwk(&keyset["keys"][0].to_string()).unwrap();
    let options = VerificationOptions {
        required_key_id: keyset["keys"][0]["kid"].as_str().map(str::to_owned),
        allowed_issuers: Some(HashSet::from_strings(&[&lms.base_url])),
        allowed_audiences: Some(HashSet::from_strings(&[&lms.client_id])),
        required_nonce: Some("n-0S6_WzA2Mj".to_owned()),
        ..VerificationOptions::default()
    };
    let verified = key.verify_token::<Value>(id_token, Some(options)).unwrap();
    let lifetime = verified.expires_at.unwrap() - verified.issued_at.unwrap();
    assert_eq!(lifetime, Duration::from_secs(60));
    let mut claims = verified.custom;
    claims["sub"] = verified.subject.into();
    claims
}

#[actix_web::test]
async fn the_login_initiation_is_moodles() {
    let lms = lms();
    let login = login(&lms, "/launch?as=student&in=iframe").await;
    assert_eq!(login.action, format!("{GATEWAY}/lti/login"));
    assert_eq!(login.fields["iss"], lms.base_url);
    assert_eq!(login.fields["client_id"], lms.client_id);
    assert_eq!(login.fields["target_link_uri"], format!("{GATEWAY}/lti/launch"));
    assert_eq!(login.fields["login_hint"], "4");
    assert_eq!(login.fields["lti_deployment_id"], "1");
    let hint: Value = serde_json::from_str(&login.fields["lti_message_hint"]).unwrap();
    assert_eq!(hint["cmid"], 2);
    assert!(hint["launchid"].as_str().unwrap().starts_with("ltilaunch1_"));
    assert_eq!(login.fields.len(), 6);
}

#[actix_web::test]
async fn a_teacher_launches_with_a_signed_id_token() {
    let lms = lms();
    let login = login(&lms, "/launch?as=teacher&in=iframe").await;
    let response = authenticate(&lms, &authentication_request(&login)).await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    let posted = form(&response.text().await.unwrap());
    assert_eq!(posted.action, format!("{GATEWAY}/lti/launch"));
    assert_eq!(posted.fields["state"], "af0ifjsldkj");

    let claims = claims(&lms, &posted.fields["id_token"]).await;
    assert_eq!(claims["sub"], "3");
    assert_eq!(claims["name"], "Tess Teacher");
    assert_eq!(claims[claim::DEPLOYMENT_ID], "1");
    assert_eq!(claims[claim::MESSAGE_TYPE], "LtiResourceLinkRequest");
    assert_eq!(claims[claim::VERSION], "1.3.0");
    assert_eq!(claims[claim::TARGET_LINK_URI], format!("{GATEWAY}/lti/launch"));
    assert_eq!(claims[claim::RESOURCE_LINK]["id"], "1");
    assert_eq!(claims[claim::CONTEXT]["title"], "Introduction to Biology");
    assert_eq!(
        claims[claim::ROLES],
        json!(["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"])
    );
    assert_eq!(claims[claim::LAUNCH_PRESENTATION]["document_target"], "iframe");
}

#[actix_web::test]
async fn a_student_launches_in_a_window_and_the_request_may_be_a_get() {
    let lms = lms();
    let login = login(&lms, "/launch?as=student&in=window").await;
    let url = Url::parse_with_params(&lms.authentication_url(), authentication_request(&login)).unwrap();
    let posted = form(&client().get(url).send().await.unwrap().text().await.unwrap());
    let claims = claims(&lms, &posted.fields["id_token"]).await;
    assert_eq!(claims["sub"], "4");
    assert_eq!(claims["name"], "Sam Student");
    assert_eq!(
        claims[claim::ROLES],
        json!(["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"])
    );
    assert_eq!(claims[claim::LAUNCH_PRESENTATION]["document_target"], "window");
}

#[actix_web::test]
async fn a_launch_can_be_used_once() {
    let lms = lms();
    let request = authentication_request(&login(&lms, "/launch").await);
    assert_eq!(authenticate(&lms, &request).await.status(), StatusCode::OK);
    let again = authenticate(&lms, &request).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
    assert!(again.text().await.unwrap().contains("open the activity again"));
}

#[actix_web::test]
async fn a_refused_request_spends_the_launch_too() {
    let lms = lms();
    let good = authentication_request(&login(&lms, "/launch").await);
    let mut bad = good.clone();
    bad.iter_mut().find(|(name, _)| *name == "prompt").unwrap().1 = "login".to_owned();
    assert_eq!(authenticate(&lms, &bad).await.status(), StatusCode::OK);
    assert_eq!(authenticate(&lms, &good).await.status(), StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn some_errors_are_posted_to_the_tool() {
    let lms = lms();
    assert_eq!(refusal(&lms, "client_id", Some("another")).await, "unauthorized_client");
    assert_eq!(refusal(&lms, "login_hint", Some("4")).await, "access_denied");
    assert_eq!(refusal(&lms, "response_mode", Some("query")).await, "invalid_request");
    assert_eq!(refusal(&lms, "response_mode", None).await, "invalid_request");
    assert_eq!(refusal(&lms, "prompt", Some("login")).await, "invalid_request");
}

#[actix_web::test]
async fn prompt_and_state_may_be_absent() {
    let lms = lms();
    for name in ["prompt", "state"] {
        let response = authenticate_with(&lms, name, None).await;
        let posted = form(&response.text().await.unwrap());
        assert!(posted.fields.contains_key("id_token"), "{name}");
        assert_eq!(posted.fields.contains_key("state"), name == "prompt");
    }
}

#[actix_web::test]
async fn what_cannot_be_trusted_ends_in_a_page_and_not_at_the_tool() {
    let lms = lms();
    let redirect_uri = format!("{GATEWAY}/lti/launch");
    let (slash, query) = (format!("{redirect_uri}/"), format!("{redirect_uri}?a=b"));
    let errors = [
        ("redirect_uri", Some("https://evil.example/")),
        ("redirect_uri", Some(slash.as_str())),
        ("redirect_uri", Some(query.as_str())),
        ("redirect_uri", None),
        ("nonce", None),
        ("nonce", Some("")),
        ("scope", Some("openid email")),
        ("scope", None),
        ("response_type", Some("code")),
        ("login_hint", None),
        ("client_id", None),
        ("lti_message_hint", None),
        ("lti_message_hint", Some("{}")),
        ("lti_message_hint", Some("ltilaunch1_0")),
        ("lti_message_hint", Some(r#"{"launchid":"ltilaunch1_0"}"#)),
    ];
    for (name, value) in errors {
        let response = authenticate_with(&lms, name, value).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{name} {value:?}");
        assert!(!response.text().await.unwrap().contains("<form"), "{name} {value:?}");
    }
}

#[actix_web::test]
async fn what_is_echoed_is_text_and_nothing_else() {
    let lms = lms();
    let hostile = r#""><script>alert('1')</script>&amp;"#;
    let response = authenticate_with(&lms, "state", Some(hostile)).await;
    let html = response.text().await.unwrap();
    assert!(!html.contains("<script>"));
    assert_eq!(form(&html).fields["state"], hostile);

    let query = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let html = page(&lms, &format!("/mod/lti/return.php?lti_errormsg={query}&lti_msg={query}")).await;
    assert!(!html.contains("<script"));
    assert_eq!(html.matches("&#60;script&#62;").count(), 2);
}

#[actix_web::test]
async fn the_pages_have_a_strict_policy() {
    let lms = lms();
    let pages = [
        "/",
        "/course",
        "/course/activity",
        "/launch",
        "/admin/tool",
        "/mod/lti/auth.php",
        "/mod/lti/return.php",
        "/nowhere",
    ];
    for path in pages {
        let response = get(&lms, path).await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"),
            "{path}"
        );
        assert!(policy.contains("frame-ancestors 'self'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(response.headers()["referrer-policy"], "strict-origin", "{path}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
        let html = response.text().await.unwrap();
        assert!(
            !html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick="),
            "{path}"
        );
        assert!(html.contains("</title>"), "{path}");
    }
}

#[actix_web::test]
async fn the_course_begins_a_launch_for_the_chosen_person() {
    let lms = lms();
    let course = page(&lms, "/course?as=student").await;
    assert!(course.contains("BIO 101, Introduction to Biology"));
    assert!(course.contains(r#"href="/course/activity?as=student""#));
    assert!(course.contains(r#"href="/launch?as=student&amp;in=window" target="_blank""#));
    let activity = page(&lms, "/course/activity?as=student").await;
    assert!(activity.contains(r#"src="/launch?as=student&amp;in=iframe""#));
}

#[actix_web::test]
async fn what_cannot_be_read_is_a_page_with_a_status_of_its_own() {
    let lms = lms();
    assert_eq!(get(&lms, "/course?as=nobody").await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(
        get(&lms, "/launch?as=teacher&as=student").await.status(),
        StatusCode::BAD_REQUEST
    );
    assert_eq!(get(&lms, "/mod/lti/nothing.php").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(get(&lms, "/assets/..%2FCargo.toml").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        client()
            .post(format!("{}/course", lms.base_url))
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::METHOD_NOT_ALLOWED
    );

    let long = authenticate_with(&lms, "state", Some(&"a".repeat(70_000))).await;
    assert_eq!(long.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let json = client()
        .post(lms.authentication_url())
        .header("content-type", "application/json")
        .body("{}");
    assert!(json.send().await.unwrap().status().is_client_error());
}

#[actix_web::test]
async fn every_file_that_a_page_names_is_there() {
    let lms = lms();
    for name in [
        "practice-lms.css",
        "submit.js",
        "copy.js",
        "storage.js",
        "logo.svg",
        "activity.svg",
    ] {
        assert_eq!(get(&lms, &format!("/assets/{name}")).await.status(), StatusCode::OK, "{name}");
    }
}

#[actix_web::test]
async fn storage_is_offered_as_the_chosen_lms_offers_it() {
    let lms = lms();
    for (storage, target, repeated, frame) in [
        (Storage::Moodle, None, None, None),
        (
            Storage::Canvas,
            Some("post_message_forwarding"),
            Some("post_message_forwarding"),
            Some("post_message_forwarding"),
        ),
        (
            Storage::CanvasApp,
            Some("post_message_forwarding"),
            Some("post_message_forwarding"),
            None,
        ),
        (
            Storage::Blackboard,
            Some("lti_storage_frame"),
            None,
            Some("lti_storage_frame"),
        ),
        (Storage::Brightspace, Some("_parent"), Some("_parent"), None),
        (Storage::Sakai, Some("_parent"), Some("_parent"), None),
        (Storage::Older, Some("_parent"), Some("_parent"), None),
        (Storage::Elsewhere, Some("_parent"), Some("_parent"), Some("lms_storage")),
    ] {
        let like = storage.word();
        let login = login(&lms, &format!("/launch?like={like}")).await;
        let sent = |form: &Form| form.fields.get("lti_storage_target").cloned();
        assert_eq!(sent(&login).as_deref(), target, "{like}");
        let answered = authenticate(&lms, &authentication_request(&login)).await;
        assert_eq!(sent(&form(&answered.text().await.unwrap())).as_deref(), repeated, "{like}");
        for path in ["/course", "/course/activity"] {
            let page = page(&lms, &format!("{path}?like={like}")).await;
            let answers = storage != Storage::Moodle && storage != Storage::CanvasApp;
            assert_eq!(page.contains("/assets/storage.js"), answers, "{like}");
            let there = |name: &str| page.contains(&format!("<iframe name=\"{name}\""));
            assert_eq!(frame.is_some_and(there), frame.is_some(), "{like}");
            assert_eq!(page.contains("/storage?like="), frame.is_some(), "{like}");
        }
    }
    assert_eq!(Storage::ALL.len(), 8);
    assert!(
        page(&lms, "/storage?like=canvas")
            .await
            .contains("data-prefixes=\"lti. org.imsglobal.lti.\"")
    );
    assert_eq!(get(&lms, "/storage?like=nobody").await.status(), StatusCode::BAD_REQUEST);
}
