//! What a report carries of its launch, and the same to look at before it is sent.

use actix_web::{get, web};
use contract::{Problem, ReportDiagnostics};
use domain::{Reference, TenantId};
use messages::api;

use super::wire;
use crate::{
    error::ApiError,
    identity::{Allowed, SendReports},
    language::{AcceptLanguage, Language},
    state::AppState,
    words,
};

/// See what a report of this launch would carry, before it is sent.
///
/// A launch of the organization, or a refusal that belongs to none, by its reference. The texts are in the language of
/// `Accept-Language`; a report keeps them for readers of every language.
#[utoipa::path(
    tag = "problem reports", operation_id = "get_report_diagnostics",
    params(("reference" = String, Path, description = "The launch's reference, in whatever case, with or without hyphens", example = "5TFA-R7YN-2K8Q")),
    responses(
        (status = 200, description = "What would be attached", body = ReportDiagnostics),
        (status = 404, description = "No such launch", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[get("/problem-reports/diagnostics/{reference}")]
pub async fn get_report_diagnostics(
    sender: Allowed<SendReports>,
    state: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    reference: web::Path<String>,
) -> Result<web::Json<ReportDiagnostics>, ApiError> {
    let not_found = || ApiError::NotFound {
        code: "launch.not_found",
        detail: api::launch::NOT_FOUND,
    };
    let reference = Reference::parse(&reference).map_err(|_| not_found())?;
    let found = of_launch(&state, sender.caller.tenant, &reference, language).await?;
    found.map(web::Json).ok_or_else(not_found)
}

/// The diagnostics of a launch of the tenant, or of one that belongs to nobody: such a refusal is known by its reference only.
pub(super) async fn of_launch(
    state: &AppState,
    tenant: TenantId,
    reference: &Reference,
    language: Language,
) -> Result<Option<ReportDiagnostics>, ApiError> {
    let Some(found) = state.store.find_launch(tenant, reference).await? else {
        return Ok(None);
    };
    let checks = words::read_checks(&found.checks, language).map_err(|error| ApiError::Internal(error.into()))?;
    Ok(Some(wire::diagnostics(found.launch, checks)))
}
