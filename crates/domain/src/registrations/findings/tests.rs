#![allow(clippy::unwrap_used)]

use time::OffsetDateTime;
use uuid::Uuid;

use super::*;
use crate::{Actor, ActorKind, AppDeploymentId, Draft, Failure, Health, HealthState, LmsDraft, RegistrationId, Rules, TenantId};

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
    let findings = under_test(draft).check(&gateway());
    findings
        .iter()
        .map(|finding| {
            let field = finding.field().unwrap_or_default().to_owned();
            (finding.code(), field, finding.severity())
        })
        .collect()
}

fn gateway() -> Url {
    "https://gateway.example".parse().unwrap()
}

#[test]
fn an_address_of_the_gateway_is_no_lmss() {
    use FindingSeverity::Error;
    for address in [
        "https://gateway.example/lti/launch",
        "https://gateway.example",
        "http://gateway.example/x?y=z",
        "https://GATEWAY.example.:443/.well-known/jwks.json",
    ] {
        for (field, change) in [
            (
                "authenticationUrl",
                (|lms, url| lms.authentication_url = url) as fn(&mut LmsDraft, String),
            ),
            ("keysetUrl", |lms, url| lms.keyset_url = url),
            ("accessTokenUrl", |lms, url| lms.access_token_url = Some(url)),
            ("accessTokenAudience", |lms, url| lms.access_token_audience = Some(url)),
        ] {
            let found = check(|draft| change(&mut draft.lms, address.to_owned()));
            assert!(
                found.contains(&("url.own_address", field.to_owned(), Error)),
                "{address} in {field}: {found:?}"
            );
        }
        let found = check(|draft| draft.lms.issuer = address.split('?').next().unwrap().to_owned());
        assert!(
            found.contains(&("issuer.own_address", "issuer".to_owned(), Error)),
            "{address}: {found:?}"
        );
    }
    let is_own = |url: &str, gateway: &str| is_at(&url.parse().unwrap(), &gateway.parse().unwrap());
    assert!(is_own("http://127.0.0.1:8080/lti/login", "http://localhost:8080"));
    assert!(is_own("http://[::1]:8080", "http://localhost:8080"));
    for (other, gateway) in [
        ("http://127.0.0.1:8090", "http://localhost:8080"),
        ("https://lms.gateway.example", "https://gateway.example"),
        ("https://gateway.example:8443/keys", "https://gateway.example"),
        ("https://gateway.example.org", "https://gateway.example"),
    ] {
        assert!(!is_own(other, gateway), "{other}");
    }
}

#[test]
fn what_was_pasted_beside_a_value_is_named() {
    for (text, what) in [
        ("Deployment ID: 5", Some(Surplus::Label)),
        ("deployment_id=5", Some(Surplus::Label)),
        ("Client ID:10000000000001", Some(Surplus::Label)),
        ("Issuer (iss): x", Some(Surplus::Label)),
        ("Consumer key: abc", Some(Surplus::Label)),
        ("{clientId}", Some(Surplus::Placeholder)),
        ("${client_id}", Some(Surplus::Placeholder)),
        ("<client id>", Some(Surplus::Placeholder)),
        ("[your client ID]", Some(Surplus::Placeholder)),
        ("https://lms.example/{site}/keys", Some(Surplus::Placeholder)),
        ("https://lms.example/%7Bsite%7D/keys", Some(Surplus::Placeholder)),
        ("\"5\"", Some(Surplus::Quotes)),
        ("'5'", Some(Surplus::Quotes)),
        ("`5`", Some(Surplus::Quotes)),
        ("https://https://lms.example", Some(Surplus::SecondScheme)),
        ("https://http//lms.example", Some(Surplus::SecondScheme)),
        ("https://HTTPS://lms.example", Some(Surplus::SecondScheme)),
        // Values of real LMSs.
        ("1", None),
        ("12:8865aa05b4b79b64a91a86042e43af5ea8ae79eb", None),
        ("a:b", None),
        ("urn:lti:deployment", None),
        ("0aEVzPOYmhw5mJi", None),
        ("d290f1ee-6c54-4b01-90e6-d701748f0851", None),
        ("contoso:math", None),
        ("https://lms.example/a?b=c", None),
        ("https://https.example/http:", None),
        ("\"", None),
    ] {
        assert_eq!(surplus(text), what, "{text}");
    }
    use FindingSeverity::Warning;
    let in_field = |field: &str| only("value.pasted_too_much", field, Warning);
    assert_eq!(
        check(|draft| draft.deployment_ids = vec!["1".to_owned(), "Deployment ID: 5".to_owned()]),
        in_field("deploymentIds")
    );
    assert_eq!(
        check(|draft| draft.lms.client_id = "{clientId}".to_owned()),
        in_field("clientId")
    );
    assert_eq!(
        check(|draft| draft.lms.access_token_audience = Some("'x'".to_owned())),
        in_field("accessTokenAudience")
    );
    let doubled = check(|draft| draft.lms.keyset_url = "https://https://moodle.contoso.edu/mod/lti/certs.php".to_owned());
    assert!(
        doubled.contains(&("value.pasted_too_much", "keysetUrl".to_owned(), Warning)),
        "{doubled:?}"
    );
}

#[test]
fn the_issuer_that_canvas_comes_with_is_a_finding_on_own_servers() {
    let canvas = |platform: &'static str, issuer: &'static str| {
        let found = check(|draft| {
            draft.platform = platform.to_owned();
            draft.lms.issuer = issuer.to_owned();
        });
        found
            .iter()
            .any(|(code, field, _)| *code == "issuer.canvas_default" && field == "issuer")
    };
    assert!(canvas("canvas-self-hosted", "https://canvas.instructure.com"));
    assert!(!canvas("canvas-self-hosted", "https://canvas.contoso.edu"));
    assert!(!canvas("canvas", "https://canvas.instructure.com"));
}

fn only(code: &'static str, field: &str, severity: FindingSeverity) -> Vec<(&'static str, String, FindingSeverity)> {
    vec![(code, field.to_owned(), severity)]
}

#[test]
fn usual_values_are_no_finding() {
    assert_eq!(check(|_| {}), []);
    // The slash is a finding of the issuer, not of the URLs.
    assert_eq!(check(|draft| draft.lms.issuer.push('/')), []);
}

#[test]
fn addresses_that_are_the_same_for_every_school_are_checked_by_rules() {
    let canvas = |authentication_url: &str| {
        let findings = check(|draft| {
            draft.platform = "canvas".to_owned();
            draft.lms.issuer = "https://canvas.instructure.com".to_owned();
            draft.lms.authentication_url = authentication_url.to_owned();
            draft.lms.keyset_url = "https://sso.canvaslms.com/api/lti/security/jwks".to_owned();
            draft.lms.access_token_url = Some("https://sso.canvaslms.com/login/oauth2/token".to_owned());
        });
        findings.into_iter().map(|(code, ..)| code).collect::<Vec<_>>()
    };
    assert_eq!(canvas("https://sso.canvaslms.com/api/lti/authorize_redirect"), [""; 0]);
}

/// A stored Moodle without an accepted deployment.
fn stored() -> Registration {
    let rules = Rules {
        allow_http: false,
        allowed_hosts: &[],
        app_ids: None,
        max_deployments: 200,
    };
    let at = OffsetDateTime::UNIX_EPOCH;
    Registration {
        id: RegistrationId(Uuid::nil()),
        tenant_id: TenantId(Uuid::nil()),
        name: "Contoso Moodle".to_owned(),
        app_id: "launch-inspector".to_owned(),
        product: LmsProduct::Moodle,
        lms: ReadDraft::of(moodle(), &rules).lms.complete().unwrap(),
        deployment_ids: Vec::new(),
        allow_anonymous: false,
        accept_any_deployment: false,
        created_at: at,
        created_by: Actor {
            id: "oid".to_owned(),
            name: "Ada".to_owned(),
            kind: ActorKind::User,
        },
        last_launch_at: None,
        health: Health {
            state: HealthState::Unknown,
            since: None,
            detail: None,
        },
        failure: None,
        waiting_deployments: 0,
        tool_keyset: None,
        app_deployment_id: AppDeploymentId(Uuid::nil()),
    }
}

#[test]
fn a_stored_registration_lacks_a_deployment_unless_it_takes_any_or_all_were_rejected() {
    let codes = |registration: &Registration| {
        let findings = RegistrationUnderTest::from(registration).check(&gateway());
        findings.iter().map(CheckFinding::code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&stored()), ["deployment.missing"]);
    let takes_any = Registration {
        accept_any_deployment: true,
        ..stored()
    };
    assert_eq!(codes(&takes_any), [""; 0]);
    let rejected = Registration {
        failure: Some(Failure {
            reason: FailureReason::DeploymentsRejected,
            since: None,
        }),
        ..stored()
    };
    assert_eq!(codes(&rejected), [""; 0], "that they were rejected is a finding of its own");
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
        [
            only("issuer.canvas_default", "issuer", Warning),
            only("url.hosted_canvas", "authenticationUrl", Warning)
        ]
        .concat()
    );
}

#[test]
fn missing_values_are_found_and_invalid_ones_are_not_missing() {
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
