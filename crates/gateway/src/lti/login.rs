//! `GET|POST /lti/login`: third-party initiated login (1EdTech Security Framework 1.0, section 5.1.1.1).

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use domain::Refusal;
use lti13::tool::LoginInitiation;

use super::{begin::begin, context::LaunchContext, cookie, form::LtiForm};
use crate::state::AppState;

/// Begins a launch: sends the browser to the LMS's authentication URL.
pub(super) async fn login(request: HttpRequest, form: LtiForm, app: web::Data<AppState>) -> HttpResponse {
    let mut context = LaunchContext::new(&app, &request);
    match receive(&form, &mut context).await {
        Ok(answer) => answer,
        Err(refusal) => context.refuse(&refusal).await,
    }
}

async fn receive(form: &LtiForm, context: &mut LaunchContext<'_>) -> Result<HttpResponse, Refusal> {
    let pairs = client_in_address(context.request, form.pairs()?.collect());
    let initiation = LoginInitiation::parse(pairs)?;
    let probing = cookie::destination(context.request) == Some("iframe");
    begin(initiation, probing, context).await
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
