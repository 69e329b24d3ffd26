//! Fetches every registration's keyset periodically, so that its health is known also without launches.
//!
//! The database says which keyset is due: it has one row for each address, however many registrations share it, and an instance
//! claims a row before it fetches. A fetch for a launch counts too. Only a few fetches run at a time, with pauses.

use std::time::Duration;

use futures_util::future::join_all;
use store::{Store, StoreError};

use super::{clock::Clock, document_cache::DocumentCache, random};
use crate::telemetry::log::chain;

/// Keysets fetched at once.
const AT_ONCE: u32 = 8;
/// Between two such groups.
const PAUSE: Duration = Duration::from_secs(1);

/// Watches as long as the gateway runs; not at all where the operator switched it off.
pub async fn watch(store: Store, clock: Clock, keysets: DocumentCache<lti13::KeySet>, every: Duration) {
    if every.is_zero() {
        return;
    }
    loop {
        actix_web::rt::time::sleep(about(every / 60)).await;
        if let Err(error) = look_at_due(&store, &clock, &keysets, every).await {
            tracing::warn!(error = %chain(&error), "the keysets that are due could not be found");
        }
    }
}

/// Fetches all that nobody looked at for so long. The fetch itself sets the health.
async fn look_at_due(
    store: &Store,
    clock: &Clock,
    keysets: &DocumentCache<lti13::KeySet>,
    every: Duration,
) -> Result<(), StoreError> {
    loop {
        let now = clock.now();
        let due = store.claim_keysets(now - every, now, AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        join_all(due.iter().map(|url| keysets.fetch_now(url))).await;
        actix_web::rt::time::sleep(about(PAUSE)).await;
    }
}

/// Half as long up to one and a half times, so that instances that started together don't ask together.
fn about(time: Duration) -> Duration {
    let [random] = random::bytes();
    time / 2 + time * u32::from(random) / 255
}
