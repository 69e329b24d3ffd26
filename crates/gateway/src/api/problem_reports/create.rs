use actix_web::{HttpResponse, http::header, post, web};
use contract::{NewProblemReport, Problem, ProblemReport};
use domain::NewReport;

use super::{
    filing::file_report,
    idempotency::{self, RequestKey},
    sender::Sender,
    wire,
};
use crate::{
    http::{error::ApiError, language::AcceptLanguage},
    request::body::Body,
    state::AppState,
};

/// Send a problem report.
///
/// People and applications send a bearer token. Callers who can't sign in send the signed reference of an error page, in the header
/// `Authorization: Reference …`: it counts once, for an hour, and for that launch only.
#[utoipa::path(
    tag = "problem reports", operation_id = "create_problem_report",
    security(("bearer" = []), ("signedReference" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key with the same body stores one report and gets the same answer, for 24 hours; 1 to 255 visible ASCII characters")),
    request_body(content = NewProblemReport, example = json!({
        "category": "launch", "summary": "Class Meetings doesn’t open for students in Moodle",
        "description": "Since this morning all students of one course see “Some details from LMS aren’t valid”. It worked on Friday.",
        "contactEmail": "megan.bowen@contoso.edu", "launchReference": "5TFA-R7YN-2K8Q", "attachDiagnostics": true,
    })),
    responses(
        (status = 201, description = "Stored, and on its way to the support desk", body = ProblemReport, headers(("location" = String, description = "Its address"))),
        (status = 409, description = "The key, or the signed reference, was used for another report", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some values need a change; all are named", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "The organization's quota of the day is used up", body = Problem, content_type = "application/problem+json", headers(("retry-after" = i64, description = "Seconds until the next day"))),
    ),
)]
#[post("/problem-reports")]
pub async fn create_problem_report(
    sender: Sender,
    app: web::Data<AppState>,
    key: RequestKey,
    AcceptLanguage(language): AcceptLanguage,
    body: Body<NewProblemReport>,
) -> Result<HttpResponse, ApiError> {
    let (new, body_hash) = body
        .validate_by(sender.tenant(), move |body| {
            let body_hash = idempotency::hash(&body);
            let new =
                NewReport::parse(wire::draft(body)).map_err(|errors| crate::api::wire::problem_faults(&errors, language))?;
            Ok((new, body_hash))
        })
        .await?;
    let key = key.validate(body_hash)?;
    let report = file_report(&app, &sender, new, key).await?;
    let path = format!("/api/v1/problem-reports/{}", report.summary.id);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, app.public_url(&path)))
        .json(wire::report(report, None, language)?))
}
