use domain::{Actor, AuditAction, AuditEvent, Subject, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Order, QueryFilter, QueryOrder, QuerySelect};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::cursors::AuditCursor;
use crate::entities::audit_events::{Column, Entity, Model};
use crate::rows::{actor_kind, from_micros, read_actor, to_micros, unreadable};
use crate::{Store, StoreError};

/// A page of audit events, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// The events.
    pub value: Vec<AuditEvent>,
    /// Where the next page begins, if there is one.
    pub next: Option<AuditCursor>,
}

impl Store {
    /// The audit trail of a tenant, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_audit_events(
        &self,
        tenant: TenantId,
        limit: u32,
        after: Option<&AuditCursor>,
    ) -> Result<AuditPage, StoreError> {
        let mut query = Entity::find()
            .filter(Column::TenantId.eq(tenant.0))
            .order_by(Column::At, Order::Desc)
            .order_by(Column::Id, Order::Desc)
            .limit(u64::from(limit) + 1);
        if let Some(cursor) = after {
            let position = Expr::tuple([Expr::value(cursor.done_at), Expr::value(cursor.id)]);
            query = query.filter(Expr::tuple([Expr::col(Column::At), Expr::col(Column::Id)]).lt(position));
        }
        let mut rows = query.all(&self.db).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|row| AuditCursor {
            done_at: row.at,
            id: row.id,
        });
        Ok(AuditPage {
            value: rows.into_iter().map(read).collect::<Result<_, _>>()?,
            next,
        })
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
    };
    Entity::insert(event.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

fn read(row: Model) -> Result<AuditEvent, StoreError> {
    Ok(AuditEvent {
        id: row.id,
        at: from_micros(row.at)?,
        tenant_id: TenantId(row.tenant_id),
        by: read_actor(row.by_id, row.by_name, &row.by_kind)?,
        action: AuditAction::from_code(&row.action).ok_or_else(|| unreadable("audit action"))?,
        subject: Subject::from_parts(&row.subject_kind, &row.subject_id).ok_or_else(|| unreadable("audit subject"))?,
    })
}
