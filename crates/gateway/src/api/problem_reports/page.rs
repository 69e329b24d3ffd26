//! `/report`: the plain page to which error pages lead, in a new tab. People who can sign in go on to the portal's form. Others
//! send the short form, with the signed reference of the error page, or pass a text to the school's IT.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, get, http::header, post, web};
use askama::Template;
use contract::{Check, CheckResult, ReportDiagnostics};
use domain::{FieldError, NewReport, Reference, ReportCategory, ReportDraft};
use messages::{Text, report_page};
use serde::{Deserialize, Serialize};
use store::IdempotencyKey;

use super::{diagnostics, filing::file_report, idempotency, sender::Sender};
use crate::{
    http::{
        assets,
        error::ApiError,
        language::{self, Language},
    },
    services::signed_reference::SignedReference,
    state::AppState,
};

/// The page runs the gateway's own scripts, posts to the gateway, and can't be framed.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Link {
    reference: String,
    signed: String,
    lang: String,
}

/// The fields of the short form. The signed reference is the credential, so there is no cookie that a stranger's page could use.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct ShortForm {
    signed: String,
    lang: String,
    summary: String,
    description: String,
    contact_email: String,
    attach_diagnostics: bool,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    language: Language,
    css: String,
    script: String,
    /// The launch, where the link names one.
    reference: Option<String>,
    /// The portal's form.
    portal_url: String,
    /// The short form, for the holder of a signed reference.
    form: Option<Form<'a>>,
    /// The text to pass to the school's IT.
    text_for_it: Cow<'static, str>,
    notice: Option<Cow<'static, str>>,
}

struct Form<'a> {
    values: &'a ShortForm,
    errors: FormErrors,
    /// The browser, by its own name for itself.
    browser: Option<String>,
    diagnostics: Option<Shown>,
}

/// The errors of each field.
#[derive(Default)]
struct FormErrors {
    summary: Option<Cow<'static, str>>,
    description: Option<Cow<'static, str>>,
    contact_email: Option<Cow<'static, str>>,
}

impl FormErrors {
    fn any(&self) -> bool {
        self.summary.is_some() || self.description.is_some() || self.contact_email.is_some()
    }
}

/// The diagnostics, as the page lists them before they are sent.
struct Shown {
    at: String,
    registration: Option<String>,
    code: Option<String>,
    checks: Vec<Check>,
}

#[derive(Template)]
#[template(path = "report_sent.html")]
struct Sent<'a> {
    language: Language,
    css: String,
    script: String,
    number: &'a str,
}

/// Shows the page, or the operator's own where there is one.
#[get("/report")]
pub async fn show_report_page(
    request: HttpRequest,
    app: web::Data<AppState>,
    link: web::Query<Link>,
) -> Result<HttpResponse, ApiError> {
    let external = &app.config.operator.report_url;
    if !external.is_empty() {
        return Ok(HttpResponse::SeeOther()
            .insert_header((header::LOCATION, external.as_str()))
            .finish());
    }
    let Link { reference, signed, lang } = link.into_inner();
    let language = language::of_request(Some(&lang), &request);
    let verified = app.signed_references.verify(&signed, app.clock.unix()).ok();
    let reference = Reference::parse(&reference).ok();
    let values = ShortForm {
        signed,
        lang,
        attach_diagnostics: true,
        ..ShortForm::default()
    };
    page(
        &app,
        language,
        reference,
        verified.as_ref().map(|signed| (signed, &values, browser(&request))),
        FormErrors::default(),
        None,
    )
    .await
}

/// Sends the short form.
#[post("/report")]
pub async fn send_report_page(
    request: HttpRequest,
    app: web::Data<AppState>,
    form: web::Form<ShortForm>,
) -> Result<HttpResponse, ApiError> {
    use report_page::refusal;
    let values = form.into_inner();
    let language = language::of_request(Some(&values.lang), &request);
    let Ok(signed) = app.signed_references.verify(&values.signed, app.clock.unix()) else {
        return page(&app, language, None, None, FormErrors::default(), Some(refusal::EXPIRED)).await;
    };
    let reference = Some(signed.reference.clone());
    let new = match NewReport::parse(draft(&values, &request)) {
        Ok(new) => new,
        Err(errors) => {
            let errors = explain(&errors, language);
            let form = Some((&signed, &values, browser(&request)));
            return page(&app, language, reference, form, errors, None).await;
        }
    };
    // The form sent twice, by an impatient person or a reload, is one report.
    let key = IdempotencyKey {
        key: signed.reference.to_string(),
        body_hash: idempotency::hash(&values),
    };
    match file_report(&app, &Sender::Holder(signed), new, Some(key)).await {
        Ok(report) => sent(language, report.summary.number.as_str()),
        Err(ApiError::Conflict { .. }) => page(&app, language, reference, None, FormErrors::default(), Some(refusal::USED)).await,
        Err(ApiError::TooMany { .. }) => page(&app, language, reference, None, FormErrors::default(), Some(refusal::QUOTA)).await,
        Err(other) => Err(other),
    }
}

fn draft(values: &ShortForm, request: &HttpRequest) -> ReportDraft {
    ReportDraft {
        category: Some(ReportCategory::Launch),
        summary: values.summary.clone(),
        description: values.description.clone(),
        contact_email: Some(values.contact_email.clone()),
        launch_reference: None,
        attach_diagnostics: values.attach_diagnostics,
        // The page shows it, under the values to send.
        browser: browser(request).filter(|_| values.attach_diagnostics),
        portal_version: None,
    }
}

/// The browser, by its own name for itself: the beginning of its User-Agent.
fn browser(request: &HttpRequest) -> Option<String> {
    let agent = request.headers().get(header::USER_AGENT)?.to_str().ok()?;
    Some(agent.chars().take(200).collect())
}

fn explain(errors: &[FieldError], language: Language) -> FormErrors {
    let of = |field: &str| {
        let error = errors.iter().find(|error| error.field == field)?;
        Some(crate::api::field_errors::text(&error.reason).of(language))
    };
    FormErrors {
        summary: of("summary"),
        description: of("description"),
        contact_email: of("contactEmail"),
    }
}

async fn page(
    app: &AppState,
    language: Language,
    reference: Option<Reference>,
    form: Option<(&SignedReference, &ShortForm, Option<String>)>,
    errors: FormErrors,
    notice: Option<Text>,
) -> Result<HttpResponse, ApiError> {
    let form = match form {
        Some((signed, values, browser)) => Some(Form {
            values,
            errors,
            browser,
            diagnostics: diagnostics::launch_diagnostics(app, signed.tenant, &signed.reference, language)
                .await?
                .map(shown),
        }),
        None => None,
    };
    let refused = notice.is_some() || form.as_ref().is_some_and(|form| form.errors.any());
    let reference = reference.map(|reference| reference.to_string());
    let query = reference
        .as_ref()
        .map(|reference| format!("?reference={reference}"))
        .unwrap_or_default();
    let page = Page {
        language,
        css: assets::url("pages.css"),
        script: assets::url("copy.js"),
        portal_url: format!("/reports/new{query}"),
        text_for_it: text_for_it(reference.as_deref(), &app.config.server.public_url).of(language),
        reference,
        form,
        notice: notice.map(|notice| notice.of(language)),
    };
    render(&page, if refused { 422 } else { 200 })
}

/// The text to pass to the school's IT.
fn text_for_it(reference: Option<&str>, portal: &str) -> Text {
    use report_page::for_it;
    match reference {
        Some(reference) => for_it::about_launch(reference, format!("{portal}/launches/{reference}")),
        None => for_it::about_gateway(portal),
    }
}

fn shown(diagnostics: ReportDiagnostics) -> Shown {
    let at = diagnostics.at;
    Shown {
        at: format!("{} {:02}:{:02}:{:02} UTC", at.date(), at.hour(), at.minute(), at.second()),
        registration: diagnostics.registration_name,
        code: diagnostics.code,
        checks: diagnostics
            .checks
            .into_iter()
            .filter(|check| check.result != CheckResult::Skipped)
            .collect(),
    }
}

fn sent(language: Language, number: &str) -> Result<HttpResponse, ApiError> {
    let page = Sent {
        language,
        css: assets::url("pages.css"),
        script: assets::url("copy.js"),
        number,
    };
    render(&page, 201)
}

fn render(page: &impl Template, status: u16) -> Result<HttpResponse, ApiError> {
    let html = page.render().map_err(|error| ApiError::Internal(error.into()))?;
    let status = actix_web::http::StatusCode::from_u16(status).map_err(|error| ApiError::Internal(error.into()))?;
    Ok(HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .content_type("text/html; charset=utf-8")
        .body(html))
}
