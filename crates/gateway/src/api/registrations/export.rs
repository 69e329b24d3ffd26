use actix_web::{HttpResponse, get, web};
use contract::{PortableDeployment, PortableRegistration, RegistrationExport};
use domain::{Deployment, Registration};

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
                .map(|(registration, deployments)| portable(registration, deployments))
                .collect(),
        })
    };
    pool.answer_all(caller.tenant, export).await
}

fn portable(registration: Registration, deployments: Vec<Deployment>) -> PortableRegistration {
    let Registration {
        id,
        tenant_id: _,
        name,
        app_id,
        family,
        platform:
            lti13::tool::ToolRegistration {
                issuer,
                client_id,
                authentication_url,
                keyset_url,
            },
        access_token_url,
        access_token_audience,
        deployment_ids: _,
        allow_anonymous,
        accept_any_deployment,
        created_at,
        created_by: _,
        last_launch_at: _,
        health: _,
        failure: _,
        waiting_deployments: _,
    } = registration;
    PortableRegistration {
        id: id.0,
        created_at,
        name,
        app_id,
        platform: family.id().to_owned(),
        issuer,
        client_id,
        deployments: deployments
            .into_iter()
            .map(|deployment| PortableDeployment {
                deployment_id: deployment.deployment_id,
                state: wire::deployment_state(deployment.state),
            })
            .collect(),
        authentication_url: authentication_url.into(),
        keyset_url: keyset_url.into(),
        access_token_url: access_token_url.map(Into::into),
        access_token_audience,
        allow_anonymous,
        accept_any_deployment,
    }
}
