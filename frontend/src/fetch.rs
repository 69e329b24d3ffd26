//! Requests by the browser's `fetch`.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::{set_timeout_with_handle, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

/// What came back, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The status is one of success.
    pub(crate) ok: bool,
    pub(crate) text: String,
}

/// How long an answer may take; then it counts as none. The gateway itself answers sooner, whatever an LMS does.
const LIMIT: Duration = Duration::from_secs(60);

/// Aborts a request that nobody waits for any more, or that takes too long.
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

/// One request; `None` where no whole answer came.
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
