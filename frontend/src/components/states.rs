//! Placeholders for data that is loading or failed to load.

use leptos::prelude::*;

use super::{Button, ButtonLink, Heading, Intent, MessageBar};
use crate::api::ApiError;
use crate::browser;
use crate::i18n::texts;

/// The text for an error.
pub(crate) fn explain(error: &ApiError) -> String {
    let t = &texts().errors;
    match error {
        ApiError::Unreachable => t.unreachable_whole.with([t.unreachable, t.unreachable_text]),
        ApiError::Problem(problem) if problem.status < 500 => problem.detail.clone(),
        ApiError::Problem(problem) => t.with_request.with([t.wrong, &problem.request_id]),
        ApiError::TokenRefused => texts().sign_in.failed.to_owned(),
        ApiError::Unreadable(_) => t.wrong.to_owned(),
    }
}

#[component]
pub(crate) fn TryAgain(again: Callback<()>, #[prop(optional, into)] busy: Signal<bool>) -> impl IntoView {
    view! { <Button label=texts().common.try_again.to_owned() class="button-small" press=again busy /> }
}

/// Shown instead of a list or of a page's content.
#[component]
pub(crate) fn LoadFailed(
    error: ApiError,
    again: Callback<()>,
    /// Set while the request is being repeated.
    #[prop(optional, into)]
    busy: Signal<bool>,
) -> impl IntoView {
    view! {
        <MessageBar intent=Intent::Danger text=explain(&error)>
            <TryAgain again busy />
        </MessageBar>
    }
}

/// Shown instead of a whole page: not found, or not available now.
#[component]
pub(crate) fn PageFailed(error: ApiError, again: Callback<()>) -> impl IntoView {
    let t = &texts().errors;
    if error.status() == Some(404) {
        return view! {
            <Heading text=t.not_found.to_owned() />
            <p class="lead space-below">{t.not_found_text}</p>
            <ButtonLink href="/registrations" label=texts().sign_in.go />
        }
        .into_any();
    }
    view! {
        <Heading text=t.title.to_owned() />
        <div class="space-above-s">
            <LoadFailed error again />
        </div>
    }
    .into_any()
}

/// Shown instead of a page or dialog whose chunk can't be fetched: the gateway can't be reached, or it has a newer portal without
/// this chunk. Reloading the page helps in both cases.
#[component]
pub(crate) fn ChunkFailed(error: ApiError) -> impl IntoView {
    view! {
        <main class="main main-narrow" id="main" tabindex="-1">
            <PageFailed error again=Callback::new(|()| browser::reload()) />
        </main>
    }
}

/// An empty header until the account is known, so that nothing moves or flashes.
#[component]
pub(crate) fn HeaderPlaceholder() -> impl IntoView {
    view! { <div class="boot-bar" aria-hidden="true"></div> }
}

/// The loading state of a page. CSS shows its text after a short delay.
#[component]
pub(crate) fn Loading(#[prop(optional)] text: Option<&'static str>) -> impl IntoView {
    view! {
        <div class="loading" role="status">
            <p class="late muted">{text.unwrap_or(texts().common.loading)}</p>
        </div>
    }
}
