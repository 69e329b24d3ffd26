//! The table of rules, and the record of checks.

use std::collections::HashSet;

use lti13::{Check, CheckResult, Checks, ErrorKind, Evidence, LaunchError, Rule, Stage, Step, Term, Value};
use serde_json::{Value as Json, json};

use crate::support::*;

#[test]
fn every_rule_has_a_code_of_its_family() {
    let mut codes = HashSet::new();
    for rule in Rule::ALL {
        let (family, detail) = rule.code().split_once('.').unwrap();
        assert_eq!(family, rule.kind().as_str());
        assert!(
            !detail.is_empty() && detail.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
            "{detail}"
        );
        assert!(codes.insert(rule.code()), "{} twice", rule.code());
        assert_eq!(Rule::by_code(rule.code()), Some(*rule));
    }
    // Codes that the contract of the gateway fixes by name.
    for code in [
        "launch_invalid.nonce",
        "launch_invalid.signature",
        "launch_invalid.issuer",
        "launch_invalid.audience",
        "launch_invalid.expired",
        "launch_invalid.too_old",
        "launch_invalid.deployment_mismatch",
        "launch_invalid.version",
        "launch_invalid.state",
        "launch_invalid.replayed",
        "launch_invalid.too_large",
        "launch_invalid.missing_parameter",
        "keyset_unavailable.unreachable",
        "keyset_unavailable.unreadable",
        "keyset_unavailable.key_not_found",
    ] {
        assert!(codes.contains(code), "{code}");
    }
    assert_eq!(Rule::CookieMissing.kind(), ErrorKind::CookiesNotFound);
}

#[test]
fn stages_are_in_order_and_named_as_on_the_wire() {
    assert!(Stage::ALL.is_sorted());
    for stage in Stage::ALL {
        assert_eq!(json!(stage), json!(stage.as_str()));
        assert_eq!(Step::Stage(stage).code(), format!("stage.{}", stage.as_str()));
    }
}

#[test]
fn a_good_launch_is_recorded_stage_by_stage() {
    let (launch, checks) = verify(&token(&claims()), &expected());
    launch.unwrap();
    let reached: Vec<Stage> = checks
        .iter()
        .filter(|check| check.result == CheckResult::Passed)
        .map(|check| check.stage)
        .collect();
    for stage in [
        Stage::Token,
        Stage::Keyset,
        Stage::Signature,
        Stage::Issuer,
        Stage::Audience,
        Stage::Times,
        Stage::Nonce,
        Stage::Message,
        Stage::Deployment,
    ] {
        assert!(reached.contains(&stage), "{stage:?}");
    }
    assert!(checks.iter().all(|check| check.result != CheckResult::Failed));
    let skipped: Vec<Stage> = checks.iter().rev().take(2).map(|check| check.stage).collect();
    assert_eq!(skipped, [Stage::HandOver, Stage::SingleUse]);
}

#[test]
fn a_refused_launch_shows_what_failed_and_what_was_not_reached() {
    let mut claims = claims();
    claims["iss"] = json!("https://lms.example.edu/");
    let (refusal, checks) = verify(&token(&claims), &expected());
    let failed: Vec<&Check> = checks.iter().filter(|check| check.result == CheckResult::Failed).collect();
    assert_eq!(failed.len(), 1);
    let check = failed[0];
    assert_eq!(check.stage, Stage::Issuer);
    assert_eq!(
        (&check.expected, &check.seen),
        (&Some(ISSUER.into()), &Some("https://lms.example.edu/".into()))
    );
    assert_eq!(check.hint.as_ref(), refusal.unwrap_err().hint());
    let skipped: Vec<Stage> = checks
        .iter()
        .filter(|check| check.result == CheckResult::Skipped)
        .map(|check| check.stage)
        .collect();
    assert_eq!(
        skipped,
        [
            Stage::Audience,
            Stage::Times,
            Stage::Nonce,
            Stage::Message,
            Stage::Deployment,
            Stage::SingleUse,
            Stage::HandOver
        ]
    );
}

#[test]
fn the_record_is_in_the_order_of_the_stages() {
    let unnamed = sign(r#"{"alg":"RS256"}"#, b"{}", lms());
    let mut skipped = [Stage::Token; 2];
    for (at, check) in verify(&unnamed, &expected())
        .1
        .iter()
        .filter(|check| check.result == CheckResult::Skipped)
        .take(2)
        .enumerate()
    {
        skipped[at] = check.stage;
    }
    assert_eq!(
        skipped,
        [Stage::Keyset, Stage::Signature],
        "a token without kid ends before the keyset is asked"
    );
    let (_, checks) = verify(&token(&claims()), &expected());
    assert!(checks.is_sorted_by_key(|check| check.stage));
}

#[test]
fn a_stage_has_passed_if_all_of_it_did() {
    let mut checks = Checks::new();
    assert!(!checks.passed(Stage::Browser), "nothing was checked");
    checks.pass(Rule::CookieMissing, Evidence::none());
    assert!(checks.passed(Stage::Browser) && !checks.passed(Stage::Signature));
    let _ = checks.fail(Rule::CookieMismatch, Evidence::none());
    assert!(!checks.passed(Stage::Browser));
    checks.skip(Rule::AuthorizedParty);
    assert_eq!(checks.as_slice().last().unwrap().result, CheckResult::Skipped);
    assert!(!checks.passed(Stage::Audience), "a rule that does not apply proves nothing");
}

#[test]
fn rules_that_do_not_apply_are_recorded_as_skipped() {
    let (_, checks) = verify(&token(&claims()), &expected());
    let skips = |checks: &[Check], rule| {
        let is_skipped = |check: &Check| check.step == Step::Rule(rule) && check.result == CheckResult::Skipped;
        checks.iter().any(is_skipped)
    };
    for rule in [Rule::AuthorizedParty, Rule::NotYetValid, Rule::DeploymentMismatch] {
        assert!(skips(&checks, rule), "{rule:?}");
    }
    let (_, checks) = verify(&token(&deep_linking_claims()), &expected());
    for rule in [Rule::TargetLinkUri, Rule::Roles] {
        assert!(skips(&checks, rule), "{rule:?}");
    }
}

#[test]
fn an_empty_record_has_every_stage_skipped() {
    let checks = Checks::new().finish();
    assert_eq!(checks.iter().map(|check| check.stage).collect::<Vec<_>>(), Stage::ALL);
    assert!(checks.iter().all(|check| check.result == CheckResult::Skipped));
}

#[test]
fn errors_of_other_functions_are_recorded() {
    let mut checks = Checks::new();
    let error = LaunchError::new(Rule::CookieMissing).at(Stage::State);
    assert_eq!(checks.refuse(error.clone()), error);
    let [check] = checks.as_slice() else { panic!("one check") };
    assert_eq!(
        (&check.step, check.stage, check.result),
        (&Step::Rule(Rule::CookieMissing), Stage::State, CheckResult::Failed)
    );
}

#[test]
fn a_caller_notes_checks_of_its_own() {
    let mut checks = Checks::new();
    let step = Step::Other("registration_not_found.unknown".into());
    checks.push(Check::new(Stage::Login, step.clone(), CheckResult::Passed, Evidence::none()));
    assert!(checks.passed(Stage::Login));
    let first = &checks.finish()[0];
    assert_eq!(
        (first.step.code().as_ref(), &first.step),
        ("registration_not_found.unknown", &step)
    );
}

#[test]
fn no_personal_data_and_no_token_is_recorded() {
    let mut claims = claims();
    claims["nonce"] = json!("private-nonce");
    let token = token(&claims);
    let (refusal, checks) = verify(&token, &expected());
    let text = format!("{checks:?}{refusal:?}");
    for private in [
        "Terry",
        "terry@example.test",
        "user-7",
        "private-nonce",
        NONCE,
        "course-1",
        &token,
    ] {
        assert!(!text.contains(private), "{private}");
    }
}

#[test]
fn values_off_the_allow_list_are_recorded_by_type_and_length() {
    for (value, seen) in [
        (json!("private"), Value::Characters(7)),
        (json!(7), Term::Number.into()),
        (json!(true), Term::Boolean.into()),
        (json!(null), Term::Absent.into()),
        (json!(["private"]), Value::Values(1)),
        (json!({ "private": 1 }), Value::Members(1)),
    ] {
        let mut claims = claims();
        claims["nonce"] = value;
        assert_eq!(failed(&claims).seen, Some(seen));
    }
    let mut claims = claims();
    remove(&mut claims, "nonce");
    assert_eq!(failed(&claims).seen, Some(Term::Absent.into()));
}

#[test]
fn a_value_is_never_taken_for_the_want_of_one() {
    for text in [
        "absent",
        "null",
        "a number",
        "two",
        "[]",
        "{\"term\":\"absent\"}",
        "term",
        "bytes",
    ] {
        let named = failed(&with("iss", json!(text)));
        assert_eq!(named.seen, Some(Value::Text(text.to_owned())));
        assert_eq!(
            serde_json::from_value::<Value>(json!(named.seen)).unwrap(),
            Value::Text(text.to_owned())
        );
    }
    assert_eq!(failed(&without("iss")).seen, Some(Value::Term(Term::Absent)));
    assert_ne!(
        json!(failed(&without("iss")).seen),
        json!(failed(&with("iss", json!("absent"))).seen)
    );
}

#[test]
fn several_audiences_are_a_list_and_one_is_itself() {
    let seen = |aud: Json| failed(&with("aud", aud)).seen.unwrap();
    assert_eq!(seen(json!(["a, b"])), "a, b".into());
    assert_eq!(seen(json!(["a", 7])), Value::List(vec!["a".into(), Term::NotText.into()]));
    assert_eq!(seen(json!([])), Value::Values(0));
    let many: Vec<String> = (0..90).map(|number| format!("audience-{number}")).collect();
    let Value::List(shown) = seen(json!(many)) else {
        panic!("no list")
    };
    assert_eq!(shown.last(), Some(&Term::More.into()));
    assert!(json!(shown).to_string().len() < 1000, "{shown:?}");
    let long: Vec<_> = ["a", "b", "c", "d"].map(|id| id.repeat(255)).into();
    let Value::List(shown) = seen(json!(long)) else {
        panic!("no list")
    };
    let [three @ .., more] = shown.as_slice() else {
        panic!("an empty list")
    };
    assert_eq!(three, long[..3].iter().map(Value::from).collect::<Vec<_>>());
    assert_eq!(more, &Term::More.into());
}

#[test]
fn text_is_kept_as_long_as_accepted_values_are_and_longer_text_is_marked_as_cut() {
    for length in [200, 255, 1024, 2048] {
        for accepted in ["x".repeat(length), "é".repeat(length), format!("{}…", "x".repeat(length - 1))] {
            assert_eq!(Value::text(&accepted), Value::Text(accepted));
        }
    }
    let cut = Value::Cut {
        text: "é".repeat(200),
        characters: 2049,
    };
    assert_eq!(Value::text(&"é".repeat(2049)), cut);
    assert_eq!(failed(&with("iss", json!("é".repeat(2049)))).seen, Some(cut));
}

#[test]
fn control_characters_are_replaced() {
    assert_eq!(
        Value::text("\u{0}\r\n\u{1b}[31m\u{7f}\u{85}é"),
        Value::Text("\u{fffd}\u{fffd}\u{fffd}\u{fffd}[31m\u{fffd}\u{fffd}é".to_owned())
    );
    let Value::Cut { text, characters } = Value::text(&"\u{0}".repeat(3000)) else {
        panic!("a whole text")
    };
    assert_eq!((text, characters), ("\u{fffd}".repeat(200), 3000));
}

#[test]
fn a_refusal_reads_as_its_code_and_the_name_that_it_is_about() {
    assert_eq!(
        LaunchError::new(Rule::MissingParameter).about("iss").to_string(),
        "launch_invalid.missing_parameter (iss)"
    );
    assert_eq!(LaunchError::new(Rule::Nonce).to_string(), "launch_invalid.nonce");
}

/// The one check that fails.
fn failed(claims: &Json) -> Check {
    let (_, checks) = verify(&token(claims), &expected());
    let mut failed = checks.into_iter().filter(|check| check.result == CheckResult::Failed);
    failed.next().unwrap()
}

#[test]
fn checks_are_made_of_what_is_read_back() {
    let mut checks = Checks::new();
    checks.pass(Rule::State, Evidence::none());
    let read = checks.as_slice().to_vec();
    assert_eq!(read.len(), 1);
    assert_eq!(Checks::from(read.clone()).as_slice(), read);
}

#[test]
fn the_evidence_of_an_error_is_given_away() {
    let error = LaunchError::new(Rule::State).with(Evidence::expected(Term::LoginValue));
    assert_eq!(error.evidence().clone(), error.clone().into_evidence());
    assert_eq!(error.into_evidence(), Evidence::expected(Term::LoginValue));
}
