//! The authentication request of a tool (1EdTech Security Framework 1.0, 5.1.1.2; OpenID Connect Core, 3.1.2.1).

use std::borrow::Cow;

use super::{AuthenticationError, AuthenticationErrorReason, AuthenticationResponse, ErrorCode};
use crate::parameters::{ParameterError, collect, printable, required};

/// A tool as the platform has registered it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegisteredTool {
    /// The client ID that the platform gave it.
    pub client_id: String,
    /// Where it takes authentication responses. Compared byte for byte (OpenID Connect Core, 3.1.2.1: simple string comparison), so they
    /// are kept as they were given.
    pub redirect_uris: Vec<String>,
}

/// An authentication request that was read. Nothing in it is trusted: [`client_id`](Self::client_id) finds the tool, and the hints find
/// the launch.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthenticationRequest {
    client_id: String,
    redirect_uri: String,
    scope: Option<String>,
    response_type: Option<String>,
    response_mode: Option<String>,
    prompt: Option<String>,
    login_hint: Option<String>,
    lti_message_hint: Option<String>,
    nonce: Option<String>,
    state: Option<String>,
    /// The first parameter that would replace others.
    unsupported: Option<&'static str>,
}

impl AuthenticationRequest {
    /// Reads the decoded pairs of a query or form: a platform takes both (OpenID Connect Core, 3.1.2.1). Unknown parameters are ignored;
    /// an empty value is the same as none.
    ///
    /// # Errors
    /// [`Duplicate`](AuthenticationErrorReason::Duplicate), [`TooLarge`](AuthenticationErrorReason::TooLarge) of any parameter;
    /// [`Missing`](AuthenticationErrorReason::Missing), [`Malformed`](AuthenticationErrorReason::Malformed) of `client_id` and
    /// `redirect_uri`. None of them may be sent to the tool.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, AuthenticationError> {
        Self::read(pairs).map_err(AuthenticationError::for_page)
    }

    fn read<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, ParameterError> {
        let known = [
            ("client_id", 255),
            ("redirect_uri", 8192),
            ("scope", 1024),
            ("response_type", 255),
            ("response_mode", 255),
            ("prompt", 255),
            ("login_hint", 8192),
            ("lti_message_hint", 8192),
            ("nonce", 1024),
            ("state", 16 * 1024),
            ("request", 64 * 1024),
            ("request_uri", 8192),
            ("registration", 64 * 1024),
        ];
        let [
            client_id,
            redirect_uri,
            scope,
            response_type,
            response_mode,
            prompt,
            login_hint,
            lti_message_hint,
            nonce,
            state,
            request,
            request_uri,
            registration,
        ] = collect(pairs, known)?;
        let unsupported = [
            ("request", request),
            ("request_uri", request_uri),
            ("registration", registration),
        ];
        Ok(Self {
            client_id: required(printable(client_id, "client_id")?, "client_id")?,
            redirect_uri: required(printable(redirect_uri, "redirect_uri")?, "redirect_uri")?,
            scope,
            response_type,
            response_mode,
            prompt,
            login_hint,
            lti_message_hint,
            nonce,
            state,
            unsupported: unsupported.into_iter().find_map(|(name, value)| value.map(|_| name)),
        })
    }

    /// The client ID, to find the tool.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Where the tool wants the answer. Nothing may be sent there before [`validate`](Self::validate).
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The `login_hint`, to find the launch ahead of validation.
    #[must_use]
    pub fn login_hint(&self) -> Option<&str> {
        self.login_hint.as_deref()
    }

    /// The `lti_message_hint`, to find the launch ahead of validation.
    #[must_use]
    pub fn lti_message_hint(&self) -> Option<&str> {
        self.lti_message_hint.as_deref()
    }

    /// Validates every parameter against the tool that has the client ID; `None` if there is none.
    ///
    /// # Errors
    /// The first rule that is broken. [`UnknownClient`](AuthenticationErrorReason::UnknownClient) and
    /// [`UnregisteredRedirectUri`](AuthenticationErrorReason::UnregisteredRedirectUri) come first and are not sent to the tool; all
    /// others are, with the `state`.
    pub fn validate(self, tool: Option<&RegisteredTool>) -> Result<ValidatedRequest, AuthenticationError> {
        let tool = tool.filter(|tool| tool.client_id == self.client_id);
        let tool = tool.ok_or_else(|| AuthenticationError::for_page(AuthenticationErrorReason::UnknownClient))?;
        if !tool.redirect_uris.contains(&self.redirect_uri) {
            return Err(AuthenticationError::for_page(
                AuthenticationErrorReason::UnregisteredRedirectUri,
            ));
        }
        match self.validate_parameters() {
            Ok((login_hint, nonce)) => Ok(ValidatedRequest {
                login_hint,
                nonce,
                client_id: self.client_id,
                lti_message_hint: self.lti_message_hint,
                redirect_uri: self.redirect_uri,
                state: self.state,
            }),
            Err(reason) => Err(AuthenticationError::for_tool(reason, self.redirect_uri, self.state)),
        }
    }

    /// Hands out what is required beside the fixed values: login hint and nonce.
    fn validate_parameters(&self) -> Result<(String, String), AuthenticationErrorReason> {
        if let Some(name) = self.unsupported {
            return Err(AuthenticationErrorReason::Unsupported { name });
        }
        // Scopes that are not understood are ignored (OpenID Connect Core, 3.1.2.1).
        let asks_for_openid = |scope: &str| scope.split(' ').any(|scope| scope == "openid");
        validate_value(&self.scope, "scope", "openid", asks_for_openid)?;
        for (value, name, expected) in [
            (&self.response_type, "response_type", "id_token"),
            (&self.response_mode, "response_mode", "form_post"),
            (&self.prompt, "prompt", "none"),
        ] {
            validate_value(value, name, expected, |value| value == expected)?;
        }
        Ok((
            required(self.login_hint.clone(), "login_hint")?,
            required(self.nonce.clone(), "nonce")?,
        ))
    }
}

fn validate_value(
    value: &Option<String>,
    name: &'static str,
    expected: &'static str,
    is_expected: impl FnOnce(&str) -> bool,
) -> Result<(), AuthenticationErrorReason> {
    match value {
        None => Err(AuthenticationErrorReason::Missing { name }),
        Some(value) if is_expected(value) => Ok(()),
        Some(_) => Err(AuthenticationErrorReason::Value { name, expected }),
    }
}

/// Shows neither hints nor state.
impl std::fmt::Debug for AuthenticationRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthenticationRequest")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// An authentication request in line with the specification, of a known tool, for a redirect URI that it has registered. The `login_hint`
/// and the `lti_message_hint` are as the tool sent them: whom and which launch they stand for, and that it is this tool's, is the
/// platform's to check.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidatedRequest {
    /// The tool.
    pub client_id: String,
    /// Stands for the person.
    pub login_hint: String,
    /// Stands for the launch.
    pub lti_message_hint: Option<String>,
    /// The `nonce` claim of the id_token to come, byte for byte.
    pub nonce: String,
    redirect_uri: String,
    state: Option<String>,
}

impl ValidatedRequest {
    /// Where the answer goes: the registered address, byte for byte.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The answer with a signed id_token (Security Framework, 5.1.1.3).
    #[must_use]
    pub fn respond(self, id_token: &str) -> AuthenticationResponse {
        AuthenticationResponse::new(self.redirect_uri, self.state, [("id_token", id_token.to_owned())])
    }

    /// The answer with an error (OpenID Connect Core, 3.1.2.6), where the platform does not launch for reasons of its own.
    #[must_use]
    pub fn refuse(self, code: ErrorCode) -> AuthenticationResponse {
        AuthenticationResponse::new(self.redirect_uri, self.state, [("error", code.as_str().to_owned())])
    }
}

/// Shows neither hints nor state.
impl std::fmt::Debug for ValidatedRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ValidatedRequest")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
