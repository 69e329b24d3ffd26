//! Signing out in one tab signs out in all tabs. Each tab has its own tokens, so the others are notified.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

/// The portal's other tabs. Tests on the host have none.
pub(super) struct OtherTabs(Option<BroadcastChannel>);

impl OtherTabs {
    /// Calls `signed_out` with the key of a person who signed out in another tab.
    pub(super) fn listen(signed_out: impl Fn(String) + 'static) -> Self {
        if !cfg!(target_family = "wasm") {
            return Self(None);
        }
        let channel = BroadcastChannel::new("lms-gateway.signed-out").ok();
        if let Some(channel) = &channel {
            let hear = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
                if let Some(key) = message.data().as_string() {
                    signed_out(key);
                }
            });
            // It listens as long as the tab is open.
            channel.set_onmessage(Some(&hear.into_js_value().into()));
        }
        Self(channel)
    }

    pub(super) fn notify(&self, key: &str) {
        if let Some(channel) = &self.0 {
            let _ = channel.post_message(&JsValue::from_str(key));
        }
    }
}
