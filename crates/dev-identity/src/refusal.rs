//! Refusals in Entra's words: an OAuth error, an AADSTS number, a sentence.

use actix_web::{HttpResponse, HttpResponseBuilder, http::StatusCode};
use serde_json::json;
use time::{OffsetDateTime, macros::format_description};

use crate::{directory::Authority, random};

#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// The OAuth or OpenID Connect error code: what clients branch on.
    pub(crate) error: &'static str,
    /// The AADSTS number: for people and logs.
    pub(crate) number: u32,
    message: String,
    /// True if the answer has to name the authentication scheme (RFC 6749, section 5.2).
    basic_challenge: bool,
}

impl Refusal {
    pub(crate) fn new(error: &'static str, number: u32, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            number,
            message: message.into(),
            basic_challenge: false,
        }
    }

    pub(crate) fn unknown_tenant(segment: &str) -> Self {
        let message = format!(
            "Tenant '{segment}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
        );
        Self::new("invalid_tenant", 90002, message)
    }

    pub(crate) fn unknown_client(id: &str, authority: Authority) -> Self {
        let message = format!(
            "Application with identifier '{id}' was not found in the directory '{}'.",
            authority.segment()
        );
        Self::new("unauthorized_client", 700_016, message)
    }

    /// Always shown on a page: redirecting to an unregistered address would hand it the answer.
    pub(crate) fn redirect_uri(uri: &str, client_id: &str) -> Self {
        let message = format!(
            "The redirect URI '{uri}' specified in the request does not match the redirect URIs configured for the application '{client_id}'."
        );
        Self::new("invalid_request", 50011, message)
    }

    pub(crate) fn answered_already() -> Self {
        let message = "This page was answered already, or it waited too long. Go back to the app and start again.";
        Self::new("invalid_request", 90014, message)
    }

    /// 401, as every failed client authentication; with a challenge when the client used HTTP Basic.
    pub(crate) fn unauthorized(self, by_basic: bool) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            basic_challenge: by_basic,
            ..self
        }
    }

    /// 500: not the client's fault.
    pub(crate) fn broken(self) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            ..self
        }
    }

    /// "AADSTS50011: The redirect URI …"
    pub(crate) fn description(&self) -> String {
        format!("AADSTS{}: {}", self.number, self.message)
    }

    /// The JSON that Entra's endpoints answer.
    pub(crate) fn to_json(&self, now: u64) -> HttpResponse {
        let (trace_id, correlation_id, timestamp) = (random::guid(), random::guid(), timestamp(now));
        let description = format!(
            "{} Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {timestamp}",
            self.description()
        );
        let mut answer = HttpResponseBuilder::new(self.status);
        answer
            .insert_header(("Cache-Control", "no-store"))
            .insert_header(("x-ms-request-id", trace_id.as_str()));
        if self.basic_challenge {
            answer.insert_header(("WWW-Authenticate", "Basic realm=\"LMS Gateway development sign-in\""));
        }
        answer.json(json!({
            "error": self.error,
            "error_description": description,
            "error_codes": [self.number],
            "timestamp": timestamp,
            "trace_id": trace_id,
            "correlation_id": correlation_id,
        }))
    }
}

/// `2026-11-23 08:00:00Z`
fn timestamp(now: u64) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]Z");
    let now = i64::try_from(now)
        .ok()
        .and_then(|now| OffsetDateTime::from_unix_timestamp(now).ok());
    now.and_then(|now| now.format(format).ok()).unwrap_or_default()
}
