//! Problem reports between wire and domain. Each function destructures its value completely, so that no field is forgotten.

use contract as wire;
use domain::{ReportCategory, ReportDraft, ReportState};
use messages::Text;
use store::Channel;

use super::diagnostics;
use crate::{
    http::{error::ApiError, language::Language},
    services::support_desk,
};

/// One error of a body.
pub(super) fn problem_fault(pointer: &str, detail: &Text, language: Language) -> wire::ProblemFault {
    wire::ProblemFault {
        detail: detail.of(language).into_owned(),
        pointer: pointer.to_owned(),
    }
}

/// The entered report, as a draft for the domain to validate.
pub(super) fn draft(new: wire::NewProblemReport) -> ReportDraft {
    let wire::NewProblemReport {
        category,
        summary,
        description,
        contact_email,
        launch_reference,
        attach_diagnostics,
        browser,
        portal_version,
        id: _,
        number: _,
        tenant_id: _,
        tenant_name: _,
        diagnostics: _,
        created_at: _,
        created_by: _,
        updated_at: _,
        state: _,
        history: _,
        comments: _,
        deliveries: _,
    } = new;
    ReportDraft {
        category: category.map(parse_category),
        summary,
        description,
        contact_email,
        launch_reference,
        attach_diagnostics,
        browser,
        portal_version,
    }
}

/// A report as the API shows it, to readers of that language; `deliveries` for support staff.
///
/// # Errors
///
/// Where the stored diagnostics can't be read.
pub fn report(
    report: domain::ProblemReport,
    deliveries: Option<Vec<store::ReportDelivery>>,
    language: Language,
) -> Result<wire::ProblemReport, ApiError> {
    let domain::ProblemReport {
        summary,
        description,
        contact_email,
        attach_diagnostics,
        diagnostics,
        browser,
        portal_version,
        history,
        comments,
    } = report;
    let wire::ProblemReportSummary {
        id,
        number,
        tenant_id,
        tenant_name,
        category,
        summary,
        launch_reference,
        created_at,
        created_by,
        updated_at,
        state,
    } = self::summary(summary);
    let diagnostics = diagnostics.map(|stored| diagnostics::read(&stored, language)).transpose()?;
    Ok(wire::ProblemReport {
        id,
        number,
        tenant_id,
        tenant_name,
        category,
        summary,
        description,
        contact_email,
        launch_reference,
        attach_diagnostics,
        diagnostics,
        browser,
        portal_version,
        created_at,
        created_by,
        updated_at,
        state,
        history: history.into_iter().map(change).collect(),
        comments: comments.into_iter().map(comment).collect(),
        deliveries: deliveries.map(|all| all.into_iter().map(|one| delivery(one, language)).collect()),
    })
}

/// A report as a list shows it.
pub(super) fn summary(report: domain::ReportSummary) -> wire::ProblemReportSummary {
    let domain::ReportSummary {
        id,
        number,
        tenant_id,
        tenant_name,
        category,
        summary,
        launch_reference,
        created_at,
        created_by,
        updated_at,
        state,
    } = report;
    wire::ProblemReportSummary {
        id: id.0,
        number: number.to_string(),
        tenant_id: tenant_id.0,
        tenant_name,
        category: self::category(category),
        summary,
        launch_reference: launch_reference.map(|reference| reference.to_string()),
        created_at,
        created_by: created_by.map(crate::api::wire::actor),
        updated_at,
        state: self::state(state),
    }
}

/// A change of state.
pub fn change(change: domain::StateChange) -> wire::ReportStateChange {
    let domain::StateChange { at, by, state } = change;
    wire::ReportStateChange {
        at,
        by: crate::api::wire::actor(by),
        state: self::state(state),
    }
}

/// An answer.
pub fn comment(comment: domain::Comment) -> wire::ReportComment {
    let domain::Comment {
        at,
        by,
        by_support,
        text,
    } = comment;
    wire::ReportComment {
        at,
        by: crate::api::wire::actor(by),
        by_support,
        text,
    }
}

fn delivery(delivery: store::ReportDelivery, language: Language) -> wire::ReportDelivery {
    let store::ReportDelivery {
        id,
        event,
        channel,
        attempts,
        last_error,
        next_attempt_at,
    } = delivery;
    wire::ReportDelivery {
        id,
        event,
        channel: match channel {
            Channel::Webhook => wire::DeliveryChannel::Webhook,
            Channel::Email => wire::DeliveryChannel::Email,
        },
        state: if next_attempt_at.is_some() {
            wire::DeliveryState::Waiting
        } else {
            wire::DeliveryState::Dead
        },
        attempts,
        last_error: last_error.map(|error| support_desk::read_failure(&error, language)),
        next_attempt_at,
    }
}

pub(super) fn parse_category(category: wire::ReportCategory) -> ReportCategory {
    match category {
        wire::ReportCategory::Launch => ReportCategory::Launch,
        wire::ReportCategory::Registration => ReportCategory::Registration,
        wire::ReportCategory::SignIn => ReportCategory::SignIn,
        wire::ReportCategory::Other => ReportCategory::Other,
    }
}

fn category(category: ReportCategory) -> wire::ReportCategory {
    match category {
        ReportCategory::Launch => wire::ReportCategory::Launch,
        ReportCategory::Registration => wire::ReportCategory::Registration,
        ReportCategory::SignIn => wire::ReportCategory::SignIn,
        ReportCategory::Other => wire::ReportCategory::Other,
    }
}

pub(super) fn parse_state(state: wire::ReportState) -> ReportState {
    match state {
        wire::ReportState::Open => ReportState::Open,
        wire::ReportState::InProgress => ReportState::InProgress,
        wire::ReportState::Resolved => ReportState::Resolved,
    }
}

fn state(state: ReportState) -> wire::ReportState {
    match state {
        ReportState::Open => wire::ReportState::Open,
        ReportState::InProgress => wire::ReportState::InProgress,
        ReportState::Resolved => wire::ReportState::Resolved,
    }
}
