//! Conversions from domain to wire values that several resources share.

use contract::ProblemFault;
use domain::{Actor, ActorKind, FieldError, RegistrationSummary, Role, Tenant, TenantState};

use crate::{api::field_errors, http::language::Language};

/// A person or an application.
pub fn actor(actor: Actor) -> contract::Actor {
    let Actor { id, name, kind } = actor;
    contract::Actor {
        id,
        name,
        kind: actor_kind(kind),
    }
}

/// The kind of actor: a person or an application.
pub fn actor_kind(kind: ActorKind) -> contract::ActorKind {
    match kind {
        ActorKind::User => contract::ActorKind::User,
        ActorKind::App => contract::ActorKind::App,
    }
}

/// A role.
pub fn role(role: Role) -> contract::Role {
    match role {
        Role::Admin => contract::Role::Admin,
        Role::Educator => contract::Role::Educator,
        Role::Support => contract::Role::Support,
        Role::RegistrationsReadAll => contract::Role::RegistrationsReadAll,
        Role::RegistrationsReadWriteAll => contract::Role::RegistrationsReadWriteAll,
        Role::ReportsReadAll => contract::Role::ReportsReadAll,
        Role::ReportsReadWriteAll => contract::Role::ReportsReadWriteAll,
        Role::TenantRegister => contract::Role::TenantRegister,
    }
}

/// An organization.
pub fn tenant(tenant: Tenant) -> contract::Tenant {
    let Tenant {
        id,
        display_name,
        state,
        registered_at,
        registered_by: _,
    } = tenant;
    contract::Tenant {
        id: id.0,
        display_name,
        state: match state {
            TenantState::Registered => contract::TenantState::Registered,
            TenantState::Pending => contract::TenantState::Pending,
        },
        registered_at,
    }
}

/// A registration in brief.
pub fn registration_summary(registration: RegistrationSummary) -> contract::RegistrationSummary {
    let RegistrationSummary {
        name,
        app_id,
        product,
        deleted,
    } = registration;
    contract::RegistrationSummary {
        name,
        app_id,
        platform: product.id().to_owned(),
        deleted,
    }
}

/// One error of a body, for people.
pub fn problem_fault(error: &FieldError, language: Language) -> Vec<ProblemFault> {
    problem_faults(std::slice::from_ref(error), language)
}

/// All errors of a body, for people.
pub fn problem_faults(errors: &[FieldError], language: Language) -> Vec<ProblemFault> {
    let error = |error: &FieldError| ProblemFault {
        detail: field_errors::text(&error.reason).of(language).into_owned(),
        pointer: format!("/{}", error.field),
    };
    errors.iter().map(error).collect()
}
