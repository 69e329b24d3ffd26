//! Argument types that authorize a request. A handler without one of them is visibly public.

use std::marker::PhantomData;

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use domain::{Caller, Tenant, TenantState};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use messages::{Text, api};

use crate::{http::error::ApiError, state::AppState};

/// A caller with a valid token, of whatever tenant and role.
pub struct SignedIn(pub Caller);

/// A caller who may do `P`, of a tenant that is registered unless `P` says otherwise.
pub struct Allowed<P> {
    /// The caller.
    pub caller: Caller,
    permission: PhantomData<P>,
}

/// Something that only some callers may do.
pub trait Permission: 'static {
    /// The roles that may, for the message.
    const ROLES: Text;
    /// True if this caller has the permission.
    fn is_given_to(caller: &Caller) -> bool;
    /// True if it works before the caller's tenant is registered.
    fn works_before_registration(_: &Caller) -> bool {
        false
    }
}

/// List and view registrations, apps and platforms.
pub struct ReadRegistrations;
/// Add, check and delete registrations, decide on deployments.
pub struct WriteRegistrations;
/// Read launches and their diagnostics.
pub struct ReadLaunches;
/// Read who did what.
pub struct ReadAuditEvents;
/// Send problem reports.
pub struct SendReports;
/// Read problem reports: the own ones, the tenant's, or all.
pub struct ReadReports;
/// Answer problem reports.
pub struct AnswerReports;
/// Change the state of problem reports.
pub struct DecideReports;
/// See how the own tenant stands.
pub struct ReadTenant;
/// Register the own tenant, and give that up.
pub struct RegisterTenant;

impl Permission for ReadRegistrations {
    const ROLES: Text = api::roles::READ_REGISTRATIONS;
    fn is_given_to(caller: &Caller) -> bool {
        caller.may_read_registrations()
    }
}

impl Permission for WriteRegistrations {
    const ROLES: Text = api::roles::WRITE_REGISTRATIONS;
    fn is_given_to(caller: &Caller) -> bool {
        caller.may_write_registrations()
    }
}

impl Permission for ReadLaunches {
    const ROLES: Text = ReadRegistrations::ROLES;
    fn is_given_to(caller: &Caller) -> bool {
        caller.may_read_launches()
    }
}

impl Permission for ReadAuditEvents {
    const ROLES: Text = ReadRegistrations::ROLES;
    fn is_given_to(caller: &Caller) -> bool {
        caller.readable_audit_events().is_some()
    }
}

impl Permission for SendReports {
    const ROLES: Text = api::roles::SEND_REPORTS;
    fn is_given_to(caller: &Caller) -> bool {
        caller.may_send_reports()
    }
}

impl Permission for ReadReports {
    const ROLES: Text = api::roles::READ_REPORTS;
    fn is_given_to(caller: &Caller) -> bool {
        caller.readable_reports().is_some()
    }
    fn works_before_registration(caller: &Caller) -> bool {
        caller.is_support()
    }
}

impl Permission for AnswerReports {
    const ROLES: Text = api::roles::SEND_REPORTS;
    fn is_given_to(caller: &Caller) -> bool {
        caller.answerable_reports().is_some()
    }
    fn works_before_registration(caller: &Caller) -> bool {
        caller.is_support()
    }
}

impl Permission for DecideReports {
    const ROLES: Text = api::roles::DECIDE_REPORTS;
    fn is_given_to(caller: &Caller) -> bool {
        caller.decidable_reports().is_some()
    }
    fn works_before_registration(caller: &Caller) -> bool {
        caller.is_support()
    }
}

impl Permission for ReadTenant {
    const ROLES: Text = api::roles::READ_TENANT;
    fn is_given_to(caller: &Caller) -> bool {
        caller.has_role()
    }
    fn works_before_registration(_: &Caller) -> bool {
        true
    }
}

impl Permission for RegisterTenant {
    const ROLES: Text = api::roles::REGISTER_TENANT;
    fn is_given_to(caller: &Caller) -> bool {
        caller.may_register_tenant()
    }
    fn works_before_registration(_: &Caller) -> bool {
        true
    }
}

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move { caller(&request).await.map(Self) }.boxed_local()
    }
}

impl<P: Permission> FromRequest for Allowed<P> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move {
            let caller = caller(&request).await?;
            if !P::is_given_to(&caller) {
                return Err(ApiError::Forbidden {
                    code: "role.missing",
                    detail: api::role::missing(P::ROLES),
                });
            }
            if !P::works_before_registration(&caller) {
                let app = app_state(&request)?;
                require_registered(app.store.find_tenant(caller.tenant).await?.as_ref())?;
                // Its cloud may have changed since it registered.
                app.issuers.require_public_cloud(caller.tenant).await?;
            }
            Ok(Self {
                caller,
                permission: PhantomData,
            })
        }
        .boxed_local()
    }
}

fn require_registered(tenant: Option<&Tenant>) -> Result<(), ApiError> {
    match tenant.map(|tenant| tenant.state) {
        Some(TenantState::Registered) => Ok(()),
        Some(TenantState::Pending) => Err(ApiError::Forbidden {
            code: "tenant.pending",
            detail: api::tenant::PENDING,
        }),
        None => Err(ApiError::Forbidden {
            code: "tenant.not_registered",
            detail: api::tenant::NOT_REGISTERED,
        }),
    }
}

async fn caller(request: &HttpRequest) -> Result<Caller, ApiError> {
    let bearer = bearer(request)?;
    app_state(request)?.issuers.verify(bearer).await
}

/// The token of the header `Authorization` (RFC 6750, section 2.1).
fn bearer(request: &HttpRequest) -> Result<&str, ApiError> {
    let missing = || ApiError::Unauthorized {
        error: None,
        detail: api::token::MISSING,
    };
    let value = request
        .headers()
        .get(header::AUTHORIZATION)
        .ok_or_else(missing)?
        .to_str()
        .map_err(|_| missing())?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => Ok(token.trim()),
        _ => Err(missing()),
    }
}

fn app_state(request: &HttpRequest) -> Result<&AppState, ApiError> {
    request
        .app_data::<web::Data<AppState>>()
        .map(web::Data::get_ref)
        .ok_or_else(|| ApiError::Internal(anyhow::anyhow!("the application state is missing")))
}
