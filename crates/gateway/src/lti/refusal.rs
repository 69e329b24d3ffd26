//! Refused launches: one page for people, one record for their admin.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use askama::Template;
use domain::{OwnHint, Refusal, RefusalClass, RefusedLaunch, Rule, RuleFamily};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use lti13::tool::with_error;
use messages::{Text, launch_page};
use url::Url;

use super::{
    context::LaunchContext,
    texts::{self, BrowserSteps, RefusalTexts},
};
use crate::{
    http::{assets, browser::Browser, error::RETRY_AFTER, language::Language},
    records,
    services::outbound,
    services::signed_reference::report_page_address,
    state::AppState,
    telemetry::log::chain,
};

impl LaunchContext<'_> {
    /// Ends the launch: records the refusal and answers with its page.
    pub(super) async fn refuse(mut self, refusal: &Refusal) -> HttpResponse {
        let app = self.app;
        app.metrics.launch_refused(refusal);
        tracing::info!(reference = %self.reference, code = refusal.code(), "launch refused");
        if refusal.rule() == Rule::Unavailable {
            // The database would keep this one waiting too, and the cause is logged.
            let record = self.refused(refusal);
            return page(refusal, &self, &record);
        }
        // The outcome of a contest's login is hidden from the holder.
        if self.registration.is_none()
            && !self.is_contest
            && let (Some(issuer), Some(client_id)) = (&self.issuer, &self.client_id)
            && let Ok(owner) = super::resolve::owner(app, issuer, client_id).await
        {
            self.registration = owner;
        }
        let record = self.refused(refusal);
        if let Err(error) = app.store.record_refusal(&record).await {
            tracing::error!(error = %chain(&error), reference = %self.reference, "a refusal could not be recorded");
        }
        page(refusal, &self, &record)
    }
}

/// The status is the family's, whatever the detail.
fn status(refusal: &Refusal) -> StatusCode {
    match refusal.family() {
        RuleFamily::RegistrationNotFound => StatusCode::NOT_FOUND,
        RuleFamily::CookiesNotFound | RuleFamily::LaunchInvalid | RuleFamily::PlatformError | RuleFamily::Contest => {
            StatusCode::BAD_REQUEST
        }
        RuleFamily::KeysetUnavailable => StatusCode::BAD_GATEWAY,
        RuleFamily::Internal if refusal.rule() == Rule::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        RuleFamily::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct Page<'a> {
    language: Language,
    texts: RefusalTexts,
    icon: &'a str,
    /// The exact fault.
    sentence: Text,
    reference: String,
    /// How to allow cookies, on the page about cookies.
    steps: Vec<BrowserSteps>,
    /// The next step for the person.
    afterwards: Text,
    deployment_id: Option<&'a str>,
    lms_address: String,
    /// From where and how the gateway calls, on the page about the keyset: for the school's firewall.
    addresses: &'a [String],
    user_agent: Option<String>,
    back: Option<String>,
    /// The sealed login, to try again: in a new window, or here.
    login: Option<&'a str>,
    in_window: bool,
    /// The addresses to enter in the LMS, where it leads to an address that doesn't exist.
    gateway_urls: Vec<(Text, String)>,
    report_url: String,
    css: String,
    script: String,
}

fn page(refusal: &Refusal, context: &LaunchContext<'_>, record: &RefusedLaunch) -> HttpResponse {
    let app = context.app;
    let status = status(refusal);
    let origin = context.origin.as_ref();
    let language = context.language();
    let mut texts = texts::of_refusal(refusal);
    if let Some([other, launched]) = context.other_app {
        texts.lead = launch_page::other_app::lead(other, launched);
        texts.advice = launch_page::other_app::advice(other);
    }
    let title = texts.title.of(language);
    let reference = context.reference.to_string();
    let calls = refusal.family() == RuleFamily::KeysetUnavailable;
    let page = Page {
        language,
        icon: icon(refusal.family()),
        sentence: records::sentence(refusal),
        steps: match refusal.family() {
            RuleFamily::CookiesNotFound => texts::cookie_steps(Browser::of(context.request)).into(),
            _ => Vec::new(),
        },
        afterwards: match &context.sealed_login {
            Some(_) => launch_page::COME_BACK,
            None => launch_page::REOPEN,
        },
        deployment_id: origin
            .filter(|origin| refusal.rule() == Rule::DeploymentUnlisted && origin.by_lms_administrator)
            .map(|origin| origin.deployment_id.as_str()),
        lms_address: lms_address(context.issuer.as_deref(), language),
        addresses: if calls { &app.config.operator.addresses } else { &[] },
        user_agent: calls.then(|| outbound::user_agent(&app.config)),
        back: context
            .presentation
            .as_ref()
            .and_then(|presentation| presentation.return_url(app.config.dev))
            .map(|url| way_back(url, &title, &format!("{} {reference}", refusal.code())).into()),
        login: context.sealed_login.as_deref(),
        in_window: refusal.family() == RuleFamily::PlatformError,
        gateway_urls: match refusal.own_hint() {
            Some(OwnHint::UnknownAddress) => gateway_urls(app),
            _ => Vec::new(),
        },
        report_url: report_url(app, record, language),
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

/// The way back to the course, with what went wrong where the LMS shows it. Moodle shows such a text on a bare page without a way on, and
/// without one leads out of the frame to the course.
fn way_back(return_url: Url, message: &str, log: &str) -> Url {
    if return_url.path().ends_with("/mod/lti/return.php") {
        return return_url;
    }
    with_error(&return_url, message, log)
}

/// The addresses that belong into an LMS.
fn gateway_urls(app: &AppState) -> Vec<(Text, String)> {
    vec![
        (launch_page::LOGIN_URL, app.public_url("/lti/login")),
        (launch_page::REDIRECT_URL, app.public_url("/lti/launch")),
    ]
}

/// Where *Report a problem* leads: to the operator's own page, or to ours. A signed reference, by which a report is taken
/// without sign-in, is given only for what an LMS signed and a registration stands for: anybody can send the rest.
fn report_url(app: &AppState, record: &RefusedLaunch, language: Language) -> String {
    let external = &app.config.operator.report_url;
    if !external.is_empty() {
        return external.clone();
    }
    let signed = match (record.class(), record.registration) {
        (RefusalClass::SignedAttributed, Some((tenant, _))) => {
            app.signed_references.sign(&record.reference, tenant, app.clock.unix()).ok()
        }
        _ => None,
    };
    report_page_address(&record.reference, signed.as_deref(), language)
}

fn icon(family: RuleFamily) -> &'static str {
    match family {
        RuleFamily::CookiesNotFound => "cookies",
        RuleFamily::RegistrationNotFound | RuleFamily::Contest => "plug",
        RuleFamily::KeysetUnavailable => "key",
        RuleFamily::LaunchInvalid | RuleFamily::PlatformError | RuleFamily::Internal => "error",
    }
}

/// The LMS's address, as far as it is known. Only the host of an issuer may be shown: the rest is whatever the request says.
pub(super) fn lms_address(issuer: Option<&str>, language: Language) -> String {
    let host = |issuer: &str| {
        let url = Url::parse(issuer).ok()?;
        Some(format!("{}://{}", url.scheme(), url.host_str()?))
    };
    issuer
        .and_then(host)
        .unwrap_or_else(|| launch_page::YOUR_LMS.of(language).into_owned())
}

/// Too much is in progress: the page of a gateway that can't work at the moment.
pub fn reject<'a>(request: &'a HttpRequest, app: &'a AppState) -> LocalBoxFuture<'a, HttpResponse> {
    let refusal = Refusal::new(Rule::Unavailable);
    async move { LaunchContext::new(app, request).refuse(&refusal).await }.boxed_local()
}

#[cfg(test)]
mod tests {
    use store::StoreError;

    use super::*;
    use crate::lti::failure::store_failed;

    #[test]
    fn a_launch_that_lost_against_another_change_may_be_tried_again() {
        assert_eq!(status(&store_failed(&StoreError::Conflict)), StatusCode::SERVICE_UNAVAILABLE);
    }
}
