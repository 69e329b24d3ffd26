//! The stored form of a record: short, and read back as it was.

use lti13::{Check, CheckResult, Checks, Evidence, Expected, Hint, Policy, Rule, Stage, Step, Term, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::support::{KID, claims, deep_linking_claims, expected, keyset, token};

/// The record of an accepted launch, as a tool keeps it from the first check to the hand-over.
fn accepted(claims: &Json, expected: &Expected<'_>, browser: Rule) -> Checks {
    let mut checks = Checks::new();
    checks.pass(Rule::MissingParameter, Evidence::none());
    checks.pass(Rule::State, Evidence::none());
    checks.pass(browser, Evidence::none());
    let keys = keyset();
    let key = keys.require(KID, &mut checks).unwrap();
    let launch = lti13::verify(&token(claims), key, expected, &mut checks).unwrap();
    checks.pass(Rule::DeploymentUnlisted, Evidence::seen(&launch.deployment_id));
    let policy = Policy {
        allow_anonymous: false,
        deep_linking: true,
    };
    launch.admit(&policy, &mut checks).unwrap();
    checks.pass(Rule::Replayed, Evidence::none());
    checks.pass(Rule::Unexpected, Evidence::none());
    checks
}

fn text(checks: &Checks) -> String {
    serde_json::to_string(checks).unwrap()
}

fn read(text: &str) -> Vec<Check> {
    serde_json::from_str::<Checks>(text).unwrap().finish()
}

#[test]
fn an_accepted_launch_of_moodle_is_short_and_lists_every_check() {
    let claims: Json = serde_json::from_str(include_str!("../fixtures/moodle-4.5-teacher.json")).unwrap();
    let value = |name: &str| claims[name].as_str().unwrap();
    let expected = Expected {
        issuer: value("iss"),
        client_id: value("aud"),
        nonce: value("nonce"),
        deployment_hint: Some("1"),
        target_link_uri: None,
        now: claims["iat"].as_i64().unwrap() + 1,
    };
    let checks = accepted(&claims, &expected, Rule::CookieMismatch);
    let stored = text(&checks);
    assert!(stored.len() <= 900, "{}: {stored}", stored.len());
    assert_eq!(read(&stored), checks.finish());
    assert_eq!(read(&stored).len(), 27);
}

/// Values as long as real LMSs have them: UUIDs, a deployment of Canvas, everything that a launch may have.
#[test]
fn an_accepted_launch_with_long_values_is_short_too() {
    let (client, deployment) = (
        "0b1e2f3a-4c5d-6e7f-8a9b-0c1d2e3f4a5b",
        "10408:7db438070728c02373713c12c73869b3ff470b68",
    );
    let mut claims = claims();
    claims["iss"] = json!("https://lms.university.example.edu/d2l");
    claims["aud"] = json!(client);
    claims["azp"] = json!(client);
    claims["nbf"] = claims["iat"].clone();
    claims["https://purl.imsglobal.org/spec/lti/claim/deployment_id"] = json!(deployment);
    let expected = Expected {
        issuer: "https://lms.university.example.edu/d2l",
        client_id: client,
        deployment_hint: Some(deployment),
        target_link_uri: Some([7; 32]),
        ..expected()
    };
    let checks = accepted(&claims, &expected, Rule::CookieMismatch);
    let stored = text(&checks);
    assert!(stored.len() <= 900, "{}: {stored}", stored.len());
    assert_eq!(read(&stored), checks.finish());
}

#[test]
fn records_of_every_kind_are_read_as_they_were() {
    let hinted = Expected {
        deployment_hint: Some("1"),
        ..expected()
    };
    for (claims, expected, browser) in [
        (claims(), expected(), Rule::CookieMismatch),
        (claims(), hinted, Rule::StorageMismatch),
        (deep_linking_claims(), hinted, Rule::CookieMismatch),
        (deep_linking_claims(), expected(), Rule::StorageMismatch),
    ] {
        let checks = accepted(&claims, &expected, browser);
        assert_eq!(read(&text(&checks)), checks.finish());
    }
    for rule in Rule::ALL {
        let mut checks = Checks::new();
        checks.pass(Rule::State, Evidence::none());
        checks.skip(Rule::AuthorizedParty);
        let evidence = Evidence::expected("x").and_seen(Term::Absent).and_hint(Hint::OtherTarget);
        checks.refuse(&lti13::Refusal::new(*rule).with(evidence).at(Stage::Response));
        assert_eq!(read(&text(&checks)), checks.finish(), "{rule:?}");
    }
    assert_eq!(read(&text(&Checks::new())), Checks::new().finish());
}

#[test]
fn every_value_is_read_as_it_was() {
    let values = Term::ALL.iter().map(|term| Value::Term(*term)).chain([
        Value::Characters(1),
        Value::Values(0),
        Value::Members(2),
        Value::Bytes(3),
        Value::BytesAtMost(4),
        Value::Age(-5),
        Value::AgeAtMost(6),
        Value::Instant { at: i64::MIN, now: 7 },
        Value::Client {
            issuer: "absent".to_owned(),
            client_id: None,
        },
        Value::Client {
            issuer: String::new(),
            client_id: Some("absent".to_owned()),
        },
        Value::Method("PUT".to_owned()),
        Value::Cut {
            text: "absent".to_owned(),
            characters: 3000,
        },
        Value::UnknownError(8),
        Value::Blocked(Term::NotHttps),
        Value::NoConnection("broken".to_owned()),
        Value::BadCertificate(Term::CertificateName),
        Value::HttpStatus(404),
        Value::Redirected(302),
        Value::List(vec!["a".into(), Term::More.into()]),
    ]);
    for value in values {
        let mut checks = Checks::new();
        checks.pass(Rule::Issuer, Evidence::expected(Term::Number).and_seen(value.clone()));
        checks.pass(Rule::Audience, Evidence::expected(value.clone()).and_seen(value.clone()));
        checks.pass(Rule::Nonce, Evidence::expected(value.clone()));
        assert_eq!(read(&text(&checks)), checks.finish(), "{value:?}");
    }
    for hint in Hint::ALL {
        let mut checks = Checks::new();
        checks.pass(Rule::TargetLinkUri, Evidence::none().and_hint(*hint));
        assert_eq!(read(&text(&checks)), checks.finish(), "{hint:?}");
    }
}

proptest! {
    /// Whatever an LMS sends, it is never read as one of our own words.
    #[test]
    fn text_from_outside_stays_what_it_was(text in any::<String>(), times in 1_usize..100) {
        let value = Value::text(&text.repeat(times));
        prop_assert_eq!(serde_json::from_value::<Value>(json!(value)).unwrap(), value);
    }
}

/// Rows like these are in databases: the form may grow, but must not change.
#[test]
fn the_form_is_the_published_one() {
    let stored = r#"{"v":1,"list":1,"now":1,"without":["cookies_not_found.cookie_mismatch"],"checks":[["cookies_not_found.storage_mismatch"],[".algorithm","RS256"],[".issuer","https://lms.example.edu",true],["-.authorized_party"],[".expired",{"at":2}],[".too_old",{"instant":{"at":2,"now":3}}],[".nonce",{"characters":22}],[".version",0,1],[".target_link_uri",null,null,"other_target"],[".subject",{"term":"present"}]]}"#;
    let checks: Checks = serde_json::from_str(stored).unwrap();
    assert_eq!(text(&checks), stored);
    let version = checks
        .as_slice()
        .iter()
        .find(|check| check.step == Step::Rule(Rule::Version))
        .unwrap();
    assert_eq!(
        (&version.seen, &version.expected),
        (&Some("RS256".into()), &Some("https://lms.example.edu".into()))
    );
    let codes: Vec<_> = checks.finish().iter().map(|check| check.step.code()).collect();
    let details = "missing_parameter state storage_mismatch algorithm kid key_not_found signature issuer audience authorized_party \
                   expired too_old issued_in_future not_yet_valid nonce version message_type resource_link target_link_uri roles \
                   message_not_offered subject deployment_missing deployment_mismatch deployment_unlisted replayed unexpected";
    let codes: Vec<_> = codes.iter().map(|code| code.split_once('.').unwrap().1).collect();
    assert_eq!(codes, details.split_whitespace().collect::<Vec<_>>());

    let refused = r#"{"v":1,"checks":[[".state"],["!.missing_parameter",{"term":"absent"},"iss",null,"response"]]}"#;
    let checks: Checks = serde_json::from_str(refused).unwrap();
    assert_eq!(text(&checks), refused);
    assert_eq!(checks.as_slice()[1].stage, Stage::Response);
}

#[test]
fn what_a_newer_version_wrote_is_shown_by_its_code() {
    let stored = r#"{"v":1,"list":9,"new":1,"checks":[[".signature"],["!launch_invalid.brand_new",{"term":"brand_new"},{"parsec":3},"brand_new"]]}"#;
    let checks = read(stored);
    let check = &checks[1];
    assert_eq!(
        (check.stage, &check.step, check.result),
        (
            Stage::Signature,
            &Step::Unknown("launch_invalid.brand_new".to_owned()),
            CheckResult::Failed
        )
    );
    assert_eq!(check.seen, Some(Value::Unknown(json!({ "term": "brand_new" }))));
    assert_eq!(check.expected, Some(Value::Unknown(json!({ "parsec": 3 }))));
    assert_eq!(check.hint, None);
    assert_eq!(checks[2].step, Step::Stage(Stage::Issuer));
    for unreadable in [r#"{"v":2,"checks":[]}"#, r#"{"v":1,"checks":[[]]}"#, "[]"] {
        assert!(serde_json::from_str::<Checks>(unreadable).is_err(), "{unreadable}");
    }
}
