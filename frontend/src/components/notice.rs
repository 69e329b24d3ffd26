use leptos::prelude::*;

use super::{Intent, MessageBar};
use crate::browser;
use crate::reactive::dynamic;

/// A message about a completed action, shown on the page that follows it.
#[derive(Clone, Copy)]
pub(crate) struct Notice(RwSignal<Option<(String, &'static str)>>);

impl Notice {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    pub(crate) fn show(self, done: String, rest: &'static str) {
        self.0.set(Some((done, rest)));
    }

    pub(crate) fn clear(self) {
        self.0.set(None);
    }
}

/// The status region of a page. It is drawn before its text, so that screen readers announce the text.
#[component]
pub(crate) fn NoticeRegion() -> impl IntoView {
    let notice = expect_context::<Notice>();
    on_cleanup(move || {
        notice.0.try_set(None);
    });
    // The region is empty first, so that the message is announced.
    let (drawn, set_drawn) = signal(false);
    request_animation_frame(move || {
        set_drawn.try_set(true);
    });
    let shown = move || drawn.get().then(|| notice.0.get()).flatten();
    let dismiss = Callback::new(move |()| {
        notice.clear();
        // The pressed button disappears.
        browser::focus_soon(vec!["page-heading".to_owned()]);
    });
    view! {
        <div class="status-region" role="status">
            {dynamic(move || shown().map(|(strong, text)| view! { <MessageBar intent=Intent::Success strong text dismiss /> }))}
        </div>
    }
}
