//! Logins without a client ID. Nothing in them is signed, and anybody may register any issuer with an invented client ID, so deployments
//! that the issuer confirmed by a launch take precedence over those that were only entered.
//!
//! Anybody may send such logins, without a limit: no statement here may take longer than one scan of a tenant's registrations.

use domain::presets;
use lti13::tool::ToolRegistration;
use sea_orm::{EntityTrait, Value};

use super::read;
use crate::entities::platforms;
use crate::{Session, Store, StoreError, is_storable, sql};

/// Which platform a login means that names no client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerPlatform {
    /// This one.
    Only(Box<ToolRegistration>),
    /// Several of the issuer's, or none of them: only a client ID can tell.
    Ambiguous,
    /// None: nobody registered the issuer.
    Unknown,
}

/// The issuer's platforms. Tenants that were shut out have no part in any of these: their launches are refused.
pub(crate) const OF_ISSUER: &str = "SELECT p.* FROM platforms p WHERE p.issuer = $1 AND EXISTS
         (SELECT 1 FROM registrations r JOIN tenants t ON t.id = r.tenant_id AND t.state = 'registered'
          WHERE r.issuer = p.issuer AND r.client_id = p.client_id AND r.deleted_at IS NULL)
     LIMIT 2";

macro_rules! of_deployment {
    ($confirmed:literal) => {
        concat!(
            "SELECT p.* FROM deployments d JOIN platforms p ON p.issuer = d.issuer AND p.client_id = d.client_id
                 JOIN registrations r ON r.id = d.registration_id AND r.deleted_at IS NULL
                 JOIN tenants t ON t.id = r.tenant_id AND t.state = 'registered'
             WHERE d.issuer = $1 AND d.deployment_id = $2 AND d.state = 'accepted' ",
            $confirmed,
            " LIMIT 2"
        )
    };
}

/// Those that accept the deployment.
pub(crate) const ACCEPTING: &str = of_deployment!("");

/// Those for which a launch confirmed the deployment.
pub(crate) const CONFIRMED: &str = of_deployment!("AND d.confirmed_at IS NOT NULL");

// CROSS JOIN, which SQLite takes in its order: platforms of other organizations are not even read.
macro_rules! of_confirmed_tenants {
    ($deployments:literal, $accepting:literal) => {
        concat!(
            "WITH confirmed AS
                 (SELECT DISTINCT r.tenant_id FROM deployments d
                  JOIN registrations r ON r.id = d.registration_id AND r.deleted_at IS NULL
                  JOIN tenants t ON t.id = r.tenant_id AND t.state = 'registered'
                  WHERE d.issuer = $1 AND d.confirmed_at IS NOT NULL AND d.state = 'accepted')
             SELECT p.* FROM confirmed CROSS JOIN platforms p ",
            $deployments,
            " WHERE p.issuer = $1 AND p.tenant_id = confirmed.tenant_id ",
            $accepting,
            " LIMIT 2"
        )
    };
}

/// Those of tenants for which a launch confirmed some deployment of the issuer.
pub(crate) const OF_CONFIRMED_TENANTS: &str = of_confirmed_tenants!("", "");

/// Those of the same tenants that accept the deployment.
pub(crate) const ACCEPTING_OF_CONFIRMED_TENANTS: &str = of_confirmed_tenants!(
    "CROSS JOIN deployments d",
    "AND d.issuer = p.issuer AND d.client_id = p.client_id AND d.deployment_id = $2 AND d.state = 'accepted'"
);

impl Store {
    /// The live platform that a login means which names an issuer, and perhaps a deployment, but no client.
    ///
    /// The issuer's only one is it. Of several it is the one for which a launch confirmed the deployment; else one of the tenants
    /// for which a launch confirmed any: the one that accepts the deployment, or the only one. Only where nobody is confirmed, or
    /// schools share the issuer, so that one that never launched is as likely, it is the one that accepts the deployment, whosever
    /// that is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_platform_by_issuer(&self, issuer: &str, deployment_id: Option<&str>) -> Result<IssuerPlatform, StoreError> {
        if !is_storable(issuer) {
            return Ok(IssuerPlatform::Unknown);
        }
        let db = self.session().await?;
        let found = find_two(&db, OF_ISSUER, [issuer.into()]).await?;
        if found.is_empty() {
            return Ok(IssuerPlatform::Unknown);
        }
        if found.len() == 1 {
            return Ok(only(found));
        }
        let deployment_id = deployment_id.filter(|id| is_storable(id));
        let of_deployment = async |statement| match deployment_id {
            Some(id) => find_two(&db, statement, [issuer.into(), id.into()]).await,
            None => Ok(Vec::new()),
        };
        let confirmed = of_deployment(CONFIRMED).await?;
        if !confirmed.is_empty() {
            return Ok(only(confirmed));
        }
        if presets::owner_by_issuer(issuer).is_none() {
            let of_tenants = find_two(&db, OF_CONFIRMED_TENANTS, [issuer.into()]).await?;
            match of_tenants.len() {
                0 => {}
                1 => return Ok(only(of_tenants)),
                _ => return Ok(only(of_deployment(ACCEPTING_OF_CONFIRMED_TENANTS).await?)),
            }
        }
        Ok(only(of_deployment(ACCEPTING).await?))
    }
}

/// Two are as good as many.
async fn find_two(
    db: &Session,
    statement: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<ToolRegistration>, StoreError> {
    let statement = sql(db, statement, values);
    let rows = platforms::Entity::find().from_raw_sql(statement).all(db).await?;
    rows.into_iter().map(read).collect()
}

fn only(mut candidates: Vec<ToolRegistration>) -> IssuerPlatform {
    match candidates.pop() {
        Some(only) if candidates.is_empty() => IssuerPlatform::Only(Box::new(only)),
        _ => IssuerPlatform::Ambiguous,
    }
}
