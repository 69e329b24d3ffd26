//! The visited pages of a list.

use std::collections::HashMap;

use leptos::prelude::*;

use crate::api::own_path;

/// The API paths of the pages after the first. The last one is the current page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PageLinks {
    /// The address of the list, with its filters. Another address starts at the first page.
    of: String,
    paths: Vec<String>,
}

impl PageLinks {
    /// The API path of the current page. `None` for the first page.
    pub(super) fn current(&self, of: &str) -> Option<String> {
        self.paths.last().filter(|_| self.of == of).cloned()
    }

    /// The number of the current page, from 1 on.
    pub(super) fn number(&self, of: &str) -> usize {
        if self.of == of { self.paths.len() + 1 } else { 1 }
    }

    pub(super) fn go_on(&mut self, of: String, next_link: &str) {
        if self.of != of {
            *self = Self { of, paths: Vec::new() };
        }
        // The button may be pressed twice before the page has been loaded.
        let next = own_path(next_link).filter(|next| self.paths.last() != Some(next));
        self.paths.extend(next);
    }

    pub(super) fn go_back(&mut self) {
        self.paths.pop();
    }
}

/// The current page of each list by its address, so that the back button leads to the same page.
#[derive(Clone, Copy)]
pub(crate) struct ListPages(StoredValue<HashMap<&'static str, ArcRwSignal<PageLinks>>>);

impl ListPages {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(HashMap::new()))
    }

    /// The pages of a list. Starts at the first page unless the back or forward button led here.
    pub(super) fn of(self, address: &'static str, came_back: bool) -> RwSignal<PageLinks> {
        let mut pages = ArcRwSignal::default();
        self.0.update_value(|lists| {
            let links = lists.entry(address).or_default();
            if !came_back {
                *links = ArcRwSignal::default();
            }
            pages = links.clone();
        });
        pages.into()
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
    fn another_query_starts_at_the_first_page() {
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
