//! What the pages of a launch under way have in common.

use ::lti::Refusal;
use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use askama::Template;

use super::refusal::internal;

/// A page, never kept by a cache.
pub(super) fn html(status: StatusCode, page: &impl Template) -> Result<HttpResponse, Refusal> {
    let html = page.render().map_err(|error| internal(&error.into()))?;
    Ok(HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(html))
}
