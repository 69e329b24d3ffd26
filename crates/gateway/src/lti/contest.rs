//! The proof of a contest: a login with the contest's code is verified with the contest's values, and never becomes a launch of an app.
//! The verified launch of an administrator waits until the administrator confirms it, in a window of its own: `POST /lti/claim` shows
//! what is connected to whom, `POST /lti/claim/confirm` does it. Nothing here touches what the holder has before that.

use actix_web::{HttpRequest, HttpResponse, web};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Contest, ContestState, Refusal, RegistrationId, Rule, presets};
use lti13::{
    Evidence, Value,
    tool::{LaunchOrigin, LoginInitiation, RecognizedLogin, StartedLogin, ToolRegistration},
};
use store::{PendingProof, ProofError};
use uuid::Uuid;

use super::{
    begin::start,
    context::LaunchContext,
    cookie,
    failure::store_failed,
    form::LtiForm,
    pages::{claim, storage},
};
use crate::{services::contest_codes, state::AppState};

/// The code in the login URL: `/lti/login?claim=…`, also where the LMS posts the rest.
pub(super) fn code_in_address(request: &HttpRequest) -> Option<String> {
    form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == "claim")
        .map(|(_, code)| code.into_owned())
}

/// Begins the login of a proof, at the values of the contest with this code.
pub(super) async fn begin_proof(
    code: &str,
    initiation: LoginInitiation,
    probing: bool,
    context: &mut LaunchContext<'_>,
) -> Result<HttpResponse, Refusal> {
    context.issuer = Some(initiation.iss.clone());
    context.client_id.clone_from(&initiation.client_id);
    let note = note(code);
    let contest = find(&note, context).await?;
    let registration = &contest.new.lms.platform;
    let other_client = initiation.client_id.as_ref().is_some_and(|id| *id != registration.client_id);
    if initiation.iss != registration.issuer || other_client {
        let seen = Value::client(&initiation.iss, initiation.client_id.as_deref());
        return Err(Refusal::new(Rule::ContestClient).with(Evidence::seen(seen)));
    }
    start(initiation, registration, Some(note), probing, context)
}

/// Where a started login is the one of a proof: its registration and its note, to start it again.
pub(super) fn of_started(login: &StartedLogin) -> Option<(ToolRegistration, String)> {
    let login = login.pending();
    login.note().map(|note| (login.registration().clone(), note.to_owned()))
}

/// A verified launch of a contest. It proves something only by an administrator of the LMS, by the issuer's own keys, and of a client
/// that schools share only its deployment.
pub(super) async fn receive_proof(
    login: &RecognizedLogin,
    note: &str,
    origin: &LaunchOrigin,
    context: &mut LaunchContext<'_>,
) -> Result<HttpResponse, Refusal> {
    let contest = find(note, context).await?;
    let deployment_id = &origin.deployment_id;
    let record = &mut context.record;
    if !presets::signs_for_issuer(login.registration()) {
        return Err(record.fail(Rule::ContestKeyset, Evidence::none()));
    }
    if !origin.by_lms_administrator {
        return Err(record.fail(Rule::ContestRole, Evidence::none()));
    }
    if !contest.covers(deployment_id) {
        return Err(record.fail(Rule::ContestDeployment, Evidence::seen(deployment_id)));
    }
    let app = context.app;
    let proof = contest_codes::generate();
    let stored = app
        .store
        .store_proof(&contest, deployment_id, contest_codes::hash(&proof), context.at)
        .await
        .map_err(|error| store_failed(&error))?;
    if !stored {
        return Err(Refusal::new(Rule::ContestUnknown));
    }
    tracing::info!(reference = %context.reference, contest = %contest.id, "a proof waits for its confirmation");
    let mut answer = show(context, proof).await?;
    cookie::clear(&mut answer, context, login);
    Ok(answer)
}

/// Asks for the confirmation of a proof.
pub(super) async fn ask(request: HttpRequest, form: LtiForm, app: web::Data<AppState>) -> HttpResponse {
    let mut context = LaunchContext::new(&app, &request);
    context.is_contest = true;
    let shown = match read_proof(&form, &context) {
        Ok(proof) => show(&context, proof).await,
        Err(refusal) => Err(refusal),
    };
    match shown {
        Ok(answer) => answer,
        Err(refusal) => context.refuse(&refusal).await,
    }
}

/// Confirms a proof: the claim changes hands.
pub(super) async fn confirm(request: HttpRequest, form: LtiForm, app: web::Data<AppState>) -> HttpResponse {
    let mut context = LaunchContext::new(&app, &request);
    context.is_contest = true;
    match receive_confirmation(&form, &context).await {
        Ok(answer) => answer,
        Err(refusal) => context.refuse(&refusal).await,
    }
}

async fn receive_confirmation(form: &LtiForm, context: &LaunchContext<'_>) -> Result<HttpResponse, Refusal> {
    let proof = read_proof(form, context)?;
    let registration = RegistrationId(Uuid::now_v7());
    let confirmed = context
        .app
        .store
        .confirm_proof(contest_codes::hash(&proof), registration, context.at)
        .await;
    let PendingProof {
        contest, organization, ..
    } = confirmed.map_err(|error| match error {
        ProofError::NotFound => Refusal::new(Rule::ContestConfirmation),
        ProofError::Obstacle(_) => Refusal::new(Rule::ContestObstacle),
        ProofError::Store(error) => store_failed(&error),
    })?;
    tracing::info!(contest = %contest.id, registration = %registration, "a claim changed hands");
    claim::done_page(context, &organization)
}

/// The page that asks for the confirmation where the browser says that it fills a window; else the one that opens a window, since what
/// is in somebody's frame can be covered by other things to click on.
async fn show(context: &LaunchContext<'_>, proof: String) -> Result<HttpResponse, Refusal> {
    let pending = context.app.store.find_proof(contest_codes::hash(&proof), context.at).await;
    let pending = pending.map_err(|error| store_failed(&error))?;
    let pending = pending.ok_or_else(|| Refusal::new(Rule::ContestConfirmation))?;
    let fills_window = match cookie::destination(context.request) {
        Some(destination) => destination == "document",
        None => context.request.path() == "/lti/claim",
    };
    if fills_window {
        claim::confirm_page(context, &pending, proof)
    } else {
        claim::window_page(context, proof)
    }
}

/// The proof that a page of ours posted. Nobody else's page can do that in the administrator's name.
fn read_proof(form: &LtiForm, context: &LaunchContext<'_>) -> Result<String, Refusal> {
    let mut pairs = form.pairs()?;
    let proof = pairs.find(|(name, _)| name == "proof").map(|(_, proof)| proof.into_owned());
    proof
        .filter(|_| storage::is_from_own_page(context))
        .ok_or_else(|| Refusal::new(Rule::ContestConfirmation))
}

/// The note in the login of a proof: the hash by which the contest is found.
fn note(code: &str) -> String {
    URL_SAFE_NO_PAD.encode(contest_codes::hash(code))
}

/// The open contest of a login.
async fn find(note: &str, context: &LaunchContext<'_>) -> Result<Contest, Refusal> {
    let hash = URL_SAFE_NO_PAD.decode(note).ok().and_then(|hash| hash.try_into().ok());
    let hash = hash.ok_or_else(|| Refusal::new(Rule::ContestUnknown))?;
    let found = context.app.store.find_contest_by_code(hash).await;
    let contest = found.map_err(|error| store_failed(&error))?;
    let contest = contest.ok_or_else(|| Refusal::new(Rule::ContestUnknown))?;
    match contest.state(context.at) {
        ContestState::Open => Ok(contest),
        ContestState::Proven => Err(Refusal::new(Rule::ContestUsed)),
        ContestState::Expired => Err(Refusal::new(Rule::ContestExpired)),
    }
}
