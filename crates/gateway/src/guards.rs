//! Middleware that stands before every route: `--dev` stays on this computer, every answer carries its security headers.

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};

use crate::{config::is_loopback, error::ApiError, state::AppState};

/// Headers by which a reverse proxy gives itself away.
const FORWARDING_HEADERS: [&str; 6] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// `--dev` signs anybody in as an admin without a password: behind a proxy, or under a name that a stranger's page can resolve to this
/// computer (DNS rebinding), that would be an open door.
pub async fn keep_dev_local(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let dev = request
        .app_data::<web::Data<AppState>>()
        .is_some_and(|state| state.config.dev);
    if dev && let Err(refusal) = judge_local(request.headers()) {
        return Ok(request.error_response(refusal));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn judge_local(headers: &HeaderMap) -> Result<(), ApiError> {
    if let Some(name) = FORWARDING_HEADERS.into_iter().find(|name| headers.contains_key(*name)) {
        let detail =
            format!("This gateway runs with --dev and can't stand behind a proxy: the request carries the header {name}.");
        return Err(ApiError::bad_request("dev.forwarded", detail));
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let local = url::Url::parse(&format!("http://{host}/")).is_ok_and(|url| url.host().is_some_and(|host| is_loopback(&host)));
    if local {
        return Ok(());
    }
    Err(ApiError::Unreadable {
        status: StatusCode::MISDIRECTED_REQUEST,
        code: "dev.host",
        detail: "This gateway runs with --dev and answers to localhost only.".to_owned(),
        pointer: None,
    })
}

/// Headers that every answer carries, unless its handler chose another value.
pub async fn secure<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let https = request
        .app_data::<web::Data<AppState>>()
        .is_some_and(|state| state.config.server.public_url.starts_with("https://"));
    let in_lms_frame = request.path().starts_with("/lti/") || request.path().starts_with("/apps/");
    let somebodys_data = request.path().starts_with("/api/");
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    if somebodys_data {
        put(headers, header::CACHE_CONTROL, "no-store");
    }
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, header::REFERRER_POLICY, "no-referrer");
    put(
        headers,
        header::CONTENT_SECURITY_POLICY,
        if in_lms_frame { LMS_FRAME_POLICY } else { API_POLICY },
    );
    if https {
        put(
            headers,
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    Ok(response)
}

/// Pages in an LMS's frame: anybody may frame them, since LMSs live on hosts that nobody can list, so they offer nothing to
/// clickjack. No `form-action`: Chromium applies it to the redirects after the hand-over too.
const LMS_FRAME_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'";
/// What isn't a page runs nothing and can't be framed.
const API_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn put(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair =
            |(name, value): &(&'static str, &'static str)| (HeaderName::from_static(name), HeaderValue::from_static(value));
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn dev_answers_to_this_computer_only() {
        for host in ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(judge_local(&headers(&[("host", host)])).is_ok(), "{host}");
        }
        for host in [
            "gateway.example",
            "192.168.1.2:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "",
            "localhost@evil.example",
        ] {
            assert!(judge_local(&headers(&[("host", host)])).is_err(), "{host}");
        }
        assert!(judge_local(&headers(&[])).is_err());
    }

    #[test]
    fn dev_refuses_every_forwarding_header() {
        for name in FORWARDING_HEADERS {
            assert!(
                judge_local(&headers(&[("host", "localhost"), (name, "x")])).is_err(),
                "{name}"
            );
        }
    }
}
