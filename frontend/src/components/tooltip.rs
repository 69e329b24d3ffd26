//! CSS draws the tooltips. Escape hides the visible one (WCAG 2.2, 1.4.13).

use leptos::ev;
use leptos::prelude::*;

/// The attribute of an element whose tooltip is hidden. It is removed when pointer and focus leave the element.
const HIDDEN: &str = "data-quiet";

/// Listens to the whole page.
pub(crate) fn hide_tooltips_on_escape() {
    let _ = window_event_listener(ev::keydown, |event| {
        if event.key() == "Escape"
            && let Ok(Some(shown)) = document().query_selector(".tooltip:is(:hover, :focus-visible)")
        {
            let _ = shown.set_attribute(HIDDEN, "");
        }
    });
    let _ = window_event_listener(ev::pointerover, |_| show_again());
    let _ = window_event_listener(ev::focusin, |_| show_again());
}

fn show_again() {
    if let Ok(Some(left)) = document().query_selector("[data-quiet]:not(:hover, :focus-visible)") {
        let _ = left.remove_attribute(HIDDEN);
    }
}
