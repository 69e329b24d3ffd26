use actix_web::{get, web};
use contract::{Problem, ProblemReport};

use super::{not_found, report_id, wire};
use crate::{
    http::{error::ApiError, language::AcceptLanguage},
    request::{
        authorization::{Allowed, ReadReports},
        body::Id,
    },
    state::AppState,
};

/// Get a problem report, with its diagnostics and everything that was said about it.
///
/// Another organization's report is not there, except for the operator's support staff.
#[utoipa::path(
    tag = "problem reports", operation_id = "get_problem_report",
    params(("id" = uuid::Uuid, Path, description = "The report's id")),
    responses(
        (status = 200, description = "The report", body = ProblemReport),
        (status = 404, description = "No such report among those that the caller may see", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[get("/problem-reports/{id}")]
pub async fn get_problem_report(
    reader: Allowed<ReadReports>,
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    id: Id,
) -> Result<web::Json<ProblemReport>, ApiError> {
    let scope = reader.caller.readable_reports().ok_or_else(not_found)?;
    let found = app.store.find_report(&scope, report_id(id)?).await?.ok_or_else(not_found)?;
    let deliveries = if reader.caller.is_support() {
        Some(app.store.list_report_deliveries(found.summary.id).await?)
    } else {
        None
    };
    Ok(web::Json(wire::report(found, deliveries, language)?))
}
