use domain::{AuditAction, LaunchRegistration, TenantId};
use lti13::tool::ToolRegistration;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;

use crate::entities::{audit_events, deployments, platforms, registrations};
use crate::rows::{REJECTED, from_micros, read_platform};
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

/// A registration of the tenant that a refused launch nearly named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// Its name.
    pub name: String,
    /// In what it differs.
    pub difference: Difference,
    /// True if launches of it were accepted: it works as it is.
    pub works: bool,
}

/// In what a registration differs from a launch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// In nothing, but it was deleted.
    Deleted {
        /// When.
        at: OffsetDateTime,
        /// By whom, as the audit trail names them.
        by: Option<String>,
    },
    /// The issuer has a slash at the end on one side only.
    TrailingSlash,
    /// The issuer begins with http on one side and https on the other.
    Scheme,
    /// The issuer has other capital letters.
    Capitals,
    /// The issuer's host begins with www on one side only.
    Www,
    /// The issuer has another port.
    Port,
    /// The issuer has another path.
    Path,
    /// Several of these.
    Issuer,
    /// Same issuer, another client ID.
    ClientId,
}

impl Store {
    /// The live platform of an issuer and a client ID. Changes of the last two seconds may be missing.
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

    /// True if there were registrations of this client, all of which are deleted, provided that none is live.
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

    /// The tenant's own registration that a refused launch most probably meant: a deleted one of that very client, then one of the same client ID
    /// whose issuer is written in another way, then one of the same issuer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_near_miss(&self, tenant: TenantId, issuer: &str, client_id: &str) -> Result<Option<NearMiss>, StoreError> {
        if !is_storable(issuer) || !is_storable(client_id) {
            return Ok(None);
        }
        let db = self.session().await?;
        let statement = sql(
            &db,
            "SELECT * FROM registrations WHERE tenant_id = $1
             AND ((client_id = $2 AND deleted_at IS NULL) OR (issuer = $3 AND (client_id = $2 OR deleted_at IS NULL)))
             ORDER BY CASE WHEN client_id = $2 THEN 0 ELSE 1 END, created_at DESC, id LIMIT 200",
            [tenant.0.into(), client_id.into(), issuer.into()],
        );
        let rows = registrations::Entity::find().from_raw_sql(statement).all(&db).await?;
        let is_hit = |row: &registrations::Model| row.issuer == issuer && row.client_id == client_id;
        if rows.iter().any(|row| is_hit(row) && row.deleted_at.is_none()) {
            return Ok(None);
        }
        if let Some((row, at)) = rows
            .iter()
            .filter(|row| is_hit(row))
            .find_map(|row| Some((row, row.deleted_at?)))
        {
            let difference = Difference::Deleted {
                at: from_micros(at)?,
                by: who_deleted(&db, tenant, row.id).await?,
            };
            return Ok(Some(near_miss(row, difference)));
        }
        let of_client = rows.iter().filter(|row| row.client_id == client_id);
        let similar = of_client.filter_map(|row| Some((row, compare_issuers(&row.issuer, issuer)?)));
        let of_issuer = rows.iter().filter(|row| row.issuer == issuer);
        let nearest = similar.chain(of_issuer.map(|row| (row, Difference::ClientId))).next();
        Ok(nearest.map(|(row, difference)| near_miss(row, difference)))
    }
}

fn near_miss(row: &registrations::Model, difference: Difference) -> NearMiss {
    NearMiss {
        name: row.name.clone(),
        difference,
        works: row.last_launch_at > 0,
    }
}

async fn who_deleted(db: &Session, tenant: TenantId, registration: Uuid) -> Result<Option<String>, StoreError> {
    let deleted = [AuditAction::RegistrationDeleted, AuditAction::RegistrationReleased].map(AuditAction::code);
    let event = audit_events::Entity::find()
        .filter(audit_events::Column::TenantId.eq(tenant.0))
        .filter(audit_events::Column::RegistrationId.eq(registration))
        .filter(audit_events::Column::Action.is_in(deleted))
        .order_by_desc(audit_events::Column::At)
        .one(db)
        .await?;
    Ok(event.map(|event| event.by_name))
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

/// In what two issuers of one LMS differ; `None` for two LMSs.
fn compare_issuers(registered: &str, sent: &str) -> Option<Difference> {
    let same = |change: fn(&str) -> String| change(registered) == change(sent);
    if same(|issuer| issuer.trim_end_matches('/').to_owned()) {
        return Some(Difference::TrailingSlash);
    }
    if same(|issuer| issuer.replacen("http://", "https://", 1)) {
        return Some(Difference::Scheme);
    }
    if same(str::to_lowercase) {
        return Some(Difference::Capitals);
    }
    let (registered, sent) = (Url::parse(registered).ok()?, Url::parse(sent).ok()?);
    let host = |url: &Url| Some(url.host_str()?.trim_start_matches("www.").to_owned());
    if host(&registered)? != host(&sent)? {
        return None;
    }
    let differ = [
        (registered.host() != sent.host(), Difference::Www),
        (registered.scheme() != sent.scheme(), Difference::Scheme),
        (registered.port() != sent.port(), Difference::Port),
        (registered.path() != sent.path(), Difference::Path),
    ];
    let mut differences = differ
        .into_iter()
        .filter(|(differs, _)| *differs)
        .map(|(_, difference)| difference);
    let first = differences.next()?;
    Some(if differences.next().is_some() {
        Difference::Issuer
    } else {
        first
    })
}

fn read(row: platforms::Model) -> Result<ToolRegistration, StoreError> {
    read_platform(row.issuer, row.client_id, &row.authentication_url, &row.keyset_url)
}
