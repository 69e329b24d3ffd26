use actix_web::{HttpResponse, delete, web};
use contract::Problem;

use super::{not_found, registration_id};
use crate::{
    http::error::ApiError,
    request::{
        authorization::{Allowed, WriteRegistrations},
        body::Id,
    },
    state::AppState,
};

/// Delete a registration. From then on its launches end in "Registration details not found".
///
/// At once, on every instance of the gateway. The audit trail and the launch records stay.
#[utoipa::path(
    tag = "registrations", operation_id = "delete_registration",
    params(("id" = uuid::Uuid, Path, description = "The registration's id")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "No such registration", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[delete("/registrations/{id}")]
pub async fn delete_registration(
    writer: Allowed<WriteRegistrations>,
    app: web::Data<AppState>,
    id: Id,
) -> Result<HttpResponse, ApiError> {
    let caller = writer.caller;
    let deleted = app
        .store
        .delete_registration(caller.tenant, registration_id(id)?, &caller.actor, app.clock.now())
        .await?;
    if deleted {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(not_found())
    }
}
