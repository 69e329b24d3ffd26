//! Views and effects that follow signals.

use leptos::prelude::*;

/// A view that follows signals.
///
/// A closure in a view does the same, but each closure has its own type, which adds one or two kilobytes of code. This function
/// gives all of them one type.
pub(crate) fn dynamic<V: IntoAny>(part: impl Fn() -> V + Send + 'static) -> Box<dyn FnMut() -> AnyView + Send> {
    Box::new(move || part().into_any())
}

/// Runs now and whenever a signal that it reads changes. All effects have one type, as above.
pub(crate) fn effect(run: impl Fn() + 'static) {
    let run: Box<dyn Fn()> = Box::new(run);
    Effect::new(move |_| run());
}
