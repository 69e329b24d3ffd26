//! The log: one span for each request, without query strings, tokens or personal data.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use store::StoreError;
use tracing::{Span, field::Empty};
use tracing_actix_web::RootSpanBuilder;
use tracing_subscriber::{EnvFilter, filter::ParseError};

use crate::config::{Log, LogFormat};

/// `log.filter` isn't one.
#[derive(Debug, thiserror::Error)]
#[error("log.filter can't be read: {0}.")]
pub struct FilterError(#[from] ParseError);

/// Why the store couldn't answer. A pooler that can't be trusted refuses everything, and was logged when it was found.
pub fn log_store_error(error: &StoreError, what: &str) {
    if !matches!(error, StoreError::Untrusted(_)) {
        tracing::error!(error = %chain(error), "{what}");
    }
}

/// An error and its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}

/// Starts the log as configured.
///
/// # Errors
///
/// [`FilterError`].
pub fn start(log: &Log) -> Result<(), FilterError> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => subscriber.init(),
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
    }
    Ok(())
}

/// The span of a request: method, route pattern (never the path, which may carry ids), status, request id, trace id.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let route = request.match_pattern().unwrap_or_else(|| "unknown".to_owned());
        tracing::info_span!("request", method = %request.method(), route, request_id = Empty, trace_id = Empty, status = Empty)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        span.in_scope(|| tracing::debug!("answered"));
    }
}
