use domain::{Actor, AuditAction, Subject, Tenant, TenantId, TenantState};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, TryInsertResult,
};
use time::OffsetDateTime;

use crate::entities::{registrations, tenants};
use crate::rows::{actor_kind, from_micros, read_actor, read_tenant_state, tenant_state, to_micros};
use crate::{
    Store, StoreError, audit, contests, lms_people, lms_services, locking_sql, query_first, scores, service_calls, tool_keysets,
};

/// How the registration of a tenant went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantInsertion {
    /// It is registered now.
    Created,
    /// It was there already, as it is here.
    Existing(Tenant),
}

/// How the deletion of a tenant went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantDeletion {
    /// It was deleted.
    Deleted,
    /// It still has registrations: they go first.
    HasRegistrations,
    /// It waits for the operator, and was not to go then.
    Pending,
    /// There is none.
    NotFound,
}

impl Store {
    /// Finds a tenant.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_tenant(&self, tenant: TenantId) -> Result<Option<Tenant>, StoreError> {
        let db = self.session().await?;
        tenants::Entity::find_by_id(tenant.0).one(&db).await?.map(read).transpose()
    }

    /// Stores a tenant unless it is there already, with its audit event.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_tenant(&self, tenant: &Tenant) -> Result<TenantInsertion, StoreError> {
        let row = tenants::Model {
            id: tenant.id.0,
            display_name: tenant.display_name.clone(),
            state: tenant_state(tenant.state).to_owned(),
            registered_at: to_micros(tenant.registered_at),
            registered_by_id: tenant.registered_by.id.clone(),
            registered_by_name: tenant.registered_by.name.clone(),
            registered_by_kind: actor_kind(tenant.registered_by.kind).to_owned(),
        };
        let (_turn, tx) = self.begin().await?;
        let inserted = tenants::Entity::insert(row.into_active_model())
            .on_conflict(OnConflict::column(tenants::Column::Id).do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(&tx)
            .await?;
        if !matches!(inserted, TryInsertResult::Inserted(1)) {
            tx.rollback().await?;
            let existing = self.find_tenant(tenant.id).await?;
            return existing.map(TenantInsertion::Existing).ok_or(StoreError::Conflict);
        }
        let (by, at) = (&tenant.registered_by, tenant.registered_at);
        audit::insert(
            &tx,
            tenant.id,
            by,
            AuditAction::TenantRegistered,
            Subject::Tenant(tenant.id),
            at,
        )
        .await?;
        tx.commit().await?;
        Ok(TenantInsertion::Created)
    }

    /// All tenants, or those in one state, in the order in which they registered.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_tenants(&self, state: Option<TenantState>) -> Result<Vec<Tenant>, StoreError> {
        let mut query = tenants::Entity::find()
            .order_by_asc(tenants::Column::RegisteredAt)
            .order_by_asc(tenants::Column::Id);
        if let Some(state) = state {
            query = query.filter(tenants::Column::State.eq(tenant_state(state)));
        }
        let db = self.session().await?;
        query.all(&db).await?.into_iter().map(read).collect()
    }

    /// Lets a waiting tenant in; `false` when there is none that waits.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn approve_tenant(&self, tenant: TenantId, by: &Actor, at: OffsetDateTime) -> Result<bool, StoreError> {
        let states = (TenantState::Pending, TenantState::Registered);
        self.change_tenant_state(tenant, states, AuditAction::TenantApproved, by, at)
            .await
    }

    /// Shuts a tenant out: it waits again, its registrations stay, and launches of them are refused. `false` when there is none
    /// that is in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn withdraw_approval(&self, tenant: TenantId, by: &Actor, at: OffsetDateTime) -> Result<bool, StoreError> {
        let states = (TenantState::Registered, TenantState::Pending);
        self.change_tenant_state(tenant, states, AuditAction::TenantApprovalWithdrawn, by, at)
            .await
    }

    async fn change_tenant_state(
        &self,
        tenant: TenantId,
        (from, to): (TenantState, TenantState),
        action: AuditAction,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let (_turn, tx) = self.begin().await?;
        let changed = tenants::Entity::update_many()
            .set(tenants::ActiveModel {
                state: Set(tenant_state(to).to_owned()),
                ..Default::default()
            })
            .filter(tenants::Column::Id.eq(tenant.0))
            .filter(tenants::Column::State.eq(tenant_state(from)))
            .exec(&tx)
            .await?;
        if changed.rows_affected != 1 {
            return Ok(false);
        }
        audit::insert(&tx, tenant, by, action, Subject::Tenant(tenant), at).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Deletes a tenant that has no registrations; one that waits for the operator only where it may go `though_pending`. Its audit
    /// trail and its launch records stay.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_tenant(
        &self,
        tenant: TenantId,
        though_pending: bool,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<TenantDeletion, StoreError> {
        let (_turn, tx) = self.begin().await?;
        if !lock(&tx, tenant, "FOR UPDATE").await? {
            return Ok(TenantDeletion::NotFound);
        }
        let pending = tenants::Entity::find_by_id(tenant.0)
            .filter(tenants::Column::State.eq(tenant_state(TenantState::Pending)))
            .one(&tx)
            .await?;
        if pending.is_some() && !though_pending {
            return Ok(TenantDeletion::Pending);
        }
        let registration = registrations::Entity::find()
            .filter(registrations::Column::TenantId.eq(tenant.0))
            .filter(registrations::Column::DeletedAt.is_null())
            .one(&tx)
            .await?;
        if registration.is_some() {
            return Ok(TenantDeletion::HasRegistrations);
        }
        contests::delete_all(&tx, tenant).await?;
        tool_keysets::delete(&tx, tenant).await?;
        scores::delete(&tx, tenant).await?;
        service_calls::delete(&tx, tenant).await?;
        lms_people::delete(&tx, tenant).await?;
        lms_services::delete(&tx, tenant).await?;
        tenants::Entity::delete_by_id(tenant.0).exec(&tx).await?;
        audit::insert(&tx, tenant, by, AuditAction::TenantDeleted, Subject::Tenant(tenant), at).await?;
        tx.commit().await?;
        Ok(TenantDeletion::Deleted)
    }
}

/// Holds the tenant's row until the transaction ends: `FOR SHARE` against its deletion, `FOR NO KEY UPDATE` against other new
/// registrations too, `FOR UPDATE` against all of them. Answers whether there is such a tenant.
pub(crate) async fn lock(tx: &impl ConnectionTrait, tenant: TenantId, lock: &str) -> Result<bool, StoreError> {
    let statement = locking_sql(tx, "SELECT id FROM tenants WHERE id = $1", lock, [tenant.0.into()]);
    Ok(query_first(tx, statement).await?.is_some())
}

fn read(row: tenants::Model) -> Result<Tenant, StoreError> {
    Ok(Tenant {
        id: TenantId(row.id),
        display_name: row.display_name,
        state: read_tenant_state(&row.state)?,
        registered_at: from_micros(row.registered_at)?,
        registered_by: read_actor(row.registered_by_id, row.registered_by_name, &row.registered_by_kind)?,
    })
}
