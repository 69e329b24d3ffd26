use actix_web::{get, web};
use contract::{Problem, Registration};

use super::{not_found, registration_id, wire};
use crate::{
    error::ApiError,
    identity::{Allowed, ReadRegistrations},
    input::Id,
    state::AppState,
};

/// Get a registration.
#[utoipa::path(
    tag = "registrations", operation_id = "get_registration",
    params(("id" = uuid::Uuid, Path, description = "The registration's id")),
    responses(
        (status = 200, description = "The registration", body = Registration),
        (status = 404, description = "No such registration", body = Problem, content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[get("/registrations/{id}")]
pub async fn get_registration(
    reader: Allowed<ReadRegistrations>,
    state: web::Data<AppState>,
    id: Id,
) -> Result<web::Json<Registration>, ApiError> {
    let found = state
        .store
        .find_registration(reader.caller.tenant, registration_id(id)?)
        .await?;
    found
        .map(|registration| web::Json(wire::registration(registration)))
        .ok_or_else(not_found)
}
