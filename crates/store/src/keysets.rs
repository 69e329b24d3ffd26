//! The keyset URLs of LMSs: when they were last fetched, and the result.

use domain::{HealthState, TenantId};
use sea_orm::{ConnectionTrait, DbBackend};
use time::{Duration, OffsetDateTime};
use url::Url;

use crate::rows::{from_micros, health_state, read_url, to_micros};
use crate::{Session, Store, StoreError, query_first, sql};

/// A keyset that was fetched later than this from now was fetched by a clock that was ahead.
const CLOCKS_APART: Duration = Duration::days(1);
/// How exactly it is kept when keys were seen that didn't change.
const SEEN_PRECISION: Duration = Duration::minutes(10);

/// A keyset of live registrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKeyset {
    /// The tenant that registered it first, of those that use it.
    pub owner: TenantId,
    /// Its keys as they were saved last, and when they were seen.
    pub saved: Option<(String, OffsetDateTime)>,
}

impl Store {
    /// Takes over to look at keysets that nobody looked at since `before`, those that waited longest first. Instances that
    /// ask at once get different ones; each is expected to fetch its own now. Keysets that no registration uses any more are dropped.
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

    /// The keyset of live registrations at that URL, if there are any.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_keyset(&self, url: &Url) -> Result<Option<StoredKeyset>, StoreError> {
        let db = self.session().await?;
        let statement = "SELECT r.tenant_id, k.keys, k.seen_at FROM registrations r JOIN keysets k ON k.url = r.keyset_url
            WHERE r.keyset_url = $1 AND r.deleted_at IS NULL ORDER BY r.created_at, r.id LIMIT 1";
        let Some(row) = query_first(&db, sql(&db, statement, [url.as_str().into()])).await? else {
            return Ok(None);
        };
        let (keys, seen_at): (Option<String>, Option<i64>) = (row.try_get("", "keys")?, row.try_get("", "seen_at")?);
        let saved = keys
            .zip(seen_at)
            .map(|(keys, at)| Ok::<_, StoreError>((keys, from_micros(at)?)));
        Ok(Some(StoredKeyset {
            owner: TenantId(row.try_get("", "tenant_id")?),
            saved: saved.transpose()?,
        }))
    }

    /// Saves the keys of a keyset as they were seen just now; those of before are replaced, also by `None`. Nothing is written where the
    /// same keys were seen less than [`SEEN_PRECISION`] ago.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn save_keyset(&self, url: &Url, keys: Option<&str>, at: OffsetDateTime) -> Result<(), StoreError> {
        let statement = "UPDATE keysets SET keys = CASE WHEN keys IS DISTINCT FROM $2 THEN $2 ELSE keys END, seen_at = $3
            WHERE url = $1 AND (keys IS DISTINCT FROM $2 OR seen_at IS NULL OR seen_at <= $4 OR seen_at > $3)";
        let values = [
            url.as_str().into(),
            keys.map(str::to_owned).into(),
            to_micros(at).into(),
            to_micros(at - SEEN_PRECISION).into(),
        ];
        let (_turn, db) = self.writing_session().await?;
        db.execute_raw(sql(&db, statement, values)).await?;
        Ok(())
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
