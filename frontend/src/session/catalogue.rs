use contract::{App, Platform};
use futures_util::future::try_join;

use crate::api::Api;
use crate::i18n::texts;
use crate::load::{Load, Loaded, load};

/// The apps of this gateway and the LMSs that it knows, loaded once.
#[derive(Clone, Copy)]
pub(crate) struct Catalogue(Loaded<(Vec<App>, Vec<Platform>)>);

impl Catalogue {
    pub(crate) fn load(api: Api) -> Self {
        Self(load(move || {
            let api = api.clone();
            async move { try_join(api.apps(), api.platforms()).await }
        }))
    }

    pub(crate) fn get(&self) -> Load<(Vec<App>, Vec<Platform>)> {
        self.0.get()
    }

    pub(crate) fn again(&self) {
        self.0.again();
    }

    pub(crate) fn apps(&self) -> Vec<App> {
        self.0.ready().map(|(apps, _)| apps).unwrap_or_default()
    }

    pub(crate) fn platforms(&self) -> Vec<Platform> {
        self.0.ready().map(|(_, platforms)| platforms).unwrap_or_default()
    }

    /// The name of an app. Empty until it is loaded. The ID, if the app was withdrawn.
    pub(crate) fn app_name(&self, id: &str) -> String {
        if self.is_pending() {
            return String::new();
        }
        let app = self.apps().into_iter().find(|app| app.id == id);
        app.map_or_else(|| id.to_owned(), |app| app.name)
    }

    fn is_pending(&self) -> bool {
        matches!(self.0.get(), Load::Pending)
    }

    /// The name of an LMS. Empty until it is loaded.
    pub(crate) fn platform_name(&self, id: &str) -> String {
        if self.is_pending() {
            return String::new();
        }
        self.platform(id).map_or_else(|| id.to_owned(), |platform| platform.name)
    }

    /// The name of an LMS in a sentence: without the part in brackets, and "your LMS" for *Other*.
    pub(crate) fn lms_in_sentence(&self, id: &str) -> String {
        if id == "other" {
            return texts().common.your_lms.to_owned();
        }
        let name = self.platform_name(id);
        name.split_once(" (").map_or(name.clone(), |(name, _)| name.to_owned())
    }

    pub(crate) fn platform(&self, id: &str) -> Option<Platform> {
        self.platforms().into_iter().find(|platform| platform.id == id)
    }
}
