//! Domain values to wire values, for what more than one resource shows.

use contract::ProblemFault;
use domain::{Actor, ActorKind, Fault, Role, Tenant, TenantState};

/// A person or an application.
pub fn actor(actor: Actor) -> contract::Actor {
    let Actor { id, name, kind } = actor;
    contract::Actor {
        id,
        name,
        kind: actor_kind(kind),
    }
}

/// Whether it is a person or an application.
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

/// One fault of a body.
pub fn fault(fault: Fault) -> Vec<ProblemFault> {
    faults(vec![fault])
}

/// All faults of a body.
pub fn faults(faults: Vec<Fault>) -> Vec<ProblemFault> {
    let fault = |fault: Fault| {
        let Fault { field, code: _, detail } = fault;
        ProblemFault {
            detail,
            pointer: format!("/{field}"),
        }
    };
    faults.into_iter().map(fault).collect()
}
