use contract::{ProblemReportSummary, Role};
use leptos::prelude::*;

use super::{CATEGORIES, STATES, StatePill, category_name, state_name};
use crate::api::REPORTS;
use crate::components::{Column, Filter, Filters, Heading, List, ListShape, ReportButton, Search, Segments};
use crate::dates;
use crate::i18n::texts;
use crate::session::Membership;

/// `/reports`. Educators see their own reports, administrators those of the organization, support staff all.
#[component]
pub(crate) fn ReportsPage() -> impl IntoView {
    let t = &texts().reports;
    let account = expect_context::<Membership>().account();
    let support = account.roles.contains(&Role::Support);
    let sees_others = support || account.roles.contains(&Role::Admin);
    let list = List::new(&REPORTS, |api, path| async move {
        api.reports(&path).await.map(|page| (page.value, page.next_link))
    });
    let parameters = list.parameters;
    let (title, lead) = match (support, sees_others) {
        (true, _) => (t.title, t.lead_support),
        (_, true) => (t.title, t.lead_admin),
        (_, false) => (t.mine, t.lead_own),
    };
    // Administrators can filter by their own reports, support staff by reports that never reached the support desk.
    let (name, legend, some) = if support {
        ("undelivered", t.delivery, t.only_undelivered)
    } else {
        ("mine", t.whose, t.mine)
    };
    let narrowed = sees_others.then(|| view! { <Segments parameters name legend choices=vec![("", t.all), ("true", some)] /> });
    let states = STATES
        .map(|(state, code)| (code.to_owned(), state_name(state).to_owned()))
        .to_vec();
    let categories = CATEGORIES
        .map(|(category, code)| (code.to_owned(), category_name(category).to_owned()))
        .to_vec();
    let shape = ListShape {
        table: t.title,
        columns: vec![
            Column::new(t.number, "column-reference"),
            Column::new(t.problem, ""),
            Column::new(if support { t.organization } else { t.reporter }, "column-whose"),
            Column::new(t.changed, "column-time"),
            Column::new(t.state, "column-pill"),
        ],
        count: |count| texts().reports.count.of(count),
        back: texts().common.newer,
        on: texts().common.older,
        nothing_fits: t.none_found,
        empty: || view! { <div class="card empty"><h2>{texts().reports.empty}</h2></div> }.into_any(),
    };
    view! {
        <main class="main" id="main" tabindex="-1">
            <div class="page-head">
                <div>
                    <Heading text=title.to_owned() />
                    <p class="lead">{lead}</p>
                </div>
            </div>
            <div class="commands">
                {(!support).then(|| view! { <ReportButton class="button-primary" /> })}
                {list.refresh()}
                <div class="end">
                    <Search parameters label=t.search hint=t.search_hint />
                </div>
            </div>
            <Filters>
                {narrowed}
                <Filter parameters name="state" label=t.state all=t.all_states options=Signal::stored(states) />
                <Filter parameters name="category" label=t.subject all=t.all_categories options=Signal::stored(categories) />
            </Filters>
            {list.view(shape, move |report| view! { <Row report support /> }.into_any())}
        </main>
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
                <span><span class="clamp">{report.summary}</span> <span class="sub">{category_name(report.category)}</span></span>
            </td>
            <td role="cell" data-label=label>
                <span class="clamp">{whose}</span>
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
