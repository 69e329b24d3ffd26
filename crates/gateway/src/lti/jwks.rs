//! The gateway's public keys: for apps, which verify launch tokens with them, and for LMSs, which verify with them what is signed for them.

use actix_web::{HttpResponse, get, http::header, web};
use store::StoreError;

use crate::{http::error::ApiError, services::signing_keys::Jwks, state::AppState};

/// RS256, for the LMSs of one tenant, or for those that share an app's client ID.
#[get("/lti/keys/{keyset}/jwks.json")]
pub(super) async fn tool_jwks(app: web::Data<AppState>, keyset: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let keys = app.tool_keys.jwks(&keyset).await.map_err(keys_failed)?;
    keys.as_ref().map(answer).ok_or_else(ApiError::nothing_here)
}

fn keys_failed(error: anyhow::Error) -> ApiError {
    match error.downcast::<StoreError>() {
        Ok(error) => error.into(),
        Err(error) => ApiError::Internal(error),
    }
}

/// RS256, for LMSs that know no other address yet. Nothing is signed by these keys.
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
