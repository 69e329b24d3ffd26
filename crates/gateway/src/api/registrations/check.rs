use std::borrow::Borrow;

use actix_web::{post, web};
use contract::{NewRegistration, Problem, RegistrationCheck, Severity};
use domain::{Caller, FailureReason, ReadDraft};
use lti13::KeySet;
use serde_json::Value;

use super::{
    create, discovery,
    found::{Candidate, Found, KeyName, judge_issuer},
    not_found, registration_id,
};
use crate::{
    http::{
        error::ApiError,
        language::{AcceptLanguage, Language},
    },
    request::{
        authorization::{Allowed, WriteRegistrations},
        body::{Body, Id},
    },
    services::jwks_cache::KeyFault,
    state::AppState,
};

/// Check a registration before it is saved.
///
/// Every value by the rules, what looks like a mistake, the LMS's keyset, what the LMS says of itself, and whether the client is free.
/// A faulty value stops none of it but the last, which takes all of them.
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
    let (mut found, draft) = body
        .judge_by(writer.caller.tenant, move |body| Ok(judge_values(&shared, body)))
        .await?;
    if draft.lms.issuer.is_some() || draft.lms.keyset_url.is_some() {
        app.check_quota.take(writer.caller.tenant, app.clock.now())?;
    }
    let candidate = Candidate {
        family: draft.family,
        issuer: draft.lms.issuer.as_deref(),
        client_id: draft.lms.client_id.as_deref(),
        authentication_url: draft.lms.authentication_url.as_ref(),
        keyset_url: draft.lms.keyset_url.as_ref(),
        access_token_url: draft.lms.access_token_url.as_ref(),
        access_token_audience: draft.lms.access_token_audience.as_deref(),
        has_deployment: draft.accept_any_deployment || !draft.deployment_ids.is_empty(),
    };
    // A value with a fault isn't a missing one.
    let faulty = |found: &Found| {
        let of_field = |fault: &domain::Fault| fault.field.split('/').next() == found.field();
        found.is_about_what_is_missing() && draft.faults.iter().any(of_field)
    };
    let keyset = async {
        match candidate.keyset_url {
            Some(url) => judge_keyset(app.key_sets.look_at(url).await),
            None => Vec::new(),
        }
    };
    let judged = judge(&app, &candidate, keyset).await;
    found.extend(judged.into_iter().filter(|found| !faulty(found)));
    if let Ok(new) = draft.complete() {
        found.extend(conflict(&app, &writer.caller, &new).await?);
    }
    Ok(web::Json(report(&found, language)))
}

/// What the values alone show.
fn judge_values(app: &AppState, body: NewRegistration) -> (Vec<Found>, ReadDraft) {
    let mut found = judge_issuer(&body.issuer);
    // What came as JSON always has a JSON form.
    let entered = serde_json::to_value(&body).unwrap_or_default();
    let draft = create::read(app, body);
    found.extend(draft.faults.iter().map(|fault| Found::Fault {
        field: fault.field.clone().into_owned(),
        entered: entered.pointer(&format!("/{}", fault.field)).map(shown).unwrap_or_default(),
        reason: fault.reason.clone(),
    }));
    (found, draft)
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
    let mut found = judge_issuer(&registration.lms.platform.issuer);
    let failure = registration.failure.map(|failure| failure.reason);
    let candidate = Candidate {
        family: Some(registration.family),
        issuer: Some(&registration.lms.platform.issuer),
        client_id: Some(&registration.lms.platform.client_id),
        authentication_url: Some(&registration.lms.platform.authentication_url),
        keyset_url: Some(&registration.lms.platform.keyset_url),
        access_token_url: registration.lms.access_token_url.as_ref(),
        access_token_audience: registration.lms.access_token_audience.as_deref(),
        has_deployment: registration.accept_any_deployment
            || !registration.deployment_ids.is_empty()
            || failure == Some(FailureReason::DeploymentsRejected),
    };
    found.extend(failure.map(Found::Fails));
    let keyset = async { judge_keyset(app.key_sets.fetch_now(&registration.lms.platform.keyset_url).await) };
    found.extend(judge(&app, &candidate, keyset).await);
    Ok(web::Json(report(&found, language)))
}

/// A value as somebody entered it, short enough to be shown.
fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    text.trim().chars().filter(|c| !c.is_control()).take(300).collect()
}

fn report(found: &[Found], language: Language) -> RegistrationCheck {
    let mut findings: Vec<_> = found.iter().map(|found| found.finding(language)).collect();
    findings.sort_by_key(|finding| finding.severity);
    let passed = findings.iter().all(|finding| finding.severity != Severity::Error);
    RegistrationCheck { findings, passed }
}

/// Everything that can be judged of the values that keep to the rules, with what the keyset shows.
async fn judge(app: &AppState, candidate: &Candidate<'_>, keyset: impl Future<Output = Vec<Found>>) -> Vec<Found> {
    let (keyset, discovered) = futures_util::join!(keyset, discovery::compare(app, candidate));
    candidate.judge().into_iter().chain(keyset).chain(discovered).collect()
}

async fn conflict(app: &AppState, caller: &Caller, new: &domain::NewRegistration) -> Result<Option<Found>, ApiError> {
    let obstacle = app
        .store
        .find_obstacle(caller.tenant, new, &caller.actor, app.clock.now())
        .await?;
    let Some(refused) = obstacle else { return Ok(None) };
    match create::refused(refused) {
        ApiError::Conflict { code, detail, pointer } => Ok(Some(Found::Taken {
            code,
            field: pointer.unwrap_or_default().trim_start_matches('/').to_owned(),
            detail,
        })),
        other => Err(other),
    }
}

fn judge_keyset(keyset: Result<impl Borrow<KeySet>, KeyFault>) -> Vec<Found> {
    match keyset {
        Ok(keys) => judge_keys(keys.borrow()),
        Err(fault) => vec![Found::NoKeyset(fault)],
    }
}

fn judge_keys(keys: &KeySet) -> Vec<Found> {
    let ignored = keys.findings().iter().map(|ignored| Found::KeyIgnored {
        key: ignored
            .kid
            .as_ref()
            .map_or(KeyName::Place(ignored.index + 1), |kid| KeyName::Id(kid.clone())),
        reason: ignored.reason,
    });
    let verdict = match keys.usable() {
        0 => Found::NoUsableKey,
        usable => Found::Keyset { usable },
    };
    ignored.chain([verdict]).collect()
}
