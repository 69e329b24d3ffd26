//! The authentication response that the platform posts (1EdTech Security Framework 1.0, 5.1.1.3; OpenID Connect Core 3.1.2.6).

use std::borrow::Cow;

use super::{MAX_ID_TOKEN_LENGTH, MAX_STATE_LENGTH};
use crate::parameters::{ParameterError, collect, printable, required};
use crate::{LaunchError, Stage};

/// The form that the platform posts to the redirect URL.
#[derive(Clone, PartialEq, Eq)]
pub enum AuthenticationResponse {
    /// The launch.
    IdToken {
        /// The state of the authentication request.
        state: String,
        /// The signed launch, still to be verified.
        id_token: String,
        /// The frame of the platform that offers storage, as the platform repeats it. The tool uses the frame that the state keeps of the
        /// login: this one anybody could add, and not every platform sends it.
        storage_target: Option<String>,
    },
    /// The platform's refusal.
    Error {
        /// The error code; text from outside.
        error: String,
        /// The platform's explanation; text from outside.
        description: Option<String>,
        /// The state, if it came back.
        state: Option<String>,
    },
}

impl AuthenticationResponse {
    /// Reads the decoded pairs of the form. A form with `error` is an error, whatever else it has.
    ///
    /// # Errors
    /// [`MissingParameter`](crate::Rule::MissingParameter), [`DuplicateParameter`](crate::Rule::DuplicateParameter) or
    /// [`TooLarge`](crate::Rule::TooLarge), each naming the parameter.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, LaunchError> {
        Self::read(pairs).map_err(|error| LaunchError::from(error).at(Stage::Response))
    }

    fn read<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, ParameterError> {
        let known = [
            ("state", MAX_STATE_LENGTH),
            ("id_token", MAX_ID_TOKEN_LENGTH),
            ("lti_storage_target", 255),
            ("error", 255),
            ("error_description", 4096),
        ];
        let [state, id_token, storage_target, error, description] = collect(pairs, known)?;
        match error {
            Some(error) => Ok(Self::Error {
                error,
                description,
                state,
            }),
            None => Ok(Self::IdToken {
                id_token: required(id_token, "id_token")?,
                state: required(state, "state")?,
                storage_target: printable(storage_target, "lti_storage_target")?,
            }),
        }
    }

    /// The state, if it came back.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::IdToken { state, .. } => Some(state),
            Self::Error { state, .. } => state.as_deref(),
        }
    }
}

/// Shows no token.
impl std::fmt::Debug for AuthenticationResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::IdToken { .. } => f.write_str("IdToken { .. }"),
            Self::Error { .. } => f.write_str("Error { .. }"),
        }
    }
}
