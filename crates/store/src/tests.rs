//! Every test runs on SQLite in memory, on SQLite in a file, and on PostgreSQL if `TEST_POSTGRES_URL` is set.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::large_futures)]

mod app_deployments;
mod audit;
mod claims;
mod contests;
mod database;
mod deadlines;
mod deep_linking;
mod deployments;
mod journal;
mod keysets;
mod launch_counts;
mod launch_targets;
mod launch_writer;
mod launches;
mod limits;
mod lists;
mod lms_services;
mod migrations;
mod platforms;
mod problem_reports;
mod registration_failures;
mod registrations;
mod report_deliveries;
mod report_filing;
mod report_list;
mod scores;
mod tenants;
mod tool_keysets;
mod transfer;
mod used_assertions;

use domain::{
    AcceptedLaunch, Actor, ActorKind, LmsProduct, LmsValues, NewRegistration, Reference, RefusedLaunch, Registration,
    RegistrationId, Tenant, TenantId, TenantState,
};
use lti13::tool::ToolRegistration;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{InsertError, RecordedLaunch, Store};
use database::on_each_database;

const CONTOSO: TenantId = TenantId(Uuid::from_u128(1));
const FABRIKAM: TenantId = TenantId(Uuid::from_u128(2));

/// 2026-11-23T08:00:00Z and so many seconds, with a fraction that only microseconds hold.
fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_795_420_800).unwrap() + Duration::seconds(seconds) + Duration::microseconds(123_456)
}

fn ada() -> Actor {
    Actor {
        id: "oid-ada".to_owned(),
        name: "Ada".to_owned(),
        kind: ActorKind::User,
    }
}

fn tenant(id: TenantId) -> Tenant {
    let display_name = if id == CONTOSO {
        "Contoso University"
    } else {
        "Fabrikam College"
    };
    Tenant {
        id,
        display_name: display_name.to_owned(),
        state: TenantState::Registered,
        registered_at: at(0),
        registered_by: ada(),
    }
}

/// A registration of a Moodle whose client ID is the tenant's own.
fn moodle(client_id: &str, deployment_ids: &[&str]) -> NewRegistration {
    NewRegistration {
        name: "Contoso Moodle".to_owned(),
        app_id: "launch-inspector".to_owned(),
        product: LmsProduct::Moodle,
        lms: LmsValues {
            platform: ToolRegistration {
                issuer: "https://moodle.contoso.edu".to_owned(),
                client_id: client_id.to_owned(),
                authentication_url: "https://moodle.contoso.edu/mod/lti/auth.php".parse().unwrap(),
                keyset_url: "https://moodle.contoso.edu/mod/lti/certs.php".parse().unwrap(),
            },
            access_token_url: Some("https://moodle.contoso.edu/mod/lti/token.php".parse().unwrap()),
            access_token_audience: None,
        },
        deployment_ids: deployment_ids.iter().map(|&id| id.to_owned()).collect(),
        allow_anonymous: false,
        accept_any_deployment: false,
        replaces: None,
    }
}

/// A registration whose client ID many schools share.
fn blackboard(deployment_ids: &[&str]) -> NewRegistration {
    NewRegistration {
        name: "Blackboard".to_owned(),
        product: LmsProduct::Blackboard,
        lms: LmsValues {
            platform: ToolRegistration {
                issuer: "https://blackboard.com".to_owned(),
                client_id: "027328b7".to_owned(),
                authentication_url: "https://developer.blackboard.com/api/v1/gateway/oidcauth".parse().unwrap(),
                keyset_url: "https://developer.blackboard.com/api/v1/management/applications/027328b7/jwks.json"
                    .parse()
                    .unwrap(),
            },
            access_token_url: None,
            ..moodle("", deployment_ids).lms
        },
        ..moodle("", deployment_ids)
    }
}

async fn add(store: &Store, tenant: TenantId, new: &NewRegistration) -> Result<Registration, InsertError> {
    store
        .insert_registration(tenant, RegistrationId(Uuid::new_v4()), new, &ada(), at(0))
        .await
}

async fn launch(store: &Store, registration: &Registration, deployment_id: &str, state: u8) -> RecordedLaunch {
    store
        .record_launch(&accepted(registration, deployment_id, state, at(i64::from(state))))
        .await
        .unwrap()
}

fn accepted(registration: &Registration, deployment_id: &str, state: u8, at: OffsetDateTime) -> AcceptedLaunch {
    AcceptedLaunch {
        reference: random_reference(),
        at,
        tenant_id: registration.tenant_id,
        registration_id: registration.id,
        deployment_id: deployment_id.to_owned(),
        signed_by_issuer: true,
        message_type: "LtiResourceLinkRequest".to_owned(),
        state_id: [state; 16],
        checks: "[]".to_owned(),
    }
}

fn refused(registration: Option<&Registration>, signed: bool, at: OffsetDateTime) -> RefusedLaunch {
    RefusedLaunch {
        reference: random_reference(),
        at,
        registration: registration.map(|registration| (registration.tenant_id, registration.id)),
        code: "launch_invalid.nonce".to_owned(),
        message_type: None,
        signed,
        issuer: Some("https://moodle.contoso.edu".to_owned()),
        client_id: Some("c-1".to_owned()),
        checks: r#"[{"stage":"nonce"}]"#.to_owned(),
    }
}

fn random_reference() -> Reference {
    let bytes = Uuid::new_v4().into_bytes();
    Reference::from_random([
        bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[9], bytes[10],
    ])
}
