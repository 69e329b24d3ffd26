#![allow(clippy::unwrap_used)]

use super::*;

fn apps() -> Vec<String> {
    vec!["launch-inspector".to_owned()]
}

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
            ..LmsDraft::default()
        },
        deployment_ids: vec!["1".to_owned()],
        ..Draft::default()
    }
}

fn blackboard() -> Draft {
    Draft {
        platform: "blackboard".to_owned(),
        lms: LmsDraft {
            issuer: "https://blackboard.com".to_owned(),
            client_id: "027328b7-c2e3-4c9e-aaa1-07802dae6c89".to_owned(),
            authentication_url: "https://developer.blackboard.com/api/v1/gateway/oidcauth".to_owned(),
            keyset_url:
                "https://developer.blackboard.com/api/v1/management/applications/027328b7-c2e3-4c9e-aaa1-07802dae6c89/jwks.json"
                    .to_owned(),
            access_token_url: None,
            ..moodle().lms
        },
        ..moodle()
    }
}

fn parse(draft: Draft) -> Result<NewRegistration, Vec<FieldError>> {
    NewRegistration::parse(
        draft,
        &Rules {
            allow_http: false,
            allowed_hosts: &[],
            app_ids: Some(&apps()),
            max_deployments: 200,
        },
    )
}

fn parse_in_development(draft: Draft) -> Result<NewRegistration, Vec<FieldError>> {
    NewRegistration::parse(
        draft,
        &Rules {
            allow_http: true,
            allowed_hosts: &[],
            app_ids: Some(&apps()),
            max_deployments: 200,
        },
    )
}

fn codes(result: Result<NewRegistration, Vec<FieldError>>) -> Vec<(String, &'static str)> {
    result
        .unwrap_err()
        .into_iter()
        .map(|error| (error.field.into_owned(), error.reason.code()))
        .collect()
}

fn code(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn a_complete_draft_passes() {
    let registration = parse(moodle()).unwrap();
    assert_eq!(registration.lms.platform.issuer, "https://moodle.contoso.edu");
    assert_eq!(registration.product, LmsProduct::Moodle);
    assert_eq!(registration.deployment_ids, ["1"]);
    assert!(!registration.client_is_shared());
}

#[test]
fn fixed_values_are_validated_beside_errors_of_other_values() {
    let code = |field: &str, code: &'static str| (field.to_owned(), code);
    let draft = Draft {
        name: String::new(),
        lms: LmsDraft {
            authentication_url: "https://contoso.blackboard.com/auth".to_owned(),
            keyset_url: "http://".to_owned(),
            ..blackboard().lms
        },
        accept_any_deployment: true,
        ..blackboard()
    };
    assert_eq!(
        codes(parse(draft)),
        [
            code("name", "required"),
            code("keysetUrl", "not_https"),
            code("acceptAnyDeployment", "shared_client"),
            code("authenticationUrl", "fixed_value"),
        ]
    );
    // Values that follow from an invalid value aren't validated: the keyset's address has the client ID in it.
    let draft = Draft {
        lms: LmsDraft {
            client_id: String::new(),
            ..blackboard().lms
        },
        ..blackboard()
    };
    assert_eq!(codes(parse(draft)), [code("clientId", "required")]);
    let draft = Draft {
        app_id: "unknown".to_owned(),
        lms: LmsDraft {
            issuer: "https://blackboard.com".to_owned(),
            ..moodle().lms
        },
        ..moodle()
    };
    assert_eq!(
        codes(parse(draft)),
        [code("appId", "unknown_app"), code("platform", "issuer_of_another_platform")]
    );
}

#[test]
fn pasted_values_are_trimmed() {
    let draft = Draft {
        lms: LmsDraft {
            issuer: "\u{feff}https://moodle.contoso.edu/ ".to_owned(),
            client_id: " 0aEVzPOYmhw5mJi\u{200b}".to_owned(),
            access_token_url: Some("  ".to_owned()),
            access_token_audience: Some(String::new()),
            ..moodle().lms
        },
        deployment_ids: vec![" 1".to_owned(), "1\n".to_owned(), "2".to_owned()],
        ..moodle()
    };
    let registration = parse(draft).unwrap();
    assert_eq!(
        registration.lms.platform.issuer, "https://moodle.contoso.edu/",
        "the slash is the admin's"
    );
    assert_eq!(registration.lms.platform.client_id, "0aEVzPOYmhw5mJi");
    assert_eq!(registration.lms.access_token_url, None);
    assert_eq!(registration.lms.access_token_audience, None);
    assert_eq!(registration.deployment_ids, ["1", "2"]);
}

#[test]
fn every_error_is_named_at_once() {
    let seen = codes(parse(Draft {
        deployment_ids: vec!["1".to_owned(), String::new(), "é".to_owned()],
        ..Draft::default()
    }));
    let expected = [
        ("name", "required"),
        ("appId", "required"),
        ("platform", "required"),
        ("issuer", "required"),
        ("clientId", "required"),
        ("deploymentIds/1", "required"),
        ("deploymentIds/2", "not_ascii"),
        ("authenticationUrl", "required"),
        ("keysetUrl", "required"),
    ];
    assert_eq!(seen, expected.map(|(field, code)| (field.to_owned(), code)));
}

#[test]
fn each_field_has_its_limit() {
    assert_eq!(
        codes(parse(Draft {
            name: "n".repeat(201),
            ..moodle()
        })),
        code("name", "too_long")
    );
    assert_eq!(
        codes(parse(Draft {
            lms: LmsDraft {
                client_id: "c".repeat(256),
                ..moodle().lms
            },
            ..moodle()
        })),
        code("clientId", "too_long")
    );
    assert_eq!(
        codes(parse(Draft {
            deployment_ids: vec!["d".repeat(256)],
            ..moodle()
        })),
        code("deploymentIds/0", "too_long")
    );
    let many = (0..201).map(|n| n.to_string()).collect();
    assert_eq!(
        codes(parse(Draft {
            deployment_ids: many,
            ..moodle()
        })),
        code("deploymentIds", "too_many")
    );
    assert_eq!(
        codes(parse(Draft {
            lms: LmsDraft {
                access_token_audience: Some("a".repeat(2049)),
                ..moodle().lms
            },
            ..moodle()
        })),
        code("accessTokenAudience", "too_long")
    );
    assert_eq!(
        codes(parse(Draft {
            lms: LmsDraft {
                access_token_url: Some("ftp://a.edu".to_owned()),
                ..moodle().lms
            },
            ..moodle()
        })),
        code("accessTokenUrl", "not_https")
    );
}

#[test]
fn app_and_platform_must_be_known() {
    assert_eq!(
        codes(parse(Draft {
            app_id: "chess".to_owned(),
            ..moodle()
        })),
        code("appId", "unknown_app")
    );
    assert_eq!(
        codes(parse(Draft {
            platform: "webct".to_owned(),
            ..moodle()
        })),
        code("platform", "unknown_platform")
    );
}

#[test]
fn fixed_values_must_match() {
    assert!(parse(blackboard()).unwrap().client_is_shared());
    let seen = codes(parse(Draft {
        lms: LmsDraft {
            issuer: "https://blackboard.com/".to_owned(),
            keyset_url: "https://developer.blackboard.com/api/v1/management/applications/other/jwks.json".to_owned(),
            ..blackboard().lms
        },
        ..blackboard()
    }));
    assert_eq!(
        seen,
        [("issuer".to_owned(), "fixed_value"), ("keysetUrl".to_owned(), "fixed_value")]
    );
}

#[test]
fn a_shared_client_cannot_accept_any_deployment() {
    assert_eq!(
        codes(parse(Draft {
            accept_any_deployment: true,
            ..blackboard()
        })),
        code("acceptAnyDeployment", "shared_client")
    );
    assert!(
        parse(Draft {
            accept_any_deployment: true,
            ..moodle()
        })
        .unwrap()
        .accept_any_deployment
    );
}

#[test]
fn the_issuer_of_a_hosted_lms_cannot_be_registered_as_another_platform() {
    for platform in ["other", "moodle", "canvas-beta"] {
        let seen = codes(parse(Draft {
            platform: platform.to_owned(),
            lms: LmsDraft {
                issuer: "https://canvas.instructure.com".to_owned(),
                client_id: "170000000000570".to_owned(),
                ..moodle().lms
            },
            ..moodle()
        }));
        assert!(
            seen.contains(&("platform".to_owned(), "issuer_of_another_platform")),
            "{platform}: {seen:?}"
        );
    }
}

#[test]
fn self_hosted_canvas_may_name_the_hosted_issuer_but_no_inherited_key() {
    let draft = |client_id: &str| Draft {
        platform: "canvas-self-hosted".to_owned(),
        lms: LmsDraft {
            issuer: "https://canvas.instructure.com".to_owned(),
            client_id: client_id.to_owned(),
            ..moodle().lms
        },
        ..moodle()
    };
    assert!(parse(draft("10000000000042")).is_ok());
    assert_eq!(
        codes(parse(draft("170000000000570"))),
        code("platform", "issuer_of_another_platform")
    );
}

#[test]
fn in_development_a_local_lms_may_stand_in_for_any_product() {
    let local = || Draft {
        lms: LmsDraft {
            issuer: "http://127.0.0.1:8090".to_owned(),
            authentication_url: "http://127.0.0.1:8090/auth".to_owned(),
            keyset_url: "http://127.0.0.1:8090/jwks".to_owned(),
            ..blackboard().lms
        },
        ..blackboard()
    };
    assert!(parse_in_development(local()).unwrap().client_is_shared());
    assert_eq!(
        codes(parse(local())).iter().filter(|(_, code)| *code == "not_https").count(),
        3
    );
    let elsewhere = Draft {
        lms: LmsDraft {
            keyset_url: "https://evil.example/jwks".to_owned(),
            ..blackboard().lms
        },
        ..blackboard()
    };
    assert_eq!(codes(parse_in_development(elsewhere)), code("keysetUrl", "fixed_value"));
}

#[test]
fn a_deployment_is_never_a_step_in_a_path() {
    for id in [".", "..", " .. "] {
        assert_eq!(
            parse_deployment_id(id).unwrap_err().reason,
            FieldErrorReason::PathStep,
            "{id:?}"
        );
    }
    for id in ["...", "1.2", "..x", "10408:7db438"] {
        assert_eq!(parse_deployment_id(id).as_deref(), Ok(id));
    }
}
