//! Data that a page fetches. It is fetched again when a signal that it depends on changes, or on request.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::future::{AbortHandle, LocalBoxFuture, abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::ApiError;
use crate::reactive::effect;

/// The state of a fetch.
#[derive(Clone)]
pub(crate) enum Load<T> {
    Pending,
    Ready(T),
    Failed(ApiError),
}

/// Data of any type. Signals of one type take a third of the code that signals of a dozen types take.
type Anything = Arc<dyn Any + Send + Sync>;

/// Fetched data.
pub(crate) struct Loaded<T> {
    state: RwSignal<Load<Anything>>,
    busy: RwSignal<bool>,
    attempt: RwSignal<u32>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

impl<T: Clone + Send + Sync + 'static> Loaded<T> {
    // Cloning is long code and should be compiled once per type.
    #[inline(never)]
    pub(crate) fn get(&self) -> Load<T> {
        match self.state.get() {
            Load::Ready(value) => value.downcast_ref().cloned().map_or(Load::Pending, Load::Ready),
            Load::Pending => Load::Pending,
            Load::Failed(error) => Load::Failed(error),
        }
    }

    /// The data, once it is loaded.
    #[inline(never)]
    pub(crate) fn ready(&self) -> Option<T> {
        match self.state.get() {
            Load::Ready(value) => value.downcast_ref().cloned(),
            Load::Pending | Load::Failed(_) => None,
        }
    }

    /// True while a fetch is running. The shown data may be out of date.
    pub(crate) fn busy(&self) -> bool {
        self.busy.get()
    }

    /// The number of repeated fetches.
    pub(crate) fn attempts(&self) -> Signal<u32> {
        self.attempt.into()
    }

    pub(crate) fn again(&self) {
        self.attempt.update(|attempt| *attempt += 1);
    }

    /// Replaces the data without fetching it.
    pub(crate) fn set(&self, value: T) {
        self.state.set(Load::Ready(Arc::new(value)));
    }
}

/// Fetches now, and again whenever a signal read by `fetch` changes. A new fetch aborts the previous one, and leaving the page
/// aborts the last one, so an old answer never overwrites a new one. The old data stays until the new answer arrives.
pub(crate) fn load<T, F, Fut>(fetch: F) -> Loaded<T>
where
    T: Clone + Send + Sync + 'static,
    F: Fn() -> Fut + 'static,
    Fut: Future<Output = Result<T, ApiError>> + 'static,
{
    let state = RwSignal::new(Load::<Anything>::Pending);
    let busy = RwSignal::new(true);
    let attempt = RwSignal::new(0_u32);
    let start = move || -> LocalBoxFuture<'static, ()> {
        attempt.track();
        let answer = fetch();
        busy.set(true);
        Box::pin(async move {
            let answer = answer.await;
            state.try_set(answer.map_or_else(Load::Failed, |value| Load::Ready(Arc::new(value) as Anything)));
            busy.try_set(false);
        })
    };
    keep_going(Box::new(start));
    Loaded {
        state,
        busy,
        attempt,
        of: PhantomData,
    }
}

/// The part of [`load`] that is the same for all types, compiled once.
fn keep_going(start: Box<dyn Fn() -> LocalBoxFuture<'static, ()>>) {
    let running = StoredValue::new(None::<AbortHandle>);
    let abort = move || {
        if let Some(Some(handle)) = running.try_get_value() {
            handle.abort();
        }
    };
    effect(move || {
        abort();
        let (fetching, handle) = abortable(start());
        running.set_value(Some(handle));
        spawn_local(async move {
            // An error means that it was aborted.
            let _ = fetching.await;
        });
    });
    on_cleanup(abort);
}
