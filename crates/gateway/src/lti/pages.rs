//! Common parts of the pages of a launch in progress, and the page that is left when it is over.

pub(super) mod claim;
pub(super) mod storage;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use askama::Template;
use domain::Refusal;
use messages::launch_page;

use super::{context::LaunchContext, failure::internal};
use crate::{
    http::{assets, language::Language},
    state::AppState,
};

/// A page, never kept by a cache.
pub(super) fn html(status: StatusCode, page: &impl Template) -> Result<HttpResponse, Refusal> {
    let html = page.render().map_err(|error| internal(&error.into()))?;
    Ok(HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(html))
}

#[derive(Template)]
#[template(path = "over.html")]
struct LaunchOverPage {
    language: Language,
    css: String,
}

/// Where Back leads from an app whose launch needed a page of ours: what that page did can't be done again.
pub(super) async fn launch_is_over(request: HttpRequest, app: web::Data<AppState>) -> HttpResponse {
    let context = LaunchContext::new(&app, &request);
    let over = LaunchOverPage {
        language: context.language(),
        css: assets::url("pages.css"),
    };
    match html(StatusCode::OK, &over) {
        Ok(page) => page,
        Err(refusal) => context.refuse(&refusal).await,
    }
}
