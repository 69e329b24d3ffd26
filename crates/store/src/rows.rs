//! Conversions from column values to domain values.

use domain::{Actor, ActorKind, DeploymentState, HealthState, LaunchOutcome, LmsProduct, RefusalClass, TenantState};
use lti13::tool::ToolRegistration;
use time::OffsetDateTime;
use url::Url;

use crate::StoreError;

/// A stored value that no version of the gateway writes.
#[derive(Debug, thiserror::Error)]
#[error("the database holds an unreadable {0}")]
struct ColumnError(&'static str);

pub(crate) fn unreadable(column: &'static str) -> StoreError {
    StoreError::Unavailable(Box::new(ColumnError(column)))
}

/// Microseconds since 1970; finer parts are dropped.
pub(crate) fn to_micros(at: OffsetDateTime) -> i64 {
    // The years that `time` knows fit by far.
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1000)).unwrap_or(i64::MAX)
}

pub(crate) fn from_micros(micros: i64) -> Result<OffsetDateTime, StoreError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).map_err(|_| unreadable("time"))
}

pub(crate) fn read_url(text: &str) -> Result<Url, StoreError> {
    Url::parse(text).map_err(|_| unreadable("URL"))
}

pub(crate) fn read_platform(
    issuer: String,
    client_id: String,
    authentication_url: &str,
    keyset_url: &str,
) -> Result<ToolRegistration, StoreError> {
    Ok(ToolRegistration {
        issuer,
        client_id,
        authentication_url: read_url(authentication_url)?,
        keyset_url: read_url(keyset_url)?,
    })
}

pub(crate) fn read_product(text: &str) -> Result<LmsProduct, StoreError> {
    LmsProduct::from_id(text).ok_or_else(|| unreadable("platform family"))
}

pub(crate) fn actor_kind(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::User => "user",
        ActorKind::App => "app",
    }
}

pub(crate) fn read_actor(id: String, name: String, kind: &str) -> Result<Actor, StoreError> {
    let kind = match kind {
        "user" => ActorKind::User,
        "app" => ActorKind::App,
        _ => return Err(unreadable("actor kind")),
    };
    Ok(Actor { id, name, kind })
}

pub(crate) fn tenant_state(state: TenantState) -> &'static str {
    match state {
        TenantState::Registered => "registered",
        TenantState::Pending => "pending",
    }
}

pub(crate) fn read_tenant_state(text: &str) -> Result<TenantState, StoreError> {
    match text {
        "registered" => Ok(TenantState::Registered),
        "pending" => Ok(TenantState::Pending),
        _ => Err(unreadable("tenant state")),
    }
}

pub(crate) const ACCEPTED: &str = "accepted";
pub(crate) const WAITING: &str = "waiting";
pub(crate) const REJECTED: &str = "rejected";

pub(crate) fn deployment_state(state: DeploymentState) -> &'static str {
    match state {
        DeploymentState::Accepted => ACCEPTED,
        DeploymentState::Waiting => WAITING,
        DeploymentState::Rejected => REJECTED,
    }
}

pub(crate) fn read_deployment_state(text: &str) -> Result<DeploymentState, StoreError> {
    match text {
        ACCEPTED => Ok(DeploymentState::Accepted),
        WAITING => Ok(DeploymentState::Waiting),
        REJECTED => Ok(DeploymentState::Rejected),
        _ => Err(unreadable("deployment state")),
    }
}

pub(crate) fn health_state(state: HealthState) -> &'static str {
    match state {
        HealthState::Good => "good",
        HealthState::Bad => "bad",
        HealthState::Unknown => "unknown",
    }
}

pub(crate) fn read_health_state(text: &str) -> Result<HealthState, StoreError> {
    match text {
        "good" => Ok(HealthState::Good),
        "bad" => Ok(HealthState::Bad),
        "unknown" => Ok(HealthState::Unknown),
        _ => Err(unreadable("health state")),
    }
}

pub(crate) fn read_outcome(text: &str) -> Result<LaunchOutcome, StoreError> {
    match text {
        "accepted" => Ok(LaunchOutcome::Accepted),
        "refused" => Ok(LaunchOutcome::Refused),
        _ => Err(unreadable("launch outcome")),
    }
}

pub(crate) fn refusal_class(class: RefusalClass) -> &'static str {
    match class {
        RefusalClass::SignedAttributed => "signed_attributed",
        RefusalClass::SignedUnattributed => "signed_unattributed",
        RefusalClass::UnsignedAttributed => "unsigned_attributed",
        RefusalClass::UnsignedUnattributed => "unsigned_unattributed",
    }
}
