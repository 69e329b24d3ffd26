//! The diagnostics of a launch in a report: stored with the report, and shown as a preview before it is sent.

use actix_web::{get, web};
use contract::{Problem, ReportDiagnostics};
use domain::{Reference, TenantId};
use messages::api;
use serde_json::Value;

use crate::{
    http::{
        error::ApiError,
        language::{AcceptLanguage, Language},
    },
    records,
    request::authorization::{Allowed, SendReports},
    state::AppState,
};

/// See what a report of this launch would carry, before it is sent.
///
/// A launch of the organization, or a refusal that belongs to none, by its reference. The texts are in the language of
/// `Accept-Language`; a report keeps data, of which they are made.
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
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    reference: web::Path<String>,
) -> Result<web::Json<ReportDiagnostics>, ApiError> {
    let not_found = || ApiError::NotFound {
        code: "launch.not_found",
        detail: api::launch::NOT_FOUND,
    };
    let reference = Reference::parse(&reference).map_err(|_| not_found())?;
    let found = launch_diagnostics(&app, sender.caller.tenant, &reference, language).await?;
    found.map(web::Json).ok_or_else(not_found)
}

/// The diagnostics of a launch of the tenant, or of one that belongs to nobody: such a refusal is known by its reference only.
pub(super) async fn launch_diagnostics(
    app: &AppState,
    tenant: TenantId,
    reference: &Reference,
    language: Language,
) -> Result<Option<ReportDiagnostics>, ApiError> {
    let stored = stored_diagnostics(app, tenant, reference).await?;
    stored.map(|stored| read(&stored, language)).transpose()
}

/// The same as it is stored with a report: its launch's record may be gone before.
pub(super) async fn stored_diagnostics(
    app: &AppState,
    tenant: TenantId,
    reference: &Reference,
) -> Result<Option<String>, ApiError> {
    let launch = app.store.find_launch(tenant, reference).await?;
    launch
        .map(store)
        .transpose()
        .map_err(|error| ApiError::Internal(error.into()))
}

fn store(launch: domain::LaunchDetails) -> Result<String, serde_json::Error> {
    let mut diagnostics = serde_json::to_value(of_record(launch.launch))?;
    diagnostics["checks"] = serde_json::from_str(&launch.checks)?;
    Ok(diagnostics.to_string())
}

/// A launch's part of a report, without its checks.
fn of_record(launch: domain::Launch) -> ReportDiagnostics {
    let domain::Launch {
        reference,
        at,
        outcome,
        code,
        registration_id,
        registration,
        message_type,
    } = launch;
    ReportDiagnostics {
        reference: reference.to_string(),
        at,
        outcome: match outcome {
            domain::LaunchOutcome::Accepted => contract::LaunchOutcome::Accepted,
            domain::LaunchOutcome::Refused => contract::LaunchOutcome::Refused,
        },
        code,
        message_type,
        registration_id: registration_id.map(|id| id.0),
        registration_name: registration.as_ref().map(|registration| registration.name.clone()),
        app_id: registration.as_ref().map(|registration| registration.app_id.clone()),
        platform: registration.map(|registration| registration.product.id().to_owned()),
        checks: Vec::new(),
        gateway_version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Stored diagnostics in that language.
///
/// # Errors
///
/// Where they can't be read.
pub(super) fn read(stored: &str, language: Language) -> Result<ReportDiagnostics, ApiError> {
    let read = || {
        let mut diagnostics: Value = serde_json::from_str(stored)?;
        let checks = records::read_checks(diagnostics["checks"].take(), language)?;
        diagnostics["checks"] = serde_json::to_value(checks)?;
        serde_json::from_value(diagnostics)
    };
    read().map_err(|error: serde_json::Error| ApiError::Internal(error.into()))
}
