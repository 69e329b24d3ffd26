use contract::{Deployment, DeploymentState};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::deleting::Deleting;
use crate::api::{Api, ApiError};
use crate::browser;
use crate::components::{Announcement, Button, CopyIcon, FieldError, IconButton, LoadFailed, Section, TextInput, explain};
use crate::dates;
use crate::i18n::texts;
use crate::load::{Load, load};
use crate::reactive::dynamic;
use crate::session::Membership;
use crate::text::clean;

/// A decision about a deployment.
#[derive(Clone, Debug)]
struct Decision {
    deployment_id: String,
    verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Approve,
    /// The deployment was waiting.
    Reject,
    /// The deployment was accepted.
    Remove,
}

/// The deployments: first those that wait for approval, then the others.
#[component]
pub(super) fn DeploymentSections(registration_id: String, changed: Callback<()>) -> impl IntoView {
    let t = &texts().details;
    let api = expect_context::<Api>();
    let announcement = expect_context::<Announcement>();
    let list = expect_context::<Deleting>().list();
    let may_write = expect_context::<Membership>().is_administrator();
    let (error, set_error) = signal(None::<ApiError>);
    // A second press on *Reject* or *Remove* would delete the decision, and the deployment would wait again.
    let (busy, set_busy) = signal(false);
    let loaded = {
        let (api, id) = (api.clone(), registration_id.clone());
        load(move || {
            let (api, id) = (api.clone(), id.clone());
            async move { api.deployments(&id).await }
        })
    };
    let decide = Callback::new(move |Decision { deployment_id, verdict }: Decision| {
        if busy.get_untracked() {
            return;
        }
        set_busy.set(true);
        let (api, id) = (api.clone(), registration_id.clone());
        spawn_local(async move {
            let answer = if verdict == Verdict::Approve {
                api.accept_deployment(&id, &deployment_id).await
            } else {
                api.delete_deployment(&id, &deployment_id).await
            };
            set_busy.try_set(false);
            match answer {
                Ok(()) => {
                    let message = match verdict {
                        Verdict::Approve => &t.approved,
                        Verdict::Reject => &t.now_rejected,
                        Verdict::Remove => &t.removed,
                    };
                    announcement.say(message.with([&deployment_id]));
                    if changed.try_run(()).is_none() {
                        // The drawer was closed meanwhile. Only the list is refreshed.
                        list.again();
                        return;
                    }
                    set_error.set(None);
                    loaded.again();
                    // The pressed button disappears.
                    browser::focus_soon(vec!["drawer-title".to_owned()]);
                }
                Err(reason) => {
                    set_error.try_set(Some(reason));
                }
            }
        });
    });
    view! {
        {dynamic(move || match loaded.get() {
            Load::Pending => ().into_any(),
            Load::Failed(error) => view! { <LoadFailed error again=Callback::new(move |()| loaded.again()) /> }.into_any(),
            Load::Ready(page) => view! { <Sections deployments=page.value may_write decide error /> }.into_any(),
        })}
    }
}

#[component]
fn Sections(
    deployments: Vec<Deployment>,
    may_write: bool,
    decide: Callback<Decision>,
    error: ReadSignal<Option<ApiError>>,
) -> impl IntoView {
    let t = &texts().details;
    let in_state = |state| {
        deployments
            .iter()
            .filter(move |deployment: &&Deployment| deployment.state == state)
            .cloned()
    };
    let waiting: Vec<_> = in_state(DeploymentState::Waiting).collect();
    let accepted: Vec<_> = in_state(DeploymentState::Accepted).collect();
    let rejected: Vec<_> = in_state(DeploymentState::Rejected).collect();
    let rows = |list: Vec<Deployment>| {
        list.into_iter()
            .map(|deployment| view! { <Row deployment may_write decide /> })
            .collect_view()
            .into_any()
    };
    let none = accepted
        .is_empty()
        .then(|| view! { <p class="muted">{t.deployments_none}</p> });
    let list = |rows: AnyView| view! { <ul class="approvals" role="list">{rows}</ul> }.into_any();
    let section = |id, title, deployments: Vec<Deployment>| {
        let rows = list(rows(deployments));
        view! { <Section id title>{rows}</Section> }
    };
    let waiting = (!waiting.is_empty()).then(|| section("drawer-waiting", t.pending_deployments, waiting));
    let rejected = (!rejected.is_empty()).then(|| section("drawer-rejected", t.rejected, rejected));
    let accepted = list(rows(accepted));
    let entry = may_write.then(|| view! { <DeploymentEntry decide error /> });
    view! {
        {waiting}
        <Section id="drawer-deployments" title=t.deployments>{none} {accepted} {entry}</Section>
        {rejected}
    }
}

/// Approves a deployment that no launch has brought yet. With shared client IDs, launches never bring unknown deployments.
#[component]
fn DeploymentEntry(
    decide: Callback<Decision>,
    /// The error of the last decision.
    error: ReadSignal<Option<ApiError>>,
) -> impl IntoView {
    let t = &texts().details;
    let (typed, set_typed) = signal(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let deployment_id = clean(&typed.get_untracked()).to_owned();
        if !deployment_id.is_empty() {
            decide.run(Decision {
                deployment_id,
                verdict: Verdict::Approve,
            });
        }
    };
    view! {
        <form class="field space-above-s" on:submit=submit>
            <label for="new-deployment">{t.enter_deployment}</label>
            <div class="row-tight">
                <TextInput
                    id="new-deployment".to_owned()
                    value=typed.into()
                    enter=Callback::new(move |text| set_typed.set(text))
                    required=true
                    mono=true
                />
                <button class="button">{t.approve}</button>
            </div>
            {dynamic(move || {
                error
                    .get()
                    .map(|error| {
                        view! {
                            <div role="alert">
                                <FieldError id="new-deployment-error".to_owned() text=explain(&error) />
                            </div>
                        }
                    })
            })}
            <p class="hint" id="new-deployment-hint">
                {t.enter_deployment_hint}
            </p>
        </form>
    }
}

#[component]
fn Row(deployment: Deployment, may_write: bool, decide: Callback<Decision>) -> impl IntoView {
    let t = &texts().details;
    let Deployment {
        deployment_id: id,
        state,
        first_seen_at,
    } = deployment;
    let decision = |verdict| {
        let id = id.clone();
        Callback::new(move |()| {
            decide.run(Decision {
                deployment_id: id.clone(),
                verdict,
            });
        })
    };
    let waits = state == DeploymentState::Waiting;
    let approve = (may_write && state != DeploymentState::Accepted).then(|| {
        let class = if waits {
            "button-small button-primary"
        } else {
            "button-small"
        };
        view! { <Button label=t.approve.to_owned() name=t.approve_value.with([&id]) class press=decision(Verdict::Approve) /> }
    });
    let reject = (may_write && waits).then(|| {
        view! { <Button label=t.reject.to_owned() name=t.reject_value.with([&id]) class="button-small" press=decision(Verdict::Reject) /> }
    });
    let remove = (may_write && state == DeploymentState::Accepted).then(|| {
        let name = t.remove_value.with([&id]);
        view! { <IconButton icon="delete" name class="icon-button-danger" press=decision(Verdict::Remove) /> }
    });
    let name = match (waits, may_write) {
        (true, true) => t.pending.with([&id]),
        (true, false) => t.pending_for_admin.with([&id]),
        (false, _) => id.clone(),
    };
    let id_name = t.deployment_value.with([&id]);
    view! {
        <li class=if waits { "waiting" } else { "" }>
            <span class="value">
                <strong>{name}</strong>
                <span class="muted">" · " {dates::day_within(&t.seen, first_seen_at)}</span>
            </span>
            <span class="row">
                <CopyIcon name=id_name value=id /> {approve} {reject} {remove}
            </span>
        </li>
    }
}
