//! The way back to the course (LTI 1.3 core, 5.4.4).

use url::Url;

use crate::query::with_parameters;

/// `return_url` with a message that the LMS shows to the person, and one for its log. The URL's own query is kept.
#[must_use]
pub fn with_error(return_url: &Url, message: &str, log: &str) -> Url {
    with_parameters(return_url, &[("lti_errormsg", message), ("lti_errorlog", log)])
}
