//! Whether a browser keeps the cookie is seen before the LMS is asked, since LMSs such as Moodle let a launch be used once.
//!
//! `/lti/login/probe` sees it come back, or offers a window of its own, where it is no third-party cookie; `/lti/login/again` begins the
//! unspent login afresh, there or here.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use askama::Template;
use lti13::{Evidence, Family, Refusal, Rule, Term, UnspentLogin};
use messages::{Text, launch_page};

use super::{
    attempt::Attempt,
    form::LtiForm,
    login, page, refusal, storage,
    texts::{self, BrowserSteps},
};
use crate::{
    assets,
    browser::Browser,
    language::{self, Language},
    random,
    state::AppState,
};

/// The longest login that travels in an address: reverse proxies refuse those beyond 8 kB. Longer ones travel in a form.
const LONGEST_IN_ADDRESS: usize = 6000;

/// Sends the browser to where its cookie is looked for.
pub(super) fn send(state: &AppState, request: &HttpRequest, unspent: &UnspentLogin) -> Result<HttpResponse, Refusal> {
    let sealed = unspent.seal(&state.state_keys, random::bytes());
    if sealed.len() > LONGEST_IN_ADDRESS {
        return storage::form_to_probe(state, request, sealed);
    }
    let address = state.public_url(&format!("/lti/login/probe?login={sealed}"));
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, address))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish())
}

/// Sees whether the cookie of the login came back, and only then asks the LMS.
pub(super) async fn look(request: HttpRequest, form: LtiForm, state: web::Data<AppState>) -> HttpResponse {
    let mut attempt = Attempt::begin(&state);
    match look_for_cookie(&state, &request, &form, &mut attempt) {
        Ok(answer) => answer,
        Err(refusal) => attempt.refuse(&state, &request, &refusal).await,
    }
}

fn look_for_cookie(
    state: &AppState,
    request: &HttpRequest,
    form: &LtiForm,
    attempt: &mut Attempt,
) -> Result<HttpResponse, Refusal> {
    let unspent = open(state, form, attempt)?;
    let cookie = login::cookie_of(state, request, &unspent.state);
    if cookie.is_some_and(|cookie| unspent.state.matches_browser(cookie.value())) {
        return Ok(login::ask_lms(state, &unspent));
    }
    let sealed = unspent.seal(&state.state_keys, random::bytes());
    if login::destination(request) == Some("document") {
        // It has a window of its own already.
        attempt.unspent = Some(sealed);
        return Err(cookie_missing());
    }
    state.metrics.window_offered();
    offer_window(state, request, &unspent, sealed)
}

/// The browser brought no cookie of the login, and nothing else proves it.
pub(super) fn cookie_missing() -> Refusal {
    Refusal::new(Rule::CookieMissing).with(Evidence::expected(Term::LoginCookie).and_seen(Term::Absent))
}

/// Begins an unspent login afresh: another state, another cookie, nothing of the first attempt.
pub(super) async fn begin_again(request: HttpRequest, form: LtiForm, state: web::Data<AppState>) -> HttpResponse {
    let mut attempt = Attempt::begin(&state);
    let begun = match open(&state, &form, &mut attempt) {
        Ok(unspent) => {
            let own_window = login::destination(&request) == Some("document");
            let again = if own_window {
                unspent.in_own_window()
            } else {
                unspent.request
            };
            login::begin(&state, &request, again, true, &mut attempt).await
        }
        Err(refusal) => Err(refusal),
    };
    match begun {
        Ok(answer) => answer,
        Err(refusal) => attempt.refuse(&state, &request, &refusal).await,
    }
}

fn open(state: &AppState, form: &LtiForm, attempt: &mut Attempt) -> Result<UnspentLogin, Refusal> {
    let unspent = UnspentLogin::parse(form.pairs()?, &state.state_keys, attempt.now())?;
    attempt.issuer = Some(unspent.state.platform.issuer.clone());
    attempt.client_id = Some(unspent.state.platform.client_id.clone());
    Ok(unspent)
}

#[derive(Template)]
#[template(path = "window.html")]
struct Page {
    language: Language,
    /// How to let it open in the frame, and for which browser.
    allow: Text,
    action: String,
    /// The unspent login.
    login: String,
    steps: [BrowserSteps; 4],
    afterwards: Text,
    lms_address: String,
    css: String,
    script: String,
}

/// The page that offers a window of its own: a person's click may open one, a script may not.
fn offer_window(
    state: &AppState,
    request: &HttpRequest,
    unspent: &UnspentLogin,
    sealed: String,
) -> Result<HttpResponse, Refusal> {
    let language = language::of_request(None, request);
    let offer = Page {
        language,
        allow: texts::of_family(Family::CookiesNotFound).advice,
        action: state.public_url("/lti/login/again"),
        login: sealed,
        steps: texts::cookie_steps(Browser::of(request)),
        afterwards: launch_page::COME_BACK,
        lms_address: refusal::lms_address(Some(&unspent.state.platform.issuer), language),
        css: assets::url("pages.css"),
        script: assets::url("window.js"),
    };
    page::html(StatusCode::OK, &offer)
}
