use std::sync::atomic::{AtomicBool, Ordering};

use leptos::prelude::*;

use crate::browser;
use crate::i18n::texts;
use crate::reactive::{dynamic, effect};

/// The browser announces the first page. On later pages the heading takes the focus, so that a screen reader reads it.
static FIRST_PAGE: AtomicBool = AtomicBool::new(true);

/// The title of the browser's tab.
pub(crate) fn set_title(page: &str) {
    document().set_title(&format!("{page} - {}", texts().app_name));
}

/// The heading of a page. It also sets the title.
#[component]
pub(crate) fn Heading(
    #[prop(into)] text: Signal<String>,
    /// Hidden text that a screen reader reads before the heading: "Step 3 of 5:".
    #[prop(optional, into)]
    prefix: String,
    /// The page sets the focus itself, e.g. in a drawer above it.
    #[prop(optional)]
    keeps_focus: bool,
) -> impl IntoView {
    let prefix = if prefix.is_empty() { prefix } else { format!("{prefix} ") };
    let title_prefix = prefix.clone();
    effect(move || set_title(&format!("{title_prefix}{}", text.get())));
    if !FIRST_PAGE.swap(false, Ordering::Relaxed) && !keeps_focus {
        browser::focus_soon(vec!["page-heading".to_owned()]);
    }
    view! {
        <h1 id="page-heading" tabindex="-1">
            {(!prefix.is_empty()).then(|| view! { <span class="sr-only">{prefix}</span> })} {dynamic(move || text.get())}
        </h1>
    }
}
