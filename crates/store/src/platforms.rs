use domain::{LaunchRegistration, RegistrationId, TenantId};
use lti13::tool::ToolRegistration;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::entities::{deployments, platforms, registrations};
use crate::rows::{REJECTED, read_platform};
use crate::{Session, Store, StoreError, is_storable, sql};

mod by_issuer;

pub use by_issuer::IssuerPlatform;
#[cfg(test)]
pub(crate) use by_issuer::{ACCEPTING, ACCEPTING_OF_CONFIRMED_TENANTS, CONFIRMED, OF_CONFIRMED_TENANTS, OF_ISSUER};

/// Where a launch goes by its verified issuer, client ID and deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaunchTarget {
    /// To this registration, which accepts the deployment.
    Accepted(LaunchRegistration),
    /// Nowhere yet: the deployment waits for a decision at this registration.
    Waiting(LaunchRegistration),
    /// Nowhere: the tenant removed the deployment from this registration.
    Rejected(LaunchRegistration),
    /// Nowhere yet: no registration lists the deployment. Where the client ID is one tenant's own, it is to be noted
    /// ([`Store::note_deployment`]) at this registration; where schools share it, there is none.
    Unlisted(Option<LaunchRegistration>),
    /// Nowhere: registrations of this client were there and are deleted.
    Deleted,
    /// Nowhere: this client was never registered.
    Unknown,
}

/// A registration of the tenant whose platform nearly is the one that a refused launch named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// The registration.
    pub registration_id: RegistrationId,
    /// In what it differs.
    pub difference: Difference,
}

/// In what a registration differs from a launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The issuer has a slash at the end on one side only.
    TrailingSlash,
    /// The issuer begins with http on one side and https on the other.
    Scheme,
    /// Same issuer, another client ID.
    ClientId,
}

impl Store {
    /// The live platform of an issuer and a client ID. What changed within the last two seconds may be missing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_platform(&self, issuer: &str, client_id: &str) -> Result<Option<ToolRegistration>, StoreError> {
        if !is_storable(issuer) || !is_storable(client_id) {
            return Ok(None);
        }
        if let Some(known) = self.launch_cache.platform(issuer, client_id).await {
            return Ok(Some(known));
        }
        let db = self.session().await?;
        let row = platforms::Entity::find_by_id((issuer.to_owned(), client_id.to_owned()))
            .one(&db)
            .await?;
        let found = row.map(read).transpose()?;
        if let Some(platform) = &found {
            self.launch_cache.insert_platform(platform).await;
        }
        Ok(found)
    }

    /// Whether there were registrations of this client, all of which are deleted, provided that none is live.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn was_deleted(&self, issuer: &str, client_id: &str) -> Result<bool, StoreError> {
        if !is_storable(issuer) || !is_storable(client_id) {
            return Ok(false);
        }
        was_deleted(&self.session().await?, issuer, client_id).await
    }

    /// Where a launch with these verified values went lately, if anywhere. It may be out of date: only
    /// [`Store::record_launch`] decides, and nothing may be refused because of it.
    pub async fn cached_launch_target(&self, issuer: &str, client_id: &str, deployment_id: &str) -> Option<LaunchRegistration> {
        self.launch_cache.target(issuer, client_id, deployment_id).await
    }

    /// Where a launch with these verified values goes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_launch_target(
        &self,
        issuer: &str,
        client_id: &str,
        deployment_id: &str,
    ) -> Result<LaunchTarget, StoreError> {
        if !is_storable(issuer) || !is_storable(client_id) || !is_storable(deployment_id) {
            return Ok(LaunchTarget::Unknown);
        }
        let db = self.session().await?;
        if let Some(row) = find_accepting(&db, issuer, client_id, deployment_id).await? {
            let registration = row.read_for_launch()?;
            self.launch_cache.insert_target(&registration, deployment_id).await;
            return Ok(LaunchTarget::Accepted(registration));
        }
        self.launch_cache.invalidate_target(issuer, client_id, deployment_id).await;
        let platform = platforms::Entity::find_by_id((issuer.to_owned(), client_id.to_owned()))
            .one(&db)
            .await?;
        match platform {
            None if was_deleted(&db, issuer, client_id).await? => Ok(LaunchTarget::Deleted),
            None => Ok(LaunchTarget::Unknown),
            Some(platform) if platform.tenant_id.is_none() => Ok(LaunchTarget::Unlisted(None)),
            Some(_) => find_undecided(&db, issuer, client_id, deployment_id).await,
        }
    }

    /// The tenant's own registrations that a refused launch nearly named, the likeliest first, at most five.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_near_misses(&self, tenant: TenantId, issuer: &str, client_id: &str) -> Result<Vec<NearMiss>, StoreError> {
        if !is_storable(issuer) || !is_storable(client_id) {
            return Ok(Vec::new());
        }
        let slash = toggle_slash(issuer);
        let scheme = toggle_scheme(issuer);
        let db = self.session().await?;
        let statement = sql(
            &db,
            "SELECT * FROM registrations WHERE tenant_id = $1 AND deleted_at IS NULL
             AND ((issuer IN ($2, $3) AND client_id = $4) OR (issuer = $5 AND client_id <> $4))
             ORDER BY CASE WHEN client_id = $4 THEN 0 ELSE 1 END, created_at DESC, id LIMIT 5",
            [
                tenant.0.into(),
                slash.as_str().into(),
                scheme.as_str().into(),
                client_id.into(),
                issuer.into(),
            ],
        );
        let rows = registrations::Entity::find().from_raw_sql(statement).all(&db).await?;
        let near = rows.into_iter().map(|row| NearMiss {
            registration_id: RegistrationId(row.id),
            difference: match row.issuer {
                seen if seen == issuer => Difference::ClientId,
                seen if seen == slash => Difference::TrailingSlash,
                _ => Difference::Scheme,
            },
        });
        Ok(near.collect())
    }
}

async fn find_accepting(
    db: &Session,
    issuer: &str,
    client_id: &str,
    deployment_id: &str,
) -> Result<Option<registrations::Model>, StoreError> {
    let statement = sql(
        db,
        "SELECT r.* FROM deployments d JOIN registrations r ON r.id = d.registration_id
         WHERE d.issuer = $1 AND d.client_id = $2 AND d.deployment_id = $3 AND d.state = 'accepted' AND r.deleted_at IS NULL",
        [issuer.into(), client_id.into(), deployment_id.into()],
    );
    Ok(registrations::Entity::find().from_raw_sql(statement).all(db).await?.pop())
}

/// The client is one tenant's own: what that tenant's registrations know of the deployment, else which one is to note
/// it: one that takes any, then one that has no deployment yet, then the oldest.
async fn find_undecided(db: &Session, issuer: &str, client_id: &str, deployment_id: &str) -> Result<LaunchTarget, StoreError> {
    let noted = deployments::Entity::find()
        .filter(deployments::Column::Issuer.eq(issuer))
        .filter(deployments::Column::ClientId.eq(client_id))
        .filter(deployments::Column::DeploymentId.eq(deployment_id))
        .order_by_asc(deployments::Column::FirstSeenAt)
        .one(db)
        .await?;
    if let Some(noted) = noted {
        let row = registrations::Entity::find_by_id(noted.registration_id).one(db).await?;
        return match row {
            None => Ok(LaunchTarget::Deleted),
            Some(row) if noted.state == REJECTED => row.read_for_launch().map(LaunchTarget::Rejected),
            Some(row) => row.read_for_launch().map(LaunchTarget::Waiting),
        };
    }
    let statement = sql(
        db,
        "SELECT r.* FROM registrations r WHERE r.issuer = $1 AND r.client_id = $2 AND r.deleted_at IS NULL
         ORDER BY r.accept_any_deployment DESC,
             EXISTS (SELECT 1 FROM deployments d WHERE d.registration_id = r.id AND d.state = 'accepted'), r.created_at, r.id
         LIMIT 1",
        [issuer.into(), client_id.into()],
    );
    let row = registrations::Entity::find().from_raw_sql(statement).all(db).await?.pop();
    row.map_or(Ok(LaunchTarget::Deleted), |row| {
        Ok(LaunchTarget::Unlisted(Some(row.read_for_launch()?)))
    })
}

async fn was_deleted(db: &Session, issuer: &str, client_id: &str) -> Result<bool, StoreError> {
    let deleted = registrations::Entity::find()
        .filter(registrations::Column::Issuer.eq(issuer))
        .filter(registrations::Column::ClientId.eq(client_id))
        .filter(registrations::Column::DeletedAt.is_not_null())
        .one(db)
        .await?;
    Ok(deleted.is_some())
}

fn toggle_slash(issuer: &str) -> String {
    issuer.strip_suffix('/').map_or_else(|| format!("{issuer}/"), str::to_owned)
}

fn toggle_scheme(issuer: &str) -> String {
    match issuer.split_once("://") {
        Some(("https", rest)) => format!("http://{rest}"),
        Some(("http", rest)) => format!("https://{rest}"),
        _ => issuer.to_owned(),
    }
}

fn read(row: platforms::Model) -> Result<ToolRegistration, StoreError> {
    read_platform(row.issuer, row.client_id, &row.authentication_url, &row.keyset_url)
}
