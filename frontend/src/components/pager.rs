//! Going through a list whose pages are known only one ahead (`nextLink`).

use std::collections::HashMap;

use leptos::prelude::*;

use super::list::Asked;
use super::{Icon, live};
use crate::api::own_path;
use crate::i18n::texts;

/// The paths of the pages so far; the last is the one that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PageLinks {
    /// The address of the list that they are pages of. Another one begins at its first page.
    of: String,
    paths: Vec<String>,
}

impl PageLinks {
    /// The page to show, where somebody went on from the first.
    pub(super) fn current(&self, of: &str) -> Option<String> {
        self.paths.last().filter(|_| self.of == of).cloned()
    }

    /// The number of the page to show, from 1 on.
    pub(super) fn number(&self, of: &str) -> usize {
        if self.of == of { self.paths.len() + 1 } else { 1 }
    }

    pub(super) fn go_on(&mut self, of: String, next_link: &str) {
        if self.of != of {
            *self = Self { of, paths: Vec::new() };
        }
        // Pressed twice before the page was there, it is the same page.
        let next = own_path(next_link).filter(|next| self.paths.last() != Some(next));
        self.paths.extend(next);
    }

    pub(super) fn go_back(&mut self) {
        self.paths.pop();
    }
}

/// Where somebody stands in each list, by its address: back from an entry the same page is shown.
#[derive(Clone, Copy)]
pub(crate) struct ListPages(StoredValue<HashMap<&'static str, ArcRwSignal<PageLinks>>>);

impl ListPages {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(HashMap::new()))
    }

    /// The pages of a list; who didn't come back to it begins at the first.
    pub(super) fn of(self, address: &'static str, came_back: bool) -> RwSignal<PageLinks> {
        let mut pages = ArcRwSignal::default();
        self.0.update_value(|lists| {
            let kept = lists.entry(address).or_default();
            if !came_back {
                *kept = ArcRwSignal::default();
            }
            pages = kept.clone();
        });
        pages.into()
    }
}

/// The foot of a list, once there is something to say.
#[component]
pub(super) fn Pager(
    asked: Asked,
    next_link: Signal<Option<String>>,
    summary: Signal<String>,
    back: &'static str,
    on: &'static str,
) -> impl IntoView {
    let is_first = move || asked.page().is_none();
    let is_last = move || next_link.with(Option::is_none);
    let go_on = move |_| {
        if let Some(link) = next_link.get_untracked() {
            asked.go_on(&link);
        }
    };
    let go_back = move |_| {
        if !untrack(is_first) {
            asked.go_back();
        }
    };
    view! {
        <div class="pagination" hidden=move || summary.with(String::is_empty)>
            <span>{live(move || summary.get())}</span>
            <nav class="pages" aria-label=texts().common.pages hidden=move || is_first() && is_last()>
                // A button that was really disabled would lose the focus on the last page.
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

#[cfg(test)]
mod tests {
    use super::PageLinks;

    #[test]
    fn goes_on_and_back_to_where_it_was() {
        let mut links = PageLinks::default();
        let go_on = |links: &mut PageLinks, cursor| {
            links.go_on(
                "/launches".to_owned(),
                &format!("https://gateway.example/api/v1/launches?cursor={cursor}"),
            );
        };
        assert_eq!(links.current("/launches"), None);
        go_on(&mut links, "a");
        go_on(&mut links, "b");
        assert_eq!(links.current("/launches").as_deref(), Some("/api/v1/launches?cursor=b"));
        assert_eq!((links.number("/launches"), links.number("/audit")), (3, 1));
        links.go_back();
        assert_eq!(links.current("/launches").as_deref(), Some("/api/v1/launches?cursor=a"));
        links.go_back();
        assert_eq!(links.current("/launches"), None);
    }

    #[test]
    fn what_is_asked_for_anew_begins_at_its_first_page() {
        let mut links = PageLinks::default();
        links.go_on("/launches".to_owned(), "https://gateway.example/api/v1/launches?cursor=a");
        assert_eq!(links.current("/launches?outcome=refused"), None);
        links.go_on(
            "/launches?outcome=refused".to_owned(),
            "https://gateway.example/api/v1/launches?cursor=r",
        );
        links.go_back();
        assert_eq!(links.current("/launches?outcome=refused"), None);
        assert_eq!(links.current("/launches"), None);
    }

    #[test]
    fn a_second_press_leads_no_further() {
        let mut links = PageLinks::default();
        for _ in 0..2 {
            links.go_on("/launches".to_owned(), "https://gateway.example/api/v1/launches?cursor=a");
        }
        assert_eq!(links.number("/launches"), 2);
    }

    #[test]
    fn follows_no_foreign_link() {
        let mut links = PageLinks::default();
        links.go_on("/launches".to_owned(), "https://evil.example/steal");
        assert_eq!(links.current("/launches"), None);
    }
}
