use contract::Problem;
use leptos::wasm_split::SplitLoaderError;

use crate::json;

/// Why a request has no answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ApiError {
    /// The gateway (or the identity provider) can't be reached.
    Unreachable,
    /// The gateway refuses even a fresh token: signing in once more would only go round in circles.
    TokenRefused,
    /// The gateway says what is wrong.
    Problem(Box<Problem>),
    /// Something else answered, a proxy for example.
    Unreadable(u16),
}

impl ApiError {
    /// Reads an error answer.
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

/// A chunk of the program that can't be fetched.
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
