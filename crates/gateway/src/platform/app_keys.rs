//! Tokens signed by an app, verified by its keyset.

use actix_web::HttpRequest;
use domain::App;
use lti13::{
    KeySet,
    jose::{Algorithm, JoseError},
    services::TokenError,
};

use crate::{request::admission::wait_without_permit, services::document_cache::KeyError, state::AppState};

/// Why nothing is verified.
#[derive(Debug)]
pub(super) enum AppKeysError {
    /// The app has no `keyset_url`.
    NoKeyset,
    /// The keyset can't be fetched or read.
    Keyset(KeyError),
    /// The token breaks a rule.
    Token(TokenError),
    /// Too much is in progress.
    Busy,
}

/// Verifies by the keys of the app. Where none of them made the signature, the app may have new ones: then they are asked for once more.
pub(super) async fn verify_by_app_keys<T>(
    request: &HttpRequest,
    app: &AppState,
    signer: &App,
    algorithm: Algorithm,
    verify: impl Fn(&KeySet) -> Result<T, TokenError>,
) -> Result<T, AppKeysError> {
    let url = signer.keyset_url.as_ref().ok_or(AppKeysError::NoKeyset)?;
    let keys = wait_without_permit(request, app.app_keys.with_key(url, "")).await;
    let keys = keys.map_err(|_busy| AppKeysError::Busy)?.map_err(AppKeysError::Keyset)?;
    let verify = |keys: &crate::services::app_keys::AppKeys| {
        let keys = keys.by_algorithm(algorithm);
        keys.map_or(Err(TokenError::from(JoseError::Signature)), &verify)
    };
    match verify(&keys) {
        Err(TokenError::Jose(JoseError::KeyNotFound { .. } | JoseError::Signature)) => {
            let newer = wait_without_permit(request, app.app_keys.newer_than(url, &keys)).await;
            let newer = newer.map_err(|_busy| AppKeysError::Busy)?;
            verify(newer.as_ref().unwrap_or(&keys)).map_err(AppKeysError::Token)
        }
        verified => verified.map_err(AppKeysError::Token),
    }
}
