//! The errors of the endpoints for apps, as `application/problem+json` (RFC 9457).

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use messages::{Text, api};
use serde::Serialize;
use store::StoreError;

use super::authorization::CallingApp;
use crate::{
    http::{error::RETRY_AFTER, language},
    telemetry::{log::log_store_error, request_id},
};

/// A refusal or a failure.
#[derive(Debug)]
pub(super) struct PlatformError {
    status: StatusCode,
    code: &'static str,
    detail: Text,
    /// The value of `WWW-Authenticate`.
    challenge: Option<&'static str>,
}

/// The body of its answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    request_id: String,
}

impl PlatformError {
    /// An error with that status and stable code.
    pub(super) const fn new(status: StatusCode, code: &'static str, detail: Text) -> Self {
        Self {
            status,
            code,
            detail,
            challenge: None,
        }
    }

    /// The same with a challenge (RFC 6750, section 3).
    pub(super) fn with_challenge(self, challenge: &'static str) -> Self {
        Self {
            challenge: Some(challenge),
            ..self
        }
    }

    fn title(&self) -> &'static str {
        match self.status {
            StatusCode::UNAUTHORIZED => "No valid access token",
            StatusCode::FORBIDDEN => "Not allowed",
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::METHOD_NOT_ALLOWED => "Not possible here",
            StatusCode::CONFLICT => "In conflict with what is there",
            StatusCode::BAD_GATEWAY => "The LMS can't be used",
            StatusCode::SERVICE_UNAVAILABLE => "Temporarily unavailable",
            status if status.is_client_error() => "The request can't be used",
            _ => "Something went wrong",
        }
    }
}

impl fmt::Display for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.code)
    }
}

impl ResponseError for PlatformError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.content_type("application/problem+json");
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(challenge) = self.challenge {
            response.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
        }
        response.json(Problem {
            r#type: "about:blank",
            title: self.title(),
            status: self.status.as_u16(),
            detail: self.detail.of(language::current()).into_owned(),
            code: self.code,
            request_id: request_id::current(),
        })
    }
}

impl From<StoreError> for PlatformError {
    fn from(error: StoreError) -> Self {
        log_store_error(&error, "the database can't answer");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "internal.unavailable",
            api::internal::UNAVAILABLE,
        )
    }
}

/// Addresses below `/platform/` that nothing answers.
pub(super) async fn nothing_here(caller: CallingApp) -> Result<HttpResponse, PlatformError> {
    tracing::info!(app = caller.0.app_id, "an app asked for an unknown address");
    Err(PlatformError::new(
        StatusCode::NOT_FOUND,
        "request.not_found",
        api::address::NOT_FOUND,
    ))
}
