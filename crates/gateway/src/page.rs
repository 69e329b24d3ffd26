//! Pages of lists: how many, from where, and the address of the next one.

use actix_web::http::StatusCode;
use serde::Serialize;

use crate::{error::ApiError, state::AppState};

/// Entries on a page where the request doesn't say.
const DEFAULT_LIMIT: u32 = 50;
/// Entries on a page at the most.
pub const MAX_LIMIT: u32 = 200;

/// The number of entries that a request wants.
///
/// # Errors
///
/// 400 where it is none from 1 to 200.
pub fn limit(asked: Option<u32>) -> Result<u32, ApiError> {
    match asked {
        None => Ok(DEFAULT_LIMIT),
        Some(limit @ 1..=MAX_LIMIT) => Ok(limit),
        Some(_) => Err(bad_parameter(
            "limit",
            format!("The limit must be a number from 1 to {MAX_LIMIT}."),
        )),
    }
}

/// A 400 about a parameter of the query string.
pub fn bad_parameter(name: &str, detail: impl Into<String>) -> ApiError {
    ApiError::Unreadable {
        status: StatusCode::BAD_REQUEST,
        code: "request.query",
        detail: detail.into(),
        pointer: Some(name.to_owned()),
    }
}

/// A 400 about a cursor that was changed or made up.
pub fn bad_cursor() -> ApiError {
    bad_parameter("cursor", "The cursor doesn't come from a nextLink of this list.")
}

/// The absolute address of the next page: the same query with another cursor. `None` where there is none.
pub fn next_link<Q: Serialize>(state: &AppState, path: &str, query: &Q) -> Option<String> {
    let query = serde_urlencoded::to_string(query).ok()?;
    Some(state.public_url(&format!("{path}?{query}")))
}
