//! The common parts of all pages: headers, files, and the pages for errors.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse, ResponseError, error, web};
use askama::Template;

/// No tool setting is longer than this, and no authentication request either.
const LONGEST_FORM: usize = 64 * 1024;

/// Scripts and styles are files of this LMS, and only its own pages may frame it.
const POLICY: &str =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'self'";

/// A permission of a page beside showing text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum May {
    /// Send forms to this LMS.
    SendFormsHere,
    /// Show the tool in a frame. Which app a gateway hands over to, and on which host, is not for the LMS to know.
    FrameTheTool,
    /// Post the browser over to the tool. Chromium applies `form-action` to the redirects after a post too, and those
    /// are the tool's own affair, so there is no such rule here.
    PostToTheTool,
}

impl May {
    fn policy(self) -> String {
        match self {
            Self::SendFormsHere => format!("{POLICY}; form-action 'self'"),
            Self::FrameTheTool => format!("{POLICY}; form-action 'none'; frame-src 'self' https: http:"),
            Self::PostToTheTool => POLICY.to_owned(),
        }
    }
}

pub(crate) fn show(status: StatusCode, page: &impl Template, may: May) -> HttpResponse {
    match page.render() {
        Ok(html) => HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((CONTENT_SECURITY_POLICY, may.policy()))
            // A stricter policy would send `Origin: null` with the posts to the tool.
            .insert_header((REFERRER_POLICY, "strict-origin"))
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            HttpResponse::InternalServerError().body("Practice LMS could not write this page.")
        }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    heading: &'a str,
    sentence: &'a str,
}

/// A page that says in one sentence what went wrong.
pub(crate) fn error_page(status: StatusCode, heading: &str, sentence: &str) -> HttpResponse {
    show(status, &ErrorPage { heading, sentence }, May::SendFormsHere)
}

pub(crate) async fn not_found() -> HttpResponse {
    error_page(
        StatusCode::NOT_FOUND,
        "Page not found",
        "Practice LMS has no page at this address; services such as grades and access tokens are not offered yet.",
    )
}

/// Lets queries, forms and paths that cannot be read end in a page of ours.
pub(crate) fn input_errors(config: &mut web::ServiceConfig) {
    config
        .app_data(web::QueryConfig::default().error_handler(|error, _| unreadable(error)))
        .app_data(
            web::FormConfig::default()
                .limit(LONGEST_FORM)
                .error_handler(|error, _| unreadable(error)),
        );
}

fn unreadable(error: impl ResponseError + 'static) -> error::Error {
    let page = error_page(
        error.status_code(),
        "Invalid request",
        "Practice LMS cannot read this request: a value is missing, repeated, too long or not one it knows.",
    );
    error::InternalError::from_response(error, page).into()
}

pub(crate) async fn asset(request: HttpRequest) -> HttpResponse {
    let (content_type, content) = match request.match_info().query("name") {
        "practice-lms.css" => ("text/css; charset=utf-8", include_str!("../assets/practice-lms.css")),
        "submit.js" => ("text/javascript; charset=utf-8", include_str!("../assets/submit.js")),
        "storage.js" => ("text/javascript; charset=utf-8", include_str!("../assets/storage.js")),
        "copy.js" => ("text/javascript; charset=utf-8", include_str!("../assets/copy.js")),
        "logo.svg" => ("image/svg+xml", include_str!("../assets/logo.svg")),
        "activity.svg" => ("image/svg+xml", include_str!("../assets/activity.svg")),
        _ => return not_found().await,
    };
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((CACHE_CONTROL, "max-age=300"))
        .body(content)
}
