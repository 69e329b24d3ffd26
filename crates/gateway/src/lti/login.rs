//! `GET|POST /lti/login`: third-party initiated login (1EdTech Security Framework 1.0, section 5.1.1.1).

use ::lti::{Evidence, LoginRequest, LoginState, Platform, Refusal, Rule, STATE_LIFETIME_SECONDS, Stage, authentication_request};
use actix_web::{HttpRequest, HttpResponse, http::header, web};

use super::{attempt::Attempt, form::LtiForm, refusal::Refuse as _};
use crate::{random, state::AppState};

/// Begins a launch: sends the browser to the LMS's authentication URL.
pub(super) async fn login(request: HttpRequest, form: LtiForm, state: web::Data<AppState>) -> HttpResponse {
    let mut attempt = Attempt::begin(&state);
    match begin(&state, &form, &mut attempt).await {
        Ok(redirect) => redirect,
        Err(refusal) => attempt.refuse(&state, &request, &refusal).await,
    }
}

async fn begin(state: &AppState, form: &LtiForm, attempt: &mut Attempt) -> Result<HttpResponse, Refusal> {
    let login = LoginRequest::parse(form.pairs()?)?;
    attempt.issuer = Some(login.iss.clone());
    attempt.client_id.clone_from(&login.client_id);
    let platform = find_platform(state, &login).await?;

    let (begun, secret) = LoginState::new(&platform, &login, &random::bytes(), attempt.now());
    let sealed = begun.seal(&state.state_keys, random::bytes());
    let redirect_uri = state.public_url("/lti/launch");
    let next = authentication_request(&platform, &redirect_uri, &login, &sealed, &begun.nonce);
    state.metrics.login_begun();
    Ok(HttpResponse::Found()
        .insert_header((header::LOCATION, next.as_str()))
        .insert_header((
            header::SET_COOKIE,
            cookie(state, &begun, secret.as_str(), STATE_LIFETIME_SECONDS),
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish())
}

/// The cookie of one login: its own name, so that parallel launches don't disturb each other; partitioned (CHIPS), so that it is kept
/// in an LMS's frame where third-party cookies are blocked. `seconds` of 0 clears it.
pub(super) fn cookie(state: &AppState, login: &LoginState, value: &str, seconds: i64) -> String {
    let name = login.cookie_name(state.config.server.public_url.starts_with("https://"));
    format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=None; Partitioned")
}

/// The platform that the login names. Without a client ID it is the issuer's only one, or the only one that knows the deployment.
async fn find_platform(state: &AppState, login: &LoginRequest) -> Result<Platform, Refusal> {
    let unavailable = |error| super::refusal::store_failed(&error);
    let mut known = state
        .store
        .find_platforms(&login.iss, login.client_id.as_deref())
        .await
        .map_err(unavailable)?;
    if known.len() > 1
        && let Some(deployment_id) = &login.lti_deployment_id
    {
        let of_deployment = state.store.find_platforms_of_deployment(&login.iss, deployment_id).await;
        known = of_deployment.map_err(unavailable)?;
    } else if known.is_empty() {
        return Err(not_registered(state, login).await?);
    }
    match known.pop() {
        Some(only) if known.is_empty() => Ok(only.platform),
        _ => Err(Refusal::new(Rule::MissingParameter)
            .about("client_id")
            .with(Evidence::expected("client_id, because this issuer has several").and_seen("absent"))),
    }
}

async fn not_registered(state: &AppState, login: &LoginRequest) -> Result<Refusal, Refusal> {
    let deleted = match &login.client_id {
        Some(client_id) => state.store.was_deleted(&login.iss, client_id).await,
        None => Ok(false),
    };
    let rule = if deleted.map_err(|error| super::refusal::store_failed(&error))? {
        Rule::RegistrationDeleted
    } else {
        Rule::RegistrationUnknown
    };
    let seen = format!(
        "issuer {}, client ID {}",
        login.iss,
        login.client_id.as_deref().unwrap_or("absent")
    );
    Ok(Refusal::new(rule).at(Stage::Login).with(Evidence::seen(seen)))
}
