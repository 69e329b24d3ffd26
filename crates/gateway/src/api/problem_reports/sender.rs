//! The sender of a report: a caller with that permission, or the holder of the signed reference of an error page.

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use domain::{Caller, Reporter, TenantId};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use messages::api;

use crate::{
    http::error::ApiError,
    request::authorization::{Allowed, SendReports},
    services::signed_reference::{ReferenceError, SignedReference},
    state::AppState,
};

/// The scheme of the header `Authorization` that carries a signed reference.
const SCHEME: &str = "Reference";

/// The sender of a report. The argument type of the handler that creates one.
pub enum Sender {
    /// A caller with the permission, of a registered tenant.
    Caller(Caller),
    /// Somebody who isn't signed in.
    Holder(SignedReference),
}

impl Sender {
    /// The tenant of the report.
    pub fn tenant(&self) -> TenantId {
        match self {
            Self::Caller(caller) => caller.tenant,
            Self::Holder(signed) => signed.tenant,
        }
    }

    /// The reporter.
    pub fn reporter(&self) -> Reporter {
        match self {
            Self::Caller(caller) => Reporter::Caller(caller.actor.clone()),
            Self::Holder(signed) => Reporter::Holder(signed.reference.clone()),
        }
    }
}

impl FromRequest for Sender {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move {
            let Some(token) = signed_reference(&request) else {
                let allowed = Allowed::<SendReports>::extract(&request).await?;
                return Ok(Self::Caller(allowed.caller));
            };
            let app = request
                .app_data::<web::Data<AppState>>()
                .ok_or_else(|| ApiError::Internal(anyhow::anyhow!("the application state is missing")))?;
            let verified = app.signed_references.verify(token, app.clock.unix());
            verified.map(Self::Holder).map_err(|error| ApiError::Unauthorized {
                error: Some("invalid_token"),
                detail: match error {
                    ReferenceError::Expired => api::reference::EXPIRED,
                    ReferenceError::Invalid => api::reference::INVALID,
                },
            })
        }
        .boxed_local()
    }
}

/// The token of `Authorization: Reference …`.
fn signed_reference(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| token.trim())
}
