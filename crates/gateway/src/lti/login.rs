//! `GET|POST /lti/login`: third-party initiated login (1EdTech Security Framework 1.0, section 5.1.1.1).

use std::{borrow::Cow, collections::HashSet};

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use domain::Refusal;
use lti13::{parse_pairs, tool::LoginInitiation};

use super::{begin::begin, contest, context::LaunchContext, cookie, form::LtiForm, mistakes};
use crate::state::AppState;

/// Begins a launch: sends the browser to the LMS's authentication URL.
pub(super) async fn login(request: HttpRequest, form: LtiForm, app: web::Data<AppState>) -> HttpResponse {
    let mut context = LaunchContext::new(&app, &request);
    match answer(&form, &mut context).await {
        Ok(answer) => answer,
        Err(refusal) => context.refuse(&refusal).await,
    }
}

async fn answer(form: &LtiForm, context: &mut LaunchContext<'_>) -> Result<HttpResponse, Refusal> {
    let code = contest::code_in_address(context.request);
    context.is_contest = code.is_some();
    let pairs = with_address(context.request, form.encoded()?);
    let initiation = LoginInitiation::parse(pairs).map_err(|error| mistakes::explain(error, form, context.request))?;
    let probing = cookie::destination(context.request) == Some("iframe");
    match code {
        Some(code) => contest::begin_proof(&code, initiation, probing, context).await,
        None => begin(initiation, probing, context).await,
    }
}

/// The posted parameters, and from the query of the login URL those that are not posted or empty: an administrator enters
/// `/lti/login?client_id=…` where the LMS sends no client ID, and others add `lti_storage_target` there.
fn with_address<'a>(request: &'a HttpRequest, form: &'a [u8]) -> Vec<(Cow<'a, str>, Cow<'a, [u8]>)> {
    let mut pairs: Vec<_> = parse_pairs(form).filter(|(_, value)| !value.is_empty()).collect();
    if request.method() == Method::POST {
        let posted: HashSet<_> = pairs.iter().map(|(name, _)| name.clone()).collect();
        pairs.extend(parse_pairs(request.query_string().as_bytes()).filter(|(name, _)| !posted.contains(name)));
    }
    pairs
}
