use contract::Problem;
use leptos::wasm_split::SplitLoaderError;

use crate::json;

/// The reason why a request failed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ApiError {
    /// The gateway (or the identity provider) can't be reached.
    Unreachable,
    /// The gateway refuses a fresh token. Signing in again would repeat that.
    TokenRefused,
    /// A problem response of the gateway.
    Problem(Box<Problem>),
    /// A response in another format, e.g. of a proxy.
    Unreadable(u16),
}

impl ApiError {
    /// Reads an error response.
    pub(super) fn from_answer(status: u16, body: &str) -> Self {
        match json::read(body) {
            Ok(problem) => Self::Problem(Box::new(problem)),
            Err(_) => Self::Unreadable(status),
        }
    }

    pub(crate) fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Unreachable | Self::TokenRefused | Self::Unreadable(_) => None,
        }
    }

    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            Self::Unreadable(status) => Some(*status),
            Self::TokenRefused => Some(401),
            Self::Unreachable => None,
        }
    }
}

/// A chunk of the program can't be fetched.
impl From<SplitLoaderError> for ApiError {
    fn from(_: SplitLoaderError) -> Self {
        Self::Unreachable
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_problem() {
        let error = ApiError::from_answer(
            422,
            r#"{"type":"about:blank","title":"Unprocessable","status":422,"detail":"One value needs a change.","code":"registration.invalid",
                "requestId":"r1","errors":[{"detail":"The URL must begin with https://.","pointer":"/keysetUrl"}]}"#,
        );
        let problem = error.problem().unwrap();
        assert_eq!(problem.errors[0].pointer, "/keysetUrl");
        assert_eq!(error.status(), Some(422));
    }

    #[test]
    fn a_proxys_page_is_no_problem() {
        assert_eq!(ApiError::from_answer(502, "<h1>Bad gateway</h1>"), ApiError::Unreadable(502));
    }
}
