//! Requests by the browser's `fetch`.

use leptos::prelude::window;
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

/// Aborts a request that nobody waits for any more.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// One request; `None` where no whole answer came.
pub(crate) async fn fetch(method: &str, url: &str, headers: &[(&str, &str)], body: Option<String>) -> Option<Answer> {
    let abort = Abort(AbortController::new().ok()?);
    let sent = Headers::new().ok()?;
    for (name, value) in headers {
        sent.set(name, value).ok()?;
    }
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&sent);
    init.set_signal(Some(&abort.0.signal()));
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
