//! The keyset URLs of LMSs: when they were last fetched, and the result.

use domain::{HealthState, TenantId};
use sea_orm::{ConnectionTrait, DbBackend};
use time::{Duration, OffsetDateTime};
use url::Url;

use crate::rows::{health_state, read_url, to_micros};
use crate::{Session, Store, StoreError, query_first, sql};

/// What was fetched later than this from now was fetched by a clock that was ahead.
const CLOCKS_APART: Duration = Duration::days(1);

impl Store {
    /// Takes over to look at keysets that nobody looked at since `before`, those that waited longest first. Instances that
    /// ask at once get different ones; whoever got one is expected to look now. What no registration uses any more is dropped.
    /// One that was looked at more than a day after `now` is due too: a clock was ahead.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_keysets(&self, before: OffsetDateTime, now: OffsetDateTime, limit: u32) -> Result<Vec<Url>, StoreError> {
        let db = self.session().await?;
        let ahead = to_micros(now + CLOCKS_APART);
        let due = sql(
            &db,
            "SELECT url FROM keysets WHERE checked_at <= $1 OR checked_at > $2 LIMIT 1",
            [to_micros(before).into(), ahead.into()],
        );
        if query_first(&db, due).await?.is_none() {
            return Ok(Vec::new());
        }
        drop(db);
        let (_turn, tx) = self.begin().await?;
        let skip = match tx.get_database_backend() {
            DbBackend::Postgres => "FOR UPDATE SKIP LOCKED",
            _ => "",
        };
        let claim = format!(
            "UPDATE keysets SET checked_at = $1 WHERE url IN
             (SELECT url FROM keysets WHERE checked_at <= $2 OR checked_at > $4 ORDER BY checked_at LIMIT $3 {skip}) RETURNING url"
        );
        let values = [
            to_micros(now).into(),
            to_micros(before).into(),
            i64::from(limit).into(),
            ahead.into(),
        ];
        let mut claimed = Vec::new();
        for row in tx.query_all_raw(sql(&tx, &claim, values)).await? {
            let url: String = row.try_get("", "url")?;
            if !remove_unused(&tx, &url).await? {
                claimed.push(read_url(&url)?);
            }
        }
        tx.commit().await?;
        Ok(claimed)
    }

    /// The tenant that registered a keyset first, of those that use it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_keyset_owner(&self, url: &Url) -> Result<Option<TenantId>, StoreError> {
        let db = self.session().await?;
        let statement =
            "SELECT tenant_id FROM registrations WHERE keyset_url = $1 AND deleted_at IS NULL ORDER BY created_at, id LIMIT 1";
        let row = query_first(&db, sql(&db, statement, [url.as_str().into()])).await?;
        Ok(row.map(|row| row.try_get("", "tenant_id")).transpose()?.map(TenantId))
    }

    /// Keeps the health of a keyset with every registration that uses it; `since` changes only with the state.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_health(
        &self,
        keyset_url: &Url,
        state: HealthState,
        detail: Option<&str>,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let health = "UPDATE registrations
            SET health_since = CASE WHEN health_state = $1 THEN health_since ELSE $2 END, health_state = $1, health_detail = $3
            WHERE keyset_url = $4 AND deleted_at IS NULL AND (health_state <> $1 OR health_detail IS DISTINCT FROM $3)";
        let values = [
            health_state(state).into(),
            to_micros(at).into(),
            detail.map(str::to_owned).into(),
            keyset_url.as_str().into(),
        ];
        let checked = "UPDATE keysets SET checked_at = $1 WHERE url = $2 AND checked_at <> $1";
        let (_turn, db) = self.writing_session().await?;
        db.execute_raw(sql(&db, health, values)).await?;
        db.execute_raw(sql(&db, checked, [to_micros(at).into(), keyset_url.as_str().into()]))
            .await?;
        Ok(())
    }
}

/// A registration that is being added uses this keyset. Locks the row, so that it isn't dropped in the same moment.
pub(crate) async fn watch(tx: &Session, url: &Url, at: OffsetDateTime) -> Result<(), StoreError> {
    let statement = "INSERT INTO keysets (url, checked_at) VALUES ($1, $2) ON CONFLICT (url) DO UPDATE SET url = excluded.url";
    tx.execute_raw(sql(tx, statement, [url.as_str().into(), to_micros(at).into()]))
        .await?;
    Ok(())
}

/// Drops a claimed keyset that no live registration uses; `false` where one does.
async fn remove_unused(tx: &Session, url: &str) -> Result<bool, StoreError> {
    let statement = "DELETE FROM keysets WHERE url = $1 AND NOT EXISTS
        (SELECT 1 FROM registrations r WHERE r.keyset_url = $1 AND r.deleted_at IS NULL)";
    Ok(tx.execute_raw(sql(tx, statement, [url.into()])).await?.rows_affected() > 0)
}
