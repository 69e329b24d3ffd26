use contract::{Launch, LaunchOutcome, Registration, RegistrationPage, RegistrationSummary};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use uuid::Uuid;

use super::reason;
use super::trend::Trend;
use crate::api::{Api, LaunchQuery, RegistrationQuery};
use crate::components::{Button, FieldError, Heading, Icon, LoadFailed, OutcomePill, PageLinks, Pager, SkeletonRows, live};
use crate::dates;
use crate::i18n::texts;
use crate::load::{Load, Loaded, load};
use crate::pages::Catalogue;
use crate::pages::registrations::Filter;
use crate::reference;
use crate::router::{Page, Router};

/// What stands under the filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Table,
    Nothing,
    Failure,
}

#[component]
pub(crate) fn LaunchesPage() -> impl IntoView {
    let t = &texts().launches;
    let api = expect_context::<Api>();
    let router = expect_context::<Router>();
    let query = RwSignal::new(untrack(|| {
        LaunchQuery::of_address(&|name| router.query(name).unwrap_or_default())
    }));
    router.keep(Page::Launches, move || query.with(LaunchQuery::address));
    let chosen = query.with_untracked(|query| query.registration_id.clone());
    let links = RwSignal::new(PageLinks::default());
    let registrations = {
        let api = api.clone();
        load(move || {
            let (api, chosen) = (api.clone(), chosen.clone());
            async move {
                let mut page = api.registrations(&RegistrationQuery::all()).await?;
                // A link may name one beyond the first page.
                if !chosen.is_empty() && !page.value.iter().any(|registration| registration.id.to_string() == chosen) {
                    page.value.extend(api.registration(&chosen).await.ok());
                }
                Ok(page)
            }
        })
    };
    let page = load(move || {
        let path = links.with(|links| links.current(query.with(LaunchQuery::path)));
        let api = api.clone();
        async move { api.launches(&path).await }
    });
    let again = Callback::new(move |()| page.again());
    let shown = Memo::new(move |_| match page.get() {
        Load::Failed(_) => Shown::Failure,
        Load::Ready(page) if page.value.is_empty() => Shown::Nothing,
        Load::Pending | Load::Ready(_) => Shown::Table,
    });
    view! {
        <main class="main" id="main" tabindex="-1">
            <div class="page-head">
                <div>
                    <Heading text=t.title.to_owned() />
                    <p class="lead">{t.lead}</p>
                </div>
            </div>
            <div class="space-below">
                <Trend query />
            </div>
            <div class="commands">
                <Outcomes query links />
                <div class="end">
                    <LookUp />
                </div>
            </div>
            <div class="filters" role="group" aria-label=t.filters>
                <RegistrationFilter query links registrations />
                <TimeFilter query links />
                <Button label=texts().common.refresh.to_owned() icon="arrow-sync" class="button-subtle" press=again />
            </div>
            {live(move || match shown.get() {
                Shown::Table => view! { <Card page links /> }.into_any(),
                Shown::Nothing => view! { <Empty filtered=query.with(|query| *query != LaunchQuery::default()) /> }.into_any(),
                Shown::Failure => view! { <Failure page again /> }.into_any(),
            })}
        </main>
    }
}

#[component]
fn Outcomes(query: RwSignal<LaunchQuery>, links: RwSignal<PageLinks>) -> impl IntoView {
    let t = &texts().launches;
    let choice = move |outcome: Option<LaunchOutcome>, text: &'static str| {
        let choose = move |_| {
            links.set(PageLinks::default());
            query.update(|query| query.outcome = outcome);
        };
        view! {
            <label>
                <input
                    type="radio"
                    name="outcome"
                    prop:checked=move || query.with(|query| query.outcome == outcome)
                    on:change=choose
                />
                {text}
            </label>
        }
    };
    view! {
        <fieldset class="segments">
            <legend class="sr-only">{t.outcome}</legend>
            {choice(None, t.all)}
            {choice(Some(LaunchOutcome::Refused), t.refused)}
            {choice(Some(LaunchOutcome::Accepted), t.accepted)}
        </fieldset>
    }
}

/// Leads to the launch that a reference names.
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
                {live(move || {
                    wrong.get().then(|| view! { <FieldError id="reference-error".to_owned() text=t.not_a_reference.to_owned() /> })
                })}
            </div>
        </form>
    }
}

#[component]
fn RegistrationFilter(
    query: RwSignal<LaunchQuery>,
    links: RwSignal<PageLinks>,
    registrations: Loaded<RegistrationPage>,
) -> impl IntoView {
    let t = &texts().launches;
    let options = move || {
        let entry = |registration: Registration| (registration.id.to_string(), registration.name);
        registrations
            .ready()
            .map(|page| page.value.into_iter().map(entry).collect::<Vec<_>>())
            .unwrap_or_default()
    };
    view! {
        <Filter
            id="filter-registration"
            label=t.registration
            all=t.all_registrations
            options=Signal::derive(options)
            chosen=Signal::derive(move || query.with(|query| query.registration_id.clone()))
            choose=Callback::new(move |id: String| {
                links.set(PageLinks::default());
                query.update(|query| id.clone_into(&mut query.registration_id));
            })
        />
    }
}

#[component]
fn TimeFilter(query: RwSignal<LaunchQuery>, links: RwSignal<PageLinks>) -> impl IntoView {
    let t = &texts().launches;
    let ranges = move || {
        let mut ranges = vec![("1".to_owned(), t.last_day.to_owned())];
        ranges.extend([7_usize, 14, 30].map(|days| (days.to_string(), texts().chart.last_days.of(days))));
        ranges
    };
    view! {
        <Filter
            id="filter-time"
            label=t.time
            all=t.all_times
            options=Signal::derive(ranges)
            chosen=Signal::derive(move || query.with(|query| query.days.clone()))
            choose=Callback::new(move |days: String| {
                links.set(PageLinks::default());
                query.update(|query| query.back_to(days));
            })
        />
    }
}

#[component]
fn Empty(filtered: bool) -> impl IntoView {
    let t = &texts().launches;
    view! {
        <div class="card empty">
            <h2>{if filtered { t.none_found } else { t.empty }}</h2>
            {(!filtered).then(|| view! { <p>{t.empty_text}</p> })}
        </div>
    }
}

#[component]
fn Failure(page: Loaded<contract::LaunchPage>, again: Callback<()>) -> impl IntoView {
    live(move || match page.get() {
        Load::Failed(error) => Some(view! { <LoadFailed error again /> }),
        Load::Pending | Load::Ready(_) => None,
    })
}

#[component]
fn Card(page: Loaded<contract::LaunchPage>, links: RwSignal<PageLinks>) -> impl IntoView {
    let t = &texts().launches;
    let next_link = Signal::derive(move || page.ready().and_then(|page| page.next_link));
    let summary = Signal::derive(move || page.ready().map(|page| t.on_page.of(page.value.len())).unwrap_or_default());
    let row = |launch| view! { <Row launch /> };
    let body = move || match page.ready() {
        Some(page) => page.value.into_iter().map(row).collect_view().into_any(),
        None => view! { <SkeletonRows columns=5 /> }.into_any(),
    };
    let header = |text: &'static str| view! { <th scope="col" role="columnheader">{text}</th> };
    view! {
        <div class="card" aria-busy=move || page.busy().to_string()>
            <div class="table-wrap">
                <table class="table" role="table">
                    <caption class="sr-only">{t.table}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            {header(t.reference)} {header(t.time)} {header(t.registration)} {header(t.outcome)} {header(t.reason)}
                            <th scope="col" role="columnheader" class="actions">
                                <span class="sr-only">{texts().registrations.actions}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{live(body)}</tbody>
                </table>
            </div>
            <Pager links next_link summary back=texts().common.newer on=texts().common.older />
        </div>
    }
}

/// A registration's name, and its app or that it was deleted.
#[component]
pub(crate) fn RegistrationName(id: Option<Uuid>, registration: Option<RegistrationSummary>) -> impl IntoView {
    let catalogue = expect_context::<Catalogue>();
    let deleted = texts().launches.deleted_registration;
    match (registration, id) {
        (Some(registration), _) => {
            let sub = if registration.deleted {
                deleted.into_any()
            } else {
                live(move || catalogue.app_name(&registration.app_id)).into_any()
            };
            view! { <span>{registration.name} <span class="sub">{sub}</span></span> }.into_any()
        }
        (None, Some(id)) => view! { <span>{deleted} <span class="sub mono">{id.to_string()}</span></span> }.into_any(),
        (None, None) => view! { <span class="muted">"–"</span> }.into_any(),
    }
}

/// The code of a refusal, which breaks after its family where there is no room.
#[component]
fn Code(code: String) -> impl IntoView {
    let (family, reason) = code.split_once('.').unwrap_or((&code, ""));
    let reason = (!reason.is_empty()).then(|| view! { "." <wbr /> {reason.to_owned()} });
    view! { <span class="sub mono">{family.to_owned()}{reason}</span> }
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
                <a class="icon-button tooltip" data-tip=texts().common.view href=href aria-label=t.view_value.with(&[&launch.reference])>
                    <Icon name="eye" />
                </a>
            </td>
        </tr>
    }
}
