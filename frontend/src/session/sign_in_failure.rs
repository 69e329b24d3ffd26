use leptos::prelude::*;

use crate::auth::SignInError;

/// The error of a sign-in that couldn't be started. It is shown instead of the page.
#[derive(Clone, Copy)]
pub(crate) struct SignInFailure(RwSignal<Option<SignInError>>);

impl SignInFailure {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    pub(crate) fn get(&self) -> Option<SignInError> {
        self.0.get()
    }

    pub(crate) fn note(&self, outcome: Result<(), SignInError>) {
        if let Err(error) = outcome {
            self.0.set(Some(error));
        }
    }

    pub(crate) fn clear(&self) {
        // Setting the signal redraws every page.
        if self.0.with_untracked(Option::is_some) {
            self.0.set(None);
        }
    }
}
