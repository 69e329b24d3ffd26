//! A menu under a button of the header: a native popover (light dismiss, Esc, top layer) with menu roles and arrow keys.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::browser;

fn items(menu: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = menu.query_selector_all("[role=menuitem]") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|place| found.item(place)?.dyn_into().ok())
        .collect()
}

/// The item that a key moves the focus to.
fn target(key: &str, at: Option<usize>, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match (key, at) {
        ("ArrowDown", Some(at)) if at < last => Some(at + 1),
        ("ArrowDown" | "Home", _) => Some(0),
        ("ArrowUp", Some(at)) if at > 0 => Some(at - 1),
        ("ArrowUp" | "End", _) => Some(last),
        _ => None,
    }
}

#[component]
pub(crate) fn Menu(
    id: &'static str,
    /// The accessible name of the menu, and of its button.
    label: String,
    /// The content of the button.
    button: AnyView,
    /// Shown above the items.
    #[prop(optional)]
    head: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let (open, set_open) = signal(false);
    let toggled = move |_: ev::Event| {
        let Some(menu) = browser::element(id) else { return };
        let is_open = menu.matches(":popover-open").unwrap_or_default();
        set_open.set(is_open);
        if let (true, Some(first)) = (is_open, items(&menu).first()) {
            let _ = first.focus();
        }
    };
    let close = move || {
        if let Some(menu) = browser::element(id) {
            let _ = menu.hide_popover();
        }
    };
    let pressed = move |event: ev::KeyboardEvent| {
        if event.key() == "Tab" {
            close();
            return;
        }
        let Some(menu) = browser::element(id) else { return };
        let items = items(&menu);
        let focused = document().active_element();
        let at = items.iter().position(|item| Some(item.as_ref()) == focused.as_ref());
        if let Some(item) = target(&event.key(), at, items.len()) {
            event.prevent_default();
            let _ = items[item].focus();
        }
    };
    // Choosing an item closes the menu and returns the focus, unless the item moved it.
    let chosen = move |event: ev::MouseEvent| {
        let item = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if item.and_then(|item| item.closest("[role=menuitem]").ok().flatten()).is_some() {
            close();
        }
    };
    let described = head.is_some().then(|| format!("{id}-head"));
    view! {
        <button
            class="header-button tooltip"
            type="button"
            data-tip=label.clone()
            popovertarget=id
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            aria-label=label.clone()
        >
            {button}
        </button>
        <div class="menu" id=id popover="auto" on:toggle=toggled on:keydown=pressed on:click=chosen>
            {head}
            <div role="menu" aria-label=label aria-describedby=described>
                {children()}
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn arrows_go_round() {
        assert_eq!(target("ArrowDown", Some(0), 3), Some(1));
        assert_eq!(target("ArrowDown", Some(2), 3), Some(0));
        assert_eq!(target("ArrowUp", Some(0), 3), Some(2));
        assert_eq!(target("ArrowUp", None, 3), Some(2));
        assert_eq!(target("ArrowDown", None, 3), Some(0));
    }

    #[test]
    fn home_and_end_go_to_the_ends_and_other_keys_nowhere() {
        assert_eq!(target("Home", Some(2), 3), Some(0));
        assert_eq!(target("End", Some(0), 3), Some(2));
        assert_eq!(target("a", Some(0), 3), None);
        assert_eq!(target("End", None, 0), None);
    }
}
