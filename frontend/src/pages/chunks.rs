//! The chunks of the program that are fetched when a page needs them. `cargo xtask portal` splits the program at these functions.
//!
//! The first chunk has what everybody needs: the landing page, the sign-in and the guard.

// The macro makes an import and an export of each function, which takes `unsafe`.
#![allow(unsafe_code)]

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::audit::AuditPage;
use super::contests::ContestsPage;
use super::help::{AboutPage, GuidePage, KeyboardPage};
use super::launches::{LaunchPage, LaunchesPage};
use super::not_found::NotFoundPage;
use super::registrations::{AddedPage, RegistrationsPage};
use super::reports::{NewReportPage, ReportPage, ReportsPage};
use super::sign_in_error::{Denied, Refusal, SignInErrorPage};
use super::tenant::TenantPage;
use super::wizard::WizardPage;
use crate::auth::SignInError;
use crate::components::{ChunkFailed, Header, HeaderPlaceholder, Loading};
use crate::load::{Load, load};
use crate::reactive::dynamic;
use crate::router::Page;

/// The content to draw.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Page(Page),
    /// Shown instead of a page that the account may not open.
    Denied(Refusal),
    /// Shown instead of a page after a failed sign-in.
    SignInError(SignInError),
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

/// Draws the content of a chunk.
type Draw = fn(Content) -> AnyView;

/// The list of registrations, which most people open first.
#[wasm_split(list, wasm_split_path = leptos::wasm_split, fallible)]
fn list() -> Result<Draw, SplitLoaderError> {
    Ok(|_| view! { <RegistrationsPage /> }.into_any())
}

/// Everything else.
#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
fn rest() -> Result<Draw, SplitLoaderError> {
    Ok(|content| match content {
        Content::Page(page) => rest_page(page),
        Content::Denied(refusal) => view! { <Denied refusal /> }.into_any(),
        Content::SignInError(error) => view! { <SignInErrorPage error /> }.into_any(),
    })
}

fn rest_page(page: Page) -> AnyView {
    match page {
        Page::Tenant => view! { <TenantPage /> }.into_any(),
        Page::Wizard => view! { <WizardPage /> }.into_any(),
        Page::Added(id) => view! { <AddedPage id /> }.into_any(),
        Page::Launches => view! { <LaunchesPage /> }.into_any(),
        Page::Launch(reference) => view! { <LaunchPage reference /> }.into_any(),
        Page::Contests => view! { <ContestsPage /> }.into_any(),
        Page::Audit => view! { <AuditPage /> }.into_any(),
        Page::Help => view! { <GuidePage /> }.into_any(),
        Page::Keyboard => view! { <KeyboardPage /> }.into_any(),
        Page::About => view! { <AboutPage /> }.into_any(),
        Page::Reports => view! { <ReportsPage /> }.into_any(),
        Page::NewReport => view! { <NewReportPage /> }.into_any(),
        Page::Report(id) => view! { <ReportPage id /> }.into_any(),
        Page::Unknown => view! { <NotFoundPage /> }.into_any(),
        // Drawn elsewhere. This is reached only for a moment before.
        Page::Landing | Page::Callback | Page::Registrations(_) => ().into_any(),
    }
}

/// A page or what takes its place, once the chunk that draws it is loaded.
#[component]
pub(crate) fn LazyPage(
    #[prop(into)] of: Content,
    /// The header is already drawn.
    #[prop(optional)]
    in_shell: bool,
) -> impl IntoView {
    let in_list = matches!(of, Content::Page(Page::Registrations(_)));
    let chunk = load(move || async move { Ok(if in_list { list().await? } else { rest().await? }) });
    dynamic(move || match chunk.get() {
        Load::Pending => view! { {(!in_shell).then(|| view! { <HeaderPlaceholder /> })} <Loading /> }.into_any(),
        Load::Ready(draw) => draw(of.clone()),
        Load::Failed(error) => view! { {(!in_shell).then(|| view! { <Header /> })} <ChunkFailed error /> }.into_any(),
    })
}
