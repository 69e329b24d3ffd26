//! What comes with a request: [`Body`], [`Query`] and [`Id`].
//!
//! They are read at once but judged when the handler asks, because actix evaluates a handler's arguments side by side: a caller
//! who may not do something learns that first, and nothing about the values.

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, http::StatusCode, web};
use contract::ProblemFault;
use futures_util::future::{FutureExt as _, LocalBoxFuture, Ready, ready};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    error::ApiError,
    json::{Malformed, Object, Shaped},
};

/// The longest JSON body, in bytes.
pub const BODY_LIMIT: usize = 256 * 1024;

/// A JSON body of `LIMIT` bytes at the most.
pub struct Body<T, const LIMIT: usize = BODY_LIMIT>(Result<Shaped<T>, ApiError>);

/// A query string. Unknown parameters are refused by the type's own `deny_unknown_fields`.
pub struct Query<T>(Result<T, ApiError>);

/// The id in the path of a resource.
pub struct Id(String);

impl<T, const LIMIT: usize> Body<T, LIMIT> {
    /// The value.
    ///
    /// # Errors
    ///
    /// 400, 413, 415 or 422 with what is wrong.
    pub fn judge(self) -> Result<T, ApiError> {
        self.judge_by(Ok)
    }

    /// The value that `rules` make of it. They see also what is left of a body with faults, so that all are named at once.
    ///
    /// # Errors
    ///
    /// 400, 413, 415 or 422 with what is wrong.
    pub fn judge_by<U>(self, rules: impl FnOnce(T) -> Result<U, Vec<ProblemFault>>) -> Result<U, ApiError> {
        self.0?.judge(rules).map_err(ApiError::Invalid)
    }
}

impl<T> Query<T> {
    /// The value.
    ///
    /// # Errors
    ///
    /// 400 with what is wrong.
    pub fn judge(self) -> Result<T, ApiError> {
        self.0
    }
}

impl Id {
    /// Whether it is this word, which is no id.
    pub fn is(&self, word: &str) -> bool {
        self.0 == word
    }

    /// The id.
    ///
    /// # Errors
    ///
    /// 404 with `code`: what can't be an id names nothing.
    pub fn judge(self, code: &'static str, detail: &str) -> Result<Uuid, ApiError> {
        // The hyphenated form only: one resource has one address.
        let id = Uuid::parse_str(&self.0)
            .ok()
            .filter(|id| id.hyphenated().to_string() == self.0.to_ascii_lowercase());
        id.ok_or_else(|| ApiError::NotFound {
            code,
            detail: detail.to_owned(),
        })
    }
}

impl<T: DeserializeOwned + 'static, const LIMIT: usize> FromRequest for Body<T, LIMIT> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request
            .mime_type()
            .ok()
            .flatten()
            .is_some_and(|mime| mime.subtype() == "json" || mime.suffix().is_some_and(|s| s == "json"));
        let bytes = web::Bytes::from_request(request, payload);
        async move {
            let bytes = bytes.await;
            if !is_json {
                return Ok(Self(Err(unreadable(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "request.content_type",
                    "The body must be JSON: send the header `Content-Type: application/json`.".to_owned(),
                ))));
            }
            Ok(Self(bytes.map_err(|error| unreadable_body(&error, LIMIT)).and_then(
                |bytes| Object::parse(&bytes).map(Object::shape).map_err(|fault| malformed(&fault)),
            )))
        }
        .boxed_local()
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = web::Query::<T>::from_query(request.query_string()).map(web::Query::into_inner);
        ready(Ok(Self(parsed.map_err(|error| {
            let words: String = error.to_string().chars().filter(|c| !c.is_control()).take(300).collect();
            ApiError::bad_request("request.query", format!("The query string doesn't fit: {words}."))
        }))))
    }
}

impl FromRequest for Id {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("id").unwrap_or_default().to_owned())))
    }
}

fn unreadable(status: StatusCode, code: &'static str, detail: String) -> ApiError {
    ApiError::Unreadable {
        status,
        code,
        detail,
        pointer: None,
    }
}

fn unreadable_body(error: &actix_web::Error, limit: usize) -> ApiError {
    match error.as_response_error().status_code() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => unreadable(
            status,
            "request.too_large",
            format!("The body is too long: {limit} bytes are accepted at the most."),
        ),
        _ => ApiError::bad_request("request.unreadable", "The body could not be read."),
    }
}

fn malformed(fault: &Malformed) -> ApiError {
    let detail = match fault {
        Malformed::NoObject => "The body must be a JSON object.".to_owned(),
        Malformed::At { line, column } => format!("The body isn't valid JSON: line {line}, column {column}."),
    };
    ApiError::bad_request("request.malformed", detail)
}
