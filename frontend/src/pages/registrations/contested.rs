//! The list's notes on contests: LMSs that the organization lost, and its own open contests.

use contract::{AuditEvent, ContestState};
use leptos::prelude::*;

use crate::api::{Api, CONTESTS, ListQuery};
use crate::components::{Intent, MessageBar};
use crate::dates;
use crate::i18n::texts;
use crate::load::load;
use crate::reactive::dynamic;

#[component]
pub(super) fn Contested() -> impl IntoView {
    let t = &texts().contests;
    let api = expect_context::<Api>();
    let of_losses = api.clone();
    let lost = load(move || {
        let api = of_losses.clone();
        async move { api.lost_claims().await }
    });
    let contests = load(move || {
        let api = api.clone();
        async move { api.contests(&ListQuery::all(&CONTESTS).path()).await }
    });
    let loss = move |event: AuditEvent| {
        let registration = event.subject.registration.map(|registration| registration.name);
        let text = t.lost_text.with([&registration.unwrap_or_default(), &dates::full(event.at)]);
        view! { <div class="space-below"><MessageBar intent=Intent::Warning strong=t.lost text /></div> }
    };
    let open = move || {
        let contests = contests.ready()?.value.into_iter();
        let open = contests.filter(|contest| contest.state == ContestState::Open).count();
        (open > 0).then(|| view! { <p class="space-below"><a href="/contests">{t.open.of(open)}</a></p> })
    };
    view! {
        {dynamic(move || lost.ready().map(|page| page.value.into_iter().map(loss).collect_view()))}
        {dynamic(open)}
    }
}
