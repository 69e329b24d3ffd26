//! The one place that reads the clock; everything else gets the time as an argument.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use time::OffsetDateTime;

/// Tells the time, and how long the process runs. Tests put another clock in its place.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> OffsetDateTime + Send + Sync>,
    uptime: Arc<dyn Fn() -> Duration + Send + Sync>,
}

impl Clock {
    /// The computer's clock.
    pub fn system() -> Self {
        let start = Instant::now();
        Self {
            #[expect(clippy::disallowed_methods, reason = "the clock is read here and nowhere else")]
            now: Arc::new(OffsetDateTime::now_utc),
            uptime: Arc::new(move || start.elapsed()),
        }
    }

    /// A clock of the caller's making.
    pub fn new(
        now: impl Fn() -> OffsetDateTime + Send + Sync + 'static,
        uptime: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Self {
        Self {
            now: Arc::new(now),
            uptime: Arc::new(uptime),
        }
    }

    /// The time now, in UTC, in the precision that the database keeps: microseconds.
    pub fn now(&self) -> OffsetDateTime {
        let now = (self.now)();
        now.replace_microsecond(now.microsecond()).unwrap_or(now)
    }

    /// The same as whole seconds since 1970.
    pub fn unix(&self) -> i64 {
        self.now().unix_timestamp()
    }

    /// How long the process runs: it never steps, whatever happens to the time of day. Pauses and ages within the process go by it.
    pub fn uptime(&self) -> Duration {
        (self.uptime)()
    }
}
