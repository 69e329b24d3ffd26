//! One table a rule: how it is broken, and the odd values that keep it.

use lti13::Hint;
use lti13::tool::{Message, Warning};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::*;

fn assert_outcomes(cases: impl IntoIterator<Item = (&'static str, Value, &'static str)>) {
    for (name, value, code) in cases {
        let shown = value.to_string();
        assert_eq!(
            outcome(&with(name, value)),
            code,
            "{name} = {}",
            &shown[..shown.len().min(80)]
        );
    }
}

#[test]
fn a_good_launch_is_accepted() {
    assert_eq!(outcome(&claims()), "accepted");
    assert_eq!(outcome(&deep_linking_claims()), "accepted");
}

#[test]
fn every_required_claim_is_missed_by_its_own_name() {
    for (name, code) in [
        ("iss", "launch_invalid.issuer"),
        ("aud", "launch_invalid.audience"),
        ("exp", "launch_invalid.expiry"),
        ("iat", "launch_invalid.issued_at"),
        ("nonce", "launch_invalid.nonce"),
        ("version", "launch_invalid.version"),
        ("message_type", "launch_invalid.message_type"),
        ("deployment_id", "launch_invalid.deployment_missing"),
        ("target_link_uri", "launch_invalid.target_link_uri"),
        ("roles", "launch_invalid.roles"),
        ("resource_link", "launch_invalid.resource_link"),
    ] {
        assert_eq!(outcome(&without(name)), code, "without {name}");
    }
}

#[test]
fn issuer_matches_byte_for_byte() {
    assert_outcomes([
        ("iss", json!("https://other.example.edu"), "launch_invalid.issuer"),
        ("iss", json!("https://lms.example.edu/"), "launch_invalid.issuer"),
        ("iss", json!("https://LMS.example.edu"), "launch_invalid.issuer"),
        ("iss", json!(["https://lms.example.edu"]), "launch_invalid.issuer"),
        ("iss", json!(null), "launch_invalid.issuer"),
    ]);
}

#[test]
fn near_misses_of_the_issuer_are_named() {
    for (sent, hint) in [
        ("https://lms.example.edu/", Some(Hint::ByTrailingSlash)),
        ("http://lms.example.edu", Some(Hint::ByScheme)),
        ("https://LMS.example.edu", Some(Hint::ByCapitals)),
        (" https://lms.example.edu", Some(Hint::BySpaces)),
        ("https://other.example.edu", None),
    ] {
        let refusal = launch(&with("iss", json!(sent))).unwrap_err();
        assert_eq!(refusal.hint(), hint.as_ref(), "{sent}");
    }
}

#[test]
fn audience_is_the_client_and_nobody_else() {
    assert_outcomes([
        ("aud", json!([CLIENT_ID]), "accepted"),
        ("aud", json!([CLIENT_ID, CLIENT_ID]), "accepted"),
        ("aud", json!("somebody-else"), "launch_invalid.audience"),
        ("aud", json!(["somebody-else"]), "launch_invalid.audience"),
        ("aud", json!([CLIENT_ID, "somebody-else"]), "launch_invalid.audience"),
        ("aud", json!(["somebody-else", CLIENT_ID]), "launch_invalid.audience"),
        ("aud", json!([CLIENT_ID, 7]), "launch_invalid.audience"),
        ("aud", json!([]), "launch_invalid.audience"),
        ("aud", json!(""), "launch_invalid.audience"),
        ("aud", json!({ CLIENT_ID: true }), "launch_invalid.audience"),
    ]);
    let extra = launch(&with("aud", json!([CLIENT_ID, "somebody-else"]))).unwrap_err();
    assert_eq!(extra.hint(), Some(&Hint::FurtherAudiences));
    for near in [json!(CLIENT_ID.to_lowercase()), json!([CLIENT_ID.to_lowercase()])] {
        assert_eq!(launch(&with("aud", near)).unwrap_err().hint(), Some(&Hint::ByCapitals));
    }
}

#[test]
fn authorized_party_is_the_client_if_named() {
    assert_outcomes([
        ("azp", json!(CLIENT_ID), "accepted"),
        ("azp", json!("somebody-else"), "launch_invalid.authorized_party"),
        ("azp", json!([CLIENT_ID]), "launch_invalid.authorized_party"),
    ]);
}

#[test]
fn times_have_a_minute_of_leeway_both_ways() {
    assert_outcomes([
        ("exp", json!(NOW - 59), "accepted"),
        ("exp", json!(NOW - 60), "launch_invalid.expired"),
        ("exp", json!(NOW as f64 + 0.5), "accepted"),
        ("exp", json!(1e300), "accepted"),
        ("exp", json!(-1e300), "launch_invalid.expired"),
        ("exp", json!((NOW + 55).to_string()), "launch_invalid.expiry"),
        ("exp", json!(null), "launch_invalid.expiry"),
        ("iat", json!(NOW + 60), "accepted"),
        ("iat", json!(NOW + 61), "launch_invalid.issued_in_future"),
        ("iat", json!(NOW as f64 + 60.9), "accepted"),
        ("iat", json!(NOW - 3600), "accepted"),
        ("iat", json!(NOW - 3601), "launch_invalid.too_old"),
        ("iat", json!(NOW as f64 - 3600.5), "launch_invalid.too_old"),
        ("iat", json!(i64::MIN), "launch_invalid.too_old"),
        ("iat", json!(u64::MAX), "launch_invalid.issued_in_future"),
        ("iat", json!(true), "launch_invalid.issued_at"),
        ("nbf", json!(NOW + 60), "accepted"),
        ("nbf", json!(NOW + 61), "launch_invalid.not_yet_valid"),
        ("nbf", json!("now"), "launch_invalid.not_yet_valid"),
    ]);
}

#[test]
fn nonce_is_the_one_that_was_sent() {
    assert_outcomes([
        ("nonce", json!("another"), "launch_invalid.nonce"),
        ("nonce", json!(format!("{NONCE}x")), "launch_invalid.nonce"),
        ("nonce", json!(""), "launch_invalid.nonce"),
        ("nonce", json!(null), "launch_invalid.nonce"),
        ("nonce", json!([NONCE]), "launch_invalid.nonce"),
    ]);
    // A caller that lost the nonce must not let an empty one through.
    let empty = Expected { nonce: "", ..expected() };
    assert_eq!(
        verify(&token(&with("nonce", json!(""))), &empty).0.unwrap_err().code(),
        "launch_invalid.nonce"
    );
}

#[test]
fn version_is_exactly_1_3_0() {
    assert_outcomes([
        ("version", json!("1.3"), "launch_invalid.version"),
        ("version", json!("1.3.1"), "launch_invalid.version"),
        ("version", json!("1.3.0 "), "launch_invalid.version"),
        ("version", json!(1.3), "launch_invalid.version"),
    ]);
}

#[test]
fn message_types_that_are_not_supported_are_named() {
    for name in [
        "LtiSubmissionReviewRequest",
        "LtiStartProctoring",
        "DataPrivacyLaunchRequest",
        "ltiresourcelinkrequest",
        "",
    ] {
        let refusal = launch(&with("message_type", json!(name))).unwrap_err();
        assert_eq!(refusal.code(), "launch_invalid.message_type");
        let (_, checks) = verify(&token(&with("message_type", json!(name))), &expected());
        assert!(
            checks.iter().any(|check| check.seen == Some(name.into())),
            "{name} is not named"
        );
    }
    assert_outcomes([(
        "message_type",
        json!(["LtiResourceLinkRequest"]),
        "launch_invalid.message_type",
    )]);
}

#[test]
fn deployment_is_named_and_the_one_of_the_login() {
    assert_outcomes([
        ("deployment_id", json!("x".repeat(255)), "accepted"),
        ("deployment_id", json!("x".repeat(256)), "launch_invalid.too_long"),
        ("deployment_id", json!(""), "launch_invalid.deployment_missing"),
        ("deployment_id", json!(1), "launch_invalid.deployment_missing"),
        ("deployment_id", json!("é"), "launch_invalid.deployment_missing"),
        ("deployment_id", json!("a\u{0}"), "launch_invalid.deployment_missing"),
    ]);
    for (hint, code) in [
        ("1", "accepted"),
        ("2", "launch_invalid.deployment_mismatch"),
        ("1 ", "launch_invalid.deployment_mismatch"),
    ] {
        let expected = Expected {
            deployment_hint: Some(hint),
            ..expected()
        };
        let (launch, _) = verify(&token(&claims()), &expected);
        assert_eq!(launch.map_or_else(|refusal| refusal.code(), |_| "accepted"), code);
    }
}

#[test]
fn target_link_uri_is_a_web_address() {
    assert_outcomes([
        ("target_link_uri", json!("http://tool.example/launch?item=7#part"), "accepted"),
        ("target_link_uri", json!(""), "launch_invalid.target_link_uri"),
        ("target_link_uri", json!("/launch"), "launch_invalid.target_link_uri"),
        (
            "target_link_uri",
            json!("javascript:alert(1)"),
            "launch_invalid.target_link_uri",
        ),
        ("target_link_uri", json!(null), "launch_invalid.target_link_uri"),
        ("target_link_uri", json!({}), "launch_invalid.target_link_uri"),
    ]);
}

#[test]
fn another_target_at_login_is_a_warning_only() {
    assert_eq!(launch(&claims()).unwrap().warnings, []);
    let elsewhere = with("target_link_uri", json!("https://tool.example/elsewhere"));
    assert_eq!(launch(&elsewhere).unwrap().warnings, [Warning::TargetLinkUri]);
    let (_, checks) = verify(&token(&elsewhere), &expected());
    assert!(checks.iter().any(|check| check.hint == Some(Hint::OtherTarget)));
}

#[test]
fn roles_are_an_array_that_may_be_empty() {
    assert_outcomes([
        ("roles", json!([]), "accepted"),
        ("roles", json!([""]), "accepted"),
        ("roles", json!(["Helper", 7, null]), "accepted"),
        ("roles", json!(null), "launch_invalid.roles"),
        ("roles", json!("Instructor"), "launch_invalid.roles"),
        ("roles", json!({}), "launch_invalid.roles"),
    ]);
    let launch = launch(&with("roles", json!(["Helper", 7, ""]))).unwrap();
    assert_eq!(launch.roles, ["Helper"]);
    assert_eq!(launch.warnings, [Warning::Roles]);
    let mut claims = deep_linking_claims();
    claims[format!("{LTI}roles")] = json!("Instructor");
    assert_eq!(outcome(&claims), "launch_invalid.roles");
}

#[test]
fn resource_link_has_an_id() {
    assert_outcomes([
        ("resource_link", json!({ "id": "x".repeat(255), "title": 7 }), "accepted"),
        ("resource_link", json!({ "id": "x".repeat(256) }), "launch_invalid.too_long"),
        ("resource_link", json!({ "id": "" }), "launch_invalid.resource_link"),
        ("resource_link", json!({ "id": 7 }), "launch_invalid.resource_link"),
        ("resource_link", json!({ "title": "A link" }), "launch_invalid.resource_link"),
        ("resource_link", json!("link-1"), "launch_invalid.resource_link"),
        ("resource_link", json!(null), "launch_invalid.resource_link"),
    ]);
}

#[test]
fn subject_is_text_of_at_most_255_ascii_characters() {
    assert_outcomes([
        ("sub", json!("x".repeat(255)), "accepted"),
        ("sub", json!("x".repeat(256)), "launch_invalid.too_long"),
        ("sub", json!("é".repeat(256)), "launch_invalid.too_long"),
        ("sub", json!("é"), "launch_invalid.subject"),
        ("sub", json!(""), "launch_invalid.subject"),
        ("sub", json!(7), "launch_invalid.subject"),
    ]);
    let refusal = launch(&with("sub", json!("x".repeat(256)))).unwrap_err();
    assert_eq!(refusal.name(), Some("sub"));
}

#[test]
fn deep_linking_settings_are_complete() {
    let Message::DeepLinking(settings) = launch(&deep_linking_claims()).unwrap().message else {
        panic!("another message")
    };
    assert_eq!(settings.return_url.as_str(), "https://lms.example.edu/return?course=2");
    assert_eq!(settings.accept_types, ["ltiResourceLink"]);
    assert_eq!(settings.accept_presentation_document_targets, ["iframe", "window"]);

    let mut absent = deep_linking_claims();
    remove(&mut absent, lti_dl());
    assert_eq!(outcome(&absent), "launch_invalid.deep_linking_settings");
    for (member, value) in [
        ("deep_link_return_url", json!("javascript:alert(1)")),
        ("deep_link_return_url", json!(null)),
        ("accept_types", json!("link")),
        ("accept_types", json!(null)),
        ("accept_presentation_document_targets", json!(null)),
    ] {
        let mut claims = deep_linking_claims();
        claims[lti_dl()][member] = value;
        assert_eq!(outcome(&claims), "launch_invalid.deep_linking_settings", "{member}");
    }
}

/// The page that explains the refusal needs the language and the way back.
#[test]
fn a_refusal_says_where_the_launch_comes_from_once_signature_issuer_and_audience_hold() {
    let presented = |bent: &Value| {
        let mut claims = bent.clone();
        claims[claim("launch_presentation")] = json!({ "locale": "de", "return_url": "https://lms.example.edu/back" });
        let error = launch(&claims).unwrap_err();
        let presentation = error.presentation()?;
        assert_eq!(presentation.locale.as_deref(), Some("de"));
        assert_eq!(
            presentation.return_url(false).unwrap().as_str(),
            "https://lms.example.edu/back"
        );
        Some(error.code())
    };
    for (name, value, code) in [
        ("exp", json!(NOW - 100), "launch_invalid.expired"),
        ("iat", json!(NOW + 100), "launch_invalid.issued_in_future"),
        ("nonce", json!("another"), "launch_invalid.nonce"),
        ("version", json!("1.1"), "launch_invalid.version"),
        ("message_type", json!("Other"), "launch_invalid.message_type"),
        ("roles", json!(null), "launch_invalid.roles"),
        ("resource_link", json!(null), "launch_invalid.resource_link"),
        ("target_link_uri", json!(""), "launch_invalid.target_link_uri"),
        ("deployment_id", json!(null), "launch_invalid.deployment_missing"),
    ] {
        assert_eq!(presented(&with(name, value)), Some(code));
    }
    for name in ["iss", "aud", "azp"] {
        assert_eq!(presented(&with(name, json!("somebody-else"))), None, "{name}");
    }
    let forged = sign(&header().to_string(), claims().to_string().as_bytes(), other());
    assert_eq!(verify(&forged, &expected()).0.unwrap_err().presentation(), None);
}

/// Moodle and others send null for what they don't have.
#[test]
fn a_claim_that_is_null_is_absent() {
    let names = [
        "iss",
        "aud",
        "azp",
        "exp",
        "iat",
        "nbf",
        "nonce",
        "sub",
        "name",
        "version",
        "message_type",
        "deployment_id",
        "target_link_uri",
        "roles",
        "resource_link",
        "context",
        "custom",
        "launch_presentation",
        "tool_platform",
    ];
    for name in names {
        let result = |claims: &Value| verify(&token(claims), &expected());
        let mut absent = claims();
        absent.as_object_mut().unwrap().remove(&claim(name));
        assert_eq!(result(&with(name, json!(null))), result(&absent), "{name}");
    }
    for name in ["target_link_uri", "roles", "sub"] {
        let mut claims = deep_linking_claims();
        claims[claim(name)] = json!(null);
        assert_eq!(outcome(&claims), "accepted", "{name}");
    }
    let launch = launch(&with("custom", json!(null))).unwrap();
    assert!(
        !launch.claims.contains_key(&claim("custom")),
        "the app needs no second case either"
    );
}

#[test]
fn a_claim_that_stands_twice_is_refused() {
    let text = claims().to_string();
    let twice = format!(r#"{{"sub":"somebody-else",{}"#, &text[1..]);
    for twice in [twice, format!(r#"{{"sub":null,{}"#, &text[1..])] {
        let token = sign(&header().to_string(), twice.as_bytes(), lms());
        assert_eq!(verify(&token, &expected()).0.unwrap_err().code(), "launch_invalid.claims");
    }
}

#[test]
fn loose_values_are_tolerated() {
    assert_outcomes([
        ("custom", json!({ "number": 7, "nothing": null, "list": [1] }), "accepted"),
        ("context", json!({ "id": "course-1", "type": ["Odd", 7] }), "accepted"),
        ("context", json!(null), "accepted"),
        ("launch_presentation", json!("iframe"), "accepted"),
        ("tool_platform", json!({ "guid": 7 }), "accepted"),
        ("never_heard_of", json!({ "deep": [{}] }), "accepted"),
        ("name", json!(7), "accepted"),
    ]);
    let odd = launch(&with("context", json!({ "id": "x".repeat(256) }))).unwrap();
    assert_eq!(odd.warnings, [Warning::CourseId]);
}

/// Any text at all, and the registered issuer with one character changed, added or missing.
fn other_issuer() -> impl Strategy<Value = String> {
    let near = (any::<prop::sample::Index>(), 0..4_u8, any::<char>()).prop_map(|(at, change, c)| {
        let at = at.index(ISSUER.len());
        let (before, after) = ISSUER.split_at(at);
        match change {
            0 => format!("{before}{c}{after}"),
            1 => format!("{before}{}", &after[1..]),
            2 => format!("{before}{c}{}", &after[1..]),
            _ => format!("{before}{}", after.to_uppercase()),
        }
    });
    prop_oneof![1 => any::<String>(), 3 => near]
}

proptest! {
    #[test]
    fn no_other_issuer_is_the_registered_one(issuer in other_issuer()) {
        let expected = if issuer == ISSUER { "accepted" } else { "launch_invalid.issuer" };
        prop_assert_eq!(outcome(&with("iss", json!(issuer))), expected);
    }
}
