use std::collections::HashMap;

use domain::{Actor, AuditAction, AuditEvent, AuditScope, RegistrationId, RegistrationSummary, Subject, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, Order, QueryFilter, QueryOrder, QuerySelect, Select,
};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::cursors::AuditCursor;
use crate::entities::audit_events::{Column, Entity, Model};
use crate::rows::{actor_kind, from_micros, read_actor, to_micros, unreadable};
use crate::{Store, StoreError, is_storable, registrations};

/// Which audit events of a scope to list.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Of this deed only.
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

/// A page of audit events, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// The events.
    pub value: Vec<AuditEvent>,
    /// Where the next page begins, if there is one.
    pub next: Option<AuditCursor>,
}

impl Store {
    /// The audit trail of a scope, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_audit_events(&self, scope: AuditScope, query: &AuditQuery) -> Result<AuditPage, StoreError> {
        let texts = [&query.subject_kind, &query.subject_id, &query.by];
        if texts.into_iter().flatten().any(|text| !is_storable(text)) {
            return Ok(AuditPage {
                value: Vec::new(),
                next: None,
            });
        }
        let limit = query.limit;
        let query = select(scope, query);
        let db = self.session().await?;
        let mut rows = query.all(&db).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|row| AuditCursor {
            done_at: row.at,
            id: row.id,
        });
        let (AuditScope::Tenant(tenant) | AuditScope::WithoutReports(tenant)) = scope;
        let summaries = registrations::summaries(&db, tenant, rows.iter().filter_map(|row| row.registration_id)).await?;
        let value = rows.into_iter().map(|row| read(row, &summaries));
        Ok(AuditPage {
            value: value.collect::<Result<_, _>>()?,
            next,
        })
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
        after.as_ref().map(|cursor| {
            let position = Expr::tuple([Expr::value(cursor.done_at), Expr::value(cursor.id)]);
            Expr::tuple([Expr::col(Column::At), Expr::col(Column::Id)]).lt(position)
        }),
    ];
    let select = Entity::find()
        .filter(in_scope(scope))
        .order_by(Column::At, Order::Desc)
        .order_by(Column::Id, Order::Desc)
        .limit(u64::from(*limit) + 1);
    filters.into_iter().flatten().fold(select, QueryFilter::filter)
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
