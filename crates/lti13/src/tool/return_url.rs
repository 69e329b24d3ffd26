//! The way back to the course (LTI 1.3 core, 5.4.4).

use url::Url;

use crate::query::with_parameters;

/// `return_url` with a message that the LMS shows to the person, and one for its log. The URL's own query is kept.
#[must_use]
pub fn with_error(return_url: &Url, message: &str, log: &str) -> Url {
    with_parameters(return_url, &[("lti_errormsg", message), ("lti_errorlog", log)])
}

/// A URL to which a person may be sent back: https (http only if `allow_http`), and without credentials.
pub(super) fn parse(text: &str, allow_http: bool) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let scheme_fits = url.scheme() == "https" || (allow_http && url.scheme() == "http");
    let without_credentials = url.username().is_empty() && url.password().is_none();
    (scheme_fits && without_credentials).then_some(url)
}
