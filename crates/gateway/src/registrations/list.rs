use actix_web::{get, web};
use contract::{HealthState, RegistrationPage};
use domain::PlatformFamily;
use serde::{Deserialize, Serialize};
use store::{RegistrationCursor, RegistrationOrder, RegistrationQuery, RegistrationSort};

use super::wire;
use crate::{
    error::ApiError,
    identity::{Allowed, ReadRegistrations},
    input::Query,
    page,
    state::AppState,
};

#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Text in name, issuer or client ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(max_length = 200)]
    search: Option<String>,
    /// Only registrations of this app.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    /// Only registrations of this platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    /// Only registrations in this state of health.
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<HealthState>,
    /// `name`, `createdAt` or `lastLaunchAt`, with `-` in front for descending.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(example = "-createdAt")]
    sort: Option<String>,
    /// Entries on a page, 1 to 200; 50 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// From `nextLink`.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// List registrations.
///
/// By name unless `sort` says otherwise. Filters narrow the list together.
#[utoipa::path(
    tag = "registrations", operation_id = "list_registrations",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of registrations", body = RegistrationPage),
    ),
)]
#[get("/registrations")]
pub async fn list_registrations(
    reader: Allowed<ReadRegistrations>,
    state: web::Data<AppState>,
    query: Query<ListQuery>,
) -> Result<web::Json<RegistrationPage>, ApiError> {
    let asked = query.judge()?;
    let found = state.store.list_registrations(reader.caller.tenant, &parse(&asked)?).await?;
    let next_link = found.next.and_then(|cursor| {
        page::next_link(
            &state,
            "/api/v1/registrations",
            &ListQuery {
                cursor: Some(cursor.to_string()),
                ..asked
            },
        )
    });
    Ok(web::Json(RegistrationPage {
        value: found
            .value
            .into_iter()
            .map(|registration| wire::registration(registration, &state.catalogue))
            .collect(),
        next_link,
    }))
}

fn parse(asked: &ListQuery) -> Result<RegistrationQuery, ApiError> {
    let ListQuery {
        search,
        app_id,
        platform,
        health,
        sort,
        limit,
        cursor,
    } = asked;
    if search.as_ref().is_some_and(|search| search.chars().count() > 200) {
        return Err(page::bad_parameter(
            "search",
            "The text to search for has at most 200 characters.",
        ));
    }
    let sort = match sort.as_deref() {
        None => RegistrationSort::default(),
        Some(sort) => {
            let (name, descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
            let by = match name {
                "name" => RegistrationOrder::Name,
                "createdAt" => RegistrationOrder::CreatedAt,
                "lastLaunchAt" => RegistrationOrder::LastLaunchAt,
                _ => {
                    return Err(page::bad_parameter(
                        "sort",
                        "Sort by name, createdAt or lastLaunchAt, with - in front for descending.",
                    ));
                }
            };
            RegistrationSort { by, descending }
        }
    };
    let family = platform
        .as_deref()
        .map(|id| {
            PlatformFamily::from_id(id).ok_or_else(|| page::bad_parameter("platform", "There is no platform with that id."))
        })
        .transpose()?;
    let after = cursor
        .as_deref()
        .map(|cursor| RegistrationCursor::decode(cursor, sort).ok_or_else(page::bad_cursor))
        .transpose()?;
    Ok(RegistrationQuery {
        search: search.clone(),
        app_id: app_id.clone(),
        family,
        health: health.map(|state| match state {
            HealthState::Good => domain::HealthState::Good,
            HealthState::Bad => domain::HealthState::Bad,
            HealthState::Unknown => domain::HealthState::Unknown,
        }),
        sort,
        limit: page::limit(*limit)?,
        after,
    })
}
