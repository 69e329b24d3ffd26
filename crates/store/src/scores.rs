//! Scores that wait for their LMS, and the time of the last one that it took. Of a person and a line item, only the newest score waits.

use domain::TenantId;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::rows::{from_micros, to_micros};
use crate::{Store, StoreError, is_storable, query_first, sql};

/// Rows that one call of [`Store::purge_scores`] deletes.
const PURGE_BATCH: i64 = 1_000;

/// A line item and a person: the subject of a score.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ScoreKey {
    /// The id of the line item.
    pub line_item_id: String,
    /// The name that apps have for the person.
    pub subject: String,
}

/// The times of a person's scores for a line item, in microseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScoreTimes {
    /// Of the last one that the LMS took.
    pub delivered: Option<i64>,
    /// Of the one that waits.
    pub waiting: Option<i64>,
}

/// A score that is to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWaitingScore {
    /// Its id, which is that of its service call.
    pub id: Uuid,
    /// The person and the line item.
    pub key: ScoreKey,
    /// The service of the line item.
    pub service_id: String,
    /// The score, sealed.
    pub body: Vec<u8>,
    /// Its time, in microseconds since 1970.
    pub timestamp: i64,
    /// When it is sent.
    pub next_attempt_at: OffsetDateTime,
    /// True if the LMS may have it already.
    pub repeated: bool,
}

/// A score that one instance sends now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingScore {
    /// Its id.
    pub id: Uuid,
    /// The person and the line item.
    pub key: ScoreKey,
    /// The service of the line item.
    pub service_id: String,
    /// The score, sealed.
    pub body: Vec<u8>,
    /// Its time, in microseconds since 1970.
    pub timestamp: i64,
    /// Since when it waits.
    pub since: OffsetDateTime,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// True if the LMS may have it already.
    pub repeated: bool,
}

/// How a score was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreIntake {
    /// It waits.
    Waits {
        /// The score that waited before, if one did.
        replaced: Option<Uuid>,
    },
    /// A newer one waits or was delivered.
    Outdated,
    /// As many wait as may.
    Full,
}

impl Store {
    /// The times of the scores of a person for a line item.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn score_times(&self, key: &ScoreKey) -> Result<ScoreTimes, StoreError> {
        if !is_storable(&key.line_item_id) || !is_storable(&key.subject) {
            return Ok(ScoreTimes::default());
        }
        let db = self.session().await?;
        let statement = "SELECT delivered_timestamp, waiting_timestamp FROM scores WHERE line_item_id = $1 AND subject = $2";
        let values = [key.line_item_id.as_str().into(), key.subject.as_str().into()];
        let row = query_first(&db, sql(&db, statement, values)).await?;
        row.map_or(Ok(ScoreTimes::default()), |row| {
            Ok(ScoreTimes {
                delivered: row.try_get("", "delivered_timestamp")?,
                waiting: row.try_get("", "waiting_timestamp")?,
            })
        })
    }

    /// Lets a score wait, in the place of an older one. At most `share` wait of the app's deployment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn let_score_wait(&self, new: &NewWaitingScore, share: u32, at: OffsetDateTime) -> Result<ScoreIntake, StoreError> {
        let (_turn, db) = self.writing_session().await?;
        let key = || [new.key.line_item_id.as_str().into(), new.key.subject.as_str().into()];
        let statement = "SELECT waiting_id FROM scores WHERE line_item_id = $1 AND subject = $2";
        let row = query_first(&db, sql(&db, statement, key())).await?;
        let replaced: Option<Uuid> = row.map(|row| row.try_get("", "waiting_id")).transpose()?.flatten();
        if replaced.is_none() {
            let statement = "SELECT count(*) AS waiting FROM scores s JOIN lms_services l ON l.id = s.service_id
                WHERE s.waiting_id IS NOT NULL
                AND l.app_deployment_id = (SELECT app_deployment_id FROM lms_services WHERE id = $1)";
            let row = query_first(&db, sql(&db, statement, [new.service_id.as_str().into()])).await?;
            let waiting: i64 = row.map_or(Ok(0), |row| row.try_get("", "waiting"))?;
            if waiting >= i64::from(share) {
                return Ok(ScoreIntake::Full);
            }
        }
        let statement = "INSERT INTO scores (line_item_id, subject, service_id, changed_at, waiting_id, body, waiting_timestamp,
                waiting_since, attempts, next_attempt_at, repeated)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $4, 0, $8, $9)
             ON CONFLICT (line_item_id, subject) DO UPDATE SET service_id = excluded.service_id, changed_at = excluded.changed_at,
                waiting_id = excluded.waiting_id, body = excluded.body, waiting_timestamp = excluded.waiting_timestamp,
                waiting_since = excluded.waiting_since, attempts = 0, next_attempt_at = excluded.next_attempt_at,
                repeated = excluded.repeated
             WHERE (scores.waiting_timestamp IS NULL OR scores.waiting_timestamp < excluded.waiting_timestamp)
             AND (scores.delivered_timestamp IS NULL OR scores.delivered_timestamp < excluded.waiting_timestamp)";
        let values = [
            new.key.line_item_id.as_str().into(),
            new.key.subject.as_str().into(),
            new.service_id.as_str().into(),
            to_micros(at).into(),
            new.id.into(),
            new.body.clone().into(),
            new.timestamp.into(),
            to_micros(new.next_attempt_at).into(),
            new.repeated.into(),
        ];
        match db.execute_raw(sql(&db, statement, values)).await?.rows_affected() {
            0 => Ok(ScoreIntake::Outdated),
            _ => Ok(ScoreIntake::Waits { replaced }),
        }
    }

    /// The LMS took a score with this time: it is noted, and what waits is dropped if it isn't newer. Answers what was dropped.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn score_arrived(
        &self,
        key: &ScoreKey,
        service_id: &str,
        timestamp: i64,
        at: OffsetDateTime,
    ) -> Result<Option<Uuid>, StoreError> {
        let (_turn, db) = self.writing_session().await?;
        let values = || [key.line_item_id.as_str().into(), key.subject.as_str().into()];
        let statement = "SELECT waiting_id FROM scores WHERE line_item_id = $1 AND subject = $2 AND waiting_timestamp <= $3";
        let waiting = sql(&db, statement, values().into_iter().chain([timestamp.into()]));
        let dropped: Option<Uuid> = match query_first(&db, waiting).await? {
            Some(row) => row.try_get("", "waiting_id")?,
            None => None,
        };
        let statement = "INSERT INTO scores (line_item_id, subject, service_id, changed_at, delivered_timestamp)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (line_item_id, subject) DO UPDATE SET changed_at = excluded.changed_at, delivered_timestamp =
                CASE WHEN scores.delivered_timestamp > excluded.delivered_timestamp THEN scores.delivered_timestamp
                ELSE excluded.delivered_timestamp END";
        let insert = [service_id.into(), to_micros(at).into(), timestamp.into()];
        db.execute_raw(sql(&db, statement, values().into_iter().chain(insert)))
            .await?;
        if let Some(id) = dropped {
            clear(&db, id).await?;
        }
        Ok(dropped)
    }

    /// Takes the scores that are due, at most `limit`, for the length of `lease`: no other instance takes them meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_scores(&self, now: OffsetDateTime, lease: Duration, limit: u32) -> Result<Vec<WaitingScore>, StoreError> {
        let due = "SELECT waiting_id FROM scores WHERE waiting_id IS NOT NULL AND next_attempt_at <= $1";
        // Mostly there is nothing, and nobody who writes is kept waiting for that.
        let db = self.session().await?;
        let anything = sql(&db, &format!("{due} LIMIT 1"), [to_micros(now).into()]);
        if query_first(&db, anything).await?.is_none() {
            return Ok(Vec::new());
        }
        drop(db);
        let skip_taken = match self.db.backend() {
            DbBackend::Postgres => "FOR UPDATE SKIP LOCKED",
            _ => "",
        };
        let text = format!(
            "UPDATE scores SET attempts = attempts + 1, next_attempt_at = $2
             WHERE waiting_id IN ({due} ORDER BY next_attempt_at LIMIT $3 {skip_taken}) RETURNING *"
        );
        let values = [to_micros(now).into(), to_micros(now + lease).into(), i64::from(limit).into()];
        let (_turn, db) = self.writing_session().await?;
        let rows = db.query_all_raw(sql(&db, &text, values)).await?;
        rows.iter().map(read).collect()
    }

    /// A score wasn't taken yet: it is sent again then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn postpone_score(&self, id: Uuid, next: OffsetDateTime, repeated: bool) -> Result<(), StoreError> {
        let (_turn, db) = self.writing_session().await?;
        let statement = "UPDATE scores SET next_attempt_at = $2, repeated = (repeated OR $3) WHERE waiting_id = $1";
        let values = [id.into(), to_micros(next).into(), repeated.into()];
        db.execute_raw(sql(&db, statement, values)).await?;
        Ok(())
    }

    /// A score waits no more, and its body is deleted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drop_score(&self, id: Uuid) -> Result<(), StoreError> {
        let (_turn, db) = self.writing_session().await?;
        clear(&db, id).await
    }

    /// Sends a tenant's score that waits now; `false` where it doesn't wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hurry_score(&self, tenant: TenantId, id: Uuid, now: OffsetDateTime) -> Result<bool, StoreError> {
        let (_turn, db) = self.writing_session().await?;
        let statement = "UPDATE scores SET next_attempt_at = $3 WHERE waiting_id = $1
            AND service_id IN (SELECT id FROM lms_services WHERE tenant_id = $2)";
        let values = [id.into(), tenant.0.into(), to_micros(now).into()];
        Ok(db.execute_raw(sql(&db, statement, values)).await?.rows_affected() > 0)
    }

    /// Drops the scores that wait for a line item, which was deleted; answers their ids.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drop_scores_of(&self, line_item_id: &str) -> Result<Vec<Uuid>, StoreError> {
        let (_turn, db) = self.writing_session().await?;
        let statement = "SELECT waiting_id FROM scores WHERE line_item_id = $1 AND waiting_id IS NOT NULL";
        let rows = db.query_all_raw(sql(&db, statement, [line_item_id.into()])).await?;
        let ids = rows.iter().map(|row| row.try_get("", "waiting_id"));
        let ids: Vec<Uuid> = ids.collect::<Result<_, _>>()?;
        for id in &ids {
            clear(&db, *id).await?;
        }
        Ok(ids)
    }

    /// Deletes the times of scores that were delivered before; answers how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_scores(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let statement = "DELETE FROM scores WHERE waiting_id IS NULL AND (line_item_id, subject) IN
            (SELECT line_item_id, subject FROM scores WHERE waiting_id IS NULL AND changed_at < $1 LIMIT $2)";
        let (_turn, db) = self.writing_session().await?;
        let values = [to_micros(before).into(), PURGE_BATCH.into()];
        Ok(db.execute_raw(sql(&db, statement, values)).await?.rows_affected())
    }
}

async fn clear(db: &impl ConnectionTrait, id: Uuid) -> Result<(), StoreError> {
    let statement = "UPDATE scores SET waiting_id = NULL, body = NULL, waiting_timestamp = NULL, waiting_since = NULL,
        next_attempt_at = NULL, attempts = 0, repeated = FALSE WHERE waiting_id = $1";
    db.execute_raw(sql(db, statement, [id.into()])).await?;
    Ok(())
}

/// Deletes a tenant's scores.
pub(crate) async fn delete(tx: &impl ConnectionTrait, tenant: TenantId) -> Result<(), StoreError> {
    let statement = "DELETE FROM scores WHERE service_id IN (SELECT id FROM lms_services WHERE tenant_id = $1)";
    tx.execute_raw(sql(tx, statement, [tenant.0.into()])).await?;
    Ok(())
}

fn read(row: &QueryResult) -> Result<WaitingScore, StoreError> {
    let attempts: i32 = row.try_get("", "attempts")?;
    Ok(WaitingScore {
        id: row.try_get("", "waiting_id")?,
        key: ScoreKey {
            line_item_id: row.try_get("", "line_item_id")?,
            subject: row.try_get("", "subject")?,
        },
        service_id: row.try_get("", "service_id")?,
        body: row.try_get("", "body")?,
        timestamp: row.try_get("", "waiting_timestamp")?,
        since: from_micros(row.try_get("", "waiting_since")?)?,
        attempt: u32::try_from(attempts).unwrap_or_default(),
        repeated: row.try_get("", "repeated")?,
    })
}
