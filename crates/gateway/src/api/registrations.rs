//! `/api/v1/registrations`: one file for each operation.

mod check;
mod create;
mod delete;
mod deployments;
mod discovery;
mod export;
mod find;
mod findings;
mod import;
mod list;
mod services;
mod wire;

pub use check::{check_draft, check_registration};
pub use create::{create_registration, parse, refused};
pub use delete::delete_registration;
pub use deployments::{accept_deployment, list_deployments, remove_deployment};
pub use export::export_registrations;
pub use find::get_registration;
pub use import::import_registrations;
pub use list::list_registrations;
pub use services::list_registration_services;
pub(super) use wire::lms_values;

use messages::api;

use crate::{http::error::ApiError, request::body::Id};

/// The id of a registration, by the path. Some words in its place are resources of their own, with one method each.
fn registration_id(id: Id) -> Result<domain::RegistrationId, ApiError> {
    for (word, method, detail) in [("check", "POST", api::method::CHECK), ("export", "GET", api::method::EXPORT)] {
        if id.is(word) {
            return Err(ApiError::MethodNotAllowed {
                allow: method.to_owned(),
                detail,
            });
        }
    }
    id.validate("registration.not_found", api::registration::NOT_FOUND)
        .map(domain::RegistrationId)
}

fn not_found() -> ApiError {
    ApiError::NotFound {
        code: "registration.not_found",
        detail: api::registration::NOT_FOUND,
    }
}

#[cfg(test)]
mod tests;
