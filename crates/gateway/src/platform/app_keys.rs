//! Tokens signed by an app, verified by its keyset.

use actix_web::HttpRequest;
use domain::{App, apps::INSPECTOR_ID};
use lti13::{
    KeySet,
    jose::{Algorithm, JoseError},
    services::TokenError,
};

use crate::{
    request::admission::wait_without_permit,
    services::{
        app_keys::AppKeys,
        document_cache::{CachedDocument as _, KeyError},
    },
    state::AppState,
};

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

/// The built-in app signs by the keys of launch tokens, whose issuer is the gateway: none of them passes for an answer of an app.
async fn inspector_keys(app: &AppState) -> Option<AppKeys> {
    let jwks = serde_json::to_vec(&app.signing_keys.launch_jwks().await).ok()?;
    AppKeys::parse(&jwks).ok()
}

/// Verifies by the keys of the app. Where none of them made the signature, the app may have new ones: then they are asked for once more.
pub(super) async fn verify_by_app_keys<T>(
    request: &HttpRequest,
    app: &AppState,
    signer: &App,
    algorithm: Algorithm,
    verify: impl Fn(&KeySet) -> Result<T, TokenError>,
) -> Result<T, AppKeysError> {
    if signer.id == INSPECTOR_ID {
        let keys = inspector_keys(app).await.ok_or(AppKeysError::NoKeyset)?;
        let keys = keys.by_algorithm(algorithm).ok_or(AppKeysError::NoKeyset)?;
        return verify(keys).map_err(AppKeysError::Token);
    }
    let url = signer.keyset_url.as_ref().ok_or(AppKeysError::NoKeyset)?;
    let keys = wait_without_permit(request, app.app_keys.with_key(url, "")).await;
    let keys = keys.map_err(|_busy| AppKeysError::Busy)?.map_err(AppKeysError::Keyset)?;
    let verify = |keys: &AppKeys| {
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
