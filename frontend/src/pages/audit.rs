//! `/audit`: the audit log.

use contract::{ActorKind, AuditEvent, AuditSubject, AuditSubjectKind};
use leptos::prelude::*;

use super::launches::RegistrationName;
use crate::api::AUDIT_EVENTS;
use crate::components::{Column, Filter, Filters, Heading, List, ListShape};
use crate::dates;
use crate::i18n::texts;
use crate::session::Membership;

/// The actions that the filter offers, with their names.
fn actions() -> [(&'static str, &'static str); 19] {
    let t = &texts().audit;
    [
        ("registration.created", t.registration_created),
        ("registration.deleted", t.registration_deleted),
        ("registration.released", t.registration_released),
        ("deployment.accepted", t.deployment_approved),
        ("deployment.removed", t.deployment_removed),
        ("deployment.released", t.deployment_released),
        ("client.released", t.client_released),
        ("contest.created", t.contest_created),
        ("contest.withdrawn", t.contest_withdrawn),
        ("contest.proven", t.contest_proven),
        ("claim.lost", t.claim_lost),
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

/// The name of an action. One that this portal does not know is shown by its code.
fn action_name(action: &str) -> String {
    let named = actions().into_iter().find(|(code, _)| *code == action);
    named.map_or(action, |(_, name)| name).to_owned()
}

#[component]
pub(crate) fn AuditPage() -> impl IntoView {
    let t = &texts().audit;
    let list = List::new(&AUDIT_EVENTS, |api, path| async move {
        api.audit_events(&path).await.map(|page| (page.value, page.next_link))
    });
    // The gateway doesn't show educators the events of other people's reports.
    let is_administrator = expect_context::<Membership>().is_administrator();
    let chosen_from = actions()
        .into_iter()
        .filter(|(code, _)| is_administrator || !code.starts_with("report."));
    let options: Vec<_> = chosen_from.map(|(code, name)| (code.to_owned(), name.to_owned())).collect();
    let shape = ListShape {
        table: t.table,
        columns: vec![
            Column::new(t.action, "column-audit-action"),
            Column::new(t.subject, ""),
            Column::new(t.by, "column-whose"),
            Column::new(texts().launches.time, "column-time"),
        ],
        count: |count| texts().audit.count.of(count),
        back: texts().common.newer,
        on: texts().common.older,
        nothing_fits: t.none_found,
        // There is at least one event: the registration of the organization.
        empty: || view! { <div class="card empty"><h2>{texts().audit.none_found}</h2></div> }.into_any(),
    };
    view! {
        <main class="main" id="main" tabindex="-1">
            <div class="page-head">
                <div>
                    <Heading text=t.title.to_owned() />
                    <p class="lead">{t.lead}</p>
                </div>
            </div>
            <Filters>
                <Filter parameters=list.parameters name="action" label=t.action all=t.all_actions options=Signal::stored(options) />
                {list.refresh()}
            </Filters>
            {list.view(shape, |event| view! { <Row event /> }.into_any())}
        </main>
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
        AuditSubjectKind::Contest => t.contest.into_any(),
        AuditSubjectKind::Report => view! { <a href=format!("/reports/{id}")>{t.report}</a> }.into_any(),
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                {action_name(&action)}
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
    use super::action_name;

    #[test]
    fn an_action_has_a_name_and_an_unknown_one_its_code() {
        assert_eq!(action_name("registration.deleted"), "Registration deleted");
        assert_eq!(action_name("something.new"), "something.new");
    }
}
