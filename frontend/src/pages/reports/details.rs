use contract::{DeliveryState, ProblemReport, ReportComment, ReportDelivery, ReportStateChange, Role};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::form::ProseField;
use super::{Diagnostics, STATES, StatePill, category_name, state_name};
use crate::api::{Api, ApiError};
use crate::browser;
use crate::components::{
    Card, Heading, Icon, Intent, Loading, MessageBar, Notice, NoticeRegion, PageFailed, Value, ValueList, explain,
};
use crate::dates;
use crate::i18n::texts;
use crate::load::{Load, load};
use crate::reactive::dynamic;
use crate::session::SavedForm;
use crate::session::{Membership, Standing};
use crate::text::clean;

/// `/reports/{id}`.
#[component]
pub(crate) fn ReportPage(id: String) -> impl IntoView {
    let t = &texts().reports;
    let api = expect_context::<Api>();
    let report = load(move || {
        let (api, id) = (api.clone(), id.clone());
        async move { api.report(&id).await }
    });
    let again = Callback::new(move |()| report.again());
    view! {
        <main class="main" id="main" tabindex="-1">
            <nav class="breadcrumb" aria-label=texts().launches.breadcrumb>
                <ol>
                    <li>
                        <a href="/reports">{t.title}</a>
                    </li>
                    {dynamic(move || report.ready().map(|report| view! { <li aria-current="page">{report.number}</li> }))}
                </ol>
            </nav>
            <NoticeRegion />
            {dynamic(move || match report.get() {
                Load::Pending => view! { <Loading /> }.into_any(),
                Load::Ready(report) => view! { <Shown report again /> }.into_any(),
                Load::Failed(error) => view! { <Missing error again /> }.into_any(),
            })}
        </main>
    }
}

#[component]
fn Missing(error: ApiError, again: Callback<()>) -> impl IntoView {
    let t = &texts().reports;
    if error.status() == Some(404) {
        return view! {
            <div class="page-head">
                <div>
                    <Heading text=t.not_found.to_owned() />
                    <p class="lead">{t.not_found_text}</p>
                </div>
            </div>
        }
        .into_any();
    }
    view! { <PageFailed error again /> }.into_any()
}

#[component]
fn Shown(report: ProblemReport, again: Callback<()>) -> impl IntoView {
    let t = &texts().reports;
    let membership = expect_context::<Membership>();
    let account = membership.account();
    let decides = account.roles.contains(&Role::Admin) || account.roles.contains(&Role::Support);
    let ProblemReport {
        id,
        number,
        tenant_id,
        tenant_name,
        category,
        summary,
        description,
        contact_email,
        launch_reference,
        attach_diagnostics: _,
        diagnostics,
        browser,
        portal_version,
        created_at,
        created_by,
        updated_at: _,
        state,
        history,
        comments,
        deliveries,
    } = report;
    let reporter = created_by.map_or(t.nobody.to_owned(), |by| by.name);
    let launch = launch_reference.map(|reference| {
        let href = format!("/launches/{reference}");
        // Support staff see the reports of other organizations, but not their launches.
        let sees_launch = membership.standing() == Standing::Member && tenant_id == account.tenant_id;
        view! {
            <Value name=t.reference>
                {if sees_launch {
                    view! { <a class="mono" href=href>{reference}</a> }.into_any()
                } else {
                    view! { <span class="mono">{reference}</span> }.into_any()
                }}
            </Value>
        }
    });
    let dead = deliveries
        .into_iter()
        .flatten()
        .filter(|delivery| delivery.state == DeliveryState::Dead)
        .collect::<Vec<_>>();
    let optional = |name: &'static str, text: Option<String>| text.map(|text| view! { <Value name=name text=text /> });
    view! {
        <div class="page-head">
            <div>
                <Heading text=summary />
                <div class="head-status">
                    <StatePill state />
                    <span class="muted">{number} " · " {dates::exact_element(created_at)}</span>
                </div>
            </div>
        </div>
        {(!dead.is_empty()).then(|| view! { <Undelivered dead /> })}
        <div class="columns">
            <div class="stack">
                <Card id="what" title=t.description heading="">
                    <p class="written">{description}</p>
                </Card>
                <Card id="answers" title=t.answers heading="">
                    <Conversation comments history />
                    <Answer id=id.to_string() again />
                </Card>
            </div>
            <div class="stack">
                {decides.then(|| view! { <StateForm id=id.to_string() state again /> })}
                <Card id="facts" title=t.facts heading="">
                    <ValueList>
                        <Value name=t.category text=category_name(category) />
                        <Value name=t.reporter text=reporter />
                        <Value name=t.organization text=tenant_name.unwrap_or_else(|| tenant_id.to_string()) />
                        {launch}
                        {optional(t.contact, contact_email)}
                        {optional(t.browser, browser)}
                        {optional(t.portal_version, portal_version)}
                    </ValueList>
                </Card>
                {diagnostics.map(|diagnostics| view! { <Card id="diagnostics" title=t.diagnostics heading=""><Diagnostics diagnostics /></Card> })}
            </div>
        </div>
    }
}

/// For support staff: events that never reached the support desk.
#[component]
fn Undelivered(dead: Vec<ReportDelivery>) -> impl IntoView {
    let t = &texts().reports;
    let why = dead
        .first()
        .and_then(|delivery| delivery.last_error.clone())
        .unwrap_or_default();
    view! { <MessageBar intent=Intent::Warning strong=t.undelivered text=why /> }
}

/// An entry of the conversation, which is in chronological order.
enum TimelineEntry {
    Comment(ReportComment),
    StateChange(ReportStateChange),
}

impl TimelineEntry {
    fn at(&self) -> time::OffsetDateTime {
        match self {
            Self::Comment(comment) => comment.at,
            Self::StateChange(change) => change.at,
        }
    }
}

#[component]
fn Conversation(comments: Vec<ReportComment>, history: Vec<ReportStateChange>) -> impl IntoView {
    let t = &texts().reports;
    let mut entries: Vec<_> = comments
        .into_iter()
        .map(TimelineEntry::Comment)
        .chain(history.into_iter().map(TimelineEntry::StateChange))
        .collect();
    entries.sort_by_key(TimelineEntry::at);
    if entries.is_empty() {
        return view! { <p class="muted">{t.no_answers}</p> }.into_any();
    }
    let entry = |entry| match entry {
        TimelineEntry::Comment(comment) => {
            let by = if comment.by_support {
                t.by_support.with([&comment.by.name])
            } else {
                comment.by.name
            };
            view! {
                <li class="said">
                    <p class="caption">
                        <strong>{by}</strong>
                        " · "
                        {dates::exact_element(comment.at)}
                    </p>
                    <p class="written">{comment.text}</p>
                </li>
            }
            .into_any()
        }
        TimelineEntry::StateChange(change) => view! {
            <li class="caption">
                {t.changed_to.with([&change.by.name, state_name(change.state)])} " · " {dates::exact_element(change.at)}
            </li>
        }
        .into_any(),
    };
    view! { <ol class="conversation" role="list">{entries.into_iter().map(entry).collect_view()}</ol> }.into_any()
}

#[component]
fn Answer(id: String, again: Callback<()>) -> impl IntoView {
    let t = &texts().reports;
    let api = expect_context::<Api>();
    let notice = expect_context::<Notice>();
    // The page is redrawn with each change of the report.
    let saved = SavedForm::of(&format!("answer.{id}"));
    let (text, set_text) = signal(saved.get::<String>().unwrap_or_default());
    let (error, set_error) = signal(None::<String>);
    let (busy, set_busy) = signal(false);
    let refuse = move |why: String| {
        set_error.set(Some(why));
        browser::focus_soon(vec!["answer".to_owned()]);
    };
    let enter = {
        let saved = saved.clone();
        move |text: String| {
            saved.set(&text);
            set_error.set(None);
            set_text.set(text);
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let text = text.get_untracked();
        if clean(&text).is_empty() {
            return refuse(texts().fields.missing.to_owned());
        }
        set_busy.set(true);
        let (api, id, saved) = (api.clone(), id.clone(), saved.clone());
        spawn_local(async move {
            let answer = api.answer_report(&id, text).await;
            set_busy.set(false);
            match answer {
                Ok(()) => {
                    saved.clear();
                    notice.show(t.answered.to_owned(), "");
                    again.try_run(());
                }
                Err(error) => refuse(explain(&error)),
            }
        });
    };
    view! {
        <form class="stack space-above" novalidate on:submit=submit>
            <ProseField
                id="answer"
                label=t.answer
                hint=t.description_hint
                value=text.into()
                enter=Callback::new(enter)
                error=error.into()
            />
            <div class="row">
                <button class="button button-primary" aria-disabled=move || busy.get().to_string()>
                    <Icon name="send" class="icon-16" />
                    {t.send_answer}
                </button>
            </div>
        </form>
    }
}

#[component]
fn StateForm(id: String, state: contract::ReportState, again: Callback<()>) -> impl IntoView {
    let t = &texts().reports;
    let api = expect_context::<Api>();
    let notice = expect_context::<Notice>();
    let (failed, set_failed) = signal(None::<ApiError>);
    let choose = move |wanted: contract::ReportState| {
        let (api, id) = (api.clone(), id.clone());
        spawn_local(async move {
            match api.set_report_state(&id, wanted).await {
                Ok(()) => {
                    notice.show(t.state_changed.with([state_name(wanted)]), "");
                    again.try_run(());
                }
                Err(error) => set_failed.set(Some(error)),
            }
        });
    };
    let button = move |(wanted, _): (contract::ReportState, &str)| {
        let choose = choose.clone();
        let current = wanted == state;
        view! {
            <button class="button" type="button" aria-pressed=current.to_string() on:click=move |_| if !current { choose(wanted) }>
                {state_name(wanted)}
            </button>
        }
    };
    view! {
        <Card id="state" title=t.state heading="">
            <div class="row" role="group" aria-labelledby="state">
                {STATES.into_iter().map(button).collect_view()}
            </div>
            {dynamic(move || failed.get().map(|error| view! { <MessageBar intent=Intent::Danger text=explain(&error) /> }))}
        </Card>
    }
}
