//! Tests if the browser keeps the cookie before the redirect to the LMS, since LMSs such as Moodle let a launch be used only once.
//!
//! `/lti/login/probe` checks that it comes back, or offers a new window, where it is a first-party cookie; `/lti/login/again` restarts
//! the login, in the window or in the frame.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use domain::{OwnTerm, Refusal, RuleFamily};
use lti13::{Evidence, Rule, Term, tool::StartedLogin};
use messages::{Text, launch_page};

use super::{
    authentication::redirect_to_platform,
    begin::{begin, start},
    contest,
    context::LaunchContext,
    cookie,
    form::LtiForm,
    mistakes, pages, refusal,
    texts::{self, BrowserSteps},
};
use crate::{
    http::{assets, browser::Browser, language::Language},
    services::random,
    state::AppState,
};

/// Sees whether the cookie of the login came back, and only then asks the LMS.
pub(super) async fn look(request: HttpRequest, form: LtiForm, app: web::Data<AppState>) -> HttpResponse {
    let mut context = LaunchContext::new(&app, &request);
    match look_for_cookie(&form, &mut context) {
        Ok(answer) => answer,
        Err(refusal) => context.refuse(&refusal).await,
    }
}

fn look_for_cookie(form: &LtiForm, context: &mut LaunchContext<'_>) -> Result<HttpResponse, Refusal> {
    let login = open(form, context)?;
    let app = context.app;
    let cookie = cookie::get(context, login.pending());
    if cookie.is_some_and(|cookie| login.pending().matches_browser(cookie.value())) {
        return Ok(redirect_to_platform(app, &login));
    }
    let sealed = login.seal(&app.state_keys, random::bytes());
    if cookie::destination(context.request) == Some("document") {
        // It has a window of its own already.
        context.sealed_login = Some(sealed);
        return Err(cookie_missing());
    }
    app.metrics.window_offered();
    offer_window(context, &login, sealed)
}

/// The browser brought no cookie of the login, and nothing else proves it.
pub(super) fn cookie_missing() -> Refusal {
    let evidence = Evidence::expected(OwnTerm::LoginCookie).and_seen(Term::Absent);
    Refusal::new(Rule::CookieMissing).with(evidence)
}

/// Begins a started login afresh: another state, another cookie, nothing of the first attempt.
pub(super) async fn begin_again(request: HttpRequest, form: LtiForm, app: web::Data<AppState>) -> HttpResponse {
    let mut context = LaunchContext::new(&app, &request);
    let answer = match open(&form, &mut context) {
        Ok(login) => {
            let own_window = cookie::destination(&request) == Some("document");
            let contest = contest::of_started(&login);
            let initiation = if own_window {
                login.into_initiation_in_own_window()
            } else {
                login.into_initiation()
            };
            match contest {
                Some((registration, note)) => start(initiation, &registration, Some(note), true, &context),
                None => begin(initiation, true, &mut context).await,
            }
        }
        Err(refusal) => Err(refusal),
    };
    match answer {
        Ok(answer) => answer,
        Err(refusal) => context.refuse(&refusal).await,
    }
}

fn open(form: &LtiForm, context: &mut LaunchContext<'_>) -> Result<StartedLogin, Refusal> {
    let login = StartedLogin::parse(form.pairs()?, &context.app.state_keys, context.now());
    let login = login.map_err(|error| mistakes::explain(error, form, context.request))?;
    context.set_login(login.pending());
    Ok(login)
}

#[derive(Template)]
#[template(path = "window.html")]
struct Page {
    language: Language,
    /// How to let it open in the frame, and for which browser.
    allow: Text,
    action: String,
    /// The sealed login.
    login: String,
    steps: [BrowserSteps; 4],
    afterwards: Text,
    lms_address: String,
    css: String,
    script: String,
}

/// The page that offers a window of its own: a person's click may open one, a script may not.
fn offer_window(context: &LaunchContext<'_>, login: &StartedLogin, sealed: String) -> Result<HttpResponse, Refusal> {
    let language = context.language();
    let offer = Page {
        language,
        allow: texts::of_family(RuleFamily::CookiesNotFound).advice,
        action: context.app.public_url("/lti/login/again"),
        login: sealed,
        steps: texts::cookie_steps(Browser::of(context.request)),
        afterwards: launch_page::COME_BACK,
        lms_address: refusal::lms_address(Some(&login.pending().registration().issuer), language),
        css: assets::url("pages.css"),
        script: assets::url("window.js"),
    };
    pages::html(StatusCode::OK, &offer)
}
