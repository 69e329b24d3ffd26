//! `POST /platform/deep-links/{request}`: the answer of an app to a deep linking request (Deep Linking 2.0, section 4.5). It is verified,
//! its items are held against what the LMS takes, and the browser carries the gateway's own answer to the LMS.
//!
//! The person ends in the LMS, also with an answer that can't be used: then nothing is added, and the LMS shows why.

use std::borrow::Cow;

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use askama::Template;
use domain::{App, LmsProduct, Registration};
use lti13::{
    KeySet,
    services::{
        TokenError,
        deep_linking::{
            Acceptance, DeepLinkingResponse, Messages, ResponsePolicy, Selection, UnverifiedResponse, VerifiedResponse,
        },
    },
};
use messages::{Text, deep_linking};
use serde_json::{Map, Value as Json};
use store::StoreError;
use uuid::Uuid;

use super::app_keys::{AppKeysError, verify_by_app_keys};
use crate::{
    http::{
        assets,
        error::{ApiError, RETRY_AFTER},
        language::{self, Language},
    },
    request::form::{FormError, read_form},
    services::{concurrency::form_limit, deep_linking::DeepLinkingRequest, targets, tool_keys::SignError},
    state::AppState,
    telemetry::log::log_store_error,
};

/// The page that posts the answer to the LMS.
#[derive(Template)]
#[template(path = "deep_linking.html")]
struct AnswerPage<'a> {
    language: Language,
    title: Text,
    button: Text,
    action: &'a str,
    answer: &'a str,
    css: String,
    script: String,
}

/// The page where the LMS can't be answered.
#[derive(Template)]
#[template(path = "deep_linking_over.html")]
struct OverPage {
    language: Language,
    title: Text,
    advice: Text,
    css: String,
}

/// Why the LMS can't be answered.
#[derive(Debug)]
enum Unanswerable {
    /// No request has this id, or it expired.
    Unknown,
    /// The registration was deleted, or its deployment or app went.
    Gone,
    /// Nothing is signed for the registration.
    NotSigned(SignError),
    /// The database can't answer.
    Store(StoreError),
}

/// Why an answer of the app can't be used: a stable code, and the reason for logs.
#[derive(Debug)]
struct UnusableAnswer {
    status: StatusCode,
    code: Cow<'static, str>,
    reason: String,
}

/// The answer that goes to the LMS.
#[derive(Default)]
struct Outcome {
    items: Vec<Map<String, Json>>,
    messages: Messages,
    /// The first fault.
    error: Option<UnusableAnswer>,
}

/// Takes the answer of an app.
pub(super) async fn answer_deep_linking(
    request: HttpRequest,
    id: web::Path<String>,
    payload: web::Payload,
    app: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    match answer(&request, &id, payload, &app).await {
        Ok(page) => page,
        Err(error) => error.page(&request),
    }
}

async fn answer(
    request: &HttpRequest,
    id: &str,
    payload: web::Payload,
    app: &AppState,
) -> Result<Result<HttpResponse, ApiError>, Unanswerable> {
    let asked = app.deep_linking.find(id).await?.ok_or(Unanswerable::Unknown)?;
    let (registration, signer) = find_registration(app, &asked).await?;
    let form = read_form(payload.into_inner(), request.content_type(), form_limit(request.path())).await;
    let outcome = match form {
        Ok(form) => outcome(request, app, (id, &asked), signer, jwt(&form)).await?,
        Err(error) => UnusableAnswer::from(error).into(),
    };
    let language = language::of_request(asked.locale.as_deref(), request);
    let outcome = outcome.explained(language);
    let signed = sign(app, &registration, &asked, &outcome).await?;
    log(&asked, &registration, &outcome);
    Ok(page(&asked, &outcome, &signed, language))
}

/// The field of the form.
fn jwt(form: &[u8]) -> String {
    let mut fields = form_urlencoded::parse(form);
    let field = fields.find(|(name, _)| name == "JWT");
    field.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The registration that was launched, and its app, if both are still there.
async fn find_registration<'a>(app: &'a AppState, asked: &DeepLinkingRequest) -> Result<(Registration, &'a App), Unanswerable> {
    let (tenant, id) = asked.registration();
    let registration = app.store.find_registration(tenant, id, app.clock.now()).await?;
    let registration = registration.ok_or(Unanswerable::Gone)?;
    let is_live = registration.app_id == asked.app_id
        && registration.deployment_ids.contains(&asked.deployment_id)
        && app
            .store
            .has_app_deployment(&asked.app_id, registration.app_deployment_id)
            .await?;
    let signer = app.apps.find(&asked.app_id).filter(|signer| is_live && signer.deep_linking);
    Ok((registration, signer.ok_or(Unanswerable::Gone)?))
}

/// Verifies the answer of the app, and selects its items.
async fn outcome(
    request: &HttpRequest,
    app: &AppState,
    (id, asked): (&str, &DeepLinkingRequest),
    signer: &App,
    jwt: String,
) -> Result<Outcome, Unanswerable> {
    let response = match verify(request, app, asked, signer, &jwt).await {
        Ok(response) => response,
        Err(error) => return Ok(error.into()),
    };
    if !app
        .deep_linking
        .use_nonce(&signer.client_id, &response.nonce, id, &jwt)
        .await?
    {
        return Ok(UnusableAnswer::new("nonce", "the nonce was used for another answer").into());
    }
    let wrap = |address: &str| targets::wrap(&app.config, signer, address);
    let acceptance = Acceptance::from_claim(&asked.settings);
    let sent = response.items.len();
    let selection = acceptance.select(response.items, targets::schemes(&app.config), wrap);
    Ok(Outcome::of(selection, sent, response.messages))
}

async fn verify(
    request: &HttpRequest,
    app: &AppState,
    asked: &DeepLinkingRequest,
    signer: &App,
    jwt: &str,
) -> Result<VerifiedResponse, UnusableAnswer> {
    let response = UnverifiedResponse::parse(jwt)?;
    if response.client_id() != signer.client_id {
        return Err(TokenError::Issuer.into());
    }
    let app_deployment = asked.app_deployment_id.to_string();
    let verify = |keys: &KeySet| {
        let verify = |deployment_id: &str| {
            let policy = ResponsePolicy {
                client_id: &signer.client_id,
                audiences: &[&app.config.server.public_url],
                deployment_id,
                data: Some(&asked.data),
                now: app.clock.unix(),
            };
            response.verify(keys, &policy)
        };
        // The launch token has both.
        match verify(&asked.deployment_id) {
            Err(TokenError::Deployment) => verify(&app_deployment),
            verified => verified,
        }
    };
    Ok(verify_by_app_keys(request, app, signer, response.algorithm(), verify).await?)
}

/// The answer of the gateway, signed by the key that the LMS has for the registration.
async fn sign(
    app: &AppState,
    registration: &Registration,
    asked: &DeepLinkingRequest,
    outcome: &Outcome,
) -> Result<String, Unanswerable> {
    let platform = &registration.lms.platform;
    let response = DeepLinkingResponse {
        client_id: &platform.client_id,
        audience: &platform.issuer,
        subject: (registration.product == LmsProduct::Blackboard).then_some(&platform.client_id),
        deployment_id: &asked.deployment_id,
        data: asked.settings.get("data").filter(|data| !data.is_null()),
        nonce: &Uuid::new_v4().to_string(),
        now: app.clock.unix(),
        items: &outcome.items,
        messages: &outcome.messages,
    };
    let signed = app.tool_keys.sign(registration, &response.claims()).await;
    signed.map_err(Unanswerable::NotSigned)
}

/// Counts, types and codes: no titles, no addresses.
fn log(asked: &DeepLinkingRequest, registration: &Registration, outcome: &Outcome) {
    let types: Vec<_> = outcome.items.iter().filter_map(|item| item.get("type")?.as_str()).collect();
    tracing::info!(
        app = asked.app_id,
        registration = %registration.id,
        reference = asked.reference,
        items = outcome.items.len(),
        types = types.join(" "),
        code = outcome.error.as_ref().map(|error| &*error.code),
        reason = outcome.error.as_ref().map(|error| &*error.reason),
        "a deep linking request was answered"
    );
}

fn page(asked: &DeepLinkingRequest, outcome: &Outcome, signed: &str, language: Language) -> Result<HttpResponse, ApiError> {
    let action = asked.settings.get("deep_link_return_url").and_then(Json::as_str);
    let page = AnswerPage {
        language,
        title: deep_linking::TITLE,
        button: deep_linking::BACK,
        action: action.unwrap_or_default(),
        answer: signed,
        css: assets::url("pages.css"),
        script: assets::url("hand-over.js"),
    };
    let body = page.render().map_err(|error| ApiError::Internal(error.into()))?;
    let mut response = match &outcome.error {
        None => HttpResponse::Ok(),
        Some(error) => {
            let mut response = HttpResponse::build(error.status);
            response.insert_header(("x-error-code", format!("deep_linking_invalid.{}", error.code)));
            response
        }
    };
    Ok(response
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body))
}

impl Outcome {
    /// Those of `sent` items that the LMS takes, with the app's messages.
    fn of(selection: Selection, sent: usize, mut messages: Messages) -> Self {
        let refused: Vec<_> = selection
            .refused
            .iter()
            .map(|refused| format!("Item {} was left out: {}.", refused.index + 1, refused.error))
            .collect();
        if !refused.is_empty() {
            let own = messages.errorlog.take();
            messages.errorlog = Some(own.into_iter().chain(refused.iter().cloned()).collect::<Vec<_>>().join(" "));
        }
        let all_refused = sent > 0 && selection.items.is_empty();
        let first = selection.refused.first().map(|refused| refused.error.code());
        Self {
            error: all_refused.then(|| UnusableAnswer {
                status: StatusCode::OK,
                code: format!("items.{}", first.unwrap_or_default()).into(),
                reason: refused.join(" "),
            }),
            items: selection.items,
            messages,
        }
    }

    /// The same with what the LMS shows of a fault.
    fn explained(mut self, language: Language) -> Self {
        let Some(error) = &self.error else { return self };
        let text = match error.status {
            StatusCode::OK => deep_linking::ERROR_REFUSED,
            _ => deep_linking::ERROR_UNUSABLE,
        };
        let messages = &mut self.messages;
        messages.errormsg.get_or_insert_with(|| text.of(language).into_owned());
        messages.errorlog.get_or_insert_with(|| error.reason.clone());
        self
    }
}

impl UnusableAnswer {
    fn new(code: &'static str, reason: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: code.into(),
            reason: reason.to_owned(),
        }
    }
}

impl From<UnusableAnswer> for Outcome {
    fn from(error: UnusableAnswer) -> Self {
        Self {
            error: Some(error),
            ..Self::default()
        }
    }
}

impl From<FormError> for UnusableAnswer {
    fn from(error: FormError) -> Self {
        match error {
            FormError::Broken => Self::new("form", "the body broke off"),
            FormError::NotForm => Self::new("form", "the body is no form"),
            FormError::TooLong => Self::new("too_large", "the body is too long"),
        }
    }
}

impl From<TokenError> for UnusableAnswer {
    fn from(error: TokenError) -> Self {
        Self::new(error.code(), &error.to_string())
    }
}

impl From<AppKeysError> for UnusableAnswer {
    fn from(error: AppKeysError) -> Self {
        match error {
            AppKeysError::Token(error) => error.into(),
            AppKeysError::NoKeyset => Self::new("no_keyset", "the app has no keyset_url"),
            AppKeysError::Keyset(error) => Self {
                status: StatusCode::BAD_GATEWAY,
                ..Self::new("keyset", &format!("the keyset of the app can't be fetched or read: {error}"))
            },
            AppKeysError::Busy => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                ..Self::new("busy", "too many requests are in progress")
            },
        }
    }
}

impl From<StoreError> for Unanswerable {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Unanswerable {
    fn page(&self, request: &HttpRequest) -> Result<HttpResponse, ApiError> {
        let (status, code, title) = match self {
            Self::Unknown => (
                StatusCode::NOT_FOUND,
                "deep_linking_invalid.request_unknown",
                deep_linking::OVER,
            ),
            Self::Gone => (
                StatusCode::NOT_FOUND,
                "deep_linking_invalid.registration_gone",
                deep_linking::GONE,
            ),
            Self::NotSigned(error) => {
                tracing::error!(error = %format!("{error:#}"), "a deep linking request could not be answered");
                let status = match error {
                    SignError::ForeignAddress => StatusCode::CONFLICT,
                    SignError::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
                };
                (status, "deep_linking_invalid.not_signed", deep_linking::FAILED)
            }
            Self::Store(error) => {
                log_store_error(error, "a deep linking request could not be answered");
                (StatusCode::SERVICE_UNAVAILABLE, "internal.unavailable", deep_linking::FAILED)
            }
        };
        let page = OverPage {
            language: language::of_request(None, request),
            title,
            advice: deep_linking::OVER_ADVICE,
            css: assets::url("pages.css"),
        };
        let body = page.render().map_err(|error| ApiError::Internal(error.into()))?;
        let mut response = HttpResponse::build(status);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
        }
        Ok(response
            .content_type("text/html; charset=utf-8")
            .insert_header(("x-error-code", code))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(body))
    }
}
