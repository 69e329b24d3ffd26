use actix_web::{HttpResponse, http::header, post, web};
use contract::{NewRegistration, Problem, ProblemFault, Registration};
use domain::{LmsProduct, ReadDraft, RegistrationId, Rules, presets};
use messages::api;
use store::InsertError;
use uuid::Uuid;

use super::wire;
use crate::{
    http::{
        error::ApiError,
        language::{AcceptLanguage, Language},
    },
    request::{
        authorization::{Allowed, WriteRegistrations},
        body::Body,
    },
    state::AppState,
};

/// Add a registration.
///
/// Nothing is fetched; `POST /api/v1/registrations/check` does that. The same issuer, client ID and deployment again is a 409, so a
/// request may be repeated safely. With `replaces`, the old registration ends in the moment in which the new one begins.
#[utoipa::path(
    tag = "registrations", operation_id = "create_registration",
    request_body(content = NewRegistration, example = json!({
        "name": "Contoso Moodle", "appId": "launch-inspector", "platform": "moodle",
        "issuer": "https://moodle.contoso.edu", "clientId": "0aEVzPOYmhw5mJi", "deploymentIds": ["1"],
        "authenticationUrl": "https://moodle.contoso.edu/mod/lti/auth.php",
        "keysetUrl": "https://moodle.contoso.edu/mod/lti/certs.php",
        "accessTokenUrl": "https://moodle.contoso.edu/mod/lti/token.php",
    })),
    responses(
        (status = 201, description = "Added", body = Registration, headers(("location" = String, description = "Its address"))),
        (status = 409, description = "The LMS's client or deployment is taken, or the organization has as many as it may", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some values need a change; all are named", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[post("/registrations")]
pub async fn create_registration(
    writer: Allowed<WriteRegistrations>,
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    body: Body<NewRegistration>,
) -> Result<HttpResponse, ApiError> {
    let caller = writer.caller;
    let shared = app.clone();
    let new = body
        .validate_by(caller.tenant, move |body| parse(&shared, body, language))
        .await?;
    let id = RegistrationId(Uuid::now_v7());
    let created = app
        .store
        .insert_registration(caller.tenant, id, &new, &caller.actor, app.clock.now())
        .await
        .map_err(|error| refused_for(&new, error))?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, app.public_url(&format!("/api/v1/registrations/{id}"))))
        .json(wire::registration(created, &app, language)))
}

/// The body as a valid registration.
///
/// # Errors
///
/// All its faults.
pub fn parse(app: &AppState, body: NewRegistration, language: Language) -> Result<domain::NewRegistration, Vec<ProblemFault>> {
    let draft = read(app, body);
    draft
        .complete()
        .map_err(|errors| crate::api::wire::problem_faults(&errors, language))
}

/// The body as a draft, each value validated by itself.
pub(super) fn read(app: &AppState, body: NewRegistration) -> ReadDraft {
    ReadDraft::of(wire::draft(body), &rules(app, domain::MAX_DEPLOYMENTS))
}

/// The rules for registrations at this gateway.
pub(super) fn rules(app: &AppState, max_deployments: usize) -> Rules<'_> {
    Rules {
        allow_http: app.config.dev,
        allowed_hosts: &app.config.outbound.allowed_hosts,
        app_ids: Some(app.apps.ids()),
        max_deployments,
    }
}

/// The error for this registration. Every Canvas comes with the issuer of hosted Canvas and counts its client IDs from the same
/// number, so that two on own servers are in each other's way until one gets an issuer of its own.
pub(super) fn refused_for(new: &domain::NewRegistration, error: InsertError) -> ApiError {
    let is_of_other = matches!(
        error,
        InsertError::ClientTaken | InsertError::PlatformDiffers { .. } | InsertError::DeploymentTaken { .. }
    );
    let issuer = &new.lms.platform.issuer;
    let is_default_canvas =
        new.product == LmsProduct::CanvasSelfHosted && presets::owner_by_issuer(issuer) == Some(LmsProduct::Canvas);
    match refused(error) {
        ApiError::Conflict {
            code,
            pointer,
            registration,
            ..
        } if is_of_other && is_default_canvas => ApiError::Conflict {
            code,
            detail: api::registration::DEFAULT_CANVAS_ISSUER,
            pointer,
            registration,
        },
        other => other,
    }
}

/// The API error for a registration that can't be stored.
pub fn refused(refused: InsertError) -> ApiError {
    let registration = refused.own();
    let conflict = |code, pointer: &str, detail| ApiError::Conflict {
        code,
        detail,
        pointer: Some(pointer.to_owned()),
        registration,
    };
    match refused {
        InsertError::DeploymentTaken {
            own: Some(_),
            deployment_id,
        } => conflict(
            "registration.duplicate",
            "/deploymentIds",
            api::registration::duplicate(deployment_id),
        ),
        InsertError::DeploymentTaken {
            own: None,
            deployment_id,
        } => conflict(
            "registration.taken",
            "/deploymentIds",
            api::registration::deployment_taken(deployment_id),
        ),
        InsertError::ClientTaken => conflict("registration.taken", "/clientId", api::registration::CLIENT_TAKEN),
        InsertError::PlatformDiffers { field } => conflict(
            "registration.platform_differs",
            &format!("/{field}"),
            api::registration::PLATFORM_DIFFERS,
        ),
        InsertError::AlreadyOpen { .. } => {
            conflict("registration.duplicate", "/deploymentIds", api::registration::DUPLICATE_OPEN)
        }
        InsertError::ReplacesNotFound => conflict(
            "registration.replaces_not_found",
            "/replaces",
            api::registration::REPLACES_NOT_FOUND,
        ),
        InsertError::TooMany { limit } => ApiError::Conflict {
            code: "registration.too_many",
            detail: api::registration::too_many(limit),
            pointer: None,
            registration: None,
        },
        InsertError::TooManyUnconfirmed { limit } => conflict(
            "registration.too_many_unconfirmed",
            "/clientId",
            api::registration::too_many_unconfirmed(limit),
        ),
        InsertError::TenantNotFound => ApiError::Forbidden {
            code: "tenant.not_registered",
            detail: api::tenant::GONE,
        },
        InsertError::Store(error) => error.into(),
    }
}
