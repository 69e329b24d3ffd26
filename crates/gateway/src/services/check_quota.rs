//! Limits the fetches of checks, since anybody with permission may name their addresses.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use domain::TenantId;
use messages::api;
use time::OffsetDateTime;

use crate::http::error::ApiError;

/// Checks of a tenant within [`WINDOW`] at the most: more than people make, too few to take all places of the API.
const PER_WINDOW: u32 = 60;
/// The period for which checks are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// The checks of this minute.
pub struct CheckQuota(Mutex<Counted>);

struct Counted {
    since: OffsetDateTime,
    checks: HashMap<TenantId, u32>,
}

impl CheckQuota {
    /// Nothing was checked yet.
    pub fn new() -> Self {
        Self(Mutex::new(Counted {
            since: OffsetDateTime::UNIX_EPOCH,
            checks: HashMap::new(),
        }))
    }

    /// Counts a check.
    ///
    /// # Errors
    ///
    /// 429 where the tenant made as many as it may within this minute.
    pub fn take(&self, tenant: TenantId, now: OffsetDateTime) -> Result<(), ApiError> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now < counted.since || now >= counted.since + WINDOW {
            *counted = Counted {
                since: now,
                checks: HashMap::new(),
            };
        }
        let over = counted.since + WINDOW;
        let checks = counted.checks.entry(tenant).or_default();
        if *checks == PER_WINDOW {
            return Err(ApiError::TooMany {
                code: "check.quota",
                detail: api::check::QUOTA,
                retry_after: (over - now).whole_seconds() + 1,
            });
        }
        *checks += 1;
        Ok(())
    }
}
