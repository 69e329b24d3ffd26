//! The services of LMSs that launches named. Each has an id, which is in the address that the app knows: for as long as the app's
//! deployment lives, whatever registration it has.

use std::collections::BTreeSet;

use domain::{AppDeploymentId, LmsService, LmsServiceKind, Registration, TenantId};
use sea_orm::{ConnectionTrait, EntityTrait, QueryResult};
use time::OffsetDateTime;
use url::Url;

use crate::entities::registrations;
use crate::rows::{read_url, to_micros, unreadable};
use crate::{Store, StoreError, is_storable, query_first, sql};

/// A service that a launch names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedService {
    /// The service.
    pub service: LmsService,
    /// SHA-256 of its kind and URL.
    pub url_hash: [u8; 32],
}

impl Store {
    /// Keeps a service that a launch names, with what the launch grants of it, and answers the id that it has for the app. It is
    /// [`LmsService::id`] where it is named for the first time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn name_lms_service(&self, named: &NamedService, at: OffsetDateTime) -> Result<String, StoreError> {
        let LmsService {
            id,
            app_deployment_id,
            kind,
            url,
            tenant_id,
            app_id,
            issuer,
            scopes,
            context_id,
        } = &named.service;
        let (_turn, db) = self.writing_session().await?;
        let statement = sql(
            &db,
            "INSERT INTO lms_services
                 (id, app_deployment_id, kind, url, url_hash, tenant_id, app_id, issuer, scopes, context_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (app_deployment_id, url_hash) DO UPDATE SET scopes = excluded.scopes, context_id = excluded.context_id
             RETURNING id",
            [
                id.as_str().into(),
                app_deployment_id.0.into(),
                kind_name(*kind).into(),
                url.as_str().into(),
                named.url_hash.to_vec().into(),
                tenant_id.0.into(),
                app_id.as_str().into(),
                issuer.as_str().into(),
                scopes.join(" ").into(),
                context_id.clone().into(),
                to_micros(at).into(),
            ],
        );
        let row = query_first(&db, statement).await?.ok_or(StoreError::Conflict)?;
        Ok(row.try_get("", "id")?)
    }

    /// The service with that id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_lms_service(&self, id: &str) -> Result<Option<LmsService>, StoreError> {
        if !is_storable(id) {
            return Ok(None);
        }
        let db = self.session().await?;
        let statement = sql(&db, "SELECT * FROM lms_services WHERE id = $1", [id.into()]);
        query_first(&db, statement).await?.map(|row| read(&row)).transpose()
    }

    /// The scopes that launches of a registration's deployment granted, each once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_granted_scopes(&self, registration: &Registration) -> Result<Vec<String>, StoreError> {
        let db = self.session().await?;
        let statement = "SELECT DISTINCT scopes FROM lms_services WHERE app_deployment_id = $1 AND issuer = $2";
        let values = [
            registration.app_deployment_id.0.into(),
            registration.lms.platform.issuer.as_str().into(),
        ];
        let mut scopes = BTreeSet::new();
        for row in db.query_all_raw(sql(&db, statement, values)).await? {
            let granted: String = row.try_get("", "scopes")?;
            scopes.extend(granted.split_whitespace().map(ToOwned::to_owned));
        }
        Ok(scopes.into_iter().collect())
    }

    /// The live registration that has a service now: of its deployment and issuer, and of a tenant that isn't shut out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_registration_of_service(
        &self,
        service: &LmsService,
        now: OffsetDateTime,
    ) -> Result<Option<Registration>, StoreError> {
        let db = self.session().await?;
        let statement = "SELECT r.* FROM registrations r JOIN tenants t ON t.id = r.tenant_id
            WHERE (r.app_deployment_id = $1 OR (r.id = $1 AND r.app_deployment_id IS NULL))
            AND r.tenant_id = $2 AND r.app_id = $3 AND r.issuer = $4 AND r.deleted_at IS NULL AND t.state = 'registered'";
        let values = [
            service.app_deployment_id.0.into(),
            service.tenant_id.0.into(),
            service.app_id.as_str().into(),
            service.issuer.as_str().into(),
        ];
        let rows = registrations::Entity::find()
            .from_raw_sql(sql(&db, statement, values))
            .all(&db)
            .await?;
        Ok(self.complete(&db, rows, now).await?.pop())
    }

    /// Keeps a line item of a service, and answers the id that it has for the app: `id` where it is new.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn name_line_item(
        &self,
        service: &str,
        id: &str,
        url: &Url,
        url_hash: [u8; 32],
        at: OffsetDateTime,
    ) -> Result<String, StoreError> {
        let (_turn, db) = self.writing_session().await?;
        let statement = sql(
            &db,
            "INSERT INTO lms_line_items (id, service_id, url, url_hash, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (service_id, url_hash) DO UPDATE SET url = excluded.url
             RETURNING id",
            [
                id.into(),
                service.into(),
                url.as_str().into(),
                url_hash.to_vec().into(),
                to_micros(at).into(),
            ],
        );
        let row = query_first(&db, statement).await?.ok_or(StoreError::Conflict)?;
        Ok(row.try_get("", "id")?)
    }

    /// The LMS's address of a line item, if that service has it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_line_item(&self, service: &str, id: &str) -> Result<Option<Url>, StoreError> {
        if !is_storable(service) || !is_storable(id) {
            return Ok(None);
        }
        let db = self.session().await?;
        let statement = sql(
            &db,
            "SELECT url FROM lms_line_items WHERE service_id = $1 AND id = $2",
            [service.into(), id.into()],
        );
        let row = query_first(&db, statement).await?;
        row.map(|row| read_url(&row.try_get::<String>("", "url")?)).transpose()
    }
}

/// Deletes a tenant's services.
pub(crate) async fn delete(tx: &impl ConnectionTrait, tenant: TenantId) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM lms_line_items WHERE service_id IN (SELECT id FROM lms_services WHERE tenant_id = $1)",
        "DELETE FROM lms_services WHERE tenant_id = $1",
    ] {
        tx.execute_raw(sql(tx, statement, [tenant.0.into()])).await?;
    }
    Ok(())
}

fn kind_name(kind: LmsServiceKind) -> &'static str {
    match kind {
        LmsServiceKind::Memberships => "memberships",
        LmsServiceKind::LineItems => "line_items",
    }
}

fn read(row: &QueryResult) -> Result<LmsService, StoreError> {
    let text = |name: &str| row.try_get::<String>("", name);
    let kind = match text("kind")?.as_str() {
        "memberships" => LmsServiceKind::Memberships,
        "line_items" => LmsServiceKind::LineItems,
        _ => return Err(unreadable("kind of a service")),
    };
    Ok(LmsService {
        id: text("id")?,
        app_deployment_id: AppDeploymentId(row.try_get("", "app_deployment_id")?),
        kind,
        url: read_url(&text("url")?)?,
        tenant_id: TenantId(row.try_get("", "tenant_id")?),
        app_id: text("app_id")?,
        issuer: text("issuer")?,
        scopes: text("scopes")?
            .split(' ')
            .filter(|scope| !scope.is_empty())
            .map(ToOwned::to_owned)
            .collect(),
        context_id: row.try_get("", "context_id")?,
    })
}
