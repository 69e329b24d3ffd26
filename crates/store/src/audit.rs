use std::collections::HashMap;

use domain::{Actor, AuditAction, AuditEvent, AuditScope, RegistrationId, RegistrationSummary, Subject, TenantId};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Select, Value};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::entities::audit_events::{Column, Entity, Model};
use crate::pagination::{Cursor, KeysetOrder, Page, Position};
use crate::rows::{actor_kind, from_micros, read_actor, to_micros, unreadable};
use crate::{Store, StoreError, is_storable, registrations};

/// Which audit events of a scope to list.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Of this action only.
    pub action: Option<AuditAction>,
    /// About things of this kind only: `tenant`, `registration` …
    pub subject_kind: Option<String>,
    /// About the thing of this id only.
    pub subject_id: Option<String>,
    /// About this registration and its deployments only.
    pub registration: Option<RegistrationId>,
    /// Done by the person or application of this id only.
    pub by: Option<String>,
    /// Not before this time.
    pub from: Option<OffsetDateTime>,
    /// Before this time.
    pub to: Option<OffsetDateTime>,
    /// How many at most.
    pub limit: u32,
    /// From where on.
    pub after: Option<AuditCursor>,
}

/// Where an audit event is in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditPosition {
    pub(crate) done_at: i64,
    pub(crate) id: Uuid,
}

/// Where the next page of audit events begins.
pub type AuditCursor = Cursor<AuditPosition>;

impl AuditCursor {
    /// Reads a cursor back; `None` when it was tampered with.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        Self::read(text)
    }
}

impl Position for AuditPosition {
    fn values(&self) -> [Value; 2] {
        [self.done_at.into(), self.id.into()]
    }
}

impl Store {
    /// The audit trail of a scope, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_audit_events(
        &self,
        scope: AuditScope,
        query: &AuditQuery,
    ) -> Result<Page<AuditEvent, AuditPosition>, StoreError> {
        let texts = [&query.subject_kind, &query.subject_id, &query.by];
        if texts.into_iter().flatten().any(|text| !is_storable(text)) {
            return Ok(Page::empty());
        }
        let db = self.session().await?;
        let page = Page::cut(select(scope, query).all(&db).await?, query.limit, |row| AuditPosition {
            done_at: row.at,
            id: row.id,
        });
        let (AuditScope::Tenant(tenant) | AuditScope::WithoutReports(tenant)) = scope;
        let summaries = registrations::summaries(&db, tenant, page.value.iter().filter_map(|row| row.registration_id)).await?;
        page.try_map(|row| read(row, &summaries))
    }
}

fn select(scope: AuditScope, query: &AuditQuery) -> Select<Entity> {
    let AuditQuery {
        action,
        subject_kind,
        subject_id,
        registration,
        by,
        from,
        to,
        limit,
        after,
    } = query;
    let filters = [
        action.map(|action| Column::Action.eq(action.code())),
        subject_kind.as_ref().map(|kind| Column::SubjectKind.eq(kind)),
        subject_id.as_ref().map(|id| Column::SubjectId.eq(id)),
        registration.map(|registration| Column::RegistrationId.eq(registration.0)),
        by.as_ref().map(|by| Column::ById.eq(by)),
        from.map(|from| Column::At.gte(to_micros(from))),
        to.map(|to| Column::At.lt(to_micros(to))),
    ];
    let list = Entity::find().filter(in_scope(scope));
    let list = filters.into_iter().flatten().fold(list, QueryFilter::filter);
    KeysetOrder::newest_first(Column::At, Column::Id).select(list, *limit, after.as_ref())
}

fn in_scope(scope: AuditScope) -> Condition {
    let of = |tenant: TenantId| Condition::all().add(Column::TenantId.eq(tenant.0));
    match scope {
        AuditScope::Tenant(tenant) => of(tenant),
        AuditScope::WithoutReports(tenant) => of(tenant).add(Column::SubjectKind.ne("report")),
    }
}

/// Adds an event within the transaction that does what it tells of.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    by: &Actor,
    action: AuditAction,
    subject: Subject,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let event = Model {
        id: Uuid::now_v7(),
        at: to_micros(at),
        tenant_id: tenant.0,
        by_id: by.id.clone(),
        by_name: by.name.clone(),
        by_kind: actor_kind(by.kind).to_owned(),
        action: action.code().to_owned(),
        subject_kind: subject.kind().to_owned(),
        subject_id: subject.id(),
        registration_id: subject.registration().map(|registration| registration.0),
    };
    Entity::insert(event.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

fn read(row: Model, summaries: &HashMap<Uuid, RegistrationSummary>) -> Result<AuditEvent, StoreError> {
    Ok(AuditEvent {
        id: row.id,
        at: from_micros(row.at)?,
        tenant_id: TenantId(row.tenant_id),
        by: read_actor(row.by_id, row.by_name, &row.by_kind)?,
        action: AuditAction::from_code(&row.action).ok_or_else(|| unreadable("audit action"))?,
        subject: Subject::from_parts(&row.subject_kind, &row.subject_id, row.registration_id.map(RegistrationId))
            .ok_or_else(|| unreadable("audit subject"))?,
        registration: row.registration_id.and_then(|id| summaries.get(&id).cloned()),
    })
}
