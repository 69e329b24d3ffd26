//! [`ApiError`]: every error response of the REST API, and the place that chooses its status where it is not about reading the request.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use contract::{Problem, ProblemFault};
use domain::RegistrationId;
use messages::{Text, api};
use store::StoreError;
use uuid::Uuid;

use crate::{
    http::language::{self, Language},
    telemetry::{log::log_store_error, request_id},
};

/// Seconds after which somebody who was turned away may come again.
pub const RETRY_AFTER: &str = "5";

/// A refusal or a failure, as `application/problem+json` (RFC 9457).
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 401: no token, or one that doesn't hold. `error` is RFC 6750's, absent where no token came.
    #[error("not signed in: {}", detail.of(Language::En))]
    Unauthorized {
        /// `invalid_token`, or nothing.
        error: Option<&'static str>,
        /// The fault of the token.
        detail: Text,
    },
    /// 403: the caller may not do this.
    #[error("forbidden: {code}")]
    Forbidden {
        /// Stable code.
        code: &'static str,
        /// The missing permission.
        detail: Text,
    },
    /// 404: no such thing in the caller's tenant.
    #[error("not found: {code}")]
    NotFound {
        /// Stable code.
        code: &'static str,
        /// The thing that was looked for.
        detail: Text,
    },
    /// 405: this can't be done to that resource.
    #[error("method not allowed")]
    MethodNotAllowed {
        /// The methods that can.
        allow: String,
        /// The alternative.
        detail: Text,
    },
    /// 409: something else prevents it.
    #[error("conflict: {code}")]
    Conflict {
        /// Stable code.
        code: &'static str,
        /// The conflict and its remedy.
        detail: Text,
        /// Where in the request, if it is about a value.
        pointer: Option<String>,
        /// The registration of the caller's own tenant that is in the way.
        registration: Option<RegistrationId>,
    },
    /// 400, 413, 415: the request can't be read.
    #[error("bad request: {code}")]
    Unreadable {
        /// The status.
        status: StatusCode,
        /// Stable code.
        code: &'static str,
        /// The fault.
        detail: Text,
        /// Where in the request.
        pointer: Option<String>,
    },
    /// 422: the request can be read, but its values won't do. All errors at once.
    #[error("invalid request: {} errors", .0.len())]
    Invalid(Vec<ProblemFault>),
    /// 429: as much as there may be for now.
    #[error("too many: {code}")]
    TooMany {
        /// Stable code.
        code: &'static str,
        /// Of what, and until when.
        detail: Text,
        /// Seconds after which it may be tried again.
        retry_after: i64,
    },
    /// 503: the token can't be validated at the moment.
    #[error("the sign-in service can't be asked: {code}")]
    SignInUnavailable {
        /// Stable code.
        code: &'static str,
        /// Why not.
        detail: Text,
        /// Seconds after which it may be tried again.
        retry_after: i64,
    },
    /// 503: the database can't answer at the moment.
    #[error("the database can't answer")]
    Unavailable(#[source] StoreError),
    /// 503: too many requests are in progress.
    #[error("too many requests are in progress")]
    Busy,
    /// 500: ours.
    #[error("internal error")]
    Internal(#[source] anyhow::Error),
}

impl ApiError {
    /// A 400 about the request as a whole.
    pub const fn bad_request(code: &'static str, detail: Text) -> Self {
        Self::Unreadable {
            status: StatusCode::BAD_REQUEST,
            code,
            detail,
            pointer: None,
        }
    }

    /// The 404 of an address that nothing answers.
    pub const fn nothing_here() -> Self {
        Self::NotFound {
            code: "request.not_found",
            detail: api::address::NOT_FOUND,
        }
    }

    fn registration_id(&self) -> Option<Uuid> {
        match self {
            Self::Conflict { registration, .. } => registration.map(|id| id.0),
            _ => None,
        }
    }

    /// The answer's body, in that language.
    pub fn problem(&self, request_id: String, language: Language) -> Problem {
        Problem {
            r#type: "about:blank".to_owned(),
            title: self.status_code().canonical_reason().unwrap_or_default().to_owned(),
            status: self.status_code().as_u16(),
            detail: self.detail(language),
            code: self.code().to_owned(),
            request_id,
            errors: self.errors(language),
            registration_id: self.registration_id(),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized { error: None, .. } => "token.missing",
            Self::Unauthorized { .. } => "token.invalid",
            Self::MethodNotAllowed { .. } => "request.method_not_allowed",
            Self::Invalid(_) => "request.invalid",
            Self::Unavailable(_) => "internal.unavailable",
            Self::Busy => "internal.busy",
            Self::Internal(_) => "internal.error",
            Self::Forbidden { code, .. }
            | Self::NotFound { code, .. }
            | Self::Conflict { code, .. }
            | Self::TooMany { code, .. }
            | Self::SignInUnavailable { code, .. }
            | Self::Unreadable { code, .. } => code,
        }
    }

    /// The problem and its remedy, as text.
    pub fn detail(&self, language: Language) -> String {
        match self {
            Self::Invalid(errors) => match errors.as_slice() {
                [one] => one.detail.clone(),
                many => api::request::invalid(many.len()).of(language).into_owned(),
            },
            Self::Unavailable(_) => api::internal::UNAVAILABLE.of(language).into_owned(),
            Self::Busy => api::internal::BUSY.of(language).into_owned(),
            Self::Internal(_) => api::internal::ERROR.of(language).into_owned(),
            Self::Unauthorized { detail, .. }
            | Self::Forbidden { detail, .. }
            | Self::NotFound { detail, .. }
            | Self::Conflict { detail, .. }
            | Self::MethodNotAllowed { detail, .. }
            | Self::Unreadable { detail, .. }
            | Self::TooMany { detail, .. }
            | Self::SignInUnavailable { detail, .. } => detail.of(language).into_owned(),
        }
    }

    fn errors(&self, language: Language) -> Vec<ProblemFault> {
        match self {
            Self::Invalid(errors) => errors.clone(),
            Self::Conflict {
                pointer: Some(pointer), ..
            }
            | Self::Unreadable {
                pointer: Some(pointer), ..
            } => {
                vec![ProblemFault {
                    detail: self.detail(language),
                    pointer: pointer.clone(),
                }]
            }
            _ => Vec::new(),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized { .. } => StatusCode::UNAUTHORIZED,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Unreadable { status, .. } => *status,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::SignInUnavailable { .. } | Self::Unavailable(_) | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let mut response = HttpResponse::build(status);
        response.content_type("application/problem+json");
        match self {
            Self::Unauthorized { error: None, .. } => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"lms-gateway\""));
            }
            Self::Unauthorized {
                error: Some(error),
                detail,
            } => {
                response.insert_header((header::WWW_AUTHENTICATE, challenge(error, detail)));
            }
            Self::Forbidden { detail, .. } => {
                response.insert_header((header::WWW_AUTHENTICATE, challenge("insufficient_scope", detail)));
            }
            Self::MethodNotAllowed { allow, .. } => {
                response.insert_header((header::ALLOW, allow.as_str()));
            }
            Self::TooMany { retry_after, .. } | Self::SignInUnavailable { retry_after, .. } => {
                response.insert_header((header::RETRY_AFTER, retry_after.to_string()));
            }
            Self::Unavailable(source) => {
                log_store_error(source, "the database can't answer");
                response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
            }
            Self::Busy => {
                response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
            }
            Self::Internal(source) => tracing::error!(error = %format!("{source:#}"), "internal error"),
            _ => {}
        }
        response.json(self.problem(request_id::current(), language::current()))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error)
    }
}

/// RFC 6750, section 3. The description is for the developer of the client, and in ASCII.
fn challenge(error: &str, detail: &Text) -> String {
    format!(
        "Bearer realm=\"lms-gateway\", error=\"{error}\", error_description=\"{}\"",
        quotable(&detail.of(Language::En))
    )
}

/// Keeps only the characters that are allowed in a quoted string of a header (RFC 9110, section 5.6.4).
fn quotable(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_lost_against_another_change_is_asked_to_try_again() {
        let answer = ApiError::from(StoreError::Conflict).error_response();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key(header::RETRY_AFTER));
    }
}
