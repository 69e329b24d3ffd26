//! Whether the process lives, and whether it can do its work.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::state::AppState;

/// The process answers.
#[get("/health/live")]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// The database answers too.
#[get("/health/ready")]
pub async fn ready(state: web::Data<AppState>) -> HttpResponse {
    match state.store.ping().await {
        Ok(()) => HttpResponse::Ok().json(json!({ "status": "ok" })),
        Err(error) => {
            tracing::warn!(error = %crate::http::error::chain(&error), "not ready");
            HttpResponse::ServiceUnavailable().json(json!({ "status": "unavailable", "detail": "The database doesn't answer." }))
        }
    }
}
