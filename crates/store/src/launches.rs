use domain::{AcceptedLaunch, RefusalClass, RefusedLaunch, RegistrationId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use time::OffsetDateTime;

use crate::entities::{deployments, launches};
use crate::launch_writer::{LaunchRow, Note, Written, hex};
use crate::rows::{from_micros, refusal_class, to_micros};
use crate::{Session, Store, StoreError, query_first, sql};

/// How the record of an accepted launch went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordedLaunch {
    /// It is recorded, and its state is used up: hand it over.
    Recorded,
    /// The same, but nothing has confirmed yet that the issuer knows the deployment: [`Store::confirm_deployment`].
    RecordedUnconfirmed,
    /// Its state was used by an earlier launch.
    Replayed,
    /// The registration, its acceptance of this deployment, or the approval of its tenant ended meanwhile.
    RegistrationGone,
}

/// How many refused launches are kept, so that nobody can fill the database or push out what others need to see. Kept are
/// the newest; for a moment there are somewhat more. Of [`RefusalClass::UnsignedAttributed`], as many older ones are kept beside
/// them, each among the first of its kind on its day: a flood of a registration can hardly hide earlier days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalQuotas {
    /// Signed by the LMS, registration known: for each tenant.
    pub signed_attributed: u32,
    /// Signed by the LMS, no registration.
    pub signed_unattributed: u32,
    /// Registration known, but anybody can have sent it: for each tenant.
    pub unsigned_attributed: u32,
    /// Anybody can have sent it.
    pub unsigned_unattributed: u32,
    /// How many of one registration, code and day are the first of their kind.
    pub daily_samples: u32,
}

impl Default for RefusalQuotas {
    fn default() -> Self {
        Self {
            signed_attributed: 20_000,
            signed_unattributed: 10_000,
            unsigned_attributed: 5_000,
            unsigned_unattributed: 5_000,
            daily_samples: 20,
        }
    }
}

impl RefusalQuotas {
    fn of(&self, class: RefusalClass) -> u32 {
        match class {
            RefusalClass::SignedAttributed => self.signed_attributed,
            RefusalClass::SignedUnattributed => self.signed_unattributed,
            RefusalClass::UnsignedAttributed => self.unsigned_attributed,
            RefusalClass::UnsignedUnattributed => self.unsigned_unattributed,
        }
    }
}

/// The last launch is kept to the minute: one more write a minute and deployment, not one a launch.
pub(crate) const LAST_LAUNCH_PRECISION: i64 = 60_000_000;

/// A day, in the unit of the database.
pub(crate) const MICROS_PER_DAY: i64 = 86_400_000_000;

/// How many records one call of [`Store::purge_launches`] deletes at most.
const PURGE_BATCH: i64 = 500;

impl Store {
    /// Records a launch, which uses up its state and decides everything at once: a replay loses against the first launch
    /// on whatever instance, and a launch under way loses against the deletion of its registration.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_launch(&self, launch: &AcceptedLaunch) -> Result<RecordedLaunch, StoreError> {
        let at = to_micros(launch.at);
        let noting = self
            .launch_cache
            .note_is_due(launch.registration_id, &launch.deployment_id, at);
        let note = noting.await.then(|| Note {
            registration_id: launch.registration_id,
            deployment_id: launch.deployment_id.clone(),
            confirms: launch.signed_by_issuer,
        });
        let record = LaunchRow {
            note,
            reference: launch.reference.as_str().to_owned(),
            at,
            tenant_id: Some(launch.tenant_id.0.simple().to_string()),
            registration_id: Some(launch.registration_id.0.simple().to_string()),
            deployment_id: Some(launch.deployment_id.replace('\0', "")),
            class: "accepted",
            code: None,
            message_type: Some(short(&launch.message_type)),
            issuer: None,
            client_id: None,
            state_id: Some(hex(&launch.state_id)),
            checks: launch.checks.replace('\0', ""),
        };
        let written = self.write_launch(record).await;
        if !matches!(written, Ok(Written::Yes | Written::Unconfirmed)) {
            self.launch_cache
                .forget_note(launch.registration_id, &launch.deployment_id)
                .await;
        }
        match written? {
            Written::Yes => Ok(RecordedLaunch::Recorded),
            Written::Unconfirmed => Ok(RecordedLaunch::RecordedUnconfirmed),
            Written::No => why_not_recorded(&self.session().await?, launch).await,
        }
    }

    /// Keeps that the issuer's own keys signed a launch of this deployment, as turned out after it was recorded.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn confirm_deployment(
        &self,
        registration: RegistrationId,
        deployment_id: &str,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let (_turn, db) = self.writing_session().await?;
        confirm_deployment(&db, registration, deployment_id, to_micros(at)).await
    }

    /// True if a launch used up this state.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_state_used(&self, state_id: [u8; 16]) -> Result<bool, StoreError> {
        has_used(&self.session().await?, state_id).await
    }

    /// Records a refused launch within the quota of its class.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_refusal(&self, launch: &RefusedLaunch) -> Result<(), StoreError> {
        let class = launch.class();
        let tenant_id = launch.registration.map(|(tenant, _)| tenant.0);
        let record = LaunchRow {
            note: None,
            reference: launch.reference.as_str().to_owned(),
            at: to_micros(launch.at),
            tenant_id: tenant_id.map(|tenant| tenant.simple().to_string()),
            registration_id: launch
                .registration
                .map(|(_, registration)| registration.0.simple().to_string()),
            deployment_id: None,
            class: refusal_class(class),
            code: Some(short(&launch.code)),
            message_type: launch.message_type.as_deref().map(short),
            issuer: launch.issuer.as_deref().map(short),
            client_id: launch.client_id.as_deref().map(short),
            state_id: None,
            checks: launch.checks.replace('\0', ""),
        };
        if self.write_launch(record).await? == Written::No {
            return Err(StoreError::Conflict);
        }
        // References are random: their last symbol picks one insertion in 32 to clean up, on whatever instance.
        if launch.reference.as_str().ends_with('0') {
            let (_turn, db) = self.writing_session().await?;
            self.enforce_quota(&db, class, tenant_id).await?;
        }
        Ok(())
    }

    async fn enforce_quota(&self, db: &Session, class: RefusalClass, tenant_id: Option<uuid::Uuid>) -> Result<(), StoreError> {
        let whose = tenant_id.map_or("tenant_id IS NULL", |_| "tenant_id = $3");
        let quota = i64::from(self.quotas.of(class));
        let spared = format!(
            "AND reference NOT IN (SELECT reference FROM
                 (SELECT reference, ROW_NUMBER() OVER
                      (PARTITION BY registration_id, code, at / {MICROS_PER_DAY} ORDER BY at, reference) AS nth
                  FROM launches WHERE outcome = 'refused' AND class = $1 AND {whose}) AS ranked
                 WHERE nth <= {})",
            self.quotas.daily_samples
        );
        let deletions = match class {
            RefusalClass::UnsignedAttributed => vec![(quota, spared.as_str()), (2 * quota, "")],
            _ => vec![(quota, "")],
        };
        for (limit, spared) in deletions {
            let text = format!(
                "DELETE FROM launches WHERE outcome = 'refused' AND class = $1 AND {whose} AND at <=
                     (SELECT at FROM launches WHERE outcome = 'refused' AND class = $1 AND {whose}
                      ORDER BY at DESC, reference DESC LIMIT 1 OFFSET $2) {spared}"
            );
            let values = [refusal_class(class).into(), limit.into()]
                .into_iter()
                .chain(tenant_id.map(Into::into));
            db.execute_raw(sql(db, &text, values)).await?;
        }
        Ok(())
    }

    /// When the newest launch or problem report from before that time was, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn newest_record(&self, before: OffsetDateTime) -> Result<Option<OffsetDateTime>, StoreError> {
        let db = self.session().await?;
        let statement = "SELECT MAX(at) AS at FROM
            (SELECT MAX(at) AS at FROM launches WHERE at < $1
             UNION ALL SELECT MAX(updated_at) FROM problem_reports WHERE updated_at < $1) AS newest";
        let row = query_first(&db, sql(&db, statement, [to_micros(before).into()])).await?;
        let at = row.map(|row| row.try_get::<Option<i64>>("", "at")).transpose()?.flatten();
        at.map(from_micros).transpose()
    }

    /// Deletes records of launches from before that time, oldest first and at most some hundred, and their counts; answers how many
    /// records. To be called until it answers 0. The time must lie further back than the states of logins live.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_launches(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let before = to_micros(before);
        let text = "DELETE FROM launches WHERE reference IN (SELECT reference FROM launches WHERE at < $1 ORDER BY at LIMIT $2)";
        let (_turn, tx) = self.begin_job().await?;
        let deleted = tx
            .execute_raw(sql(&tx, text, [before.into(), PURGE_BATCH.into()]))
            .await?
            .rows_affected();
        if deleted == 0 {
            let text = "DELETE FROM launch_counts WHERE day < $1";
            tx.execute_raw(sql(&tx, text, [(before / MICROS_PER_DAY).into()])).await?;
        }
        tx.commit().await?;
        Ok(deleted)
    }
}

async fn why_not_recorded(db: &Session, launch: &AcceptedLaunch) -> Result<RecordedLaunch, StoreError> {
    if has_used(db, launch.state_id).await? {
        return Ok(RecordedLaunch::Replayed);
    }
    let reference = launches::Entity::find_by_id(launch.reference.as_str().to_owned())
        .one(db)
        .await?;
    if reference.is_some() {
        Err(StoreError::Conflict)
    } else {
        Ok(RecordedLaunch::RegistrationGone)
    }
}

async fn has_used(db: &Session, state_id: [u8; 16]) -> Result<bool, StoreError> {
    let state = launches::Column::StateId.eq(state_id.to_vec());
    Ok(launches::Entity::find().filter(state).one(db).await?.is_some())
}

/// Once for each deployment, not once a launch.
pub(crate) async fn confirm_deployment(
    db: &Session,
    registration: RegistrationId,
    deployment_id: &str,
    at: i64,
) -> Result<(), StoreError> {
    deployments::Entity::update_many()
        .set(deployments::ActiveModel {
            confirmed_at: Set(Some(at)),
            ..Default::default()
        })
        .filter(deployments::Column::RegistrationId.eq(registration.0))
        .filter(deployments::Column::DeploymentId.eq(deployment_id))
        .filter(deployments::Column::ConfirmedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// At most 500 characters of a text from outside, without what PostgreSQL can't hold.
fn short(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(500).collect()
}
