//! The three pages for people who can't get in, in the words of the documentation.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::auth::{Auth, Prompt, Session, SignInError};
use crate::components::{Button, ButtonLink, Heading, Icon, Intent, MessageBar, Narrow, initials};
use crate::i18n::texts;

/// A sign-in that couldn't even begin; shown in place of all pages.
#[derive(Clone, Copy)]
pub(crate) struct SignInFailure(RwSignal<Option<SignInError>>);

impl SignInFailure {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    pub(crate) fn get(&self) -> Option<SignInError> {
        self.0.get()
    }

    pub(crate) fn note(&self, outcome: Result<(), SignInError>) {
        if let Err(error) = outcome {
            self.0.set(Some(error));
        }
    }

    fn clear(&self) {
        self.0.set(None);
    }
}

/// Why an account that signed in gets no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    NoRole,
    AdminOfUnregistered,
    Pending,
    /// In the gateway's words.
    Told(String),
}

/// "Your account doesn't have permission to access this page".
#[component]
pub(super) fn Denied(refusal: Refusal, #[prop(optional, into)] code: String) -> impl IntoView {
    let t = &texts().sign_in;
    let person = Session::load().map(|session| session.person);
    let account = person.map(|person| {
        view! {
            <div class="account-row">
                <span class="avatar" aria-hidden="true">
                    {initials(&person.name)}
                </span>
                <div>
                    <strong>{person.name}</strong>
                    <br />
                    <span class="muted">{person.username}</span>
                </div>
            </div>
        }
    });
    let why = match &refusal {
        Refusal::Told(detail) => detail.clone(),
        Refusal::Pending => t.pending.to_owned(),
        Refusal::NoRole | Refusal::AdminOfUnregistered => t.denied_why.to_owned(),
    };
    let may_register = refusal == Refusal::AdminOfUnregistered;
    view! {
        <Narrow with_report=true>
            <div class="card">
                <Icon name="error-circle" class="icon-solid status-icon danger" />
                <Heading text=t.denied.to_owned() />
                <div class="stack space-above">
                    {account} <p>{why}</p>
                    {may_register
                        .then(|| {
                            view! { <MessageBar intent=Intent::Info strong=t.admin_of_unregistered text=t.admin_of_unregistered_rest /> }
                        })} <div class="row">
                        {may_register.then(|| view! { <ButtonLink href="/tenant" label=t.register class="button-primary" /> })} <SwitchButton />
                    </div> <Hint code />
                </div>
            </div>
        </Narrow>
    }
}

#[component]
fn SwitchButton() -> impl IntoView {
    let auth = expect_context::<Auth>();
    let failure = expect_context::<SignInFailure>();
    let switch = Callback::new(move |()| {
        let auth = auth.clone();
        spawn_local(async move { failure.note(auth.switch_account().await) });
    });
    view! {
        <Button label=texts().sign_in.switch.to_owned() icon="swap" press=switch />
    }
}

#[component]
fn Hint(code: String) -> impl IntoView {
    let code = (!code.is_empty()).then(|| texts().sign_in.code.with(&[&code]));
    view! { <p class="hint">{texts().sign_in.clear} " " {code}</p> }
}

/// A sign-in that failed.
#[component]
pub(crate) fn SignInErrorPage(error: SignInError) -> impl IntoView {
    let t = &texts().sign_in;
    let failure = expect_context::<SignInFailure>();
    match error {
        SignInError::Denied(code) => view! { <Denied refusal=Refusal::NoRole code /> }.into_any(),
        SignInError::Failed(code) => view! {
            <Narrow with_report=true>
                <div class="card">
                    <Icon name="error-circle" class="icon-solid status-icon danger" />
                    <Heading text=t.failed.to_owned() />
                    <div class="stack space-above">
                        <div class="row">
                            <SignInAgain label=t.again class="button-primary" />
                        </div>
                        <Hint code />
                    </div>
                </div>
            </Narrow>
        }
        .into_any(),
        SignInError::Other(code) => view! {
            <Narrow with_report=true>
                <div class="card">
                    <Icon name="warning" class="icon-solid status-icon warning" />
                    <Heading text=t.other.to_owned() />
                    <div class="stack space-above">
                        <div class="row">
                            <a class="button" href="/" on:click=move |_| failure.clear()>
                                {t.home}
                            </a>
                            <SignInAgain label=t.go class="button-primary" />
                        </div>
                        <p class="hint">{t.code.with(&[&code])}</p>
                    </div>
                </div>
            </Narrow>
        }
        .into_any(),
    }
}

/// Begins a new sign-in.
#[component]
pub(super) fn SignInAgain(label: &'static str, class: &'static str) -> impl IntoView {
    let auth = expect_context::<Auth>();
    let failure = expect_context::<SignInFailure>();
    let sign_in = Callback::new(move |()| {
        let auth = auth.clone();
        spawn_local(async move { failure.note(auth.sign_in("/registrations", Prompt::Any).await) });
    });
    view! {
        <Button label=label.to_owned() class press=sign_in />
    }
}
