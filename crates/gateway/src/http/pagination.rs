//! Pagination of lists: limit, cursor, and the address of the next page.

use std::fmt::Display;

use actix_web::http::{StatusCode, Uri};
use messages::{Text, api};

use crate::http::error::ApiError;

/// Entries on a page where the request doesn't say.
const DEFAULT_LIMIT: u32 = 50;
/// Entries on a page at the most.
pub const MAX_LIMIT: u32 = 200;
/// The longest text to search for, in characters.
const MAX_SEARCH: usize = 200;

/// The number of entries that a request wants.
///
/// # Errors
///
/// 400 where it is none from 1 to 200.
pub fn limit(asked: Option<u32>) -> Result<u32, ApiError> {
    match asked {
        None => Ok(DEFAULT_LIMIT),
        Some(limit @ 1..=MAX_LIMIT) => Ok(limit),
        Some(_) => Err(bad_parameter("limit", api::query::limit(MAX_LIMIT))),
    }
}

/// A 400 about a parameter of the query string.
pub fn bad_parameter(name: &str, detail: Text) -> ApiError {
    ApiError::Unreadable {
        status: StatusCode::BAD_REQUEST,
        code: "request.query",
        detail,
        pointer: Some(name.to_owned()),
    }
}

/// The text that a request searches for.
///
/// # Errors
///
/// 400 where it is too long.
pub fn search(asked: Option<String>) -> Result<Option<String>, ApiError> {
    if asked.as_ref().is_some_and(|text| text.chars().count() > MAX_SEARCH) {
        return Err(bad_parameter("search", api::query::search(MAX_SEARCH)));
    }
    Ok(asked)
}

/// Where the page begins that a request wants.
///
/// # Errors
///
/// 400 where the cursor was changed or made up.
pub fn after<C>(cursor: Option<&str>, decode: impl FnOnce(&str) -> Option<C>) -> Result<Option<C>, ApiError> {
    let bad = || bad_parameter("cursor", api::query::CURSOR);
    cursor.map(|cursor| decode(cursor).ok_or_else(bad)).transpose()
}

/// The absolute address of the next page: this request's, at the gateway's public address, with another cursor. `None` where there is none.
pub fn next_link(public_url: &str, request: &Uri, next: Option<impl Display>) -> Option<String> {
    let cursor = next?.to_string();
    let asked = form_urlencoded::parse(request.query().unwrap_or_default().as_bytes()).filter(|(name, _)| name != "cursor");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(asked)
        .append_pair("cursor", &cursor)
        .finish();
    Some(format!("{public_url}{}?{query}", request.path()))
}
