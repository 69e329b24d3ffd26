//! `/registrations/new`: the views of the wizard, one file per step.

mod app_step;
mod check_step;
mod contest_offer;
mod frame;
mod gateway_keys_step;
mod lms_keys_step;
mod name_step;
mod state;

use contract::Registration;
use leptos::prelude::*;

use self::frame::Frame;
use self::state::Wizard;
use crate::api::{Api, ApiError};
use crate::components::{AlertDialog, Header, Loading, PageFailed};
use crate::i18n::texts;
use crate::load::{Load, load};
use crate::reactive::{dynamic, effect};
use crate::router::Router;
use crate::wizard::{Draft, Step};

/// The source of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Beginning {
    /// The tab's storage, or an empty draft.
    Tab,
    /// *Delete and add again*: the values of this registration.
    Replace(String),
    /// *Add another app to this LMS*.
    SameLms(String),
}

#[component]
pub(crate) fn WizardPage() -> impl IntoView {
    let wizard = Wizard::new();
    provide_context(wizard);
    let router = expect_context::<Router>();
    let beginning = Memo::new(move |_| match (router.query("replaces"), router.query("like")) {
        (Some(id), _) => Beginning::Replace(id),
        (None, Some(id)) => Beginning::SameLms(id),
        (None, None) => Beginning::Tab,
    });
    view! {
        <Header />
        <main id="main" tabindex="-1">
            {dynamic(move || match beginning.get() {
                Beginning::Tab => view! { <Frame /> }.into_any(),
                Beginning::Replace(id) => view! { <Begin id draft_of=Draft::replacing /> }.into_any(),
                Beginning::SameLms(id) => view! { <Begin id draft_of=Draft::same_lms /> }.into_any(),
            })}
        </main>
    }
}

/// Makes a draft of a registration and opens the first step.
#[component]
fn Begin(id: String, draft_of: fn(Registration) -> Draft) -> impl IntoView {
    let api = expect_context::<Api>();
    let wizard = expect_context::<Wizard>();
    let router = expect_context::<Router>();
    let registration = load(move || {
        let (api, id) = (api.clone(), id.clone());
        async move { api.registration(&id).await }
    });
    let begin = move |draft: Draft| {
        wizard.begin(draft);
        router.replace(&Step::App.path());
    };
    // An unfinished draft is discarded only after a confirmation.
    let (confirming, set_confirming) = signal(false);
    effect(move || {
        let Some(registration) = registration.ready() else { return };
        let draft = draft_of(registration);
        let unfinished = wizard
            .draft
            .with_untracked(|saved| !saved.is_empty() && !saved.began_as(&draft));
        if unfinished {
            set_confirming.set(true);
        } else {
            begin(draft);
        }
    });
    let start_over = Callback::new(move |()| {
        if let Some(registration) = untrack(|| registration.ready()) {
            begin(draft_of(registration));
        }
    });
    let go_on = Callback::new(move |()| {
        wizard.resumed.set(true);
        router.replace(&Step::CheckAndSave.path());
    });
    let t = &texts().wizard;
    let question = move || {
        confirming.get().then(|| {
            view! {
                <AlertDialog title=t.unfinished.to_owned() confirm=t.start_over cancel=t.go_on on_confirm=start_over on_cancel=go_on>
                    <p>{t.unfinished_text}</p>
                </AlertDialog>
            }
        })
    };
    let again = Callback::new(move |()| registration.again());
    let failed = move |error: ApiError| view! { <div class="card"><PageFailed error again /></div> };
    view! {
        <div class="center-page">
            {dynamic(move || match registration.get() {
                Load::Pending | Load::Ready(_) => view! { <Loading /> }.into_any(),
                Load::Failed(error) => failed(error).into_any(),
            })}
            {dynamic(question)}
        </div>
    }
}
