//! One registration more: what may be in its way, and its rows.

use std::collections::HashMap;

use domain::{Actor, AuditAction, NewRegistration, Registration, RegistrationId, Subject, TenantId};
use lti13::tool::ToolRegistration;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};
use time::OffsetDateTime;

use super::limits::Room;
use super::{find_taken_for, read, remove_undecided, retire};
use crate::claims::release_client_of_shut_out;
use crate::entities::{deployments, platforms, registrations};
use crate::rows::{ACCEPTED, to_micros};
use crate::tool_keysets::{self, owner_key};
use crate::{Session, StoreError, app_deployments, audit, keysets, query_first, sql};

/// Why a registration can't be stored.
#[derive(Debug, thiserror::Error)]
pub enum InsertError {
    /// A registration accepts this deployment already.
    #[error("the deployment {deployment_id} is registered already")]
    DeploymentTaken {
        /// The deployment.
        deployment_id: String,
        /// That registration, if it is of the same tenant; of another one nothing may be said.
        own: Option<RegistrationId>,
    },
    /// Another tenant has this client ID, which is private to one.
    #[error("the client ID is registered already")]
    ClientTaken,
    /// The tenant's, or the other schools', registrations of this client say something else here.
    #[error("registrations of one client have the same {field}")]
    PlatformDiffers {
        /// The field's name on the wire.
        field: &'static str,
    },
    /// The tenant has a registration of this client that has no deployment yet.
    #[error("a registration without deployment exists")]
    AlreadyOpen {
        /// That registration.
        own: RegistrationId,
    },
    /// The registration to take the place of isn't there.
    #[error("the registration to replace doesn't exist")]
    ReplacesNotFound,
    /// The tenant has as many registrations as it may.
    #[error("the tenant has {limit} registrations already")]
    TooMany {
        /// How many it may have.
        limit: u32,
    },
    /// The tenant has as many clients as it may that no launch confirmed.
    #[error("the tenant has {limit} clients already that no launch confirmed")]
    TooManyUnconfirmed {
        /// How many it may have.
        limit: u32,
    },
    /// The tenant isn't registered (any more).
    #[error("the tenant isn't registered")]
    TenantNotFound,
    /// The store couldn't answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl InsertError {
    /// The registration of the same tenant that is in the way.
    #[must_use]
    pub fn own(&self) -> Option<RegistrationId> {
        match self {
            Self::DeploymentTaken { own, .. } => *own,
            Self::AlreadyOpen { own } => Some(*own),
            _ => None,
        }
    }
}

impl From<DbErr> for InsertError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Everything that the registration of one takes, within the transaction.
pub(crate) async fn insert(
    tx: &Session,
    room: &mut Room,
    id: RegistrationId,
    new: &NewRegistration,
    by: &Actor,
    at: OffsetDateTime,
) -> Result<Registration, InsertError> {
    let tenant = room.tenant();
    let addition = room.addition(tx, &new.lms.platform).await?;
    let mut confirmed = HashMap::new();
    if let Some(old) = new.replaces {
        confirmed = confirmed_deployments(tx, tenant, old, &new.lms.platform).await?;
        let action = AuditAction::RegistrationDeleted;
        if !retire(tx, tenant, old, Some(&new.lms.platform), action, by, at).await? {
            return Err(InsertError::ReplacesNotFound);
        }
        room.count_again(tx).await?;
    }
    claim_platform(tx, tenant, new, at).await?;
    if new.deployment_ids.is_empty() {
        refuse_second_open(tx, tenant, &new.lms.platform).await?;
    } else {
        refuse_taken_deployments(tx, tenant, &new.lms.platform, &new.deployment_ids, at).await?;
        remove_undecided(tx, &new.lms.platform.issuer, &new.lms.platform.client_id, &new.deployment_ids).await?;
    }
    room.validate(&addition)?;
    let app_deployment = app_deployments::inherit(tx, tenant, id, new).await?;
    let row = registrations::Model::new(tenant, id, app_deployment, new, by, at);
    let owner = owner_key(&row.keyset_owner()?);
    let keyset = tool_keysets::ensure(tx, owner.clone(), at).await?;
    registrations::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(tx)
        .await?;
    let accepted = new.deployment_ids.iter().map(|id| (id.as_str(), ACCEPTED));
    insert_deployments(tx, id, &new.lms.platform, accepted, &confirmed, at).await?;
    keysets::watch(tx, &new.lms.platform.keyset_url, at).await?;
    audit::insert(
        tx,
        tenant,
        by,
        AuditAction::RegistrationCreated,
        Subject::Registration(id),
        at,
    )
    .await?;
    room.add(&addition);
    Ok(read(row, new.deployment_ids.clone(), 0, &HashMap::from([(owner, keyset)]))?)
}

/// The deployments of a registration that a launch confirmed, and when: it is the client's of the same tenant that confirmed them, whatever
/// registration takes them next.
async fn confirmed_deployments(
    tx: &Session,
    tenant: TenantId,
    replaced: RegistrationId,
    platform: &ToolRegistration,
) -> Result<HashMap<String, i64>, StoreError> {
    let statement = "SELECT d.deployment_id, d.confirmed_at FROM deployments d JOIN registrations r ON r.id = d.registration_id
        WHERE d.registration_id = $1 AND r.tenant_id = $2 AND d.issuer = $3 AND d.client_id = $4
        AND d.state = 'accepted' AND d.confirmed_at IS NOT NULL";
    let values = [
        replaced.0.into(),
        tenant.0.into(),
        platform.issuer.as_str().into(),
        platform.client_id.as_str().into(),
    ];
    let mut confirmed = HashMap::new();
    for row in tx.query_all_raw(sql(tx, statement, values)).await? {
        confirmed.insert(row.try_get("", "deployment_id")?, row.try_get("", "confirmed_at")?);
    }
    Ok(confirmed)
}

/// The rows of a registration's deployments, few enough at once for the databases' number of parameters.
pub(super) async fn insert_deployments(
    tx: &Session,
    registration: RegistrationId,
    platform: &ToolRegistration,
    deployments: impl Iterator<Item = (&'_ str, &'static str)>,
    confirmed: &HashMap<String, i64>,
    at: OffsetDateTime,
) -> Result<(), DbErr> {
    let rows = deployments.map(|(deployment_id, state)| {
        let row = deployments::Model {
            registration_id: registration.0,
            issuer: platform.issuer.clone(),
            client_id: platform.client_id.clone(),
            deployment_id: deployment_id.to_owned(),
            state: state.to_owned(),
            first_seen_at: to_micros(at),
            confirmed_at: confirmed.get(deployment_id).copied(),
        };
        row.into_active_model()
    });
    for rows in rows.collect::<Vec<_>>().chunks(1000) {
        deployments::Entity::insert_many(rows.to_vec())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Makes the platform's row, or finds that the one there says the same; holds it until the transaction ends, so that
/// changes of one client's registrations come one after the other. Registrations of tenants that are shut out
/// give way.
async fn claim_platform(tx: &Session, tenant: TenantId, new: &NewRegistration, at: OffsetDateTime) -> Result<(), InsertError> {
    let row = upsert_platform(tx, tenant, new).await?;
    let compared = compare_platform(&row, tenant, new);
    if compared.is_err() && release_client_of_shut_out(tx, &new.lms.platform, at).await? {
        let row = upsert_platform(tx, tenant, new).await?;
        return compare_platform(&row, tenant, new);
    }
    compared
}

async fn upsert_platform(tx: &Session, tenant: TenantId, new: &NewRegistration) -> Result<platforms::Model, StoreError> {
    let ToolRegistration {
        issuer,
        client_id,
        authentication_url,
        keyset_url,
    } = &new.lms.platform;
    let owner = (!new.client_is_shared()).then_some(tenant.0);
    let access_token_url = new.lms.access_token_url.as_ref().map(|url| url.as_str().to_owned());
    let statement = sql(
        tx,
        "INSERT INTO platforms (issuer, client_id, family, tenant_id, authentication_url, keyset_url, access_token_url)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (issuer, client_id)
         DO UPDATE SET access_token_url = COALESCE(platforms.access_token_url, excluded.access_token_url)
         RETURNING *",
        [
            issuer.as_str().into(),
            client_id.as_str().into(),
            new.product.id().into(),
            owner.into(),
            authentication_url.as_str().into(),
            keyset_url.as_str().into(),
            access_token_url.into(),
        ],
    );
    let mut rows = platforms::Entity::find().from_raw_sql(statement).all(tx).await?;
    rows.pop().ok_or(StoreError::Conflict)
}

fn compare_platform(row: &platforms::Model, tenant: TenantId, new: &NewRegistration) -> Result<(), InsertError> {
    let access_token_url = new.lms.access_token_url.as_ref().map(|url| url.as_str().to_owned());
    if row.tenant_id.is_some_and(|owner| owner != tenant.0) {
        return Err(InsertError::ClientTaken);
    }
    let differs = |field| Err(InsertError::PlatformDiffers { field });
    if row.family != new.product.id() {
        return differs("platform");
    }
    if row.authentication_url != new.lms.platform.authentication_url.as_str() {
        return differs("authenticationUrl");
    }
    if row.keyset_url != new.lms.platform.keyset_url.as_str() {
        return differs("keysetUrl");
    }
    if access_token_url.is_some() && row.access_token_url != access_token_url {
        return differs("accessTokenUrl");
    }
    Ok(())
}

/// Uniqueness without a deployment can't be an index, since NULLs are distinct: a tenant has one such registration of a
/// client, or the next new deployment could go to either.
async fn refuse_second_open(tx: &Session, tenant: TenantId, platform: &ToolRegistration) -> Result<(), InsertError> {
    let statement = sql(
        tx,
        "SELECT r.id FROM registrations r
         WHERE r.tenant_id = $1 AND r.issuer = $2 AND r.client_id = $3 AND r.deleted_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.registration_id = r.id AND d.state = 'accepted')",
        [
            tenant.0.into(),
            platform.issuer.as_str().into(),
            platform.client_id.as_str().into(),
        ],
    );
    match query_first(tx, statement).await? {
        Some(row) => Err(InsertError::AlreadyOpen {
            own: RegistrationId(row.try_get("", "id")?),
        }),
        None => Ok(()),
    }
}

/// The id of a registration, if it is the tenant's.
pub(crate) fn own(owner: &registrations::Model, tenant: TenantId) -> Option<RegistrationId> {
    (owner.tenant_id == tenant.0).then_some(RegistrationId(owner.id))
}

async fn refuse_taken_deployments(
    tx: &Session,
    tenant: TenantId,
    platform: &ToolRegistration,
    deployment_ids: &[String],
    at: OffsetDateTime,
) -> Result<(), InsertError> {
    let client = (platform.issuer.as_str(), platform.client_id.as_str());
    match find_taken_for(tx, tenant, client, deployment_ids, at).await? {
        Some((deployment_id, owner)) => Err(InsertError::DeploymentTaken {
            deployment_id,
            own: own(&owner, tenant),
        }),
        None => Ok(()),
    }
}
