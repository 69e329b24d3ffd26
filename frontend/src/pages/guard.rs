//! Access to the pages by account, role and organization.

use contract::{Account, TenantAccess};
use leptos::prelude::*;

use super::chunks::LazyPage;
use super::sign_in_error::Refusal;
use crate::api::{Api, ApiError};
use crate::auth::{Auth, SignInError};
use crate::components::{HeaderPlaceholder, ListPages, Loading, Narrow, Notice, PageFailed, Shell};
use crate::i18n::texts;
use crate::load::{Load, load};
use crate::reactive::dynamic;
use crate::router::{Page, Router};
use crate::session::{Catalogue, FreshContest, Membership, Standing};

/// Loads the account and provides the API to the pages inside. Redirects to the sign-in page if there is no session.
#[component]
pub(crate) fn SignedIn() -> impl IntoView {
    let api = Api::new(expect_context::<Auth>());
    provide_context(api.clone());
    provide_context(Notice::new());
    provide_context(ListPages::new());
    provide_context(FreshContest::new());
    let account = load(move || {
        let api = api.clone();
        async move { api.me().await }
    });
    let again = Callback::new(move |()| account.again());
    dynamic(move || match account.get() {
        Load::Pending => view! { <HeaderPlaceholder /> <Loading text=texts().sign_in.working /> }.into_any(),
        Load::Ready(account) => view! { <WithAccount account reload=again /> }.into_any(),
        Load::Failed(error) => refused(error, again),
    })
}

fn refused(error: ApiError, again: Callback<()>) -> AnyView {
    match error {
        ApiError::TokenRefused => view! { <LazyPage of=SignInError::Failed("token_refused".to_owned()) /> }.into_any(),
        // The gateway doesn't allow this tenant. Its text says so.
        ApiError::Problem(problem) if problem.status == 403 => {
            view! { <LazyPage of=Refusal::FromGateway(problem.detail) /> }.into_any()
        }
        error => view! {
            <Narrow with_report=true>
                <div class="card">
                    <PageFailed error again />
                </div>
            </Narrow>
        }
        .into_any(),
    }
}

#[component]
fn WithAccount(account: Account, reload: Callback<()>) -> impl IntoView {
    let api = expect_context::<Api>();
    let has_tenant = account.tenant_state != TenantAccess::Unregistered && Standing::of(&account) != Standing::Refused;
    let tenant = load(move || {
        let api = api.clone();
        async move { if has_tenant { api.tenant().await.map(Some) } else { Ok(None) } }
    });
    provide_context(Membership::new(account, reload, tenant));
    let router = expect_context::<Router>();
    let is_tenant = Memo::new(move |_| router.page() == Page::Tenant);
    dynamic(move || {
        if is_tenant.get() {
            view! { <LazyPage of=Page::Tenant /> }.into_any()
        } else {
            view! { <Member /> }.into_any()
        }
    })
}

/// Pages that need a role in a registered organization.
#[component]
fn Member() -> impl IntoView {
    let membership = expect_context::<Membership>();
    match membership.standing() {
        Standing::Member => {
            provide_context(Catalogue::load(expect_context()));
            view! { <MemberPages /> }.into_any()
        }
        Standing::AdminOfUnregistered => view! { <LazyPage of=Refusal::AdminOfUnregistered /> }.into_any(),
        Standing::Pending => view! { <LazyPage of=Page::Tenant /> }.into_any(),
        Standing::Support => view! { <Shell><SupportPages /></Shell> }.into_any(),
        Standing::Refused => view! { <LazyPage of=Refusal::NoRole /> }.into_any(),
    }
}

/// The pages of support staff. Other addresses lead to the list of reports.
#[component]
fn SupportPages() -> impl IntoView {
    let router = expect_context::<Router>();
    let page = Memo::new(move |_| match router.page() {
        page @ Page::Report(_) => page,
        _ => Page::Reports,
    });
    // The address must be that of the list, since it has the filters.
    Effect::new(move |_| {
        if !matches!(router.page(), Page::Report(_) | Page::Reports) {
            router.replace("/reports");
        }
    });
    dynamic(move || view! { <LazyPage of=page.get() in_shell=true /> })
}

#[component]
fn MemberPages() -> impl IntoView {
    let router = expect_context::<Router>();
    let is_administrator = expect_context::<Membership>().is_administrator();
    let is_wizard = Memo::new(move |_| router.page() == Page::Wizard);
    let is_refused = Memo::new(move |_| router.page().is_for_administrators() && !is_administrator);
    dynamic(move || {
        if is_refused.get() {
            view! { <LazyPage of=Refusal::AdministratorsOnly /> }.into_any()
        } else if is_wizard.get() {
            view! { <LazyPage of=Page::Wizard /> }.into_any()
        } else {
            view! { <Shell><ShellPages /></Shell> }.into_any()
        }
    })
}

#[component]
fn ShellPages() -> impl IntoView {
    let router = expect_context::<Router>();
    // The list isn't redrawn when an overlay is opened or closed.
    let page = Memo::new(move |_| match router.page() {
        Page::Registrations(_) => Page::Registrations(None),
        page => page,
    });
    dynamic(move || view! { <LazyPage of=page.get() in_shell=true /> })
}
