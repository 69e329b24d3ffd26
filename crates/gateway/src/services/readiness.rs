//! Readiness of the gateway: the database can be written. All callers share one probe.

use std::time::Duration;

use store::{Store, WriteError};
use tokio::sync::Mutex;

use crate::{services::clock::Clock, telemetry::log::chain};

/// How often it is looked at the most.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The state of the database.
pub struct Readiness {
    store: Store,
    clock: Clock,
    /// The last result, and the uptime of the process then. Held during a probe: others wait for it.
    seen: Mutex<Option<(Duration, Result<(), WriteError>)>>,
}

impl Readiness {
    /// Nobody has looked yet.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            seen: Mutex::const_new(None),
        }
    }

    /// Succeeds if the database could be written some seconds ago.
    ///
    /// # Errors
    ///
    /// Why not.
    pub async fn require(&self) -> Result<(), WriteError> {
        let mut seen = self.seen.lock().await;
        if let Some((at, outcome)) = *seen
            && self.clock.uptime() < at + LOOK_EVERY
        {
            return outcome;
        }
        let outcome = self.store.probe_write(self.clock.now()).await.map_err(|(why, error)| {
            tracing::warn!(error = %chain(&error), reason = %why, "not ready");
            why
        });
        *seen = Some((self.clock.uptime(), outcome));
        outcome
    }
}
