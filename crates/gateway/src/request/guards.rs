//! Middleware of all routes: limits `--dev` to this computer, sets security headers on every response, and answers HEAD wherever GET
//! is supported.

use std::convert::Infallible;

use actix_web::{
    Error,
    body::{BodySize, BodyStream, BoxBody, MessageBody},
    dev::{ResponseHead, ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::{self, Bytes},
};
use futures_util::stream;
use messages::api;

use crate::{config::is_loopback, http::error::ApiError, services::concurrency::is_launch, state::AppState};

/// The policy of the portal: run its own scripts and WebAssembly, call this gateway and the sign-in authority.
pub fn content_security_policy(app: &AppState) -> String {
    let authority = authority_origin(app);
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' https: data:; font-src 'self'; \
         connect-src 'self' {authority}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The origin where people sign in.
pub fn authority_origin(app: &AppState) -> String {
    url::Url::parse(&app.config.identity.authority)
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default()
}

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
        detail: api::body::CONTENT_ENCODING,
        pointer: None,
    });
    // RFC 9110, section 15.5.16.
    let identity = HeaderValue::from_static("identity");
    refused.headers_mut().insert(header::ACCEPT_ENCODING, identity);
    Ok(refused)
}

/// Answers HEAD as GET is answered, without the body (RFC 9110, section 9.3.2). No route names HEAD.
pub async fn answer_head(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_head = request.method() == Method::HEAD;
    if is_head {
        request.head_mut().method = Method::GET;
        // Section 14.2: ranges are defined for GET only.
        request.headers_mut().remove(header::RANGE);
    }
    let mut response = next.call(request).await?;
    allow_head(response.headers_mut());
    if is_head {
        return Ok(response.map_body(|head, body| without_body(head, &body)));
    }
    Ok(response.map_into_boxed_body())
}

/// Paths that allow GET allow HEAD.
fn allow_head(headers: &mut HeaderMap) {
    let allow = headers
        .get(header::ALLOW)
        .and_then(|allow| allow.to_str().ok())
        .unwrap_or_default();
    let names = |method| allow.split(',').any(|name| name.trim() == method);
    if names("GET")
        && !names("HEAD")
        && let Ok(allow) = HeaderValue::try_from(allow.replacen("GET", "GET, HEAD", 1))
    {
        headers.insert(header::ALLOW, allow);
    }
}

/// The length stands in a header, and nothing follows. Left to itself, actix takes the length from the body, and leaves the body out
/// where the last request that it has read is a HEAD: of a client that doesn't wait for answers, that may be a later request.
fn without_body(head: &mut ResponseHead, body: &impl MessageBody) -> BoxBody {
    let (name, value) = match body.size() {
        BodySize::None => return BoxBody::new(actix_web::body::None::new()),
        BodySize::Sized(length) => (header::CONTENT_LENGTH, HeaderValue::from(length)),
        BodySize::Stream => (header::TRANSFER_ENCODING, HeaderValue::from_static("chunked")),
    };
    head.headers_mut().insert(name, value);
    head.no_chunking(true);
    BoxBody::new(BodyStream::new(stream::empty::<Result<Bytes, Infallible>>()))
}

/// `--dev` signs anybody in as an admin without a password: behind a proxy, or under a name that a stranger's page can resolve to this
/// computer (DNS rebinding), that would be an open door.
pub async fn keep_dev_local(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let dev = request.app_data::<web::Data<AppState>>().is_some_and(|app| app.config.dev);
    if dev && let Err(refusal) = validate_local(request.headers()) {
        return Ok(request.error_response(refusal));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn validate_local(headers: &HeaderMap) -> Result<(), ApiError> {
    if let Some(name) = headers.keys().find(|name| is_forwarding(name.as_str())) {
        return Err(ApiError::bad_request("dev.forwarded", api::dev::forwarded(name.as_str())));
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
        detail: api::dev::HOST,
        pointer: None,
    })
}

/// Headers that every answer carries, unless its handler chose another value.
pub async fn secure<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let https = request
        .app_data::<web::Data<AppState>>()
        .is_some_and(|app| app.config.server.public_url.starts_with("https://"));
    let in_lms_frame = is_launch(request.path())
        || ["/apps/", "/platform/deep-links/"]
            .iter()
            .any(|prefix| request.path().starts_with(prefix));
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
/// For answers that aren't pages: they run nothing and can't be framed.
const API_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Swagger UI runs its own scripts and asks this gateway and the sign-in authority. It sets style attributes, so styles may be inline.
fn docs_policy(request: &ServiceRequest) -> Option<HeaderValue> {
    let app = request.app_data::<web::Data<AppState>>()?;
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self' {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        authority_origin(app)
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
            assert!(validate_local(&headers(&[("host", host)])).is_ok(), "{host}");
        }
        for host in [
            "gateway.example",
            "192.168.1.2:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "",
            "localhost@evil.example",
        ] {
            assert!(validate_local(&headers(&[("host", host)])).is_err(), "{host}");
        }
        assert!(validate_local(&headers(&[])).is_err());
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
                validate_local(&headers(&[("host", "localhost"), (name, "x")])).is_err(),
                "{name}"
            );
        }
    }
}
