//! What comes with a request: [`Body`], [`Query`] and [`Id`].
//!
//! They are read at once but judged when the handler asks, because actix evaluates a handler's arguments side by side: a caller
//! who may not do something learns that first, and nothing about the values.

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, http::StatusCode, web};
use contract::ProblemFault;
use futures_util::future::{FutureExt as _, LocalBoxFuture, Ready, ready};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::ApiError;

/// The longest JSON body, in bytes.
pub const BODY_LIMIT: usize = 256 * 1024;

/// A JSON body. A value of the wrong kind is reported with its JSON pointer.
pub struct Body<T>(Result<T, ApiError>);

/// A query string. Unknown parameters are refused by the type's own `deny_unknown_fields`.
pub struct Query<T>(Result<T, ApiError>);

/// The id in the path of a resource.
pub struct Id(String);

impl<T> Body<T> {
    /// The value.
    ///
    /// # Errors
    ///
    /// 400, 413, 415 or 422 with what is wrong.
    pub fn judge(self) -> Result<T, ApiError> {
        self.0
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

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
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
            Ok(Self(
                bytes.map_err(|error| unreadable_body(&error)).and_then(|bytes| parse(&bytes)),
            ))
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

fn unreadable_body(error: &actix_web::Error) -> ApiError {
    match error.as_response_error().status_code() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => unreadable(
            status,
            "request.too_large",
            format!("The body is too long: {BODY_LIMIT} bytes are accepted at the most."),
        ),
        _ => ApiError::bad_request("request.unreadable", "The body could not be read."),
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // serde would take an array for an object, its values in the order of the fields.
    if bytes
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .is_some_and(|first| *first != b'{')
    {
        return Err(ApiError::bad_request("request.malformed", "The body must be a JSON object."));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.inner();
        if inner.is_data() {
            ApiError::Invalid(vec![ProblemFault {
                detail: sentence(inner),
                pointer,
            }])
        } else {
            malformed(inner)
        }
    })?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(error: &serde_json::Error) -> ApiError {
    ApiError::bad_request(
        "request.malformed",
        format!("The body isn't valid JSON: line {}, column {}.", error.line(), error.column()),
    )
}

/// serde's words without the position.
fn sentence(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    let mut text: String = text.chars().filter(|c| !c.is_control()).take(300).collect();
    text.push('.');
    text
}

/// A JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use contract::NewRegistration;

    use super::*;

    fn faults(json: &str) -> Vec<ProblemFault> {
        match parse::<NewRegistration>(json.as_bytes()) {
            Err(ApiError::Invalid(faults)) => faults,
            Err(other) => panic!("{other:?}"),
            Ok(_) => Vec::new(),
        }
    }

    #[test]
    fn a_wrong_kind_of_value_is_named_with_its_pointer() {
        assert_eq!(faults(r#"{"deploymentIds":["1",2]}"#)[0].pointer, "/deploymentIds/1");
        assert_eq!(faults(r#"{"name":null}"#)[0].pointer, "/name");
    }

    #[test]
    fn unknown_and_repeated_fields_are_refused_by_name() {
        let fault = &faults(r#"{"isuer":"https://lms.example"}"#)[0];
        assert!(fault.detail.contains("isuer") && fault.pointer == "/isuer", "{fault:?}");
        assert!(faults(r#"{"name":"a","name":"b"}"#)[0].detail.contains("duplicate"));
    }

    #[test]
    fn read_only_fields_are_ignored() {
        assert!(faults(r#"{"name":"a","id":"x","createdBy":{"id":"y"},"waitingDeployments":0}"#).is_empty());
    }

    #[test]
    fn what_is_no_json_is_a_bad_request() {
        for body in ["", "{", "{}x", "\u{0}", "[1,2", "[\"a\"]", "null", "{\"name\":\"\u{1}\"}"] {
            assert!(
                matches!(parse::<NewRegistration>(body.as_bytes()), Err(ApiError::Unreadable { .. })),
                "{body:?}"
            );
        }
        assert!(matches!(
            parse::<NewRegistration>(b"{\"name\":\"\xff\"}"),
            Err(ApiError::Unreadable { .. })
        ));
    }

    #[test]
    fn deep_nesting_does_not_exhaust_the_stack() {
        let deep = format!("{{\"id\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse::<NewRegistration>(deep.as_bytes()).is_err());
    }
}
