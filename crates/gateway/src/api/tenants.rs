//! `/api/v1/me` and `/api/v1/tenant`: the caller and its organization.

use actix_web::{HttpResponse, delete, get, http::header, post, web};
use contract::{Account, NewTenant, Problem, TenantAccess};
use domain::{Tenant, TenantState};
use messages::api;

use crate::{
    api::wire,
    config::TenantRegistration,
    http::{error::ApiError, language::AcceptLanguage},
    request::{
        authorization::{Allowed, ReadTenant, RegisterTenant, SignedIn},
        body::Body,
    },
    state::AppState,
};

/// Get the caller's own account, with what it may do.
///
/// The only operation that answers every valid token, whatever its roles.
#[utoipa::path(
    tag = "tenant", operation_id = "get_account",
    responses(
        (status = 200, description = "The caller", body = Account),
    ),
)]
#[get("/me")]
pub async fn get_account(SignedIn(caller): SignedIn, app: web::Data<AppState>) -> Result<web::Json<Account>, ApiError> {
    let tenant = app.store.find_tenant(caller.tenant).await?;
    Ok(web::Json(Account {
        tenant_state: match tenant.map(|tenant| tenant.state) {
            None => TenantAccess::Unregistered,
            Some(TenantState::Pending) => TenantAccess::Pending,
            Some(TenantState::Registered) => TenantAccess::Registered,
        },
        tenant_id: caller.tenant.0,
        display_name: caller.actor.name,
        id: caller.actor.id,
        kind: wire::actor_kind(caller.actor.kind),
        roles: caller.roles.into_iter().map(wire::role).collect(),
    }))
}

/// Register the caller's organization.
///
/// The operator's configuration decides if it is registered at once or waits for approval. To register again answers 200 and changes
/// nothing.
#[utoipa::path(
    tag = "tenant", operation_id = "register_tenant",
    request_body(content = NewTenant, example = json!({ "displayName": "Contoso University" })),
    responses(
        (status = 201, description = "Registered, or waiting for approval", body = contract::Tenant),
        (status = 200, description = "It was registered already", body = contract::Tenant),
    ),
)]
#[post("/tenant")]
pub async fn register_tenant(
    admin: Allowed<RegisterTenant>,
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    body: Body<NewTenant>,
) -> Result<HttpResponse, ApiError> {
    let caller = admin.caller;
    let policy = &app.config.tenants;
    if policy.registration == TenantRegistration::Listed && !policy.listed.contains(&caller.tenant.0) {
        return Err(ApiError::Forbidden {
            code: "tenant.not_listed",
            detail: api::tenant::NOT_LISTED,
        });
    }
    app.issuers.require_public_cloud(caller.tenant).await?;
    let display_name = body
        .validate_by(caller.tenant, move |body| {
            Tenant::parse_display_name(&body.display_name).map_err(|error| wire::problem_fault(&error, language))
        })
        .await?;
    let tenant = Tenant {
        id: caller.tenant,
        display_name,
        state: if policy.registration == TenantRegistration::Approval {
            TenantState::Pending
        } else {
            TenantState::Registered
        },
        registered_at: app.clock.now(),
        registered_by: caller.actor,
    };
    Ok(match app.store.insert_tenant(&tenant).await? {
        store::TenantInsertion::Created => HttpResponse::Created()
            .insert_header((header::LOCATION, app.public_url("/api/v1/tenant")))
            .json(wire::tenant(tenant)),
        store::TenantInsertion::Existing(existing) => HttpResponse::Ok().json(wire::tenant(existing)),
    })
}

/// Get the caller's organization.
///
/// Its state tells if it is registered or waits for the operator.
#[utoipa::path(
    tag = "tenant", operation_id = "get_tenant",
    responses(
        (status = 200, description = "The organization", body = contract::Tenant),
        (status = 404, description = "It isn't registered", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[get("/tenant")]
pub async fn get_tenant(reader: Allowed<ReadTenant>, app: web::Data<AppState>) -> Result<web::Json<contract::Tenant>, ApiError> {
    let tenant = app.store.find_tenant(reader.caller.tenant).await?;
    tenant
        .map(|tenant| web::Json(wire::tenant(tenant)))
        .ok_or_else(not_registered)
}

/// Withdraw the caller's organization, once it has no registrations.
///
/// Its launch records and audit events stay. One that the operator shut out stays too, or it could register anew.
#[utoipa::path(
    tag = "tenant", operation_id = "delete_tenant",
    responses(
        (status = 204, description = "Withdrawn"),
        (status = 404, description = "It isn't registered", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It still has registrations", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[delete("/tenant")]
pub async fn delete_tenant(admin: Allowed<RegisterTenant>, app: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    // Where registration doesn't bring it in, nothing is gained by registering anew.
    let though_pending = app.config.tenants.registration == TenantRegistration::Approval;
    match app
        .store
        .delete_tenant(admin.caller.tenant, though_pending, &admin.caller.actor, app.clock.now())
        .await?
    {
        store::TenantDeletion::Deleted => Ok(HttpResponse::NoContent().finish()),
        store::TenantDeletion::NotFound => Err(not_registered()),
        store::TenantDeletion::Pending => Err(ApiError::Forbidden {
            code: "tenant.pending",
            detail: api::tenant::WITHDRAWAL_PENDING,
        }),
        store::TenantDeletion::HasRegistrations => Err(ApiError::Conflict {
            code: "tenant.has_registrations",
            detail: api::tenant::HAS_REGISTRATIONS,
            pointer: None,
            registration: None,
        }),
    }
}

fn not_registered() -> ApiError {
    ApiError::NotFound {
        code: "tenant.not_found",
        detail: api::tenant::NOT_FOUND,
    }
}
