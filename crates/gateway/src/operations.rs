//! Endpoints for the operator: liveness, readiness and metrics.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::state::AppState;

/// The process answers.
#[get("/health/live")]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// The database can be written too.
#[get("/health/ready")]
pub async fn ready(app: web::Data<AppState>) -> HttpResponse {
    match app.readiness.require().await {
        Ok(()) => HttpResponse::Ok().json(json!({ "status": "ok" })),
        Err(why) => HttpResponse::ServiceUnavailable().json(json!({ "status": "unavailable", "detail": why.to_string() })),
    }
}

/// `GET /metrics`
pub async fn show_metrics(app: web::Data<AppState>) -> HttpResponse {
    let metrics = &app.metrics;
    metrics.requests_counted(app.concurrency.taken());
    match metrics.written() {
        Ok(text) => HttpResponse::Ok().content_type(prometheus::TEXT_FORMAT).body(text),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}
