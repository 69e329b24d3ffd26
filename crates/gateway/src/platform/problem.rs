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
    http::{
        error::{ApiError, RETRY_AFTER},
        language,
    },
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
    /// The methods that are possible instead.
    allow: Option<&'static str>,
    /// Seconds after which it may be tried again.
    retry_after: Option<u64>,
    /// The LMS's part in it.
    upstream: Option<Box<Upstream>>,
}

/// The LMS's answer that is in the way.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Upstream {
    /// Its status, where there is an answer.
    upstream_status: Option<u16>,
    /// Its first printable characters; for the developer of the app, and kept nowhere.
    upstream_message: String,
}

/// The body of its answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    request_id: String,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    upstream: Option<&'a Upstream>,
}

impl PlatformError {
    /// An error with that status and stable code.
    pub(super) const fn new(status: StatusCode, code: &'static str, detail: Text) -> Self {
        Self {
            status,
            code,
            detail,
            challenge: None,
            allow: None,
            retry_after: None,
            upstream: None,
        }
    }

    /// A 400.
    pub(super) const fn bad_request(code: &'static str, detail: Text) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// A 405: these methods are possible.
    pub(super) fn method_not_allowed(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "request.method_not_allowed",
                api::method::NOT_HERE,
            )
        }
    }

    /// The same with the time after which it may be tried again, in seconds.
    pub(super) fn with_retry_after(self, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    /// The same with the LMS's answer that is in the way.
    pub(super) fn with_upstream(self, status: Option<u16>, message: String) -> Self {
        Self {
            upstream: Some(Box::new(Upstream {
                upstream_status: status,
                upstream_message: message,
            })),
            ..self
        }
    }

    /// Its stable code.
    #[cfg(test)]
    pub(super) fn code(&self) -> &'static str {
        self.code
    }

    /// The same with a challenge (RFC 6750, section 3).
    pub(super) fn with_challenge(self, challenge: &'static str) -> Self {
        Self {
            challenge: Some(challenge),
            ..self
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
        if let Some(allow) = self.allow {
            response.insert_header((header::ALLOW, allow));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let seconds = self
                .retry_after
                .map_or_else(|| RETRY_AFTER.to_owned(), |seconds| seconds.to_string());
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        response.json(Problem {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: self.detail.of(language::current()).into_owned(),
            code: self.code,
            request_id: request_id::current(),
            upstream: self.upstream.as_deref(),
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

impl From<ApiError> for PlatformError {
    /// The only error of a request that waits outside is that all places are taken.
    fn from(_: ApiError) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "internal.busy", api::internal::BUSY)
    }
}
