//! The pages that exchange messages with the LMS's page (LTI platform storage). The crate `lti13` defines the messages; `assets/storage.js`
//! sends them. Without scripts a button continues, and the cookie decides.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use askama::Template;
use domain::{OwnTerm, Refusal};
use lti13::{
    Evidence, Rule,
    tool::{StartedLogin, StorageRequest},
};
use messages::launch_page;
use url::Url;

use super::html;
use crate::{
    http::{assets, language::Language},
    lti::{authentication::authentication_url, context::LaunchContext, failure::internal},
    services::random,
    state::AppState,
};

#[derive(Template)]
#[template(path = "storage.html")]
struct Page {
    language: Language,
    /// Where the form goes when nothing else is left.
    action: String,
    fields: Vec<(&'static str, String)>,
    /// The request to the LMS's page, as JSON.
    storage: Option<String>,
    /// Where to go once the LMS's page has kept the value.
    next: Option<String>,
    css: String,
    script: String,
}

/// Step one, before the LMS is asked: puts the browser's secret. Where nobody keeps it, the cookie is looked for.
pub(in crate::lti) fn put_page(
    context: &LaunchContext<'_>,
    login: &StartedLogin,
    put: &StorageRequest,
) -> Result<HttpResponse, Refusal> {
    let app = context.app;
    let step = Page {
        storage: Some(json(put)?),
        next: Some(authentication_url(app, login)),
        ..to_probe(app, context.language(), login.seal(&app.state_keys, random::bytes()))
    };
    html(StatusCode::OK, &step)
}

/// A form instead of a redirect, for a login that is too long for an address.
pub(in crate::lti) fn form_to_probe(context: &LaunchContext<'_>, sealed: String) -> Result<HttpResponse, Refusal> {
    html(StatusCode::OK, &to_probe(context.app, context.language(), sealed))
}

fn to_probe(app: &AppState, language: Language, sealed: String) -> Page {
    Page {
        language,
        action: app.public_url("/lti/login/probe"),
        fields: vec![("login", sealed)],
        storage: None,
        next: None,
        css: assets::url("pages.css"),
        script: assets::url("storage.js"),
    }
}

/// Step two, after the LMS's answer: gets the secret, and posts it with the answer to be confirmed.
pub(in crate::lti) fn get_page(
    app: &AppState,
    language: Language,
    get: &StorageRequest,
    sealed: String,
    id_token: String,
) -> Result<HttpResponse, Refusal> {
    let step = Page {
        language,
        action: app.public_url("/lti/launch/confirm"),
        fields: vec![("state", sealed), ("id_token", id_token), ("storage_value", String::new())],
        storage: Some(json(get)?),
        next: None,
        css: assets::url("pages.css"),
        script: assets::url("storage.js"),
    };
    let mut answer = html(StatusCode::OK, &step)?;
    // Browsers without Fetch Metadata prove by `Origin` that the confirmation comes from this page.
    let same_origin = HeaderValue::from_static("same-origin");
    answer.headers_mut().insert(header::REFERRER_POLICY, same_origin);
    Ok(answer)
}

/// Step three: the value counts from our own page only. That page got it from the LMS's page in this browser, while another site could
/// make a stranger's browser post a value of its own choice (login CSRF).
pub(in crate::lti) fn validate_own_page(context: &LaunchContext<'_>) -> Result<(), Refusal> {
    if is_from_own_page(context) {
        return Ok(());
    }
    let evidence = Evidence::expected(OwnTerm::OwnPage).and_seen(OwnTerm::OtherPage);
    Err(Refusal::new(Rule::StorageMismatch).with(evidence))
}

/// No page of another site can choose these headers.
pub(in crate::lti) fn is_from_own_page(context: &LaunchContext<'_>) -> bool {
    let header = |name: &str| context.request.headers().get(name).and_then(|value| value.to_str().ok());
    match header("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => Url::parse(&context.app.config.server.public_url)
            .is_ok_and(|own| header("origin").is_some_and(|origin| origin == own.origin().ascii_serialization())),
    }
}

fn json(request: &StorageRequest) -> Result<String, Refusal> {
    serde_json::to_string(request).map_err(|error| internal(&error.into()))
}
