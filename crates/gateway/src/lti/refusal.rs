//! Refused launches: one page for people, one record for their admin.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use ::lti::{Evidence, Family, Refusal, Rule, with_error};
use askama::Template;
use store::StoreError;

use super::attempt::Attempt;
use crate::{assets, browser::Browser, error::chain, state::AppState};

/// A refusal of our own making, because the database failed. The cause is logged here, once.
pub(super) fn store_failed(error: &StoreError) -> Refusal {
    tracing::error!(error = %chain(error), "a launch could not be finished");
    match error {
        StoreError::Unavailable(_) => Refusal::new(Rule::Unavailable),
        StoreError::Conflict => Refusal::new(Rule::Unexpected),
    }
}

/// A refusal of our own making, because of a fault in the gateway.
pub(super) fn internal(error: &anyhow::Error) -> Refusal {
    tracing::error!(error = %format!("{error:#}"), "a launch could not be handed over");
    Refusal::new(Rule::Unexpected)
}

/// Ends an attempt.
pub(super) trait Refuse {
    /// Records the refusal and answers with its page.
    async fn refuse(self, state: &AppState, request: &HttpRequest, refusal: &Refusal) -> HttpResponse;
}

impl Refuse for Attempt {
    async fn refuse(mut self, state: &AppState, request: &HttpRequest, refusal: &Refusal) -> HttpResponse {
        state.metrics.launch_refused(refusal.code());
        tracing::info!(reference = %self.reference, code = refusal.code(), "launch refused");
        if self.registration.is_none()
            && let (Some(issuer), Some(client_id)) = (&self.issuer, &self.client_id)
            && let Ok(owner) = super::registration::owner(state, issuer, client_id).await
        {
            self.registration = owner;
        }
        let record = self.refused(refusal);
        if let Err(error) = state.store.record_refusal(&record).await {
            tracing::error!(error = %chain(&error), reference = %self.reference, "a refusal could not be recorded");
        }
        page(state, request, refusal, &self)
    }
}

/// The status is the family's, whatever the detail.
fn status(refusal: &Refusal) -> StatusCode {
    match refusal.family() {
        Family::RegistrationNotFound => StatusCode::NOT_FOUND,
        Family::CookiesNotFound | Family::LaunchInvalid | Family::PlatformError => StatusCode::BAD_REQUEST,
        Family::KeysetUnavailable => StatusCode::BAD_GATEWAY,
        Family::Internal if refusal.rule() == Rule::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Family::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct Page<'a> {
    title: &'a str,
    icon: &'a str,
    lead: &'a str,
    /// What exactly was wrong.
    sentence: Option<String>,
    advice: &'a str,
    reference: String,
    cookie_steps: Option<Browser>,
    deployment_id: Option<&'a str>,
    lms_host: Option<String>,
    addresses: &'a [String],
    back: Option<String>,
    report_url: Option<&'a str>,
    css: String,
    script: String,
}

fn page(state: &AppState, request: &HttpRequest, refusal: &Refusal, attempt: &Attempt) -> HttpResponse {
    let status = status(refusal);
    let words = Words::of(refusal.family());
    let verified = attempt.verified.as_ref();
    let reference = attempt.reference.to_string();
    let page = Page {
        title: words.title,
        icon: words.icon,
        lead: words.lead,
        sentence: words.with_sentence.then(|| refusal.sentence()),
        advice: words.advice,
        cookie_steps: (refusal.family() == Family::CookiesNotFound).then(|| Browser::of(request)),
        deployment_id: verified
            .filter(|_| refusal.rule() == Rule::DeploymentUnlisted)
            .and_then(|verified| verified.deployment_for_administrator.as_deref()),
        lms_host: attempt.issuer.as_deref().and_then(host),
        addresses: if refusal.family() == Family::KeysetUnavailable { &state.config.operator.addresses } else { &[] },
        back: verified
            .and_then(|verified| verified.return_url.as_ref())
            .map(|url| with_error(url, words.title, &format!("{} {reference}", refusal.code())).into()),
        report_url: Some(state.config.operator.report_url.as_str()).filter(|url| !url.is_empty()),
        reference,
        css: assets::url("pages.css"),
        script: assets::url("copy.js"),
    };
    let mut response = HttpResponse::build(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((header::RETRY_AFTER, "10"));
    }
    response.insert_header(("x-error-code", refusal.code())).insert_header((header::CACHE_CONTROL, "no-store"));
    match page.render() {
        Ok(page) => response.content_type("text/html; charset=utf-8").body(page),
        Err(_) => response.content_type("text/plain; charset=utf-8").body(words.title),
    }
}

/// Only the host of an issuer may be shown: the rest is whatever the request says.
fn host(issuer: &str) -> Option<String> {
    let url = url::Url::parse(issuer).ok()?;
    Some(format!("{}://{}", url.scheme(), url.host_str()?))
}

/// The words of a family, as the documentation has them.
struct Words {
    title: &'static str,
    icon: &'static str,
    lead: &'static str,
    with_sentence: bool,
    advice: &'static str,
}

impl Words {
    fn of(family: Family) -> Self {
        match family {
            Family::CookiesNotFound => Self {
                title: "Cookies can’t be found",
                icon: "cookies",
                lead: "Your browser didn’t keep what opening this app needs.",
                with_sentence: true,
                advice: "To let it open every time, allow third-party cookies for your LMS:",
            },
            Family::RegistrationNotFound => Self {
                title: "Registration details not found",
                icon: "plug",
                lead: "The registration of this app wasn’t completed, or it was deleted.",
                with_sentence: true,
                advice: "Your IT admin completes the registration in the LMS Gateway.",
            },
            Family::LaunchInvalid => Self {
                title: "Some details from LMS aren’t valid",
                icon: "error",
                lead: "What your LMS sent isn’t in line with LTI 1.3.",
                with_sentence: true,
                advice: "Open the app from your course again. If it persists, your IT admin contacts support with the reference below.",
            },
            Family::KeysetUnavailable => Self {
                title: "Issues with the LMS public keyset URL",
                icon: "key",
                lead: "The keys of your LMS, which prove that this launch is genuine, can’t be used.",
                with_sentence: true,
                advice: "Your IT admin checks the keyset URL in the registration, and that the network lets the LMS Gateway through.",
            },
            Family::PlatformError => Self {
                title: "Your LMS ended the launch",
                icon: "error",
                lead: "The app could not be opened, because the LMS itself answered with an error.",
                with_sentence: true,
                advice: "Open the app from your course again. If it persists, give the reference below to your IT admin.",
            },
            Family::Internal => Self {
                title: "Something went wrong",
                icon: "error",
                lead: "The app could not be opened, and it is our fault.",
                with_sentence: true,
                advice: "Try again in a minute. If it persists, report the reference below.",
            },
        }
    }
}

/// A launch URL that was opened by hand, or by another method.
pub(super) async fn method_not_allowed(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let launch = request.path().ends_with("/launch");
    let refusal = Refusal::new(Rule::MissingParameter)
        .with(Evidence::expected("the form of an LMS").and_seen(format!("the method {}", request.method())));
    let attempt = Attempt::begin(&state);
    let mut response = page(&state, &request, &refusal, &attempt);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    let allow = if launch { "POST" } else { "GET, POST" };
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(allow));
    response
}
