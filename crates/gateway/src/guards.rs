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

use crate::{config::is_loopback, error::ApiError, portal, state::AppState};

/// Headers by which a reverse proxy gives itself away, beside those that begin with [`FORWARDING_PREFIXES`].
const FORWARDING_HEADERS: [&str; 6] = [
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
];
const FORWARDING_PREFIXES: [&str; 2] = ["x-forwarded-", "x-original-"];

fn is_forwarding(name: &str) -> bool {
    FORWARDING_HEADERS.contains(&name) || FORWARDING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Compressed requests: some hundred bytes can be unpacked to gigabytes, and are so by chunks, before any limit counts. Nobody who
/// calls this gateway needs them.
pub async fn refuse_compressed(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    if encoding.is_none_or(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let mut refused = request.error_response(ApiError::Unreadable {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code: "request.content_encoding",
        detail: "Send the body as it is, without Content-Encoding.".to_owned(),
        pointer: None,
    });
    // RFC 9110, section 15.5.16.
    let identity = HeaderValue::from_static("identity");
    refused.headers_mut().insert(header::ACCEPT_ENCODING, identity);
    Ok(refused)
}

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
    if let Some(name) = headers.keys().find(|name| is_forwarding(name.as_str())) {
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
    let docs = request.path().starts_with("/docs/").then(|| docs_policy(&request)).flatten();
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    if somebodys_data {
        put(headers, header::CACHE_CONTROL, "no-store");
    }
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, header::REFERRER_POLICY, "no-referrer");
    if let Some(policy) = docs {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
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

/// Swagger UI runs its own scripts and asks this gateway and the sign-in authority. It sets style attributes, so styles may be inline.
fn docs_policy(request: &ServiceRequest) -> Option<HeaderValue> {
    let state = request.app_data::<web::Data<AppState>>()?;
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self' {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        portal::authority_origin(state)
    );
    HeaderValue::try_from(policy).ok()
}

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
        let more = [
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-server",
            "x-original-host",
        ];
        for name in FORWARDING_HEADERS.into_iter().chain(more) {
            assert!(
                judge_local(&headers(&[("host", "localhost"), (name, "x")])).is_err(),
                "{name}"
            );
        }
    }
}
