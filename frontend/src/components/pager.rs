//! Going through a list whose pages are known only one ahead (`nextLink`).

use leptos::prelude::*;

use super::{Icon, live};
use crate::api::own_path;
use crate::i18n::texts;

/// The paths of the pages so far; the last is the one that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageLinks(Vec<String>);

impl PageLinks {
    /// The path to show: the first page's, unless somebody went on.
    pub(crate) fn current(&self, first: String) -> String {
        self.0.last().cloned().unwrap_or(first)
    }

    fn go_on(&mut self, next_link: &str) {
        self.0.extend(own_path(next_link));
    }

    fn go_back(&mut self) {
        self.0.pop();
    }

    pub(crate) fn is_first(&self) -> bool {
        self.0.is_empty()
    }
}

/// The foot of a list.
#[component]
pub(crate) fn Pager(
    links: RwSignal<PageLinks>,
    #[prop(into)] next_link: Signal<Option<String>>,
    #[prop(into)] summary: Signal<String>,
    back: &'static str,
    on: &'static str,
) -> impl IntoView {
    let go_on = move |_| {
        if let Some(link) = next_link.get_untracked() {
            links.update(|links| links.go_on(&link));
        }
    };
    view! {
        <div class="pagination">
            <span>{live(move || summary.get())}</span>
            <nav class="pages" aria-label=texts().common.pages hidden=move || links.with(PageLinks::is_first) && next_link.with(Option::is_none)>
                <button
                    class="button button-subtle"
                    type="button"
                    disabled=move || links.with(PageLinks::is_first)
                    on:click=move |_| links.update(PageLinks::go_back)
                >
                    <Icon name="chevron-left" class="icon-16" />
                    {back}
                </button>
                <button class="button button-subtle" type="button" disabled=move || next_link.with(Option::is_none) on:click=go_on>
                    {on}
                    <Icon name="chevron-right" class="icon-16" />
                </button>
            </nav>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::PageLinks;

    #[test]
    fn goes_on_and_back_to_where_it_was() {
        let mut links = PageLinks::default();
        assert!(links.is_first());
        links.go_on("https://gateway.example/api/v1/launches?cursor=a");
        links.go_on("https://gateway.example/api/v1/launches?cursor=b");
        assert_eq!(links.current("/first".to_owned()), "/api/v1/launches?cursor=b");
        links.go_back();
        assert_eq!(links.current("/first".to_owned()), "/api/v1/launches?cursor=a");
        links.go_back();
        assert_eq!(links.current("/first".to_owned()), "/first");
    }

    #[test]
    fn follows_no_foreign_link() {
        let mut links = PageLinks::default();
        links.go_on("https://evil.example/steal");
        assert!(links.is_first());
    }
}
