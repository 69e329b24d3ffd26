//! Copy buttons, and the status region that announces the result to screen readers.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Icon;
use crate::browser;
use crate::i18n::texts;
use crate::reactive::dynamic;

/// The text to announce. While a dialog is open, everything outside it is inert.
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

    /// Announces a text to screen readers.
    pub(crate) fn say(self, text: String) {
        self.text.set(text);
    }
}

/// The status region. It is drawn empty, so that later texts are announced.
#[component]
pub(crate) fn Announcer(
    /// The region of a dialog. It replaces the page's region while the dialog is open.
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
    let announced = move || {
        if dialog.get() == in_dialog {
            text.get()
        } else {
            String::new()
        }
    };
    view! { <div class="sr-only" role="status" aria-atomic="true">{dynamic(announced)}</div> }
}

/// The state of a copy button.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copying {
    Idle,
    Done,
    /// The browser doesn't allow copying. The value can be selected.
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

/// The state of a copy button and the function that copies.
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
                    // Another text may have been announced since.
                    if region.try_with_untracked(|current| *current == message) == Some(true) {
                        region.set(String::new());
                    }
                },
                std::time::Duration::from_secs(3),
            );
        });
    };
    (done, copy)
}

/// A read-only value with a copy button. It can be selected if the clipboard isn't available.
#[component]
pub(crate) fn CopyField(
    /// The id of its input.
    id: String,
    /// The LMS's name of the value.
    label: String,
    /// The gateway's name of the value, in small print.
    #[prop(optional, into)]
    ours: String,
    value: String,
    /// The context makes the label redundant.
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

/// A small copy button behind a value.
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

/// A copy button with a label, for several values.
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
