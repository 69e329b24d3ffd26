//! `/api/v1/launches`: accepted and refused launches, with their checks.

use actix_web::{HttpRequest, get, web};
use contract::{CheckResult, DailyLaunches, DailyLaunchesPage, Launch, LaunchDetails, LaunchOutcome, LaunchPage, Problem};
use domain::{Reference, RegistrationId, TenantId};
use messages::{Text, api};
use serde::Deserialize;
use store::{Difference, LaunchCursor, LaunchQuery, NearMiss};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use crate::{
    api::wire,
    http::{
        error::ApiError,
        language::{AcceptLanguage, Language},
        pagination,
    },
    records,
    request::{
        authorization::{Allowed, ReadLaunches},
        body::Query,
    },
    state::AppState,
};

/// Days of the daily counts where the request doesn't say, and at the most.
const DAYS: (u16, u16) = (30, 366);

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only launches of this registration.
    registration_id: Option<Uuid>,
    /// Only launches that ended so.
    outcome: Option<LaunchOutcome>,
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

/// List launches, newest first.
///
/// Accepted and refused ones, for as long as the operator keeps them.
#[utoipa::path(
    tag = "launches", operation_id = "list_launches",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of launches", body = LaunchPage),
    ),
)]
#[get("/launches")]
pub async fn list_launches(
    reader: Allowed<ReadLaunches>,
    app: web::Data<AppState>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<web::Json<LaunchPage>, ApiError> {
    let ListQuery {
        registration_id,
        outcome,
        from,
        to,
        limit,
        cursor,
    } = query.validate()?;
    let wanted = LaunchQuery {
        registration_id: registration_id.map(RegistrationId),
        outcome: outcome.map(|outcome| match outcome {
            LaunchOutcome::Accepted => domain::LaunchOutcome::Accepted,
            LaunchOutcome::Refused => domain::LaunchOutcome::Refused,
        }),
        from,
        to,
        limit: pagination::limit(limit)?,
        after: pagination::after(cursor.as_deref(), LaunchCursor::decode)?,
    };
    let found = app.store.list_launches(reader.caller.tenant, &wanted).await?;
    let next_link = pagination::next_link(&app.config.server.public_url, request.uri(), found.next);
    Ok(web::Json(LaunchPage {
        value: found.value.into_iter().map(summary).collect(),
        next_link,
    }))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DailyQuery {
    /// Only launches of this registration.
    registration_id: Option<Uuid>,
    /// How many days, up to today; 30 where absent.
    #[param(minimum = 1, maximum = 366)]
    days: Option<u16>,
}

/// Count launches by day and outcome.
///
/// Days are in UTC; days without launches are there too.
#[utoipa::path(
    tag = "launches", operation_id = "count_daily_launches",
    params(DailyQuery),
    responses(
        (status = 200, description = "One entry a day, oldest first", body = DailyLaunchesPage),
    ),
)]
#[get("/launches/daily")]
pub async fn count_daily_launches(
    reader: Allowed<ReadLaunches>,
    app: web::Data<AppState>,
    query: Query<DailyQuery>,
) -> Result<web::Json<DailyLaunchesPage>, ApiError> {
    let DailyQuery { registration_id, days } = query.validate()?;
    let days = days.unwrap_or(DAYS.0);
    if !(1..=DAYS.1).contains(&days) {
        return Err(pagination::bad_parameter("days", api::query::days(DAYS.1)));
    }
    let today = app.clock.now().date();
    let counts = app
        .store
        .daily_launches(reader.caller.tenant, registration_id.map(RegistrationId), days, today)
        .await?;
    let value = counts
        .into_iter()
        .map(|day| {
            let domain::DailyLaunches { date, accepted, refused } = day;
            DailyLaunches { date, accepted, refused }
        })
        .collect();
    Ok(web::Json(DailyLaunchesPage { value }))
}

/// Get a launch with everything that was checked, by the reference that its page showed.
///
/// Of what the LMS sent, only values of an allow-list were kept; no names, no e-mail addresses, no tokens. The texts are in the
/// language of `Accept-Language`.
#[utoipa::path(
    tag = "launches", operation_id = "get_launch",
    params(("reference" = String, Path, description = "The reference, in whatever case, with or without hyphens", example = "5TFA-R7YN-2K8Q")),
    responses(
        (status = 200, description = "The launch", body = LaunchDetails),
        (status = 404, description = "No such launch", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[get("/launches/{reference}")]
pub async fn get_launch(
    reader: Allowed<ReadLaunches>,
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    reference: web::Path<String>,
) -> Result<web::Json<LaunchDetails>, ApiError> {
    let not_found = || ApiError::NotFound {
        code: "launch.not_found",
        detail: api::launch::NOT_FOUND,
    };
    let reference = Reference::parse(&reference).map_err(|_| not_found())?;
    let launch = app
        .store
        .find_launch(reader.caller.tenant, &reference)
        .await?
        .ok_or_else(not_found)?;
    let near_miss = near_miss(&app, reader.caller.tenant, &launch).await?;
    Ok(web::Json(details(launch, near_miss.as_ref(), language)?))
}

/// How the nearest of the tenant's registrations differs from what a launch without registration named.
async fn near_miss(app: &AppState, tenant: TenantId, launch: &domain::LaunchDetails) -> Result<Option<Text>, ApiError> {
    let (None, Some(issuer), Some(client_id)) = (launch.launch.registration_id, &launch.issuer, &launch.client_id) else {
        return Ok(None);
    };
    let near = app.store.find_near_miss(tenant, issuer, client_id).await?;
    Ok(near.map(explain_near_miss))
}

/// Names the difference and the remedy; never advises to delete a registration that works.
fn explain_near_miss(NearMiss { name, difference, works }: NearMiss) -> Text {
    use api::near_miss;
    let difference = match difference {
        Difference::Deleted { at, by } => {
            let at = at.format(&Rfc3339).unwrap_or_default();
            return match by {
                Some(by) => near_miss::deleted_by(name, at, by),
                None => near_miss::deleted(name, at),
            };
        }
        Difference::TrailingSlash => near_miss::trailing_slash(name),
        Difference::Scheme => near_miss::scheme(name),
        Difference::Capitals => near_miss::capitals(name),
        Difference::Www => near_miss::www(name),
        Difference::Port => near_miss::port(name),
        Difference::Path => near_miss::path(name),
        Difference::Issuer => near_miss::issuer(name),
        Difference::ClientId => near_miss::client_id(name),
    };
    let advice = if works { near_miss::WORKS } else { near_miss::NEVER_WORKED };
    near_miss::with_advice(difference, advice)
}

fn outcome(outcome: domain::LaunchOutcome) -> LaunchOutcome {
    match outcome {
        domain::LaunchOutcome::Accepted => LaunchOutcome::Accepted,
        domain::LaunchOutcome::Refused => LaunchOutcome::Refused,
    }
}

fn summary(launch: domain::Launch) -> Launch {
    let domain::Launch {
        reference,
        at,
        outcome: ended,
        code,
        registration_id,
        registration,
        message_type,
    } = launch;
    Launch {
        reference: reference.to_string(),
        at,
        outcome: outcome(ended),
        code,
        registration_id: registration_id.map(|id| id.0),
        registration: registration.map(wire::registration_summary),
        message_type,
    }
}

fn details(found: domain::LaunchDetails, near_miss: Option<&Text>, language: Language) -> Result<LaunchDetails, ApiError> {
    let domain::LaunchDetails {
        launch,
        issuer: _,
        client_id: _,
        checks,
    } = found;
    let Launch {
        reference,
        at,
        outcome,
        code,
        registration_id,
        registration,
        message_type,
    } = summary(launch);
    let mut checks = records::parse_checks(&checks, language).map_err(|error| ApiError::Internal(error.into()))?;
    if let (Some(failed), Some(near_miss)) = (checks.iter_mut().find(|check| check.result == CheckResult::Failed), near_miss) {
        failed.remedy = Some(near_miss.of(language).into_owned());
    }
    Ok(LaunchDetails {
        reference,
        at,
        outcome,
        code,
        registration_id,
        registration,
        message_type,
        checks,
    })
}
