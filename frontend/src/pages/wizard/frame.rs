use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::app_step::AppStep;
use super::check_step::{CheckStep, Saving};
use super::contest_offer::ContestOffer;
use super::gateway_keys_step::GatewayKeysStep;
use super::lms_keys_step::LmsKeysStep;
use super::name_step::NameStep;
use super::state::Wizard;
use crate::browser;
use crate::components::{Button, ErrorSummary, Heading, Icon, Intent, Loading, MessageBar, PageFailed};
use crate::i18n::texts;
use crate::load::Load;
use crate::reactive::dynamic;
use crate::router::Router;
use crate::session::Catalogue;
use crate::wizard::{Draft, Step};

fn name(step: Step) -> &'static str {
    let t = &texts().wizard;
    match step {
        Step::App => t.step_app,
        Step::NameAndLms => t.step_name,
        Step::GatewayKeys => t.step_gateway_keys,
        Step::LmsKeys => t.step_lms_keys,
        Step::CheckAndSave => t.step_check,
    }
}

/// The list of steps, the current step, and the buttons.
#[component]
pub(super) fn Frame() -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    let catalogue = expect_context::<Catalogue>();
    let saving = Saving::new(wizard);
    provide_context(saving);
    let router = expect_context::<Router>();
    // The draft limits the reachable steps, but typing doesn't change the step.
    let step = Memo::new(move |_| {
        let slug = router.query("step").unwrap_or_default();
        wizard.draft.with_untracked(|draft| Step::reached(&slug, draft))
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let step = step.get_untracked();
        if !wizard.accepts(step) {
            return;
        }
        wizard.resumed.set(false);
        if step == Step::LmsKeys {
            wizard.draft.update(|draft| draft.lms_keys_entered = true);
        }
        match step.next() {
            Some(next) => router.go(&next.path()),
            None => saving.save(),
        }
    };
    let replaces = move || wizard.draft.with(|draft| draft.replaces.is_some());
    view! {
        <form class="wizard" novalidate on:submit=submit>
            <div class="wizard-title">
                <p>{dynamic(move || if replaces() { t.title_replace } else { t.title })}</p>
                <a class="icon-button tooltip" data-tip=t.leave href="/registrations" aria-label=t.leave>
                    <Icon name="dismiss" />
                </a>
            </div>
            <div class="wizard-body">
                <StepList step />
                {dynamic(move || match catalogue.get() {
                    Load::Pending => view! { <div class="wizard-main"><Loading /></div> }.into_any(),
                    Load::Failed(error) => {
                        view! {
                            <div class="wizard-main">
                                <PageFailed error again=Callback::new(move |()| catalogue.again()) />
                            </div>
                        }
                            .into_any()
                    }
                    Load::Ready(_) => view! { <div class="wizard-main">{dynamic(move || view! { <Current step=step.get() /> })}</div> }.into_any(),
                })}
            </div>
            {dynamic(move || matches!(catalogue.get(), Load::Ready(_)).then(|| view! { <Foot step /> }))}
        </form>
    }
}

#[component]
fn StepList(step: Memo<Step>) -> impl IntoView {
    let t = &texts().wizard;
    let entry = move |entry: Step| {
        let number = entry.number();
        dynamic(move || {
            if entry < step.get() {
                view! {
                    <li class="done">
                        <a class="step" href=entry.path()>
                            <span class="dot">
                                <Icon name="checkmark" class="icon-16" />
                            </span>
                            <span>{name(entry)} " " <span class="sr-only">{t.done}</span></span>
                        </a>
                    </li>
                }
                .into_any()
            } else {
                view! {
                    <li aria-current=(entry == step.get()).then_some("step")>
                        <span class="step">
                            <span class="dot" aria-hidden="true">
                                {number}
                            </span>
                            <span>{name(entry)}</span>
                        </span>
                    </li>
                }
                .into_any()
            }
        })
    };
    view! {
        <div class="steps-short" aria-hidden="true">
            <span class="muted">{dynamic(move || step_of(step.get()))}</span>
            " "
            <strong>{dynamic(move || name(step.get()))}</strong>
            <progress max="5" value=move || step.get().number().to_string()></progress>
        </div>
        <nav class="steps-nav" aria-label=t.steps>
            <ol class="steps">{Step::ALL.map(entry).collect_view()}</ol>
        </nav>
    }
}

/// The position in the wizard: "Step 3 of 5:".
fn step_of(step: Step) -> String {
    let [number, count] = [step.number(), Step::ALL.len()].map(|number| number.to_string());
    texts().wizard.step_of.with([&number, &count])
}

#[component]
fn Current(step: Step) -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    wizard.remind();
    // The name of the LMS doesn't change while the step is shown.
    let (app, lms) = untrack(|| (wizard.app_name(), wizard.lms_in_sentence()));
    let (title, lead, view) = match step {
        Step::App => (
            t.app_title.to_owned(),
            t.app_lead.to_owned(),
            view! { <AppStep /> }.into_any(),
        ),
        Step::NameAndLms => (
            t.name_title.to_owned(),
            t.name_lead.to_owned(),
            view! { <NameStep app /> }.into_any(),
        ),
        Step::GatewayKeys => (
            t.keys_title.with([&lms]),
            t.keys_lead.with([&lms]),
            view! { <GatewayKeysStep lms /> }.into_any(),
        ),
        Step::LmsKeys => (
            t.lms_title.with([&lms]),
            t.lms_lead.to_owned(),
            view! { <LmsKeysStep /> }.into_any(),
        ),
        Step::CheckAndSave => (
            t.check_title.to_owned(),
            t.check_lead.to_owned(),
            view! { <CheckStep /> }.into_any(),
        ),
    };
    view! {
        <Heading text=title prefix=step_of(step) />
        <p class="lead">{lead}</p>
        <Resumed />
        {matches!(step, Step::App | Step::CheckAndSave).then(|| view! { <Replacing /> })}
        {dynamic(move || {
            let errors = wizard.summary(step);
            (!errors.is_empty()).then(|| view! { <ErrorSummary errors /> })
        })}
        {dynamic(move || wizard.taken.get().then(|| view! { <ContestOffer /> }))}
        {view}
    }
}

/// A message that an earlier draft was resumed.
#[component]
fn Resumed() -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    let router = expect_context::<Router>();
    let start_over = Callback::new(move |()| {
        wizard.begin(Draft::default());
        router.go(&Step::App.path());
        // The pressed button disappears.
        browser::focus_soon(vec!["page-heading".to_owned()]);
    });
    dynamic(move || {
        wizard.resumed.get().then(|| {
            view! {
                <div class="space-below">
                    <MessageBar intent=Intent::Info text=t.resumed>
                        <Button label=t.start_over.to_owned() class="button-small" press=start_over />
                    </MessageBar>
                </div>
            }
        })
    })
}

#[component]
fn Replacing() -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    dynamic(move || {
        let replaces = wizard.draft.with(|draft| draft.replaces.clone());
        replaces.map(|(_, name)| {
            view! {
                <div class="space-below">
                    <MessageBar intent=Intent::Info strong=t.replacing.with([&name]) text=t.replacing_rest />
                </div>
            }
        })
    })
}

#[component]
fn Foot(step: Memo<Step>) -> impl IntoView {
    let t = texts();
    let saving = expect_context::<Saving>();
    let next = move || match step.get() {
        Step::App | Step::NameAndLms | Step::GatewayKeys => t.common.next,
        Step::LmsKeys => t.wizard.check_next,
        Step::CheckAndSave if saving.busy() => t.wizard.saving,
        Step::CheckAndSave => t.wizard.save,
    };
    view! {
        <div class="wizard-foot">
            {dynamic(move || {
                step.get()
                    .back()
                    .map(|back| {
                        view! {
                            <a class="button" href=back.path()>
                                {t.common.back}
                            </a>
                        }
                    })
            })}
            <button class="button button-primary" aria-disabled=move || saving.busy().to_string()>
                {dynamic(next)}
            </button>
            <a class="button button-subtle" href="/registrations">
                {t.common.cancel}
            </a>
            <span class="saved">
                <Icon name="checkmark" class="icon-16" />
                {t.wizard.kept}
            </span>
        </div>
    }
}
