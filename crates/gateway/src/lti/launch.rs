//! `POST /lti/launch`: the authentication response (1EdTech Security Framework 1.0, section 5.1.1.3).

use ::lti::{
    AuthenticationResponse, Evidence, Launch, LoginState, Policy, Refusal, Rule, Stage, header as id_token_header, verify,
};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use domain::AcceptedLaunch;
use store::RecordedLaunch;

use super::{
    attempt::Attempt,
    form::LtiForm,
    hand_over, key_set, login,
    refusal::{Refuse as _, internal, store_failed},
    registration::{self, Registered},
};
use crate::{language::Language, state::AppState};

/// Validates a launch and hands it over to the app.
pub(super) async fn launch(request: HttpRequest, form: LtiForm, state: web::Data<AppState>) -> HttpResponse {
    let mut attempt = Attempt::begin(&state);
    match finish(&state, &request, &form, &mut attempt).await {
        Ok(handed_over) => handed_over,
        Err(refusal) => attempt.refuse(&state, &request, &refusal).await,
    }
}

async fn finish(state: &AppState, request: &HttpRequest, form: &LtiForm, attempt: &mut Attempt) -> Result<HttpResponse, Refusal> {
    let response = AuthenticationResponse::parse(form.pairs().map_err(|refusal| refusal.at(Stage::Response))?)?;
    attempt.checks.pass(Rule::MissingParameter, Evidence::none());
    let (login, id_token) = match response {
        AuthenticationResponse::IdToken {
            state: sealed, id_token, ..
        } => (open_state(state, &sealed, attempt)?, id_token),
        AuthenticationResponse::Error {
            error, state: sealed, ..
        } => {
            if let Some(sealed) = sealed {
                open_state(state, &sealed, attempt)?;
            }
            return Err(Refusal::from_platform_error(&error));
        }
    };
    recognise_browser(state, request, &login, attempt)?;
    let launch = verify_id_token(state, &login, &id_token, attempt).await?;
    attempt.verified(&launch, state.config.dev);

    let Registered { registration, app } = registration::of_launch(state, &login, &launch, attempt).await?;
    let policy = Policy {
        allow_anonymous: registration.allow_anonymous,
        deep_linking: app.deep_linking,
    };
    launch.admit(&policy, &mut attempt.checks)?;
    record(state, &login, &launch, &registration, attempt).await?;
    let language = Language::of(launch.locale().as_deref(), request);
    let page =
        hand_over::page(state, app, &login, &registration, &launch, language, attempt).map_err(|error| internal(&error))?;
    state.metrics.launch_accepted();
    tracing::info!(reference = %attempt.reference, app = app.id, "launch handed over");
    Ok(HttpResponse::Ok()
        .insert_header((header::SET_COOKIE, login::cookie(state, &login, "", 0)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(page))
}

fn open_state(state: &AppState, sealed: &str, attempt: &mut Attempt) -> Result<LoginState, Refusal> {
    let login = LoginState::open(sealed, &state.state_keys, attempt.now())?;
    attempt.issuer = Some(login.platform.issuer.clone());
    attempt.client_id = Some(login.platform.client_id.clone());
    attempt.checks.pass(Rule::State, Evidence::none());
    Ok(login)
}

/// Login CSRF ends here: the state belongs to the browser that began the login.
fn recognise_browser(state: &AppState, request: &HttpRequest, login: &LoginState, attempt: &mut Attempt) -> Result<(), Refusal> {
    let name = login.cookie_name(state.config.server.public_url.starts_with("https://"));
    let cookie = request.cookie(&name).ok_or_else(|| Refusal::new(Rule::CookieMissing))?;
    attempt
        .checks
        .judge(login.matches_browser(cookie.value()), Rule::CookieMismatch, Evidence::none())
}

async fn verify_id_token(state: &AppState, login: &LoginState, id_token: &str, attempt: &mut Attempt) -> Result<Launch, Refusal> {
    let kid = id_token_header(id_token)?.kid;
    let keyset_url = &login.platform.keyset_url;
    let keys = match state.key_sets.with_key(keyset_url, &kid).await {
        Ok(keys) => keys,
        Err(fault) => return Err(key_set::refusal(&fault, &kid)),
    };
    let key = keys.require(&kid, &mut attempt.checks)?;
    verify(id_token, key, &login.expected(attempt.now()), &mut attempt.checks)
}

/// One row is the replay guard, the record and the diagnostics; a deletion under way wins against it.
async fn record(
    state: &AppState,
    login: &LoginState,
    launch: &Launch,
    registration: &domain::LaunchRegistration,
    attempt: &Attempt,
) -> Result<(), Refusal> {
    let mut checks = attempt.checks.clone();
    checks.pass(Rule::Replayed, Evidence::none());
    checks.pass(Rule::Unexpected, Evidence::none());
    let accepted = AcceptedLaunch {
        reference: attempt.reference.clone(),
        at: attempt.at,
        tenant_id: registration.tenant_id,
        registration_id: registration.id,
        deployment_id: launch.deployment_id.clone(),
        message_type: launch.message.message_type().to_owned(),
        state_id: login.id,
        checks: Attempt::checks_json(checks),
    };
    match state
        .store
        .record_launch(&accepted)
        .await
        .map_err(|error| store_failed(&error))?
    {
        RecordedLaunch::Recorded => Ok(()),
        RecordedLaunch::Replayed => Err(Refusal::new(Rule::Replayed)),
        RecordedLaunch::RegistrationGone => Err(Refusal::new(Rule::RegistrationDeleted)),
    }
}
