//! The frame of every page: headers, the error page, style sheet and script.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use askama::Template;

use crate::{Identity, refusal::Refusal};

/// The use of a page in a frame. MSAL's silent sign-in (`prompt=none`) reads its answer from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Never,
    Allowed,
}

/// The submission of the page's form by script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scripting {
    None,
    FormPost,
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage<'a> {
    base: &'a str,
    description: String,
}

pub(crate) fn show(page: &impl Template, framing: Framing, scripting: Scripting) -> HttpResponse {
    show_with_status(StatusCode::OK, page, framing, scripting)
}

impl Refusal {
    /// The refusal as a page, for people whose app can't receive it.
    pub(crate) fn to_page(&self, identity: &Identity, framing: Framing) -> HttpResponse {
        let page = RefusalPage {
            base: &identity.base,
            description: self.description(),
        };
        show_with_status(self.status, &page, framing, Scripting::None)
    }
}

/// No `form-action`: Chromium applies it to the redirect after the form, which leads to the client's address.
fn show_with_status(status: StatusCode, page: &impl Template, framing: Framing, scripting: Scripting) -> HttpResponse {
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page of the development sign-in cannot be rendered");
            return HttpResponse::InternalServerError().finish();
        }
    };
    let mut policy = "default-src 'none'; style-src 'self'; base-uri 'none'".to_owned();
    if scripting == Scripting::FormPost {
        policy.push_str("; script-src 'self'");
    }
    let mut answer = HttpResponseBuilder::new(status);
    if framing == Framing::Never {
        policy.push_str("; frame-ancestors 'none'");
        answer.insert_header((header::X_FRAME_OPTIONS, "DENY"));
    }
    answer
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(html)
}

pub(crate) async fn get_style_sheet() -> HttpResponse {
    asset("text/css; charset=utf-8", include_str!("../assets/sign-in.css"))
}

pub(crate) async fn get_form_post_script() -> HttpResponse {
    asset("text/javascript; charset=utf-8", include_str!("../assets/form-post.js"))
}

fn asset(content_type: &'static str, content: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(content)
}
