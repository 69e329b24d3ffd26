use actix_web::{HttpResponse, get, web};
use contract::{Problem, Registration};
use store::Store;

use super::{not_found, registration_id, wire};
use crate::{
    http::{error::ApiError, language::AcceptLanguage},
    request::{
        authorization::{Allowed, ReadRegistrations},
        body::Id,
    },
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
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    id: Id,
) -> Result<HttpResponse, ApiError> {
    let tenant = reader.caller.tenant;
    let (id, now) = (registration_id(id)?, app.clock.now());
    let read = move |store: Store| async move { store.find_registration(tenant, id, now).await };
    let shared = app.clone();
    let present = move |found: Option<_>| {
        let registration = found.ok_or_else(not_found)?;
        Ok(wire::registration(registration, &shared, language))
    };
    app.blocking.answer_rows(&app.store, tenant, read, present).await
}
