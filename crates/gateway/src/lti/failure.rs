//! Refusals because of an internal error: its cause is logged once.

use domain::{Refusal, Rule};
use store::StoreError;

use crate::telemetry::log::log_store_error;

/// A refusal of our own making, because the database failed, or another change got in first: it may be tried again. The cause is
/// logged here, once.
pub(super) fn store_failed(error: &StoreError) -> Refusal {
    log_store_error(error, "a launch could not be finished");
    Refusal::new(Rule::Unavailable)
}

/// A refusal of our own making, because of an error in the gateway.
pub(super) fn internal(error: &anyhow::Error) -> Refusal {
    tracing::error!(error = %format!("{error:#}"), "a launch could not be handed over");
    Refusal::new(Rule::Unexpected)
}
