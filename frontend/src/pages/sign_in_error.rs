//! The three error pages of the sign-in, with the texts of the documentation.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::auth::{Auth, Prompt, Session, SignInError};
use crate::components::{Button, ButtonLink, Intent, MessageBar, StatusPage, initials};
use crate::i18n::texts;
use crate::router::Router;
use crate::session::SignInFailure;

/// The reason why a signed-in account has no access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoRole,
    /// An educator opened a page that changes something.
    AdministratorsOnly,
    AdminOfUnregistered,
    /// The text comes from the gateway.
    FromGateway(String),
}

/// "Your account doesn't have permission to access this page".
#[component]
pub(super) fn Denied(refusal: Refusal, #[prop(optional, into)] code: String) -> impl IntoView {
    let t = &texts().sign_in;
    let why = match &refusal {
        Refusal::FromGateway(detail) => detail,
        Refusal::AdministratorsOnly => t.administrators_only,
        Refusal::NoRole | Refusal::AdminOfUnregistered => t.denied_why,
    };
    let may_register = refusal == Refusal::AdminOfUnregistered;
    let register = may_register.then(|| view! { <ButtonLink href="/tenant" label=t.register class="button-primary" /> });
    let more = view! {
        <Who />
        {may_register
            .then(|| {
                view! { <MessageBar intent=Intent::Info strong=t.admin_of_unregistered text=t.admin_of_unregistered_rest /> }
            })}
    };
    let back = (refusal == Refusal::AdministratorsOnly)
        .then(|| view! { <ButtonLink href="/registrations" label=t.go class="button-primary" /> });
    let hint = if back.is_some() { String::new() } else { hint(&code) };
    view! {
        <StatusPage title=t.denied icon="error-circle" tone="danger" text=why more=more.into_any() hint>
            {register}
            {back}
            <SwitchButton />
        </StatusPage>
    }
}

/// The account that is signed in.
#[component]
fn Who() -> impl IntoView {
    Session::load().map(|Session { person, .. }| {
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
    })
}

fn hint(code: &str) -> String {
    let t = &texts().sign_in;
    if code.is_empty() {
        t.clear.to_owned()
    } else {
        format!("{} {}", t.clear, t.code.with([code]))
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

/// The page after a failed sign-in.
#[component]
pub(super) fn SignInErrorPage(error: SignInError) -> impl IntoView {
    let t = &texts().sign_in;
    match error {
        SignInError::Denied(code) => view! { <Denied refusal=Refusal::NoRole code /> }.into_any(),
        SignInError::Failed(code) => view! {
            <StatusPage title=t.failed icon="error-circle" tone="danger" hint=hint(&code)>
                <SignInAgain label=t.again class="button-primary" />
            </StatusPage>
        }
        .into_any(),
        SignInError::Other(code) => view! {
            <StatusPage title=t.other icon="warning" tone="warning" hint=t.code.with([&code])>
                <HomeButton />
                <SignInAgain label=t.go class="" />
            </StatusPage>
        }
        .into_any(),
    }
}

/// Leads to the landing page, also if the error of a sign-in is shown instead of the page.
#[component]
fn HomeButton() -> impl IntoView {
    let failure = expect_context::<SignInFailure>();
    let router = expect_context::<Router>();
    let press = Callback::new(move |()| {
        failure.clear();
        router.go("/");
    });
    view! { <Button label=texts().sign_in.home.to_owned() press /> }
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
