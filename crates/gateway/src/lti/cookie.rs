//! The cookie of one login: each has its own name, so that parallel launches don't interfere; it is partitioned (CHIPS), so that browsers
//! keep it in an LMS's frame even if third-party cookies are blocked.

use actix_web::{HttpRequest, HttpResponse, cookie::Cookie, http::header};
use lti13::tool::{BrowserSecret, PendingLogin, RecognizedLogin, STATE_LIFETIME_SECONDS};

use super::context::LaunchContext;
use crate::state::AppState;

/// Gives the browser the secret of the login.
pub(super) fn set(answer: &mut HttpResponse, app: &AppState, login: &PendingLogin, secret: &BrowserSecret) {
    append(
        answer,
        &login.cookie_name(is_secure(app)),
        secret.as_str(),
        STATE_LIFETIME_SECONDS,
    );
}

/// Takes the secret of a finished login from the browser.
pub(super) fn clear(answer: &mut HttpResponse, app: &AppState, login: &RecognizedLogin) {
    append(answer, &login.cookie_name(is_secure(app)), "", 0);
}

/// The cookie of this login, as the browser brings it back.
pub(super) fn get(context: &LaunchContext<'_>, login: &PendingLogin) -> Option<Cookie<'static>> {
    context.request.cookie(&login.cookie_name(is_secure(context.app)))
}

/// What the browser wants the answer for: `iframe`, `document` … (Fetch Metadata). `None`: the browser doesn't say.
pub(super) fn destination(request: &HttpRequest) -> Option<&str> {
    request.headers().get("sec-fetch-dest")?.to_str().ok()
}

fn append(answer: &mut HttpResponse, name: &str, value: &str, seconds: i64) {
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=None; Partitioned");
    if let Ok(cookie) = header::HeaderValue::try_from(cookie) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

fn is_secure(app: &AppState) -> bool {
    app.config.server.public_url.starts_with("https://")
}
