//! `GET|POST /lti/login`: third-party initiated login (1EdTech Security Framework 1.0, section 5.1.1.1).

use std::borrow::Cow;

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::Cookie,
    http::{
        Method,
        header::{self, HeaderValue},
    },
    web,
};
use lti13::{
    Evidence, Hint, LoginRequest, LoginState, Platform, Refusal, Rule, STATE_LIFETIME_SECONDS, Stage, Term, UnspentLogin, Value,
    authentication_request,
};
use store::IssuerPlatform;

use super::{attempt::Attempt, form::LtiForm, probe, refusal::store_failed, storage};
use crate::{random, state::AppState};

/// Begins a launch: sends the browser to the LMS's authentication URL.
pub(super) async fn login(request: HttpRequest, form: LtiForm, state: web::Data<AppState>) -> HttpResponse {
    let mut attempt = Attempt::begin(&state);
    match receive(&state, &request, &form, &mut attempt).await {
        Ok(answer) => answer,
        Err(refusal) => attempt.refuse(&state, &request, &refusal).await,
    }
}

async fn receive(
    state: &AppState,
    request: &HttpRequest,
    form: &LtiForm,
    attempt: &mut Attempt,
) -> Result<HttpResponse, Refusal> {
    let login = LoginRequest::parse(client_in_address(request, form.pairs()?.collect()))?;
    let probing = destination(request) == Some("iframe");
    begin(state, request, login, probing, attempt).await
}

/// An LMS that posts no client ID, or an empty one, can have it in the login URL that its administrator enters:
/// `/lti/login?client_id=…`.
fn client_in_address<'a>(
    request: &'a HttpRequest,
    mut pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
    let is_client = |(name, _): &(Cow<'_, str>, Cow<'_, str>)| name == "client_id";
    let names_client = |pair: &(Cow<'_, str>, Cow<'_, str>)| is_client(pair) && !pair.1.is_empty();
    if request.method() == Method::POST && !pairs.iter().any(names_client) {
        // An empty one beside it would be a second.
        pairs.retain(|pair| !is_client(pair));
        pairs.extend(form_urlencoded::parse(request.query_string().as_bytes()).filter(is_client));
    }
    pairs
}

/// Begins a login: binds the browser by a cookie, and where the LMS offers storage, by that too. `probing`: whether the cookie comes
/// back is seen before the LMS is asked.
pub(super) async fn begin(
    state: &AppState,
    request: &HttpRequest,
    login: LoginRequest,
    probing: bool,
    attempt: &mut Attempt,
) -> Result<HttpResponse, Refusal> {
    attempt.issuer = Some(login.iss.clone());
    attempt.client_id.clone_from(&login.client_id);
    let platform = find_platform(state, &login).await?;

    let (begun, secret) = LoginState::new(&platform, &login, &random::bytes(), attempt.now());
    let cookie = cookie(state, &begun, secret.as_str(), STATE_LIFETIME_SECONDS);
    let put = begun.put_request(&secret);
    let unspent = UnspentLogin {
        request: login,
        state: begun,
    };
    state.metrics.login_begun();
    let mut answer = match put {
        Some(put) => storage::put_page(state, request, &unspent, &put)?,
        None if probing => probe::send(state, request, &unspent)?,
        None => ask_lms(state, &unspent),
    };
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// Sends the browser to the LMS's authentication URL. The launch is spent from here on.
pub(super) fn ask_lms(state: &AppState, unspent: &UnspentLogin) -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, authentication_url(state, unspent)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// The authentication request of this login, as a URL.
pub(super) fn authentication_url(state: &AppState, unspent: &UnspentLogin) -> String {
    let UnspentLogin { request, state: begun } = unspent;
    let sealed = begun.seal(&state.state_keys, random::bytes());
    let redirect_uri = state.public_url("/lti/launch");
    authentication_request(&begun.platform, &redirect_uri, request, &sealed, &begun.nonce).into()
}

/// The cookie of one login: its own name, so that parallel launches don't disturb each other; partitioned (CHIPS), so that it is kept
/// in an LMS's frame where third-party cookies are blocked. `seconds` of 0 clears it.
pub(super) fn cookie(state: &AppState, login: &LoginState, value: &str, seconds: i64) -> String {
    let name = cookie_name(state, login);
    format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=None; Partitioned")
}

/// The cookie of this login, as the browser brings it back.
pub(super) fn cookie_of(state: &AppState, request: &HttpRequest, login: &LoginState) -> Option<Cookie<'static>> {
    request.cookie(&cookie_name(state, login))
}

fn cookie_name(state: &AppState, login: &LoginState) -> String {
    login.cookie_name(state.config.server.public_url.starts_with("https://"))
}

/// What the browser wants the answer for: `iframe`, `document` … (Fetch Metadata). `None`: the browser doesn't say.
pub(super) fn destination(request: &HttpRequest) -> Option<&str> {
    request.headers().get("sec-fetch-dest")?.to_str().ok()
}

/// The platform that the login names, or without a client ID the one that its issuer and deployment tell.
async fn find_platform(state: &AppState, login: &LoginRequest) -> Result<Platform, Refusal> {
    let (issuer, deployment_id) = (&login.iss, login.lti_deployment_id.as_deref());
    let found = match &login.client_id {
        Some(client_id) => {
            let found = state.store.find_platform(issuer, client_id).await;
            found.map(|platform| platform.map_or(IssuerPlatform::Unknown, |only| IssuerPlatform::Only(Box::new(only))))
        }
        None => state.store.find_platform_of_issuer(issuer, deployment_id).await,
    };
    match found.map_err(|error| store_failed(&error))? {
        IssuerPlatform::Only(platform) => Ok(*platform),
        IssuerPlatform::Unknown => Err(not_registered(state, login).await?),
        IssuerPlatform::Ambiguous => Err(Refusal::new(Rule::MissingParameter).about("client_id").with(
            Evidence::expected(Term::ClientIdOfSeveral)
                .and_seen(Term::Absent)
                .and_hint(Hint::ClientIdInAddress),
        )),
    }
}

async fn not_registered(state: &AppState, login: &LoginRequest) -> Result<Refusal, Refusal> {
    let deleted = match &login.client_id {
        Some(client_id) => state.store.was_deleted(&login.iss, client_id).await,
        None => Ok(false),
    };
    let rule = if deleted.map_err(|error| store_failed(&error))? {
        Rule::RegistrationDeleted
    } else {
        Rule::RegistrationUnknown
    };
    let seen = Value::client(&login.iss, login.client_id.as_deref());
    Ok(Refusal::new(rule).at(Stage::Login).with(Evidence::seen(seen)))
}
