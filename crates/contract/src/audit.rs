use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Actor, RegistrationSummary};

/// An audit event: actor, action, subject and time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// The event's id.
    pub id: Uuid,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: OffsetDateTime,
    /// The actor.
    pub by: Actor,
    /// The action, e.g. `registration.created`.
    pub action: String,
    /// To what it was done.
    pub subject: AuditSubject,
}

/// The subject of an audit event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditSubject {
    /// Its kind.
    pub kind: AuditSubjectKind,
    /// Its id.
    pub id: String,
    /// The registration that it is, or belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_id: Option<Uuid>,
    /// That registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationSummary>,
}

/// The kinds of things that audit events are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditSubjectKind {
    /// A registration.
    Registration,
    /// A deployment of a registration.
    Deployment,
    /// The organization.
    Tenant,
    /// A problem report.
    Report,
    /// A contest of another organization's registration.
    Contest,
}

/// A page of audit events, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditEventPage {
    /// The events of this page.
    pub value: Vec<AuditEvent>,
    /// The absolute URL of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}
