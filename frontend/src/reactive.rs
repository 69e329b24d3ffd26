//! Views and effects that follow signals.

use leptos::prelude::*;

/// A part of a page that changes.
///
/// A closure put into a view directly works just as well, but each of them makes a type of its own, and with it a kilobyte
/// or two of code for drawing it. This way there is one type for all.
pub(crate) fn dynamic<V: IntoAny>(part: impl Fn() -> V + Send + 'static) -> Box<dyn FnMut() -> AnyView + Send> {
    Box::new(move || part().into_any())
}

/// Runs now and whenever a signal that it reads changes. One type for all, as above.
pub(crate) fn effect(run: impl Fn() + 'static) {
    let run: Box<dyn Fn()> = Box::new(run);
    Effect::new(move |_| run());
}
