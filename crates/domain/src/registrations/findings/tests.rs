#![allow(clippy::unwrap_used)]

use super::*;
use crate::{Draft, LmsDraft, Rules};

fn moodle() -> Draft {
    Draft {
        name: "Contoso Moodle".to_owned(),
        app_id: "launch-inspector".to_owned(),
        platform: "moodle".to_owned(),
        lms: LmsDraft {
            issuer: "https://moodle.contoso.edu".to_owned(),
            client_id: "0aEVzPOYmhw5mJi".to_owned(),
            authentication_url: "https://moodle.contoso.edu/mod/lti/auth.php".to_owned(),
            keyset_url: "https://moodle.contoso.edu/mod/lti/certs.php".to_owned(),
            access_token_url: Some("https://moodle.contoso.edu/mod/lti/token.php".to_owned()),
            access_token_audience: None,
        },
        deployment_ids: vec!["1".to_owned()],
        ..Draft::default()
    }
}

fn under_test(draft: Draft) -> RegistrationUnderTest {
    let rules = Rules {
        allow_http: true,
        allowed_hosts: &[],
        app_ids: None,
        max_deployments: 200,
    };
    (&ReadDraft::of(draft, &rules)).into()
}

/// The findings about a Moodle with these changes, by code, field and severity.
fn check(change: impl FnOnce(&mut Draft)) -> Vec<(&'static str, String, FindingSeverity)> {
    let mut draft = moodle();
    change(&mut draft);
    let findings = under_test(draft).check();
    findings
        .iter()
        .map(|finding| {
            let field = finding.field().unwrap_or_default().to_owned();
            (finding.code(), field, finding.severity())
        })
        .collect()
}

fn only(code: &'static str, field: &str, severity: FindingSeverity) -> Vec<(&'static str, String, FindingSeverity)> {
    vec![(code, field.to_owned(), severity)]
}

#[test]
fn usual_values_are_no_finding() {
    assert_eq!(check(|_| {}), []);
}

#[test]
fn each_likely_mistake_is_found() {
    use FindingSeverity::{Info, Warning};
    assert_eq!(
        check(|draft| draft.lms.authentication_url = "https://moodle.contoso.edu/login".to_owned()),
        only("url.unusual", "authenticationUrl", Warning)
    );
    assert_eq!(
        check(|draft| {
            draft.platform = "other".to_owned();
            draft.lms.keyset_url = "https://keys.contoso.edu/certs".to_owned();
        }),
        only("url.other_host", "keysetUrl", Info)
    );
    assert_eq!(
        check(|draft| {
            draft.platform = "other".to_owned();
            draft.lms.authentication_url.clone_from(&draft.lms.keyset_url);
        }),
        only("url.repeated", "authenticationUrl", Warning)
    );
    assert_eq!(
        check(|draft| {
            draft.platform = "other".to_owned();
            draft.lms.keyset_url = "http://moodle.contoso.edu/certs".to_owned();
        }),
        only("url.http", "keysetUrl", Info)
    );
    assert_eq!(
        check(|draft| {
            draft.platform = "canvas-self-hosted".to_owned();
            draft.lms.issuer = "https://canvas.instructure.com".to_owned();
            draft.lms.keyset_url = "https://canvas.contoso.edu/api/lti/security/jwks".to_owned();
            draft.lms.authentication_url = "https://sso.canvaslms.com/api/lti/authorize_redirect".to_owned();
            draft.lms.access_token_url = Some("https://canvas.contoso.edu/login/oauth2/token".to_owned());
        }),
        only("url.hosted_canvas", "authenticationUrl", Warning)
    );
}

#[test]
fn what_is_missing_is_found_and_what_is_faulty_is_not_missing() {
    use FindingSeverity::{Info, Warning};
    assert_eq!(
        check(|draft| draft.lms.access_token_url = None),
        only("access_token_url.missing", "accessTokenUrl", Info)
    );
    assert_eq!(check(|draft| draft.lms.access_token_url = Some("ftp://token".to_owned())), []);
    assert_eq!(
        check(|draft| draft.deployment_ids.clear()),
        only("deployment.missing", "deploymentIds", Info)
    );
    assert_eq!(check(|draft| draft.deployment_ids = vec!["é".to_owned()]), []);
    assert_eq!(
        check(|draft| {
            draft.deployment_ids.clear();
            draft.accept_any_deployment = true;
        }),
        []
    );
    let audience = |draft: &mut Draft, audience: Option<&str>| {
        draft.platform = "brightspace".to_owned();
        draft.lms.access_token_audience = audience.map(ToOwned::to_owned);
    };
    let missing = ("access_token_audience.missing", "accessTokenAudience".to_owned(), Warning);
    assert!(check(|draft| audience(draft, None)).contains(&missing));
    assert!(!check(|draft| audience(draft, Some("https://api.brightspace.com/auth/token"))).contains(&missing));
    // Where schools share the client ID, no deployment will ever wait.
    let blackboard = check(|draft| {
        draft.platform = "blackboard".to_owned();
        draft.deployment_ids.clear();
    });
    assert!(blackboard.contains(&("deployment.missing", "deploymentIds".to_owned(), Warning)));
}

#[test]
fn an_issuer_is_looked_at_as_it_was_typed() {
    let codes = |issuer| check_issuer(issuer).iter().map(CheckFinding::code).collect::<Vec<_>>();
    assert_eq!(codes(" https://moodle.contoso.edu "), [""; 0]);
    assert_eq!(
        codes(" http://moodle.contoso.edu/ "),
        ["issuer.trailing_slash", "issuer.http"]
    );
}

#[test]
fn metadata_agrees_or_each_difference_is_found() {
    let metadata = LmsMetadata {
        issuer: "https://moodle.contoso.edu".to_owned(),
        authentication_url: Some("https://moodle.contoso.edu:443/mod/lti/auth.php".to_owned()),
        keyset_url: Some("https://moodle.contoso.edu/mod/lti/certs.php".to_owned()),
        access_token_url: None,
    };
    let moodle = under_test(moodle());
    assert_eq!(moodle.compare(metadata.clone()), [CheckFinding::MetadataAgrees]);
    let other = LmsMetadata {
        issuer: "https://moodle.contoso.edu/".to_owned(),
        keyset_url: Some(format!("no\u{7} URL{}", "x".repeat(400))),
        ..metadata
    };
    let differs = |field, theirs: String| CheckFinding::MetadataDiffers { field, theirs };
    assert_eq!(
        moodle.compare(other),
        [
            differs(LmsFieldName::Issuer, "https://moodle.contoso.edu/".to_owned()),
            differs(LmsFieldName::KeysetUrl, format!("no URL{}", "x".repeat(294))),
        ]
    );
}

#[test]
fn keys_that_are_ignored_are_named_by_id_or_place() {
    let jwks = br#"{ "keys": [{ "kty": "EC", "kid": "e-1" }, { "kty": "RSA" }] }"#;
    let findings = check_keyset(&KeySet::parse(jwks).unwrap());
    let ignored = |key, reason| CheckFinding::KeyIgnored { key, reason };
    assert_eq!(
        findings,
        [
            ignored(KeyName::Id("e-1".to_owned()), FindingReason::OtherKeyType),
            ignored(KeyName::Place(2), FindingReason::NoKid),
            CheckFinding::NoUsableKey,
        ]
    );
    let usable = lti13::test_support::TestPlatform::new().jwks();
    let findings = check_keyset(&KeySet::parse(usable.as_bytes()).unwrap());
    assert_eq!(findings, [CheckFinding::Keyset { usable: 1 }]);
}
