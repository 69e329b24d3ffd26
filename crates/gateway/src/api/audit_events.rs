//! `/api/v1/audit-events`: who did what, when, to what.

use actix_web::{HttpRequest, get, web};
use contract::{AuditEvent, AuditEventPage, AuditSubject, AuditSubjectKind};
use domain::{AuditAction, RegistrationId, Subject};
use messages::api;
use serde::Deserialize;
use store::{AuditCursor, AuditQuery};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    api::wire,
    http::{error::ApiError, pagination},
    request::{
        authorization::{Allowed, ReadAuditEvents},
        body::Query,
    },
    state::AppState,
};

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only this action, e.g. `registration.created`.
    action: Option<String>,
    /// Only what was done to things of this kind.
    subject_kind: Option<AuditSubjectKind>,
    /// Only what was done to the thing of this id.
    subject_id: Option<String>,
    /// Only what was done to this registration and its deployments.
    registration_id: Option<Uuid>,
    /// Only what the person or application of this id did.
    actor_id: Option<String>,
    /// Not before this time.
    #[serde(with = "time::serde::rfc3339::option")]
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<OffsetDateTime>,
    /// Before this time.
    #[serde(with = "time::serde::rfc3339::option")]
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<OffsetDateTime>,
    /// Entries on a page, 1 to 200; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// From `nextLink`.
    cursor: Option<String>,
}

/// List audit events, newest first.
///
/// The trail is only added to. It outlives what it tells of: also the deletion of a registration. Educators see it without what was
/// done to problem reports, of which they see their own only.
#[utoipa::path(
    tag = "audit", operation_id = "list_audit_events",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of events", body = AuditEventPage),
    ),
)]
#[get("/audit-events")]
pub async fn list_audit_events(
    reader: Allowed<ReadAuditEvents>,
    app: web::Data<AppState>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<web::Json<AuditEventPage>, ApiError> {
    let asked = query.validate()?;
    // Every caller with the permission sees some events.
    let scope = reader.caller.readable_audit_events();
    let scope = scope.ok_or_else(|| ApiError::Internal(anyhow::anyhow!("a reader of the audit trail without a part of it")))?;
    let found = app.store.list_audit_events(scope, &parse(asked)?).await?;
    let next_link = pagination::next_link(&app.config.server.public_url, request.uri(), found.next);
    Ok(web::Json(AuditEventPage {
        value: found.value.into_iter().map(event).collect(),
        next_link,
    }))
}

fn parse(asked: ListQuery) -> Result<AuditQuery, ApiError> {
    let ListQuery {
        action,
        subject_kind,
        subject_id,
        registration_id,
        actor_id,
        from,
        to,
        limit,
        cursor,
    } = asked;
    let action = action
        .as_deref()
        .map(|code| AuditAction::from_code(code).ok_or_else(|| pagination::bad_parameter("action", api::query::ACTION)));
    Ok(AuditQuery {
        action: action.transpose()?,
        subject_kind: subject_kind.map(|kind| kind_code(kind).to_owned()),
        subject_id,
        registration: registration_id.map(RegistrationId),
        by: actor_id,
        from,
        to,
        limit: pagination::limit(limit)?,
        after: pagination::after(cursor.as_deref(), AuditCursor::decode)?,
    })
}

fn kind_code(kind: AuditSubjectKind) -> &'static str {
    match kind {
        AuditSubjectKind::Tenant => "tenant",
        AuditSubjectKind::Registration => "registration",
        AuditSubjectKind::Deployment => "deployment",
        AuditSubjectKind::Report => "report",
        AuditSubjectKind::Contest => "contest",
    }
}

fn event(event: domain::AuditEvent) -> AuditEvent {
    let domain::AuditEvent {
        id,
        at,
        tenant_id: _,
        by,
        action,
        subject,
        registration,
    } = event;
    AuditEvent {
        id,
        at,
        by: wire::actor(by),
        action: action.code().to_owned(),
        subject: AuditSubject {
            kind: match subject {
                Subject::Tenant(_) => AuditSubjectKind::Tenant,
                Subject::Registration(_) => AuditSubjectKind::Registration,
                Subject::Deployment { .. } => AuditSubjectKind::Deployment,
                Subject::Report(_) => AuditSubjectKind::Report,
                Subject::Contest(_) => AuditSubjectKind::Contest,
            },
            id: subject.id(),
            registration_id: subject.registration().map(|registration| registration.0),
            registration: registration.map(wire::registration_summary),
        },
    }
}
