use std::collections::HashMap;

use domain::{DailyLaunches, Launch, LaunchDetails, LaunchOutcome, Reference, RegistrationId, RegistrationSummary, TenantId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select, Value};
use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime, Time};
use uuid::Uuid;

use crate::entities::launches::{Column, Entity, Model};
use crate::pagination::{Cursor, KeysetOrder, Page, Position};
use crate::rows::{from_micros, read_outcome, to_micros, unreadable};
use crate::{Store, StoreError, registrations, sql};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Which launches of a tenant to list.
#[derive(Clone, Debug, Default)]
pub struct LaunchQuery {
    /// Of this registration only.
    pub registration_id: Option<RegistrationId>,
    /// With this outcome only.
    pub outcome: Option<LaunchOutcome>,
    /// At this time or later.
    pub from: Option<OffsetDateTime>,
    /// Before this time.
    pub to: Option<OffsetDateTime>,
    /// How many at most.
    pub limit: u32,
    /// From where on.
    pub after: Option<LaunchCursor>,
}

/// Where a launch is in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchPosition {
    pub(crate) launched_at: i64,
    pub(crate) reference: String,
}

/// Where the next page of launches begins.
pub type LaunchCursor = Cursor<LaunchPosition>;

impl LaunchCursor {
    /// Reads a cursor back; `None` when it was tampered with.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        Self::read(text).filter(|cursor| Reference::parse(&cursor.0.reference).is_ok())
    }
}

impl Position for LaunchPosition {
    fn values(&self) -> [Value; 2] {
        [self.launched_at.into(), self.reference.as_str().into()]
    }
}

/// The columns of a list: the checks stay where they are.
#[derive(FromQueryResult)]
struct Row {
    reference: String,
    at: i64,
    outcome: String,
    code: Option<String>,
    registration_id: Option<Uuid>,
    message_type: Option<String>,
}

impl Store {
    /// Finds a launch of the tenant, or one that belongs to nobody: such a refusal has no other key than its reference,
    /// which only the person saw whose launch it was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_launch(&self, tenant: TenantId, reference: &Reference) -> Result<Option<LaunchDetails>, StoreError> {
        let whose = Condition::any()
            .add(Column::TenantId.eq(tenant.0))
            .add(Column::TenantId.is_null());
        let db = self.session().await?;
        let row = Entity::find_by_id(reference.as_str().to_owned())
            .filter(whose)
            .one(&db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let summaries = registrations::summaries(&db, tenant, row.registration_id).await?;
        read_details(row, &summaries).map(Some)
    }

    /// Lists the tenant's launches, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_launches(&self, tenant: TenantId, query: &LaunchQuery) -> Result<Page<Launch, LaunchPosition>, StoreError> {
        let db = self.session().await?;
        let rows = select(tenant, query).into_model::<Row>().all(&db).await?;
        let page = Page::cut(rows, query.limit, |row| LaunchPosition {
            launched_at: row.at,
            reference: row.reference.clone(),
        });
        let summaries = registrations::summaries(&db, tenant, page.value.iter().filter_map(|row| row.registration_id)).await?;
        page.try_map(|row| read(row, &summaries))
    }

    /// Counts launches a day (UTC) by outcome for the last days up to `today`, oldest first, also for days without any.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn daily_launches(
        &self,
        tenant: TenantId,
        registration: Option<RegistrationId>,
        days: u16,
        today: Date,
    ) -> Result<Vec<DailyLaunches>, StoreError> {
        let midnight = |date: Date| to_micros(date.with_time(Time::MIDNIGHT).assume_utc());
        let end = midnight(today).saturating_add(MICROS_PER_DAY);
        let start = end.saturating_sub(i64::from(days).saturating_mul(MICROS_PER_DAY));
        let mut values: Vec<Value> = vec![tenant.0.into(), start.into(), end.into(), MICROS_PER_DAY.into()];
        values.extend(registration.map(|registration| Value::from(registration.0)));
        let mut counts: Vec<DailyLaunches> = (0..i64::from(days))
            .rev()
            .filter_map(|back| today.checked_sub(Duration::days(back)))
            .map(|date| DailyLaunches {
                date,
                accepted: 0,
                refused: 0,
            })
            .collect();
        let db = self.session().await?;
        let counted = sql(&db, &daily_counts(registration.is_some()), values);
        for row in db.query_all_raw(counted).await? {
            let day: i64 = row.try_get("", "day")?;
            let launches = row.try_get::<i64>("", "launches")?.unsigned_abs();
            let refused = row.try_get::<i64>("", "refused")?.unsigned_abs();
            let count = usize::try_from(day)
                .ok()
                .and_then(|day| counts.get_mut(day))
                .ok_or_else(|| unreadable("day"))?;
            count.refused = refused;
            count.accepted = launches.saturating_sub(refused);
        }
        Ok(counts)
    }
}

fn select(tenant: TenantId, query: &LaunchQuery) -> Select<Entity> {
    let LaunchQuery {
        registration_id,
        outcome,
        from,
        to,
        limit,
        after,
    } = query;
    let filters = [
        registration_id.map(|registration| Column::RegistrationId.eq(registration.0)),
        // Written out, not bound: only then is the partial index of refused launches of use.
        outcome.map(|outcome| {
            Expr::cust(match outcome {
                LaunchOutcome::Accepted => "outcome = 'accepted'",
                LaunchOutcome::Refused => "outcome = 'refused'",
            })
        }),
        from.map(|from| Column::At.gte(to_micros(from))),
        to.map(|to| Column::At.lt(to_micros(to))),
    ];
    let list = Entity::find()
        .select_only()
        .columns([
            Column::Reference,
            Column::At,
            Column::Outcome,
            Column::Code,
            Column::RegistrationId,
            Column::MessageType,
        ])
        .filter(Column::TenantId.eq(tenant.0));
    let list = filters.into_iter().flatten().fold(list, QueryFilter::filter);
    KeysetOrder::newest_first(Column::At, Column::Reference).select(list, *limit, after.as_ref())
}

/// Launches and refusals of tenant $1 from $2 to $3 by days of length $4, of registration $5 or of all. Counted apart, all launches
/// need an index only, and the rows are looked up of the few that were refused.
pub(crate) fn daily_counts(of_registration: bool) -> String {
    let (whose, also) = if of_registration {
        let own = "registration_id = $5 AND EXISTS (SELECT 1 FROM registrations WHERE id = $5 AND tenant_id = $1)";
        (own, "AND registration_id = $5")
    } else {
        ("tenant_id = $1", "")
    };
    format!(
        "SELECT day, CAST(SUM(launches) AS bigint) AS launches, CAST(SUM(refused) AS bigint) AS refused FROM (
             SELECT (at - $2) / $4 AS day, COUNT(*) AS launches, 0 AS refused FROM launches
             WHERE {whose} AND at >= $2 AND at < $3 GROUP BY 1
             UNION ALL
             SELECT (at - $2) / $4, 0, COUNT(*) FROM launches
             WHERE tenant_id = $1 AND at >= $2 AND at < $3 AND outcome = 'refused' {also} GROUP BY 1
         ) AS counted GROUP BY day"
    )
}

fn read(row: Row, summaries: &HashMap<Uuid, RegistrationSummary>) -> Result<Launch, StoreError> {
    Ok(Launch {
        reference: Reference::parse(&row.reference).map_err(|_| unreadable("reference"))?,
        at: from_micros(row.at)?,
        outcome: read_outcome(&row.outcome)?,
        code: row.code,
        registration: row.registration_id.and_then(|id| summaries.get(&id).cloned()),
        registration_id: row.registration_id.map(RegistrationId),
        message_type: row.message_type,
    })
}

fn read_details(row: Model, summaries: &HashMap<Uuid, RegistrationSummary>) -> Result<LaunchDetails, StoreError> {
    let Model {
        reference,
        at,
        outcome,
        code,
        registration_id,
        message_type,
        issuer,
        client_id,
        checks,
        ..
    } = row;
    let row = Row {
        reference,
        at,
        outcome,
        code,
        registration_id,
        message_type,
    };
    let launch = read(row, summaries)?;
    Ok(LaunchDetails {
        launch,
        issuer,
        client_id,
        checks,
    })
}
