//! `/api/v1/audit-events`: who did what, when, to what.

use actix_web::{get, web};
use contract::{AuditEvent, AuditEventPage, AuditSubject, AuditSubjectKind, Problem};
use domain::Subject;
use serde::{Deserialize, Serialize};
use store::AuditCursor;

use crate::{
    error::ApiError,
    identity::{Allowed, ReadAuditEvents},
    input::Query,
    page,
    state::AppState,
    wire,
};

#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Entries on a page, 1 to 200; 50 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// From `nextLink`.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// List audit events, newest first.
#[utoipa::path(
    tag = "audit", operation_id = "list_audit_events",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of events", body = AuditEventPage),
        (status = "default", description = "A problem", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[get("/audit-events")]
pub async fn list_audit_events(
    reader: Allowed<ReadAuditEvents>,
    state: web::Data<AppState>,
    query: Query<ListQuery>,
) -> Result<web::Json<AuditEventPage>, ApiError> {
    let asked = query.judge()?;
    let after = asked
        .cursor
        .as_deref()
        .map(|cursor| AuditCursor::decode(cursor).ok_or_else(page::bad_cursor))
        .transpose()?;
    let found = state
        .store
        .list_audit_events(reader.caller.tenant, page::limit(asked.limit)?, after.as_ref())
        .await?;
    let next_link = found.next.and_then(|cursor| {
        page::next_link(
            &state,
            "/api/v1/audit-events",
            &ListQuery {
                cursor: Some(cursor.to_string()),
                ..asked
            },
        )
    });
    Ok(web::Json(AuditEventPage {
        value: found.value.into_iter().map(event).collect(),
        next_link,
    }))
}

fn event(event: domain::AuditEvent) -> AuditEvent {
    let domain::AuditEvent {
        id,
        at,
        tenant_id: _,
        by,
        action,
        subject,
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
                Subject::Deployment(_) => AuditSubjectKind::Deployment,
            },
            id: subject.id(),
        },
    }
}
