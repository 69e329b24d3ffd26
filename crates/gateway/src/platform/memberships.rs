//! `GET /platform/memberships/{service}`: the members of a course (Names and Role Provisioning Services 2.0).

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use domain::{CalledService, LmsServiceKind, Service};
use futures_util::TryStreamExt as _;
use lti13::services::nrps::{MEDIA_TYPE, MembershipQuery};
use messages::api;

use super::{
    authorization::CallingApp,
    lms_services::{UsableService, find_service},
    problem::PlatformError,
};
use crate::{
    request::admission::wait_without_permit,
    services::{
        people::People,
        roster::{AppPage, Roster, RosterError},
    },
    state::AppState,
};

/// Answers everybody, or a page where one is asked for.
pub(super) async fn list_members(
    caller: CallingApp,
    request: HttpRequest,
    app: web::Data<AppState>,
    id: web::Path<String>,
) -> Result<HttpResponse, PlatformError> {
    caller.require(&[Service::NamesAndRoles])?;
    let UsableService { service, registration } = find_service(&app, &caller, &id, LmsServiceKind::Memberships).await?;
    let address = app.public_url(&format!("/platform/memberships/{}", service.id));
    let pairs = || form_urlencoded::parse(request.query_string().as_bytes());
    let query = MembershipQuery::parse(pairs()).map_err(|error| wrong_parameter(error.name))?;
    let cursor = pairs().find(|(name, _)| name == "cursor").map(|(_, cursor)| cursor);
    let open = |cursor: &str| {
        app.roster_cursors
            .open(&service.id, cursor)
            .ok_or_else(|| wrong_parameter("cursor"))
    };
    let cursor = cursor.as_deref().map(open).transpose()?;
    let (service_id, calling) = (service.id.clone(), Arc::new(registration.clone()));
    let app_id = service.app_id.clone();
    let mut roster = Roster::new(app.lms_tokens.clone(), registration, service, address.clone());
    if app.apps.find(&app_id).is_some_and(People::concern) {
        roster = roster.learned_by(Arc::clone(&app.people));
    }
    let calls = app.service_calls.clone();
    let failed = move |error: &RosterError| {
        let (calls, calling, error) = (calls.clone(), Arc::clone(&calling), error.clone());
        actix_web::rt::spawn(async move { calls.failed(&calling, CalledService::Memberships, &error).await });
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(MEDIA_TYPE)
        .insert_header((header::CACHE_CONTROL, "no-store"));
    if query.limit.is_some() || cursor.is_some() {
        let page = wait_without_permit(&request, Box::pin(roster.page(&query, cursor))).await?;
        let AppPage { body, next } = page.inspect_err(&failed)?;
        if let Some(next) = next {
            let cursor = app.roster_cursors.seal(&service_id, &next);
            response.insert_header((header::LINK, format!("<{address}?cursor={cursor}>; rel=\"next\"")));
        }
        return Ok(response.body(body));
    }
    let members = wait_without_permit(&request, Box::pin(roster.all(&query)))
        .await?
        .inspect_err(&failed)?;
    Ok(response.streaming(members.inspect_err(failed)))
}

/// A roster is only read.
pub(super) async fn other_method(_: CallingApp) -> Result<HttpResponse, PlatformError> {
    Err(PlatformError::method_not_allowed("GET"))
}

fn wrong_parameter(name: &'static str) -> PlatformError {
    PlatformError::bad_request("request.query", api::lms_service::wrong_parameter(name))
}
