//! Contests: a tenant that meets another one's claim to an LMS gets it by a launch that the LMS signed. Attempts change nothing for the
//! holder; the confirmed proof changes everything in one transaction.

use domain::{
    Actor, AuditAction, CONFIRMATION_LIFETIME, Contest, ContestId, ContestState, MAX_OPEN_CONTESTS, NewRegistration,
    RegistrationId, Subject, TenantId, TenantState,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::claims::release_contested;
use crate::entities::contests::{Column, Entity, Model};
use crate::entities::{deployments, registrations};
use crate::pagination::{Cursor, KeysetOrder, Page, Position};
use crate::registrations::{RegistrationLimits, Room, insert};
use crate::rows::{tenant_state, to_micros};
use crate::{InsertError, Session, Store, StoreError, audit, locking_sql, query_first, sql};

/// How many contests one call of [`Store::purge_contests`] deletes at most.
const PURGE_BATCH: i64 = 1_000;

/// Where a contest is in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContestPosition {
    pub(crate) begun_at: i64,
    pub(crate) id: Uuid,
}

/// Where the next page of contests begins.
pub type ContestCursor = Cursor<ContestPosition>;

impl ContestCursor {
    /// Reads a cursor back; `None` when it was tampered with.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        Self::read(text)
    }
}

impl Position for ContestPosition {
    fn values(&self) -> [sea_orm::Value; 2] {
        [self.begun_at.into(), self.id.into()]
    }
}

/// Why a contest can't be started.
#[derive(Debug, thiserror::Error)]
pub enum ContestError {
    /// No other tenant has the LMS: it can be registered.
    #[error("no other tenant has it")]
    NotTaken,
    /// The tenant has as many open contests as it may.
    #[error("the tenant has {limit} open contests already")]
    TooMany {
        /// How many it may have.
        limit: u32,
    },
    /// Something other than another tenant prevents the registration.
    #[error(transparent)]
    Obstacle(InsertError),
    /// The store couldn't answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for ContestError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// How the withdrawal of a contest went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    /// It is gone.
    Withdrawn,
    /// It was proven before.
    Proven,
    /// The tenant has none of that id.
    NotFound,
}

/// A verified launch that waits for its confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingProof {
    /// The contest that it proves.
    pub contest: Contest,
    /// The contender's name.
    pub organization: String,
    /// The deployment that was signed.
    pub deployment_id: String,
}

/// Why a proof doesn't count.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// It was used, is too old, or its contest isn't open any more.
    #[error("there is no such proof")]
    NotFound,
    /// Something prevents the contender's registration that the proof doesn't remove.
    #[error(transparent)]
    Obstacle(InsertError),
    /// The store couldn't answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for ProofError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Begins a contest for a registration that another tenant prevents. `code_hash` is the SHA-256 of its code.
    ///
    /// # Errors
    /// [`ContestError`].
    pub async fn insert_contest(
        &self,
        tenant: TenantId,
        id: ContestId,
        new: &NewRegistration,
        code_hash: [u8; 32],
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<Contest, ContestError> {
        let (_turn, tx) = self.begin().await?;
        let room = Room::lock(&tx, tenant, self.registration_limits).await?;
        let mut room = room.ok_or(ContestError::Obstacle(InsertError::TenantNotFound))?;
        tx.savepoint().await?;
        let registered = insert(&tx, &mut room, RegistrationId(Uuid::nil()), new, by, at).await;
        tx.rollback_to_savepoint().await?;
        match registered {
            Err(InsertError::ClientTaken | InsertError::DeploymentTaken { own: None, .. }) => {}
            Ok(_) => return Err(ContestError::NotTaken),
            Err(InsertError::Store(error)) => return Err(error.into()),
            Err(obstacle) => return Err(ContestError::Obstacle(obstacle)),
        }
        if count_open(&tx, tenant, at).await? >= i64::from(MAX_OPEN_CONTESTS) {
            return Err(ContestError::TooMany {
                limit: MAX_OPEN_CONTESTS,
            });
        }
        let row = Model::new(tenant, id, new, code_hash, by, at)?;
        Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&tx)
            .await?;
        let (action, subject) = (AuditAction::ContestCreated, Subject::Contest(id));
        audit::insert(&tx, tenant, by, action, subject, at).await?;
        tx.commit().await?;
        Ok(row.read()?)
    }

    /// The contests of a tenant, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_contests(
        &self,
        tenant: TenantId,
        limit: u32,
        after: Option<&ContestCursor>,
    ) -> Result<Page<Contest, ContestPosition>, StoreError> {
        let db = self.session().await?;
        let list = Entity::find().filter(Column::TenantId.eq(tenant.0));
        let list = KeysetOrder::newest_first(Column::CreatedAt, Column::Id).select(list, limit, after);
        let page = Page::cut(list.all(&db).await?, limit, |row| ContestPosition {
            begun_at: row.created_at,
            id: row.id,
        });
        page.try_map(Model::read)
    }

    /// Finds a contest of the tenant.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_contest(&self, tenant: TenantId, id: ContestId) -> Result<Option<Contest>, StoreError> {
        let db = self.session().await?;
        let query = Entity::find_by_id(id.0).filter(Column::TenantId.eq(tenant.0));
        query.one(&db).await?.map(Model::read).transpose()
    }

    /// Withdraws a contest that wasn't proven. Its code doesn't count any more, on every instance.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_contest(
        &self,
        tenant: TenantId,
        id: ContestId,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<Withdrawal, StoreError> {
        let (_turn, tx) = self.begin().await?;
        let statement = "SELECT proven_at FROM contests WHERE id = $1 AND tenant_id = $2";
        let values = [id.0.into(), tenant.0.into()];
        let Some(row) = query_first(&tx, locking_sql(&tx, statement, "FOR UPDATE", values)).await? else {
            return Ok(Withdrawal::NotFound);
        };
        if row.try_get::<Option<i64>>("", "proven_at")?.is_some() {
            return Ok(Withdrawal::Proven);
        }
        Entity::delete_by_id(id.0).exec(&tx).await?;
        let (action, subject) = (AuditAction::ContestWithdrawn, Subject::Contest(id));
        audit::insert(&tx, tenant, by, action, subject, at).await?;
        tx.commit().await?;
        Ok(Withdrawal::Withdrawn)
    }

    /// The contest with this code, also one that is over; `None` where there is none, or its tenant isn't registered.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_contest_by_code(&self, code_hash: [u8; 32]) -> Result<Option<Contest>, StoreError> {
        let db = self.session().await?;
        let found = find_with_tenant(&db, Column::CodeHash.eq(code_hash.to_vec())).await?;
        found.map(|(row, _)| row.read()).transpose()
    }

    /// Keeps a verified launch of a contest until it is confirmed, in place of an earlier one. `false` when the contest isn't open or
    /// doesn't cover the deployment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn store_proof(
        &self,
        contest: &Contest,
        deployment_id: &str,
        confirmation_hash: [u8; 32],
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        if !contest.covers(deployment_id) {
            return Ok(false);
        }
        let (_turn, db) = self.writing_session().await?;
        let stored = Entity::update_many()
            .set(crate::entities::contests::ActiveModel {
                confirmation_hash: Set(Some(confirmation_hash.to_vec())),
                confirmation_deployment_id: Set(Some(deployment_id.to_owned())),
                confirmation_expires_at: Set(Some(to_micros(at + CONFIRMATION_LIFETIME))),
                ..Default::default()
            })
            .filter(Column::Id.eq(contest.id.0))
            .filter(Column::ProvenAt.is_null())
            .filter(Column::ExpiresAt.gt(to_micros(at)))
            .exec(&db)
            .await?;
        Ok(stored.rows_affected == 1)
    }

    /// The verified launch that waits for this confirmation.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_proof(&self, confirmation_hash: [u8; 32], at: OffsetDateTime) -> Result<Option<PendingProof>, StoreError> {
        read_proof(&self.session().await?, confirmation_hash, at).await
    }

    /// Confirms a proof: the claim changes hands. The registrations of other tenants that have the client end, or of a client that
    /// schools share, they lose the signed deployment; the contender's registration begins, and accepts the signed deployment.
    /// All of it happens at once and on every instance, and each trail tells of its part.
    ///
    /// # Errors
    /// [`ProofError`]; then nothing has changed.
    pub async fn confirm_proof(
        &self,
        confirmation_hash: [u8; 32],
        registration_id: RegistrationId,
        at: OffsetDateTime,
    ) -> Result<PendingProof, ProofError> {
        let pending = self.find_proof(confirmation_hash, at).await?.ok_or(ProofError::NotFound)?;
        let tenant = pending.contest.tenant_id;
        let (_turn, tx) = self.begin().await?;
        // A client that a launch proved is none of the unconfirmed ones.
        let limits = RegistrationLimits {
            unconfirmed: u32::MAX,
            ..self.registration_limits
        };
        let room = Room::lock(&tx, tenant, limits).await?;
        let mut room = room.ok_or(ProofError::NotFound)?;
        let held = "SELECT id FROM contests WHERE id = $1";
        let contest_id = pending.contest.id;
        query_first(&tx, locking_sql(&tx, held, "FOR UPDATE", [contest_id.0.into()])).await?;
        // Another confirmation, a withdrawal or a later launch may have got in first.
        let pending = read_proof(&tx, confirmation_hash, at).await?.ok_or(ProofError::NotFound)?;
        let PendingProof {
            contest, deployment_id, ..
        } = &pending;
        release_contested(&tx, contest, deployment_id, at).await?;
        let mut new = contest.new.clone();
        if !new.deployment_ids.contains(deployment_id) {
            new.deployment_ids.push(deployment_id.clone());
        }
        let by = &contest.created_by;
        match insert(&tx, &mut room, registration_id, &new, by, at).await {
            Ok(_) => {}
            Err(InsertError::Store(error)) => return Err(error.into()),
            Err(obstacle) => return Err(ProofError::Obstacle(obstacle)),
        }
        confirm(&tx, registration_id, deployment_id, at).await?;
        Entity::update_many()
            .set(crate::entities::contests::ActiveModel {
                proven_at: Set(Some(to_micros(at))),
                registration_id: Set(Some(registration_id.0)),
                confirmation_hash: Set(None),
                confirmation_deployment_id: Set(None),
                confirmation_expires_at: Set(None),
                ..Default::default()
            })
            .filter(Column::Id.eq(contest_id.0))
            .exec(&tx)
            .await?;
        let (action, subject) = (AuditAction::ContestProven, Subject::Contest(contest_id));
        audit::insert(&tx, tenant, by, action, subject, at).await?;
        tx.commit().await?;
        self.launch_cache.invalidate_platforms();
        Ok(pending)
    }

    /// Deletes contests whose code expired before that time, at most some hundred; answers how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_contests(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let text =
            "DELETE FROM contests WHERE id IN (SELECT id FROM contests WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";
        let (_turn, tx) = self.begin_job().await?;
        let deleted = tx
            .execute_raw(sql(&tx, text, [to_micros(before).into(), PURGE_BATCH.into()]))
            .await?;
        tx.commit().await?;
        Ok(deleted.rows_affected())
    }
}

/// Deletes all contests of a tenant that is deleted.
pub(crate) async fn delete_all(tx: &Session, tenant: TenantId) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::TenantId.eq(tenant.0)).exec(tx).await?;
    Ok(())
}

/// The contest that matches, with the name of its tenant, provided that this one is registered.
async fn find_with_tenant(
    db: &Session,
    condition: impl sea_orm::sea_query::IntoCondition,
) -> Result<Option<(Model, String)>, StoreError> {
    let Some(row) = Entity::find().filter(condition).one(db).await? else {
        return Ok(None);
    };
    let statement = "SELECT display_name FROM tenants WHERE id = $1 AND state = $2";
    let values = [row.tenant_id.into(), tenant_state(TenantState::Registered).into()];
    let tenant = query_first(db, sql(db, statement, values)).await?;
    let name = tenant.map(|tenant| tenant.try_get("", "display_name")).transpose()?;
    Ok(name.map(|name| (row, name)))
}

async fn read_proof(db: &Session, confirmation_hash: [u8; 32], at: OffsetDateTime) -> Result<Option<PendingProof>, StoreError> {
    let found = find_with_tenant(db, Column::ConfirmationHash.eq(confirmation_hash.to_vec())).await?;
    let Some((row, organization)) = found else {
        return Ok(None);
    };
    let counts = row.confirmation_expires_at.is_some_and(|expires| to_micros(at) < expires);
    let Some(deployment_id) = row.confirmation_deployment_id.clone().filter(|_| counts) else {
        return Ok(None);
    };
    let contest = row.read()?;
    Ok((contest.state(at) == ContestState::Open).then_some(PendingProof {
        contest,
        organization,
        deployment_id,
    }))
}

async fn count_open(tx: &Session, tenant: TenantId, at: OffsetDateTime) -> Result<i64, StoreError> {
    let statement = "SELECT COUNT(*) AS open FROM contests WHERE tenant_id = $1 AND proven_at IS NULL AND expires_at > $2";
    let row = query_first(tx, sql(tx, statement, [tenant.0.into(), to_micros(at).into()])).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get("", "open"))?)
}

/// The LMS signed this deployment for the registration; logins from before were somebody else's.
async fn confirm(tx: &Session, registration: RegistrationId, deployment_id: &str, at: OffsetDateTime) -> Result<(), StoreError> {
    deployments::Entity::update_many()
        .set(deployments::ActiveModel {
            confirmed_at: Set(Some(to_micros(at))),
            ..Default::default()
        })
        .filter(deployments::Column::RegistrationId.eq(registration.0))
        .filter(deployments::Column::DeploymentId.eq(deployment_id))
        .exec(tx)
        .await?;
    registrations::Entity::update_many()
        .set(registrations::ActiveModel {
            claimed_at: Set(Some(to_micros(at))),
            ..Default::default()
        })
        .filter(registrations::Column::Id.eq(registration.0))
        .exec(tx)
        .await?;
    Ok(())
}
