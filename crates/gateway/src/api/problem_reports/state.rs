use actix_web::{put, web};
use contract::{NewReportState, Problem, ProblemReport};
use domain::StateChange;
use messages::api;
use store::ReportUpdate;

use super::{forwarding, full, not_found, report_id, wire};
use crate::{
    http::{error::ApiError, language::AcceptLanguage},
    request::{
        authorization::{Allowed, DecideReports},
        body::{Body, Id},
    },
    services::support_desk::Event,
    state::AppState,
};

/// Change the state of a problem report.
///
/// Every state may follow every other; the same again changes nothing.
#[utoipa::path(
    tag = "problem reports", operation_id = "set_report_state",
    params(("id" = uuid::Uuid, Path, description = "The report's id")),
    request_body(content = NewReportState, example = json!({ "state": "resolved" })),
    responses(
        (status = 200, description = "The report", body = ProblemReport),
        (status = 404, description = "No such report among those that the caller may see", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The report has as many changes of state as it may have", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[put("/problem-reports/{id}/state")]
pub async fn set_report_state(
    decider: Allowed<DecideReports>,
    app: web::Data<AppState>,
    id: Id,
    AcceptLanguage(language): AcceptLanguage,
    body: Body<NewReportState>,
) -> Result<web::Json<ProblemReport>, ApiError> {
    let caller = decider.caller;
    let scope = caller.decidable_reports().ok_or_else(not_found)?;
    let report = app.store.find_report(&scope, report_id(id)?).await?.ok_or_else(not_found)?;
    let missing = move || vec![wire::problem_fault("/state", &api::field_errors::STATE_REQUIRED, language)];
    let wanted = body
        .validate_by(caller.tenant, move |body| {
            body.state.map(wire::parse_state).ok_or_else(missing)
        })
        .await?;
    let change = StateChange {
        at: app.clock.now(),
        by: caller.actor,
        state: wanted,
    };
    let deliveries = forwarding::deliveries(&app, &Event::StateChanged(&change), &report)?;
    let id = report.summary.id;
    match app.store.set_report_state(&scope, id, &change, &deliveries).await? {
        ReportUpdate::Done => {}
        ReportUpdate::NotFound => return Err(not_found()),
        ReportUpdate::Full => return Err(full()),
    }
    app.support_desk.wake();
    let changed = app.store.find_report(&scope, id).await?.ok_or_else(not_found)?;
    Ok(web::Json(wire::report(changed, None, language)?))
}
