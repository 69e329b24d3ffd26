//! The outbox of problem reports: events to forward to the support desk, until they arrive.

use domain::ReportId;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::entities::problem_report_deliveries::{ActiveModel, Column, Entity, Model};
use crate::rows::{from_micros, to_micros, unreadable};
use crate::{Session, Store, StoreError, query_first, sql};

const WAITING: &str = "waiting";
const DEAD: &str = "dead";
/// How much is kept of why an attempt failed, in characters.
const LONGEST_ERROR: usize = 1000;

/// A way to the support desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// An HTTP request to the operator's address.
    Webhook,
    /// An e-mail to the support desk.
    Email,
}

impl Channel {
    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Email => "email",
        }
    }

    fn from_code(code: &str) -> Result<Self, StoreError> {
        [Self::Webhook, Self::Email]
            .into_iter()
            .find(|channel| channel.code() == code)
            .ok_or_else(|| unreadable("channel"))
    }
}

/// Something to be forwarded to the support desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// The id by which the support desk recognises it when it comes twice.
    pub id: Uuid,
    /// The event, e.g. `report.created`.
    pub event: &'static str,
    /// By which way.
    pub channel: Channel,
    /// The message.
    pub payload: String,
}

/// Something that one instance forwards now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The id by which the support desk recognises it when it comes twice.
    pub id: Uuid,
    /// The event, e.g. `report.created`.
    pub event: String,
    /// By which way.
    pub channel: Channel,
    /// The message.
    pub payload: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Since when it waits.
    pub created_at: OffsetDateTime,
}

/// How something that is to be forwarded stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportDelivery {
    /// The id by which the support desk recognises it when it comes twice.
    pub id: Uuid,
    /// The event, e.g. `report.created`.
    pub event: String,
    /// By which way.
    pub channel: Channel,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it is tried next; `None` where it was given up.
    pub next_attempt_at: Option<OffsetDateTime>,
}

/// How much is to be forwarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryCounts {
    /// Tried again.
    pub waiting: u64,
    /// Given up.
    pub dead: u64,
}

/// Writes what is to be forwarded, within the transaction of what happened.
pub(crate) async fn insert(
    tx: &Session,
    report: ReportId,
    deliveries: &[NewDelivery],
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    for delivery in deliveries {
        let NewDelivery {
            id,
            event,
            channel,
            payload,
        } = delivery;
        let row = Model {
            id: *id,
            report_id: report.0,
            event: (*event).to_owned(),
            channel: channel.code().to_owned(),
            payload: payload.clone(),
            state: WAITING.to_owned(),
            attempts: 0,
            last_error: None,
            created_at: to_micros(at),
            next_attempt_at: to_micros(at),
        };
        Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    }
    Ok(())
}

impl Store {
    /// Takes the deliveries that are due, at most `limit`, for the length of `lease`: no other instance takes them meanwhile. The instance
    /// reports the outcome; if it dies, they are due again when the lease ends.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_deliveries(&self, now: OffsetDateTime, lease: Duration, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        let due = "SELECT id FROM problem_report_deliveries WHERE state = 'waiting' AND next_attempt_at <= $1";
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
            "UPDATE problem_report_deliveries SET attempts = attempts + 1, next_attempt_at = $2
             WHERE id IN ({due} ORDER BY next_attempt_at, id LIMIT $3 {skip_taken}) RETURNING *"
        );
        let values = [to_micros(now).into(), to_micros(now + lease).into(), i64::from(limit).into()];
        let (_turn, db) = self.writing_session().await?;
        let rows = Entity::find().from_raw_sql(sql(&db, &text, values)).all(&db).await?;
        rows.into_iter().map(read_claimed).collect()
    }

    /// It arrived.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delivery_arrived(&self, id: Uuid) -> Result<(), StoreError> {
        let (_turn, db) = self.writing_session().await?;
        Entity::delete_by_id(id).exec(&db).await?;
        Ok(())
    }

    /// It didn't arrive: it is tried again at `next`, or given up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delivery_failed(&self, id: Uuid, error: &str, next: Option<OffsetDateTime>) -> Result<(), StoreError> {
        let mut change = ActiveModel {
            last_error: Set(Some(error.chars().filter(|c| *c != '\0').take(LONGEST_ERROR).collect())),
            ..Default::default()
        };
        match next {
            Some(next) => change.next_attempt_at = Set(to_micros(next)),
            None => change.state = Set(DEAD.to_owned()),
        }
        let (_turn, db) = self.writing_session().await?;
        Entity::update_many().set(change).filter(Column::Id.eq(id)).exec(&db).await?;
        Ok(())
    }

    /// Tries again what was given up; answers how much that is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revive_deliveries(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let statement = "UPDATE problem_report_deliveries SET state = 'waiting', created_at = $1, next_attempt_at = $1
            WHERE state = 'dead'";
        let (_turn, db) = self.writing_session().await?;
        let revived = db.execute_raw(sql(&db, statement, [to_micros(now).into()])).await?;
        Ok(revived.rows_affected())
    }

    /// The deliveries of a report that are still to be made, or were given up. The caller has found the report in its scope.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_report_deliveries(&self, report: ReportId) -> Result<Vec<ReportDelivery>, StoreError> {
        let db = self.session().await?;
        let rows = Entity::find()
            .filter(Column::ReportId.eq(report.0))
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .all(&db)
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// How much is to be forwarded, and how much was given up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_deliveries(&self) -> Result<DeliveryCounts, StoreError> {
        let db = self.session().await?;
        let statement = sql(
            &db,
            "SELECT state, COUNT(*) AS deliveries FROM problem_report_deliveries GROUP BY state",
            [],
        );
        let mut counts = DeliveryCounts::default();
        for row in db.query_all_raw(statement).await? {
            let state: String = row.try_get("", "state")?;
            let deliveries: i64 = row.try_get("", "deliveries")?;
            match state.as_str() {
                DEAD => counts.dead = deliveries.unsigned_abs(),
                _ => counts.waiting = deliveries.unsigned_abs(),
            }
        }
        Ok(counts)
    }
}

fn read_claimed(row: Model) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        id: row.id,
        event: row.event,
        channel: Channel::from_code(&row.channel)?,
        payload: row.payload,
        attempt: row.attempts.unsigned_abs(),
        created_at: from_micros(row.created_at)?,
    })
}

fn read(row: Model) -> Result<ReportDelivery, StoreError> {
    let next_attempt_at = (row.state != DEAD).then(|| from_micros(row.next_attempt_at));
    Ok(ReportDelivery {
        id: row.id,
        event: row.event,
        channel: Channel::from_code(&row.channel)?,
        attempts: row.attempts.unsigned_abs(),
        last_error: row.last_error,
        next_attempt_at: next_attempt_at.transpose()?,
    })
}
