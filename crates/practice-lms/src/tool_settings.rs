//! The tool settings page: what the tool's administrator needs of this LMS, and what the LMS needs of the tool.

use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, ORIGIN};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use url::Url;

use crate::lms::Lms;
use crate::page::{self, May};
use crate::tool::{ToolError, ToolSettings};

/// A value that the tool's administrator copies.
struct Detail {
    id: &'static str,
    name: &'static str,
    value: String,
}

#[derive(Template)]
#[template(path = "tool_settings.html")]
struct ToolPage {
    details: Vec<Detail>,
    typed: Typed,
    error: ToolError,
    /// About the form as a whole.
    alert: Option<String>,
    saved: bool,
}

/// The form as it was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    sesskey: String,
    tool_url: String,
    initiate_login_url: String,
    redirection_uris: String,
    public_keyset: String,
}

#[derive(Deserialize)]
pub(crate) struct Showing {
    #[serde(default)]
    saved: bool,
}

pub(crate) async fn show(lms: web::Data<Lms>, showing: web::Query<Showing>) -> HttpResponse {
    let page = ToolPage {
        saved: showing.saved,
        ..ToolPage::of(&lms, typed_before(&lms))
    };
    page::show(StatusCode::OK, &page, May::SendFormsHere)
}

pub(crate) async fn save(lms: web::Data<Lms>, request: HttpRequest, typed: web::Form<Typed>) -> HttpResponse {
    let typed = typed.into_inner();
    if !is_from_our_page(&lms, &request, &typed) {
        return again(
            &lms,
            typed,
            StatusCode::FORBIDDEN,
            "This page was out of date: check the values and save them again.",
        );
    }
    let tool = ToolSettings::parse(
        &typed.tool_url,
        &typed.initiate_login_url,
        &typed.redirection_uris,
        &typed.public_keyset,
    );
    match tool {
        Err(error) => {
            let page = ToolPage {
                error,
                alert: Some("The changes were not saved: correct the marked fields.".to_owned()),
                ..ToolPage::of(&lms, typed)
            };
            page::show(StatusCode::UNPROCESSABLE_ENTITY, &page, May::SendFormsHere)
        }
        Ok(tool) => match lms.save_tool(tool) {
            Ok(()) => HttpResponse::SeeOther()
                .insert_header((LOCATION, "/admin/tool?saved=true"))
                .finish(),
            Err(error) => again(&lms, typed, StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        },
    }
}

fn again(lms: &Lms, typed: Typed, status: StatusCode, alert: &str) -> HttpResponse {
    let page = ToolPage {
        alert: Some(alert.to_owned()),
        ..ToolPage::of(lms, typed)
    };
    page::show(status, &page, May::SendFormsHere)
}

/// Another site can neither read our session key nor send our origin.
fn is_from_our_page(lms: &Lms, request: &HttpRequest, typed: &Typed) -> bool {
    let same_origin = request.headers().get(ORIGIN).is_none_or(|origin| {
        let (theirs, ours) = (
            origin.to_str().ok().and_then(|text| Url::parse(text).ok()),
            Url::parse(&lms.public_url).ok(),
        );
        theirs
            .zip(ours)
            .is_some_and(|(theirs, ours)| theirs.origin() == ours.origin())
    });
    same_origin && typed.sesskey == lms.sesskey
}

fn typed_before(lms: &Lms) -> Typed {
    let ToolSettings {
        tool_url,
        initiate_login_url,
        redirection_uris,
        public_keyset,
    } = lms.tool();
    Typed {
        sesskey: String::new(),
        tool_url,
        initiate_login_url,
        redirection_uris: redirection_uris.join("\n"),
        public_keyset: public_keyset.unwrap_or_default(),
    }
}

impl ToolPage {
    fn of(lms: &Lms, typed: Typed) -> Self {
        Self {
            details: details(lms),
            typed: Typed {
                sesskey: lms.sesskey.clone(),
                ..typed
            },
            error: ToolError::default(),
            alert: None,
            saved: false,
        }
    }
}

/// In the words and the order of Moodle's "Tool configuration details".
fn details(lms: &Lms) -> Vec<Detail> {
    let address = |path: &str| format!("{}{path}", lms.public_url);
    let detail = |id, name, value| Detail { id, name, value };
    vec![
        detail("platform-id", "Platform ID", lms.public_url.clone()),
        detail("client-id", "Client ID", lms.client_id.clone()),
        detail("deployment-id", "Deployment ID", lms.deployment_id.clone()),
        detail("public-keyset-url", "Public keyset URL", address("/mod/lti/certs.php")),
        detail("access-token-url", "Access token URL", address("/mod/lti/token.php")),
        detail(
            "authentication-request-url",
            "Authentication request URL",
            address("/mod/lti/auth.php"),
        ),
    ]
}
