use contract::Registration;
use leptos::prelude::*;
use uuid::Uuid;

use crate::components::List;

/// The registration whose deletion is to be confirmed, and its list.
#[derive(Clone, Copy)]
pub(super) struct Deleting {
    registration: RwSignal<Option<Registration>>,
    list: List<Registration>,
}

impl Deleting {
    pub(super) fn new(list: List<Registration>) -> Self {
        Self {
            registration: RwSignal::new(None),
            list,
        }
    }

    pub(super) fn confirm(self, registration: Registration) {
        self.registration.set(Some(registration));
    }

    pub(super) fn registration(self) -> Option<Registration> {
        self.registration.get()
    }

    /// Closes the dialog. False if the person has left the page.
    pub(super) fn close(self) -> bool {
        self.registration.try_set(None).is_none()
    }

    pub(super) fn list(self) -> List<Registration> {
        self.list
    }

    /// Removes a deleted registration from the page. Returns the one that takes its place.
    pub(super) fn take_off(self, id: Uuid) -> Option<Uuid> {
        let mut rows = self.list.rows()?;
        let place = rows.iter().position(|registration| registration.id == id)?;
        rows.remove(place);
        let next = rows.get(place).or_else(|| rows.last()).map(|registration| registration.id);
        self.list.set_rows(rows);
        next
    }
}
