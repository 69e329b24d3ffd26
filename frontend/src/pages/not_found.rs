use leptos::prelude::*;

use crate::components::{ButtonLink, StatusPage};
use crate::i18n::texts;

/// An address that leads nowhere.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let t = texts();
    view! {
        <StatusPage title=t.errors.not_found text=t.errors.not_found_text>
            <ButtonLink href="/" label=t.sign_in.home />
            <ButtonLink href="/registrations" label=t.sign_in.go />
        </StatusPage>
    }
}
