use domain::{Actor, AuditAction, Deployment, DeploymentState, RegistrationId, Subject, TenantId, is_path_step};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use time::OffsetDateTime;

use crate::entities::{deployments, registrations};
use crate::registrations::{find_live, find_taken, find_taken_for, lock_live, own, remove_undecided};
use crate::rows::{ACCEPTED, REJECTED, WAITING, from_micros, read_deployment_state, read_product, to_micros};
use crate::{Store, StoreError, audit, is_storable, query_first, sql};

/// How many deployments may wait for a decision in one registration: enough for a school, too few to fill a disk.
const MAX_WAITING: i64 = 100;
/// How many a registration accepts: one for each course of a university, too few to make its lists unreadable.
const MAX_ACCEPTED: i64 = 10_000;

/// Why a deployment can't be accepted.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The tenant has no such registration.
    #[error("there is no such registration")]
    NotFound,
    /// Another registration accepts it already.
    #[error("the deployment is registered already")]
    Taken {
        /// That registration, if it is of the same tenant; of another one nothing may be said.
        own: Option<RegistrationId>,
    },
    /// The registration accepts as many as it may.
    #[error("the registration accepts as many deployments as it may")]
    TooMany,
    /// The store couldn't answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for AcceptError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// The deployments of a registration, oldest first; `None` when the tenant has no such registration.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_deployments(
        &self,
        tenant: TenantId,
        registration: RegistrationId,
    ) -> Result<Option<Vec<Deployment>>, StoreError> {
        let db = self.session().await?;
        if find_live(&db, tenant, registration).await?.is_none() {
            return Ok(None);
        }
        let deployments = deployments::Entity::find()
            .filter(deployments::Column::RegistrationId.eq(registration.0))
            .order_by_asc(deployments::Column::FirstSeenAt)
            .order_by_asc(deployments::Column::DeploymentId);
        let rows: Vec<deployments::Model> = self.read_rows(&db, deployments, 0).await?;
        rows.into_iter().map(read).collect::<Result<_, _>>().map(Some)
    }

    /// The IDs of deployments that a registration of the tenant accepts, those seen first before the others; none when the tenant
    /// has no such registration.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_accepted_deployments(
        &self,
        tenant: TenantId,
        registration: RegistrationId,
        limit: u64,
    ) -> Result<Vec<String>, StoreError> {
        let db = self.session().await?;
        if find_live(&db, tenant, registration).await?.is_none() {
            return Ok(Vec::new());
        }
        let ids = deployments::Entity::find()
            .select_only()
            .column(deployments::Column::DeploymentId)
            .filter(deployments::Column::RegistrationId.eq(registration.0))
            .filter(deployments::Column::State.eq(ACCEPTED))
            .order_by_asc(deployments::Column::FirstSeenAt)
            .order_by_asc(deployments::Column::DeploymentId)
            .limit(limit);
        Ok(ids.into_tuple().all(&db).await?)
    }

    /// Accepts a deployment, whether it waits, was rejected, or has never been seen. Accepting again changes nothing.
    ///
    /// # Errors
    /// [`AcceptError`], which never says whose registration is in the way.
    pub async fn accept_deployment(
        &self,
        tenant: TenantId,
        registration: RegistrationId,
        deployment_id: &str,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<Deployment, AcceptError> {
        let (_turn, tx) = self.begin().await?;
        let row = lock_live(&tx, tenant, registration, None)
            .await?
            .ok_or(AcceptError::NotFound)?;
        let ids = [deployment_id.to_owned()];
        let known = find(&tx, registration, deployment_id).await?;
        match find_taken_for(&tx, tenant, (&row.issuer, &row.client_id), &ids, at).await? {
            Some((_, owner)) if owner.id == registration.0 => return Ok(read(known.ok_or(StoreError::Conflict)?)?),
            Some((_, owner)) => {
                return Err(AcceptError::Taken {
                    own: own(&owner, tenant),
                });
            }
            None if count(&tx, registration, ACCEPTED).await? >= MAX_ACCEPTED => return Err(AcceptError::TooMany),
            None => remove_undecided(&tx, &row.issuer, &row.client_id, &ids).await?,
        }
        let accepted = deployments::Model {
            registration_id: row.id,
            issuer: row.issuer,
            client_id: row.client_id,
            deployment_id: deployment_id.to_owned(),
            state: ACCEPTED.to_owned(),
            first_seen_at: known.map_or_else(|| to_micros(at), |known| known.first_seen_at),
            confirmed_at: None,
        };
        deployments::Entity::insert(accepted.clone().into_active_model())
            .exec_without_returning(&tx)
            .await?;
        audit::insert(
            &tx,
            tenant,
            by,
            AuditAction::DeploymentAccepted,
            subject(registration, deployment_id),
            at,
        )
        .await?;
        tx.commit().await?;
        Ok(read(accepted)?)
    }

    /// Removes a deployment; `false` when the tenant has no such registration. On a client that is the tenant's own, an accepted or
    /// waiting one stays as rejected, or the next launch would bring it back, unless it is to be forgotten. Where schools share the
    /// client, nothing waits and it is forgotten at once. To remove it again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_deployment(
        &self,
        tenant: TenantId,
        registration: RegistrationId,
        deployment_id: &str,
        forget: bool,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let (_turn, tx) = self.begin().await?;
        let Some(row) = lock_live(&tx, tenant, registration, None).await? else {
            return Ok(false);
        };
        let known = if is_storable(deployment_id) {
            find(&tx, registration, deployment_id).await?
        } else {
            None
        };
        let forget = forget || client_is_shared(&row)?;
        let Some(known) = known.filter(|known| forget || known.state != REJECTED) else {
            return Ok(true);
        };
        let deployment = by_id(registration, &known.deployment_id);
        if forget {
            deployments::Entity::delete_many().filter(deployment).exec(&tx).await?;
        } else {
            let rejected = deployments::ActiveModel {
                state: sea_orm::ActiveValue::Set(REJECTED.to_owned()),
                ..Default::default()
            };
            deployments::Entity::update_many()
                .set(rejected)
                .filter(deployment)
                .exec(&tx)
                .await?;
        }
        audit::insert(
            &tx,
            tenant,
            by,
            AuditAction::DeploymentRemoved,
            subject(registration, deployment_id),
            at,
        )
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Notes a deployment that a correctly signed launch named and no registration lists: accepted at once, by the gateway, where
    /// the registration takes any, else waiting. Answers its state, which is the former one if it was known; `None` when
    /// nobody could name it in a URL, the registration is gone, shares its client with other schools, has too many already,
    /// or another registration accepted it meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_deployment(
        &self,
        tenant: TenantId,
        registration: RegistrationId,
        deployment_id: &str,
        at: OffsetDateTime,
    ) -> Result<Option<DeploymentState>, StoreError> {
        if !is_storable(deployment_id) || is_path_step(deployment_id) {
            return Ok(None);
        }
        let (_turn, tx) = self.begin().await?;
        let Some(row) = lock_live(&tx, tenant, registration, None).await? else {
            return Ok(None);
        };
        if client_is_shared(&row)? {
            return Ok(None);
        }
        if let Some(known) = find(&tx, registration, deployment_id).await? {
            return read_deployment_state(&known.state).map(Some);
        }
        let ids = [deployment_id.to_owned()];
        if find_taken(&tx, &row.issuer, &row.client_id, &ids).await?.is_some() {
            return Ok(None);
        }
        let (state, most) = if row.accept_any_deployment {
            (ACCEPTED, MAX_ACCEPTED)
        } else {
            (WAITING, MAX_WAITING)
        };
        if count(&tx, registration, state).await? >= most {
            return Ok(None);
        }
        let noted = deployments::Model {
            registration_id: row.id,
            issuer: row.issuer,
            client_id: row.client_id,
            deployment_id: deployment_id.to_owned(),
            state: state.to_owned(),
            first_seen_at: to_micros(at),
            confirmed_at: None,
        };
        deployments::Entity::insert(noted.into_active_model())
            .exec_without_returning(&tx)
            .await?;
        if state == ACCEPTED {
            let (by, deed) = (Actor::gateway(), AuditAction::DeploymentAccepted);
            audit::insert(&tx, tenant, &by, deed, subject(registration, deployment_id), at).await?;
        }
        tx.commit().await?;
        read_deployment_state(state).map(Some)
    }
}

fn subject(registration: RegistrationId, deployment_id: &str) -> Subject {
    Subject::Deployment {
        registration: Some(registration),
        id: deployment_id.to_owned(),
    }
}

fn by_id(registration: RegistrationId, deployment_id: &str) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(deployments::Column::RegistrationId.eq(registration.0))
        .add(deployments::Column::DeploymentId.eq(deployment_id))
}

async fn find(
    db: &impl ConnectionTrait,
    registration: RegistrationId,
    deployment_id: &str,
) -> Result<Option<deployments::Model>, StoreError> {
    Ok(deployments::Entity::find()
        .filter(by_id(registration, deployment_id))
        .one(db)
        .await?)
}

async fn count(db: &impl ConnectionTrait, registration: RegistrationId, state: &str) -> Result<i64, StoreError> {
    let text = "SELECT COUNT(*) AS found FROM deployments WHERE registration_id = $1 AND state = $2";
    let row = query_first(db, sql(db, text, [registration.0.into(), state.into()])).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get("", "found"))?)
}

fn client_is_shared(row: &registrations::Model) -> Result<bool, StoreError> {
    Ok(read_product(&row.family)?.client_ids_are_shared(&row.client_id))
}

pub(crate) fn read(row: deployments::Model) -> Result<Deployment, StoreError> {
    Ok(Deployment {
        state: read_deployment_state(&row.state)?,
        first_seen_at: from_micros(row.first_seen_at)?,
        deployment_id: row.deployment_id,
    })
}
