//! The deployments of apps: what stays the same of a registration when it is replaced.

use domain::{AppDeploymentId, NewRegistration, RegistrationId, TenantId};

use crate::entities::registrations;
use crate::{Session, Store, StoreError, query_first, sql};

impl Store {
    /// True if a live registration of the app has this deployment, of a tenant that isn't shut out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_app_deployment(&self, app_id: &str, deployment: AppDeploymentId) -> Result<bool, StoreError> {
        let db = self.session().await?;
        let statement = "SELECT r.id FROM registrations r JOIN tenants t ON t.id = r.tenant_id
            WHERE r.app_id = $1 AND (r.app_deployment_id = $2 OR (r.id = $2 AND r.app_deployment_id IS NULL))
            AND r.deleted_at IS NULL AND t.state = 'registered'";
        let found = query_first(&db, sql(&db, statement, [app_id.into(), deployment.0.into()])).await?;
        Ok(found.is_some())
    }
}

/// The deployment that a new registration is: of the one that it replaces, where app and issuer stay; else of the last one of that app
/// and client that the tenant deleted; else a new one. The caller holds the platform's row, and what is replaced has ended.
pub(crate) async fn inherit(
    tx: &Session,
    tenant: TenantId,
    id: RegistrationId,
    new: &NewRegistration,
) -> Result<AppDeploymentId, StoreError> {
    let (issuer, client_id) = (new.lms.platform.issuer.as_str(), new.lms.platform.client_id.as_str());
    let free = "r.tenant_id = $1 AND r.app_id = $2 AND r.issuer = $3 AND r.deleted_at IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM registrations live WHERE live.deleted_at IS NULL AND live.app_deployment_id = COALESCE(r.app_deployment_id, r.id))";
    let common = || vec![tenant.0.into(), new.app_id.as_str().into(), issuer.into()];
    let select = "SELECT COALESCE(r.app_deployment_id, r.id) AS deployment FROM registrations r WHERE";
    if let Some(replaced) = new.replaces {
        let statement = format!("{select} {free} AND r.id = $4");
        let values = [common(), vec![replaced.0.into()]].concat();
        if let Some(row) = query_first(tx, sql(tx, &statement, values)).await? {
            return Ok(AppDeploymentId(row.try_get("", "deployment")?));
        }
    }
    let statement = format!("{select} {free} AND r.client_id = $4 ORDER BY r.deleted_at DESC, r.id DESC LIMIT 1");
    let values = [common(), vec![client_id.into()]].concat();
    match query_first(tx, sql(tx, &statement, values)).await? {
        Some(row) => Ok(AppDeploymentId(row.try_get("", "deployment")?)),
        None => Ok(AppDeploymentId(id.0)),
    }
}

impl registrations::Model {
    /// Rows of the version before have none.
    pub(crate) fn app_deployment(&self) -> AppDeploymentId {
        AppDeploymentId(self.app_deployment_id.unwrap_or(self.id))
    }
}
