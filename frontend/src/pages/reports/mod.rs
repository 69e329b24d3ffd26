//! Problem reports: sending and following them. Support staff answer the reports of all organizations.

mod details;
mod draft;
mod form;
mod list;

use contract::{ReportCategory, ReportDiagnostics, ReportState};
use leptos::prelude::*;

pub(crate) use details::ReportPage;
pub(crate) use form::NewReportPage;
pub(crate) use list::ReportsPage;

use super::launches::{Checks, message_name};
use crate::components::{Icon, Value, ValueList};
use crate::dates;
use crate::i18n::texts;
use crate::reactive::dynamic;
use crate::session::Catalogue;

const CATEGORIES: [(ReportCategory, &str); 4] = [
    (ReportCategory::Launch, "launch"),
    (ReportCategory::Registration, "registration"),
    (ReportCategory::SignIn, "sign_in"),
    (ReportCategory::Other, "other"),
];

const STATES: [(ReportState, &str); 3] = [
    (ReportState::Open, "open"),
    (ReportState::InProgress, "in_progress"),
    (ReportState::Resolved, "resolved"),
];

fn category_name(category: ReportCategory) -> &'static str {
    let t = &texts().reports;
    match category {
        ReportCategory::Launch => t.launch,
        ReportCategory::Registration => t.registration,
        ReportCategory::SignIn => t.sign_in,
        ReportCategory::Other => t.other,
    }
}

fn state_name(state: ReportState) -> &'static str {
    let t = &texts().reports;
    match state {
        ReportState::Open => t.open,
        ReportState::InProgress => t.in_progress,
        ReportState::Resolved => t.resolved,
    }
}

#[component]
fn StatePill(state: ReportState) -> impl IntoView {
    let (class, icon, icon_class) = match state {
        ReportState::Open => ("pill pill-warning", "circle", ""),
        ReportState::InProgress => ("pill", "clock", ""),
        ReportState::Resolved => ("pill pill-success", "check-circle", "icon-solid"),
    };
    view! {
        <span class=class>
            <Icon name=icon class=icon_class />
            {state_name(state)}
        </span>
    }
}

/// The diagnostics of a launch in a report.
#[component]
fn Diagnostics(diagnostics: ReportDiagnostics) -> impl IntoView {
    let (t, launch) = (&texts().reports, &texts().launch);
    let ReportDiagnostics {
        reference,
        at,
        outcome: _,
        code,
        message_type,
        registration_id: _,
        registration_name,
        app_id,
        platform,
        checks,
        gateway_version,
    } = diagnostics;
    view! {
        <ValueList>
            <Value name=texts().launches.reference text=reference mono=true />
            <Value name=texts().launches.time>{dates::exact_element(at)}</Value>
            <Value name=texts().launches.registration text=registration_name.unwrap_or_default() none="–" />
            <Named name=texts().common.app id=app_id find=Catalogue::app_name />
            <Named name=texts().common.lms id=platform find=Catalogue::platform_name />
            <Value name=launch.message text=message_type.map(message_name).unwrap_or_default() none="–" />
            {code.map(|code| view! { <Value name=launch.error_code text=code mono=true /> })}
            <Value name=t.gateway_version text=gateway_version />
        </ValueList>
        <details class="report-checks">
            <summary>{launch.checks}</summary>
            <Checks checks />
        </details>
    }
}

/// The name of an app or LMS. Support staff have no catalogue and see the ID.
#[component]
fn Named(name: &'static str, id: Option<String>, find: fn(&Catalogue, &str) -> String) -> impl IntoView {
    let Some(id) = id else {
        return view! { <Value name=name none="–" /> }.into_any();
    };
    let catalogue = use_context::<Catalogue>();
    let shown = move || catalogue.map_or_else(|| id.clone(), |catalogue| find(&catalogue, &id));
    view! { <Value name=name>{dynamic(shown)}</Value> }.into_any()
}
