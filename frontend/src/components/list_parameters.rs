use leptos::prelude::*;

use super::page_links::{ListPages, PageLinks};
use crate::api::{ListQuery, ListRoute};
use crate::browser;
use crate::router::Router;

/// The query of a list. It is in the address, so that it survives a reload, the back button and a link.
#[derive(Clone, Copy)]
pub(crate) struct ListParameters {
    of: &'static ListRoute,
    address: Memo<String>,
    pages: RwSignal<PageLinks>,
    router: Router,
}

impl ListParameters {
    pub(super) fn new(of: &'static ListRoute) -> Self {
        let router = expect_context::<Router>();
        let address = Memo::new(move |before: Option<&String>| match before {
            _ if router.shows(of.address) => ListQuery::from_address(of, &router.whole_query()).address(),
            // An overlay with an address of its own is open.
            Some(before) => before.clone(),
            None => of.address.to_owned(),
        });
        Self {
            of,
            address,
            pages: expect_context::<ListPages>().of(of.address, router.came_back()),
            router,
        }
    }

    pub(super) fn query(self) -> ListQuery {
        ListQuery::from_address(self.of, &self.address.get())
    }

    /// The value of a parameter. Empty if it is not set.
    pub(crate) fn get(self, name: &str) -> String {
        self.query().get(name).to_owned()
    }

    pub(crate) fn set(self, name: &str, value: &str) {
        self.apply(&untrack(|| self.query()).with(name, value));
    }

    pub(super) fn apply(self, query: &ListQuery) {
        let address = query.address();
        // The person may have left the list since the last key press.
        if untrack(|| self.router.shows(self.of.address)) && self.address() != address {
            self.router.replace(&address);
        }
    }

    /// The current address of the list.
    pub(crate) fn address(self) -> String {
        self.address.get_untracked()
    }

    /// The API path of the current page. `None` for the first page.
    pub(super) fn page(self) -> Option<String> {
        let address = self.address.get();
        self.pages.with(|pages| pages.current(&address))
    }

    pub(super) fn page_number(self) -> usize {
        let address = self.address.get();
        self.pages.with(|pages| pages.number(&address))
    }

    pub(super) fn go_on(self, next_link: &str) {
        self.pages.update(|pages| pages.go_on(self.address(), next_link));
    }

    pub(super) fn go_back(self) {
        self.pages.update(PageLinks::go_back);
    }

    /// Removes the filters and keeps the order.
    pub(super) fn clear_filters(self) {
        self.apply(&untrack(|| self.query()).without_filters());
        browser::focus_soon(vec![self.of.first.to_owned()]);
    }
}
