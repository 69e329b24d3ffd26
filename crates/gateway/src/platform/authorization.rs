//! The access token of a request to a service: which app calls, and what it may.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    web,
};
use domain::{App, AppDeploymentId, Service};
use messages::api;

use super::problem::PlatformError;
use crate::{services::app_tokens::AppToken, state::AppState};

/// The app that calls, as its access token proves it. An argument of every handler of a service.
pub(super) struct CallingApp(pub(super) AppToken);

/// Verifies the access token of a request. The app must still be configured; services that were taken from it since are not granted.
///
/// # Errors
///
/// 401: a 401 of this gateway is about its own token only, never about the LMS's.
pub(super) fn verify_app_token(app: &AppState, request: &HttpRequest) -> Result<AppToken, PlatformError> {
    let bearer = bearer(request).ok_or_else(|| {
        PlatformError::new(StatusCode::UNAUTHORIZED, "token.missing", api::app_token::MISSING)
            .with_challenge("Bearer realm=\"lms-gateway\"")
    })?;
    let token = app.app_tokens.open(bearer, app.clock.unix());
    let token = token.and_then(|token| {
        let caller = app.apps.find(&token.app_id)?;
        Some(AppToken {
            services: granted(caller, &token),
            ..token
        })
    });
    token.ok_or_else(|| {
        PlatformError::new(StatusCode::UNAUTHORIZED, "token.invalid", api::app_token::INVALID)
            .with_challenge("Bearer realm=\"lms-gateway\", error=\"invalid_token\"")
    })
}

/// The services of a token that its app still has.
fn granted(caller: &App, token: &AppToken) -> std::collections::BTreeSet<Service> {
    let services = token.services.iter().copied();
    services.filter(|service| caller.may_use(*service)).collect()
}

/// RFC 6750, section 2.1: in the header; nowhere else.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl CallingApp {
    /// Requires that its token opens one of these services.
    ///
    /// # Errors
    ///
    /// 403.
    pub(super) fn require(&self, any: &[Service]) -> Result<(), PlatformError> {
        let opens = |service: &Service| self.0.services.iter().any(|own| own.includes(*service));
        if any.iter().any(opens) {
            return Ok(());
        }
        let error = PlatformError::new(StatusCode::FORBIDDEN, "token.scope", api::app_token::SCOPE);
        Err(error.with_challenge("Bearer realm=\"lms-gateway\", error=\"insufficient_scope\""))
    }

    /// True if its token opens the services of this app and deployment.
    pub(super) fn may_open(&self, app_id: &str, deployment: AppDeploymentId) -> bool {
        self.0.app_id == app_id && self.0.deployment.is_none_or(|own| own == deployment)
    }
}

impl FromRequest for CallingApp {
    type Error = PlatformError;
    type Future = Ready<Result<Self, PlatformError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(app) = request.app_data::<web::Data<AppState>>() else {
            let error = PlatformError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal.error", api::internal::ERROR);
            return ready(Err(error));
        };
        ready(verify_app_token(app, request).map(Self))
    }
}
