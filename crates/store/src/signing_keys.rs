use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Order, QueryFilter, QueryOrder, TryInsertResult};
use time::OffsetDateTime;

use crate::entities::signing_keys::{Column, Entity, Model};
use crate::rows::{from_micros, to_micros};
use crate::{Store, StoreError};

/// A key of the gateway; the private part is sealed by the caller.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The key's id in tokens and keysets.
    pub kid: String,
    /// The use of the key: one key is active for each purpose.
    pub purpose: String,
    /// The private key, encrypted.
    pub sealed_private_key: Vec<u8>,
    /// The public key as a JWK, JSON.
    pub public_jwk: String,
    /// Since when it exists.
    pub created_at: OffsetDateTime,
    /// Since when it signs nothing any more.
    pub retired_at: Option<OffsetDateTime>,
}

impl std::fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredKey")
            .field("kid", &self.kid)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// The keys of a purpose, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn signing_keys(&self, purpose: &str) -> Result<Vec<StoredKey>, StoreError> {
        let db = self.session().await?;
        let rows = Entity::find()
            .filter(Column::Purpose.eq(purpose))
            .order_by(Column::CreatedAt, Order::Desc)
            .order_by(Column::Kid, Order::Desc)
            .all(&db)
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// Stores a key unless its purpose has an active one; `false` when it has. Of several instances that start at once
    /// one succeeds, and all read the same keys afterwards.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_signing_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
        let (_turn, db) = self.writing_session().await?;
        insert(&db, key).await
    }

    /// Stores a key in the place of its purpose's active one, which is retired at the time that the new one was made, and deletes
    /// what was retired by `withdrawn_before`. `false`, and nothing is changed, where another instance was faster.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replace_signing_key(&self, key: &StoredKey, withdrawn_before: OffsetDateTime) -> Result<bool, StoreError> {
        let (_turn, transaction) = self.begin().await?;
        let of_purpose = Column::Purpose.eq(&*key.purpose);
        Entity::update_many()
            .col_expr(Column::RetiredAt, Expr::value(to_micros(key.created_at)))
            .filter(of_purpose.clone().and(Column::RetiredAt.is_null()))
            .exec(&transaction)
            .await?;
        if !insert(&transaction, key).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        Entity::delete_many()
            .filter(of_purpose.and(Column::RetiredAt.lte(to_micros(withdrawn_before))))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }
}

async fn insert(db: &impl ConnectionTrait, key: &StoredKey) -> Result<bool, StoreError> {
    let row = Model {
        kid: key.kid.clone(),
        purpose: key.purpose.clone(),
        sealed_private_key: key.sealed_private_key.clone(),
        public_jwk: key.public_jwk.clone(),
        created_at: to_micros(key.created_at),
        retired_at: key.retired_at.map(to_micros),
    };
    let inserted = Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(db)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

fn read(row: Model) -> Result<StoredKey, StoreError> {
    Ok(StoredKey {
        kid: row.kid,
        purpose: row.purpose,
        sealed_private_key: row.sealed_private_key,
        public_jwk: row.public_jwk,
        created_at: from_micros(row.created_at)?,
        retired_at: row.retired_at.map(from_micros).transpose()?,
    })
}
