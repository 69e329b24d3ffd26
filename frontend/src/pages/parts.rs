//! The parts of the portal whose code is fetched when it is needed. `cargo xtask portal` cuts the program at these functions.
//!
//! In the first part is what everybody takes: the landing page, signing in, and who gets where.

// The macro makes an import and an export of each function, which takes `unsafe`.
#![allow(unsafe_code)]

use contract::Registration;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::audit::AuditPage;
use super::help::{AboutPage, GuidePage, KeyboardPage};
use super::launches::{LaunchPage, LaunchesPage};
use super::not_found::NotFoundPage;
use super::registrations::{AddedPage, Details, Question, RegistrationsPage};
use super::reports::{NewReportPage, ReportPage, ReportsPage};
use super::sign_in_error::{Denied, Refusal, SignInErrorPage};
use super::tenant::TenantPage;
use super::wizard::WizardPage;
use crate::api::ApiError;
use crate::auth::SignInError;
use crate::browser;
use crate::components::{Bar, Calm, Header, PageFailed, live};
use crate::load::{Load, load};
use crate::router::Page;

/// What is to be drawn.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Page(Page),
    /// In the place of a page that the account may not open.
    Denied(Refusal),
    /// In the place of a page, after a sign-in that failed.
    SignInError(SignInError),
    /// Over the list: all of one registration, by its ID.
    Details(String),
    /// Over the list: the question before this one is deleted.
    Deletion(Box<Registration>),
}

impl From<Page> for Content {
    fn from(page: Page) -> Self {
        Self::Page(page)
    }
}

impl From<Refusal> for Content {
    fn from(refusal: Refusal) -> Self {
        Self::Denied(refusal)
    }
}

impl From<SignInError> for Content {
    fn from(error: SignInError) -> Self {
        Self::SignInError(error)
    }
}

/// Draws what is in a part.
type Draw = fn(Content) -> AnyView;

impl From<SplitLoaderError> for ApiError {
    fn from(_: SplitLoaderError) -> Self {
        Self::Unreachable
    }
}

/// The list, the first that most people see.
#[wasm_split(list, wasm_split_path = leptos::wasm_split, fallible)]
fn list() -> Result<Draw, SplitLoaderError> {
    Ok(|_| view! { <RegistrationsPage /> }.into_any())
}

/// What lies over the list.
#[wasm_split(details, wasm_split_path = leptos::wasm_split, fallible)]
fn details() -> Result<Draw, SplitLoaderError> {
    Ok(|content| match content {
        Content::Details(id) => view! { <Details id /> }.into_any(),
        Content::Deletion(registration) => view! { <Question registration=*registration /> }.into_any(),
        Content::Page(_) | Content::Denied(_) | Content::SignInError(_) => ().into_any(),
    })
}

/// Everything else.
#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
fn rest() -> Result<Draw, SplitLoaderError> {
    Ok(|content| match content {
        Content::Page(page) => rest_page(page),
        Content::Denied(refusal) => view! { <Denied refusal /> }.into_any(),
        Content::SignInError(error) => view! { <SignInErrorPage error /> }.into_any(),
        Content::Details(_) | Content::Deletion(_) => ().into_any(),
    })
}

fn rest_page(page: Page) -> AnyView {
    match page {
        Page::Tenant => view! { <TenantPage /> }.into_any(),
        Page::Wizard => view! { <WizardPage /> }.into_any(),
        Page::Added(id) => view! { <AddedPage id /> }.into_any(),
        Page::Launches => view! { <LaunchesPage /> }.into_any(),
        Page::Launch(asked) => view! { <LaunchPage asked /> }.into_any(),
        Page::Audit => view! { <AuditPage /> }.into_any(),
        Page::Help => view! { <GuidePage /> }.into_any(),
        Page::Keyboard => view! { <KeyboardPage /> }.into_any(),
        Page::About => view! { <AboutPage /> }.into_any(),
        Page::Reports => view! { <ReportsPage /> }.into_any(),
        Page::NewReport => view! { <NewReportPage /> }.into_any(),
        Page::Report(id) => view! { <ReportPage id /> }.into_any(),
        Page::Unknown => view! { <NotFoundPage /> }.into_any(),
        // Drawn elsewhere; this is the moment before that.
        Page::Landing | Page::Callback | Page::Registrations(_) => ().into_any(),
    }
}

/// A page or what stands in its place, once the part that draws it is there.
#[component]
pub(crate) fn Part(
    #[prop(into)] of: Content,
    /// The header is there already.
    #[prop(optional)]
    in_shell: bool,
) -> impl IntoView {
    let in_list = matches!(of, Content::Page(Page::Registrations(_)));
    let part = load(move || async move { Ok(if in_list { list().await? } else { rest().await? }) });
    live(move || match part.get() {
        Load::Pending => view! { {(!in_shell).then(|| view! { <Bar /> })} <Calm /> }.into_any(),
        Load::Ready(draw) => draw(of.clone()),
        Load::Failed(error) => view! { {(!in_shell).then(|| view! { <Header /> })} <Missing error /> }.into_any(),
    })
}

/// A dialog, once the part that draws it is there.
#[component]
pub(crate) fn Over(of: Content) -> impl IntoView {
    let part = load(move || async move { Ok(details().await?) });
    live(move || match part.get() {
        Load::Pending => ().into_any(),
        Load::Ready(draw) => draw(of.clone()),
        Load::Failed(error) => view! { <Missing error /> }.into_any(),
    })
}

/// The gateway is away, or has a newer portal by now, of which this is no part. Loading the page anew helps in both cases.
#[component]
fn Missing(error: ApiError) -> impl IntoView {
    view! {
        <main class="main main-narrow" id="main" tabindex="-1">
            <PageFailed error again=Callback::new(|()| browser::reload()) />
        </main>
    }
}
