//! Claims to an LMS: to an issuer with a client ID, or to a deployment of one that schools share. The operator can list and release them.
//! The claims of a tenant that is shut out don't block others.

use domain::{Actor, ActorKind, AuditAction, Contest, RegistrationId, Subject, TenantId, TenantState};
use lti13::tool::ToolRegistration;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryResult};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::entities::{deployments, platforms};
use crate::registrations::retire;
use crate::rows::{ACCEPTED, from_micros, read_tenant_state};
use crate::{Session, Store, StoreError, audit, is_storable, locking_sql, query_first, sql, tenants};

/// An LMS's client, and who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// True where one tenant has all of it; else schools share it, and have single deployments of it.
    pub is_private: bool,
    /// The live registrations that have it, the oldest first.
    pub holders: Vec<ClaimHolder>,
}

/// A live registration that has an LMS's client, or a deployment of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimHolder {
    /// The tenant that has the registration.
    pub tenant_id: TenantId,
    /// That tenant's name.
    pub tenant_name: String,
    /// Where that tenant stands.
    pub tenant_state: TenantState,
    /// The registration.
    pub registration_id: RegistrationId,
    /// Its name.
    pub name: String,
    /// When it was added.
    pub created_at: OffsetDateTime,
    /// When somebody last launched it.
    pub last_launch_at: Option<OffsetDateTime>,
    /// How many of the deployments that were asked for it accepts.
    pub accepted: u32,
    /// For how many of these a launch was signed by the issuer's own keys.
    pub confirmed: u32,
    /// When the first of these launches was.
    pub confirmed_at: Option<OffsetDateTime>,
}

/// A claim to take away from a tenant.
#[derive(Clone, Copy, Debug)]
pub struct Release<'a> {
    /// The LMS's issuer.
    pub issuer: &'a str,
    /// Its client ID.
    pub client_id: &'a str,
    /// One deployment only, where schools share the client ID.
    pub deployment_id: Option<&'a str>,
    /// The tenant that has it.
    pub holder: TenantId,
    /// For whom it is taken away, if for somebody.
    pub beneficiary: Option<TenantId>,
}

/// Why nothing was taken away.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// That tenant doesn't have it.
    #[error("the tenant has no such registration")]
    NotHeld,
    /// One tenant has all deployments of the client: one of them alone can't be given to another.
    #[error("the client ID is one tenant's own")]
    ClientIsPrivate,
    /// The tenant for which it would be taken away isn't registered.
    #[error("there is no such tenant to release it for")]
    BeneficiaryNotFound,
    /// The store couldn't answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for ReleaseError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Finds the holders of the client, or with `deployment_id` those that accept that deployment of it; `None` when no live
    /// registration has the client.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_claim(
        &self,
        issuer: &str,
        client_id: &str,
        deployment_id: Option<&str>,
    ) -> Result<Option<Claim>, StoreError> {
        if ![Some(issuer), Some(client_id), deployment_id]
            .into_iter()
            .flatten()
            .all(is_storable)
        {
            return Ok(None);
        }
        let db = self.session().await?;
        let platform = platforms::Entity::find_by_id((issuer.to_owned(), client_id.to_owned()))
            .one(&db)
            .await?;
        let Some(platform) = platform else { return Ok(None) };
        Ok(Some(Claim {
            is_private: platform.tenant_id.is_some(),
            holders: find_holders(&db, issuer, client_id, deployment_id).await?,
        }))
    }

    /// Takes a client, or a deployment of one that schools share, away from a tenant: its registrations of the client end, or its
    /// registration stops to accept the deployment, at once and on every instance. The trails of both tenants tell of it. Answers
    /// which registrations it was; a rehearsal changes nothing.
    ///
    /// # Errors
    /// [`ReleaseError`].
    pub async fn release_claim(
        &self,
        release: &Release<'_>,
        rehearsal: bool,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<Vec<ClaimHolder>, ReleaseError> {
        let Release {
            issuer,
            client_id,
            deployment_id,
            holder,
            beneficiary,
        } = *release;
        if ![Some(issuer), Some(client_id), deployment_id]
            .into_iter()
            .flatten()
            .all(is_storable)
        {
            return Err(ReleaseError::NotHeld);
        }
        let (_turn, tx) = self.begin().await?;
        if let Some(beneficiary) = beneficiary
            && !tenants::lock(&tx, beneficiary, "FOR SHARE").await?
        {
            return Err(ReleaseError::BeneficiaryNotFound);
        }
        let is_private = lock_platform(&tx, issuer, client_id).await?.ok_or(ReleaseError::NotHeld)?;
        let mut holders = find_holders(&tx, issuer, client_id, None).await?;
        holders.retain(|registration| registration.tenant_id == holder);
        match deployment_id {
            Some(_) if is_private && !holders.is_empty() => return Err(ReleaseError::ClientIsPrivate),
            Some(_) => {
                holders = find_holders(&tx, issuer, client_id, deployment_id).await?;
                holders.retain(|registration| registration.tenant_id == holder);
            }
            None => {}
        }
        if holders.is_empty() {
            return Err(ReleaseError::NotHeld);
        }
        for registration in &holders {
            match deployment_id {
                Some(deployment) => {
                    let action = AuditAction::DeploymentReleased;
                    release_deployment(&tx, holder, registration.registration_id, deployment, action, by, at).await?;
                }
                None => {
                    let action = AuditAction::RegistrationReleased;
                    retire(&tx, holder, registration.registration_id, None, action, by, at).await?;
                }
            }
        }
        if let Some(beneficiary) = beneficiary {
            let subject = deployment_id.map_or(Subject::Tenant(beneficiary), |id| Subject::Deployment {
                registration: None,
                id: id.to_owned(),
            });
            audit::insert(&tx, beneficiary, by, AuditAction::ClientReleased, subject, at).await?;
        }
        if rehearsal {
            tx.rollback().await?;
        } else {
            tx.commit().await?;
            self.launch_cache.invalidate_platforms();
        }
        Ok(holders)
    }
}

/// Ends the registrations of a client that only tenants have that are shut out; whether there were any. The caller holds the
/// platform's row.
pub(crate) async fn release_client_of_shut_out(
    tx: &Session,
    platform: &ToolRegistration,
    at: OffsetDateTime,
) -> Result<bool, StoreError> {
    let statement = "SELECT r.id, r.tenant_id FROM registrations r
        WHERE r.issuer = $1 AND r.client_id = $2 AND r.deleted_at IS NULL AND NOT EXISTS
            (SELECT 1 FROM registrations o JOIN tenants t ON t.id = o.tenant_id AND t.state = 'registered'
             WHERE o.issuer = $1 AND o.client_id = $2 AND o.deleted_at IS NULL)";
    let values = [platform.issuer.as_str().into(), platform.client_id.as_str().into()];
    let rows = tx.query_all_raw(sql(tx, statement, values)).await?;
    for row in &rows {
        let (id, tenant): (Uuid, Uuid) = (row.try_get("", "id")?, row.try_get("", "tenant_id")?);
        let (id, tenant, action) = (RegistrationId(id), TenantId(tenant), AuditAction::RegistrationReleased);
        retire(tx, tenant, id, None, action, &gateway(), at).await?;
    }
    Ok(!rows.is_empty())
}

/// Takes deployments away from registrations of tenants that are shut out; whether there were any. The caller holds the platform's
/// row.
pub(crate) async fn release_deployments_of_shut_out(
    tx: &Session,
    issuer: &str,
    client_id: &str,
    deployment_ids: &[String],
    at: OffsetDateTime,
) -> Result<bool, StoreError> {
    let taken = deployments::Entity::find()
        .filter(deployments::Column::Issuer.eq(issuer))
        .filter(deployments::Column::ClientId.eq(client_id))
        .filter(deployments::Column::State.eq(ACCEPTED))
        .filter(deployments::Column::DeploymentId.is_in(deployment_ids))
        .all(tx)
        .await?;
    let mut released = false;
    for deployment in taken {
        let statement = "SELECT r.tenant_id FROM registrations r JOIN tenants t ON t.id = r.tenant_id AND t.state <> 'registered'
            WHERE r.id = $1";
        let owner = query_first(tx, sql(tx, statement, [deployment.registration_id.into()])).await?;
        if let Some(owner) = owner {
            let (tenant, registration) = (
                TenantId(owner.try_get("", "tenant_id")?),
                RegistrationId(deployment.registration_id),
            );
            let (deployment_id, action) = (&deployment.deployment_id, AuditAction::DeploymentReleased);
            release_deployment(tx, tenant, registration, deployment_id, action, &gateway(), at).await?;
            released = true;
        }
    }
    Ok(released)
}

/// Takes away from other tenants what a launch proved to be the contender's: their registrations of the client, or of a client that
/// schools share the deployment.
pub(crate) async fn release_contested(
    tx: &Session,
    contest: &Contest,
    deployment_id: &str,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let platform = &contest.new.lms.platform;
    let (issuer, client_id) = (platform.issuer.as_str(), platform.client_id.as_str());
    lock_platform(tx, issuer, client_id).await?;
    let deployment = contest.new.client_is_shared().then_some(deployment_id);
    let mut holders = find_holders(tx, issuer, client_id, deployment).await?;
    holders.retain(|holder| holder.tenant_id != contest.tenant_id);
    let (action, by) = (AuditAction::ClaimLost, gateway());
    for holder in holders {
        let (tenant, registration) = (holder.tenant_id, holder.registration_id);
        match deployment {
            Some(deployment) => release_deployment(tx, tenant, registration, deployment, action, &by, at).await?,
            None => {
                retire(tx, tenant, registration, None, action, &by, at).await?;
            }
        }
    }
    Ok(())
}

async fn release_deployment(
    tx: &Session,
    tenant: TenantId,
    registration: RegistrationId,
    deployment_id: &str,
    action: AuditAction,
    by: &Actor,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    deployments::Entity::delete_by_id((registration.0, deployment_id.to_owned()))
        .exec(tx)
        .await?;
    let subject = Subject::Deployment {
        registration: Some(registration),
        id: deployment_id.to_owned(),
    };
    audit::insert(tx, tenant, by, action, subject, at).await
}

/// Holds the platform's row until the transaction ends; whether it is one tenant's own, `None` when there is none.
async fn lock_platform(tx: &Session, issuer: &str, client_id: &str) -> Result<Option<bool>, StoreError> {
    let statement = "SELECT tenant_id FROM platforms WHERE issuer = $1 AND client_id = $2";
    let values = [issuer.into(), client_id.into()];
    let Some(row) = query_first(tx, locking_sql(tx, statement, "FOR UPDATE", values)).await? else {
        return Ok(None);
    };
    Ok(Some(row.try_get::<Option<Uuid>>("", "tenant_id")?.is_some()))
}

async fn find_holders(
    db: &impl ConnectionTrait,
    issuer: &str,
    client_id: &str,
    deployment_id: Option<&str>,
) -> Result<Vec<ClaimHolder>, StoreError> {
    let wanted = deployment_id.map_or("", |_| "AND d.deployment_id = $3");
    let having = deployment_id.map_or("", |_| "HAVING COUNT(d.deployment_id) > 0");
    let statement = format!(
        "SELECT r.id, r.name, r.created_at, r.last_launch_at, r.tenant_id, t.display_name, t.state,
             COUNT(d.deployment_id) AS accepted, COUNT(d.confirmed_at) AS confirmed, MIN(d.confirmed_at) AS confirmed_at
         FROM registrations r JOIN tenants t ON t.id = r.tenant_id
             LEFT JOIN deployments d ON d.registration_id = r.id AND d.state = 'accepted' {wanted}
         WHERE r.issuer = $1 AND r.client_id = $2 AND r.deleted_at IS NULL
         GROUP BY r.id, r.name, r.created_at, r.last_launch_at, r.tenant_id, t.display_name, t.state {having}
         ORDER BY r.created_at, r.id"
    );
    let values = [issuer.into(), client_id.into()]
        .into_iter()
        .chain(deployment_id.map(Into::into));
    let rows = db.query_all_raw(sql(db, &statement, values)).await?;
    rows.iter().map(read_holder).collect()
}

fn read_holder(row: &QueryResult) -> Result<ClaimHolder, StoreError> {
    let count = |column| -> Result<u32, StoreError> { Ok(u32::try_from(row.try_get::<i64>("", column)?).unwrap_or(u32::MAX)) };
    let last_launch_at: i64 = row.try_get("", "last_launch_at")?;
    let confirmed_at: Option<i64> = row.try_get("", "confirmed_at")?;
    Ok(ClaimHolder {
        tenant_id: TenantId(row.try_get("", "tenant_id")?),
        tenant_name: row.try_get("", "display_name")?,
        tenant_state: read_tenant_state(&row.try_get::<String>("", "state")?)?,
        registration_id: RegistrationId(row.try_get("", "id")?),
        name: row.try_get("", "name")?,
        created_at: from_micros(row.try_get("", "created_at")?)?,
        last_launch_at: (last_launch_at != 0).then(|| from_micros(last_launch_at)).transpose()?,
        accepted: count("accepted")?,
        confirmed: count("confirmed")?,
        confirmed_at: confirmed_at.map(from_micros).transpose()?,
    })
}

/// The actor where another tenant's registration takes the place of one that is shut out: the other tenant isn't named.
fn gateway() -> Actor {
    Actor {
        id: "gateway".to_owned(),
        name: "The LMS Gateway".to_owned(),
        kind: ActorKind::App,
    }
}
