use actix_web::{get, web};
use contract::{Problem, RegistrationService, RegistrationServicePage, ServiceGroup, ServiceState};
use domain::{ServiceOffer, service_offers};

use super::{not_found, registration_id};
use crate::{
    api::apps::service_settings,
    http::{
        error::ApiError,
        language::{AcceptLanguage, Language},
    },
    request::{
        authorization::{Allowed, ReadRegistrations},
        body::Id,
    },
    state::AppState,
};

/// List the services that the app of a registration uses, and whether the LMS offers them.
///
/// Launches say so. For a service that no launch named, `remedy` has the settings of the LMS that switch it on, under its own names. The
/// texts are in the language of `Accept-Language`.
#[utoipa::path(
    tag = "registrations", operation_id = "list_registration_services",
    params(("id" = uuid::Uuid, Path, description = "The registration's id")),
    responses(
        (status = 200, description = "The services that the app uses; none if it uses none", body = RegistrationServicePage),
        (status = 404, description = "No such registration", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[get("/registrations/{id}/services")]
pub async fn list_registration_services(
    reader: Allowed<ReadRegistrations>,
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    id: Id,
) -> Result<web::Json<RegistrationServicePage>, ApiError> {
    let id = registration_id(id)?;
    let registration = app.store.find_registration(reader.caller.tenant, id, app.clock.now()).await?;
    let registration = registration.ok_or_else(not_found)?;
    let granted = app.store.list_granted_scopes(&registration).await?;
    let Some(used_by) = app.apps.find(&registration.app_id) else {
        return Ok(web::Json(RegistrationServicePage::default()));
    };
    let offers = service_offers(used_by, &granted, registration.last_launch_at.is_some());
    let value = offers
        .into_iter()
        .map(|(group, offer)| service(group, offer, &registration, language));
    Ok(web::Json(RegistrationServicePage {
        value: value.collect(),
        next_link: None,
    }))
}

fn service(
    group: domain::ServiceGroup,
    offer: ServiceOffer,
    registration: &domain::Registration,
    language: Language,
) -> RegistrationService {
    RegistrationService {
        service: match group {
            domain::ServiceGroup::NamesAndRoles => ServiceGroup::NamesAndRoles,
            domain::ServiceGroup::Grades => ServiceGroup::Grades,
        },
        state: match offer {
            ServiceOffer::Offered => ServiceState::Offered,
            ServiceOffer::NotOffered => ServiceState::NotOffered,
            ServiceOffer::Unknown => ServiceState::Unknown,
        },
        remedy: match offer {
            ServiceOffer::NotOffered => Some(service_settings(registration.product, group, language)),
            ServiceOffer::Offered | ServiceOffer::Unknown => None,
        },
    }
}
