//! The table of rules, and the record of checks.

use std::collections::HashSet;

use lti::{Check, CheckResult, Checks, Evidence, Family, Refusal, Rule, Stage};
use serde_json::json;

use crate::support::*;

#[test]
fn every_rule_has_a_code_of_its_family_and_proper_sentences() {
    let mut codes = HashSet::new();
    for rule in Rule::ALL {
        let (family, detail) = rule.code().split_once('.').unwrap();
        assert_eq!(family, rule.family().as_str());
        assert!(
            !detail.is_empty() && detail.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
            "{detail}"
        );
        assert!(codes.insert(rule.code()), "{} twice", rule.code());
        for text in [rule.asks(), rule.sentence(), rule.remedy()] {
            assert!(text.ends_with('.') && text.len() > 15, "{text:?}");
        }
    }
    // Codes that the contract of the gateway fixes by name.
    for code in [
        "registration_not_found.unknown",
        "registration_not_found.deleted",
        "registration_not_found.deployment_unlisted",
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
    assert_eq!(Rule::CookieMissing.family(), Family::CookiesNotFound);
    assert_eq!(Rule::Unexpected.family(), Family::Internal);
}

#[test]
fn stages_are_in_order_and_named_as_on_the_wire() {
    assert!(Stage::ALL.is_sorted());
    for stage in Stage::ALL {
        assert_eq!(json!(stage), json!(stage.as_str()));
        assert!(stage.asks().ends_with('.'));
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
        (check.expected.as_deref(), check.seen.as_deref()),
        (Some(ISSUER), Some("https://lms.example.edu/"))
    );
    assert_eq!(check.remedy.as_deref(), Some(refusal.unwrap_err().remedy()));
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
    let unnamed = sign(r#"{"alg":"RS256"}"#, b"{}", lms_key());
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
    let skipped: Vec<&str> = (checks.iter().filter(|check| check.result == CheckResult::Skipped))
        .map(|check| check.rule.as_ref())
        .collect();
    for rule in [Rule::AuthorizedParty, Rule::NotYetValid, Rule::DeploymentMismatch] {
        assert!(skipped.contains(&rule.asks()), "{rule:?}");
    }
    let (_, checks) = verify(&token(&deep_linking_claims()), &expected());
    for rule in [Rule::TargetLinkUri, Rule::Roles] {
        assert!(
            checks
                .iter()
                .any(|check| check.rule == rule.asks() && check.result == CheckResult::Skipped),
            "{rule:?}"
        );
    }
}

#[test]
fn an_empty_record_has_every_stage_skipped() {
    let checks = Checks::new().finish();
    assert_eq!(checks.iter().map(|check| check.stage).collect::<Vec<_>>(), Stage::ALL);
    assert!(checks.iter().all(|check| check.result == CheckResult::Skipped));
}

#[test]
fn outcomes_of_other_functions_are_recorded() {
    let mut checks = Checks::new();
    checks.record(Rule::State, Ok(7)).unwrap();
    let refusal = Refusal::new(Rule::CookieMissing);
    assert_eq!(
        checks.record::<()>(Rule::CookieMismatch, Err(refusal.clone())).unwrap_err(),
        refusal
    );
    let [state, browser] = checks.as_slice() else {
        panic!("two checks")
    };
    assert_eq!((state.stage, state.result), (Stage::State, CheckResult::Passed));
    assert_eq!(
        (browser.rule.as_ref(), browser.result),
        (Rule::CookieMissing.asks(), CheckResult::Failed)
    );
    assert_eq!(browser.remedy.as_deref(), Some(Rule::CookieMissing.remedy()));
}

#[test]
fn records_survive_storage() {
    let (_, checks) = verify(&token(&claims()), &expected());
    let text = json!(checks).to_string();
    assert!(text.contains(r#""result":"passed""#) && text.contains(r#""stage":"single_use""#));
    assert_eq!(serde_json::from_str::<Vec<Check>>(&text).unwrap(), checks);
}

#[test]
fn no_personal_data_and_no_token_is_recorded() {
    let mut claims = claims();
    claims["nonce"] = json!("private-nonce");
    let token = token(&claims);
    let (refusal, checks) = verify(&token, &expected());
    let text = format!("{}{refusal:?}", json!(checks));
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
fn values_off_the_allow_list_are_told_by_type_and_length() {
    for (value, seen) in [
        (json!("private"), "a string of 7 characters"),
        (json!(7), "a number"),
        (json!(true), "a boolean"),
        (json!(null), "null"),
        (json!(["private"]), "an array of 1 values"),
        (json!({ "private": 1 }), "an object of 1 members"),
    ] {
        let mut claims = claims();
        claims["nonce"] = value;
        let (_, checks) = verify(&token(&claims), &expected());
        assert!(
            checks
                .iter()
                .any(|check| check.result == CheckResult::Failed && check.seen.as_deref() == Some(seen)),
            "{seen}"
        );
    }
    let mut claims = claims();
    remove(&mut claims, "nonce");
    let (_, checks) = verify(&token(&claims), &expected());
    assert!(
        checks
            .iter()
            .any(|check| check.result == CheckResult::Failed && check.seen.as_deref() == Some("absent"))
    );
}

#[test]
fn values_are_shortened_and_freed_of_control_characters() {
    let mut checks = Checks::new();
    checks.pass(
        Rule::Issuer,
        Evidence::expected("x".repeat(200)).and_seen(format!("\u{0}\n{}", "é".repeat(300))),
    );
    let check = &checks.as_slice()[0];
    assert_eq!(check.expected.as_deref(), Some("x".repeat(200).as_str()));
    assert_eq!(
        check.seen.as_deref(),
        Some(format!("\u{fffd}\u{fffd}{}…", "é".repeat(198)).as_str())
    );
}

#[test]
fn a_refusal_reads_as_code_and_sentence() {
    let refusal = Refusal::new(Rule::MissingParameter).about("iss");
    assert_eq!(
        refusal.to_string(),
        "launch_invalid.missing_parameter: The LMS left out a value that every launch needs (iss)."
    );
}

#[test]
fn sentences_hold_nothing_that_the_request_chose() {
    for (name, value) in [
        ("iss", json!("<script>")),
        ("aud", json!("<script>")),
        ("azp", json!("<script>")),
    ] {
        let mut claims = claims();
        claims[name] = value;
        assert!(!launch(&claims).unwrap_err().sentence().contains("<script>"));
    }
}
