//! The header `Idempotency-Key`: a request that is sent again, because its response was lost, is stored only once.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use aws_lc_rs::digest;
use futures_util::future::{Ready, ready};
use messages::api;
use serde::Serialize;
use store::IdempotencyKey;

use crate::http::error::ApiError;

/// The longest key, in characters.
const LONGEST: usize = 255;

/// The key that came with a request, if one did; validated when the handler asks.
pub struct RequestKey(Option<Result<String, ApiError>>);

impl RequestKey {
    /// The key, together with a hash of what was sent.
    ///
    /// # Errors
    ///
    /// 400 where it isn't 1 to 255 visible ASCII characters.
    pub fn validate(self, body_hash: [u8; 32]) -> Result<Option<IdempotencyKey>, ApiError> {
        let key = self.0.transpose()?;
        Ok(key.map(|key| IdempotencyKey { key, body_hash }))
    }
}

/// A hash of a request's body, whatever its spaces and the order of its fields.
pub fn hash(body: &impl Serialize) -> [u8; 32] {
    // A body that came as JSON always has a JSON form, and the hash this length.
    let json = serde_json::to_vec(body).unwrap_or_default();
    let hash = digest::digest(&digest::SHA256, &json);
    hash.as_ref().try_into().unwrap_or_default()
}

impl FromRequest for RequestKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut keys = request.headers().get_all("idempotency-key");
        let key = keys.next().map(|key| {
            let key = key.to_str().unwrap_or_default();
            let good = (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
            if good && keys.next().is_none() {
                Ok(key.to_owned())
            } else {
                Err(ApiError::bad_request(
                    "idempotency_key.malformed",
                    api::idempotency_key::MALFORMED,
                ))
            }
        });
        ready(Ok(Self(key)))
    }
}
