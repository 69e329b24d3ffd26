use leptos::prelude::*;

use crate::api::{self, ApiError};
use crate::auth::Auth;
use crate::components::{
    Announcement, Announcer, HeaderPlaceholder, Loading, Sprite, TryAgain, hide_tooltips_on_escape, set_title,
};
use crate::config::Config;
use crate::i18n::texts;
use crate::load::{Load, load};
use crate::pages::{CallbackPage, LandingPage, LazyPage, SignedIn};
use crate::reactive::{dynamic, effect};
use crate::router::{Page, Router};
use crate::session::SignInFailure;

/// The portal. It loads its configuration first.
#[component]
pub(crate) fn App() -> impl IntoView {
    hide_tooltips_on_escape();
    provide_context(Announcement::new());
    let config = load(api::config);
    view! {
        <Sprite />
        <Announcer />
        {dynamic(move || match config.get() {
            Load::Pending => view! { <HeaderPlaceholder /> <Loading /> }.into_any(),
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
    set_title(title);
    view! {
        <HeaderPlaceholder />
        <main class="center-page" id="main">
            <div class="card stack">
                <h1 tabindex="-1">{title}</h1>
                <p>{text}</p>
                <div>
                    <TryAgain again />
                </div>
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
    let router = Router::start();
    provide_context(router);
    // The error of a sign-in replaces only the page where it began.
    effect(move || {
        router.page();
        failure.clear();
    });
    // All pages behind the sign-in count as one here.
    let page = Memo::new(move |_| match router.page() {
        page @ (Page::Landing | Page::Callback | Page::Help | Page::Keyboard | Page::About | Page::Unknown) => page,
        Page::Tenant
        | Page::Registrations(_)
        | Page::Wizard
        | Page::Added(_)
        | Page::Launches
        | Page::Launch(_)
        | Page::Contests
        | Page::Audit
        | Page::Reports
        | Page::NewReport
        | Page::Report(_) => Page::Tenant,
    });
    dynamic(move || match (failure.get(), page.get()) {
        (Some(error), _) => view! { <LazyPage of=error /> }.into_any(),
        (None, Page::Landing) => view! { <LandingPage /> }.into_any(),
        (None, Page::Callback) => view! { <CallbackPage /> }.into_any(),
        (None, page @ (Page::Help | Page::Keyboard | Page::About | Page::Unknown)) => view! { <LazyPage of=page /> }.into_any(),
        (None, _) => view! { <SignedIn /> }.into_any(),
    })
}
