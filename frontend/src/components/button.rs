//! Buttons for actions and links for navigation. Both look the same.

use leptos::prelude::*;

use super::Icon;

/// The class `button` alone is the default look.
#[component]
pub(crate) fn Button(
    #[prop(into)] label: Signal<String>,
    press: Callback<()>,
    /// `button-primary`, `button-subtle`, `button-small` …
    #[prop(optional)]
    class: &'static str,
    #[prop(optional)] icon: &'static str,
    /// The accessible name, if the label alone is ambiguous.
    #[prop(optional, into)]
    name: Option<String>,
    /// While it is set, the button does nothing.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// It opens a dialog.
    #[prop(optional)]
    opens_dialog: bool,
) -> impl IntoView {
    let icon = (!icon.is_empty()).then(|| view! { <Icon name=icon class="icon-16" /> });
    let click = move |_| {
        if !busy.get_untracked() {
            press.run(());
        }
    };
    view! {
        <button
            class=format!("button {class}")
            type="button"
            aria-label=name
            aria-disabled=move || busy.get().to_string()
            aria-haspopup=opens_dialog.then_some("dialog")
            on:click=click
        >
            {icon}
            {label}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub(crate) fn ButtonLink(
    #[prop(into)] href: String,
    label: &'static str,
    #[prop(optional)] class: &'static str,
    #[prop(optional)] icon: &'static str,
) -> impl IntoView {
    let icon = (!icon.is_empty()).then(|| view! { <Icon name=icon class="icon-16" /> });
    view! {
        <a class=format!("button {class}") href=href>
            {icon}
            {label}
        </a>
    }
}

/// A button with only an icon, an accessible name and a tooltip.
#[component]
pub(crate) fn IconButton(
    icon: &'static str,
    #[prop(into)] name: String,
    press: Callback<()>,
    #[prop(optional)] class: &'static str,
    #[prop(optional)] tip: &'static str,
    #[prop(optional)] opens_dialog: bool,
) -> impl IntoView {
    view! {
        <button
            class=format!("icon-button tooltip {class}")
            type="button"
            data-tip=if tip.is_empty() { name.clone() } else { tip.to_owned() }
            aria-label=name
            aria-haspopup=opens_dialog.then_some("dialog")
            on:click=move |_| press.run(())
        >
            <Icon name=icon />
        </button>
    }
}

/// A button within a sentence.
#[component]
pub(crate) fn LinkButton(#[prop(into)] label: Signal<String>, press: Callback<()>) -> impl IntoView {
    view! {
        <button class="link-button" type="button" on:click=move |_| press.run(())>
            {label}
        </button>
    }
}
