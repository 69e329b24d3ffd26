//! The stored form of a record: short, and read back as it was.

#![allow(clippy::unwrap_used)]

use domain::{LaunchRecord, OwnHint, OwnTerm, OwnValue, Refusal, Rule};
use lti13::test_support::TestPlatform;
use lti13::tool::{IdToken, LoginInitiation, Policy, StartedLogin, ToolRegistration};
use lti13::{Check, CheckResult, Evidence, Hint, KeySet, Rule as Lti, Stage, StateKeys, Step, Term, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

const NOW: i64 = 1_795_416_800;

/// How the browser proved itself.
#[derive(Clone, Copy)]
enum Proof {
    Cookie,
    Storage,
}

/// The record of an accepted launch, as the gateway keeps it from the first check to the hand-over. `change` alters its claims, which
/// name the issuer and the client of the registration.
fn accepted(proof: Proof, hint: Option<&str>, change: impl Fn(&mut Json)) -> LaunchRecord {
    let lms = TestPlatform::new();
    let keys = StateKeys::new([1; 32]);
    let mut claims = lms.claims("", NOW);
    change(&mut claims);
    let text = |name: &str| claims[name].as_str().unwrap().to_owned();
    let registration = ToolRegistration {
        issuer: text("iss"),
        client_id: text("aud"),
        ..lms.registration().clone()
    };
    let login = LoginInitiation {
        iss: text("iss"),
        client_id: Some(text("aud")),
        login_hint: "3".into(),
        target_link_uri: "https://tool.example/launch".to_owned(),
        lti_message_hint: None,
        lti_deployment_id: hint.map(str::to_owned),
        lti_storage_target: Some("_parent".to_owned()),
    };
    let (started, secret) = StartedLogin::new(&registration, login, &[7; 64], NOW);
    let url = started.authentication_request("https://tool.example/lti/launch", &keys, [2; 12]);
    claims["nonce"] = json!(url.query_pairs().find(|(name, _)| name == "nonce").unwrap().1);

    let mut record = LaunchRecord::new();
    record.pass(Lti::MissingParameter, Evidence::none());
    record.pass(Lti::State, Evidence::none());
    let pending = started.pending().clone();
    let login = match proof {
        Proof::Cookie => pending.recognize_by_cookie(secret.as_str(), record.checks()),
        Proof::Storage => pending.recognize_by_stored_value(Some(secret.as_str()), record.checks()),
    };
    let token = lms.id_token(&claims);
    let token = IdToken::parse(&token).unwrap();
    let keyset = KeySet::parse(lms.jwks().as_bytes()).unwrap();
    let verified = login.unwrap().verify(&token, &keyset, NOW, record.checks()).unwrap();
    record.pass(Rule::DeploymentUnlisted, Evidence::seen(&verified.origin().deployment_id));
    let policy = Policy {
        allow_anonymous: false,
        deep_linking: true,
    };
    verified.admit(&policy, record.checks()).unwrap();
    record.pass(Lti::Replayed, Evidence::none());
    record.pass(Rule::Unexpected, Evidence::none());
    record
}

/// A good deep linking request: no resource link, no roles, no target link.
fn deep_linking(claims: &mut Json) {
    const LTI: &str = "https://purl.imsglobal.org/spec/lti/claim/";
    claims[format!("{LTI}message_type")] = json!("LtiDeepLinkingRequest");
    claims["https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"] = json!({
        "deep_link_return_url": "https://lms.example.edu/return?course=2",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
    });
    for name in ["resource_link", "roles", "target_link_uri"] {
        claims.as_object_mut().unwrap().remove(&format!("{LTI}{name}")).unwrap();
    }
}

fn text(record: &LaunchRecord) -> String {
    serde_json::to_string(record).unwrap()
}

fn read(text: &str) -> Vec<Check> {
    serde_json::from_str::<LaunchRecord>(text).unwrap().finish()
}

#[test]
fn an_accepted_launch_of_moodle_is_short_and_lists_every_check() {
    let checks = accepted(Proof::Cookie, Some("1"), |claims| {
        *claims = serde_json::from_str(include_str!("../../lti13/tests/fixtures/moodle-4.5-teacher.json")).unwrap();
        (claims["iat"], claims["exp"]) = (json!(NOW - 1), json!(NOW + 59));
    });
    let stored = text(&checks);
    // 686 bytes, and 830 with every rule written out.
    assert!(stored.len() <= 690, "{}: {stored}", stored.len());
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
    let checks = accepted(Proof::Cookie, Some(deployment), |claims| {
        claims["iss"] = json!("https://lms.university.example.edu/d2l");
        claims["aud"] = json!(client);
        claims["azp"] = json!(client);
        claims["nbf"] = claims["iat"].clone();
        claims["https://purl.imsglobal.org/spec/lti/claim/deployment_id"] = json!(deployment);
        claims["https://purl.imsglobal.org/spec/lti/claim/target_link_uri"] = json!("https://tool.example/another");
    });
    let stored = text(&checks);
    assert!(stored.len() <= 900, "{}: {stored}", stored.len());
    assert_eq!(read(&stored), checks.finish());
}

#[test]
fn records_of_every_kind_are_read_as_they_were() {
    for checks in [
        accepted(Proof::Cookie, None, |_| ()),
        accepted(Proof::Storage, Some("1"), |_| ()),
        accepted(Proof::Cookie, Some("1"), deep_linking),
        accepted(Proof::Storage, None, deep_linking),
    ] {
        assert_eq!(read(&text(&checks)), checks.finish());
    }
    for rule in Rule::all() {
        let mut checks = LaunchRecord::new();
        checks.pass(Lti::State, Evidence::none());
        checks.checks().skip(Lti::AuthorizedParty);
        let evidence = Evidence::expected("x").and_seen(Term::Absent).and_hint(Hint::OtherTarget);
        checks.refuse(&Refusal::new(rule).with(evidence).at(Stage::Response));
        assert_eq!(read(&text(&checks)), checks.finish(), "{rule:?}");
    }
    assert_eq!(read(&text(&LaunchRecord::new())), LaunchRecord::new().finish());
}

#[test]
fn every_value_is_read_as_it_was() {
    let terms = Term::ALL.iter().map(|term| Value::Term(*term));
    let values = terms.chain(OwnTerm::ALL.iter().map(|term| Value::from(*term))).chain([
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
        OwnValue::Method("PUT".to_owned()).into(),
        Value::Cut {
            text: "absent".to_owned(),
            characters: 3000,
        },
        Value::UnknownError(8),
        OwnValue::Blocked(OwnTerm::NotHttps).into(),
        OwnValue::NoConnection("broken".to_owned()).into(),
        OwnValue::BadCertificate(OwnTerm::CertificateName).into(),
        OwnValue::HttpStatus(404).into(),
        OwnValue::Redirected(302).into(),
        Value::List(vec!["a".into(), Term::More.into()]),
    ]);
    for value in values {
        let mut checks = LaunchRecord::new();
        checks.pass(Lti::Issuer, Evidence::expected(Term::Number).and_seen(value.clone()));
        checks.pass(Lti::Audience, Evidence::expected(value.clone()).and_seen(value.clone()));
        checks.pass(Lti::Nonce, Evidence::expected(value.clone()));
        assert_eq!(read(&text(&checks)), checks.finish(), "{value:?}");
    }
    let hints = OwnHint::ALL.iter().map(|hint| Hint::from(*hint));
    for hint in Hint::ALL.iter().cloned().chain(hints) {
        let mut checks = LaunchRecord::new();
        checks.pass(Lti::TargetLinkUri, Evidence::none().and_hint(hint.clone()));
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
    let mut checks: LaunchRecord = serde_json::from_str(stored).unwrap();
    assert_eq!(text(&checks), stored);
    let version = checks
        .checks()
        .as_slice()
        .iter()
        .find(|check| check.step == Step::Rule(Lti::Version))
        .cloned()
        .unwrap();
    assert_eq!(
        (version.seen, version.expected),
        (Some("RS256".into()), Some("https://lms.example.edu".into()))
    );
    let codes: Vec<_> = checks.finish().iter().map(|check| check.step.code()).collect();
    let details = "missing_parameter state storage_mismatch algorithm kid key_not_found signature issuer audience authorized_party \
                   expired too_old issued_in_future not_yet_valid nonce version message_type resource_link target_link_uri roles \
                   message_not_offered subject deployment_missing deployment_mismatch deployment_unlisted replayed unexpected";
    let codes: Vec<_> = codes.iter().map(|code| code.split_once('.').unwrap().1).collect();
    assert_eq!(codes, details.split_whitespace().collect::<Vec<_>>());

    let refused = r#"{"v":1,"checks":[[".state"],["!.missing_parameter",{"term":"absent"},"iss",null,"response"]]}"#;
    let mut checks: LaunchRecord = serde_json::from_str(refused).unwrap();
    assert_eq!(text(&checks), refused);
    assert_eq!(checks.checks().as_slice()[1].stage, Stage::Response);
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
            &Step::Other("launch_invalid.brand_new".into()),
            CheckResult::Failed
        )
    );
    assert_eq!(check.seen, Some(Value::Other(json!({ "term": "brand_new" }))));
    assert_eq!(check.expected, Some(Value::Other(json!({ "parsec": 3 }))));
    assert_eq!(check.hint, Some(Hint::Other("brand_new".into())));
    assert_eq!(checks[2].step, Step::Stage(Stage::Issuer));
    for unreadable in [r#"{"v":2,"checks":[]}"#, r#"{"v":1,"checks":[[]]}"#, "[]"] {
        assert!(serde_json::from_str::<LaunchRecord>(unreadable).is_err(), "{unreadable}");
    }
}

/// A word of the gateway's own is read as what it was, whether the crate knows it by then or not.
#[test]
fn own_terms_and_hints_are_found_by_their_names() {
    for term in OwnTerm::ALL {
        let Value::Other(json) = Value::from(*term) else {
            panic!("{term:?} is a word of LTI")
        };
        assert_eq!(OwnValue::of(&json), Some(OwnValue::Term(*term)));
    }
    for hint in OwnHint::ALL {
        assert_eq!(OwnHint::by_name(hint.as_str()), Some(*hint));
        assert_eq!(json!(hint), json!(hint.as_str()));
        assert_eq!(json!(Hint::from(*hint)), json!(hint.as_str()));
    }
    assert_eq!(OwnValue::of(&json!({ "term": "brand_new" })), None);
}

#[test]
fn a_refusal_is_a_failed_check() {
    let mut record = LaunchRecord::new();
    record.pass(Lti::Signature, Evidence::none());
    assert!(!record.has_failed());
    assert!(record.passed(Stage::Signature));

    let refusal = record.fail(Rule::DeploymentUnlisted, Evidence::seen("1"));
    assert!(record.has_failed());
    assert!(!record.passed(refusal.stage()));
    let check = record.checks().as_slice().last().cloned().unwrap();
    assert_eq!((check.step, check.stage), (Rule::DeploymentUnlisted.into(), refusal.stage()));
    assert_eq!((check.result, check.seen), (CheckResult::Failed, Some("1".into())));
}

#[test]
fn every_rule_has_a_code_of_its_family() {
    let mut codes = std::collections::HashSet::new();
    for rule in Rule::all() {
        let (family, _) = rule.code().split_once('.').unwrap();
        assert_eq!(family, rule.family().as_str());
        assert!(codes.insert(rule.code()), "{} twice", rule.code());
        assert_eq!(Rule::by_code(rule.code()), Some(rule));
        let step = Step::from(rule);
        assert_eq!(step.code(), rule.code());
    }
    assert_eq!(codes.len(), Rule::OWN.len() + Lti::ALL.len());
    // Codes that the contract of the gateway fixes by name.
    for code in ["unknown", "deleted", "deployment_unlisted"] {
        assert!(codes.contains(format!("registration_not_found.{code}").as_str()), "{code}");
    }
    assert_eq!(Rule::by_code("launch_invalid.brand_new"), None);
}

#[test]
fn an_error_of_lti_is_a_refusal_with_the_same_evidence() {
    let evidence = Evidence::expected("1").and_seen(Term::Absent).and_hint(Hint::OtherTarget);
    let error = lti13::LaunchError::new(Lti::MissingParameter)
        .at(Stage::Response)
        .about("iss")
        .with(evidence);
    let refusal = Refusal::from(error.clone());
    assert_eq!(
        (refusal.code(), refusal.stage(), refusal.name()),
        (error.code(), error.stage(), error.name())
    );
    assert_eq!(
        (refusal.evidence(), refusal.hint()),
        (error.evidence(), Some(&Hint::OtherTarget))
    );
    assert_eq!(refusal.to_string(), "launch_invalid.missing_parameter (iss)");
}
