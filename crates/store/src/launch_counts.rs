//! Launches by day (UTC), registration and outcome. The statement that records a launch counts it, by a trigger.

use std::ops::RangeInclusive;

use domain::{DailyLaunches, RegistrationId, TenantId};
use sea_orm::{ConnectionTrait, DbBackend, Value};
use time::{Date, Duration, OffsetDateTime};

use crate::launches::MICROS_PER_DAY;
use crate::rows::unreadable;
use crate::{Store, StoreError, query_first, sql};

impl Store {
    /// Counts launches a day (UTC) by outcome for the last days up to `today`, oldest first, also for days without any. Refused ones
    /// count also where their record is gone, beyond a quota.
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
        let mut counts: Vec<DailyLaunches> = (0..i64::from(days))
            .rev()
            .filter_map(|back| today.checked_sub(Duration::days(back)))
            .map(|date| DailyLaunches {
                date,
                accepted: 0,
                refused: 0,
            })
            .collect();
        let last = day_of(today);
        let text = counts_of(
            last.saturating_sub(i64::from(days)).saturating_add(1)..=last,
            registration.is_some(),
        );
        let mut values: Vec<Value> = vec![tenant.0.into()];
        values.extend(registration.map(|registration| Value::from(registration.0)));
        let db = self.session().await?;
        for row in db.query_all_raw(sql(&db, &text, values)).await? {
            let day: i64 = row.try_get("", "day")?;
            let count = counts.iter_mut().find(|count| day_of(count.date) == day);
            let count = count.ok_or_else(|| unreadable("day"))?;
            count.accepted = row.try_get::<i64>("", "accepted")?.unsigned_abs();
            count.refused = row.try_get::<i64>("", "refused")?.unsigned_abs();
        }
        Ok(counts)
    }

    /// Counts the launches anew, by the records that are there, a day at a time; answers of how many days the counts were others. While
    /// a day is counted, launches wait.
    ///
    /// # Errors
    /// [`StoreError`]. The days before keep their new counts.
    pub async fn recount_launches(&self) -> Result<u64, StoreError> {
        let Some((first, last)) = self.counted_days().await? else {
            return Ok(0);
        };
        let mut changed = 0;
        for day in first..=last {
            let (_turn, tx) = self.begin_job().await?;
            if tx.get_database_backend() == DbBackend::Postgres {
                tx.execute_unprepared("LOCK TABLE launches IN SHARE ROW EXCLUSIVE MODE")
                    .await?;
            }
            let midnight = day.saturating_mul(MICROS_PER_DAY);
            let values = || [day.into(), midnight.into(), midnight.saturating_add(MICROS_PER_DAY).into()];
            if query_first(&tx, sql(&tx, &format!("{RECORDED} {DIFFERENCE}"), values()))
                .await?
                .is_some()
            {
                tx.execute_raw(sql(&tx, "DELETE FROM launch_counts WHERE day = $1", [day.into()]))
                    .await?;
                tx.execute_raw(sql(&tx, &format!("{RECORDED} {INSERT}"), values())).await?;
                tx.commit().await?;
                changed += 1;
            }
        }
        Ok(changed)
    }

    /// The first and the last day of which there are records or counts.
    async fn counted_days(&self) -> Result<Option<(i64, i64)>, StoreError> {
        let db = self.session().await?;
        let Some(row) = query_first(&db, sql(&db, DAYS, [])).await? else {
            return Ok(None);
        };
        let day = |column| row.try_get::<Option<i64>>("", column);
        let records = (day("first_record")?, day("last_record")?);
        let counts = (day("first_count")?, day("last_count")?);
        let of_records = |at: i64| at.div_euclid(MICROS_PER_DAY);
        let first = records.0.map(of_records).into_iter().chain(counts.0).min();
        let last = records.1.map(of_records).into_iter().chain(counts.1).max();
        Ok(first.zip(last))
    }
}

const DAYS: &str = "SELECT (SELECT MIN(at) FROM launches) AS first_record, (SELECT MAX(at) FROM launches) AS last_record,
    (SELECT MIN(day) FROM launch_counts) AS first_count, (SELECT MAX(day) FROM launch_counts) AS last_count";

/// The counts of day $1, which is from $2 to $3, by its records.
const RECORDED: &str = "WITH recorded AS (
        SELECT CAST($1 AS bigint) AS day, tenant_id, registration_id,
            SUM(CASE outcome WHEN 'accepted' THEN 1 ELSE 0 END) AS accepted,
            SUM(CASE outcome WHEN 'refused' THEN 1 ELSE 0 END) AS refused
        FROM launches WHERE at >= $2 AND at < $3 AND tenant_id IS NOT NULL AND registration_id IS NOT NULL
        GROUP BY tenant_id, registration_id)";

/// Something, if the counts are others than by the records.
const DIFFERENCE: &str = "SELECT 1 AS differs FROM (
        SELECT day, tenant_id, registration_id, accepted, refused FROM recorded
        UNION ALL
        SELECT day, tenant_id, registration_id, accepted, refused FROM launch_counts WHERE day = $1
    ) AS compared GROUP BY day, tenant_id, registration_id, accepted, refused HAVING COUNT(*) <> 2 LIMIT 1";

const INSERT: &str = "INSERT INTO launch_counts (day, tenant_id, registration_id, accepted, refused)
    SELECT day, tenant_id, registration_id, accepted, refused FROM recorded";

/// The counts of tenant $1 for these days, of registration $2 or of all. The days are written out: an index is looked up by each.
pub(crate) fn counts_of(days: RangeInclusive<i64>, of_registration: bool) -> String {
    let days: Vec<String> = days.map(|day| day.to_string()).collect();
    let whose = if of_registration { "AND registration_id = $2" } else { "" };
    format!(
        "SELECT day, CAST(SUM(accepted) AS bigint) AS accepted, CAST(SUM(refused) AS bigint) AS refused FROM launch_counts
         WHERE day IN ({}) AND tenant_id = $1 {whose} GROUP BY day",
        days.join(", ")
    )
}

/// Days since 1970.
fn day_of(date: Date) -> i64 {
    i64::from(date.to_julian_day()) - i64::from(OffsetDateTime::UNIX_EPOCH.date().to_julian_day())
}
