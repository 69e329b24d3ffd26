//! Requests that people and LMSs send by mistake: the page for each gives the remedy.

use practice_lms::{LaunchSpec, Message, claim};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::{
    frames::cookie,
    handshake::{LoggedIn, School, assert_refused, logged_in, other_key, reference},
    support::{Answer, HtmlForm, attribute},
};

impl School {
    async fn request(&self, method: Method, path: &str, form: &[(String, String)], language: &str) -> Answer {
        let request = self.gateway.client.request(method.clone(), self.gateway.at(path));
        let request = request.header(header::ACCEPT_LANGUAGE, language);
        let request = if method == Method::POST { request.form(form) } else { request };
        Answer::of(request.send().await.unwrap()).await
    }
}

/// A page for a person, in the LMS's frame.
#[track_caller]
fn assert_page(answer: &Answer, status: u16, title: &str) {
    assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{answer:?}");
    assert!(
        !answer.header("content-security-policy").contains("frame-ancestors"),
        "{answer:?}"
    );
    assert!(
        answer.text.contains(&format!("<h1>{title}</h1>")),
        "{title} in {}",
        answer.text
    );
}

#[tokio::test]
async fn an_address_that_does_not_exist_says_which_do() {
    let school = School::open().await;
    for path in [
        "/lti/login/",
        "/lti/launch/",
        "/lti//login",
        "//lti/login",
        "//lti//launch//",
        "/lti",
        "/lti/",
        "/LTI/login",
        "/Lti/Launch",
        "/lti/login.php?iss=x",
        "/lti/launch/x",
        "/lti/jwks",
    ] {
        for method in [Method::GET, Method::POST, Method::PUT] {
            let answer = school.request(method.clone(), path, &school.login_parameters(), "en").await;
            assert_page(&answer, 404, "This address doesn't exist");
            for right in ["/lti/login", "/lti/launch"] {
                let right = format!("<span class=\"mono\">{}</span>", school.gateway.at(right));
                assert!(answer.text.contains(&right), "{method} {path}: {right} in {}", answer.text);
            }
            let launch = format!("/api/v1/launches/{}", reference(&answer));
            assert_eq!(school.gateway.get(&launch, &school.token).await.status, 200);
        }
    }
    let german = school.request(Method::GET, "/lti/login/", &[], "de").await;
    assert_page(&german, 404, "Diese Adresse gibt es nicht");
    // Paths with an answer of their own keep it.
    let style = school
        .gateway
        .client
        .get(school.gateway.at("/lti/assets/0123456789abcdef/pages.css"));
    Answer::of(style.send().await.unwrap())
        .await
        .assert_problem(404, "request.not_found");
}

#[tokio::test]
async fn an_address_that_is_opened_by_hand_sends_people_to_their_course() {
    let school = School::open().await;
    for (path, status) in [
        ("/lti/login", 400),
        ("/lti/login?", 400),
        ("/lti/login/probe", 400),
        ("/lti/launch", 405),
        ("/lti/launch?utm_source=x", 405),
        ("/lti/launch/confirm", 405),
        ("/lti/login/again", 405),
    ] {
        let answer = school.request(Method::GET, path, &[], "en").await;
        assert_page(&answer, status, "Open the app from your course");
        assert!(!answer.text.contains("LMS left out"), "{path}: {}", answer.text);
        let german = school.request(Method::GET, path, &[], "de").await;
        assert_page(&german, status, "Öffnen Sie die App in Ihrem Kurs");
        let record = school
            .gateway
            .get(&format!("/api/v1/launches/{}", reference(&answer)), &school.token)
            .await;
        assert!(record.text.contains("Nothing is wrong with the registration"), "{record:?}");
    }
    // An LMS that leaves out a parameter is another matter.
    let incomplete = school.request(Method::GET, "/lti/login?iss=x", &[], "en").await;
    assert_page(&incomplete, 400, "Some details from LMS aren't valid");
}

#[tokio::test]
async fn a_launch_of_lti_1_1_is_called_so() {
    let school = School::open().await;
    let form = [
        ("lti_message_type", "basic-lti-launch-request"),
        ("lti_version", "LTI-1p0"),
        ("resource_link_id", "1"),
        ("oauth_consumer_key", "key"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_nonce", "1"),
        ("oauth_signature", "x"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    for path in ["/lti/login", "/lti/launch"] {
        for form in [&form[..], &form[..2]] {
            let answer = school.request(Method::POST, path, form, "en").await;
            assert_refused(&answer, "launch_invalid.missing_parameter");
            assert!(answer.text.contains("This is an LTI 1.1 launch"), "{}", answer.text);
            assert!(answer.text.contains("switch the tool to LTI 1.3"), "{}", answer.text);
            let german = school.request(Method::POST, path, form, "de").await;
            assert!(german.text.contains("Das ist ein Start nach LTI 1.1"), "{}", german.text);
        }
        let incomplete = school.request(Method::POST, path, &[], "de").await;
        let first = if path == "/lti/login" { "(iss)" } else { "(id_token)" };
        assert!(incomplete.text.contains(first), "{}", incomplete.text);
    }
}

#[tokio::test]
async fn an_error_of_the_lms_by_query_is_the_lmss() {
    let school = School::open().await;
    let login = school.log_in().await;
    for (query, code) in [
        (
            format!("error=login_required&state={}", login.state()),
            "platform_error.login_required",
        ),
        (
            "error=access_denied&error_description=x".to_owned(),
            "platform_error.access_denied",
        ),
        ("error=launch_no_longer_valid".to_owned(), "platform_error.other"),
        ("error=login_required&state=forged".to_owned(), "launch_invalid.state"),
    ] {
        let answer = school.request(Method::GET, &format!("/lti/launch?{query}"), &[], "en").await;
        assert_refused(&answer, code);
    }
    let empty = school.request(Method::GET, "/lti/launch?error=", &[], "en").await;
    assert_page(&empty, 405, "Open the app from your course");
}

#[tokio::test]
async fn who_is_not_signed_in_within_the_frame_gets_a_window() {
    let school = School::open().await;
    let started = school.send_login_for("iframe", &school.login_parameters()).await;
    let cookies: Vec<_> = started
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .collect();
    assert!(
        cookies
            .iter()
            .all(|cookie| cookie.contains("HttpOnly; SameSite=None; Partitioned")),
        "{cookies:?}"
    );
    let cookies: Vec<_> = cookies.iter().map(|cookie| cookie.split(';').next().unwrap()).collect();
    let cookies = cookies.join("; ");
    let login = logged_in(&school.follow(&started, Some(&cookies)).await);
    let refuse = async |error: &str, destination: &str| {
        let request = school.gateway.client.post(school.gateway.at("/lti/launch"));
        let request = request.header("sec-fetch-dest", destination).header(header::COOKIE, &cookies);
        let state = login.state();
        Answer::of(request.form(&[("error", error), ("state", &state)]).send().await.unwrap()).await
    };
    for (error, destination) in [("login_required", "document"), ("access_denied", "iframe")] {
        assert!(!refuse(error, destination).await.text.contains("<form"), "{error}");
    }
    for error in ["login_required", "interaction_required"] {
        let page = refuse(error, "iframe").await;
        assert_refused(&page, "platform_error.login_required");
        let form = page.text.split("<form").nth(1).unwrap().split('>').next().unwrap();
        assert_eq!(attribute(form, "target").as_deref(), Some("_blank"), "{form}");
        let form = HtmlForm::of(&page.text);
        let request = school
            .gateway
            .client
            .post(school.gateway.at(&form.action))
            .header("sec-fetch-dest", "document");
        let afresh = Answer::of(request.form(&form.fields).send().await.unwrap()).await;
        let cookie = cookie(&afresh);
        let asked = school.follow(&afresh, Some(&cookie)).await;
        let login = LoggedIn {
            cookie,
            ..logged_in(&asked)
        };
        assert_eq!(login.parameter("lti_message_hint"), "{\"cmid\":2}");
        let launched = school.send_launch(&login, &school.lms.id_token(&school.spec(&login))).await;
        assert_eq!(launched.status, 200, "{launched:?}");
    }
}

#[tokio::test]
async fn a_launch_that_is_loaded_again_was_used_already() {
    let school = School::open().await;
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&login));
    let state = login.state();
    let form = [("state", state.as_str()), ("id_token", &id_token)];
    assert_refused(&school.send_form(&form, None).await, "cookies_not_found.cookie_missing");
    assert_eq!(school.send_launch(&login, &id_token).await.status, 200);
    // The answer took the cookie away, and the app hasn't answered yet.
    let again = school.send_form(&form, None).await;
    school.assert_explained(&again, "launch_invalid.replayed").await;
    assert_refused(&school.send_launch(&login, &id_token).await, "launch_invalid.replayed");
}

fn claims(launch_token: &str) -> Value {
    use base64::Engine as _;
    let payload = launch_token.split('.').nth(1).unwrap();
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// Canvas sends the whole text of an assignment as the description of its link.
#[tokio::test]
async fn a_long_description_does_not_stop_a_launch() {
    let school = School::open().await;
    let text = "<p>ä \u{1f600} &amp; \"</p>\n";
    let of_length = |length: usize| text.chars().cycle().take(length).collect::<String>();
    for member in ["description", "title"] {
        for length in [10_000, 250_000, 400_000] {
            let mut link = json!({ "id": "7", "title": "An assignment" });
            link[member] = json!(of_length(length));
            let page = school.launch(|spec| spec.claim(claim::RESOURCE_LINK, link.clone())).await;
            assert_eq!(page.status, 200, "{member}: {length}");
            let token = HtmlForm::of(&page.text).field("launch_token");
            assert!(token.len() < 95_000, "{member}: {length}: {}", token.len());
            let claims = claims(&token);
            let sent = claims[claim::RESOURCE_LINK][member].as_str().unwrap();
            assert_eq!(claims[claim::RESOURCE_LINK]["id"], "7");
            if length == 10_000 {
                assert_eq!(
                    (sent, &claims["shortened_claims"]),
                    (link[member].as_str().unwrap(), &json!(null))
                );
            } else {
                assert!(
                    sent.ends_with('…') && of_length(length).starts_with(sent.trim_end_matches('…')),
                    "{sent}"
                );
                assert_eq!(claims["shortened_claims"], json!([claim::RESOURCE_LINK]));
            }
            let app = school.open_app(&page).await;
            assert_eq!(app.status, 200, "{app:?}");
        }
    }
    let beyond = school
        .launch(|spec| spec.claim(claim::RESOURCE_LINK, json!({ "id": "7", "description": "x".repeat(900_000) })))
        .await;
    assert_refused(&beyond, "launch_invalid.too_large");
    assert!(beyond.text.contains("sent more than the app can take"), "{}", beyond.text);
}

#[tokio::test]
async fn what_deep_linking_gives_back_is_not_cut() {
    let school = School::open().await;
    let settings = json!({
        "deep_link_return_url": "https://lms.example/return", "accept_types": ["link"],
        "accept_presentation_document_targets": ["iframe"], "text": "t".repeat(40_000),
    });
    let spec = |spec: LaunchSpec| {
        let spec = spec
            .message(Message::DeepLinking)
            .claim(claim::DEEP_LINKING_SETTINGS, settings.clone());
        spec.claim(claim::CUSTOM, json!({ "a": "x".repeat(70_000) }))
    };
    let page = school.launch(spec).await;
    let claims = claims(&HtmlForm::of(&page.text).field("launch_token"));
    let settings = &claims[claim::DEEP_LINKING_SETTINGS];
    assert!(settings["data"].as_str().unwrap().len() >= 32, "{settings}");
    assert!(
        settings["deep_link_return_url"]
            .as_str()
            .unwrap()
            .starts_with(&school.gateway.url),
        "{settings}"
    );
    assert!(claims.get(claim::CUSTOM).is_none());
    assert_eq!(
        claims["shortened_claims"],
        json!([claim::DEEP_LINKING_SETTINGS, claim::CUSTOM])
    );
}

#[tokio::test]
async fn null_is_absent_in_a_launch() {
    let school = School::open_with(|draft| draft["allowAnonymous"] = json!(true)).await;
    let names = [
        "sub",
        "nbf",
        "azp",
        "name",
        "email",
        "locale",
        claim::CONTEXT,
        claim::CUSTOM,
        claim::LIS,
        claim::TOOL_PLATFORM,
    ];
    let page = school
        .launch(|spec| {
            let spec = names.iter().fold(spec, |spec, name| spec.claim(name, json!(null)));
            spec.header("crit", json!(null)).header("jku", json!(null))
        })
        .await;
    let claims = claims(&HtmlForm::of(&page.text).field("launch_token"));
    assert!(claims["platform"]["sub"].is_null());
    let left: Vec<_> = names[1..].iter().filter(|name| claims.get(**name).is_some()).collect();
    assert_eq!(left, Vec::<&&str>::new());

    // Moodle sends null for variables that it doesn't have.
    let custom = json!({ "grade": null, "user": "$User.id", "left": "1" });
    let page = school.launch(|spec| spec.claim(claim::CUSTOM, custom.clone())).await;
    assert_eq!(
        self::claims(&HtmlForm::of(&page.text).field("launch_token"))[claim::CUSTOM],
        custom
    );
    let inspector = school.open_app(&page).await;
    assert!(inspector.text.contains("2 custom parameters"), "{}", inspector.text);
    let forged = school
        .launch(|spec| {
            spec.claim("sub", json!(null))
                .signature(practice_lms::Signature::by(other_key()))
        })
        .await;
    assert_refused(&forged, "launch_invalid.signature");
}

#[tokio::test]
async fn the_inspector_shows_where_a_role_is_held() {
    let school = School::open().await;
    let lis = "http://purl.imsglobal.org/vocab/lis/v2";
    let roles = json!([
        format!("{lis}/institution/person#None"),
        format!("{lis}/membership#Learner"),
        format!("{lis}/system/person#None"),
        format!("{lis}/membership/Instructor#TeachingAssistant"),
        "http://purl.imsglobal.org/vocab/lti/system/person#TestUser",
        "urn:lti:sysrole:ims/lis/Administrator",
        "urn:lti:instrole:ims/lis/Staff",
        "urn:lti:role:ims/lis/Mentor",
        "Instructor",
        "https://vendor.example/roles#Proctor",
    ]);
    let page = school
        .open_app(&school.launch(|spec| spec.claim(claim::ROLES, roles)).await)
        .await;
    let badges = page
        .text
        .split("<dt>Roles</dt>")
        .nth(1)
        .unwrap()
        .split("</dd>")
        .next()
        .unwrap();
    let badges: Vec<_> = badges
        .split("<span class=\"badge\">")
        .skip(1)
        .map(|badge| badge.split('<').next().unwrap())
        .collect();
    assert_eq!(
        badges,
        [
            "None (institution)",
            "Learner",
            "None (system)",
            "TeachingAssistant",
            "TestUser (system)",
            "Administrator (system)",
            "Staff (institution)",
            "Mentor",
            "Instructor",
            "Proctor",
        ]
    );
}

/// The launch token has no user name, so nobody is asked for it.
#[tokio::test]
async fn no_lms_is_set_to_send_user_names_alone() {
    let school = School::open().await;
    let platforms = school.gateway.get("/api/v1/platforms", &school.token).await.json();
    let platforms = platforms["value"].as_array().unwrap();
    assert!(platforms.len() > 10);
    for platform in platforms {
        let id = platform["id"].as_str().unwrap();
        let path = format!("/api/v1/apps/launch-inspector/tool-configuration?platform={id}");
        let configuration = school.gateway.get(&path, &school.token).await;
        assert_eq!(configuration.status, 200, "{configuration:?}");
        let names = ["Send Name and Email/Username of user", "Send User Names"];
        let settings = names
            .iter()
            .fold(configuration.text.clone(), |text, name| text.replace(name, ""));
        let settings = settings.to_lowercase();
        assert!(
            !settings.contains("username") && !settings.contains("user name"),
            "{id}: {settings}"
        );
    }
}
