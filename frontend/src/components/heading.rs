use std::sync::atomic::{AtomicBool, Ordering};

use leptos::html::H1;
use leptos::prelude::*;

use super::live;

use crate::browser;

/// The browser itself announces the first page; from then on the heading takes the focus, or a screen reader would stay silent.
static FIRST_PAGE: AtomicBool = AtomicBool::new(true);

/// The heading of a page, which is its title too.
#[component]
pub(crate) fn Heading(
    #[prop(into)] text: Signal<String>,
    /// Read before the text, not shown: "Step 3 of 5: ".
    #[prop(optional, into)]
    prefix: String,
    /// Where the page takes the focus itself, e.g. a drawer above it.
    #[prop(optional)]
    keeps_focus: bool,
) -> impl IntoView {
    let heading = NodeRef::<H1>::new();
    let title_prefix = prefix.clone();
    Effect::new(move |_| browser::set_title(&format!("{title_prefix}{}", text.get())));
    Effect::new(move |_| {
        if let Some(heading) = heading.get()
            && !FIRST_PAGE.swap(false, Ordering::Relaxed)
            && !keeps_focus
        {
            let _ = heading.focus();
        }
    });
    view! {
        <h1 id="page-heading" tabindex="-1" node_ref=heading>
            {(!prefix.is_empty()).then(|| view! { <span class="sr-only">{prefix}</span> })} {live(move || text.get())}
        </h1>
    }
}
