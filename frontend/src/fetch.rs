//! Requests by the browser's `fetch`.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::{set_timeout_with_handle, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

/// A response with any status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The status is a success.
    pub(crate) ok: bool,
    pub(crate) text: String,
}

/// The time limit of a response. The gateway itself answers sooner, even if an LMS doesn't.
const LIMIT: Duration = Duration::from_secs(60);

/// Aborts a request that is no longer needed or takes too long.
struct Abort {
    controller: AbortController,
    limit: Option<TimeoutHandle>,
}

impl Abort {
    fn new() -> Option<Self> {
        let controller = AbortController::new().ok()?;
        let late = controller.clone();
        let limit = set_timeout_with_handle(move || late.abort(), LIMIT).ok();
        Some(Self { controller, limit })
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(limit) = &self.limit {
            limit.clear();
        }
        self.controller.abort();
    }
}

/// Sends one request. `None` if there was no complete response.
pub(crate) async fn fetch(method: &str, url: &str, headers: &[(&str, &str)], body: Option<String>) -> Option<Answer> {
    let abort = Abort::new()?;
    let sent = Headers::new().ok()?;
    for (name, value) in headers {
        sent.set(name, value).ok()?;
    }
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&sent);
    init.set_signal(Some(&abort.controller.signal()));
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(&body));
    }
    let answer = JsFuture::from(window().fetch_with_str_and_init(url, &init)).await.ok()?;
    let answer: Response = answer.unchecked_into();
    let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
    Some(Answer {
        status: answer.status(),
        ok: answer.ok(),
        text,
    })
}
