//! The people whom launches and rosters named, by the name that apps have for them: the way back to the LMS's own ids.

use domain::TenantId;
use sea_orm::{ConnectionTrait, Value};
use time::OffsetDateTime;

use crate::rows::to_micros;
use crate::{Store, StoreError, is_storable, query_first, sql};

/// Rows that one statement writes.
const BATCH: usize = 500;
/// Rows that one call of [`Store::purge_people`] deletes.
const PURGE_BATCH: i64 = 1_000;

/// A person whom an LMS named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LmsPerson {
    /// The name that apps have for them; of one tenant and issuer.
    pub subject: String,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The LMS's own id, sealed.
    pub lms_id: Vec<u8>,
}

impl Store {
    /// Keeps people who were seen now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_people(&self, mut people: Vec<LmsPerson>, at: OffsetDateTime) -> Result<(), StoreError> {
        // In one order, so that two instances never wait for each other; and each once.
        people.sort_by(|one, other| one.subject.cmp(&other.subject));
        people.dedup_by(|one, other| one.subject == other.subject);
        for batch in people.chunks(BATCH) {
            let places = (0..batch.len()).map(|at| 4 * at);
            let places: Vec<_> = places
                .map(|at| format!("(${}, ${}, ${}, ${})", at + 1, at + 2, at + 3, at + 4))
                .collect();
            let statement = format!(
                "INSERT INTO lms_people (subject, tenant_id, lms_id, seen_at) VALUES {}
                 ON CONFLICT (subject) DO UPDATE SET lms_id = excluded.lms_id, seen_at = excluded.seen_at",
                places.join(", ")
            );
            let values = batch.iter().flat_map(|person| -> [Value; 4] {
                [
                    person.subject.as_str().into(),
                    person.tenant_id.0.into(),
                    person.lms_id.clone().into(),
                    to_micros(at).into(),
                ]
            });
            let (_turn, db) = self.writing_session().await?;
            db.execute_raw(sql(&db, &statement, values)).await?;
        }
        Ok(())
    }

    /// The LMS's id of a person, sealed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_person(&self, tenant: TenantId, subject: &str) -> Result<Option<Vec<u8>>, StoreError> {
        if !is_storable(subject) {
            return Ok(None);
        }
        let db = self.session().await?;
        let statement = "SELECT lms_id FROM lms_people WHERE subject = $1 AND tenant_id = $2";
        let row = query_first(&db, sql(&db, statement, [subject.into(), tenant.0.into()])).await?;
        row.map(|row| Ok(row.try_get("", "lms_id")?)).transpose()
    }

    /// Deletes people who were not seen since; answers how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_people(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let statement = "DELETE FROM lms_people WHERE subject IN (SELECT subject FROM lms_people WHERE seen_at < $1 LIMIT $2)";
        let (_turn, db) = self.writing_session().await?;
        let values = [to_micros(before).into(), PURGE_BATCH.into()];
        Ok(db.execute_raw(sql(&db, statement, values)).await?.rows_affected())
    }
}

/// Deletes a tenant's people.
pub(crate) async fn delete(tx: &impl ConnectionTrait, tenant: TenantId) -> Result<(), StoreError> {
    tx.execute_raw(sql(tx, "DELETE FROM lms_people WHERE tenant_id = $1", [tenant.0.into()]))
        .await?;
    Ok(())
}
