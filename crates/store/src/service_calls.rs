//! Records of calls of LMSs' services that did not go through at once.

use domain::{CallFault, CallOutcome, CalledService, RegistrationId, ServiceCall, TenantId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::entities::service_calls::{Column, Entity, Model};
use crate::pagination::{Cursor, KeysetOrder, Page, Position};
use crate::rows::{from_micros, to_micros, unreadable};
use crate::{Store, StoreError, query_first, sql};

/// Rows that one call of [`Store::purge_service_calls`] deletes.
const PURGE_BATCH: i64 = 1_000;
/// Records of a registration within an hour; further failures are not recorded.
const RECORDED_AN_HOUR: i64 = 100;

/// A place in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceCallPosition {
    pub(crate) at: i64,
    pub(crate) id: Uuid,
}

/// The beginning of the next page of service calls.
pub type ServiceCallCursor = Cursor<ServiceCallPosition>;

impl ServiceCallCursor {
    /// Reads a cursor back; `None` when it was tampered with.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        Self::read(text)
    }
}

impl Position for ServiceCallPosition {
    fn values(&self) -> [sea_orm::Value; 2] {
        [self.at.into(), self.id.into()]
    }
}

/// A selection of service calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceCallQuery {
    /// Of this registration.
    pub registration_id: Option<RegistrationId>,
    /// Of this app.
    pub app_id: Option<String>,
    /// Of this kind.
    pub service: Option<CalledService>,
    /// With this end.
    pub outcome: Option<CallOutcome>,
    /// Not before.
    pub from: Option<OffsetDateTime>,
    /// Before.
    pub to: Option<OffsetDateTime>,
    /// Entries on a page.
    pub limit: u32,
    /// After this place.
    pub after: Option<ServiceCallCursor>,
}

impl Store {
    /// Records a call, or its new end. Failures of one registration are recorded a hundred times an hour at the most; what waits always.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_service_call(&self, tenant: TenantId, call: &ServiceCall) -> Result<(), StoreError> {
        let (_turn, db) = self.writing_session().await?;
        if call.outcome == CallOutcome::Failed {
            let recent = "SELECT count(*) AS recent FROM service_calls WHERE registration_id = $1 AND at >= $2";
            let hour = to_micros(call.at - Duration::hours(1));
            let row = query_first(&db, sql(&db, recent, [call.registration_id.0.into(), hour.into()])).await?;
            let recent: i64 = row.map_or(Ok(0), |row| row.try_get("", "recent"))?;
            if recent >= RECORDED_AN_HOUR {
                return Ok(());
            }
        }
        let statement = "INSERT INTO service_calls
                (id, tenant_id, registration_id, app_id, service, outcome, upstream_status, code, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, upstream_status = excluded.upstream_status,
                code = excluded.code, at = excluded.at";
        let values = [
            call.id.into(),
            tenant.0.into(),
            call.registration_id.0.into(),
            call.app_id.as_str().into(),
            call.service.name().into(),
            call.outcome.name().into(),
            call.upstream_status.map(i32::from).into(),
            call.fault.code().into(),
            to_micros(call.at).into(),
        ];
        db.execute_raw(sql(&db, statement, values)).await?;
        Ok(())
    }

    /// The record of one of a tenant's calls.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_service_call(&self, tenant: TenantId, id: Uuid) -> Result<Option<ServiceCall>, StoreError> {
        let db = self.session().await?;
        let row = Entity::find_by_id(id).filter(Column::TenantId.eq(tenant.0)).one(&db).await?;
        row.map(read).transpose()
    }

    /// Lists a tenant's calls, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_service_calls(
        &self,
        tenant: TenantId,
        query: &ServiceCallQuery,
    ) -> Result<Page<ServiceCall, ServiceCallPosition>, StoreError> {
        let filters = [
            query.registration_id.map(|id| Column::RegistrationId.eq(id.0)),
            query.app_id.as_ref().map(|id| Column::AppId.eq(id.as_str())),
            query.service.map(|service| Column::Service.eq(service.name())),
            query.outcome.map(|outcome| Column::Outcome.eq(outcome.name())),
            query.from.map(|from| Column::At.gte(to_micros(from))),
            query.to.map(|to| Column::At.lt(to_micros(to))),
        ];
        let list = Entity::find().filter(Column::TenantId.eq(tenant.0));
        let list = filters.into_iter().flatten().fold(list, QueryFilter::filter);
        let list = KeysetOrder::newest_first(Column::At, Column::Id).select(list, query.limit, query.after.as_ref());
        let db = self.session().await?;
        let rows = list.all(&db).await?;
        let page = Page::cut(rows, query.limit, |row| ServiceCallPosition { at: row.at, id: row.id });
        page.try_map(read)
    }

    /// Deletes records from before, other than of what still waits; answers how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_service_calls(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let statement = "DELETE FROM service_calls WHERE id IN
            (SELECT id FROM service_calls WHERE at < $1 AND outcome <> 'waiting' LIMIT $2)";
        let (_turn, db) = self.writing_session().await?;
        let values = [to_micros(before).into(), PURGE_BATCH.into()];
        Ok(db.execute_raw(sql(&db, statement, values)).await?.rows_affected())
    }
}

/// Deletes a tenant's records.
pub(crate) async fn delete(tx: &impl ConnectionTrait, tenant: TenantId) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::TenantId.eq(tenant.0)).exec(tx).await?;
    Ok(())
}

fn read(row: Model) -> Result<ServiceCall, StoreError> {
    let service = CalledService::ALL.into_iter().find(|service| service.name() == row.service);
    let outcome = CallOutcome::ALL.into_iter().find(|outcome| outcome.name() == row.outcome);
    let fault = CallFault::ALL.into_iter().find(|fault| fault.code() == row.code);
    Ok(ServiceCall {
        id: row.id,
        at: from_micros(row.at)?,
        registration_id: RegistrationId(row.registration_id),
        service: service.ok_or_else(|| unreadable("service of a call"))?,
        outcome: outcome.ok_or_else(|| unreadable("outcome of a call"))?,
        upstream_status: row.upstream_status.and_then(|status| u16::try_from(status).ok()),
        fault: fault.ok_or_else(|| unreadable("code of a call"))?,
        app_id: row.app_id,
    })
}
