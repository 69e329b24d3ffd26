//! Values to copy, and the region that tells screen readers that it worked.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Icon;
use crate::browser;
use crate::i18n::texts;
use crate::reactive::dynamic;

/// What is to be announced, and whether a dialog is open, beside which everything is inert.
#[derive(Clone, Copy)]
pub(crate) struct Announcement {
    text: RwSignal<String>,
    in_dialog: RwSignal<bool>,
}

impl Announcement {
    pub(crate) fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            in_dialog: RwSignal::new(false),
        }
    }

    /// Tells something that isn't written where the focus is.
    pub(crate) fn say(self, text: String) {
        self.text.set(text);
    }
}

/// The status region; it is there, empty, from the start.
#[component]
pub(crate) fn Announcer(
    /// In a dialog; it speaks in the place of the page's while the dialog is there.
    #[prop(optional)]
    in_dialog: bool,
) -> impl IntoView {
    let Announcement { text, in_dialog: dialog } = expect_context();
    if in_dialog {
        dialog.set(true);
        on_cleanup(move || {
            text.try_set(String::new());
            dialog.try_set(false);
        });
    }
    let said = move || {
        if dialog.get() == in_dialog {
            text.get()
        } else {
            String::new()
        }
    };
    view! { <div class="sr-only" role="status" aria-atomic="true">{dynamic(said)}</div> }
}

/// What became of copying, just now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copying {
    Idle,
    Done,
    /// The browser doesn't allow it; the value can be selected.
    Refused,
}

impl Copying {
    fn label(self) -> &'static str {
        let t = &texts().common;
        match self {
            Self::Idle => t.copy,
            Self::Done => t.copied,
            Self::Refused => t.copy_failed,
        }
    }

    fn icon(self, class: &'static str) -> AnyView {
        let name = match self {
            Self::Idle => "copy",
            Self::Done => "checkmark",
            Self::Refused => "dismiss",
        };
        view! { <Icon name class /> }.into_any()
    }
}

/// A function that copies, and what became of it just now.
fn copier(value: Signal<String>, name: Signal<String>) -> (ReadSignal<Copying>, impl Fn() + Copy + 'static) {
    let (done, set_done) = signal(Copying::Idle);
    let Announcement { text: region, .. } = expect_context();
    let copy = move || {
        let (text, name) = (value.get_untracked(), name.get_untracked());
        spawn_local(async move {
            let (copying, message) = if browser::copy(&text).await {
                (Copying::Done, texts().common.copied_value.with([&name]))
            } else {
                (Copying::Refused, texts().common.copy_failed.to_owned())
            };
            set_done.try_set(copying);
            region.set(message.clone());
            set_timeout(
                move || {
                    set_done.try_set(Copying::Idle);
                    // Something else may have been said since.
                    if region.try_with_untracked(|said| *said == message) == Some(true) {
                        region.set(String::new());
                    }
                },
                std::time::Duration::from_secs(3),
            );
        });
    };
    (done, copy)
}

/// A readonly, selectable value with its button: works without the clipboard too.
#[component]
pub(crate) fn CopyField(
    /// The id of its input.
    id: String,
    /// What the LMS calls it.
    label: String,
    /// What we call it; small print.
    #[prop(optional, into)]
    ours: String,
    value: String,
    /// The name is clear from what is around.
    #[prop(optional)]
    hide_label: bool,
) -> impl IntoView {
    let (done, copy) = copier(value.clone().into(), label.clone().into());
    let name = label.clone();
    let lines = value.lines().count();
    let input = if lines > 1 {
        view! {
            <textarea id=id.clone() readonly rows=lines.to_string() spellcheck="false">
                {value}
            </textarea>
        }
        .into_any()
    } else {
        view! { <input id=id.clone() readonly value=value spellcheck="false" /> }.into_any()
    };
    let caption = (!ours.is_empty() && ours != label).then(|| view! { <span class="caption">{ours}</span> });
    view! {
        <div class="copy-field">
            <label for=id>
                <span class=if hide_label { "sr-only" } else { "their" }>{label}</span>
                {caption}
            </label>
            <div class="box">
                {input}
                <button
                    class="copy"
                    class:is-done=move || done.get() == Copying::Done
                    type="button"
                    aria-label=texts().common.copy_value.with([&name])
                    on:click=move |_| copy()
                >
                    {dynamic(move || done.get().icon(""))}
                    <span class="label">
                        {dynamic(move || done.get().label())}
                    </span>
                </button>
            </div>
        </div>
    }
}

/// A small button behind a value.
#[component]
pub(crate) fn CopyIcon(name: String, value: String) -> impl IntoView {
    let label = texts().common.copy_value.with([&name]);
    let (done, copy) = copier(value.into(), name.into());
    view! {
        <button
            class="icon-button tooltip"
            data-tip=move || done.get().label()
            type="button"
            aria-label=label
            on:click=move |_| copy()
        >
            {dynamic(move || done.get().icon(""))}
        </button>
    }
}

/// A button with words that copies several values at once.
#[component]
pub(crate) fn CopyAll(label: &'static str, value: String) -> impl IntoView {
    let (done, copy) = copier(value.into(), label.to_owned().into());
    view! {
        <button class="button button-small" type="button" on:click=move |_| copy()>
            {dynamic(move || done.get().icon("icon-16"))}
            {dynamic(move || if done.get() == Copying::Idle { label } else { done.get().label() })}
        </button>
    }
}
