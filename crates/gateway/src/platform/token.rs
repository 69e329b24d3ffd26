//! `POST /platform/token`: access tokens by client credentials (RFC 6749, section 4.4), by `private_key_jwt` only (RFC 7523; 1EdTech
//! Security Framework 1.0, section 4.1).

use std::borrow::Cow;

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use aws_lc_rs::digest;
use domain::{App, AppDeploymentId, Service};
use lti13::{
    LEEWAY_SECONDS,
    services::{
        TokenError,
        access_token::{TokenRequest, TokenRequestError},
        assertion::{AssertionPolicy, UnverifiedAssertion, VerifiedAssertion},
    },
};
use serde::Serialize;
use store::StoreError;
use time::OffsetDateTime;
use uuid::Uuid;

use super::app_keys::{AppKeysError, verify_by_app_keys};
use crate::{
    http::{error::RETRY_AFTER, json::BODY_LIMIT},
    request::form::{FormError, read_form},
    services::app_tokens::{self, AppToken},
    state::AppState,
    telemetry::log::log_store_error,
};

/// RFC 6749, section 5.1.
#[derive(Serialize)]
struct TokenAnswer<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    scope: &'a str,
}

/// RFC 6749, section 5.2.
#[derive(Serialize)]
struct ErrorAnswer {
    error: &'static str,
    error_description: String,
}

/// Why there is no token. The description is for the developer of the app, in ASCII.
#[derive(Debug)]
struct OAuthError {
    status: StatusCode,
    error: &'static str,
    description: String,
}

/// Issues an access token to the app that the assertion proves.
pub(super) async fn issue_token(request: HttpRequest, payload: web::Payload, app: web::Data<AppState>) -> HttpResponse {
    match answer(&request, payload, &app).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::info!(
                error = error.error,
                description = error.description,
                "an access token was refused"
            );
            error.response(&request)
        }
    }
}

/// Tokens are asked for by POST (RFC 6749, section 3.2).
pub(super) async fn other_method(request: HttpRequest) -> HttpResponse {
    let error = OAuthError::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "the method must be POST");
    let mut response = error.response(&request);
    response
        .headers_mut()
        .insert(header::ALLOW, header::HeaderValue::from_static("POST"));
    response
}

async fn answer(request: &HttpRequest, payload: web::Payload, app: &AppState) -> Result<HttpResponse, OAuthError> {
    let form = read_form(payload.into_inner(), request.content_type(), BODY_LIMIT).await?;
    let pairs = || form_urlencoded::parse(&form);
    let token_request = TokenRequest::parse(pairs())?;
    let assertion = UnverifiedAssertion::parse(&token_request.assertion)?;
    validate_client_id(pairs(), assertion.client_id())?;
    let caller = app.apps.find_client(assertion.client_id());
    let caller = caller.ok_or_else(|| OAuthError::invalid_client("there is no app with this client ID"))?;
    let verified = verify(request, app, caller, &assertion).await?;
    use_up(app, &verified).await?;
    let token = AppToken {
        app_id: caller.id.clone(),
        deployment: find_deployment(app, caller, verified.deployment_id.as_deref()).await?,
        services: grant(caller, &token_request.scopes)?,
    };
    let scope: Vec<_> = token.services.iter().map(|service| service.scope()).collect();
    let issued = app.app_tokens.issue(&token, app.clock.unix());
    let issued = issued.map_err(|_| OAuthError::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "internal error"))?;
    tracing::info!(app = caller.id, "an access token was issued");
    let mut response = HttpResponse::Ok();
    Ok(uncached(&mut response).json(TokenAnswer {
        access_token: &issued,
        token_type: "Bearer",
        expires_in: app_tokens::LIFETIME,
        scope: &scope.join(" "),
    }))
}

/// A `client_id` beside the assertion must be the same (RFC 7521, section 4.2).
fn validate_client_id<'a>(
    mut pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    client_id: &str,
) -> Result<(), OAuthError> {
    match pairs.any(|(name, value)| name == "client_id" && !value.is_empty() && value != client_id) {
        true => Err(OAuthError::invalid_client("client_id is not the iss of the assertion")),
        false => Ok(()),
    }
}

async fn verify(
    request: &HttpRequest,
    app: &AppState,
    caller: &App,
    assertion: &UnverifiedAssertion<'_>,
) -> Result<VerifiedAssertion, OAuthError> {
    let (token_url, issuer) = (app.public_url("/platform/token"), &app.config.server.public_url);
    let policy = AssertionPolicy {
        client_id: &caller.client_id,
        audiences: &[&token_url, issuer],
        now: app.clock.unix(),
    };
    let verify = |keys: &lti13::KeySet| assertion.verify(keys, &policy);
    verify_by_app_keys(request, app, caller, assertion.algorithm(), verify)
        .await
        .map_err(|error| match error {
            AppKeysError::NoKeyset => OAuthError::invalid_client("the app has no keyset_url"),
            AppKeysError::Keyset(error) => {
                OAuthError::invalid_client(format!("the keyset of the app can't be fetched or read: {error}"))
            }
            AppKeysError::Token(error) => error.into(),
            AppKeysError::Busy => OAuthError::unavailable(),
        })
}

/// An assertion counts once, also when several instances get it at once.
async fn use_up(app: &AppState, verified: &VerifiedAssertion) -> Result<(), OAuthError> {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(b"lms-gateway app assertion 1");
    for part in [&verified.client_id, &verified.jti] {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let id: [u8; 32] = hash.finish().as_ref().try_into().unwrap_or_default();
    let expires_at = OffsetDateTime::from_unix_timestamp(verified.expires_at.saturating_add(LEEWAY_SECONDS));
    let expires_at = expires_at.map_err(|_| OAuthError::invalid_client("exp is no time"))?;
    match app.store.use_assertion(id, expires_at).await? {
        true => Ok(()),
        false => Err(OAuthError::invalid_client("the assertion was used before: its jti isn't new")),
    }
}

/// The deployment that the assertion is about, which a live registration of the app must have.
async fn find_deployment(
    app: &AppState,
    caller: &App,
    deployment_id: Option<&str>,
) -> Result<Option<AppDeploymentId>, OAuthError> {
    let Some(deployment_id) = deployment_id else { return Ok(None) };
    let unknown = || {
        let description = "the deployment_id of the assertion is no deployment of this app";
        OAuthError::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    };
    // The hyphenated form only, as registrations have it.
    let id = Uuid::try_parse(deployment_id).ok();
    let id = id
        .filter(|id| id.hyphenated().to_string() == deployment_id)
        .ok_or_else(unknown)?;
    let deployment = AppDeploymentId(id);
    match app.store.has_app_deployment(&caller.id, deployment).await? {
        true => Ok(Some(deployment)),
        false => Err(unknown()),
    }
}

/// The services whose scopes are asked for, as far as the app has them.
fn grant(caller: &App, scopes: &[String]) -> Result<std::collections::BTreeSet<Service>, OAuthError> {
    let services = scopes.iter().filter_map(|scope| Service::from_scope(scope));
    let granted: std::collections::BTreeSet<_> = services.filter(|service| caller.may_use(*service)).collect();
    if granted.is_empty() {
        let description = "the app has none of these scopes";
        return Err(OAuthError::new(StatusCode::BAD_REQUEST, "invalid_scope", description));
    }
    Ok(granted)
}

/// RFC 6749, section 5.1.
fn uncached(response: &mut actix_web::HttpResponseBuilder) -> &mut actix_web::HttpResponseBuilder {
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::PRAGMA, "no-cache"))
}

impl OAuthError {
    fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self {
            status,
            error,
            description: description.into(),
        }
    }

    fn invalid_client(description: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }

    fn unavailable() -> Self {
        let description = "try again in a moment";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", description)
    }

    fn response(&self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        // RFC 6749, section 5.2: by the scheme that the client used.
        if self.status == StatusCode::UNAUTHORIZED && request.headers().contains_key(header::AUTHORIZATION) {
            response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"lms-gateway\""));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
        }
        let allowed = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
        uncached(&mut response).json(ErrorAnswer {
            error: self.error,
            error_description: self.description.chars().filter(allowed).collect(),
        })
    }
}

impl From<FormError> for OAuthError {
    fn from(error: FormError) -> Self {
        let description = match error {
            FormError::Broken => "the body broke off",
            FormError::TooLong => "the body is too long",
            FormError::NotForm => "the body must be application/x-www-form-urlencoded",
        };
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }
}

impl From<TokenRequestError> for OAuthError {
    fn from(error: TokenRequestError) -> Self {
        let status = match error {
            TokenRequestError::InvalidClient => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        Self::new(status, error.code(), error.to_string())
    }
}

impl From<TokenError> for OAuthError {
    fn from(error: TokenError) -> Self {
        Self::invalid_client(format!("client_assertion: {error}"))
    }
}

impl From<StoreError> for OAuthError {
    fn from(error: StoreError) -> Self {
        log_store_error(&error, "the database can't answer");
        Self::unavailable()
    }
}
