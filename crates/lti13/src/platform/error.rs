//! Why an authentication request is refused, and what of it the tool may learn.

use super::AuthenticationResponse;
use crate::parameters::ParameterError;

/// The error codes of an authentication response (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// A parameter is missing, repeated or wrong.
    InvalidRequest,
    /// The client may not ask for this, or is unknown.
    UnauthorizedClient,
    /// The platform denies the launch.
    AccessDenied,
    /// Another response type than `id_token`.
    UnsupportedResponseType,
    /// The scope lacks `openid`.
    InvalidScope,
    /// The platform has a fault of its own.
    ServerError,
    /// The platform can't answer now.
    TemporarilyUnavailable,
    /// The person must act at the platform first, which `prompt=none` forbids.
    InteractionRequired,
    /// The person that `login_hint` stands for is not signed in.
    LoginRequired,
    /// The person must choose an account.
    AccountSelectionRequired,
    /// The person must consent.
    ConsentRequired,
    /// Request objects by value are not supported.
    RequestNotSupported,
    /// Request objects by reference are not supported.
    RequestUriNotSupported,
    /// The parameter `registration` is not supported.
    RegistrationNotSupported,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: &[Self] = &[
        Self::InvalidRequest,
        Self::UnauthorizedClient,
        Self::AccessDenied,
        Self::UnsupportedResponseType,
        Self::InvalidScope,
        Self::ServerError,
        Self::TemporarilyUnavailable,
        Self::InteractionRequired,
        Self::LoginRequired,
        Self::AccountSelectionRequired,
        Self::ConsentRequired,
        Self::RequestNotSupported,
        Self::RequestUriNotSupported,
        Self::RegistrationNotSupported,
    ];

    /// The value of `error`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::InteractionRequired => "interaction_required",
            Self::LoginRequired => "login_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
        }
    }
}

/// The rule that an authentication request breaks. Its text goes to the tool as `error_description`: it holds nothing that the request
/// chose.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticationErrorReason {
    /// A required parameter is absent or empty.
    #[error("{name} is missing")]
    Missing {
        /// The parameter.
        name: &'static str,
    },
    /// A parameter came more than once (RFC 6749, 3.1).
    #[error("{name} came more than once")]
    Duplicate {
        /// The parameter.
        name: &'static str,
    },
    /// A client ID or an address holds control characters.
    #[error("{name} has control characters")]
    Malformed {
        /// The parameter.
        name: &'static str,
    },
    /// A parameter is too long.
    #[error("{name} has {length} bytes, more than {limit}")]
    TooLarge {
        /// The parameter.
        name: &'static str,
        /// Its length, in bytes.
        length: usize,
        /// The greatest length, in bytes.
        limit: usize,
    },
    /// No tool has this client ID.
    #[error("client_id is unknown")]
    UnknownClient,
    /// The tool has not registered this redirect URI.
    #[error("redirect_uri is not registered for the client")]
    UnregisteredRedirectUri,
    /// A parameter has another value than the only one that LTI has for it.
    #[error("{name} must be {expected}")]
    Value {
        /// The parameter.
        name: &'static str,
        /// The value.
        expected: &'static str,
    },
    /// `request`, `request_uri` or `registration` (OpenID Connect Core, 6 and 7.2.1), which would replace parameters.
    #[error("{name} is not supported")]
    Unsupported {
        /// The parameter.
        name: &'static str,
    },
}

impl AuthenticationErrorReason {
    /// The parameter that it is about.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing { name }
            | Self::Duplicate { name }
            | Self::Malformed { name }
            | Self::TooLarge { name, .. }
            | Self::Value { name, .. }
            | Self::Unsupported { name } => name,
            Self::UnknownClient => "client_id",
            Self::UnregisteredRedirectUri => "redirect_uri",
        }
    }

    /// The error code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownClient => ErrorCode::UnauthorizedClient,
            // RFC 6749, 3.3: a request without a scope has an invalid one.
            Self::Missing { name: "scope" } | Self::Value { name: "scope", .. } => ErrorCode::InvalidScope,
            Self::Value {
                name: "response_type", ..
            } => ErrorCode::UnsupportedResponseType,
            Self::Unsupported { name: "request" } => ErrorCode::RequestNotSupported,
            Self::Unsupported { name: "request_uri" } => ErrorCode::RequestUriNotSupported,
            Self::Unsupported { name: "registration" } => ErrorCode::RegistrationNotSupported,
            _ => ErrorCode::InvalidRequest,
        }
    }
}

impl From<ParameterError> for AuthenticationErrorReason {
    fn from(error: ParameterError) -> Self {
        match error {
            ParameterError::Missing(name) => Self::Missing { name },
            ParameterError::Duplicate(name) => Self::Duplicate { name },
            ParameterError::Malformed(name, _) => Self::Malformed { name },
            ParameterError::TooLarge { name, length, limit } => Self::TooLarge { name, length, limit },
        }
    }
}

/// A refused authentication request. Only where client and redirect URI are known may the tool get it by a redirect (RFC 6749, 4.1.2.1:
/// anything else makes the platform an open redirector); before that, the person gets a page of the platform's own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", reason.code().as_str())]
pub struct AuthenticationError {
    reason: AuthenticationErrorReason,
    response: Option<AuthenticationResponse>,
}

impl AuthenticationError {
    /// An error for a page of the platform's own.
    pub(super) fn for_page(reason: impl Into<AuthenticationErrorReason>) -> Self {
        Self {
            reason: reason.into(),
            response: None,
        }
    }

    /// An error that the tool gets, at a redirect URI that is registered.
    pub(super) fn for_tool(reason: AuthenticationErrorReason, redirect_uri: String, state: Option<String>) -> Self {
        let answer = [
            ("error", reason.code().as_str().to_owned()),
            ("error_description", reason.to_string()),
        ];
        Self {
            response: Some(AuthenticationResponse::new(redirect_uri, state, answer)),
            reason,
        }
    }

    /// The rule that was broken.
    #[must_use]
    pub fn reason(&self) -> &AuthenticationErrorReason {
        &self.reason
    }

    /// The error code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.reason.code()
    }

    /// The form that the browser posts to the tool; `None` if nothing may be sent there.
    #[must_use]
    pub fn response(&self) -> Option<&AuthenticationResponse> {
        self.response.as_ref()
    }
}
