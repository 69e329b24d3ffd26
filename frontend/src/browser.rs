//! Access to the browser: time, randomness, storage, address, focus and clipboard.

use leptos::prelude::{document, request_animation_frame, window, window_event_listener_untyped};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition, Storage};

/// Milliseconds since 1970.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn now() -> i64 {
    js_sys::Date::now() as i64
}

/// Random bytes from the browser's cryptographic generator.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes))
        .expect("every browser that runs WebAssembly has window.crypto");
    bytes
}

/// The tab's storage (`sessionStorage`).
pub(crate) mod tab {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::{Storage, window};
    use crate::json;

    fn storage() -> Option<Storage> {
        window().session_storage().ok().flatten()
    }

    pub(crate) fn get<T: DeserializeOwned>(key: &str) -> Option<T> {
        let text = storage()?.get_item(key).ok()??;
        json::read(&text).ok()
    }

    pub(crate) fn set<T: Serialize>(key: &str, value: &T) {
        if let Some(storage) = storage() {
            // A full or forbidden storage loses the saved copy only.
            let _ = storage.set_item(key, &json::write(value));
        }
    }

    pub(crate) fn remove(key: &str) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(key);
        }
    }

    /// The keys with a prefix.
    pub(crate) fn keys(prefix: &str) -> Vec<String> {
        let Some(storage) = storage() else { return Vec::new() };
        (0..storage.length().unwrap_or_default())
            .filter_map(|place| storage.key(place).ok().flatten())
            .filter(|key| key.starts_with(prefix))
            .collect()
    }
}

/// Path and query of the address.
pub(crate) fn here() -> String {
    let location = window().location();
    format!(
        "{}{}",
        location.pathname().unwrap_or_default(),
        location.search().unwrap_or_default()
    )
}

/// The address's query and fragment, without `?` and `#`.
pub(crate) fn query_and_fragment() -> (String, String) {
    let location = window().location();
    let part = |text: String| text.get(1..).unwrap_or_default().to_owned();
    (
        part(location.search().unwrap_or_default()),
        part(location.hash().unwrap_or_default()),
    )
}

/// Waits for some milliseconds.
pub(crate) async fn pause(milliseconds: i32) {
    let elapsed = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    // The promise is never rejected.
    let _ = JsFuture::from(elapsed).await;
}

/// Leaves the portal for another page.
pub(crate) fn leave(url: &str) {
    begin_anew_when_restored();
    let _ = window().location().assign(url);
}

/// Reloads the page. Drafts survive that.
pub(crate) fn reload() {
    let _ = window().location().reload();
}

/// Leaves the portal for another page, which replaces this one in the history.
pub(crate) fn give_way(url: &str) {
    begin_anew_when_restored();
    let _ = window().location().replace(url);
}

/// Reloads the page if the browser restores it from its back/forward cache. It could show data of a person who has signed out, or
/// wait for an abandoned sign-in.
fn begin_anew_when_restored() {
    let _ = window_event_listener_untyped("pageshow", |_| reload());
}

/// The reader's languages, the preferred one first.
pub(crate) fn languages() -> Vec<String> {
    window()
        .navigator()
        .languages()
        .iter()
        .filter_map(|tag| tag.as_string())
        .collect()
}

/// The texts that `main.js` fetched while the program was loading.
#[cfg(target_arch = "wasm32")]
pub(crate) fn fetched_texts() -> String {
    let texts = js_sys::Reflect::get(&window(), &"portalTexts".into());
    texts.ok().and_then(|texts| texts.as_string()).unwrap_or_default()
}

/// The language of the page, which is that of the texts. `main.js` chose it.
pub(crate) fn page_language() -> String {
    let root = document().document_element();
    root.and_then(|root| root.get_attribute("lang")).unwrap_or_default()
}

pub(crate) fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Sets the value of an input, unless the values differ only in surrounding spaces.
pub(crate) fn set_input(id: &str, text: &str) {
    if let Some(Ok(input)) = element(id).map(HtmlElement::dyn_into::<web_sys::HtmlInputElement>)
        && input.value().trim() != text
    {
        input.set_value(text);
    }
}

/// Scrolls to an element in the next frame, if it is out of sight.
pub(crate) fn show_soon(id: String) {
    request_animation_frame(move || {
        if let Some(found) = element(&id) {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            found.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}

/// Moves the focus in the next frame to the first element that exists.
pub(crate) fn focus_soon(ids: Vec<String>) {
    request_animation_frame(move || {
        if let Some(found) = ids.iter().find_map(|id| element(id)) {
            let _ = found.focus();
        }
    });
}

/// Copies a text. False if the browser doesn't allow it (it needs https or localhost).
pub(crate) async fn copy(text: &str) -> bool {
    if !window().is_secure_context() {
        return false;
    }
    JsFuture::from(window().navigator().clipboard().write_text(text))
        .await
        .is_ok()
}
