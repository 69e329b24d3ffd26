//! `/api/v1/registrations`: one file a verb.

mod check;
mod create;
mod delete;
mod deployments;
mod find;
mod list;
mod wire;

pub use check::{check_draft, check_registration};
pub use create::create_registration;
pub use delete::delete_registration;
pub use deployments::{accept_deployment, list_deployments, remove_deployment};
pub use find::get_registration;
pub use list::list_registrations;

use crate::{error::ApiError, input::Id};

/// The id of a registration, by the path. `…/registrations/check` is a resource of its own, which only takes a `POST`.
fn registration_id(id: Id) -> Result<domain::RegistrationId, ApiError> {
    if id.is("check") {
        let detail = "Send the registration to be checked with POST.".to_owned();
        return Err(ApiError::MethodNotAllowed {
            allow: "POST".to_owned(),
            detail,
        });
    }
    id.judge("registration.not_found", NOT_FOUND).map(domain::RegistrationId)
}

fn not_found() -> ApiError {
    ApiError::NotFound {
        code: "registration.not_found",
        detail: NOT_FOUND.to_owned(),
    }
}

const NOT_FOUND: &str = "Your organization has no registration with that id.";
