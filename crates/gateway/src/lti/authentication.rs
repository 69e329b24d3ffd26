//! The authentication request (1EdTech Security Framework 1.0, 5.1.1.2): after it the launch is used up.

use actix_web::{HttpResponse, http::header};
use lti13::tool::StartedLogin;

use crate::{services::random, state::AppState};

/// Sends the browser to the LMS's authentication URL.
pub(super) fn redirect_to_platform(app: &AppState, login: &StartedLogin) -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, authentication_url(app, login)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// The authentication request of this login, as a URL.
pub(super) fn authentication_url(app: &AppState, login: &StartedLogin) -> String {
    let redirect_uri = app.public_url("/lti/launch");
    login
        .authentication_request(&redirect_uri, &app.state_keys, random::bytes())
        .into()
}
