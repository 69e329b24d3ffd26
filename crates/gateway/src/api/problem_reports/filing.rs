//! Stores a valid report, with diagnostics, a number and the events to forward.

use domain::{NewReport, ProblemReport, ReportCategory, ReportId, ReportNumber};
use messages::api;
use store::{Filed, Filing, FilingError, IdempotencyKey};
use uuid::Uuid;

use super::{diagnostics, forwarding, sender::Sender, wire};
use crate::{
    http::{error::ApiError, language},
    services::{random, support_desk::Event},
    state::AppState,
};

/// How often a number that is taken is made anew. With a million reports that happens to one in a hundred.
const NUMBERS: usize = 5;

/// Stores a report and sees to its delivery. The same request sent again answers with the report that the first one stored.
pub async fn file_report(
    app: &AppState,
    sender: &Sender,
    new: NewReport,
    key: Option<IdempotencyKey>,
) -> Result<ProblemReport, ApiError> {
    let new = confine(sender, new)?;
    let tenant = sender.tenant();
    let tenant_name = app.store.find_tenant(tenant).await?.map(|tenant| tenant.display_name);
    let attached = match &new.launch_reference {
        Some(reference) if new.attach_diagnostics => diagnostics::stored_diagnostics(app, tenant, reference).await?,
        _ => None,
    };
    let at = app.clock.now();
    let support = &app.config.support;
    for _ in 0..NUMBERS {
        let report = ProblemReport::sent(
            ReportId(Uuid::now_v7()),
            ReportNumber::from_random(random::bytes()),
            (tenant, tenant_name.clone()),
            &sender.reporter(),
            new.clone(),
            attached.clone(),
            at,
        );
        let filing = Filing {
            reporter: sender.reporter(),
            key: key.clone(),
            daily_limit: match sender {
                Sender::Caller(_) => support.reports_per_day,
                Sender::Holder(_) => support.unsigned_in_reports_per_day,
            },
            deliveries: forwarding::deliveries(app, &Event::Created, &report)?,
        };
        match app.store.insert_report(&report, &filing).await {
            Ok(Filed::Stored) => {
                app.metrics.report_stored(matches!(sender, Sender::Caller(_)));
                app.support_desk.wake();
                tracing::info!(report = %report.summary.id, "problem report stored");
                return Ok(report);
            }
            Ok(Filed::Repeated(report)) => return Ok(*report),
            Err(FilingError::NumberTaken) => {}
            Err(refused) => return Err(self::refused(refused, at)),
        }
    }
    Err(ApiError::Internal(anyhow::anyhow!("no free number for a problem report")))
}

/// The holder of a signed reference reports that launch and nothing else.
fn confine(sender: &Sender, new: NewReport) -> Result<NewReport, ApiError> {
    let Sender::Holder(signed) = sender else { return Ok(new) };
    let language = language::current();
    let mut errors = Vec::new();
    if new.category != ReportCategory::Launch {
        errors.push(wire::problem_fault("/category", &api::field_errors::LAUNCH_ONLY, language));
    }
    if new
        .launch_reference
        .as_ref()
        .is_some_and(|reference| *reference != signed.reference)
    {
        errors.push(wire::problem_fault(
            "/launchReference",
            &api::field_errors::OTHER_LAUNCH,
            language,
        ));
    }
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    Ok(NewReport {
        launch_reference: Some(signed.reference.clone()),
        ..new
    })
}

fn refused(refused: FilingError, at: time::OffsetDateTime) -> ApiError {
    match refused {
        FilingError::KeyReused => ApiError::Conflict {
            code: "idempotency_key.reused",
            detail: api::idempotency_key::REUSED,
            pointer: None,
            registration: None,
        },
        FilingError::ReferenceUsed => ApiError::Conflict {
            code: "report.reference_used",
            detail: api::report::REFERENCE_USED,
            pointer: None,
            registration: None,
        },
        FilingError::QuotaUsedUp => {
            let midnight = (at.date() + time::Duration::days(1)).midnight().assume_utc();
            ApiError::TooMany {
                code: "report.quota",
                detail: api::report::QUOTA,
                retry_after: (midnight - at).whole_seconds() + 1,
            }
        }
        FilingError::TenantNotFound => ApiError::Forbidden {
            code: "tenant.not_registered",
            detail: api::tenant::GONE,
        },
        FilingError::NumberTaken => ApiError::Internal(anyhow::anyhow!("no free number for a problem report")),
        FilingError::Store(error) => error.into(),
    }
}
