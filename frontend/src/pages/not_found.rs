use leptos::prelude::*;

use crate::components::{Heading, Narrow};
use crate::i18n::texts;

/// An address that leads nowhere.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let t = texts();
    view! {
        <Narrow>
            <div class="card">
                <Heading text=t.errors.not_found.to_owned() />
                <div class="stack space-above">
                    <p>{t.errors.not_found_text}</p>
                    <div class="row">
                        <a class="button" href="/">
                            {t.sign_in.home}
                        </a>
                        <a class="button button-primary" href="/registrations">
                            {t.sign_in.go}
                        </a>
                    </div>
                </div>
            </div>
        </Narrow>
    }
}
