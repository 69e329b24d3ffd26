//! The 1EdTech certification list for tools, by the names of its tests (LTI Advantage conformance certification guide, section 6).

use lti13::tool::Policy;
use serde_json::{Value, json};

use crate::support::*;

/// Verification and admission together, as a tool with the certification's policy does it.
fn validated(token: &str) -> &'static str {
    let launch = verify(token, &expected()).0;
    let admitted = launch.and_then(|launch| launch.admit(&Policy::default(), &mut lti13::Checks::new()).map(|_| ()));
    admitted.map_or_else(|error| error.code(), |()| "accepted")
}

fn without(names: &[&str]) -> Value {
    let mut claims = claims();
    for name in names {
        remove(&mut claims, name);
    }
    claims
}

#[test]
fn bad_payloads_are_refused() {
    let claim = |name: &str| format!("{LTI}{name}");
    let mut wrong_version = claims();
    wrong_version[claim("version")] = json!("11.3");
    let mut older_version = claims();
    older_version[claim("version")] = json!("1.2.0");
    let mut timestamps = claims();
    (timestamps["iat"], timestamps["exp"]) = (json!(11111), json!(22222));
    let mut no_link_id = claims();
    no_link_id[claim("resource_link")] = json!({ "title": "A link" });
    let signed_with = |header: Value| sign(&header.to_string(), claims().to_string().as_bytes(), lms());

    for (name, token, code) in [
        (
            "No KID Sent in JWT header",
            signed_with(json!({ "alg": "RS256" })),
            "launch_invalid.kid",
        ),
        (
            "Incorrect KID in JWT header",
            signed_with(json!({ "alg": "RS256", "kid": "imstester_66067" })),
            "keyset_unavailable.key_not_found",
        ),
        ("Wrong LTI Version", token(&wrong_version), "launch_invalid.version"),
        ("Wrong LTI Version, older", token(&older_version), "launch_invalid.version"),
        (
            "No LTI Version",
            token(&without(&[&claim("version")])),
            "launch_invalid.version",
        ),
        (
            "Invalid LTI message",
            token(&json!({ "name": "badltilaunch" })),
            "launch_invalid.issuer",
        ),
        (
            "Invalid LTI message, not a JWT",
            "badltilaunch".to_owned(),
            "launch_invalid.token",
        ),
        (
            "Missing LTI Claims",
            token(&without(&["aud", "iss", "sub", &claim("deployment_id"), &claim("roles")])),
            "launch_invalid.issuer",
        ),
        ("Timestamps Incorrect", token(&timestamps), "launch_invalid.expired"),
        (
            "messsage_type Claim Missing",
            token(&without(&[&claim("message_type")])),
            "launch_invalid.message_type",
        ),
        (
            "role Claim Missing",
            token(&without(&[&claim("roles")])),
            "launch_invalid.roles",
        ),
        (
            "deployment_id Claim Missing",
            token(&without(&[&claim("deployment_id")])),
            "launch_invalid.deployment_missing",
        ),
        (
            "resource_link_id Claim Missing",
            token(&without(&[&claim("resource_link")])),
            "launch_invalid.resource_link",
        ),
        (
            "resource_link_id Claim Missing, no id",
            token(&no_link_id),
            "launch_invalid.resource_link",
        ),
        ("user Claim Missing", token(&without(&["sub"])), "launch_invalid.subject"),
    ] {
        assert_eq!(validated(&token), code, "{name}");
    }
}

#[test]
fn valid_launches_of_instructors_and_students_are_accepted() {
    const MEMBERSHIP: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership#";
    const UNKNOWN: &str = "http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper";
    const STUDENT: &str = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student";
    for (short, teaches) in [("Instructor", true), ("Learner", false)] {
        let full = format!("{MEMBERSHIP}{short}");
        for (name, roles, teaches, absent) in [
            ("Valid Launch", json!([full]), teaches, &[][..]),
            ("Launch with Roles", json!([full, STUDENT]), teaches, &[]),
            ("Launch Short Role", json!([short]), teaches, &[]),
            ("Launch Unknown Role", json!([UNKNOWN]), false, &[]),
            ("Launch No Role", json!([]), false, &[]),
            ("Launch No Role, empty", json!([""]), false, &[]),
            (
                "Launch Email Only",
                json!([full]),
                teaches,
                &["name", "given_name", "family_name"],
            ),
            ("Launch Names Only", json!([full]), teaches, &["email"]),
            (
                "Launch No PII",
                json!([full]),
                teaches,
                &["name", "given_name", "family_name", "email"],
            ),
            (
                "Launch Email Without Context",
                json!([full]),
                teaches,
                &[
                    "name",
                    "given_name",
                    "family_name",
                    "https://purl.imsglobal.org/spec/lti/claim/context",
                ],
            ),
        ] {
            let mut claims = without(absent);
            claims[format!("{LTI}roles")] = roles;
            assert_eq!(validated(&token(&claims)), "accepted", "{short}: {name}");
            assert_eq!(launch(&claims).unwrap().is_instructor(), teaches, "{short}: {name}");
        }
    }
}
