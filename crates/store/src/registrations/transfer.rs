//! All registrations of a tenant at once: out of one gateway, into another.

use std::collections::HashMap;

use domain::{Actor, AuditAction, Deployment, DeploymentState, NewRegistration, Registration, RegistrationId, Subject, TenantId};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use time::OffsetDateTime;

use super::insert::{insert, insert_deployments};
use super::limits::Room;
use super::{find_keysets, read};
use crate::entities::{deployments, registrations};
use crate::rows::deployment_state;
use crate::{InsertError, Session, Store, StoreError, audit, sql};

/// Registrations stored in one transaction: enough that commits don't dominate, few enough that launches get their turn.
const BATCH: usize = 50;
/// Registrations of one client that a rehearsal, which is rolled back, sees together.
const REHEARSED_TOGETHER: usize = 500;

/// A registration to import.
#[derive(Clone, Debug)]
pub struct Import {
    /// Its id here.
    pub id: RegistrationId,
    /// The registration, with its accepted deployments.
    pub new: NewRegistration,
    /// Its other deployments; where schools share the client, there are none.
    pub undecided: Vec<(String, DeploymentState)>,
    /// The keyset of this gateway that its LMS was given, by its id. Where it isn't the right one, or none, the LMS has to be given
    /// another.
    pub tool_keyset: Option<String>,
}

impl Store {
    /// All registrations of a tenant with all their deployments, oldest first. The audit trail notes it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn export_registrations(
        &self,
        tenant: TenantId,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<Vec<(Registration, Vec<Deployment>)>, StoreError> {
        // One picture of both tables, whatever is changed meanwhile.
        let tx = self.begin_snapshot().await?;
        let rows = registrations::Entity::find()
            .filter(registrations::Column::TenantId.eq(tenant.0))
            .filter(registrations::Column::DeletedAt.is_null())
            .order_by_asc(registrations::Column::CreatedAt)
            .order_by_asc(registrations::Column::Id)
            .all(&tx)
            .await?;
        let keysets = find_keysets(&tx, &rows).await?;
        let statement = "SELECT d.* FROM deployments d JOIN registrations r ON r.id = d.registration_id
            WHERE r.tenant_id = $1 AND r.deleted_at IS NULL ORDER BY d.first_seen_at, d.deployment_id";
        let found = deployments::Entity::find()
            .from_raw_sql(sql(&tx, statement, [tenant.0.into()]))
            .all(&tx)
            .await?;
        tx.commit().await?;
        let mut by_registration: HashMap<uuid::Uuid, Vec<Deployment>> = HashMap::new();
        for row in found {
            let registration = row.registration_id;
            by_registration
                .entry(registration)
                .or_default()
                .push(crate::deployments::read(row)?);
        }
        let exported = rows.into_iter().map(|row| {
            let deployments = by_registration.remove(&row.id).unwrap_or_default();
            let of_state = |state| deployments.iter().filter(move |deployment| deployment.state == state);
            let accepted = of_state(DeploymentState::Accepted).map(|deployment| deployment.deployment_id.clone());
            let (accepted, waiting) = (accepted.collect(), of_state(DeploymentState::Waiting).count());
            let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
            Ok((read(row, accepted, waiting, &keysets)?, deployments))
        });
        let exported = exported.collect::<Result<_, StoreError>>()?;
        let (_turn, tx) = self.begin().await?;
        let action = AuditAction::RegistrationsExported;
        audit::insert(&tx, tenant, by, action, Subject::Tenant(tenant), at).await?;
        tx.commit().await?;
        Ok(exported)
    }

    /// Stores registrations one by one; what refuses one of them doesn't stop the others. A rehearsal stores nothing and
    /// answers the same for up to 500 of one client: those after them it validates as if those before weren't there. Where the store
    /// fails, those before that place are stored: to import again does the rest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn import_registrations(
        &self,
        tenant: TenantId,
        imports: &[Import],
        rehearsal: bool,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<Vec<Result<(), InsertError>>, StoreError> {
        // In the order of their locks. A rehearsal takes those of one client together, or it wouldn't see the conflicts.
        let client = |index: usize| {
            imports
                .get(index)
                .map(|import| (&import.new.lms.platform.issuer, &import.new.lms.platform.client_id))
        };
        let mut order: Vec<_> = (0..imports.len()).collect();
        order.sort_by_key(|index| client(*index));
        let mut results: Vec<_> = imports.iter().map(|_| Ok(())).collect();
        let mut rest = order.as_slice();
        let mut rehearsed = None;
        while !rest.is_empty() {
            let mut end = BATCH.min(rest.len());
            while rehearsal && end < REHEARSED_TOGETHER.min(rest.len()) && client(rest[end]) == client(rest[end - 1]) {
                end += 1;
            }
            let (batch, later) = rest.split_at(end);
            rest = later;
            let (_turn, tx) = self.begin_batch().await?;
            let mut room = Room::lock(&tx, tenant, self.registration_limits).await?;
            if let (Some(room), Some(rehearsed)) = (&mut room, &rehearsed) {
                room.continue_after(rehearsed);
            }
            for index in batch {
                let stored = match &mut room {
                    Some(room) => store(&tx, room, &imports[*index], by, at).await,
                    None => Err(InsertError::TenantNotFound),
                };
                match stored {
                    Ok(()) => {}
                    Err(InsertError::Store(error)) => return Err(error),
                    Err(refused) => results[*index] = Err(refused),
                }
            }
            if rehearsal {
                rehearsed = room;
                tx.rollback().await?;
            } else {
                tx.commit().await?;
            }
        }
        Ok(results)
    }
}

/// One of them, whole or not at all.
async fn store(tx: &Session, room: &mut Room, import: &Import, by: &Actor, at: OffsetDateTime) -> Result<(), InsertError> {
    let Import {
        id,
        new,
        undecided,
        tool_keyset,
    } = import;
    tx.savepoint().await?;
    let stored = match insert(tx, room, *id, new, by, at).await {
        Ok(stored) => stored,
        Err(refused) => {
            tx.rollback_to_savepoint().await?;
            return Err(refused);
        }
    };
    if stored.tool_keyset.map(|keyset| keyset.id) != *tool_keyset {
        mark_keyset_outdated(tx, *id).await?;
    }
    let undecided = undecided.iter().map(|(id, state)| (id.as_str(), deployment_state(*state)));
    insert_deployments(tx, *id, &new.lms.platform, undecided, &HashMap::new(), at).await?;
    tx.release_savepoint().await?;
    Ok(())
}

async fn mark_keyset_outdated(tx: &Session, id: RegistrationId) -> Result<(), StoreError> {
    registrations::Entity::update_many()
        .set(registrations::ActiveModel {
            keyset_outdated: Set(true),
            ..Default::default()
        })
        .filter(registrations::Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}
