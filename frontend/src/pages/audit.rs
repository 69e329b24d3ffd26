//! `/audit`: who did what, when.

use contract::{ActorKind, AuditEvent, AuditEventPage, AuditSubject, AuditSubjectKind};
use leptos::prelude::*;

use super::Membership;
use super::launches::RegistrationName;
use super::registrations::Filter;
use crate::api::{Api, AuditQuery};
use crate::components::{Button, Heading, LoadFailed, PageLinks, Pager, SkeletonRows, live};
use crate::dates;
use crate::i18n::texts;
use crate::load::{Load, Loaded, load};

/// What stands under the filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Table,
    Nothing,
    Failure,
}

/// The deeds that can be chosen, with their names.
fn deeds() -> [(&'static str, &'static str); 12] {
    let t = &texts().audit;
    [
        ("registration.created", t.registration_created),
        ("registration.deleted", t.registration_deleted),
        ("deployment.accepted", t.deployment_accepted),
        ("deployment.removed", t.deployment_removed),
        ("registrations.exported", t.registrations_exported),
        ("tenant.registered", t.tenant_registered),
        ("tenant.approved", t.tenant_approved),
        ("tenant.approval_withdrawn", t.tenant_approval_withdrawn),
        ("tenant.deleted", t.tenant_deleted),
        ("report.created", t.report_created),
        ("report.commented", t.report_commented),
        ("report.state_changed", t.report_state_changed),
    ]
}

/// A deed in words; one that is newer than this portal by its code.
fn deed(action: &str) -> String {
    let named = deeds().into_iter().find(|(code, _)| *code == action);
    named.map_or(action, |(_, name)| name).to_owned()
}

#[component]
pub(crate) fn AuditPage() -> impl IntoView {
    let t = &texts().audit;
    let api = expect_context::<Api>();
    let query = RwSignal::new(AuditQuery::default());
    let links = RwSignal::new(PageLinks::default());
    let page = load(move || {
        let path = links.with(|links| links.current(query.with(AuditQuery::path)));
        let api = api.clone();
        async move { api.audit_events(&path).await }
    });
    let again = Callback::new(move |()| page.again());
    let shown = Memo::new(move |_| match page.get() {
        Load::Failed(_) => Shown::Failure,
        Load::Ready(page) if page.value.is_empty() => Shown::Nothing,
        Load::Pending | Load::Ready(_) => Shown::Table,
    });
    // The gateway doesn't tell educators what was done to others' reports.
    let is_administrator = expect_context::<Membership>().is_administrator();
    let chosen_from = deeds()
        .into_iter()
        .filter(|(code, _)| is_administrator || !code.starts_with("report."));
    let options: Vec<_> = chosen_from.map(|(code, name)| (code.to_owned(), name.to_owned())).collect();
    let failure = move || match page.get() {
        Load::Failed(error) => Some(view! { <LoadFailed error again /> }),
        Load::Pending | Load::Ready(_) => None,
    };
    view! {
        <main class="main" id="main" tabindex="-1">
            <div class="page-head">
                <div>
                    <Heading text=t.title.to_owned() />
                    <p class="lead">{t.lead}</p>
                </div>
            </div>
            <div class="filters" role="group" aria-label=texts().registrations.filters>
                <Filter
                    id="filter-action"
                    label=t.deed
                    all=t.all_deeds
                    options=Signal::stored(options)
                    chosen=Signal::derive(move || query.with(|query| query.action.clone()))
                    choose=Callback::new(move |action: String| {
                        links.set(PageLinks::default());
                        query.update(|query| query.action = action);
                    })
                />
                <Button label=texts().common.refresh.to_owned() icon="arrow-sync" class="button-subtle" press=again />
            </div>
            {live(move || match shown.get() {
                Shown::Table => view! { <Card page links /> }.into_any(),
                Shown::Nothing => view! { <div class="card empty"><h2>{t.none_found}</h2></div> }.into_any(),
                Shown::Failure => live(failure).into_any(),
            })}
        </main>
    }
}

#[component]
fn Card(page: Loaded<AuditEventPage>, links: RwSignal<PageLinks>) -> impl IntoView {
    let t = &texts().audit;
    let next_link = Signal::derive(move || page.ready().and_then(|page| page.next_link));
    let summary = Signal::derive(move || page.ready().map(|page| t.on_page.of(page.value.len())).unwrap_or_default());
    let row = |event| view! { <Row event /> };
    let body = move || match page.ready() {
        Some(page) => page.value.into_iter().map(row).collect_view().into_any(),
        None => view! { <SkeletonRows columns=4 /> }.into_any(),
    };
    let header = |text: &'static str| view! { <th scope="col" role="columnheader">{text}</th> };
    view! {
        <div class="card" aria-busy=move || page.busy().to_string()>
            <div class="table-wrap">
                <table class="table" role="table">
                    <caption class="sr-only">{t.table}</caption>
                    <thead role="rowgroup">
                        <tr role="row">{header(t.deed)} {header(t.subject)} {header(t.by)} {header(texts().launches.time)}</tr>
                    </thead>
                    <tbody role="rowgroup">{live(body)}</tbody>
                </table>
            </div>
            <Pager links next_link summary back=texts().common.newer on=texts().common.older />
        </div>
    }
}

#[component]
fn Row(event: AuditEvent) -> impl IntoView {
    let t = &texts().audit;
    let AuditEvent {
        at, by, action, subject, ..
    } = event;
    let kind = (by.kind == ActorKind::App).then(|| view! { <span class="sub">{t.application}</span> });
    let AuditSubject {
        kind: subject_kind,
        id,
        registration_id,
        registration,
    } = subject;
    let subject = match subject_kind {
        AuditSubjectKind::Tenant => texts().tenant.organization.into_any(),
        AuditSubjectKind::Registration => view! { <RegistrationName id=registration_id registration /> }.into_any(),
        AuditSubjectKind::Deployment => {
            view! { <span><RegistrationName id=registration_id registration /> <span class="sub mono">{id}</span></span> }
                .into_any()
        }
        AuditSubjectKind::Report => view! { <a href=format!("/reports/{id}")>{t.report}</a> }.into_any(),
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                {deed(&action)}
            </th>
            <td role="cell" data-label=t.subject>
                {subject}
            </td>
            <td role="cell" data-label=t.by>
                <span>{by.name} {kind}</span>
            </td>
            <td role="cell" data-label=texts().launches.time class="nowrap">
                {dates::exact_element(at)}
            </td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::deed;

    #[test]
    fn a_deed_is_told_in_words_and_an_unknown_one_by_its_code() {
        assert_eq!(deed("registration.deleted"), "Registration deleted");
        assert_eq!(deed("something.new"), "something.new");
    }
}
