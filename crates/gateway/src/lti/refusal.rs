//! Refused launches: one page for people, one record for their admin.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use askama::Template;
use domain::{RefusalClass, RefusedLaunch};
use lti13::{Evidence, Family, Refusal, Rule, Term, Value, with_error};
use messages::{Text, launch_page};
use store::StoreError;

use super::{
    attempt::Attempt,
    texts::{self, BrowserSteps, RefusalTexts},
};
use crate::{
    assets,
    browser::Browser,
    error::{chain, log_store_error},
    language::{self, Language},
    outbound,
    overload::RETRY_AFTER,
    problem_reports, records,
    state::AppState,
};

/// A refusal of our own making, because the database failed, or another change got in first: it may be tried again. The cause is
/// logged here, once.
pub(super) fn store_failed(error: &StoreError) -> Refusal {
    log_store_error(error, "a launch could not be finished");
    Refusal::new(Rule::Unavailable)
}

/// A refusal of our own making, because of a fault in the gateway.
pub(super) fn internal(error: &anyhow::Error) -> Refusal {
    tracing::error!(error = %format!("{error:#}"), "a launch could not be handed over");
    Refusal::new(Rule::Unexpected)
}

impl Attempt {
    /// Ends the attempt: records the refusal and answers with its page.
    pub(super) async fn refuse(mut self, state: &AppState, request: &HttpRequest, refusal: &Refusal) -> HttpResponse {
        state.metrics.launch_refused(refusal);
        tracing::info!(reference = %self.reference, code = refusal.code(), "launch refused");
        if refusal.rule() == Rule::Unavailable {
            // The database would keep this one waiting too, and the cause is logged.
            let record = self.refused(refusal);
            return page(state, request, refusal, &self, &record);
        }
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
        page(state, request, refusal, &self, &record)
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
    language: Language,
    texts: RefusalTexts,
    icon: &'a str,
    /// What exactly was wrong.
    sentence: Text,
    reference: String,
    /// How to allow cookies, on the page about cookies.
    steps: Vec<BrowserSteps>,
    /// What to do then.
    afterwards: Text,
    deployment_id: Option<&'a str>,
    lms_address: String,
    /// From where and how the gateway calls, on the page about the keyset: for the school's firewall.
    addresses: &'a [String],
    user_agent: Option<String>,
    back: Option<String>,
    /// The unspent login, to try again.
    login: Option<&'a str>,
    report_url: String,
    css: String,
    script: String,
}

fn page(state: &AppState, request: &HttpRequest, refusal: &Refusal, attempt: &Attempt, record: &RefusedLaunch) -> HttpResponse {
    let status = status(refusal);
    let verified = attempt.verified.as_ref();
    let language = language::of_request(verified.and_then(|verified| verified.locale.as_deref()), request);
    let texts = texts::of_refusal(refusal);
    let title = texts.title.of(language);
    let reference = attempt.reference.to_string();
    let calls = refusal.family() == Family::KeysetUnavailable;
    let page = Page {
        language,
        icon: icon(refusal.family()),
        sentence: records::sentence(refusal),
        steps: match refusal.family() {
            Family::CookiesNotFound => texts::cookie_steps(Browser::of(request)).into(),
            _ => Vec::new(),
        },
        afterwards: match &attempt.unspent {
            Some(_) => launch_page::COME_BACK,
            None => launch_page::REOPEN,
        },
        deployment_id: verified
            .filter(|_| refusal.rule() == Rule::DeploymentUnlisted)
            .and_then(|verified| verified.deployment_for_administrator.as_deref()),
        lms_address: lms_address(attempt.issuer.as_deref(), language),
        addresses: if calls { &state.config.operator.addresses } else { &[] },
        user_agent: calls.then(|| outbound::user_agent(&state.config)),
        back: verified
            .and_then(|verified| verified.return_url.as_ref())
            .map(|url| with_error(url, &title, &format!("{} {reference}", refusal.code())).into()),
        login: attempt.unspent.as_deref(),
        report_url: report_url(state, record, language),
        texts,
        reference,
        css: assets::url("pages.css"),
        script: assets::url("copy.js"),
    };
    let mut response = HttpResponse::build(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
    }
    response
        .insert_header(("x-error-code", refusal.code()))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    match page.render() {
        Ok(page) => response.content_type("text/html; charset=utf-8").body(page),
        Err(_) => response.content_type("text/plain; charset=utf-8").body(title.into_owned()),
    }
}

/// Where *Report a problem* leads: to the operator's own page, or to ours. A signed reference, by which a report is taken
/// without sign-in, is given only for what an LMS signed and a registration stands for: anybody can send the rest.
fn report_url(state: &AppState, record: &RefusedLaunch, language: Language) -> String {
    let external = &state.config.operator.report_url;
    if !external.is_empty() {
        return external.clone();
    }
    let signed = match (record.class(), record.registration) {
        (RefusalClass::SignedAttributed, Some((tenant, _))) => state
            .signed_references
            .sign(&record.reference, tenant, state.clock.unix())
            .ok(),
        _ => None,
    };
    problem_reports::page_address(&record.reference, signed.as_deref(), language)
}

fn icon(family: Family) -> &'static str {
    match family {
        Family::CookiesNotFound => "cookies",
        Family::RegistrationNotFound => "plug",
        Family::KeysetUnavailable => "key",
        Family::LaunchInvalid | Family::PlatformError | Family::Internal => "error",
    }
}

/// The LMS's address, as far as it is known. Only the host of an issuer may be shown: the rest is whatever the request says.
pub(super) fn lms_address(issuer: Option<&str>, language: Language) -> String {
    let host = |issuer: &str| {
        let url = url::Url::parse(issuer).ok()?;
        Some(format!("{}://{}", url.scheme(), url.host_str()?))
    };
    issuer
        .and_then(host)
        .unwrap_or_else(|| launch_page::YOUR_LMS.of(language).into_owned())
}

/// Too much is in progress: the page of a gateway that can't work at the moment.
pub async fn turn_away(request: &HttpRequest, state: &AppState) -> HttpResponse {
    Attempt::begin(state)
        .refuse(state, request, &Refusal::new(Rule::Unavailable))
        .await
}

/// A launch URL that was opened by hand, or by another method.
pub(super) async fn method_not_allowed(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let refusal = Refusal::new(Rule::MissingParameter)
        .with(Evidence::expected(Term::LmsForm).and_seen(Value::Method(request.method().to_string())));
    let mut response = Attempt::begin(&state).refuse(&state, &request, &refusal).await;
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    let allow = match request.path() {
        "/lti/login" | "/lti/login/probe" => "GET, POST",
        "/lti/launch/over" => "GET",
        _ => "POST",
    };
    response
        .headers_mut()
        .insert(header::ALLOW, header::HeaderValue::from_static(allow));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_launch_that_lost_against_another_change_may_be_tried_again() {
        assert_eq!(status(&store_failed(&StoreError::Conflict)), StatusCode::SERVICE_UNAVAILABLE);
    }
}
