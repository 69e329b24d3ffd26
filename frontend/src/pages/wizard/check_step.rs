use contract::{Finding, RegistrationCheck, Severity};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::state::Wizard;
use crate::api::{Api, ApiError};
use crate::components::{Button, Card, Icon, Intent, LoadFailed, MessageBar, Notice, Value, ValueList};
use crate::i18n::{listed, texts};
use crate::load::{Load, load};
use crate::reactive::{dynamic, effect};
use crate::router::Router;
use crate::wizard::{Step, draft_errors};

/// The state of saving a registration.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    busy: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    run: Callback<()>,
}

impl Saving {
    pub(super) fn new(wizard: Wizard) -> Self {
        let api = expect_context::<Api>();
        let notice = expect_context::<Notice>();
        let router = expect_context::<Router>();
        let busy = RwSignal::new(false);
        let error = RwSignal::new(None);
        let run = Callback::new(move |()| {
            if busy.get_untracked() {
                return;
            }
            busy.set(true);
            error.set(None);
            let api = api.clone();
            let registration = untrack(|| wizard.draft.with(|draft| draft.request(&wizard.fields())));
            spawn_local(async move {
                let answer = api.create_registration(&registration).await;
                if busy.try_set(false).is_some() {
                    return;
                }
                match answer {
                    Ok(saved) => {
                        wizard.discard();
                        // With shared client IDs, launches work only after a deployment was entered. The page says so.
                        let opens = !saved.client_id_shared || !saved.deployment_ids.is_empty();
                        let rest = if opens { texts().added.saved_rest } else { "" };
                        notice.show(texts().added.saved.to_owned(), rest);
                        let path = format!("/registrations/{}/added", saved.id);
                        router.replace(&path);
                    }
                    Err(reason) => match first_step_with_error(&wizard, &reason) {
                        Some(Step::CheckAndSave) => {}
                        Some(step) => router.go(&step.path()),
                        None => error.set(Some(reason)),
                    },
                }
            });
        });
        Self { busy, error, run }
    }

    pub(super) fn save(&self) {
        self.run.run(());
    }

    pub(super) fn busy(&self) -> bool {
        self.busy.get()
    }
}

/// The code of the finding where another organization has the LMS.
const TAKEN: &str = "registration.taken";

/// Shows the errors that the gateway found and returns the first step with one. `None` if the error isn't about the draft.
fn first_step_with_error(wizard: &Wizard, error: &ApiError) -> Option<Step> {
    let problem = error.problem().filter(|problem| problem.status < 500)?;
    // Somebody else deleted the old registration. Saving again then creates the new one without replacing any.
    if problem.code == "registration.replaces_not_found" {
        wizard.draft.update(|draft| draft.replaces = None);
    }
    wizard.taken.set(problem.code == TAKEN);
    let errors = draft_errors(problem);
    let step = errors.iter().map(|error| error.field.step()).min()?;
    wizard.show_errors(errors);
    Some(step)
}

#[component]
pub(super) fn CheckStep() -> impl IntoView {
    let t = &texts().wizard;
    let api = expect_context::<Api>();
    let wizard = expect_context::<Wizard>();
    let saving = expect_context::<Saving>();
    let check = load(move || {
        let registration = untrack(|| wizard.draft.with(|draft| draft.request(&wizard.fields())));
        let api = api.clone();
        async move { api.check_registration(&registration).await }
    });
    effect(move || {
        if let Some(report) = check.ready() {
            wizard.taken.set(report.findings.iter().any(|finding| finding.code == TAKEN));
        }
    });
    let again = Callback::new(move |()| check.again());
    let findings = move || match check.get() {
        Load::Pending => view! { <p class="late muted">{t.checking}</p> }.into_any(),
        Load::Failed(_) => ().into_any(),
        Load::Ready(report) => view! { <Findings report /> }.into_any(),
    };
    let failure = move || match check.get() {
        Load::Failed(error) => Some(view! { <LoadFailed error again busy=Signal::derive(move || check.busy()) /> }),
        Load::Pending | Load::Ready(_) => None,
    };
    let again_label = move || if check.busy() { t.checking } else { t.check_again };
    // A failed check shows its own button.
    let failed = Memo::new(move |_| matches!(check.get(), Load::Failed(_)));
    let again_button = dynamic(move || {
        (!failed.get()).then(|| {
            view! {
                <Button
                    label=Signal::derive(move || again_label().to_owned())
                    icon="arrow-sync"
                    class="button-small"
                    press=again
                    busy=Signal::derive(move || check.busy())
                />
            }
        })
    });
    view! {
        <div class="stack">
            {dynamic(move || saving.error.get().map(|error| view! { <LoadFailed error again=saving.run busy=saving.busy /> }))}
            <Card id="check" title=t.check_heading end=again_button.into_any()>
                <div role="status">{dynamic(findings)}</div>
                {dynamic(failure)}
            </Card>
            <Review />
        </div>
    }
}

#[component]
fn Findings(report: RegistrationCheck) -> impl IntoView {
    let t = &texts().wizard;
    let good = report.findings.iter().all(|finding| finding.severity == Severity::Info);
    let all_good =
        good.then(|| view! { <Item class="passed" icon="check-circle" prefix=t.passed title=t.all_good text=t.all_good_text /> });
    let item = |finding: Finding| {
        let (class, icon, prefix) = match finding.severity {
            Severity::Error => ("failed", "dismiss-circle", t.error),
            Severity::Warning => ("warned", "warning", t.warning),
            Severity::Info => ("", "info-solid", t.note),
        };
        view! { <Item class icon prefix title=finding.seen text=finding.remedy /> }
    };
    view! {
        <ol class="timeline" role="list">{all_good} {report.findings.into_iter().map(item).collect_view()}</ol>
        {(!report.passed)
            .then(|| {
                view! {
                    <div class="space-above">
                        <MessageBar intent=Intent::Warning text=t.has_errors />
                    </div>
                }
            })}
    }
}

#[component]
fn Item(
    class: &'static str,
    icon: &'static str,
    prefix: &'static str,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
) -> impl IntoView {
    view! {
        <li class=class>
            <span class="check-icon">
                <Icon name=icon class="icon-solid" />
            </span>
            <div>
                <h3>
                    <span class="sr-only">{prefix} " "</span>
                    {title}
                </h3>
                <p>{text}</p>
            </div>
        </li>
    }
}

/// A link back to a step.
fn change(step: Step, name: &'static str) -> AnyView {
    view! {
        <a href=step.path() aria-label=name>
            {texts().wizard.change}
        </a>
    }
    .into_any()
}

/// A summary of the values to be saved.
#[component]
fn Review() -> impl IntoView {
    let t = texts();
    let wizard = expect_context::<Wizard>();
    let values = move || {
        let new = wizard.draft.with(|draft| draft.request(&wizard.fields()));
        let audience = new.access_token_audience.map(|audience| {
            view! { <Value name=t.fields.access_token_audience text=audience mono=true /> }
        });
        view! {
            <ValueList>
                <Value name=t.fields.issuer text=new.issuer mono=true />
                <Value name=t.fields.client_id text=new.client_id mono=true />
                <Value name=t.fields.keyset_url text=new.keyset_url mono=true />
                <Value name=t.fields.authentication_url text=new.authentication_url mono=true />
                <Value
                    name=t.fields.access_token_url
                    text=new.access_token_url.unwrap_or_default()
                    mono=true
                    none=t.details.none
                />
                {audience}
                <Value name=t.fields.deployment_id text=listed(new.deployment_ids) mono=true none=t.wizard.not_known_yet />
                {new.accept_any_deployment.then(|| view! { <Value name=t.wizard.accept_any text=t.common.yes /> })}
                {new.allow_anonymous.then(|| view! { <Value name=t.wizard.allow_anonymous text=t.common.yes /> })}
            </ValueList>
        }
    };
    view! {
        <Card id="review-app" title=t.wizard.app_and_lms end=change(Step::NameAndLms, t.wizard.change_app)>
            <ValueList>
                <Value name=t.wizard.name_label>{dynamic(move || wizard.draft.with(|draft| draft.name.clone()))}</Value>
                <Value name=t.common.app>{dynamic(move || wizard.app_name())}</Value>
                <Value name=t.wizard.platform_label>{dynamic(move || wizard.lms_name())}</Value>
            </ValueList>
        </Card>
        <Card id="review-keys" title=t.wizard.step_lms_keys end=change(Step::LmsKeys, t.wizard.change_lms_keys)>
            {dynamic(values)}
        </Card>
    }
}
