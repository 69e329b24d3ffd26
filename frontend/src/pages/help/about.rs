use leptos::prelude::*;

use super::Reading;
use crate::components::{Value, ValueList};
use crate::config::Config;
use crate::i18n::texts;

/// `/help/about`.
#[component]
pub(crate) fn AboutPage() -> impl IntoView {
    let t = &texts().about;
    let config = expect_context::<Config>();
    view! {
        <Reading title=t.title lead=t.lead>
            <div class="card card-pad stack">
                <ValueList>
                    <Value name=t.version text=env!("CARGO_PKG_VERSION") />
                    <Value name=t.address text=config.public_url mono=true copy=true />
                    <Value name=t.licence text=env!("CARGO_PKG_LICENSE") />
                    <Value name=texts().header.api>
                        <a href="/docs/" rel="external">
                            {t.description}
                        </a>
                    </Value>
                </ValueList>
                <p class="muted">{t.no_affiliation}</p>
            </div>
        </Reading>
    }
}
