//! The authentication endpoint (Security Framework 1.0, 5.1.1.2 and 5.1.1.3), with the order of checks and the answers
//! of Moodle 4.5: what Moodle cannot trust ends in its own 404 page, other errors are posted to the tool.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use crate::course::HandOver;
use crate::launches::Launch;
use crate::lms::Lms;
use crate::page::{self, May};
use crate::server::now;
use crate::token::LaunchSpec;

/// An authentication request as it came; an empty value counts as absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuthenticationRequest {
    scope: String,
    response_type: String,
    response_mode: String,
    prompt: String,
    client_id: String,
    redirect_uri: String,
    login_hint: String,
    lti_message_hint: String,
    nonce: String,
    state: String,
}

/// Moodle's hint: the launch that this request continues.
#[derive(Deserialize)]
struct MessageHint {
    launchid: String,
}

/// The error that the tool gets instead of an id_token (OpenID Connect Core 1.0, 3.1.2.6).
#[derive(Debug, PartialEq, Eq)]
struct Refusal {
    error: &'static str,
    description: &'static str,
}

pub(crate) async fn by_get(lms: web::Data<Lms>, request: web::Query<AuthenticationRequest>) -> HttpResponse {
    answer(&lms, &request)
}

pub(crate) async fn by_post(lms: web::Data<Lms>, request: web::Form<AuthenticationRequest>) -> HttpResponse {
    answer(&lms, &request)
}

fn answer(lms: &Lms, request: &AuthenticationRequest) -> HttpResponse {
    match take_launch(lms, request) {
        Some(launch) if lms.tool().redirection_uris.contains(&request.redirect_uri) => {
            let mut fields = match check(lms, request, launch) {
                Ok(()) => vec![("id_token", id_token(lms, request, launch))],
                Err(refusal) => vec![
                    ("error", refusal.error.to_owned()),
                    ("error_description", refusal.description.to_owned()),
                ],
            };
            if let Some(target) = launch.storage.repeated_target() {
                fields.push(("lti_storage_target", target.to_owned()));
            }
            post_to_tool(request, fields)
        }
        _ => page::error_page(
            StatusCode::NOT_FOUND,
            "Invalid request",
            "This launch is not valid, or it was used before: open the activity again from the course.",
        ),
    }
}

/// The launch that this request continues, if it is complete and the launch is still unused; used up from then on.
fn take_launch(lms: &Lms, request: &AuthenticationRequest) -> Option<Launch> {
    let needed = [&request.client_id, &request.redirect_uri, &request.login_hint, &request.nonce];
    let complete = needed.iter().all(|value| !value.is_empty());
    if !complete || request.scope != "openid" || request.response_type != "id_token" {
        return None;
    }
    let hint: MessageHint = serde_json::from_str(&request.lti_message_hint).ok()?;
    lms.take_launch(&hint.launchid)
}

fn check(lms: &Lms, request: &AuthenticationRequest, launch: Launch) -> Result<(), Refusal> {
    let refuse = |error, description| Err(Refusal { error, description });
    if request.client_id != lms.client_id {
        return refuse("unauthorized_client", "Unauthorized client");
    }
    if request.login_hint != launch.person.number() {
        return refuse("access_denied", "The login hint is of another user");
    }
    if request.response_mode != "form_post" {
        return refuse("invalid_request", "Invalid response_mode");
    }
    if !matches!(request.prompt.as_str(), "" | "none") {
        return refuse("invalid_request", "Invalid prompt");
    }
    Ok(())
}

fn id_token(lms: &Lms, request: &AuthenticationRequest, launch: Launch) -> String {
    let mut spec = LaunchSpec::new(launch.person, &request.nonce)
        .container(launch.container)
        .message(launch.message);
    if let Some(item) = launch.item {
        spec = spec.item(lms, item);
    }
    spec.id_token(lms, now())
}

fn post_to_tool(request: &AuthenticationRequest, mut fields: Vec<(&'static str, String)>) -> HttpResponse {
    if !request.state.is_empty() {
        fields.push(("state", request.state.clone()));
    }
    let page = HandOver {
        form_name: "ltiAuthForm",
        action: request.redirect_uri.clone(),
        fields,
    };
    page::show(StatusCode::OK, &page, May::PostToTheTool)
}
