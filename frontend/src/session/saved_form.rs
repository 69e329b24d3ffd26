//! The typed values of a form. They are saved in the tab's storage and survive reloads, the end of the session and a redirect to
//! another site, until the form is sent or the person signs out.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::auth::{STORAGE_PREFIX, Session};
use crate::browser::tab;

/// The storage key of a form: one for each person and form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SavedForm(String);

impl SavedForm {
    pub(crate) fn of(form: &str) -> Self {
        let person = Session::load().map(|session| session.person.key).unwrap_or_default();
        Self(format!("{STORAGE_PREFIX}{form}.{person}"))
    }

    pub(crate) fn get<T: DeserializeOwned>(&self) -> Option<T> {
        tab::get(&self.0)
    }

    pub(crate) fn set<T: Serialize>(&self, typed: &T) {
        tab::set(&self.0, typed);
    }

    pub(crate) fn clear(&self) {
        tab::remove(&self.0);
    }
}
