//! `/api/v1/service-calls`: calls of LMSs' services that did not go through at once.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use contract::{CallOutcome, CalledService, Problem, ServiceCall, ServiceCallPage};
use domain::{CallFault, RegistrationId};
use messages::{Text, api};
use serde::Deserialize;
use store::{ServiceCallCursor, ServiceCallQuery};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    http::{
        error::ApiError,
        language::{AcceptLanguage, Language},
        pagination,
    },
    request::{
        authorization::{Allowed, ReadLaunches, WriteRegistrations},
        body::{Id, Query},
    },
    state::AppState,
};

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only calls of this registration.
    registration_id: Option<Uuid>,
    /// Only calls of this app.
    app_id: Option<String>,
    /// Only calls of this kind.
    service: Option<CalledService>,
    /// Only calls with this end.
    outcome: Option<CallOutcome>,
    /// Not before this time.
    #[serde(with = "time::serde::rfc3339::option")]
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<OffsetDateTime>,
    /// Before this time.
    #[serde(with = "time::serde::rfc3339::option")]
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<OffsetDateTime>,
    /// Entries on a page, 1 to 200; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// From `nextLink`.
    cursor: Option<String>,
}

/// List calls of LMSs' services that did not go through at once, newest first.
///
/// Failures, and scores that wait or waited for their LMS, for as long as launch records are kept. Of one registration, a hundred
/// failures an hour are recorded at the most.
#[utoipa::path(
    tag = "service calls", operation_id = "list_service_calls",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of calls", body = ServiceCallPage),
    ),
)]
#[get("/service-calls")]
pub async fn list_service_calls(
    reader: Allowed<ReadLaunches>,
    app: web::Data<AppState>,
    request: HttpRequest,
    AcceptLanguage(language): AcceptLanguage,
    query: Query<ListQuery>,
) -> Result<web::Json<ServiceCallPage>, ApiError> {
    let ListQuery {
        registration_id,
        app_id,
        service,
        outcome,
        from,
        to,
        limit,
        cursor,
    } = query.validate()?;
    let wanted = ServiceCallQuery {
        registration_id: registration_id.map(RegistrationId),
        app_id: app_id.filter(|id| !id.contains('\0')),
        service: service.map(into_service),
        outcome: outcome.map(into_outcome),
        from,
        to,
        limit: pagination::limit(limit)?,
        after: pagination::after(cursor.as_deref(), ServiceCallCursor::decode)?,
    };
    let page = app.store.list_service_calls(reader.caller.tenant, &wanted).await?;
    let next_link = pagination::next_link(&app.config.server.public_url, request.uri(), page.next);
    let present = |call| present(call, language);
    Ok(web::Json(ServiceCallPage {
        value: page.value.into_iter().map(present).collect(),
        next_link,
    }))
}

/// Send a score that waits now.
///
/// It is sent within seconds; the list shows the outcome. A score that was delivered or given up is kept nowhere.
#[utoipa::path(
    tag = "service calls", operation_id = "retry_service_call",
    params(("id" = Uuid, Path, description = "The call's id")),
    responses(
        (status = 202, description = "It is sent now"),
        (status = 404, description = "No such call", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It does not wait", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[post("/service-calls/{id}/retry")]
pub async fn retry_service_call(
    writer: Allowed<WriteRegistrations>,
    app: web::Data<AppState>,
    id: Id,
) -> Result<HttpResponse, ApiError> {
    let id = id.validate("service_call.not_found", api::service_call::NOT_FOUND)?;
    let tenant = writer.caller.tenant;
    if app.store.hurry_score(tenant, id, app.clock.now()).await? {
        app.score_deliveries.look();
        return Ok(HttpResponse::Accepted().finish());
    }
    match app.store.find_service_call(tenant, id).await? {
        Some(_) => Err(not_waiting()),
        None => Err(ApiError::NotFound {
            code: "service_call.not_found",
            detail: api::service_call::NOT_FOUND,
        }),
    }
}

/// The API error for a call that does not wait.
pub fn not_waiting() -> ApiError {
    ApiError::Conflict {
        code: "service_call.not_waiting",
        detail: api::service_call::NOT_WAITING,
        pointer: None,
        registration: None,
    }
}

fn present(call: domain::ServiceCall, language: Language) -> ServiceCall {
    ServiceCall {
        id: call.id,
        at: call.at,
        registration_id: call.registration_id.0,
        app_id: call.app_id,
        service: from_service(call.service),
        outcome: from_outcome(call.outcome),
        upstream_status: call.upstream_status,
        code: call.fault.code().to_owned(),
        remedy: remedy(call.fault).of(language).into_owned(),
    }
}

fn remedy(fault: CallFault) -> Text {
    use api::service_call;
    match fault {
        CallFault::Refused => service_call::REFUSED,
        CallFault::Unusable => service_call::UNUSABLE,
        CallFault::TokenRefused => service_call::TOKEN_REFUSED,
        CallFault::Unreachable => service_call::UNREACHABLE,
        CallFault::Busy => service_call::BUSY,
        CallFault::RegistrationGone => service_call::REGISTRATION_GONE,
        CallFault::TooOld => service_call::TOO_OLD,
        CallFault::Replaced => service_call::REPLACED,
        CallFault::LineItemGone => service_call::LINE_ITEM_GONE,
    }
}

fn into_service(service: CalledService) -> domain::CalledService {
    match service {
        CalledService::AccessToken => domain::CalledService::AccessToken,
        CalledService::Memberships => domain::CalledService::Memberships,
        CalledService::LineItems => domain::CalledService::LineItems,
        CalledService::Scores => domain::CalledService::Scores,
        CalledService::Results => domain::CalledService::Results,
        CalledService::DeepLinking => domain::CalledService::DeepLinking,
    }
}

fn from_service(service: domain::CalledService) -> CalledService {
    match service {
        domain::CalledService::AccessToken => CalledService::AccessToken,
        domain::CalledService::Memberships => CalledService::Memberships,
        domain::CalledService::LineItems => CalledService::LineItems,
        domain::CalledService::Scores => CalledService::Scores,
        domain::CalledService::Results => CalledService::Results,
        domain::CalledService::DeepLinking => CalledService::DeepLinking,
    }
}

fn into_outcome(outcome: CallOutcome) -> domain::CallOutcome {
    match outcome {
        CallOutcome::Failed => domain::CallOutcome::Failed,
        CallOutcome::Waiting => domain::CallOutcome::Waiting,
        CallOutcome::Delivered => domain::CallOutcome::Delivered,
        CallOutcome::GivenUp => domain::CallOutcome::GivenUp,
    }
}

fn from_outcome(outcome: domain::CallOutcome) -> CallOutcome {
    match outcome {
        domain::CallOutcome::Failed => CallOutcome::Failed,
        domain::CallOutcome::Waiting => CallOutcome::Waiting,
        domain::CallOutcome::Delivered => CallOutcome::Delivered,
        domain::CallOutcome::GivenUp => CallOutcome::GivenUp,
    }
}
