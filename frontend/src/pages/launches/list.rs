use contract::{Launch, RegistrationSummary};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use uuid::Uuid;

use super::reason;
use super::registration_filter::RegistrationFilter;
use super::trend::Trend;
use crate::api::LAUNCHES;
use crate::components::{
    Column, FieldError, Filter, Filters, Heading, Icon, List, ListParameters, ListShape, OutcomePill, Segments,
};
use crate::dates;
use crate::i18n::texts;
use crate::reactive::dynamic;
use crate::reference;
use crate::router::Router;
use crate::session::Catalogue;

#[component]
pub(crate) fn LaunchesPage() -> impl IntoView {
    let t = &texts().launches;
    let list = List::new(&LAUNCHES, |api, path| async move {
        api.launches(&path).await.map(|page| (page.value, page.next_link))
    });
    let parameters = list.parameters;
    let shape = ListShape {
        table: t.table,
        columns: vec![
            Column::new(t.reference, "column-reference"),
            Column::new(t.time, "column-time"),
            Column::new(t.registration, ""),
            Column::new(t.outcome, "column-pill"),
            Column::new(t.reason, "column-reason"),
            Column::actions("actions column-action"),
        ],
        count: |count| texts().launches.count.of(count),
        back: texts().common.newer,
        on: texts().common.older,
        nothing_fits: t.none_found,
        empty: || view! { <Empty /> }.into_any(),
    };
    view! {
        <main class="main" id="main" tabindex="-1">
            <div class="page-head">
                <div>
                    <Heading text=t.title.to_owned() />
                    <p class="lead">{t.lead}</p>
                </div>
            </div>
            <div class="space-below">
                <Trend parameters refreshed=list.refreshed() />
            </div>
            <div class="commands">
                <Segments
                    parameters
                    name="outcome"
                    legend=t.outcome
                    choices=vec![("", t.all), ("refused", t.refused), ("accepted", t.accepted)]
                />
                <div class="end">
                    <LookUp />
                </div>
            </div>
            <Filters>
                <RegistrationFilter parameters />
                <TimeFilter parameters />
                {list.refresh()}
            </Filters>
            {list.view(shape, |launch| view! { <Row launch /> }.into_any())}
        </main>
    }
}

/// A search field for the reference of a launch.
#[component]
pub(super) fn LookUp() -> impl IntoView {
    let t = &texts().launches;
    let router = expect_context::<Router>();
    let (typed, set_typed) = signal(String::new());
    let (wrong, set_wrong) = signal(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let found = reference::parse(&typed.get_untracked());
        set_wrong.set(found.is_none());
        if let Some(reference) = found {
            router.go(&format!("/launches/{reference}"));
        }
    };
    view! {
        <form class="look-up" role="search" novalidate on:submit=submit>
            <div class="search">
                <Icon name="search" />
                <label class="sr-only" for="reference">
                    {t.find}
                </label>
                <input
                    class="input"
                    id="reference"
                    type="search"
                    maxlength="64"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder=t.find_hint
                    aria-describedby="reference-error"
                    aria-invalid=move || wrong.get().to_string()
                    prop:value=typed
                    on:input=move |event| {
                        set_wrong.set(false);
                        set_typed.set(event_target_value(&event));
                    }
                />
            </div>
            <button class="button">{t.find_button}</button>
            <div role="alert" class="look-up-error">
                {dynamic(move || {
                    wrong.get().then(|| view! { <FieldError id="reference-error".to_owned() text=t.not_a_reference.to_owned() /> })
                })}
            </div>
        </form>
    }
}

#[component]
fn TimeFilter(parameters: ListParameters) -> impl IntoView {
    let t = &texts().launches;
    let mut ranges = vec![("1".to_owned(), t.last_day.to_owned())];
    ranges.extend([7_usize, 14, 30].map(|days| (days.to_string(), texts().chart.last_days.of(days))));
    view! { <Filter parameters name="days" label=t.time all=t.all_times options=Signal::stored(ranges) /> }
}

#[component]
fn Empty() -> impl IntoView {
    let t = &texts().launches;
    view! {
        <div class="card empty">
            <h2>{t.empty}</h2>
            <p>{t.empty_text}</p>
        </div>
    }
}

/// The name of a registration, with its app or a note that it was deleted.
#[component]
pub(crate) fn RegistrationName(id: Option<Uuid>, registration: Option<RegistrationSummary>) -> impl IntoView {
    let catalogue = expect_context::<Catalogue>();
    let deleted = texts().launches.deleted_registration;
    match (registration, id) {
        (Some(registration), _) => {
            let RegistrationSummary { name, app_id, .. } = registration;
            let sub = if registration.deleted {
                deleted.into_any()
            } else {
                dynamic(move || catalogue.app_name(&app_id)).into_any()
            };
            view! {
                <span>
                    <span class="clamp">{name}</span>
                    " "
                    <span class="sub">{sub}</span>
                </span>
            }
            .into_any()
        }
        (None, Some(id)) => view! { <span>{deleted} <span class="sub mono">{id.to_string()}</span></span> }.into_any(),
        (None, None) => view! { <span class="muted">"–"</span> }.into_any(),
    }
}

/// The code of a refusal. It may wrap after its prefix.
#[component]
fn Code(code: String) -> impl IntoView {
    let (prefix, reason) = code.split_once('.').unwrap_or((&code, ""));
    let reason = (!reason.is_empty()).then(|| view! { "." <wbr /> {reason.to_owned()} });
    view! { <span class="sub mono">{prefix.to_owned()}{reason}</span> }
}

#[component]
fn Row(launch: Launch) -> impl IntoView {
    let t = &texts().launches;
    let href = format!("/launches/{}", launch.reference);
    let why = match (reason(launch.code.as_deref()), launch.code) {
        (Some(why), Some(code)) => view! { <span>{why} <Code code /></span> }.into_any(),
        _ => view! { <span class="muted">"–"</span> }.into_any(),
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <a class="row-link mono" href=href.clone()>
                    {launch.reference.clone()}
                </a>
            </th>
            <td role="cell" data-label=t.time class="nowrap">
                {dates::exact_element(launch.at)}
            </td>
            <td role="cell" data-label=t.registration>
                <RegistrationName id=launch.registration_id registration=launch.registration />
            </td>
            <td role="cell" data-label=t.outcome>
                <OutcomePill outcome=launch.outcome />
            </td>
            <td role="cell" data-label=t.reason>
                {why}
            </td>
            <td role="cell" class="actions">
                <a class="icon-button tooltip" data-tip=texts().common.view href=href aria-label=t.view_value.with([&launch.reference])>
                    <Icon name="eye" />
                </a>
            </td>
        </tr>
    }
}
