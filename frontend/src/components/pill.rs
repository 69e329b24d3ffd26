use contract::{ContestState, HealthState, LaunchOutcome, Registration};
use leptos::prelude::*;

use super::Icon;
use crate::dates;
use crate::i18n::texts;

/// An icon and a text, so that the colour is never the only sign.
#[component]
fn Pill(class: &'static str, icon: &'static str, icon_class: &'static str, text: &'static str) -> impl IntoView {
    view! { <span class=format!("pill {class}")><Icon name=icon class=icon_class />{text}</span> }
}

/// The health of a registration with the reason below it.
#[component]
pub(crate) fn HealthPill(
    registration: Registration,
    /// Leaves out the reason.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let t = &texts().registrations;
    let Registration {
        health,
        waiting_deployments,
        last_launch_at,
        app_withdrawn,
        ..
    } = registration;
    let (pill, reason) = match (health.state, waiting_deployments) {
        // No launch succeeds, whatever the state of the keyset.
        _ if app_withdrawn => (
            view! { <Pill class="pill-warning" icon="warning" icon_class="icon-solid" text=t.withdrawn /> },
            t.withdrawn_text.to_owned(),
        ),
        (HealthState::Bad, _) => (
            view! { <Pill class="pill-danger" icon="error-circle" icon_class="icon-solid" text=t.failing /> },
            health.detail.unwrap_or_default(),
        ),
        (_, waiting @ 1..) => (
            view! { <Pill class="pill-warning" icon="warning" icon_class="icon-solid" text=t.attention /> },
            t.pending.of(waiting as usize),
        ),
        (HealthState::Good, 0) => (
            view! { <Pill class="pill-success" icon="check-circle" icon_class="icon-solid" text=t.healthy /> },
            String::new(),
        ),
        (HealthState::Unknown, 0) => {
            let text = if last_launch_at.is_none() {
                t.no_launches
            } else {
                t.unchecked
            };
            (view! { <Pill class="" icon="clock" icon_class="" text /> }, String::new())
        }
    };
    // The date since it fails precedes the reason, which a row may cut off.
    let since = health.since.filter(|_| health.state == HealthState::Bad && !app_withdrawn);
    let since = since.map(|since| view! { <span>{dates::day_within(&texts().details.since, since)} " · "</span> });
    let reason = (!short && !reason.is_empty()).then(|| {
        let whole = reason.clone();
        view! { <span class="sub" title=whole>{since} {reason}</span> }
    });
    view! { <span>{pill} {reason}</span> }
}

/// The outcome of a launch.
#[component]
pub(crate) fn OutcomePill(outcome: LaunchOutcome) -> impl IntoView {
    let t = &texts().launches;
    match outcome {
        LaunchOutcome::Accepted => {
            view! { <Pill class="pill-success" icon="check-circle" icon_class="icon-solid" text=t.accepted /> }
        }
        LaunchOutcome::Refused => {
            view! { <Pill class="pill-danger" icon="dismiss-circle" icon_class="icon-solid" text=t.refused /> }
        }
    }
}

/// Where a contest stands.
#[component]
pub(crate) fn ContestPill(state: ContestState) -> impl IntoView {
    let t = &texts().contests;
    match state {
        ContestState::Open => view! { <Pill class="" icon="clock" icon_class="" text=t.state_open /> },
        ContestState::Proven => {
            view! { <Pill class="pill-success" icon="check-circle" icon_class="icon-solid" text=t.state_proven /> }
        }
        ContestState::Expired => {
            view! { <Pill class="pill-warning" icon="warning" icon_class="icon-solid" text=t.state_expired /> }
        }
    }
}
