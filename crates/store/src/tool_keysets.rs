//! Keysets for what the gateway signs towards LMSs. Each has a random id, which is in its address; its keys are those of a purpose of
//! their own ([`Store::signing_keys`]).

use std::collections::{BTreeSet, HashMap};

use domain::{KeysetOwner, RegistrationId, TenantId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::entities::{signing_keys, tool_keysets};
use crate::rows::{to_micros, unreadable};
use crate::{Store, StoreError, is_storable, sql};

/// A keyset and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToolKeyset {
    /// The random part of its address.
    pub id: String,
    /// Whose it is.
    pub owner: KeysetOwner,
}

impl StoredToolKeyset {
    /// The purpose of the keys of the keyset with that id.
    #[must_use]
    pub fn purpose(id: &str) -> String {
        format!("tool:{id}")
    }
}

impl Store {
    /// The id of an owner's keyset, which is made if there is none. Where several make it at once, all get the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ensure_tool_keyset(&self, owner: &KeysetOwner, at: OffsetDateTime) -> Result<String, StoreError> {
        let owner = owner_key(owner);
        let db = self.session().await?;
        if let Some(id) = find_by_owners(&db, [owner.clone()]).await?.remove(&owner) {
            return Ok(id);
        }
        drop(db);
        let (_turn, db) = self.writing_session().await?;
        ensure(&db, owner, at).await
    }

    /// Notes that a registration's LMS knows the right keyset: it accepted a signature.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn confirm_tool_keyset(&self, registration: RegistrationId) -> Result<(), StoreError> {
        let (_turn, db) = self.writing_session().await?;
        let statement = "UPDATE registrations SET keyset_outdated = FALSE WHERE id = $1";
        db.execute_raw(sql(&db, statement, [registration.0.into()])).await?;
        Ok(())
    }

    /// The keyset of that id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_tool_keyset(&self, id: &str) -> Result<Option<StoredToolKeyset>, StoreError> {
        if !is_storable(id) {
            return Ok(None);
        }
        let db = self.session().await?;
        let row = tool_keysets::Entity::find_by_id(id).one(&db).await?;
        row.map(read).transpose()
    }

    /// All of them, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_tool_keysets(&self) -> Result<Vec<StoredToolKeyset>, StoreError> {
        let db = self.session().await?;
        let rows = tool_keysets::Entity::find()
            .order_by_asc(tool_keysets::Column::CreatedAt)
            .order_by_asc(tool_keysets::Column::Id)
            .all(&db)
            .await?;
        rows.into_iter().map(read).collect()
    }
}

/// The id of an owner's keyset, which is made if there is none.
pub(crate) async fn ensure(db: &impl ConnectionTrait, owner: String, at: OffsetDateTime) -> Result<String, StoreError> {
    if let Some(id) = find_by_owners(db, [owner.clone()]).await?.remove(&owner) {
        return Ok(id);
    }
    let row = tool_keysets::Model {
        id: Uuid::new_v4().simple().to_string(),
        owner: owner.clone(),
        created_at: to_micros(at),
    };
    tool_keysets::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(db)
        .await?;
    find_by_owners(db, [owner.clone()])
        .await?
        .remove(&owner)
        .ok_or(StoreError::Conflict)
}

/// The ids of these owners' keysets, by owner.
pub(crate) async fn find_by_owners(
    db: &impl ConnectionTrait,
    owners: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, String>, StoreError> {
    let owners: BTreeSet<_> = owners.into_iter().collect();
    if owners.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = tool_keysets::Entity::find()
        .filter(tool_keysets::Column::Owner.is_in(owners))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.owner, row.id)).collect())
}

/// Deletes a tenant's keyset with its keys.
pub(crate) async fn delete(tx: &impl ConnectionTrait, tenant: TenantId) -> Result<(), StoreError> {
    let owner = owner_key(&KeysetOwner::Tenant(tenant));
    let Some(id) = find_by_owners(tx, [owner.clone()]).await?.remove(&owner) else {
        return Ok(());
    };
    signing_keys::Entity::delete_many()
        .filter(signing_keys::Column::Purpose.eq(StoredToolKeyset::purpose(&id)))
        .exec(tx)
        .await?;
    tool_keysets::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// An owner as its column has it.
pub(crate) fn owner_key(owner: &KeysetOwner) -> String {
    match owner {
        KeysetOwner::Tenant(tenant) => format!("tenant:{}", tenant.0.simple()),
        KeysetOwner::App(id) => format!("app:{id}"),
    }
}

fn read(row: tool_keysets::Model) -> Result<StoredToolKeyset, StoreError> {
    let owner = match row.owner.split_once(':') {
        Some(("tenant", id)) => KeysetOwner::Tenant(TenantId(Uuid::try_parse(id).map_err(|_| unreadable("owner of a keyset"))?)),
        Some(("app", id)) => KeysetOwner::App(id.to_owned()),
        _ => return Err(unreadable("owner of a keyset")),
    };
    Ok(StoredToolKeyset { id: row.id, owner })
}
