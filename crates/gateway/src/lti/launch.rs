//! `POST /lti/launch`: the authentication response (1EdTech Security Framework 1.0, section 5.1.1.3). `POST /lti/launch/confirm`: the
//! same, after the LMS's storage was asked.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use domain::{AcceptedLaunch, presets};
use lti13::{
    AuthenticationResponse, Evidence, Launch, LoginState, Policy, Refusal, Rule, Stage, StorageConfirmation,
    header as id_token_header, verify,
};
use store::RecordedLaunch;

use super::{
    attempt::Attempt,
    form::LtiForm,
    hand_over, key_set, login, probe,
    refusal::{internal, store_failed},
    registration::{self, Registered},
    storage,
};
use crate::{language, state::AppState};

/// Validates a launch and hands it over to the app.
pub(super) async fn launch(request: HttpRequest, form: LtiForm, state: web::Data<AppState>) -> HttpResponse {
    let mut attempt = Attempt::begin(&state);
    match receive(&state, &request, &form, &mut attempt).await {
        Ok(answer) => answer,
        Err(refusal) => attempt.refuse(&state, &request, &refusal).await,
    }
}

/// The same for a browser that kept no cookie, once the LMS's page gave back what it kept instead.
pub(super) async fn confirm(request: HttpRequest, form: LtiForm, state: web::Data<AppState>) -> HttpResponse {
    let mut attempt = Attempt::begin(&state);
    match receive_confirmation(&state, &request, &form, &mut attempt).await {
        Ok(handed_over) => handed_over,
        Err(refusal) => attempt.refuse(&state, &request, &refusal).await,
    }
}

async fn receive(
    state: &AppState,
    request: &HttpRequest,
    form: &LtiForm,
    attempt: &mut Attempt,
) -> Result<HttpResponse, Refusal> {
    let response = AuthenticationResponse::parse(form.pairs().map_err(|refusal| refusal.at(Stage::Response))?)?;
    attempt.checks.pass(Rule::MissingParameter, Evidence::none());
    let (sealed, id_token) = match response {
        AuthenticationResponse::IdToken {
            state: sealed, id_token, ..
        } => (sealed, id_token),
        AuthenticationResponse::Error {
            error, state: sealed, ..
        } => {
            if let Some(sealed) = sealed {
                open_state(state, &sealed, attempt)?;
            }
            return Err(Refusal::from_platform_error(&error));
        }
    };
    let login = open_state(state, &sealed, attempt)?;
    if has_cookie(state, request, &login, attempt)? {
        return finish(state, request, &login, &id_token, attempt).await;
    }
    let get = login.get_request().ok_or_else(probe::cookie_missing)?;
    let launch = verify_id_token(state, &login, &id_token, attempt).await?;
    let language = language::of_request(launch.locale().as_deref(), request);
    state.metrics.storage_asked();
    storage::get_page(state, language, &get, sealed, id_token)
}

async fn receive_confirmation(
    state: &AppState,
    request: &HttpRequest,
    form: &LtiForm,
    attempt: &mut Attempt,
) -> Result<HttpResponse, Refusal> {
    let confirmation = StorageConfirmation::parse(form.pairs().map_err(|refusal| refusal.at(Stage::Response))?)?;
    attempt.checks.pass(Rule::MissingParameter, Evidence::none());
    let login = open_state(state, &confirmation.state, attempt)?;
    let judged = storage::judge(state, request, &login, confirmation.value.as_deref());
    attempt.checks.record(Rule::StorageMismatch, judged)?;
    finish(state, request, &login, &confirmation.id_token, attempt).await
}

/// The browser is recognised: verifies the id_token, finds the registration, records the launch, hands it over.
async fn finish(
    state: &AppState,
    request: &HttpRequest,
    login: &LoginState,
    id_token: &str,
    attempt: &mut Attempt,
) -> Result<HttpResponse, Refusal> {
    let launch = verify_id_token(state, login, id_token, attempt).await?;
    attempt.verified(&launch, state.config.dev);

    let Registered { registration, app } = match admit_remembered(state, login, &launch, attempt).await? {
        Some(registered) => registered,
        None => {
            let registered = registration::of_launch(state, login, &launch, attempt).await?;
            admit(state, login, &launch, &registered, attempt).await?;
            registered
        }
    };
    let language = language::of_request(launch.locale().as_deref(), request);
    let page = hand_over::page(state, app, login, &registration, &launch, language, attempt)
        .await
        .map_err(|error| internal(&error))?;
    state.metrics.launch_accepted();
    tracing::info!(reference = %attempt.reference, app = app.id, "launch handed over");
    Ok(HttpResponse::Ok()
        .insert_header((header::SET_COOKIE, login::cookie(state, login, "", 0)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(page))
}

/// The way of nearly all launches: the registration is remembered, and the record's insert finds that it still takes them. Nothing is
/// refused because of what is remembered: unless the database has spoken, everything else goes the long way.
async fn admit_remembered<'a>(
    state: &'a AppState,
    login: &LoginState,
    launch: &Launch,
    attempt: &mut Attempt,
) -> Result<Option<Registered<'a>>, Refusal> {
    let before = (attempt.checks.clone(), attempt.registration);
    if let Some(Ok(registered)) = registration::remembered(state, login, launch, attempt).await {
        match admit(state, login, launch, &registered, attempt).await {
            Ok(()) => return Ok(Some(registered)),
            Err(refusal) if matches!(refusal.rule(), Rule::Replayed | Rule::Unavailable) => {
                return Err(refusal);
            }
            Err(_) => {}
        }
    }
    (attempt.checks, attempt.registration) = before;
    Ok(None)
}

/// Whether the registration and its app take the launch; records it if so.
async fn admit(
    state: &AppState,
    login: &LoginState,
    launch: &Launch,
    Registered { registration, app }: &Registered<'_>,
    attempt: &mut Attempt,
) -> Result<(), Refusal> {
    let policy = Policy {
        allow_anonymous: registration.allow_anonymous,
        deep_linking: app.deep_linking,
    };
    launch.admit(&policy, &mut attempt.checks)?;
    record(state, login, launch, registration, attempt).await
}

fn open_state(state: &AppState, sealed: &str, attempt: &mut Attempt) -> Result<LoginState, Refusal> {
    let login = LoginState::open(sealed, &state.state_keys, attempt.now())?;
    attempt.issuer = Some(login.platform.issuer.clone());
    attempt.client_id = Some(login.platform.client_id.clone());
    attempt.checks.pass(Rule::State, Evidence::none());
    Ok(login)
}

/// Login CSRF ends here: the state belongs to the browser that began the login. Whether the browser brought the cookie at all; another
/// value than the login's is refused.
fn has_cookie(state: &AppState, request: &HttpRequest, login: &LoginState, attempt: &mut Attempt) -> Result<bool, Refusal> {
    let Some(cookie) = login::cookie_of(state, request, login) else {
        return Ok(false);
    };
    let matches = login.matches_browser(cookie.value());
    attempt.checks.judge(matches, Rule::CookieMismatch, Evidence::none())?;
    Ok(true)
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
        signed_by_issuer: presets::signs_for_issuer(&login.platform),
        message_type: launch.message.message_type().to_owned(),
        state_id: login.id,
        checks: Attempt::checks_json(&checks),
    };
    let recorded = state.store.record_launch(&accepted).await;
    decide(recorded.map_err(|error| store_failed(&error))?)
}

fn decide(recorded: RecordedLaunch) -> Result<(), Refusal> {
    match recorded {
        RecordedLaunch::Recorded => Ok(()),
        RecordedLaunch::Replayed => Err(Refusal::new(Rule::Replayed)),
        RecordedLaunch::RegistrationGone => Err(Refusal::new(Rule::RegistrationDeleted)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_launch_that_is_recorded_is_handed_over() {
        let code = |recorded| decide(recorded).err().map(|refusal| refusal.code());
        assert_eq!(code(RecordedLaunch::Recorded), None);
        assert_eq!(code(RecordedLaunch::Replayed), Some("launch_invalid.replayed"));
        assert_eq!(code(RecordedLaunch::RegistrationGone), Some("registration_not_found.deleted"));
    }
}
