//! `/contests`: LMSs that another organization registered, and the proofs that they are this organization's.

use contract::{Contest, ContestState};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::registrations::host;
use crate::api::{Api, ApiError, CONTESTS};
use crate::browser;
use crate::components::{Button, ButtonLink, Card, Column, ContestPill, CopyField, Heading, List, ListShape, LoadFailed};
use crate::dates;
use crate::i18n::texts;
use crate::reactive::dynamic;
use crate::session::{FreshContest, Membership};

#[component]
pub(crate) fn ContestsPage() -> impl IntoView {
    let t = &texts().contests;
    let fresh = expect_context::<FreshContest>();
    let list = List::new(&CONTESTS, |api, path| async move {
        api.contests(&path).await.map(|page| (page.value, page.next_link))
    });
    let error = RwSignal::new(None);
    let shape = ListShape {
        table: t.title,
        columns: vec![
            Column::new(texts().common.name, ""),
            Column::new(t.lms, "column-app"),
            Column::new(t.state, "column-health"),
            Column::new(t.expires, "column-reference"),
            Column::actions("column-whose"),
        ],
        count: |count| texts().contests.count.of(count),
        back: texts().common.newer,
        on: texts().common.older,
        nothing_fits: t.empty,
        empty: || {
            let t = &texts().contests;
            view! { <div class="card empty"><h2>{t.empty}</h2><p>{t.empty_text}</p></div> }.into_any()
        },
    };
    let withdraw = Withdrawing {
        list,
        error,
        busy: RwSignal::new(false),
    };
    view! {
        <main class="main" id="main" tabindex="-1">
            <div class="page-head">
                <div>
                    <Heading text=t.title.to_owned() />
                    <p class="lead">{t.lead}</p>
                </div>
            </div>
            <div class="stack">
                {dynamic(move || fresh.get().map(|contest| view! { <Proof contest /> }))}
                {dynamic(move || {
                    error
                        .get()
                        .map(|error| view! { <LoadFailed error again=Callback::new(move |()| list.again()) /> })
                })}
                <div class="commands">{list.refresh()}</div>
                {list.view(shape, move |contest| view! { <Row contest withdraw /> }.into_any())}
            </div>
        </main>
    }
}

/// How to prove a contest that was just started. The code is shown once.
#[component]
fn Proof(contest: Contest) -> impl IntoView {
    let t = &texts().contests;
    let Contest { login_url, name, .. } = contest;
    view! {
        <Card id="proof" title=t.proof_title.with([&name])>
            <ol class="instructions">
                <li>{t.proof_enter}</li>
                <li>{t.proof_open}</li>
                <li>{t.proof_confirm}</li>
                <li>{t.proof_restore}</li>
            </ol>
            <div class="copy-rows">
                <CopyField id="login-url".to_owned() label=t.login_url.to_owned() value=login_url.unwrap_or_default() />
            </div>
            <p class="muted">{t.once}</p>
        </Card>
    }
}

/// The withdrawal of a contest in the list.
#[derive(Clone, Copy)]
struct Withdrawing {
    list: List<Contest>,
    error: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
}

#[component]
fn Row(contest: Contest, withdraw: Withdrawing) -> impl IntoView {
    let t = &texts().contests;
    let api = expect_context::<Api>();
    let fresh = expect_context::<FreshContest>();
    let may_write = expect_context::<Membership>().is_administrator();
    let Contest {
        id,
        state,
        name,
        lms,
        expires_at,
        proven_at,
        registration_id,
        ..
    } = contest;
    let Withdrawing { list, error, busy } = withdraw;
    let press = Callback::new(move |()| {
        busy.set(true);
        let api = api.clone();
        spawn_local(async move {
            let answer = api.delete_contest(&id.to_string()).await;
            if busy.try_set(false).is_some() {
                return;
            }
            error.set(answer.err());
            fresh.forget(id);
            list.again();
            // The pressed button disappears.
            browser::focus_soon(vec!["page-heading".to_owned()]);
        });
    });
    let action = match (state, registration_id) {
        (ContestState::Open, _) if may_write => {
            let label = t.withdraw.to_owned();
            let name = t.withdraw_named.with([&name]);
            view! { <Button label name class="button-small" press busy /> }.into_any()
        }
        (ContestState::Proven, Some(registration)) => {
            view! { <ButtonLink href=format!("/registrations/{registration}") label=t.view class="button-small" /> }.into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <span class="clamp">{name}</span>
            </th>
            <td role="cell" data-label=t.lms>
                {host(&lms.issuer)}
            </td>
            <td role="cell" data-label=t.state>
                <ContestPill state />
            </td>
            <td role="cell" data-label=t.expires>
                {dates::day_element(proven_at.unwrap_or(expires_at))}
            </td>
            <td role="cell">
                {action}
            </td>
        </tr>
    }
}
