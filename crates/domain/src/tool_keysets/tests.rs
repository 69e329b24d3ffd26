use lti13::tool::ToolRegistration;
use time::OffsetDateTime;
use uuid::Uuid;

use super::*;
use crate::{Actor, ActorKind, AppDeploymentId, Health, HealthState, RegistrationId};

const TENANT: TenantId = TenantId(Uuid::from_u128(1));

/// A registration with the values that the LMS has for all schools, and made-up ones where it has none.
fn registration(product: LmsProduct, client_id: &str) -> Registration {
    let value = |field, otherwise: &str| presets::fixed_value(product, field, client_id).unwrap_or_else(|| otherwise.to_owned());
    let url = |field, otherwise| value(field, otherwise).parse().unwrap();
    Registration {
        id: RegistrationId(Uuid::from_u128(2)),
        tenant_id: TENANT,
        name: "LMS".to_owned(),
        app_id: "notes".to_owned(),
        product,
        lms: LmsValues {
            platform: ToolRegistration {
                issuer: value(LmsFieldName::Issuer, "https://lms.contoso.edu"),
                client_id: client_id.to_owned(),
                authentication_url: url(LmsFieldName::AuthenticationUrl, "https://lms.contoso.edu/auth"),
                keyset_url: url(LmsFieldName::KeysetUrl, "https://lms.contoso.edu/keys"),
            },
            access_token_url: Some(url(LmsFieldName::AccessTokenUrl, "https://lms.contoso.edu/token")),
            access_token_audience: None,
        },
        deployment_ids: Vec::new(),
        app_deployment_id: AppDeploymentId(Uuid::from_u128(2)),
        allow_anonymous: false,
        accept_any_deployment: false,
        created_at: OffsetDateTime::UNIX_EPOCH,
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
    }
}

const SHARED: [(LmsProduct, &str); 4] = [
    (LmsProduct::Blackboard, "027328b7-c2e3-4c9e-aaa1-07802dae6c89"),
    (LmsProduct::Schoology, "5910037138"),
    (LmsProduct::Canvas, "170000000000570"),
    (LmsProduct::CanvasBeta, "170000000000570"),
];

#[test]
fn a_school_has_a_keyset_and_an_app_one_for_client_ids_that_schools_share() {
    for (product, client_id) in SHARED {
        let registration = registration(product, client_id);
        assert_eq!(
            registration.keyset_owner(),
            KeysetOwner::App("notes".to_owned()),
            "{product:?}"
        );
        assert_eq!(registration.signer(), Some(registration.keyset_owner()), "{product:?}");
    }
    for (product, client_id) in [
        (LmsProduct::Moodle, "c-1"),
        (LmsProduct::Canvas, "10000000000042"),
        (LmsProduct::CanvasSelfHosted, "170000000000570"),
        (LmsProduct::Other, "c-1"),
    ] {
        let registration = registration(product, client_id);
        assert_eq!(registration.keyset_owner(), KeysetOwner::Tenant(TENANT), "{product:?}");
        assert_eq!(registration.signer(), Some(KeysetOwner::Tenant(TENANT)), "{product:?}");
    }
}

#[test]
fn the_key_of_an_app_signs_for_no_address_that_a_tenant_entered() {
    type Change = fn(&mut LmsValues);
    let changes: [(&str, Change); 6] = [
        ("issuer", |lms| lms.platform.issuer = "https://lms.fabrikam.edu".to_owned()),
        ("keyset", |lms| {
            lms.platform.keyset_url = "https://lms.fabrikam.edu/keys".parse().unwrap();
        }),
        ("authentication", |lms| {
            lms.platform.authentication_url = "https://lms.fabrikam.edu/auth".parse().unwrap();
        }),
        ("token URL", |lms| {
            lms.access_token_url = Some("https://lms.fabrikam.edu/token".parse().unwrap());
        }),
        ("audience", |lms| {
            lms.access_token_audience = Some("https://lms.fabrikam.edu/token".to_owned());
        }),
        ("empty audience", |lms| lms.access_token_audience = Some(String::new())),
    ];
    for (product, client_id) in SHARED {
        for (what, change) in changes {
            let mut registration = registration(product, client_id);
            change(&mut registration.lms);
            assert_eq!(registration.signer(), None, "{product:?}: {what}");
        }
        let mut registration = registration(product, client_id);
        registration.lms.access_token_audience = registration.lms.access_token_url.as_ref().map(|url| url.as_str().to_owned());
        assert!(registration.signer().is_some(), "{product:?}: the audience is its own");
    }
}

#[test]
fn tokens_are_asked_for_where_the_lms_gives_them_out() {
    let mut moodle = registration(LmsProduct::Moodle, "c-1");
    let endpoint = moodle.token_endpoint().unwrap();
    assert_eq!(endpoint.url.as_str(), "https://lms.contoso.edu/token");
    assert_eq!(endpoint.audience, "https://lms.contoso.edu/token");
    moodle.lms.access_token_audience = Some("https://api.brightspace.com/auth/token".to_owned());
    assert_eq!(
        moodle.token_endpoint().unwrap().audience,
        "https://api.brightspace.com/auth/token"
    );
    moodle.lms.access_token_url = None;
    assert_eq!(moodle.token_endpoint(), None);

    let mut brightspace = registration(LmsProduct::Brightspace, "c-1");
    let endpoint = brightspace.token_endpoint().unwrap();
    assert_eq!(endpoint.url.as_str(), "https://lms.contoso.edu/token");
    assert_eq!(
        endpoint.audience, "https://api.brightspace.com/auth/token",
        "the same for all schools"
    );
    brightspace.lms.access_token_audience = Some("https://other.example".to_owned());
    assert_eq!(brightspace.token_endpoint().unwrap().audience, "https://other.example");

    let mut blackboard = registration(LmsProduct::Blackboard, "027328b7-c2e3-4c9e-aaa1-07802dae6c89");
    let entered = blackboard.token_endpoint().unwrap();
    blackboard.lms.access_token_url = None;
    assert_eq!(blackboard.token_endpoint(), Some(entered), "it is the same for all schools");
    assert!(blackboard.signer().is_some());
}
