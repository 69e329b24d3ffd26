//! `POST /lti/launch`: the authentication response (1EdTech Security Framework 1.0, section 5.1.1.3). `POST /lti/launch/confirm`: the
//! same, with the value from the LMS's storage.

use std::{borrow::Cow, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header},
    web,
};
use domain::{AcceptedLaunch, LaunchRegistration, Refusal, Rule, presets};
use lti13::{
    Checks, Evidence, KeySet, LaunchError, Stage,
    tool::{
        AuthenticationResponse, IdToken, Launch, LaunchOrigin, PendingLogin, Policy, RecognizedLogin, StorageConfirmation,
        ToolRegistration, VerifiedLaunch,
    },
};
use store::RecordedLaunch;

use super::{
    contest,
    context::{self, LaunchContext},
    cookie,
    failure::{internal, store_failed},
    form::LtiForm,
    hand_over, handshake, keyset, mistakes,
    pages::storage,
    resolve::{self, Registered},
    target,
};
use crate::{http::language, request::admission::wait_without_permit, state::AppState, telemetry::log::chain};

/// Validates a launch and hands it over to the app.
pub(super) async fn launch(request: HttpRequest, form: LtiForm, app: web::Data<AppState>) -> HttpResponse {
    let mut context = LaunchContext::new(&app, &request);
    match answer(&form, &mut context).await {
        Ok(answer) => answer,
        Err(refusal) => context.refuse(&refusal).await,
    }
}

/// Answers requests other than POST: an LMS's error in the query (OpenID Connect Core, 3.1.2.6), or a mistake.
pub(super) async fn other_method(request: HttpRequest, form: LtiForm, app: web::Data<AppState>) -> HttpResponse {
    let names_error = |(name, value): (Cow<'_, str>, Cow<'_, str>)| name == "error" && !value.is_empty();
    if request.method() == Method::GET && form.pairs().is_ok_and(|mut pairs| pairs.any(names_error)) {
        launch(request, form, app).await
    } else {
        mistakes::method_not_allowed(request, app).await
    }
}

/// The same for a browser that kept no cookie, once the LMS's page gave back what it kept instead.
pub(super) async fn confirm(request: HttpRequest, form: LtiForm, app: web::Data<AppState>) -> HttpResponse {
    let mut context = LaunchContext::new(&app, &request);
    match answer_confirmation(&form, &mut context).await {
        Ok(handed_over) => handed_over,
        Err(refusal) => context.refuse(&refusal).await,
    }
}

async fn answer(form: &LtiForm, context: &mut LaunchContext<'_>) -> Result<HttpResponse, Refusal> {
    let response = AuthenticationResponse::parse(form.pairs().map_err(|refusal| refusal.at(Stage::Response))?);
    let response = response.map_err(|error| mistakes::explain(error, form, context.request))?;
    context.record.pass(lti13::Rule::MissingParameter, Evidence::none());
    let (state, id_token) = match response {
        AuthenticationResponse::IdToken { state, id_token, .. } => (state, id_token),
        AuthenticationResponse::Error { error, state, .. } => {
            let error = LaunchError::from_platform_error(&error);
            if let Some(state) = state {
                let login = open_state(&state, context)?;
                // In a frame the browser may have kept the LMS's cookies from the LMS too.
                if error.rule() == lti13::Rule::PlatformLoginRequired && cookie::destination(context.request) == Some("iframe") {
                    context.sealed_login = cookie::get_login(context, &login);
                }
            }
            return Err(error.into());
        }
    };
    let login = open_state(&state, context)?;
    // Another value than the login's is refused; where there is none, the LMS's storage may prove the browser.
    if let Some(cookie) = cookie::get(context, &login) {
        let login = login.recognize_by_cookie(cookie.value(), context.record.checks())?;
        return finish(&login, &id_token, context).await;
    }
    let Some(get) = login.get_request() else {
        return Err(not_recognized(&login, context).await);
    };
    let locale = check_ahead(&login, &id_token, context).await?;
    let language = language::of_request(locale.as_deref(), context.request);
    context.app.metrics.storage_asked();
    storage::get_page(context.app, language, &get, state, id_token)
}

async fn answer_confirmation(form: &LtiForm, context: &mut LaunchContext<'_>) -> Result<HttpResponse, Refusal> {
    let confirmation = StorageConfirmation::parse(form.pairs().map_err(|refusal| refusal.at(Stage::Response))?)?;
    context.record.pass(lti13::Rule::MissingParameter, Evidence::none());
    let login = open_state(&confirmation.state, context)?;
    storage::validate_own_page(context)?;
    let login = login.recognize_by_stored_value(confirmation.value.as_deref(), context.record.checks())?;
    finish(&login, &confirmation.id_token, context).await
}

/// The browser is recognized: verifies the id_token, finds the registration, records the launch, hands it over.
async fn finish(login: &RecognizedLogin, id_token: &str, context: &mut LaunchContext<'_>) -> Result<HttpResponse, Refusal> {
    let token = IdToken::parse(id_token)?;
    let now = context.now();
    let verify = |keys: &KeySet, checks: &mut Checks| login.verify(&token, keys, now, checks);
    let verified = with_keys(login.registration(), token.kid(), context, verify).await?;
    let origin = context.origin.insert(verified.origin()).clone();
    context.presentation = Some(origin.presentation.clone());
    if let Some(note) = login.note() {
        return contest::receive_proof(login, note, &origin, context).await;
    }

    let (registered, admitted) = match admit_cached(login, &verified, &origin, context).await? {
        Some(admitted) => admitted,
        None => {
            let registered = resolve::resolve(context, login, &origin).await?;
            let admitted = admit(login, &verified, &registered, context).await?;
            (registered, admitted)
        }
    };
    let page = hand_over::page(context, &registered, login.registration(), &admitted)
        .await
        .map_err(|error| internal(&error))?;
    let app = context.app;
    app.metrics.launch_accepted();
    tracing::info!(reference = %context.reference, app = registered.app.id, "launch handed over");
    let mut answer = HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(page);
    cookie::clear(&mut answer, context, login);
    Ok(answer)
}

/// The way of nearly all launches: the registration is cached, and the record's insert finds that it still takes them. Nothing is
/// refused because of what is cached: unless the database has spoken, everything else goes the long way.
async fn admit_cached<'a, 'l>(
    login: &RecognizedLogin,
    verified: &'l VerifiedLaunch,
    origin: &LaunchOrigin,
    context: &mut LaunchContext<'a>,
) -> Result<Option<(Registered<'a>, Admitted<'l>)>, Refusal> {
    let before = (context.record.clone(), context.registration);
    if let Some(Ok(registered)) = resolve::cached(context, login, origin).await {
        match admit(login, verified, &registered, context).await {
            Ok(admitted) => return Ok(Some((registered, admitted))),
            Err(refusal) if matches!(refusal.rule(), Rule::Lti(lti13::Rule::Replayed) | Rule::Unavailable) => {
                return Err(refusal);
            }
            Err(_) => {}
        }
    }
    (context.record, context.registration) = before;
    Ok(None)
}

/// A launch that the registration and its app take.
pub(super) struct Admitted<'l> {
    pub(super) launch: &'l Launch,
    /// The address of the app that it leads to.
    pub(super) target: String,
}

/// The launch, if the registration and its app take it; it is recorded then.
async fn admit<'a, 'l>(
    login: &RecognizedLogin,
    verified: &'l VerifiedLaunch,
    Registered { registration, app }: &Registered<'a>,
    context: &mut LaunchContext<'a>,
) -> Result<Admitted<'l>, Refusal> {
    let policy = Policy {
        allow_anonymous: registration.allow_anonymous,
        deep_linking: app.deep_linking,
    };
    let launch = verified.admit(&policy, context.record.checks())?;
    let target = target::resolve(context, app, launch)?;
    record(login, launch, registration, context).await?;
    Ok(Admitted { launch, target })
}

fn open_state(state: &str, context: &mut LaunchContext<'_>) -> Result<PendingLogin, Refusal> {
    let login = PendingLogin::open(state, &context.app.state_keys, context.now())?;
    context.set_login(&login);
    context.record.pass(lti13::Rule::State, Evidence::none());
    Ok(login)
}

/// Checks all that can be checked before the LMS's page is asked.
async fn check_ahead(login: &PendingLogin, id_token: &str, context: &mut LaunchContext<'_>) -> Result<Option<String>, Refusal> {
    let token = IdToken::parse(id_token)?;
    let now = context.now();
    let check_ahead = |keys: &KeySet, checks: &mut Checks| login.check_ahead(&token, keys, now, checks);
    with_keys(login.registration(), token.kid(), context, check_ahead).await
}

/// Verifies by the keyset of the LMS. Where the key of that id did not make the signature, the LMS may have put a new key under the old
/// id: then the keyset is asked once more.
async fn with_keys<T>(
    registration: &ToolRegistration,
    kid: &str,
    context: &mut LaunchContext<'_>,
    verify: impl Fn(&KeySet, &mut Checks) -> Result<T, LaunchError>,
) -> Result<T, Refusal> {
    let (app, url) = (context.app, &registration.keyset_url);
    let keys = wait_for_fetch(context, app.keysets.with_key(url, kid)).await?;
    let keys = keys.map_err(|error| keyset::refusal(&error, kid))?;
    let before = context.record.clone();
    let mut verified = verify(&keys, context.record.checks());
    if let Err(error) = &verified
        && error.rule() == lti13::Rule::Signature
        && let Some(newer) = wait_for_fetch(context, app.keysets.newer_than(url, &keys)).await?
    {
        context.record = before;
        verified = verify(&newer, context.record.checks());
    }
    verified.map_err(|error| {
        context.presentation = error.presentation().cloned();
        error.into()
    })
}

/// The browser brought no cookie of the login: it kept none, or a launch that went through took it away, and the page of that launch is
/// loaded again.
async fn not_recognized(login: &PendingLogin, context: &LaunchContext<'_>) -> Refusal {
    match context.app.store.is_state_used(login.id()).await {
        Ok(true) => Refusal::new(lti13::Rule::Replayed),
        Ok(false) => handshake::cookie_missing(),
        Err(error) => store_failed(&error),
    }
}

/// Waits for a keyset without a place among the launches in progress.
async fn wait_for_fetch<T>(context: &LaunchContext<'_>, fetch: impl Future<Output = T>) -> Result<T, Refusal> {
    let fetched = wait_without_permit(context.request, fetch).await;
    fetched.map_err(|_busy| Refusal::new(Rule::Unavailable))
}

/// One row is the replay guard, the record and the diagnostics; a deletion under way wins against it.
async fn record(
    login: &RecognizedLogin,
    launch: &Launch,
    registration: &LaunchRegistration,
    context: &LaunchContext<'_>,
) -> Result<(), Refusal> {
    let mut record = context.record.clone();
    record.pass(lti13::Rule::Replayed, Evidence::none());
    record.pass(Rule::Unexpected, Evidence::none());
    let accepted = AcceptedLaunch {
        reference: context.reference.clone(),
        at: context.at,
        tenant_id: registration.tenant_id,
        registration_id: registration.id,
        deployment_id: launch.deployment_id.clone(),
        signed_by_issuer: presets::signs_for_issuer(login.registration()),
        message_type: launch.message.message_type().to_owned(),
        state_id: login.id(),
        checks: context::json(&record),
    };
    let recorded = context.app.store.record_launch(&accepted).await;
    let recorded = recorded.map_err(|error| store_failed(&error))?;
    if recorded == RecordedLaunch::RecordedUnconfirmed {
        confirm_by_discovery(context.app, login.registration(), &accepted);
    }
    decide(recorded)
}

/// The keys aren't at the issuer's origin. If the issuer itself says that they are its own, the launch confirms its deployment. Nobody waits
/// for that.
fn confirm_by_discovery(app: &AppState, registration: &ToolRegistration, launch: &AcceptedLaunch) {
    if presets::owner_by_issuer(&registration.issuer).is_some() {
        return;
    }
    let (store, discovery, registration) = (app.store.clone(), Arc::clone(&app.issuer_discovery), registration.clone());
    let (id, deployment_id, at) = (launch.registration_id, launch.deployment_id.clone(), launch.at);
    actix_web::rt::spawn(async move {
        if discovery.names_keyset_of(&registration).await
            && let Err(error) = store.confirm_deployment(id, &deployment_id, at).await
        {
            tracing::warn!(error = %chain(&error), "that a launch confirmed its deployment couldn't be kept");
        }
    });
}

fn decide(recorded: RecordedLaunch) -> Result<(), Refusal> {
    match recorded {
        RecordedLaunch::Recorded | RecordedLaunch::RecordedUnconfirmed => Ok(()),
        RecordedLaunch::Replayed => Err(Refusal::new(lti13::Rule::Replayed)),
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
        assert_eq!(code(RecordedLaunch::RecordedUnconfirmed), None);
        assert_eq!(code(RecordedLaunch::Replayed), Some("launch_invalid.replayed"));
        assert_eq!(code(RecordedLaunch::RegistrationGone), Some("registration_not_found.deleted"));
    }
}
