//! The LMS's service behind an address that a launch named, and the LMS's errors as those of the gateway.

use actix_web::http::StatusCode;
use domain::{LmsService, LmsServiceKind, Registration};
use messages::api;

use super::{authorization::CallingApp, problem::PlatformError};
use crate::{
    services::{
        lms_tokens::{LmsCallError, LmsTokenError},
        roster::RosterError,
    },
    state::AppState,
};

/// A service that the caller may use, and the registration that has it now.
pub(super) struct UsableService {
    pub(super) service: LmsService,
    pub(super) registration: Registration,
}

/// Finds a service by the id in its address. It must be the caller's, and its deployment must have a live registration of the same
/// issuer, of a tenant that isn't shut out.
///
/// # Errors
///
/// 404, whatever is in the way.
pub(super) async fn find_service(
    app: &AppState,
    caller: &CallingApp,
    id: &str,
    kind: LmsServiceKind,
) -> Result<UsableService, PlatformError> {
    let service = app.store.find_lms_service(id).await?;
    let service = service
        .filter(|service| service.kind == kind && caller.may_open(&service.app_id, service.app_deployment_id))
        .ok_or_else(not_found)?;
    let registration = app.store.find_registration_of_service(&service, app.clock.now()).await?;
    let registration = registration.ok_or_else(not_found)?;
    Ok(UsableService { service, registration })
}

fn not_found() -> PlatformError {
    PlatformError::new(StatusCode::NOT_FOUND, "service.not_found", api::lms_service::NOT_FOUND)
}

impl From<RosterError> for PlatformError {
    fn from(error: RosterError) -> Self {
        match error {
            RosterError::Call(error) => error.into(),
            RosterError::Unusable { reason: _, excerpt } => unusable(None).with_upstream(Some(200), excerpt),
            RosterError::Status {
                status,
                retry_after,
                excerpt,
            } => refused(status, retry_after).with_upstream(Some(status), excerpt),
        }
    }
}

impl From<LmsCallError> for PlatformError {
    fn from(error: LmsCallError) -> Self {
        match error {
            LmsCallError::Unreachable(_) => unusable(None).with_upstream(None, String::new()),
            LmsCallError::Token(error) => {
                let (status, excerpt) = match error {
                    LmsTokenError::Refused { status, excerpt, .. } => (Some(status), excerpt),
                    _ => (None, String::new()),
                };
                Self::new(StatusCode::BAD_GATEWAY, "lms_token_refused", api::lms_service::TOKEN_REFUSED)
                    .with_upstream(status, excerpt)
            }
        }
    }
}

/// The error for a status of the LMS. A 401 to an app would be about its own token.
pub(super) fn refused(status: u16, retry_after: Option<u64>) -> PlatformError {
    match status {
        400 | 404 | 409 | 412 | 422 => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            PlatformError::new(status, "lms_refused", api::lms_service::REFUSED)
        }
        300..=499 if status != 429 => PlatformError::new(StatusCode::BAD_GATEWAY, "lms_refused", api::lms_service::REFUSED),
        429 => unusable(Some(retry_after.unwrap_or(RETRY_AFTER_BUSY))),
        _ => unusable(None),
    }
}

/// Seconds after which an LMS may be asked again that is busy and doesn't say when.
const RETRY_AFTER_BUSY: u64 = 30;

/// No usable answer; with `retry_after` there may be one later.
fn unusable(retry_after: Option<u64>) -> PlatformError {
    match retry_after {
        Some(seconds) => PlatformError::new(StatusCode::SERVICE_UNAVAILABLE, "lms_unusable", api::lms_service::UNUSABLE)
            .with_retry_after(seconds),
        None => PlatformError::new(StatusCode::BAD_GATEWAY, "lms_unusable", api::lms_service::UNUSABLE),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError as _;

    use super::*;

    #[test]
    fn a_status_of_the_lms_is_never_taken_for_one_of_the_gateway() {
        for (upstream, status, code) in [
            (301, 502, "lms_refused"),
            (400, 400, "lms_refused"),
            (401, 502, "lms_refused"),
            (403, 502, "lms_refused"),
            (404, 404, "lms_refused"),
            (405, 502, "lms_refused"),
            (406, 502, "lms_refused"),
            (409, 409, "lms_refused"),
            (412, 412, "lms_refused"),
            (415, 502, "lms_refused"),
            (422, 422, "lms_refused"),
            (429, 503, "lms_unusable"),
            (204, 502, "lms_unusable"),
            (500, 502, "lms_unusable"),
            (503, 502, "lms_unusable"),
        ] {
            let error = refused(upstream, None);
            assert_eq!((error.status_code().as_u16(), error.code()), (status, code), "{upstream}");
        }
    }
}
