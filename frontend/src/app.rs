use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

use crate::api::{self, ApiError};
use crate::auth::Auth;
use crate::browser;
use crate::components::{Announcement, Announcer, Calm, ShellRoute, Sprite, TryAgain, live};
use crate::config::Config;
use crate::i18n::texts;
use crate::load::{Load, load};
use crate::pages::{
    AddedPage, CallbackPage, DetailsRoute, LandingPage, LaunchPage, LaunchesPage, Member, NotFoundPage, RegistrationsPage,
    SignInErrorPage, SignInFailure, SignedIn, TenantPage, WizardPage,
};

/// The portal: what it needs to know about the gateway comes first.
#[component]
pub(crate) fn App() -> impl IntoView {
    browser::set_page_language(texts().language);
    provide_context(Announcement::new());
    let config = load(api::config);
    view! {
        <Sprite />
        <Announcer />
        {live(move || match config.get() {
            Load::Pending => view! { <Calm /> }.into_any(),
            Load::Ready(config) => view! { <Portal config /> }.into_any(),
            Load::Failed(error) => view! { <NoGateway error again=Callback::new(move |()| config.again()) /> }.into_any(),
        })}
    }
}

#[component]
fn NoGateway(error: ApiError, again: Callback<()>) -> impl IntoView {
    let t = &texts().errors;
    let (title, text) = if error == ApiError::Unreachable {
        (t.unreachable, t.unreachable_text)
    } else {
        (t.title, t.wrong)
    };
    view! {
        <main class="center-page" id="main">
            <div class="card stack">
                <h1 tabindex="-1">{title}</h1>
                <p>{text}</p>
                <TryAgain again />
            </div>
        </main>
    }
}

#[component]
fn Portal(config: Config) -> impl IntoView {
    provide_context(Auth::new(config.clone()));
    provide_context(config);
    let failure = SignInFailure::new();
    provide_context(failure);
    view! {
        <Router>
            {live(move || match failure.get() {
                Some(error) => view! { <SignInErrorPage error /> }.into_any(),
                None => view! { <Pages /> }.into_any(),
            })}
        </Router>
    }
}

/// Every address. What is inside `SignedIn` has the API; what is inside `Member` may use it.
#[component]
fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=|| view! { <NotFoundPage /> }>
            <Route path=path!("") view=LandingPage />
            <Route path=path!("auth/callback") view=CallbackPage />
            <ParentRoute path=path!("") view=SignedIn>
                <Route path=path!("tenant") view=TenantPage />
                <ParentRoute path=path!("") view=Member>
                    <Route path=path!("registrations/new") view=WizardPage />
                    <ParentRoute path=path!("") view=ShellRoute>
                        <Route path=path!("registrations/:id/added") view=AddedPage />
                        <ParentRoute path=path!("registrations") view=RegistrationsPage>
                            <Route path=path!("") view=|| () />
                            <Route path=path!(":id") view=DetailsRoute />
                        </ParentRoute>
                        <Route path=path!("launches") view=LaunchesPage />
                        <Route path=path!("launches/:reference") view=LaunchPage />
                    </ParentRoute>
                </ParentRoute>
            </ParentRoute>
        </Routes>
    }
}
