//! The previous and next buttons of a list. Only the next page is known (`nextLink`).

use leptos::prelude::*;

use super::Icon;
use super::list_parameters::ListParameters;
use crate::i18n::texts;
use crate::reactive::dynamic;

/// The foot of a list, hidden until the first page has been loaded.
#[component]
pub(super) fn Pager(
    parameters: ListParameters,
    next_link: Signal<Option<String>>,
    summary: Signal<String>,
    back: &'static str,
    on: &'static str,
) -> impl IntoView {
    let is_first = move || parameters.page().is_none();
    let is_last = move || next_link.with(Option::is_none);
    let go_on = move |_| {
        if let Some(link) = next_link.get_untracked() {
            parameters.go_on(&link);
        }
    };
    let go_back = move |_| {
        if !untrack(is_first) {
            parameters.go_back();
        }
    };
    view! {
        <div class="pagination" hidden=move || summary.with(String::is_empty)>
            <span>{dynamic(move || summary.get())}</span>
            <nav class="pages" aria-label=texts().common.pages hidden=move || is_first() && is_last()>
                // A button with `disabled` would lose the focus on the last page.
                <button class="button button-subtle" type="button" aria-disabled=move || is_first().to_string() on:click=go_back>
                    <Icon name="chevron-left" class="icon-16" />
                    {back}
                </button>
                <button class="button button-subtle" type="button" aria-disabled=move || is_last().to_string() on:click=go_on>
                    {on}
                    <Icon name="chevron-right" class="icon-16" />
                </button>
            </nav>
        </div>
    }
}
