#![allow(clippy::unwrap_used)]

use domain::{OwnHint, OwnTerm};
use lti13::{Evidence, Hint, Rule as Lti, Stage};

use super::*;

fn read(stored: &str, language: Language) -> Vec<Check> {
    parse_checks(stored, language).unwrap()
}

fn stored(checks: &LaunchRecord) -> String {
    serde_json::to_string(checks).unwrap()
}

#[test]
fn every_rule_stage_hint_and_word_has_a_text_of_its_own_language() {
    let sentences = Rule::all()
        .flat_map(|rule| {
            let texts::RuleTexts {
                requirement,
                sentence,
                remedy,
            } = texts::rule(rule);
            [requirement, sentence, remedy]
        })
        .chain(Stage::ALL.into_iter().map(texts::stage))
        .chain(Hint::ALL.iter().map(|hint| texts::hint(hint).unwrap()))
        .chain(OwnHint::ALL.iter().map(|hint| texts::hint(&Hint::from(*hint)).unwrap()));
    for text in sentences {
        let [english, german] = [Language::En, Language::De].map(|language| text.of(language));
        for sentence in [&english, &german] {
            assert!(sentence.ends_with('.') && sentence.len() > 15, "{sentence}");
        }
        assert_ne!(english, german, "{}", text.key());
    }
    let unexpected = texts::rule(Rule::Unexpected).sentence.key();
    for rule in Rule::all().filter(|rule| *rule != Rule::Unexpected) {
        assert_ne!(
            texts::rule(rule).sentence.key(),
            unexpected,
            "{rule:?} has no texts of its own"
        );
    }
    for term in Term::ALL {
        let text = texts::term(*term).unwrap();
        let same = text.of(Language::En) == text.of(Language::De);
        assert_eq!(same, matches!(term, Term::Null | Term::More), "{term:?}");
    }
    for term in OwnTerm::ALL {
        let text = texts::own_term(*term);
        assert_ne!(text.of(Language::En), text.of(Language::De), "{term:?}");
    }
}

#[test]
fn what_an_lms_sends_is_shown_as_it_is_in_every_language() {
    for sent in [
        "two",
        "absent",
        "an array",
        "null",
        "17 bytes",
        "{count}",
        "(absent)",
        "[\"a\"]",
        "ä\u{fffd}<b>",
    ] {
        let mut checks = LaunchRecord::new();
        checks.pass(Rule::DeploymentUnlisted, Evidence::expected(sent).and_seen(sent));
        for language in Language::ALL {
            let check = read(&stored(&checks), language).remove(0);
            assert_eq!((check.expected.as_deref(), check.seen.as_deref()), (Some(sent), Some(sent)));
            assert_eq!(
                (check.expected_kind, check.seen_kind),
                (Some(ValueKind::Text), Some(ValueKind::Text))
            );
        }
        let client = Value::Client {
            issuer: sent.to_owned(),
            client_id: Some(sent.to_owned()),
        };
        assert_eq!(
            value_in(&client, Language::De),
            format!("Aussteller „{sent}“, Client-ID „{sent}“")
        );
    }
}

#[test]
fn values_are_shown_in_every_language() {
    for (value, english, german) in [
        (
            Value::Cut {
                text: "a…".to_owned(),
                characters: 3000,
            },
            "“a…” (the beginning of 3000 characters)",
            "„a…“ (der Anfang von 3000 Zeichen)",
        ),
        (Value::Characters(1), "(a string of 1 character)", "(ein Text mit 1 Zeichen)"),
        (Value::Values(1), "(an array of 1 value)", "(eine Liste mit 1 Wert)"),
        (Value::Values(0), "(an array of 0 values)", "(eine Liste mit 0 Werten)"),
        (Term::Absent.into(), "(absent)", "(fehlt)"),
        (
            Value::Instant {
                at: 1_795_540_800,
                now: 1_795_544_400,
            },
            "2026-11-24T17:20:00Z (now 2026-11-24T18:20:00Z)",
            "2026-11-24T17:20:00Z (jetzt 2026-11-24T18:20:00Z)",
        ),
        (
            Value::Instant { at: i64::MAX, now: 0 },
            "9223372036854775807 (now 1970-01-01T00:00:00Z)",
            "9223372036854775807 (jetzt 1970-01-01T00:00:00Z)",
        ),
        (
            OwnValue::Blocked(OwnTerm::NotHttps).into(),
            "the gateway may not call this address: it isn't https",
            "das Gateway darf diese Adresse nicht aufrufen: sie ist nicht https",
        ),
        (
            Value::Client {
                issuer: "https://lms.example.edu".to_owned(),
                client_id: None,
            },
            "issuer “https://lms.example.edu”, client ID (absent)",
            "Aussteller „https://lms.example.edu“, Client-ID (fehlt)",
        ),
        (
            Value::List(vec!["two".into(), Term::NotText.into(), Term::More.into()]),
            "“two”, (not text), …",
            "„two“, (kein Text), …",
        ),
        (
            Value::Other(serde_json::json!({ "term": "brand_new" })),
            "brand_new",
            "brand_new",
        ),
        (
            Value::Other(serde_json::json!({ "parsecs": 3 })),
            "{\"parsecs\":3}",
            "{\"parsecs\":3}",
        ),
    ] {
        assert_eq!(value_in(&value, Language::En), english);
        assert_eq!(value_in(&value, Language::De), german);
        assert_eq!(read_value(&store_value(&value), Language::De), german);
    }
}

#[test]
fn only_text_from_outside_is_text_and_quoted() {
    for (value, kind, english, german) in [
        (Value::text("(absent)"), ValueKind::Text, "“(absent)”", "„(absent)“"),
        (Value::List(vec!["a, b".into()]), ValueKind::Text, "“a, b”", "„a, b“"),
        (Term::Absent.into(), ValueKind::Absent, "(absent)", "(fehlt)"),
        (Term::Null.into(), ValueKind::Description, "(null)", "(null)"),
        (
            Value::Characters(2),
            ValueKind::Description,
            "(a string of 2 characters)",
            "(ein Text mit 2 Zeichen)",
        ),
        (
            Value::List(vec!["a".into(), "b".into()]),
            ValueKind::Description,
            "“a”, “b”",
            "„a“, „b“",
        ),
    ] {
        let mut checks = LaunchRecord::new();
        checks.pass(Lti::Issuer, Evidence::seen(value));
        for (language, expected) in [(Language::En, english), (Language::De, german)] {
            let check = read(&stored(&checks), language).remove(0);
            assert_eq!((check.seen_kind, check.expected_kind), (Some(kind), None));
            assert_eq!(quoted(&check.seen.unwrap(), check.seen_kind, language), expected);
        }
    }
}

#[test]
fn checks_have_codes_and_remedies() {
    let mut checks = LaunchRecord::new();
    checks.pass(Lti::Signature, Evidence::none());
    let hinted = Evidence::expected("a").and_seen("b").and_hint(Hint::ByCapitals);
    let _ = checks.fail(Lti::Issuer, hinted);
    let read = read(&stored(&checks), Language::De);
    let codes: Vec<_> = read.iter().take(3).map(|check| check.code.as_deref().unwrap()).collect();
    assert_eq!(codes, ["launch_invalid.signature", "launch_invalid.issuer", "stage.audience"]);
    assert_eq!(read[0].remedy, None);
    assert!(read[1].remedy.as_deref().unwrap().contains("Großbuchstaben"), "{:?}", read[1]);
    let mut checks = LaunchRecord::new();
    let _ = checks.fail(Lti::Nonce, Evidence::none());
    assert_eq!(
        self::read(&stored(&checks), Language::En)[0].remedy.as_deref(),
        Some(
            "Launch the app again from the course; if it persists, contact the LMS's support: it must send back the nonce unaltered."
        )
    );
}

#[test]
fn a_rule_of_a_newer_version_is_shown_by_its_code() {
    let check = read(r#"{"v":1,"checks":[["!launch_invalid.brand_new"]]}"#, Language::De).remove(0);
    assert_eq!(
        (check.rule.as_str(), check.code.as_deref(), check.remedy),
        ("launch_invalid.brand_new", Some("launch_invalid.brand_new"), None)
    );
}

#[test]
fn sentences_of_before_are_shown_as_they_were_stored() {
    let row = r#"[{"stage":"issuer","rule":"iss is the issuer of the registration, character by character.","result":"failed","expected":"https://lms.example.edu","seen":"absent","remedy":"Register the issuer exactly as the LMS sends it."}]"#;
    for language in Language::ALL {
        let check = read(row, language).remove(0);
        assert_eq!((check.code, check.seen.as_deref()), (None, Some("absent")));
        assert_eq!(check.rule, "iss is the issuer of the registration, character by character.");
        assert_eq!(
            read_value("no complete answer within 5 seconds", language),
            "no complete answer within 5 seconds"
        );
    }
}

#[test]
fn a_refusal_names_what_it_is_about() {
    let refusal = Refusal::new(Lti::MissingParameter).about("iss");
    assert_eq!(
        sentence(&refusal).of(Language::En),
        "The LMS left out a value that every launch needs. (iss)"
    );
    assert_eq!(
        sentence(&refusal).of(Language::De),
        "Das LMS hat einen Wert weggelassen, den jeder Start braucht. (iss)"
    );
}
