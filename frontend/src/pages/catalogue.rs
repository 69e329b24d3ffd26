use contract::{App, Platform};
use futures_util::future::try_join;

use crate::api::Api;
use crate::i18n::texts;
use crate::load::{Load, Loaded, load};

/// The apps of this gateway and the LMSs that it knows; asked for once.
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

    /// An app's name; its id until that is known, and for an app that was withdrawn.
    pub(crate) fn app_name(&self, id: &str) -> String {
        let app = self.apps().into_iter().find(|app| app.id == id);
        app.map_or_else(|| id.to_owned(), |app| app.name)
    }

    /// An LMS's name, or its id.
    pub(crate) fn platform_name(&self, id: &str) -> String {
        self.platform(id).map_or_else(|| id.to_owned(), |platform| platform.name)
    }

    /// An LMS as a sentence names it: *Other* is a choice, and nobody's LMS.
    pub(crate) fn lms_in_words(&self, id: &str) -> String {
        if id == "other" {
            texts().common.your_lms.to_owned()
        } else {
            self.platform_name(id)
        }
    }

    pub(crate) fn platform(&self, id: &str) -> Option<Platform> {
        self.platforms().into_iter().find(|platform| platform.id == id)
    }
}
