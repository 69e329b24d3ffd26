//! The ID of a request: a valid `x-request-id` of the client, otherwise generated. It is in every response, problem and log line. The log
//! has the trace ID too, if the request is part of a trace (W3C Trace Context, section 3.2).

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
};
use uuid::Uuid;

tokio::task_local! {
    static CURRENT: String;
}

/// The header's name.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request that is being answered.
pub fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Middleware that gives a request its id.
pub async fn assign<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let id = sent(&request).unwrap_or_else(|| Uuid::new_v4().to_string());
    let span = tracing::Span::current();
    span.record("request_id", &id);
    if let Some(trace) = request
        .headers()
        .get("traceparent")
        .and_then(|value| trace_id(value.to_str().ok()?))
    {
        span.record("trace_id", trace);
    }
    let mut response = CURRENT.scope(id.clone(), next.call(request)).await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    Ok(response)
}

fn sent(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(HEADER)?.to_str().ok()?;
    let sensible = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    sensible.then(|| id.to_owned())
}

/// The trace's id of a `traceparent`: `<version>-<trace-id>-<parent-id>-<flags>`, all in lower-case hex. Later versions may append more.
fn trace_id(parent: &str) -> Option<&str> {
    let mut parts = parent.split('-');
    let mut hex = |length: usize| {
        let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        parts
            .next()
            .filter(|part| part.len() == length && part.bytes().all(lower_hex))
    };
    let (version, trace, span, _flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
    let is_zero = |id: &str| id.bytes().all(|byte| byte == b'0');
    let complete = version != "ff" && (version != "00" || parts.next().is_none());
    (complete && !is_zero(trace) && !is_zero(span)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn a_trace_is_known_by_its_parent() {
        for parent in [
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-of-a-later-version",
        ] {
            assert_eq!(trace_id(parent), Some(TRACE), "{parent}");
        }
    }

    #[test]
    fn what_is_no_trace_stays_out_of_the_log() {
        for parent in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473\u{e9}-00f067aa0ba902b7-01",
        ] {
            assert_eq!(trace_id(parent), None, "{parent}");
        }
    }
}
