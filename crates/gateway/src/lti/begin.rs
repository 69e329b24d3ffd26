//! Answers a login initiation: finds the registration, and binds the browser by a cookie, and by the LMS's storage too if it offers
//! one.

use actix_web::{HttpResponse, http::header};
use domain::{OwnHint, OwnTerm, Refusal, Rule};
use lti13::{
    Evidence, Stage, Term, Value,
    tool::{LoginInitiation, StartedLogin, ToolRegistration},
};
use store::IssuerPlatform;

use super::{
    authentication::redirect_to_platform,
    context::LaunchContext,
    cookie,
    failure::store_failed,
    pages::storage::{form_to_probe, put_page},
};
use crate::services::random;

/// The longest login that travels in an address: reverse proxies refuse those beyond 8 kB. Longer ones travel in a form.
const LONGEST_IN_ADDRESS: usize = 6000;

/// Begins a login. `probing`: whether the cookie comes back is seen before the LMS is asked.
pub(super) async fn begin(
    initiation: LoginInitiation,
    probing: bool,
    context: &mut LaunchContext<'_>,
) -> Result<HttpResponse, Refusal> {
    context.issuer = Some(initiation.iss.clone());
    context.client_id.clone_from(&initiation.client_id);
    let registration = find_registration(&initiation, context).await?;
    start(initiation, &registration, None, probing, context)
}

/// Starts a login at this registration. The note travels with it.
pub(super) fn start(
    initiation: LoginInitiation,
    registration: &ToolRegistration,
    note: Option<String>,
    probing: bool,
    context: &LaunchContext<'_>,
) -> Result<HttpResponse, Refusal> {
    let app = context.app;
    let (login, secret) = StartedLogin::new(registration, initiation, &random::bytes(), context.now());
    let login = match note {
        Some(note) => login.with_note(note),
        None => login,
    };
    app.metrics.count_login();
    let mut answer = match login.pending().put_request(&secret) {
        Some(put) => put_page(context, &login, &put)?,
        None if probing => send_to_probe(context, &login)?,
        None => redirect_to_platform(app, &login),
    };
    cookie::set(&mut answer, app, login.pending(), &secret);
    if probing {
        cookie::set_login(&mut answer, app, &login);
    }
    Ok(answer)
}

/// Sends the browser to where its cookie is looked for.
fn send_to_probe(context: &LaunchContext<'_>, login: &StartedLogin) -> Result<HttpResponse, Refusal> {
    let app = context.app;
    let sealed = login.seal(&app.state_keys, random::bytes());
    if sealed.len() > LONGEST_IN_ADDRESS {
        return form_to_probe(context, sealed);
    }
    let address = app.public_url(&format!("/lti/login/probe?login={sealed}"));
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, address))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish())
}

/// The registration that the login names, or without a client ID the one that its issuer and deployment tell.
async fn find_registration(initiation: &LoginInitiation, context: &LaunchContext<'_>) -> Result<ToolRegistration, Refusal> {
    let store = &context.app.store;
    let (issuer, deployment_id) = (&initiation.iss, initiation.lti_deployment_id.as_deref());
    let found = match &initiation.client_id {
        Some(client_id) => {
            let found = store.find_platform(issuer, client_id).await;
            found.map(|platform| platform.map_or(IssuerPlatform::Unknown, |only| IssuerPlatform::Only(Box::new(only))))
        }
        None => store.find_platform_by_issuer(issuer, deployment_id).await,
    };
    match found.map_err(|error| store_failed(&error))? {
        IssuerPlatform::Only(registration) => Ok(*registration),
        IssuerPlatform::Unknown => Err(not_registered(initiation, context).await?),
        IssuerPlatform::Ambiguous => Err(Refusal::new(lti13::Rule::MissingParameter).about("client_id").with(
            Evidence::expected(OwnTerm::ClientIdOfSeveral)
                .and_seen(Term::Absent)
                .and_hint(OwnHint::ClientIdInAddress),
        )),
    }
}

async fn not_registered(initiation: &LoginInitiation, context: &LaunchContext<'_>) -> Result<Refusal, Refusal> {
    let deleted = match &initiation.client_id {
        Some(client_id) => context.app.store.was_deleted(&initiation.iss, client_id).await,
        None => Ok(false),
    };
    let rule = if deleted.map_err(|error| store_failed(&error))? {
        Rule::RegistrationDeleted
    } else {
        Rule::RegistrationUnknown
    };
    let seen = Value::client(&initiation.iss, initiation.client_id.as_deref());
    Ok(Refusal::new(rule).at(Stage::Login).with(Evidence::seen(seen)))
}
