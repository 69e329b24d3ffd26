//! Records of calls of LMSs' services that did not go through at once.

use domain::{CallFault, CallOutcome, CalledService, LmsService, Registration, RegistrationId, ServiceCall};
use store::Store;
use uuid::Uuid;

use crate::{
    services::{
        clock::Clock,
        lms_tokens::{LmsCallError, LmsTokenError},
        roster::RosterError,
    },
    telemetry::log::log_store_error,
};

/// Records calls. Cheap to clone.
#[derive(Clone)]
pub struct ServiceCalls {
    store: Store,
    clock: Clock,
}

/// The reason of an error, and the LMS's status.
pub fn fault(error: &RosterError) -> (CallFault, Option<u16>) {
    match error {
        RosterError::Call(LmsCallError::Token(LmsTokenError::Refused { status, .. })) => (CallFault::TokenRefused, Some(*status)),
        RosterError::Call(LmsCallError::Token(LmsTokenError::Unreachable(_))) => (CallFault::Unreachable, None),
        RosterError::Call(LmsCallError::Token(_)) => (CallFault::TokenRefused, None),
        RosterError::Call(LmsCallError::Unreachable(_)) => (CallFault::Unreachable, None),
        RosterError::Status { status, .. } if *status == 429 || *status >= 500 => (CallFault::Busy, Some(*status)),
        RosterError::Status { status, .. } => (CallFault::Refused, Some(*status)),
        RosterError::Unusable { .. } => (CallFault::Unusable, None),
    }
}

impl ServiceCalls {
    /// With nothing recorded.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Records a call that failed. An app gets its answer whether or not that can be saved.
    pub async fn failed(&self, registration: &Registration, service: CalledService, error: &RosterError) {
        let (fault, upstream_status) = fault(error);
        let service = match fault {
            CallFault::TokenRefused => CalledService::AccessToken,
            _ => service,
        };
        let call = ServiceCall {
            id: Uuid::now_v7(),
            at: self.clock.now(),
            registration_id: registration.id,
            app_id: registration.app_id.clone(),
            service,
            outcome: CallOutcome::Failed,
            upstream_status,
            fault,
        };
        tracing::warn!(registration = %registration.id, service = service.name(), code = fault.code(), %error, "a call of an LMS's service failed");
        if let Err(error) = self.store.record_service_call(registration.tenant_id, &call).await {
            log_store_error(&error, "a failed call of a service could not be recorded");
        }
    }

    /// Records the outcome of a score that waits or waited.
    pub async fn score(
        &self,
        id: Uuid,
        service: &LmsService,
        registration: RegistrationId,
        outcome: CallOutcome,
        (fault, upstream_status): (CallFault, Option<u16>),
    ) {
        let call = ServiceCall {
            id,
            at: self.clock.now(),
            registration_id: registration,
            app_id: service.app_id.clone(),
            service: CalledService::Scores,
            outcome,
            upstream_status,
            fault,
        };
        tracing::info!(%registration, score = %id, outcome = outcome.name(), code = fault.code(), "a score that waits");
        if let Err(error) = self.store.record_service_call(service.tenant_id, &call).await {
            log_store_error(&error, "a call of a service could not be recorded");
        }
    }
}
