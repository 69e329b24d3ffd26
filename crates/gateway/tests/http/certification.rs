//! The 1EdTech certification tests of a tool (https://www.imsglobal.org/spec/lti/v1p3/cert/, section 6), by their names.

use practice_lms::{LaunchSpec, Message, Person, claim};
use serde_json::{Value, json};

use crate::{
    handshake::School,
    support::{Answer, TestGateway},
};

const INSTRUCTOR: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor";
const LEARNER: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner";
const HELPER: &str = "http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper";
const NAMES: [&str; 3] = ["name", "given_name", "family_name"];

pub type Bend = fn(LaunchSpec) -> LaunchSpec;

pub const BAD: [(&str, Bend, &str); 15] = [
    (
        "No KID Sent in JWT header",
        |spec| spec.without_header("kid"),
        "launch_invalid.kid",
    ),
    (
        "Incorrect KID in JWT header",
        |spec| spec.header("kid", "imstester_66067"),
        "keyset_unavailable.key_not_found",
    ),
    (
        "Wrong LTI Version",
        |spec| spec.claim(claim::VERSION, "11.3"),
        "launch_invalid.version",
    ),
    (
        "Wrong LTI Version, older",
        |spec| spec.claim(claim::VERSION, "1.2.0"),
        "launch_invalid.version",
    ),
    (
        "No LTI Version",
        |spec| spec.without(claim::VERSION),
        "launch_invalid.version",
    ),
    (
        "Invalid LTI message",
        |spec| spec.body(r#"{"name":"badltilaunch"}"#),
        "launch_invalid.issuer",
    ),
    (
        "Missing LTI Claims",
        |spec| {
            ["aud", "iss", "sub", claim::DEPLOYMENT_ID, claim::ROLES]
                .iter()
                .fold(spec, |spec, name| spec.without(name))
        },
        "launch_invalid.issuer",
    ),
    (
        "Timestamps Incorrect",
        |spec| spec.claim("iat", 11111).claim("exp", 22222),
        "launch_invalid.expired",
    ),
    (
        "messsage_type Claim Missing",
        |spec| spec.without(claim::MESSAGE_TYPE),
        "launch_invalid.message_type",
    ),
    (
        "role Claim Missing",
        |spec| spec.without(claim::ROLES),
        "launch_invalid.roles",
    ),
    (
        "deployment_id Claim Missing",
        |spec| spec.without(claim::DEPLOYMENT_ID),
        "launch_invalid.deployment_missing",
    ),
    (
        "resource_link_id Claim Missing",
        |spec| spec.without(claim::RESOURCE_LINK),
        "launch_invalid.resource_link",
    ),
    (
        "resource_link_id Claim Missing, only the id",
        |spec| spec.claim(claim::RESOURCE_LINK, json!({ "title": "A link" })),
        "launch_invalid.resource_link",
    ),
    ("user Claim Missing", |spec| spec.without("sub"), "launch_invalid.subject"),
    (
        "user Claim Missing, null",
        |spec| spec.claim("sub", Value::Null),
        "launch_invalid.subject",
    ),
];

#[tokio::test]
async fn bad_payloads_are_refused_and_explained() {
    let school = School::open().await;
    for (name, bend, code) in BAD {
        name_on_failure(name);
        let answer = school.launch(bend).await;
        school.assert_explained(&answer, code).await;
    }
    // The suite's other form of "Invalid LTI message": no JWT at all.
    let login = school.log_in().await;
    let answer = school.send_launch(&login, "badltilaunch").await;
    school.assert_explained(&answer, "launch_invalid.token").await;
    // None of it prevents a good one.
    assert_eq!(school.launch(|spec| spec).await.status, 200);
}

/// Test output is shown only if the test fails; it then names the row.
#[allow(clippy::print_stdout)]
fn name_on_failure(name: &str) {
    println!("{name}");
}

#[tokio::test]
async fn valid_launches_of_instructors_and_students_are_accepted() {
    let school = School::open().await;
    let student = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student";
    for (person, role, short) in [
        (Person::Teacher, INSTRUCTOR, "Instructor"),
        (Person::Student, LEARNER, "Learner"),
    ] {
        // Name, roles, absent claims, badges that the inspector shows.
        let rows: [(&str, Value, &[&str], &[&str]); 10] = [
            ("Valid Launch", json!([role]), &[], &[short]),
            (
                "Launch with Roles",
                json!([role, student]),
                &[],
                &[short, "Student (institution)"],
            ),
            ("Launch Short Role", json!([short]), &[], &[short]),
            ("Launch Unknown Role", json!([HELPER]), &[], &["Helper"]),
            ("Launch No Role", json!([]), &[], &[]),
            ("Launch No Role, an empty one", json!([""]), &[], &[]),
            ("Launch Email Only", json!([role]), &NAMES, &[short]),
            ("Launch Names Only", json!([role]), &["email"], &[short]),
            (
                "Launch No PII",
                json!([role]),
                &["name", "given_name", "family_name", "email"],
                &[short],
            ),
            (
                "Launch Email Without Context",
                json!([role]),
                &["name", "given_name", "family_name", claim::CONTEXT],
                &[short],
            ),
        ];
        for (name, roles, absent, badges) in rows {
            let login = school.log_in().await;
            let mut spec = LaunchSpec::new(person, login.nonce()).claim(claim::ROLES, roles);
            for claim in absent {
                spec = spec.without(claim);
            }
            let handed_over = school.send_launch(&login, &school.lms.id_token(&spec)).await;
            let page = school.open_app(&handed_over).await;
            assert_eq!(page.status, 200, "{name}: {page:?}");
            assert_eq!(shown_roles(&page), badges, "{short}: {name}");
            for (claim, row) in [("name", "Name"), ("email", "Email"), (claim::CONTEXT, "Course")] {
                let shown = page.text.contains(&format!("<dt>{row}</dt>"));
                assert_eq!(shown, !absent.contains(&claim), "{short}: {name}: {row}");
            }
        }
    }
}

/// The roles that the inspector shows.
fn shown_roles(page: &Answer) -> Vec<&str> {
    let roles = page
        .text
        .split("<dt>Roles</dt>")
        .nth(1)
        .unwrap()
        .split("</dd>")
        .next()
        .unwrap();
    roles
        .split("<span class=\"badge\">")
        .skip(1)
        .map(|badge| badge.split('<').next().unwrap())
        .collect()
}

#[tokio::test]
async fn a_deep_linking_request_reaches_an_app_that_declares_it() {
    let school = School::open().await;
    let page = school
        .open_app(&school.launch(|spec| spec.message(Message::DeepLinking)).await)
        .await;
    assert!(page.text.contains("LtiDeepLinkingRequest"), "{page:?}");
    for missing in ["deep_link_return_url", "accept_types", "accept_presentation_document_targets"] {
        let mut settings = json!({
            "deep_link_return_url": "https://lms.example/return", "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe"],
        });
        settings.as_object_mut().unwrap().remove(missing);
        let bend = |spec: LaunchSpec| {
            spec.message(Message::DeepLinking)
                .claim(claim::DEEP_LINKING_SETTINGS, settings)
        };
        let answer = school.launch(bend).await;
        school.assert_explained(&answer, "launch_invalid.deep_linking_settings").await;
    }
}

#[tokio::test]
async fn a_deep_linking_request_is_refused_where_the_app_takes_none() {
    let apps = "[[apps]]\nid = \"reader\"\nname = \"Reader\"\nlaunch_url = \"http://localhost:9/launch\"";
    let gateway = TestGateway::start_with(apps).await;
    let school = School::open_at(gateway.into(), crate::support::CONTOSO, |draft| {
        draft["appId"] = json!("reader");
    })
    .await;
    let answer = school.launch(|spec| spec.message(Message::DeepLinking)).await;
    school.assert_explained(&answer, "launch_invalid.message_not_offered").await;
    assert_eq!(school.launch(|spec| spec).await.status, 200);
}

#[tokio::test]
async fn other_messages_are_refused_by_name() {
    let school = School::open().await;
    for message in [
        "LtiSubmissionReviewRequest",
        "LtiStartProctoring",
        "ltiresourcelinkrequest",
        "",
    ] {
        let answer = school.launch(|spec| spec.claim(claim::MESSAGE_TYPE, message)).await;
        let failed = school.assert_explained(&answer, "launch_invalid.message_type").await;
        assert!(failed["seen"].is_string(), "{failed}");
    }
}

#[tokio::test]
async fn a_launch_without_a_user_passes_where_the_registration_allows_it() {
    let school = School::open_with(|draft| draft["allowAnonymous"] = json!(true)).await;
    assert_eq!(school.launch(|spec| spec.without("sub")).await.status, 200);
    // Absent is anonymous; anything else that is no user is an error.
    for sub in [json!(""), json!(7), json!("x".repeat(256))] {
        let answer = school.launch(|spec| spec.claim("sub", sub.clone())).await;
        assert_eq!(answer.status, 400, "{sub}: {answer:?}");
    }
}
