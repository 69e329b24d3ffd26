use actix_web::{HttpResponse, http::header, post, web};
use contract::{NewReportComment, Problem, ReportComment};
use domain::Comment;
use store::ReportUpdate;

use super::{forwarding, full, not_found, report_id, wire};
use crate::{
    http::{error::ApiError, language::AcceptLanguage},
    request::{
        authorization::{Allowed, AnswerReports},
        body::{Body, Id},
    },
    services::support_desk::Event,
    state::AppState,
};

/// Answer a problem report.
///
/// The answer is added to those that are there; everybody who may see the report sees it.
#[utoipa::path(
    tag = "problem reports", operation_id = "create_report_comment",
    params(("id" = uuid::Uuid, Path, description = "The report's id")),
    request_body(content = NewReportComment, example = json!({ "text": "The clock of your Moodle server was one hour late." })),
    responses(
        (status = 201, description = "Added", body = ReportComment, headers(("location" = String, description = "The report's address"))),
        (status = 404, description = "No such report among those that the caller may see", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The report has as many answers as it may have", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[post("/problem-reports/{id}/comments")]
pub async fn create_report_comment(
    writer: Allowed<AnswerReports>,
    app: web::Data<AppState>,
    id: Id,
    AcceptLanguage(language): AcceptLanguage,
    body: Body<NewReportComment>,
) -> Result<HttpResponse, ApiError> {
    let caller = writer.caller;
    let scope = caller.answerable_reports().ok_or_else(not_found)?;
    let report = app.store.find_report(&scope, report_id(id)?).await?.ok_or_else(not_found)?;
    let text = body
        .validate_by(caller.tenant, move |body| {
            domain::parse_comment(&body.text).map_err(|error| crate::api::wire::problem_fault(&error, language))
        })
        .await?;
    let comment = Comment {
        at: app.clock.now(),
        by_support: caller.is_support(),
        by: caller.actor,
        text,
    };
    let deliveries = forwarding::deliveries(&app, &Event::Commented(&comment), &report)?;
    let id = report.summary.id;
    match app.store.insert_report_comment(&scope, id, &comment, &deliveries).await? {
        ReportUpdate::Done => {}
        ReportUpdate::NotFound => return Err(not_found()),
        ReportUpdate::Full => return Err(full()),
    }
    app.support_desk.wake();
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, app.public_url(&format!("/api/v1/problem-reports/{id}"))))
        .json(wire::comment(comment)))
}
