//! The cookie of one login: each has its own name, so that parallel launches don't interfere; it is partitioned (CHIPS), so that browsers
//! keep it in an LMS's frame even if third-party cookies are blocked.

use actix_web::{HttpRequest, HttpResponse, cookie::Cookie, http::header};
use lti13::tool::{BrowserSecret, PendingLogin, RecognizedLogin, STATE_LIFETIME_SECONDS, StartedLogin};

use super::context::LaunchContext;
use crate::{services::random, state::AppState};

/// The longest sealed login that is kept in a cookie: browsers take 4 kB with its name.
const LONGEST_LOGIN: usize = 3500;

/// Gives the browser the secret of the login.
pub(super) fn set(answer: &mut HttpResponse, app: &AppState, login: &PendingLogin, secret: &BrowserSecret) {
    append(
        answer,
        &login.cookie_name(is_secure(app)),
        secret.as_str(),
        STATE_LIFETIME_SECONDS,
    );
}

/// Gives the browser the login itself too, which holds no secret: where the LMS doesn't recognise the person in its frame, the login
/// begins afresh in a new window.
pub(super) fn set_login(answer: &mut HttpResponse, app: &AppState, login: &StartedLogin) {
    let sealed = login.seal(&app.state_keys, random::bytes());
    if sealed.len() <= LONGEST_LOGIN {
        let name = login_name(&login.pending().cookie_name(is_secure(app)));
        append(answer, &name, &sealed, STATE_LIFETIME_SECONDS);
    }
}

/// The login that [`set_login`] gave to the browser.
pub(super) fn get_login(context: &LaunchContext<'_>, login: &PendingLogin) -> Option<String> {
    let name = login_name(&login.cookie_name(is_secure(context.app)));
    Some(context.request.cookie(&name)?.value().to_owned())
}

fn login_name(of_secret: &str) -> String {
    format!("{of_secret}_login")
}

/// Takes what [`set`] and [`set_login`] gave from the browser, once the login is finished.
pub(super) fn clear(answer: &mut HttpResponse, context: &LaunchContext<'_>, login: &RecognizedLogin) {
    let name = login.cookie_name(is_secure(context.app));
    append(answer, &name, "", 0);
    let of_login = login_name(&name);
    if context.request.cookie(&of_login).is_some() {
        append(answer, &of_login, "", 0);
    }
}

/// The cookie of this login, as the browser brings it back.
pub(super) fn get(context: &LaunchContext<'_>, login: &PendingLogin) -> Option<Cookie<'static>> {
    context.request.cookie(&login.cookie_name(is_secure(context.app)))
}

/// The destination of the answer: `iframe`, `document` … (Fetch Metadata). `None`: the browser doesn't say.
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
