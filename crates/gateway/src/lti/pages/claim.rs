//! The pages on which an administrator of an LMS confirms to whom it is connected. A page with something to confirm is never in a frame.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use askama::Template;
use domain::Refusal;
use messages::{Text, claim_page, launch_page};
use store::PendingProof;

use super::html;
use crate::{
    http::{assets, language::Language},
    lti::context::LaunchContext,
};

/// The policy of the page that asks: nobody frames it, and its form goes to this gateway only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "claim_window.html")]
struct WindowPage {
    language: Language,
    action: String,
    proof: String,
    css: String,
    script: String,
}

/// The page that opens a window of its own, by a person's click.
pub(in crate::lti) fn window_page(context: &LaunchContext<'_>, proof: String) -> Result<HttpResponse, Refusal> {
    let page = WindowPage {
        language: context.language(),
        action: context.app.public_url("/lti/claim"),
        proof,
        css: assets::url("pages.css"),
        script: assets::url("window.js"),
    };
    Ok(for_own_form(html(StatusCode::OK, &page)?))
}

#[derive(Template)]
#[template(path = "claim.html")]
struct ConfirmPage<'a> {
    language: Language,
    title: Text,
    lead: Text,
    unknown: Text,
    connect: Text,
    issuer: &'a str,
    client_id: &'a str,
    deployment_id: &'a str,
    action: String,
    proof: String,
    css: String,
}

/// The page that says what is connected to whom, and has it confirmed.
pub(in crate::lti) fn confirm_page(
    context: &LaunchContext<'_>,
    pending: &PendingProof,
    proof: String,
) -> Result<HttpResponse, Refusal> {
    let PendingProof {
        contest,
        organization,
        deployment_id,
    } = pending;
    let organization = organization.as_str();
    let page = ConfirmPage {
        language: context.language(),
        title: claim_page::confirm::title(organization),
        lead: claim_page::confirm::lead(organization, contest.new.name.as_str()),
        unknown: claim_page::confirm::unknown(organization),
        connect: claim_page::confirm::connect(organization),
        issuer: &contest.new.lms.platform.issuer,
        client_id: &contest.new.lms.platform.client_id,
        deployment_id,
        action: context.app.public_url("/lti/claim/confirm"),
        proof,
        css: assets::url("pages.css"),
    };
    Ok(unframed(html(StatusCode::OK, &page)?))
}

#[derive(Template)]
#[template(path = "claim_done.html")]
struct DonePage {
    language: Language,
    title: Text,
    login_url: String,
    css: String,
    script: String,
}

/// The page that says that it is done, and what is left to do in the LMS.
pub(in crate::lti) fn done_page(context: &LaunchContext<'_>, organization: &str) -> Result<HttpResponse, Refusal> {
    let page = DonePage {
        language: context.language(),
        title: claim_page::done::title(organization),
        login_url: context.app.public_url("/lti/login"),
        css: assets::url("pages.css"),
        script: assets::url("copy.js"),
    };
    Ok(unframed(html(StatusCode::OK, &page)?))
}

fn unframed(answer: HttpResponse) -> HttpResponse {
    let mut answer = for_own_form(answer);
    let policy = HeaderValue::from_static(POLICY);
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    answer
}

/// Browsers without Fetch Metadata prove by `Origin` that the form comes from this page.
fn for_own_form(mut answer: HttpResponse) -> HttpResponse {
    let same_origin = HeaderValue::from_static("same-origin");
    answer.headers_mut().insert(header::REFERRER_POLICY, same_origin);
    answer
}
