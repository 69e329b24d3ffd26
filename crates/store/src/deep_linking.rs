//! Deep linking requests that apps may answer, and the nonces of the answers. Ids are hashes.

use sea_orm::ConnectionTrait;
use time::OffsetDateTime;

use crate::rows::to_micros;
use crate::{Store, StoreError, query_first, sql};

impl Store {
    /// Keeps a request until then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_deep_linking_request(
        &self,
        id: [u8; 32],
        sealed: &[u8],
        expires_at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let (_turn, db) = self.writing_session().await?;
        let statement = "INSERT INTO deep_linking_requests (id, sealed, expires_at) VALUES ($1, $2, $3)";
        let values = [id.to_vec().into(), sealed.to_vec().into(), to_micros(expires_at).into()];
        db.execute_raw(sql(&db, statement, values)).await?;
        Ok(())
    }

    /// The request with that id, unless it expired by now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_deep_linking_request(&self, id: [u8; 32], now: OffsetDateTime) -> Result<Option<Vec<u8>>, StoreError> {
        let db = self.session().await?;
        let statement = "SELECT sealed FROM deep_linking_requests WHERE id = $1 AND expires_at > $2";
        let values = [id.to_vec().into(), to_micros(now).into()];
        let row = query_first(&db, sql(&db, statement, values)).await?;
        Ok(row.map(|row| row.try_get("", "sealed")).transpose()?)
    }

    /// Uses a nonce for an answer, on behalf of all instances. The same answer may come again with it; `false` for another one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_deep_linking_nonce(
        &self,
        id: [u8; 32],
        answer: [u8; 32],
        expires_at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let (_turn, db) = self.writing_session().await?;
        let statement =
            "INSERT INTO deep_linking_nonces (id, answer, expires_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
        let values = [id.to_vec().into(), answer.to_vec().into(), to_micros(expires_at).into()];
        db.execute_raw(sql(&db, statement, values)).await?;
        let statement = "SELECT id FROM deep_linking_nonces WHERE id = $1 AND answer = $2";
        let same = query_first(&db, sql(&db, statement, [id.to_vec().into(), answer.to_vec().into()])).await?;
        Ok(same.is_some())
    }

    /// Deletes the requests and nonces that expired before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_deep_linking(&self, before: OffsetDateTime) -> Result<(), StoreError> {
        let (_turn, db) = self.writing_session().await?;
        for table in ["deep_linking_requests", "deep_linking_nonces"] {
            let statement = format!("DELETE FROM {table} WHERE expires_at < $1");
            db.execute_raw(sql(&db, &statement, [to_micros(before).into()])).await?;
        }
        Ok(())
    }
}
