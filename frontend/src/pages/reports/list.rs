use contract::{ProblemReportPage, ProblemReportSummary, Role};
use leptos::prelude::*;

use super::{CATEGORIES, STATES, StatePill, category_name, state_name};
use crate::api::{Api, ReportQuery};
use crate::components::{Button, Heading, Icon, LoadFailed, PageLinks, Pager, ReportButton, SkeletonRows, live};
use crate::dates;
use crate::i18n::texts;
use crate::load::{Load, Loaded, load};
use crate::pages::Membership;
use crate::pages::registrations::Filter;

/// What stands under the filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Table,
    Nothing,
    Failure,
}

/// `/reports`: an educator's own reports, an administrator's organization's, support staff's everybody's.
#[component]
pub(crate) fn ReportsPage() -> impl IntoView {
    let t = &texts().reports;
    let api = expect_context::<Api>();
    let account = expect_context::<Membership>().account();
    let support = account.roles.contains(&Role::Support);
    let sees_others = support || account.roles.contains(&Role::Admin);
    let query = RwSignal::new(ReportQuery::default());
    let links = RwSignal::new(PageLinks::default());
    let page = load(move || {
        let path = links.with(|links| links.current(query.with(ReportQuery::path)));
        let api = api.clone();
        async move { api.reports(&path).await }
    });
    let again = Callback::new(move |()| page.again());
    let shown = Memo::new(move |_| match page.get() {
        Load::Failed(_) => Shown::Failure,
        Load::Ready(page) if page.value.is_empty() => Shown::Nothing,
        Load::Pending | Load::Ready(_) => Shown::Table,
    });
    let change = move |change: &dyn Fn(&mut ReportQuery)| {
        links.set(PageLinks::default());
        query.update(|query| change(query));
    };
    let (title, lead) = match (support, sees_others) {
        (true, _) => (t.title, t.lead_support),
        (_, true) => (t.title, t.lead_admin),
        (_, false) => (t.mine, t.lead_own),
    };
    // Of all that they see, administrators pick out their own, and support staff what never reached the support desk.
    let narrowed = sees_others.then(|| {
        let (legend, some, field): (_, _, fn(&mut ReportQuery) -> &mut bool) = if support {
            (t.delivery, t.only_undelivered, |query| &mut query.undelivered)
        } else {
            (t.whose, t.mine, |query| &mut query.mine)
        };
        let choice = move |on: bool, text: &'static str| {
            view! {
                <label>
                    <input
                        type="radio"
                        name="narrowed"
                        prop:checked=move || *field(&mut query.get()) == on
                        on:change=move |_| change(&|query| *field(query) = on)
                    />
                    {text}
                </label>
            }
        };
        view! {
            <fieldset class="segments">
                <legend class="sr-only">{legend}</legend>
                {choice(false, t.all)}
                {choice(true, some)}
            </fieldset>
        }
    });
    let states = STATES
        .map(|(state, code)| (code.to_owned(), state_name(state).to_owned()))
        .to_vec();
    let categories = CATEGORIES
        .map(|(category, code)| (code.to_owned(), category_name(category).to_owned()))
        .to_vec();
    view! {
        <main class="main" id="main" tabindex="-1">
            <div class="page-head">
                <div>
                    <Heading text=title.to_owned() />
                    <p class="lead">{lead}</p>
                </div>
                {(!support).then(|| view! { <ReportButton class="button-primary" /> })}
            </div>
            <div class="commands">{narrowed}</div>
            <div class="filters" role="group" aria-label=t.filters>
                <div class="search">
                    <Icon name="search" />
                    <label class="sr-only" for="search">
                        {t.search}
                    </label>
                    <input
                        class="input"
                        id="search"
                        type="search"
                        maxlength="200"
                        autocomplete="off"
                        placeholder=t.search_hint
                        on:change=move |event| {
                            let text = event_target_value(&event);
                            change(&|query| text.trim().clone_into(&mut query.search));
                        }
                    />
                </div>
                <Filter
                    id="filter-state"
                    label=t.state
                    all=t.all_states
                    options=Signal::stored(states)
                    chosen=Signal::derive(move || query.with(|query| query.state.clone()))
                    choose=Callback::new(move |state: String| change(&|query| state.clone_into(&mut query.state)))
                />
                <Filter
                    id="filter-category"
                    label=t.category
                    all=t.all_categories
                    options=Signal::stored(categories)
                    chosen=Signal::derive(move || query.with(|query| query.category.clone()))
                    choose=Callback::new(move |category: String| change(&|query| category.clone_into(&mut query.category)))
                />
                <Button label=texts().common.refresh.to_owned() icon="arrow-sync" class="button-subtle" press=again />
            </div>
            {live(move || match shown.get() {
                Shown::Table => view! { <Table page links support /> }.into_any(),
                Shown::Nothing => view! { <Empty filtered=query.with(ReportQuery::is_filter) /> }.into_any(),
                Shown::Failure => view! { <Failure page again /> }.into_any(),
            })}
        </main>
    }
}

#[component]
fn Empty(filtered: bool) -> impl IntoView {
    let t = &texts().reports;
    view! {
        <div class="card empty">
            <h2>{if filtered { t.none_found } else { t.empty }}</h2>
        </div>
    }
}

#[component]
fn Failure(page: Loaded<ProblemReportPage>, again: Callback<()>) -> impl IntoView {
    live(move || match page.get() {
        Load::Failed(error) => Some(view! { <LoadFailed error again /> }),
        Load::Pending | Load::Ready(_) => None,
    })
}

#[component]
fn Table(page: Loaded<ProblemReportPage>, links: RwSignal<PageLinks>, support: bool) -> impl IntoView {
    let t = &texts().reports;
    let next_link = Signal::derive(move || page.ready().and_then(|page| page.next_link));
    let summary = Signal::derive(move || page.ready().map(|page| t.on_page.of(page.value.len())).unwrap_or_default());
    let body = move || match page.ready() {
        Some(page) => page
            .value
            .into_iter()
            .map(|report| view! { <Row report support /> })
            .collect_view()
            .into_any(),
        None => view! { <SkeletonRows columns=5 /> }.into_any(),
    };
    let header = |text: &'static str| view! { <th scope="col" role="columnheader">{text}</th> };
    view! {
        <div class="card" aria-busy=move || page.busy().to_string()>
            <div class="table-wrap">
                <table class="table" role="table">
                    <caption class="sr-only">{t.title}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            {header(t.number)} {header(t.problem)} {header(if support { t.organization } else { t.reporter })}
                            {header(t.changed)} {header(t.state)}
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{live(body)}</tbody>
                </table>
            </div>
            <Pager links next_link summary back=texts().common.newer on=texts().common.older />
        </div>
    }
}

#[component]
fn Row(report: ProblemReportSummary, support: bool) -> impl IntoView {
    let t = &texts().reports;
    let reporter = report.created_by.map_or(t.nobody.to_owned(), |by| by.name);
    let (label, whose) = if support {
        (
            t.organization,
            report.tenant_name.unwrap_or_else(|| report.tenant_id.to_string()),
        )
    } else {
        (t.reporter, reporter)
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <a class="row-link mono" href=format!("/reports/{}", report.id)>
                    {report.number}
                </a>
            </th>
            <td role="cell" data-label=t.problem>
                <span>{report.summary} <span class="sub">{category_name(report.category)}</span></span>
            </td>
            <td role="cell" data-label=label>
                {whose}
            </td>
            <td role="cell" data-label=t.changed class="nowrap">
                {dates::exact_element(report.updated_at)}
            </td>
            <td role="cell" data-label=t.state>
                <StatePill state=report.state />
            </td>
        </tr>
    }
}
