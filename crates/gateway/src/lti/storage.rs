//! The pages that speak with the LMS's page (LTI platform storage). What is said is decided by the crate `lti13`; `assets/storage.js`
//! carries it. Without scripts a button goes on, and the cookie decides.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use askama::Template;
use lti13::{Evidence, LoginState, Refusal, Rule, StorageRequest, Term, UnspentLogin};
use messages::launch_page;
use url::Url;

use super::{login, page, refusal::internal};
use crate::{
    assets,
    language::{self, Language},
    random,
    state::AppState,
};

#[derive(Template)]
#[template(path = "storage.html")]
struct Page {
    language: Language,
    /// Where the form goes when nothing else is left.
    action: String,
    fields: Vec<(&'static str, String)>,
    /// What is asked of the LMS's page, as JSON.
    storage: Option<String>,
    /// Where to go once the LMS's page has kept the value.
    next: Option<String>,
    css: String,
    script: String,
}

/// Step one, before the LMS is asked: puts the browser's secret. Where nobody keeps it, the cookie is looked for.
pub(super) fn put_page(
    state: &AppState,
    request: &HttpRequest,
    unspent: &UnspentLogin,
    put: &StorageRequest,
) -> Result<HttpResponse, Refusal> {
    let language = language::of_request(None, request);
    let step = Page {
        storage: Some(json(put)?),
        next: Some(login::authentication_url(state, unspent)),
        ..to_probe(state, language, unspent.seal(&state.state_keys, random::bytes()))
    };
    page::html(StatusCode::OK, &step)
}

/// A form instead of a redirect, for a login that is too long for an address.
pub(super) fn form_to_probe(state: &AppState, request: &HttpRequest, sealed: String) -> Result<HttpResponse, Refusal> {
    page::html(StatusCode::OK, &to_probe(state, language::of_request(None, request), sealed))
}

fn to_probe(state: &AppState, language: Language, sealed: String) -> Page {
    Page {
        language,
        action: state.public_url("/lti/login/probe"),
        fields: vec![("login", sealed)],
        storage: None,
        next: None,
        css: assets::url("pages.css"),
        script: assets::url("storage.js"),
    }
}

/// Step two, after the LMS's answer: gets the secret, and posts it with the answer to be confirmed.
pub(super) fn get_page(
    state: &AppState,
    language: Language,
    get: &StorageRequest,
    sealed: String,
    id_token: String,
) -> Result<HttpResponse, Refusal> {
    let step = Page {
        language,
        action: state.public_url("/lti/launch/confirm"),
        fields: vec![("state", sealed), ("id_token", id_token), ("storage_value", String::new())],
        storage: Some(json(get)?),
        next: None,
        css: assets::url("pages.css"),
        script: assets::url("storage.js"),
    };
    let mut answer = page::html(StatusCode::OK, &step)?;
    // Browsers without Fetch Metadata prove by `Origin` that the confirmation comes from this page.
    let same_origin = HeaderValue::from_static("same-origin");
    answer.headers_mut().insert(header::REFERRER_POLICY, same_origin);
    Ok(answer)
}

/// Step three: judges the value. It counts from our own page only: that page got it from the LMS's page in this browser, while another
/// site could make a stranger's browser post a value of its own choice (login CSRF).
pub(super) fn judge(state: &AppState, request: &HttpRequest, login: &LoginState, value: Option<&str>) -> Result<(), Refusal> {
    if !is_from_own_page(state, request) {
        let evidence = Evidence::expected(Term::OwnPage).and_seen(Term::OtherPage);
        return Err(Refusal::new(Rule::StorageMismatch).with(evidence));
    }
    login.judge_stored(value)
}

/// No page of another site can choose these headers.
fn is_from_own_page(state: &AppState, request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match header("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => Url::parse(&state.config.server.public_url)
            .is_ok_and(|own| header("origin").is_some_and(|origin| origin == own.origin().ascii_serialization())),
    }
}

fn json(request: &StorageRequest) -> Result<String, Refusal> {
    serde_json::to_string(request).map_err(|error| internal(&error.into()))
}
