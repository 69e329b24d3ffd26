//! Assertions of apps that were used.

use sea_orm::ConnectionTrait;
use time::OffsetDateTime;

use crate::rows::to_micros;
use crate::{Store, StoreError, sql};

impl Store {
    /// Uses an assertion up, on behalf of all instances; `false` where it was used before. `id` is a hash of it, and it expires then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_assertion(&self, id: [u8; 32], expires_at: OffsetDateTime) -> Result<bool, StoreError> {
        let (_turn, db) = self.writing_session().await?;
        let statement = "INSERT INTO used_assertions (id, expires_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
        let values = [id.to_vec().into(), to_micros(expires_at).into()];
        Ok(db.execute_raw(sql(&db, statement, values)).await?.rows_affected() == 1)
    }

    /// Deletes the assertions that expired before; they prove nothing any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_assertions(&self, before: OffsetDateTime) -> Result<(), StoreError> {
        let (_turn, db) = self.writing_session().await?;
        let statement = "DELETE FROM used_assertions WHERE expires_at < $1";
        db.execute_raw(sql(&db, statement, [to_micros(before).into()])).await?;
        Ok(())
    }
}
