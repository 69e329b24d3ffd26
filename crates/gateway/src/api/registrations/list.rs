use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, web};
use contract::{HealthState, RegistrationPage};
use domain::LmsProduct;
use messages::api;
use serde::Deserialize;
use store::{RegistrationCursor, RegistrationOrder, RegistrationQuery, RegistrationSort, Store};

use super::wire;
use crate::{
    http::{error::ApiError, language::AcceptLanguage, pagination},
    request::{
        authorization::{Allowed, ReadRegistrations},
        body::Query,
    },
    state::AppState,
};

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Text in name, issuer, client ID or a deployment ID.
    #[param(max_length = 200)]
    search: Option<String>,
    /// Only registrations of this app.
    app_id: Option<String>,
    /// Only registrations with this issuer, byte for byte.
    issuer: Option<String>,
    /// Only registrations with this client ID, byte for byte.
    client_id: Option<String>,
    /// Only registrations of this platform.
    platform: Option<String>,
    /// Only registrations in this state of health.
    health: Option<HealthState>,
    /// `name`, `createdAt` or `lastLaunchAt`, with `-` in front for descending.
    #[param(example = "-createdAt")]
    sort: Option<String>,
    /// Entries on a page, 1 to 200; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// From `nextLink`.
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
    app: web::Data<AppState>,
    request: HttpRequest,
    AcceptLanguage(language): AcceptLanguage,
    query: Query<ListQuery>,
) -> Result<HttpResponse, ApiError> {
    let asked = query.validate()?;
    let (tenant, now) = (reader.caller.tenant, app.clock.now());
    let query = Arc::new(parse(asked)?);
    let read = move |store: Store| {
        let query = Arc::clone(&query);
        async move { store.list_registrations(tenant, &query, now).await }
    };
    let (shared, uri) = (app.clone(), request.uri().clone());
    let present = move |found: store::Page<_, _>| {
        let registrations = found.value.into_iter();
        Ok(RegistrationPage {
            value: registrations
                .map(|registration| wire::registration(registration, &shared, language))
                .collect(),
            next_link: pagination::next_link(&shared.config.server.public_url, &uri, found.next),
        })
    };
    app.blocking.answer_rows(&app.store, tenant, read, present).await
}

fn parse(asked: ListQuery) -> Result<RegistrationQuery, ApiError> {
    let ListQuery {
        search,
        app_id,
        issuer,
        client_id,
        platform,
        health,
        sort,
        limit,
        cursor,
    } = asked;
    let sort = match sort.as_deref() {
        None => RegistrationSort::default(),
        Some(sort) => {
            let (name, descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
            let by = match name {
                "name" => RegistrationOrder::Name,
                "createdAt" => RegistrationOrder::CreatedAt,
                "lastLaunchAt" => RegistrationOrder::LastLaunchAt,
                _ => {
                    return Err(pagination::bad_parameter("sort", api::query::SORT));
                }
            };
            RegistrationSort { by, descending }
        }
    };
    let product = platform
        .as_deref()
        .map(|id| LmsProduct::from_id(id).ok_or_else(|| pagination::bad_parameter("platform", api::query::PLATFORM)))
        .transpose()?;
    Ok(RegistrationQuery {
        search: pagination::search(search)?,
        app_id,
        issuer,
        client_id,
        product,
        health: health.map(|state| match state {
            HealthState::Good => domain::HealthState::Good,
            HealthState::Bad => domain::HealthState::Bad,
            HealthState::Unknown => domain::HealthState::Unknown,
        }),
        sort,
        limit: pagination::limit(limit)?,
        after: pagination::after(cursor.as_deref(), |cursor| RegistrationCursor::decode(cursor, sort))?,
    })
}
