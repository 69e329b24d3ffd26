//! Values to copy, and the region that tells screen readers that it worked.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Icon, live};
use crate::browser;
use crate::i18n::texts;

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
    view! { <div class="sr-only" role="status" aria-atomic="true">{live(said)}</div> }
}

/// A function that copies, and whether it was done just now.
fn copier(value: Signal<String>, name: Signal<String>) -> (ReadSignal<bool>, impl Fn() + Copy + 'static) {
    let (done, set_done) = signal(false);
    let Announcement { text: region, .. } = expect_context();
    let copy = move || {
        let (text, name) = (value.get_untracked(), name.get_untracked());
        spawn_local(async move {
            if !browser::copy(&text).await {
                return;
            }
            set_done.try_set(true);
            region.set(texts().common.copied_value.with(&[&name]));
            set_timeout(
                move || {
                    set_done.try_set(false);
                    region.try_set(String::new());
                },
                std::time::Duration::from_secs(3),
            );
        });
    };
    (done, copy)
}

fn icon_of(done: bool) -> AnyView {
    if done {
        view! { <Icon name="checkmark" /> }.into_any()
    } else {
        view! { <Icon name="copy" /> }.into_any()
    }
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
                    class:is-done=done
                    type="button"
                    aria-label=texts().common.copy_value.with(&[&name])
                    on:click=move |_| copy()
                >
                    {live(move || icon_of(done.get()))}
                    <span class="label">
                        {live(move || if done.get() { texts().common.copied } else { texts().common.copy })}
                    </span>
                </button>
            </div>
        </div>
    }
}

/// A small button behind a value.
#[component]
pub(crate) fn CopyIcon(name: String, value: String) -> impl IntoView {
    let label = texts().common.copy_value.with(&[&name]);
    let (done, copy) = copier(value.into(), name.into());
    view! {
        <button
            class="icon-button tooltip"
            data-tip=move || if done.get() { texts().common.copied } else { texts().common.copy }
            type="button"
            aria-label=label
            on:click=move |_| copy()
        >
            {live(move || icon_of(done.get()))}
        </button>
    }
}

/// A button with words that copies several values at once.
#[component]
pub(crate) fn CopyAll(label: &'static str, value: String) -> impl IntoView {
    let (done, copy) = copier(value.into(), label.to_owned().into());
    view! {
        <button class="button button-small" type="button" on:click=move |_| copy()>
            {live(move || {
                if done.get() {
                    view! { <Icon name="checkmark" class="icon-16" /> }.into_any()
                } else {
                    view! { <Icon name="copy" class="icon-16" /> }.into_any()
                }
            })}
            {live(move || if done.get() { texts().common.copied } else { label })}
        </button>
    }
}
