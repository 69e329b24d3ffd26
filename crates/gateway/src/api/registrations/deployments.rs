use actix_web::{HttpResponse, delete, get, http::header, post, web};
use contract::{Deployment, DeploymentPage, NewDeployment, Problem};
use domain::{RegistrationId, TenantId};
use messages::api;
use serde::Deserialize;
use store::{AcceptError, Store};

use super::{create, not_found, registration_id, wire};
use crate::{
    http::{error::ApiError, language::AcceptLanguage},
    request::{
        authorization::{Allowed, ReadRegistrations, WriteRegistrations},
        body::{Body, Id, Query},
    },
    state::AppState,
};

/// List a registration's deployments, also those that wait for a decision.
///
/// A deployment that a correctly signed launch named waits here, where the client ID is private to the organization.
#[utoipa::path(
    tag = "deployments", operation_id = "list_deployments",
    params(("id" = uuid::Uuid, Path, description = "The registration's id")),
    responses(
        (status = 200, description = "All deployments", body = DeploymentPage),
        (status = 404, description = "No such registration", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[get("/registrations/{id}/deployments")]
pub async fn list_deployments(
    reader: Allowed<ReadRegistrations>,
    app: web::Data<AppState>,
    id: Id,
) -> Result<HttpResponse, ApiError> {
    let tenant = reader.caller.tenant;
    let id = registration_id(id)?;
    let read = move |store: Store| async move { store.list_deployments(tenant, id).await };
    let present = |found: Option<Vec<_>>| {
        let value = found.ok_or_else(not_found)?;
        Ok(DeploymentPage {
            value: value.into_iter().map(wire::deployment).collect(),
            next_link: None,
        })
    };
    app.blocking.answer_rows(&app.store, tenant, read, present).await
}

/// Accept a deployment: one that waits, or one that is entered by hand.
///
/// Its launches go through from then on. To accept it again changes nothing.
#[utoipa::path(
    tag = "deployments", operation_id = "accept_deployment",
    params(("id" = uuid::Uuid, Path, description = "The registration's id")),
    request_body(content = NewDeployment, example = json!({ "deploymentId": "1" })),
    responses(
        (status = 201, description = "Accepted", body = Deployment),
        (status = 404, description = "No such registration", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It belongs to another registration", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[post("/registrations/{id}/deployments")]
pub async fn accept_deployment(
    writer: Allowed<WriteRegistrations>,
    app: web::Data<AppState>,
    id: Id,
    AcceptLanguage(language): AcceptLanguage,
    body: Body<NewDeployment>,
) -> Result<HttpResponse, ApiError> {
    let caller = writer.caller;
    let id = registration_id(id)?;
    require(&app, caller.tenant, id).await?;
    let deployment = body
        .validate_by(caller.tenant, move |body| {
            domain::parse_deployment_id(&body.deployment_id).map_err(|error| crate::api::wire::problem_fault(&error, language))
        })
        .await?;
    let accepted = app
        .store
        .accept_deployment(caller.tenant, id, &deployment, &caller.actor, app.clock.now())
        .await;
    let accepted = accepted.map_err(|refused| match refused {
        AcceptError::NotFound => not_found(),
        AcceptError::Taken { own } => create::refused(store::InsertError::DeploymentTaken {
            deployment_id: deployment.clone(),
            own,
        }),
        AcceptError::TooMany => ApiError::Conflict {
            code: "deployment.too_many",
            detail: api::deployment::TOO_MANY,
            pointer: None,
            registration: None,
        },
        AcceptError::Store(error) => error.into(),
    })?;
    Ok(HttpResponse::Created()
        .insert_header((
            header::LOCATION,
            app.public_url(&format!("/api/v1/registrations/{id}/deployments")),
        ))
        .json(wire::deployment(accepted)))
}

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct RemoveQuery {
    /// Leave it out of the list: its next launch waits for a decision again.
    forget: bool,
}

/// Remove a deployment: its launches are refused from then on.
///
/// Where the client ID is private to the organization, the deployment stays in the list as rejected, or its next launch would bring it
/// back; with `forget=true` it leaves the list too. To remove it again changes nothing and is answered alike.
#[utoipa::path(
    tag = "deployments", operation_id = "remove_deployment",
    params(
        ("id" = uuid::Uuid, Path, description = "The registration's id"),
        ("deployment_id" = String, Path, description = "The deployment's id, percent-encoded"),
        RemoveQuery,
    ),
    responses(
        (status = 204, description = "Removed, or not there"),
        (status = 404, description = "No such registration", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[delete("/registrations/{id}/deployments/{deployment_id}")]
pub async fn remove_deployment(
    writer: Allowed<WriteRegistrations>,
    app: web::Data<AppState>,
    path: web::Path<(String, String)>,
    id: Id,
    query: Query<RemoveQuery>,
) -> Result<HttpResponse, ApiError> {
    let caller = writer.caller;
    let id = registration_id(id)?;
    let forget = query.validate()?.forget;
    let (_, deployment) = path.into_inner();
    let removed = app
        .store
        .remove_deployment(caller.tenant, id, &deployment, forget, &caller.actor, app.clock.now());
    if removed.await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(not_found())
    }
}

async fn require(app: &AppState, tenant: TenantId, id: RegistrationId) -> Result<(), ApiError> {
    app.store
        .find_registration(tenant, id, app.clock.now())
        .await?
        .map(|_| ())
        .ok_or_else(not_found)
}
