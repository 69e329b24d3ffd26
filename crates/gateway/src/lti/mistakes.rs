//! Pages for requests sent by mistake: an address that doesn't exist, a bookmark, a launch of LTI 1.1. Each page gives the remedy.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
    web,
};
use domain::{OwnHint, OwnTerm, OwnValue, Refusal};
use lti13::{Evidence, LaunchError, Rule};

use super::{context::LaunchContext, form::LtiForm};
use crate::state::AppState;

/// Parameters that only launches of LTI 1.1 have.
const OF_LTI_1P1: [&str; 3] = ["oauth_consumer_key", "oauth_signature", "oauth_nonce"];

/// A launch URL that was opened by hand, or by another method.
pub(super) async fn method_not_allowed(request: HttpRequest, app: web::Data<AppState>) -> HttpResponse {
    let method = OwnValue::Method(request.method().to_string());
    let refusal = Refusal::new(Rule::MissingParameter).with(Evidence::expected(OwnTerm::LmsForm).and_seen(method));
    let refusal = if request.method() == Method::GET {
        refusal.and_hint(OwnHint::OpenedByHand)
    } else {
        refusal
    };
    let mut response = LaunchContext::new(&app, &request).refuse(&refusal).await;
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

/// An address below `/lti` that no route has, such as one with a slash too many.
pub async fn unknown_address(request: &HttpRequest, app: &AppState) -> HttpResponse {
    let refusal = Refusal::new(Rule::MissingParameter).and_hint(OwnHint::UnknownAddress);
    let mut response = LaunchContext::new(app, request).refuse(&refusal).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// The probable cause of a request that lacks a parameter.
pub(super) fn explain(error: LaunchError, form: &LtiForm, request: &HttpRequest) -> Refusal {
    let is_missing = error.rule() == Rule::MissingParameter;
    let refusal = Refusal::from(error);
    if !is_missing {
        return refusal;
    }
    if is_lti_1p1(form) {
        refusal.and_hint(OwnHint::LtiOnePointOne)
    } else if request.method() == Method::GET && request.query_string().is_empty() {
        refusal.and_hint(OwnHint::OpenedByHand)
    } else {
        refusal
    }
}

fn is_lti_1p1(form: &LtiForm) -> bool {
    let is_of_lti_1p1 =
        |name: &str, value: &str| OF_LTI_1P1.contains(&name) || (name == "lti_version" && value.starts_with("LTI-1"));
    form.pairs()
        .is_ok_and(|mut pairs| pairs.any(|(name, value)| is_of_lti_1p1(&name, &value)))
}
