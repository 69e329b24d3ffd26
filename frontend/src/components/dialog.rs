//! Native dialogs. They trap the focus, close on Esc and return the focus.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::{Announcer, Icon};
use crate::browser;
use crate::i18n::texts;

/// Opens a dialog once it is drawn.
fn show_modal(id: &'static str) {
    request_animation_frame(move || {
        if let Some(Ok(dialog)) = browser::element(id).map(JsCast::dyn_into::<HtmlDialogElement>) {
            let _ = dialog.show_modal();
        }
    });
}

/// A panel over the page.
#[component]
pub(crate) fn Drawer(
    /// The id of its heading.
    labelled_by: &'static str,
    /// The name of its close button.
    close_label: &'static str,
    /// Runs after it was closed.
    close: Callback<()>,
    /// Shown beside the close button.
    head: AnyView,
    /// Shown under the scrolling part: nothing, or a `drawer-foot`.
    foot: AnyView,
    children: Children,
) -> impl IntoView {
    show_modal("drawer");
    view! {
        <dialog class="drawer" id="drawer" aria-labelledby=labelled_by on:close=move |_| close.run(())>
            <div class="drawer-head">
                {head}
                <form method="dialog">
                    <button class="icon-button tooltip" data-tip=close_label aria-label=close_label>
                        <Icon name="dismiss" />
                    </button>
                </form>
            </div>
            <div class="drawer-body">{children()}</div>
            {foot} <Announcer in_dialog=true />
        </dialog>
    }
}

/// A confirmation of an action that can't be undone. The focus starts on the cancel button.
#[component]
pub(crate) fn AlertDialog(
    title: String,
    #[prop(into)] confirm: Signal<&'static str>,
    #[prop(default = texts().common.cancel)] cancel: &'static str,
    /// While it is set, the buttons do nothing and the dialog stays open. Errors are shown in it.
    #[prop(optional, into)]
    busy: Signal<bool>,
    on_confirm: Callback<()>,
    on_cancel: Callback<()>,
    children: Children,
) -> impl IntoView {
    show_modal("alert-dialog");
    view! {
        <dialog
            class="dialog"
            id="alert-dialog"
            role="alertdialog"
            aria-labelledby="question"
            aria-describedby="consequence"
            on:cancel=move |event: leptos::ev::Event| {
                if busy.get_untracked() {
                    event.prevent_default();
                }
            }
            on:close=move |_| on_cancel.run(())
        >
            <h2 id="question">{title}</h2>
            <div class="stack-s" id="consequence">
                {children()}
            </div>
            <form method="dialog" class="dialog-actions">
                <button
                    class="button button-danger"
                    type="button"
                    aria-disabled=move || busy.get().to_string()
                    on:click=move |_| {
                        if !busy.get_untracked() {
                            on_confirm.run(());
                        }
                    }
                >
                    {confirm}
                </button>
                <button
                    class="button"
                    autofocus
                    on:click=move |event| {
                        if busy.get_untracked() {
                            event.prevent_default();
                        }
                    }
                >
                    {cancel}
                </button>
            </form>
        </dialog>
    }
}
