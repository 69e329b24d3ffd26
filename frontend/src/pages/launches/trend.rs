use contract::{DailyLaunches, DailyLaunchesPage};
use leptos::prelude::*;

use crate::api::Api;
use crate::components::{Button, Card, LaunchChart, ListParameters, sums};
use crate::i18n::texts;
use crate::load::{Load, load};
use crate::numbers::number;
use crate::reactive::dynamic;

/// The number of days in the chart without a chosen range.
const DAYS: u32 = 14;

/// Accepted and refused launches over time, of all registrations or the chosen one.
#[component]
pub(super) fn Trend(
    parameters: ListParameters,
    /// Changes when the list is fetched again.
    refreshed: Signal<u32>,
) -> impl IntoView {
    let api = expect_context::<Api>();
    // The filter by outcome doesn't affect the chart.
    let of = Memo::new(move |_| {
        (
            parameters.get("registrationId"),
            parameters.get("days").parse().unwrap_or(DAYS).max(7),
        )
    });
    let days = load(move || {
        refreshed.track();
        let (api, (registration_id, days)) = (api.clone(), of.get());
        async move { api.daily_launches(&registration_id, days).await }
    });
    let again = Callback::new(move |()| days.again());
    dynamic(move || match days.get() {
        Load::Pending => view! { <div class="card trend-placeholder"></div> }.into_any(),
        // The list below usually fails too and shows an alert. A second alert would repeat it.
        Load::Failed(_) => view! {
            <div class="card card-pad row">
                <p class="muted">{texts().chart.failed}</p>
                <Button label=texts().chart.again.to_owned() class="button-small" press=again />
            </div>
        }
        .into_any(),
        Load::Ready(DailyLaunchesPage { value }) => view! { <Shown days=value /> }.into_any(),
    })
}

#[component]
fn Shown(days: Vec<DailyLaunches>) -> impl IntoView {
    let t = &texts().chart;
    let (accepted, refused) = sums(&days);
    let stat = |value: u64, text: &'static str| view! { <div class="stat"><b>{number(value)}</b> <span>{text}</span></div> };
    let stats = view! { <div class="stats">{stat(accepted, t.accepted)} {stat(refused, t.refused)}</div> };
    let title = t.last_days.of(days.len());
    view! {
        <Card id="trend" title heading="" end=stats.into_any()>
            <LaunchChart days />
        </Card>
    }
}
