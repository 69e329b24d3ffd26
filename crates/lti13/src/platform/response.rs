//! The response to the tool, by the browser (OAuth 2.0 Form Post Response Mode 1.0).

/// A form that the browser posts to the tool: the id_token, or an error. It exists only for a redirect URI that is registered.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthenticationResponse {
    redirect_uri: String,
    parameters: Vec<(&'static str, String)>,
}

impl AuthenticationResponse {
    pub(super) fn new(
        redirect_uri: String,
        state: Option<String>,
        answer: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        let state = state.map(|state| ("state", state));
        Self {
            redirect_uri,
            parameters: state.into_iter().chain(answer).collect(),
        }
    }

    /// Where the form is posted to: the registered address, byte for byte.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The fields of the form, still to be escaped for HTML. `state` is as the tool sent it.
    #[must_use]
    pub fn parameters(&self) -> &[(&'static str, String)] {
        &self.parameters
    }
}

/// Shows no token and no state.
impl std::fmt::Debug for AuthenticationResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthenticationResponse")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}
