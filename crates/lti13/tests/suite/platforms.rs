//! Launches as real LMSs send them; `fixtures/README.md` says where each comes from.

use lti13::Checks;
use lti13::tool::{Launch, Message, Policy};
use serde_json::Value;

use crate::support::{Expected, token, verify};

fn launch(fixture: &str) -> Launch {
    let claims: Value = serde_json::from_str(fixture).unwrap();
    let text = |name: &str| claims[name].as_str();
    let expected = Expected {
        issuer: text("iss").unwrap(),
        client_id: text("aud").or(claims["aud"][0].as_str()).unwrap(),
        nonce: text("nonce").unwrap(),
        deployment_hint: text("https://purl.imsglobal.org/spec/lti/claim/deployment_id"),
        target_link_uri: text("https://purl.imsglobal.org/spec/lti/claim/target_link_uri").unwrap_or_default(),
        now: claims["iat"].as_i64().unwrap() + 1,
    };
    let verified = verify(&token(&claims), &expected).0.unwrap();
    let launch = verified
        .admit(
            &Policy {
                allow_anonymous: false,
                deep_linking: true,
            },
            &mut Checks::new(),
        )
        .unwrap();
    assert_eq!(launch.warnings, []);
    launch.clone()
}

/// The shown values of a launch: family, deployment, person, teaches, administers the LMS, course, language.
type Shown<'a> = (
    Option<&'a str>,
    &'a str,
    Option<&'a str>,
    bool,
    bool,
    Option<&'a str>,
    Option<&'a str>,
);

fn assert_shown(fixture: &str, shown: Shown<'_>) -> Launch {
    let launch = launch(fixture);
    let (family, name, locale) = (launch.product_family_code(), launch.name(), launch.locale());
    let title = launch.context().and_then(|context| context.title);
    assert_eq!(
        (
            family.as_deref(),
            launch.deployment_id.as_str(),
            name.as_deref(),
            launch.is_instructor(),
            launch.is_lms_administrator(),
            title.as_deref(),
            locale.as_deref(),
        ),
        shown
    );
    launch
}

#[test]
fn moodle() {
    let teacher = include_str!("../fixtures/moodle-4.5-teacher.json");
    let launch = assert_shown(
        teacher,
        (
            Some("moodle"),
            "1",
            Some("Tess Teacher"),
            true,
            false,
            Some("LTI test course"),
            Some("en"),
        ),
    );
    assert!(launch.return_url(true).is_some());
    assert!(launch.return_url(false).is_none(), "http is for development only");
    let student = include_str!("../fixtures/moodle-4.5-student.json");
    assert_shown(
        student,
        (
            Some("moodle"),
            "1",
            Some("Stu Student"),
            false,
            false,
            Some("LTI test course"),
            Some("en"),
        ),
    );
}

#[test]
fn canvas() {
    let fixture = include_str!("../fixtures/canvas.json");
    let deployment = "847:b81accac78543cb7cd239f3792bcfdc7c6efeadb";
    let launch = assert_shown(
        fixture,
        (
            Some("canvas"),
            deployment,
            Some("Terry Teacher"),
            true,
            true,
            Some("Introduction"),
            Some("en"),
        ),
    );
    assert!(launch.claims.contains_key("https://www.instructure.com/placement"));
    assert!(!launch.claims.contains_key("errors"));
    let Message::ResourceLink(link) = launch.message else {
        panic!("another message")
    };
    assert_eq!((link.title.as_deref(), link.description), (Some("math-101"), None));
}

#[test]
fn canvas_deep_linking() {
    let launch = launch(include_str!("../fixtures/canvas-deep-linking.json"));
    let Message::DeepLinking(settings) = launch.message else {
        panic!("another message")
    };
    assert_eq!(settings.accept_types, ["link", "ltiResourceLink"]);
}

#[test]
fn blackboard() {
    let fixture = include_str!("../fixtures/blackboard.json");
    let deployment = "86e8b331-a6cd-486c-b006-9893c749e242";
    assert_shown(
        fixture,
        (
            Some("BlackboardLearn"),
            deployment,
            Some("Black Board"),
            true,
            true,
            Some("A course"),
            Some("en-US"),
        ),
    );
}

#[test]
fn brightspace() {
    let fixture = include_str!("../fixtures/brightspace.json");
    let deployment = "9d6e0b1c-0000-4000-8000-000000000002";
    let launch = assert_shown(
        fixture,
        (
            Some("desire2learn"),
            deployment,
            Some("Sam Student"),
            false,
            false,
            Some("Biology"),
            Some("fr-CA"),
        ),
    );
    assert!(launch.claims.contains_key("http://www.brightspace.com"));
}

#[test]
fn schoology() {
    let fixture = include_str!("../fixtures/schoology.json");
    let launch = assert_shown(
        fixture,
        (
            Some("Schoology"),
            "7485393815-1380426679",
            Some("Toni Teacher"),
            true,
            false,
            Some("English: Section 1"),
            None,
        ),
    );
    assert_eq!(launch.subject.as_deref(), Some("63778725::92ce97377c58eeeedca66723c4b69496"));
}

#[test]
fn sakai() {
    let fixture = include_str!("../fixtures/sakai.json");
    assert_shown(
        fixture,
        (
            Some("sakai"),
            "1",
            Some("Sakai Administrator"),
            true,
            true,
            Some("mercury site"),
            Some("en_US"),
        ),
    );
}

#[test]
fn open_edx() {
    let fixture = include_str!("../fixtures/open-edx.json");
    assert_shown(fixture, (None, "1", None, false, false, Some("T101 - ExampleX"), None));
}
