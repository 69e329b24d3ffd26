//! The body of a form post, and other bodies that have arrived already.

use actix_web::{dev::Payload, web::BytesMut};
use futures_util::StreamExt as _;

/// Why there is no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormError {
    /// It breaks off.
    Broken,
    /// It is longer than it may be.
    TooLong,
    /// Another kind of body.
    NotForm,
}

/// The undecoded parameters of a form, of `limit` bytes at the most. `content_type` is that of the request.
///
/// # Errors
///
/// [`FormError`].
pub async fn read_form(payload: Payload, content_type: &str, limit: usize) -> Result<BytesMut, FormError> {
    let form = read_bytes(payload, limit).await?;
    match content_type {
        "application/x-www-form-urlencoded" => Ok(form),
        _ => Err(FormError::NotForm),
    }
}

/// A body of whatever kind, of `limit` bytes at the most.
///
/// # Errors
///
/// [`FormError::Broken`], [`FormError::TooLong`].
pub async fn read_bytes(mut payload: Payload, limit: usize) -> Result<BytesMut, FormError> {
    let mut form = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let Ok(chunk) = chunk else {
            return Err(FormError::Broken);
        };
        if form.len() + chunk.len() > limit {
            return Err(FormError::TooLong);
        }
        form.extend_from_slice(&chunk);
    }
    Ok(form)
}
