//! The gateway's public keys: for apps, which verify launch tokens with them, and for LMSs, which require them although nothing is signed
//! for them yet.

use actix_web::{HttpResponse, get, http::header, web};

use crate::{services::signing_keys::Jwks, state::AppState};

/// RS256, for LMSs.
#[get("/.well-known/jwks.json")]
pub(super) async fn lms_jwks(app: web::Data<AppState>) -> HttpResponse {
    answer(&app.signing_keys.lms_jwks().await)
}

/// ES256, for apps.
#[get("/.well-known/launch-jwks.json")]
pub(super) async fn launch_jwks(app: web::Data<AppState>) -> HttpResponse {
    answer(&app.signing_keys.launch_jwks().await)
}

fn answer(keys: &Jwks) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .json(keys)
}
