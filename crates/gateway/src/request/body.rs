//! Input of a request: [`Body`], [`Query`] and [`Id`].
//!
//! They are validated when the handler asks, because actix evaluates a handler's arguments concurrently: a caller without permission
//! learns only that, and nothing about the values. A body isn't even received before.

mod query;

use std::marker::PhantomData;

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, ResponseError,
    dev::Payload,
    error::PayloadError,
    http::{StatusCode, header},
    web::{self, BytesMut},
};
use contract::ProblemFault;
use domain::TenantId;
use futures_util::{
    StreamExt as _,
    future::{Ready, ready},
};
use messages::{Text, api};
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use query::Query;

use crate::{
    http::json::BODY_LIMIT,
    http::{
        error::ApiError,
        json::{JsonError, Object},
        language,
    },
    request::admission,
    services::concurrency,
    services::long_work::{LONG_BODY, Ticket},
    state::AppState,
    telemetry::metrics::LongWork,
};

/// A body has fewer values than its limit has bytes, by this factor: each takes many times the memory of its text.
const BYTES_PER_VALUE: usize = 8;

/// A JSON body of `LIMIT` bytes at the most.
pub struct Body<T, const LIMIT: usize = BODY_LIMIT> {
    request: HttpRequest,
    payload: Payload,
    shape: PhantomData<T>,
}

/// The id in the path of a resource.
pub struct Id(String);

impl<T: DeserializeOwned + 'static, const LIMIT: usize> Body<T, LIMIT> {
    /// The value that `rules` make of it. They see also what is left of a body with errors, so that all are named at once. A long body is
    /// read and validated apart from the workers, when it is its tenant's turn.
    ///
    /// # Errors
    ///
    /// 400, 413, 415 or 422 with what is wrong; 503 where its turn doesn't come in time.
    pub async fn validate_by<U: Send + 'static>(
        mut self,
        tenant: TenantId,
        rules: impl FnOnce(T) -> Result<U, Vec<ProblemFault>> + Send + 'static,
    ) -> Result<U, ApiError> {
        let language = language::accepted(&self.request);
        let (bytes, ticket) = self.read(tenant).await?;
        let read = move || {
            let object = Object::parse(&bytes, LIMIT / BYTES_PER_VALUE).map_err(|error| malformed(&error, LIMIT))?;
            drop(bytes);
            object.shape(language).validate(rules).map_err(ApiError::Invalid)
        };
        match ticket {
            None => read(),
            Some(ticket) => ticket.run(read).await?,
        }
    }

    /// The whole body, and its place in the queue where it is long: it is queued before the most of it is received, which bounds what is held.
    async fn read(&mut self, tenant: TenantId) -> Result<(BytesMut, Option<Ticket>), ApiError> {
        let mime = self.request.mime_type().ok().flatten();
        let is_json = mime.is_some_and(|mime| mime.subtype() == "json" || mime.suffix().is_some_and(|suffix| suffix == "json"));
        if !is_json {
            return Err(unreadable(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "request.content_type",
                api::body::CONTENT_TYPE,
            ));
        }
        let length = self.request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > LIMIT) {
            return Err(too_long(LIMIT));
        }
        let request = self.request.clone();
        admission::wait_without_permit(&request, self.collect(tenant)).await?
    }

    async fn collect(&mut self, tenant: TenantId) -> Result<(BytesMut, Option<Ticket>), ApiError> {
        let app = self.request.app_data::<web::Data<AppState>>();
        let app = app.ok_or_else(|| ApiError::Internal(anyhow::anyhow!("the application state is missing")))?;
        let (mut body, mut ticket) = (BytesMut::new(), None);
        while let Some(chunk) = self.payload.next().await {
            let chunk = chunk.map_err(|error| unreadable_body(&error))?;
            let length = body.len() + chunk.len();
            if length > LIMIT {
                return Err(too_long(LIMIT));
            }
            // A body with a higher limit than others may be much work even where it is short.
            if (length > LONG_BODY || LIMIT > BODY_LIMIT) && ticket.is_none() {
                ticket = Some(app.blocking.enter(tenant, LongWork::Body)?);
            }
            body.extend_from_slice(&chunk);
        }
        Ok((body, ticket))
    }
}

impl Id {
    /// True if the path has this word instead of an id.
    pub fn is(&self, word: &str) -> bool {
        self.0 == word
    }

    /// The id.
    ///
    /// # Errors
    ///
    /// 404 with `code`: what can't be an id names nothing.
    pub fn validate(self, code: &'static str, detail: Text) -> Result<Uuid, ApiError> {
        // The hyphenated form only: one resource has one address.
        let id = Uuid::parse_str(&self.0)
            .ok()
            .filter(|id| id.hyphenated().to_string() == self.0.to_ascii_lowercase());
        id.ok_or(ApiError::NotFound { code, detail })
    }
}

impl<T: 'static, const LIMIT: usize> FromRequest for Body<T, LIMIT> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            request: request.clone(),
            payload: payload.take(),
            shape: PhantomData,
        }))
    }
}

impl FromRequest for Id {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("id").unwrap_or_default().to_owned())))
    }
}

/// How pages read their forms: what can't be read is a problem like any other.
pub fn forms() -> web::FormConfig {
    web::FormConfig::default().limit(BODY_LIMIT).error_handler(|error, _| {
        let status = ResponseError::status_code(&error);
        unreadable(status, "request.unreadable", api::body::FORM).into()
    })
}

/// How pages read their query strings.
pub fn queries() -> web::QueryConfig {
    web::QueryConfig::default().error_handler(|_, _| ApiError::bad_request("request.query", api::query::UNREADABLE).into())
}

fn unreadable(status: StatusCode, code: &'static str, detail: Text) -> ApiError {
    ApiError::Unreadable {
        status,
        code,
        detail,
        pointer: None,
    }
}

fn unreadable_body(error: &PayloadError) -> ApiError {
    if concurrency::is_no_room(error) {
        return ApiError::Busy;
    }
    ApiError::bad_request("request.unreadable", api::body::UNREADABLE)
}

fn too_long(limit: usize) -> ApiError {
    unreadable(StatusCode::PAYLOAD_TOO_LARGE, "request.too_large", api::body::too_long(limit))
}

fn malformed(error: &JsonError, limit: usize) -> ApiError {
    let detail = match error {
        JsonError::TooMany => {
            return unreadable(
                StatusCode::PAYLOAD_TOO_LARGE,
                "request.too_large",
                api::body::too_many_values(limit / BYTES_PER_VALUE),
            );
        }
        JsonError::NoObject => api::body::NOT_AN_OBJECT,
        JsonError::At { line, column } => api::body::not_json(*line, *column),
    };
    ApiError::bad_request("request.malformed", detail)
}
