use ::lti::KeySet;
use actix_web::{post, web};
use contract::{Finding, NewRegistration, Problem, RegistrationCheck, Severity};
use domain::Caller;

use url::Url;

use super::{create, not_found, registration_id};
use crate::{
    error::ApiError,
    identity::{Allowed, WriteRegistrations},
    input::{Body, Id},
    key_sets::KeyFault,
    outbound::FetchFault,
    state::AppState,
};

/// Check a registration before it is saved.
///
/// Every value by the rules, what looks like a mistake, the LMS's keyset, what the LMS says of itself, and whether the client is free.
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
    ),
)]
#[post("/registrations/check")]
pub async fn check_draft(
    writer: Allowed<WriteRegistrations>,
    state: web::Data<AppState>,
    body: Body<NewRegistration>,
) -> Result<web::Json<RegistrationCheck>, ApiError> {
    let body = body.judge()?;
    let mut findings = hints(&body.issuer);
    match create::parse(&state, body) {
        Err(faults) => findings.extend(faults.into_iter().map(fault)),
        Ok(new) => {
            findings.extend(conflict(&state, &writer.caller, &new).await?);
            findings.extend(keyset(&state, &new.platform.keyset_url).await);
        }
    }
    Ok(web::Json(report(findings)))
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
    ),
)]
#[post("/registrations/{id}/check")]
pub async fn check_registration(
    writer: Allowed<WriteRegistrations>,
    state: web::Data<AppState>,
    id: Id,
) -> Result<web::Json<RegistrationCheck>, ApiError> {
    let id = registration_id(id)?;
    let registration = state
        .store
        .find_registration(writer.caller.tenant, id)
        .await?
        .ok_or_else(not_found)?;
    let mut findings = hints(&registration.platform.issuer);
    findings.extend(keyset(&state, &registration.platform.keyset_url).await);
    Ok(web::Json(report(findings)))
}

fn report(mut findings: Vec<Finding>) -> RegistrationCheck {
    findings.sort_by_key(|finding| finding.severity);
    let passed = findings.iter().all(|finding| finding.severity != Severity::Error);
    RegistrationCheck { findings, passed }
}

fn finding(code: &str, severity: Severity, field: &str, seen: impl Into<String>, remedy: &str) -> Finding {
    let remedy = (!remedy.is_empty()).then(|| remedy.to_owned());
    Finding {
        code: code.to_owned(),
        severity,
        field: Some(field.to_owned()),
        seen: seen.into(),
        remedy,
    }
}

fn fault(fault: contract::ProblemFault) -> Finding {
    let field = fault.pointer.trim_start_matches('/').to_owned();
    finding("value.invalid", Severity::Error, &field, fault.detail, "")
}

/// What is probably a mistake, but might be meant: an issuer is compared byte for byte.
fn hints(issuer: &str) -> Vec<Finding> {
    let issuer = issuer.trim();
    let mut hints = Vec::new();
    if issuer.ends_with('/') {
        hints.push(finding(
            "issuer.trailing_slash",
            Severity::Warning,
            "issuer",
            "The issuer ends in a slash.",
            "Most LMSs' issuers have none, and it must match exactly: compare it with what the LMS shows.",
        ));
    }
    if issuer.starts_with("http://") {
        hints.push(finding(
            "issuer.http",
            Severity::Info,
            "issuer",
            "The issuer begins with http://.",
            "That is for development only; a production gateway asks for https://.",
        ));
    }
    hints
}

async fn conflict(state: &AppState, caller: &Caller, new: &domain::NewRegistration) -> Result<Option<Finding>, ApiError> {
    let obstacle = state
        .store
        .find_obstacle(caller.tenant, new, &caller.actor, state.clock.now())
        .await?;
    let Some(refused) = obstacle else { return Ok(None) };
    match create::refused(refused) {
        ApiError::Conflict { code, detail, pointer } => {
            let field = pointer.unwrap_or_default();
            Ok(Some(finding(
                code,
                Severity::Error,
                field.trim_start_matches('/'),
                detail,
                "",
            )))
        }
        other => Err(other),
    }
}

async fn keyset(state: &AppState, url: &Url) -> Vec<Finding> {
    match state.key_sets.fetch_now(url).await {
        Ok(keys) => judge(&keys),
        Err(fault) => vec![unavailable(&fault)],
    }
}

fn judge(keys: &KeySet) -> Vec<Finding> {
    let usable = keys.usable();
    let mut findings: Vec<_> = keys
        .findings()
        .iter()
        .map(|ignored| {
            let name = ignored
                .kid
                .as_ref()
                .map_or_else(|| format!("Key {}", ignored.index + 1), |kid| format!("Key {kid}"));
            finding(
                "keyset.key_ignored",
                Severity::Info,
                "keysetUrl",
                format!("{name} isn't used. {}", ignored.reason.sentence()),
                "",
            )
        })
        .collect();
    findings.push(if usable == 0 {
        finding(
            "keyset.no_usable_key",
            Severity::Error,
            "keysetUrl",
            "The keyset has no key that LTI 1.3 can use.",
            "The LMS must publish an RSA key of at least 2048 bits with a kid, for RS256.",
        )
    } else {
        let keys = if usable == 1 {
            "1 key".to_owned()
        } else {
            format!("{usable} keys")
        };
        finding(
            "keyset.reachable",
            Severity::Info,
            "keysetUrl",
            format!("The keyset was fetched and has {keys} that can be used."),
            "",
        )
    });
    findings
}

fn unavailable(fault: &KeyFault) -> Finding {
    let (code, seen, remedy) = match fault {
        KeyFault::Fetch(FetchFault::Blocked(why)) => (
            "keyset.blocked",
            format!("The gateway may not call the keyset URL: {why}."),
            "Use the LMS's public https address, or ask the operator to allow this host.",
        ),
        KeyFault::Fetch(FetchFault::Status(status)) => (
            "keyset.status",
            format!("The keyset URL answered with HTTP status {status}."),
            "Compare the keyset URL with what the LMS shows, and check that it may be opened without signing in.",
        ),
        KeyFault::Fetch(FetchFault::Redirected(status)) => (
            "keyset.redirected",
            format!("The keyset URL redirects elsewhere (HTTP status {status})."),
            "Enter the address to which it leads, if that is the LMS's.",
        ),
        KeyFault::Fetch(fault) => (
            "keyset.unreachable",
            format!("The keyset URL could not be fetched: {fault}."),
            "Check the address, and that the school's network lets the gateway through.",
        ),
        KeyFault::Unreadable(why) => (
            "keyset.unreadable",
            why.clone(),
            "The keyset URL must answer with a JSON Web Key Set.",
        ),
        KeyFault::KeyNotFound => (
            "keyset.unreadable",
            "The keyset has no keys.".to_owned(),
            "The keyset URL must answer with a JSON Web Key Set.",
        ),
    };
    finding(code, Severity::Error, "keysetUrl", seen, remedy)
}
