//! Addresses and pages. Each page is a variant, so the compiler checks that a `match` is complete.
//!
//! `leptos_router` would take 30 of the 250 kB of the first page's budget, most of it for features that the portal doesn't
//! use: nested views as types, asynchronous routes, server rendering.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement};

/// The page at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Landing,
    Callback,
    Tenant,
    /// The list, optionally with the details of one registration over it.
    Registrations(Option<String>),
    /// The form for a new registration.
    Wizard,
    /// The summary after a registration was added.
    Added(String),
    Launches,
    Launch(String),
    /// The contests of LMSs that other organizations registered.
    Contests,
    /// The audit log.
    Audit,
    Help,
    Keyboard,
    About,
    Reports,
    /// The form for a problem report.
    NewReport,
    Report(String),
    Unknown,
}

impl Page {
    /// Pages that change something. Educators may only read, as in the API.
    pub(crate) fn is_for_administrators(&self) -> bool {
        match self {
            Self::Wizard | Self::Added(_) => true,
            Self::Landing
            | Self::Callback
            | Self::Tenant
            | Self::Registrations(_)
            | Self::Launches
            | Self::Launch(_)
            | Self::Contests
            | Self::Audit
            | Self::Help
            | Self::Keyboard
            | Self::About
            | Self::Reports
            | Self::NewReport
            | Self::Report(_)
            | Self::Unknown => false,
        }
    }

    fn from_path(path: &str) -> Self {
        let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        match segments.as_slice() {
            [] => Self::Landing,
            ["auth", "callback"] => Self::Callback,
            ["tenant"] => Self::Tenant,
            ["registrations"] => Self::Registrations(None),
            ["registrations", "new"] => Self::Wizard,
            ["registrations", id] => Self::Registrations(Some((*id).to_owned())),
            ["registrations", id, "added"] => Self::Added((*id).to_owned()),
            ["launches"] => Self::Launches,
            ["launches", reference] => Self::Launch((*reference).to_owned()),
            ["contests"] => Self::Contests,
            ["audit"] => Self::Audit,
            ["help"] => Self::Help,
            ["help", "keyboard"] => Self::Keyboard,
            ["help", "about"] => Self::About,
            ["reports"] => Self::Reports,
            ["reports", "new"] => Self::NewReport,
            ["reports", id] => Self::Report((*id).to_owned()),
            _ => Self::Unknown,
        }
    }
}

/// The current address.
#[derive(Clone, Copy)]
pub(crate) struct Router {
    page: RwSignal<Page>,
    query: RwSignal<String>,
    /// The back or forward button led here.
    came_back: RwSignal<bool>,
}

impl Router {
    /// Starts to follow the address and to handle clicks on links to the portal's pages.
    pub(crate) fn start() -> Self {
        let router = Self {
            page: RwSignal::new(Page::Unknown),
            query: RwSignal::default(),
            came_back: RwSignal::new(false),
        };
        router.read_address();
        let _ = window_event_listener(ev::popstate, move |_| {
            router.came_back.set(true);
            router.read_address();
        });
        let _ = window_event_listener(ev::click, move |event| router.clicked(&event));
        router
    }

    /// True if the back or forward button led to this page.
    pub(crate) fn came_back(self) -> bool {
        self.came_back.get_untracked()
    }

    pub(crate) fn page(self) -> Page {
        self.page.get()
    }

    /// True if the address leads to the current page.
    pub(crate) fn shows(self, address: &str) -> bool {
        let page = Page::from_path(address);
        self.page.with(|shown| *shown == page)
    }

    /// The whole query string.
    pub(crate) fn whole_query(self) -> String {
        self.query.get()
    }

    /// The value of a query parameter.
    pub(crate) fn query(self, name: &str) -> Option<String> {
        self.query.with(|query| {
            let found = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned())
        })
    }

    pub(crate) fn go(self, to: &str) {
        self.push(to);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Opens or closes an overlay of the current page.
    pub(crate) fn go_without_scrolling(self, to: &str) {
        self.push(to);
    }

    /// Replaces the current address in the history.
    pub(crate) fn replace(self, to: &str) {
        let _ = window()
            .history()
            .and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(to)));
        self.read_address();
    }

    fn push(self, to: &str) {
        self.came_back.set(false);
        let _ = window()
            .history()
            .and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(to)));
        self.read_address();
    }

    fn read_address(self) {
        let location = window().location();
        let page = Page::from_path(&location.pathname().unwrap_or_default());
        if self.page.with_untracked(|before| *before != page) {
            self.page.set(page);
        }
        let query = location.search().unwrap_or_default();
        let query = query.trim_start_matches('?');
        if self.query.with_untracked(|before| before != query) {
            self.query.set(query.to_owned());
        }
    }

    fn clicked(self, event: &ev::MouseEvent) {
        let modified = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || modified {
            return;
        }
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|element| element.closest("a[href]").ok().flatten())
            .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok());
        let Some(link) = link else { return };
        let here = window().location();
        let leaves = !link.target().is_empty() || Ok(link.origin()) != here.origin();
        // The browser handles links to a fragment of the same page.
        let stays = !link.hash().is_empty() && Ok(link.pathname()) == here.pathname();
        if leaves || stays || Page::from_path(&link.pathname()) == Page::Unknown {
            return;
        }
        event.prevent_default();
        let to = format!("{}{}{}", link.pathname(), link.search(), link.hash());
        if link.has_attribute("data-noscroll") {
            self.go_without_scrolling(&to);
        } else {
            self.go(&to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn each_page_has_its_address() {
        for (path, page) in [
            ("/", Page::Landing),
            ("/auth/callback", Page::Callback),
            ("/tenant", Page::Tenant),
            ("/registrations", Page::Registrations(None)),
            ("/registrations/", Page::Registrations(None)),
            ("/registrations/new", Page::Wizard),
            ("/registrations/1", Page::Registrations(Some("1".to_owned()))),
            ("/registrations/1/added", Page::Added("1".to_owned())),
            ("/launches", Page::Launches),
            ("/contests", Page::Contests),
            ("/launches/5TFA-R7YN-2K8Q", Page::Launch("5TFA-R7YN-2K8Q".to_owned())),
            ("/audit", Page::Audit),
            ("/help", Page::Help),
            ("/help/keyboard", Page::Keyboard),
            ("/help/about", Page::About),
            ("/reports", Page::Reports),
            ("/reports/new", Page::NewReport),
            ("/reports/1", Page::Report("1".to_owned())),
        ] {
            assert_eq!(Page::from_path(path), page, "{path}");
        }
    }

    #[test]
    fn other_addresses_are_not_ours() {
        for path in [
            "/docs",
            "/report",
            "/registrations/1/other",
            "/launches/1/2",
            "/Registrations",
            "/auth",
            "/api/v1/me",
        ] {
            assert_eq!(Page::from_path(path), Page::Unknown, "{path}");
        }
    }
}
