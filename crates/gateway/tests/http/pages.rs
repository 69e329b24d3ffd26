//! The parts of a request that may appear on a page, and the addresses to which a page may lead.

use practice_lms::{LaunchSpec, Person, claim};
use serde_json::json;

use crate::{
    handshake::{LoggedIn, School, assert_refused, logged_in},
    support::{Answer, HtmlForm, attribute},
};

const SCRIPT: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";

#[track_caller]
fn assert_escaped(answer: &Answer, what: &str) {
    for markup in ["<script>alert", "<img src=x", "\"'>"] {
        assert!(!answer.text.contains(markup), "{what}: {markup} in {}", answer.text);
    }
}

#[tokio::test]
async fn no_parameter_of_a_login_becomes_markup() {
    let school = School::open().await;
    let parameters = school.login_parameters();
    for name in [
        "iss",
        "client_id",
        "login_hint",
        "target_link_uri",
        "lti_message_hint",
        "lti_deployment_id",
        "unknown",
    ] {
        let mut bent = parameters.clone();
        bent.retain(|(other, _)| other != name);
        bent.push((name.to_owned(), SCRIPT.to_owned()));
        let answer = school.send_login(&bent).await;
        assert_escaped(&answer, name);
        assert!(!answer.header("location").contains("<script>"), "{name}: {answer:?}");
        if answer.status.is_redirection() {
            // The refused page after such a login.
            let answer = school.send_launch(&logged_in(&answer), SCRIPT).await;
            assert_refused(&answer, "launch_invalid.token");
            assert_escaped(&answer, name);
        }
    }
    // An issuer whose host is shown on the page about cookies.
    let issuer = format!("https://x{SCRIPT}.example");
    let mut bent = parameters.clone();
    bent.retain(|(other, _)| other != "iss");
    bent.push(("iss".to_owned(), issuer));
    assert_escaped(&school.send_login(&bent).await, "host of the issuer");
    for (form, cookie) in [
        (
            vec![("state", SCRIPT), ("id_token", SCRIPT)],
            Some("lti_x=\"'><script>alert(1)</script>"),
        ),
        (vec![("error", SCRIPT), ("error_description", SCRIPT)], None),
        (vec![("lti_storage_target", SCRIPT), ("state", "x"), ("id_token", "x")], None),
    ] {
        assert_escaped(&school.send_form(&form, cookie).await, "launch");
    }
}

/// Every text of an id_token that a page may show.
fn scripted(spec: LaunchSpec) -> LaunchSpec {
    spec.claim("name", SCRIPT)
        .claim("given_name", SCRIPT)
        .claim("family_name", SCRIPT)
        .claim("email", SCRIPT)
        .claim("sub", "\"'><script>alert(1)</script>")
        .claim(SCRIPT, SCRIPT)
        .claim("https://example.com/\"'><script>alert(1)</script>", SCRIPT)
        .claim(
            claim::ROLES,
            json!([SCRIPT, format!("http://purl.imsglobal.org/vocab/lis/v2/membership#{SCRIPT}")]),
        )
        .claim(
            claim::CONTEXT,
            json!({ "id": SCRIPT, "label": SCRIPT, "title": SCRIPT, "type": [SCRIPT] }),
        )
        .claim(
            claim::RESOURCE_LINK,
            json!({ "id": SCRIPT, "title": SCRIPT, "description": SCRIPT }),
        )
        .claim(
            claim::TOOL_PLATFORM,
            json!({ "name": SCRIPT, "product_family_code": SCRIPT, "version": SCRIPT, "guid": SCRIPT }),
        )
        .claim(
            claim::LAUNCH_PRESENTATION,
            json!({ "locale": SCRIPT, "document_target": SCRIPT, "return_url": SCRIPT }),
        )
        .claim(
            claim::CUSTOM,
            json!({ SCRIPT: SCRIPT, "unfilled": format!("$Person.{SCRIPT}") }),
        )
}

#[tokio::test]
async fn no_claim_becomes_markup() {
    let school = School::open().await;
    let handed_over = school.launch(scripted).await;
    assert_escaped(&handed_over, "hand-over");
    let page = school.open_app(&handed_over).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_escaped(&page, "inspector");
    assert!(
        page.text.matches("&lt;script&gt;").count() + page.text.matches("&#60;script&#62;").count() > 10,
        "{}",
        page.text
    );

    let refused = school.launch(|spec| scripted(spec).without("sub")).await;
    assert_refused(&refused, "launch_invalid.subject");
    assert_escaped(&refused, "refusal");
    assert!(
        !refused.text.contains("alert"),
        "nothing of the claims is shown: {}",
        refused.text
    );
    for (name, bend) in [
        ("version", claim::VERSION),
        ("message type", claim::MESSAGE_TYPE),
        ("issuer", "iss"),
        ("audience", "aud"),
        ("party", "azp"),
        ("deployment", claim::DEPLOYMENT_ID),
    ] {
        let answer = school.launch(|spec| spec.claim(bend, SCRIPT)).await;
        assert_eq!(answer.status, 400, "{name}");
        assert_escaped(&answer, name);
    }
    let answer = school.launch(|spec| spec.header("kid", SCRIPT)).await;
    assert_escaped(&answer, "kid");
}

#[tokio::test]
async fn what_the_inspector_cannot_verify_it_does_not_show() {
    let school = School::open().await;
    let form = HtmlForm::of(&school.launch(|spec| spec).await.text);
    let token = form.field("launch_token");
    let parts: Vec<_> = token.split('.').collect();
    let forged = format!("{}.{}.{}", parts[0], parts[1], "A".repeat(parts[2].len()));
    let id_token = school.lms.id_token(&LaunchSpec::new(Person::Teacher, "nonce"));
    for token in ["", "x", SCRIPT, forged.as_str(), id_token.as_str()] {
        let request = school.gateway.client.post(&form.action).form(&[("launch_token", token)]);
        let page = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(page.status, 400, "{token}");
        assert!(
            !page.text.contains("Tess") && !page.text.contains("This launch is valid"),
            "{page:?}"
        );
        assert_escaped(&page, token);
    }
    // The app takes a launch token once.
    let post = || async {
        Answer::of(
            school
                .gateway
                .client
                .post(&form.action)
                .form(&form.fields)
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    assert_eq!(post().await.status, 200);
    assert_eq!(post().await.status, 400);
    // And for a minute.
    let handed_over = school.launch(|spec| spec).await;
    school.gateway.advance(125);
    assert_eq!(school.open_app(&handed_over).await.status, 400);
}

async fn log_in_for(school: &School, target: &str) -> LoggedIn {
    let mut parameters = school.login_parameters();
    parameters.retain(|(name, _)| name != "target_link_uri");
    parameters.push(("target_link_uri".to_owned(), target.to_owned()));
    parameters.push(("redirect_uri".to_owned(), "https://evil.example/".to_owned()));
    logged_in(&school.send_login(&parameters).await)
}

#[tokio::test]
async fn nothing_of_a_launch_decides_where_the_browser_goes() {
    let school = School::open().await;
    let own = school.gateway.at("/apps/launch-inspector/launch");
    for evil in ["https://evil.example/steal", "//evil.example", "http://evil.example"] {
        let login = log_in_for(&school, evil).await;
        assert_eq!(login.location.origin().ascii_serialization(), school.lms.base_url);
        assert_eq!(login.parameter("redirect_uri"), school.gateway.at("/lti/launch"));
        let mut spec = school.spec(&login);
        if evil.starts_with("http") {
            spec = spec.claim(claim::TARGET_LINK_URI, evil);
        }
        let answer = school.send_launch(&login, &school.lms.id_token(&spec)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(HtmlForm::of(&answer.text).action, own);
        assert!(
            !answer.text.contains("evil.example") && answer.headers.get("location").is_none(),
            "{answer:?}"
        );
        // The admin sees where login and claim differ.
        let launch = school.last_launch().await;
        let check = launch["checks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|check| check["code"] == "launch_invalid.target_link_uri")
            .unwrap();
        assert_eq!(check["remedy"].is_string(), !evil.starts_with("http"), "{check}");
    }
}

/// The link back to the course, which leaves the LMS's frame.
#[track_caller]
fn way_back(answer: &Answer) -> reqwest::Url {
    let link = answer.text.split("<a class=\"button\"").nth(1).expect("a way back");
    let link = link.split('>').next().unwrap();
    assert_eq!(attribute(link, "target").as_deref(), Some("_top"), "{link}");
    reqwest::Url::parse(&attribute(link, "href").unwrap()).unwrap()
}

/// Once signature, issuer and audience hold, whatever else is wrong.
#[tokio::test]
async fn a_refusal_has_the_language_of_the_launch_and_a_way_back() {
    let school = School::open().await;
    let presentation = json!({ "locale": "de", "return_url": "https://lms.example/back" });
    let presented = |spec: LaunchSpec| spec.claim(claim::LAUNCH_PRESENTATION, presentation.clone());
    let now = school.gateway.now();
    for (name, value, code) in [
        ("exp", json!(now - 1000), "expired"),
        ("iat", json!(now - 10_000), "too_old"),
        ("nbf", json!(now + 1000), "not_yet_valid"),
        ("nonce", json!("another"), "nonce"),
        (claim::VERSION, json!("1.1"), "version"),
        (claim::MESSAGE_TYPE, json!("LtiSubmissionReviewRequest"), "message_type"),
        (claim::RESOURCE_LINK, json!({}), "resource_link"),
        (claim::TARGET_LINK_URI, json!("x"), "target_link_uri"),
        (claim::ROLES, json!("Learner"), "roles"),
        (claim::DEPLOYMENT_ID, json!("another"), "deployment_mismatch"),
        ("sub", json!(null), "subject"),
    ] {
        let answer = school.launch(|spec| presented(spec).claim(name, value)).await;
        assert_eq!(answer.code(), format!("launch_invalid.{code}"));
        assert!(answer.text.contains("<html lang=\"de\">"), "{code}: {}", answer.text);
        assert_eq!(way_back(&answer).host_str(), Some("lms.example"), "{code}");
    }
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&presented(school.spec(&login)));
    assert_eq!(school.send_launch(&login, &id_token).await.status, 200);
    let again = school.send_launch(&login, &id_token).await;
    assert_eq!(again.code(), "launch_invalid.replayed");
    assert!(
        again.text.contains("<html lang=\"de\">") && way_back(&again).path() == "/back",
        "{again:?}"
    );
    // A token with another issuer or another audience leads nowhere.
    for (name, value) in [
        ("iss", json!("https://other.example")),
        ("aud", json!("another")),
        ("azp", json!("another")),
    ] {
        let answer = school.launch(|spec| presented(spec).claim(name, value)).await;
        assert!(
            !answer.text.contains("lms.example/back") && answer.text.contains("<html lang=\"en\">"),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn the_way_back_to_the_course_is_a_web_address_only() {
    let school = School::open().await;
    let refused = |url: serde_json::Value| {
        let school = &school;
        async move {
            let presentation = json!({ "return_url": url, "document_target": "iframe" });
            let answer = school
                .launch(|spec| spec.without("sub").claim(claim::LAUNCH_PRESENTATION, presentation))
                .await;
            assert_refused(&answer, "launch_invalid.subject");
            answer
        }
    };
    for url in [
        json!("javascript:alert(1)"),
        json!("JaVaScRiPt:alert(1)"),
        json!("data:text/html,<script>alert(1)</script>"),
        json!("ftp://lms.example/back"),
        json!("//lms.example/back"),
        json!("/back"),
        json!("https://user:password@lms.example/back"),
        json!(""),
        json!(7),
        json!(["https://lms.example/back"]),
    ] {
        let answer = refused(url.clone()).await;
        assert!(!answer.text.contains("Back to the course"), "{url}: {}", answer.text);
        assert!(!answer.text.to_lowercase().contains("javascript:"), "{url}");
    }
    // Moodle shows an error text on a page without a way on; without one it leads out of the frame.
    let moodle = "https://moodle.example/site/mod/lti/return.php?course=2&launch_container=3&instanceid=1&sesskey=x";
    let answer = refused(json!(moodle)).await;
    assert_eq!(way_back(&answer).as_str(), moodle);
    let answer = refused(json!("https://lms.example/back?course=2&x=\"><b>")).await;
    let link = way_back(&answer);
    assert_eq!((link.host_str(), link.path()), (Some("lms.example"), "/back"));
    let query: Vec<_> = link.query_pairs().collect();
    assert_eq!(query[0], ("course".into(), "2".into()));
    let of = |name: &str| query.iter().find(|(key, _)| key == name).unwrap().1.clone();
    assert_eq!(of("lti_errormsg"), "Some details from LMS aren't valid");
    assert_eq!(
        of("lti_errorlog"),
        format!("launch_invalid.subject {}", crate::handshake::reference(&answer))
    );
    // Unsigned, nothing of the token leads anywhere.
    let presentation = json!({ "return_url": "https://evil.example/" });
    let spec = |spec: LaunchSpec| {
        spec.claim(claim::LAUNCH_PRESENTATION, presentation)
            .signature(practice_lms::Signature::by(crate::handshake::other_key()))
    };
    assert!(!school.launch(spec).await.text.contains("evil.example"));
}
