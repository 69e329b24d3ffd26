use std::borrow::Borrow;

use actix_web::{post, web};
use contract::{NewRegistration, Problem, RegistrationCheck, Severity};
use domain::{Caller, CheckFinding, ReadDraft, Registration, RegistrationUnderTest, check_issuer, check_keyset};
use lti13::KeySet;
use serde_json::Value;
use url::Url;

use super::{create, discovery, findings::GatewayFinding, not_found, registration_id};
use crate::{
    http::{
        error::ApiError,
        language::{AcceptLanguage, Language},
    },
    request::{
        authorization::{Allowed, WriteRegistrations},
        body::{Body, Id},
    },
    services::{document_cache::KeyError, tool_keys},
    state::AppState,
};

/// Check a registration before it is saved.
///
/// Every value by the rules, what looks like a mistake, the LMS's keyset, what the LMS says of itself, and whether the client is free.
/// An invalid value stops none of it but the last, which takes all of them.
/// Nothing is stored. The texts are in the language of `Accept-Language`.
#[utoipa::path(
    tag = "registrations", operation_id = "check_draft",
    request_body(content = NewRegistration, description = "As for adding it", example = json!({
        "name": "Contoso Moodle", "appId": "launch-inspector", "platform": "moodle",
        "issuer": "https://moodle.contoso.edu/", "clientId": "0aEVzPOYmhw5mJi",
        "authenticationUrl": "https://moodle.contoso.edu/mod/lti/auth.php",
        "keysetUrl": "https://moodle.contoso.edu/mod/lti/certs.php",
    })),
    responses(
        (status = 200, description = "What was found", body = RegistrationCheck),
        (status = 429, description = "The organization made as many checks as it may within a minute", body = Problem, content_type = "application/problem+json", headers(("retry-after" = i64, description = "Seconds until the next minute"))),
    ),
)]
#[post("/registrations/check")]
pub async fn check_draft(
    writer: Allowed<WriteRegistrations>,
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    body: Body<NewRegistration>,
) -> Result<web::Json<RegistrationCheck>, ApiError> {
    let shared = app.clone();
    let (mut findings, draft) = body
        .validate_by(writer.caller.tenant, move |body| Ok(check_values(&shared, body)))
        .await?;
    if draft.lms.issuer.is_some() || draft.lms.keyset_url.is_some() {
        app.check_quota.take(writer.caller.tenant, app.clock.now())?;
    }
    let registration = RegistrationUnderTest::from(&draft);
    let keyset = async {
        match &registration.lms.keyset_url {
            Some(url) => keyset_findings(app.keysets.look_at(url).await),
            None => Vec::new(),
        }
    };
    findings.extend(check(&app, &registration, keyset).await);
    if let Ok(new) = draft.complete() {
        findings.extend(conflict(&app, &writer.caller, &new).await?);
    }
    Ok(web::Json(report(&findings, language)))
}

/// The findings that need the values only.
fn check_values(app: &AppState, body: NewRegistration) -> (Vec<GatewayFinding>, ReadDraft) {
    let mut findings = check_issuer(&body.issuer);
    // A body that came as JSON always has a JSON form.
    let entered = serde_json::to_value(&body).unwrap_or_default();
    let draft = create::read(app, body);
    findings.extend(draft.errors.iter().map(|error| CheckFinding::FieldError {
        field: error.field.clone().into_owned(),
        entered: entered.pointer(&format!("/{}", error.field)).map(shown).unwrap_or_default(),
        reason: error.reason.clone(),
    }));
    (findings.into_iter().map(Into::into).collect(), draft)
}

/// Check a saved registration.
///
/// The LMS's keyset as it is now, and what looks like a mistake. The registration's health follows. The texts are in the language of
/// `Accept-Language`.
#[utoipa::path(
    tag = "registrations", operation_id = "check_registration",
    params(("id" = uuid::Uuid, Path, description = "The registration's id")),
    responses(
        (status = 200, description = "What was found", body = RegistrationCheck),
        (status = 404, description = "No such registration", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "The organization made as many checks as it may within a minute", body = Problem, content_type = "application/problem+json", headers(("retry-after" = i64, description = "Seconds until the next minute"))),
    ),
)]
#[post("/registrations/{id}/check")]
pub async fn check_registration(
    writer: Allowed<WriteRegistrations>,
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    id: Id,
) -> Result<web::Json<RegistrationCheck>, ApiError> {
    let id = registration_id(id)?;
    let registration = app
        .store
        .find_registration(writer.caller.tenant, id, app.clock.now())
        .await?
        .ok_or_else(not_found)?;
    app.check_quota.take(writer.caller.tenant, app.clock.now())?;
    let mut findings = check_issuer(&registration.lms.platform.issuer);
    findings.extend(registration.failure.map(|failure| CheckFinding::Fails(failure.reason)));
    let mut findings: Vec<_> = findings.into_iter().map(GatewayFinding::from).collect();
    findings.extend(outdated_keyset(&app, &registration));
    let keyset = async { keyset_findings(app.keysets.fetch_now(&registration.lms.platform.keyset_url).await) };
    findings.extend(check(&app, &RegistrationUnderTest::from(&registration), keyset).await);
    Ok(web::Json(report(&findings, language)))
}

/// The finding that the LMS has to be given another keyset URL of the gateway.
fn outdated_keyset(app: &AppState, registration: &Registration) -> Option<GatewayFinding> {
    let keyset = registration.tool_keyset.as_ref().filter(|keyset| keyset.outdated)?;
    let needs_keys = |app: &domain::App| app.deep_linking || !app.services.is_empty();
    Some(GatewayFinding::KeysetOutdated {
        url: tool_keys::keyset_url(&app.config, &keyset.id),
        needed: app.apps.find(&registration.app_id).is_some_and(needs_keys),
    })
}

/// A value as somebody entered it, short enough to be shown.
fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    text.trim().chars().filter(|c| !c.is_control()).take(300).collect()
}

fn report(findings: &[GatewayFinding], language: Language) -> RegistrationCheck {
    let mut findings: Vec<_> = findings.iter().map(|finding| finding.finding(language)).collect();
    findings.sort_by_key(|finding| finding.severity);
    let passed = findings.iter().all(|finding| finding.severity != Severity::Error);
    RegistrationCheck { findings, passed }
}

/// Everything that shows in the values that keep to the rules, in the keyset and in the LMS's metadata.
async fn check(
    app: &AppState,
    registration: &RegistrationUnderTest,
    keyset: impl Future<Output = Vec<GatewayFinding>>,
) -> Vec<GatewayFinding> {
    let (keyset, compared) = futures_util::join!(keyset, discovery::compare(app, registration));
    let own = Url::parse(&app.config.server.public_url).ok();
    let values = own.map(|own| registration.check(&own)).unwrap_or_default();
    values
        .into_iter()
        .map(Into::into)
        .chain(keyset)
        .chain(compared.into_iter().map(Into::into))
        .collect()
}

async fn conflict(app: &AppState, caller: &Caller, new: &domain::NewRegistration) -> Result<Option<GatewayFinding>, ApiError> {
    let obstacle = app
        .store
        .find_obstacle(caller.tenant, new, &caller.actor, app.clock.now())
        .await?;
    let Some(refused) = obstacle else { return Ok(None) };
    match create::refused_for(new, refused) {
        ApiError::Conflict {
            code, detail, pointer, ..
        } => Ok(Some(GatewayFinding::Taken {
            code,
            field: pointer.unwrap_or_default().trim_start_matches('/').to_owned(),
            detail,
        })),
        other => Err(other),
    }
}

fn keyset_findings(keyset: Result<impl Borrow<KeySet>, KeyError>) -> Vec<GatewayFinding> {
    match keyset {
        Ok(keys) => check_keyset(keys.borrow()).into_iter().map(Into::into).collect(),
        Err(error) => vec![GatewayFinding::NoKeyset(error)],
    }
}
