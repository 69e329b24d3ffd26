use std::sync::Arc;

use actix_web::{HttpResponse, get, web};
use contract::{Problem, Registration};

use super::{not_found, registration_id, wire};
use crate::{
    blocking::read_rows,
    error::ApiError,
    identity::{Allowed, ReadRegistrations},
    input::Id,
    language::AcceptLanguage,
    state::AppState,
};

/// Get a registration.
///
/// The answer can be sent to `POST /api/v1/registrations` as it is: what is read-only is ignored there.
#[utoipa::path(
    tag = "registrations", operation_id = "get_registration",
    params(("id" = uuid::Uuid, Path, description = "The registration's id")),
    responses(
        (status = 200, description = "The registration", body = Registration),
        (status = 404, description = "No such registration", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[get("/registrations/{id}")]
pub async fn get_registration(
    reader: Allowed<ReadRegistrations>,
    state: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    id: Id,
) -> Result<HttpResponse, ApiError> {
    let tenant = reader.caller.tenant;
    let (id, now, app) = (registration_id(id)?, state.clock.now(), state.clone());
    let found = read_rows(move || async move { app.store.find_registration(tenant, id, now).await }).await?;
    let registration = found.ok_or_else(not_found)?;
    let (rows, catalogue) = (registration.deployment_ids.len(), Arc::clone(&state.catalogue));
    let answer = move || wire::registration(registration, &catalogue, language);
    state.blocking.answer(tenant, rows, answer).await
}
