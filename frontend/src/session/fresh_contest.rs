use contract::Contest;
use leptos::prelude::*;
use uuid::Uuid;

/// The contest that was just begun in this tab. Only the answer to its creation has its code.
#[derive(Clone, Copy)]
pub(crate) struct FreshContest(RwSignal<Option<Contest>>);

impl FreshContest {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    pub(crate) fn set(self, contest: Contest) {
        self.0.set(Some(contest));
    }

    pub(crate) fn get(self) -> Option<Contest> {
        self.0.get()
    }

    /// It was withdrawn, or is another one.
    pub(crate) fn forget(self, id: Uuid) {
        if self
            .0
            .with_untracked(|contest| contest.as_ref().is_some_and(|contest| contest.id == id))
        {
            self.0.set(None);
        }
    }
}
