//! `/api/v1/contests`: an organization proves that an LMS is its own that another one registered.

use actix_web::{HttpRequest, HttpResponse, delete, get, http::header, post, web};
use contract::{Contest, ContestPage, ContestState, NewRegistration, Problem, ProblemFault};
use domain::{ContestId, UnprovableError, validate_contest};
use messages::api;
use serde::Deserialize;
use store::{ContestCursor, ContestError, Withdrawal};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    api::{registrations, wire},
    http::{error::ApiError, language::AcceptLanguage, pagination},
    request::{
        authorization::{Allowed, ReadRegistrations, WriteRegistrations},
        body::{Body, Id, Query},
    },
    services::contest_codes,
    state::AppState,
};

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Entries on a page, 1 to 200; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// From `nextLink`.
    cursor: Option<String>,
}

/// Contest a registration of another organization.
///
/// For use after 409 `registration.taken`, with the same values. The answer has a login URL with a code, which counts for 7 days and
/// once. It is entered in the LMS, and an administrator of the LMS launches the app from there: that launch is verified with the values
/// of this contest, and proves whose the LMS is. It counts only where the keyset is at the issuer's host and port, or where the preset
/// has it. Once the administrator confirms it, the registration of the other organization ends, and the one of this contest begins.
/// Nothing changes for the other organization before.
#[utoipa::path(
    tag = "contests", operation_id = "create_contest",
    request_body(content = NewRegistration, example = json!({
        "name": "Contoso Moodle", "appId": "launch-inspector", "platform": "moodle",
        "issuer": "https://moodle.contoso.edu", "clientId": "0aEVzPOYmhw5mJi", "deploymentIds": ["1"],
        "authenticationUrl": "https://moodle.contoso.edu/mod/lti/auth.php",
        "keysetUrl": "https://moodle.contoso.edu/mod/lti/certs.php",
        "accessTokenUrl": "https://moodle.contoso.edu/mod/lti/token.php",
    })),
    responses(
        (status = 201, description = "Begun", body = Contest, headers(("location" = String, description = "Its address"))),
        (status = 409, description = "No launch could prove it, nobody else has the LMS, or the organization has as many as it may", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some values need a change; all are named", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[post("/contests")]
pub async fn create_contest(
    writer: Allowed<WriteRegistrations>,
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    body: Body<NewRegistration>,
) -> Result<HttpResponse, ApiError> {
    let caller = writer.caller;
    let shared = app.clone();
    let new = body
        .validate_by(caller.tenant, move |body| registrations::parse(&shared, body, language))
        .await?;
    validate_contest(&new).map_err(|error| match error {
        UnprovableError::ForeignKeyset => unprovable(),
        UnprovableError::NotOneDeployment => invalid("/deploymentIds", &api::contest::ONE_DEPLOYMENT, language),
        UnprovableError::Replaces => invalid("/replaces", &api::contest::REPLACES, language),
    })?;
    let (id, code, now) = (ContestId(Uuid::now_v7()), contest_codes::generate(), app.clock.now());
    let contest = app
        .store
        .insert_contest(caller.tenant, id, &new, contest_codes::hash(&code), &caller.actor, now)
        .await
        .map_err(refused)?;
    let login_url = app.public_url(&format!("/lti/login?claim={code}"));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, app.public_url(&format!("/api/v1/contests/{id}"))))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Contest {
            code: Some(code),
            login_url: Some(login_url),
            ..present(contest, now)
        }))
}

/// List contests, newest first.
///
/// Open ones, and those that were proven or expired, until 30 days after their code expired. None has its code.
#[utoipa::path(
    tag = "contests", operation_id = "list_contests",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of contests", body = ContestPage),
    ),
)]
#[get("/contests")]
pub async fn list_contests(
    reader: Allowed<ReadRegistrations>,
    app: web::Data<AppState>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<web::Json<ContestPage>, ApiError> {
    let ListQuery { limit, cursor } = query.validate()?;
    let limit = pagination::limit(limit)?;
    let after = pagination::after(cursor.as_deref(), ContestCursor::decode)?;
    let found = app.store.list_contests(reader.caller.tenant, limit, after.as_ref()).await?;
    let next_link = pagination::next_link(&app.config.server.public_url, request.uri(), found.next);
    let now = app.clock.now();
    Ok(web::Json(ContestPage {
        value: found.value.into_iter().map(|contest| present(contest, now)).collect(),
        next_link,
    }))
}

/// Get a contest.
///
/// Without its code, which only the answer to the creation has.
#[utoipa::path(
    tag = "contests", operation_id = "get_contest",
    params(("id" = Uuid, Path, description = "The contest's id")),
    responses(
        (status = 200, description = "The contest", body = Contest),
        (status = 404, description = "No such contest", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[get("/contests/{id}")]
pub async fn get_contest(
    reader: Allowed<ReadRegistrations>,
    app: web::Data<AppState>,
    id: Id,
) -> Result<web::Json<Contest>, ApiError> {
    let found = app.store.find_contest(reader.caller.tenant, contest_id(id)?).await?;
    let contest = found.ok_or_else(not_found)?;
    Ok(web::Json(present(contest, app.clock.now())))
}

/// Withdraw a contest.
///
/// From then on its code doesn't count, on every instance of the gateway. A proven one stays.
#[utoipa::path(
    tag = "contests", operation_id = "delete_contest",
    params(("id" = Uuid, Path, description = "The contest's id")),
    responses(
        (status = 204, description = "Withdrawn"),
        (status = 404, description = "No such contest", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was proven", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[delete("/contests/{id}")]
pub async fn delete_contest(
    writer: Allowed<WriteRegistrations>,
    app: web::Data<AppState>,
    id: Id,
) -> Result<HttpResponse, ApiError> {
    let caller = writer.caller;
    let withdrawal = app
        .store
        .delete_contest(caller.tenant, contest_id(id)?, &caller.actor, app.clock.now())
        .await?;
    match withdrawal {
        Withdrawal::Withdrawn => Ok(HttpResponse::NoContent().finish()),
        Withdrawal::Proven => Err(conflict("contest.proven", api::contest::PROVEN)),
        Withdrawal::NotFound => Err(not_found()),
    }
}

/// The API error for a contest that can't be begun.
pub fn refused(refused: ContestError) -> ApiError {
    match refused {
        ContestError::NotTaken => conflict("contest.not_taken", api::contest::NOT_TAKEN),
        ContestError::TooMany { limit } => conflict("contest.too_many", api::contest::too_many(limit)),
        ContestError::Obstacle(obstacle) => registrations::refused(obstacle),
        ContestError::Store(error) => error.into(),
    }
}

/// No launch could prove that the LMS is the organization's.
pub fn unprovable() -> ApiError {
    ApiError::Conflict {
        code: "contest.unprovable",
        detail: api::contest::UNPROVABLE,
        pointer: Some("/keysetUrl".to_owned()),
        registration: None,
    }
}

fn conflict(code: &'static str, detail: messages::Text) -> ApiError {
    ApiError::Conflict {
        code,
        detail,
        pointer: None,
        registration: None,
    }
}

fn invalid(pointer: &str, detail: &messages::Text, language: crate::http::language::Language) -> ApiError {
    ApiError::Invalid(vec![ProblemFault {
        detail: detail.of(language).into_owned(),
        pointer: pointer.to_owned(),
    }])
}

fn contest_id(id: Id) -> Result<ContestId, ApiError> {
    id.validate("contest.not_found", api::contest::NOT_FOUND).map(ContestId)
}

fn not_found() -> ApiError {
    ApiError::NotFound {
        code: "contest.not_found",
        detail: api::contest::NOT_FOUND,
    }
}

fn present(contest: domain::Contest, now: OffsetDateTime) -> Contest {
    let state = match contest.state(now) {
        domain::ContestState::Open => ContestState::Open,
        domain::ContestState::Proven => ContestState::Proven,
        domain::ContestState::Expired => ContestState::Expired,
    };
    let domain::Contest {
        id,
        tenant_id: _,
        new,
        created_at,
        created_by,
        expires_at,
        proof,
    } = contest;
    let domain::NewRegistration {
        name,
        app_id,
        product,
        lms,
        deployment_ids,
        allow_anonymous,
        accept_any_deployment,
        replaces: _,
    } = new;
    Contest {
        id: id.0,
        state,
        code: None,
        login_url: None,
        created_at,
        created_by: wire::actor(created_by),
        expires_at,
        proven_at: proof.map(|proof| proof.at),
        registration_id: proof.map(|proof| proof.registration_id.0),
        name,
        app_id,
        platform: product.id().to_owned(),
        lms: registrations::lms_values(lms),
        deployment_ids,
        allow_anonymous,
        accept_any_deployment,
    }
}
