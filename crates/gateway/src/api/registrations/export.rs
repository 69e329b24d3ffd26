use actix_web::{HttpResponse, get, web};
use contract::RegistrationExport;

use super::{import::VERSION, wire};
use crate::{
    http::error::ApiError,
    request::authorization::{Allowed, ReadRegistrations},
    state::AppState,
};

/// Export all registrations of the organization.
///
/// One document with all registrations and their deployments, for a backup or a move: `POST /api/v1/registrations/import` takes it
/// as it is. The audit trail notes who exported.
#[utoipa::path(
    tag = "registrations", operation_id = "export_registrations",
    responses(
        (status = 200, description = "All registrations", body = RegistrationExport),
    ),
)]
#[get("/registrations/export")]
pub async fn export_registrations(
    reader: Allowed<ReadRegistrations>,
    app: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let caller = reader.caller;
    let (now, pool) = (app.clock.now(), app.blocking.clone());
    let export = move || async move {
        let found = app.store.export_registrations(caller.tenant, &caller.actor, now).await?;
        Ok(RegistrationExport {
            version: VERSION,
            exported_at: now,
            tenant_id: caller.tenant.0,
            registrations: found
                .into_iter()
                .map(|(registration, deployments)| wire::portable(registration, deployments, &app))
                .collect(),
        })
    };
    pool.answer_all(caller.tenant, export).await
}
