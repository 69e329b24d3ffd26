mod insert;
mod limits;
mod transfer;

use std::collections::{BTreeSet, HashMap};

use domain::{
    Actor, AuditAction, Health, NewRegistration, Registration, RegistrationId, RegistrationSummary, Subject, TenantId, ToolKeyset,
};
use lti13::tool::ToolRegistration;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use time::OffsetDateTime;

use crate::claims::release_deployments_of_shut_out;
use crate::entities::{deployments, registrations};
use crate::registration_failures::find_failures;
use crate::rows::{ACCEPTED, WAITING, from_micros, read_actor, read_health_state, read_product, to_micros};
use crate::tool_keysets::{self, owner_key};
use crate::{Session, Store, StoreError, audit, locking_sql, sql};

pub use insert::InsertError;
pub(crate) use insert::{insert, own};
pub use limits::RegistrationLimits;
pub(crate) use limits::Room;
pub use transfer::Import;

impl Store {
    /// Stores a registration with its deployments and its audit event, all or nothing. Where it replaces another one,
    /// that one ends in the same transaction. Of concurrent registrations of one deployment exactly one succeeds.
    ///
    /// # Errors
    /// [`InsertError`], which never says whose registration is in the way.
    pub async fn insert_registration(
        &self,
        tenant: TenantId,
        id: RegistrationId,
        new: &NewRegistration,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<Registration, InsertError> {
        let (_turn, tx) = self.begin().await?;
        let room = Room::lock(&tx, tenant, self.registration_limits).await?;
        let mut room = room.ok_or(InsertError::TenantNotFound)?;
        let registration = insert(&tx, &mut room, id, new, by, at).await?;
        tx.commit().await?;
        self.launch_cache.invalidate_platforms();
        Ok(registration)
    }

    /// Checks if this registration would be refused now; nothing is stored.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_obstacle(
        &self,
        tenant: TenantId,
        new: &NewRegistration,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<Option<InsertError>, StoreError> {
        let (_turn, tx) = self.begin().await?;
        let tried = match Room::lock(&tx, tenant, self.registration_limits).await? {
            Some(mut room) => insert(&tx, &mut room, RegistrationId(uuid::Uuid::nil()), new, by, at).await,
            None => Err(InsertError::TenantNotFound),
        };
        tx.rollback().await?;
        match tried {
            Ok(_) => Ok(None),
            Err(InsertError::Store(error)) => Err(error),
            Err(obstacle) => Ok(Some(obstacle)),
        }
    }

    /// Finds a registration of the tenant, as it is at that time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_registration(
        &self,
        tenant: TenantId,
        id: RegistrationId,
        now: OffsetDateTime,
    ) -> Result<Option<Registration>, StoreError> {
        let db = self.session().await?;
        let Some(row) = find_live(&db, tenant, id).await? else {
            return Ok(None);
        };
        Ok(self.complete(&db, vec![row], now).await?.pop())
    }

    /// Deletes a registration with its deployments; `false` when the tenant has none of that id. Its row stays,
    /// so that later launches are refused with that reason.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_registration(
        &self,
        tenant: TenantId,
        id: RegistrationId,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let (_turn, tx) = self.begin().await?;
        let deleted = retire(&tx, tenant, id, None, AuditAction::RegistrationDeleted, by, at).await?;
        tx.commit().await?;
        self.launch_cache.invalidate_platforms();
        Ok(deleted)
    }

    /// Completes rows to registrations, with one query for all their deployments and one for what fails at that time.
    pub(crate) async fn complete(
        &self,
        db: &Session,
        rows: Vec<registrations::Model>,
        now: OffsetDateTime,
    ) -> Result<Vec<Registration>, StoreError> {
        let mut failures = find_failures(db, rows.iter().map(|row| row.id), now).await?;
        let keysets = find_keysets(db, &rows).await?;
        let deployments = deployments::Entity::find()
            .select_only()
            .columns([
                deployments::Column::RegistrationId,
                deployments::Column::DeploymentId,
                deployments::Column::State,
            ])
            .filter(deployments::Column::RegistrationId.is_in(rows.iter().map(|row| row.id)))
            .filter(deployments::Column::State.is_in([ACCEPTED, WAITING]))
            .order_by_asc(deployments::Column::FirstSeenAt)
            .order_by_asc(deployments::Column::DeploymentId);
        let deployments: Vec<DeploymentRow> = self.read_rows(db, deployments, rows.len()).await?;
        let mut by_registration: HashMap<uuid::Uuid, (Vec<String>, u32)> = HashMap::new();
        for row in deployments {
            let (accepted, waiting) = by_registration.entry(row.registration_id).or_default();
            if row.state == ACCEPTED {
                accepted.push(row.deployment_id);
            } else {
                *waiting += 1;
            }
        }
        rows.into_iter()
            .map(|row| {
                let (accepted, waiting) = by_registration.remove(&row.id).unwrap_or_default();
                let failure = failures.remove(&row.id);
                Ok(Registration {
                    failure,
                    ..read(row, accepted, waiting, &keysets)?
                })
            })
            .collect()
    }
}

/// A deployment in a list of registrations.
#[derive(FromQueryResult)]
struct DeploymentRow {
    registration_id: uuid::Uuid,
    deployment_id: String,
    state: String,
}

/// The first of these deployments that a registration accepts already, with that registration.
pub(crate) async fn find_taken(
    tx: &impl ConnectionTrait,
    issuer: &str,
    client_id: &str,
    deployment_ids: &[String],
) -> Result<Option<(String, registrations::Model)>, StoreError> {
    let taken = deployments::Entity::find()
        .filter(deployments::Column::Issuer.eq(issuer))
        .filter(deployments::Column::ClientId.eq(client_id))
        .filter(deployments::Column::State.eq(ACCEPTED))
        .filter(deployments::Column::DeploymentId.is_in(deployment_ids))
        .order_by_asc(deployments::Column::DeploymentId)
        .one(tx)
        .await?;
    let Some(taken) = taken else { return Ok(None) };
    let owner = registrations::Entity::find_by_id(taken.registration_id).one(tx).await?;
    Ok(owner.map(|owner| (taken.deployment_id, owner)))
}

/// The same for a tenant that wants them: those that tenants have who are shut out give way before. The caller holds the platform's
/// row.
pub(crate) async fn find_taken_for(
    tx: &Session,
    tenant: TenantId,
    (issuer, client_id): (&str, &str),
    deployment_ids: &[String],
    at: OffsetDateTime,
) -> Result<Option<(String, registrations::Model)>, StoreError> {
    let taken = find_taken(tx, issuer, client_id, deployment_ids).await?;
    match &taken {
        Some((_, owner))
            if owner.tenant_id != tenant.0
                && release_deployments_of_shut_out(tx, issuer, client_id, deployment_ids, at).await? =>
        {
            find_taken(tx, issuer, client_id, deployment_ids).await
        }
        _ => Ok(taken),
    }
}

/// Drops what other registrations of the client noted about deployments that are accepted now. Only private clients
/// have such notes, so all of them are the tenant's own.
pub(crate) async fn remove_undecided(
    tx: &impl ConnectionTrait,
    issuer: &str,
    client_id: &str,
    deployment_ids: &[String],
) -> Result<(), StoreError> {
    deployments::Entity::delete_many()
        .filter(deployments::Column::Issuer.eq(issuer))
        .filter(deployments::Column::ClientId.eq(client_id))
        .filter(deployments::Column::State.ne(ACCEPTED))
        .filter(deployments::Column::DeploymentId.is_in(deployment_ids))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends a registration: the mark of its deletion, its deployments, the platform's row with its last registration, the
/// audit event, which says that it was deleted or released. `also` is a platform that the transaction goes on to claim, so that all
/// locks are taken in one order.
pub(crate) async fn retire(
    tx: &Session,
    tenant: TenantId,
    id: RegistrationId,
    also: Option<&ToolRegistration>,
    action: AuditAction,
    by: &Actor,
    at: OffsetDateTime,
) -> Result<bool, StoreError> {
    let Some(row) = lock_live(tx, tenant, id, also).await? else {
        return Ok(false);
    };
    registrations::Entity::update_many()
        .set(registrations::ActiveModel {
            deleted_at: Set(Some(to_micros(at))),
            ..Default::default()
        })
        .filter(registrations::Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    deployments::Entity::delete_many()
        .filter(deployments::Column::RegistrationId.eq(id.0))
        .exec(tx)
        .await?;
    let statement = "DELETE FROM platforms WHERE issuer = $1 AND client_id = $2 AND NOT EXISTS
        (SELECT 1 FROM registrations r WHERE r.issuer = $1 AND r.client_id = $2 AND r.deleted_at IS NULL)";
    tx.execute_raw(sql(tx, statement, [row.issuer.into(), row.client_id.into()]))
        .await?;
    audit::insert(tx, tenant, by, action, Subject::Registration(id), at).await?;
    Ok(true)
}

/// Finds a live registration and holds its platform's row, and that of `also`, until the transaction ends.
pub(crate) async fn lock_live(
    tx: &Session,
    tenant: TenantId,
    id: RegistrationId,
    also: Option<&ToolRegistration>,
) -> Result<Option<registrations::Model>, StoreError> {
    let Some(row) = find_live(tx, tenant, id).await? else {
        return Ok(None);
    };
    let (issuer, client_id) = also.map_or((&row.issuer, &row.client_id), |platform| {
        (&platform.issuer, &platform.client_id)
    });
    let statement = locking_sql(
        tx,
        "SELECT issuer FROM platforms WHERE (issuer = $1 AND client_id = $2) OR (issuer = $3 AND client_id = $4)
         ORDER BY issuer, client_id",
        "FOR UPDATE",
        [
            row.issuer.as_str().into(),
            row.client_id.as_str().into(),
            issuer.as_str().into(),
            client_id.as_str().into(),
        ],
    );
    tx.query_all_raw(statement).await?;
    // It may have been deleted while the lock was waited for.
    find_live(tx, tenant, id).await
}

pub(crate) async fn find_live(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    id: RegistrationId,
) -> Result<Option<registrations::Model>, StoreError> {
    let query = registrations::Entity::find_by_id(id.0)
        .filter(registrations::Column::TenantId.eq(tenant.0))
        .filter(registrations::Column::DeletedAt.is_null());
    Ok(query.one(db).await?)
}

/// Registrations of the tenant in brief, deleted ones too.
pub(crate) async fn summaries(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    ids: impl IntoIterator<Item = uuid::Uuid>,
) -> Result<HashMap<uuid::Uuid, RegistrationSummary>, StoreError> {
    let ids: BTreeSet<_> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(uuid::Uuid, String, String, String, Option<i64>)> = registrations::Entity::find()
        .select_only()
        .columns([
            registrations::Column::Id,
            registrations::Column::Name,
            registrations::Column::AppId,
            registrations::Column::Family,
            registrations::Column::DeletedAt,
        ])
        .filter(registrations::Column::TenantId.eq(tenant.0))
        .filter(registrations::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    let summary = |(id, name, app_id, family, deleted_at): (_, _, _, String, Option<i64>)| {
        let summary = RegistrationSummary {
            name,
            app_id,
            product: read_product(&family)?,
            deleted: deleted_at.is_some(),
        };
        Ok((id, summary))
    };
    found.into_iter().map(summary).collect()
}

/// The ids of the keysets that the LMSs of these registrations are given, by owner.
async fn find_keysets(db: &impl ConnectionTrait, rows: &[registrations::Model]) -> Result<HashMap<String, String>, StoreError> {
    let owners = rows.iter().map(|row| Ok(owner_key(&row.keyset_owner()?)));
    tool_keysets::find_by_owners(db, owners.collect::<Result<Vec<_>, StoreError>>()?).await
}

fn read(
    row: registrations::Model,
    deployment_ids: Vec<String>,
    waiting_deployments: u32,
    keysets: &HashMap<String, String>,
) -> Result<Registration, StoreError> {
    let keyset = keysets.get(&owner_key(&row.keyset_owner()?));
    Ok(Registration {
        tool_keyset: keyset.map(|id| ToolKeyset {
            id: id.clone(),
            outdated: row.keyset_outdated,
        }),
        lms: row.read_lms()?,
        app_deployment_id: row.app_deployment(),
        id: RegistrationId(row.id),
        tenant_id: TenantId(row.tenant_id),
        name: row.name,
        app_id: row.app_id,
        product: read_product(&row.family)?,
        deployment_ids,
        allow_anonymous: row.allow_anonymous,
        accept_any_deployment: row.accept_any_deployment,
        created_at: from_micros(row.created_at)?,
        created_by: read_actor(row.created_by_id, row.created_by_name, &row.created_by_kind)?,
        last_launch_at: if row.last_launch_at == 0 {
            None
        } else {
            Some(from_micros(row.last_launch_at)?)
        },
        health: Health {
            state: read_health_state(&row.health_state)?,
            since: row.health_since.map(from_micros).transpose()?,
            detail: row.health_detail,
        },
        failure: None,
        waiting_deployments,
    })
}
