//! What somebody typed into a form. It stays in the tab's storage, through reloads, an ended session and a way through another site,
//! until it was sent or that person signs out.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::auth::{STORAGE_PREFIX, Session};
use crate::browser::tab;

/// Where it is kept: one place for each person and form.
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
