//! The one place that reads the clock; everything else gets the time as an argument.

use std::sync::Arc;

use time::OffsetDateTime;

/// Tells the time. Tests put another clock in its place.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> OffsetDateTime + Send + Sync>);

impl Clock {
    /// The computer's clock.
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the clock is read here and nowhere else")]
        Self(Arc::new(OffsetDateTime::now_utc))
    }

    /// A clock of the caller's making.
    pub fn new(now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now, in UTC, in the precision that the database keeps: microseconds.
    pub fn now(&self) -> OffsetDateTime {
        let now = (self.0)();
        now.replace_microsecond(now.microsecond()).unwrap_or(now)
    }

    /// The same as whole seconds since 1970.
    pub fn unix(&self) -> i64 {
        self.now().unix_timestamp()
    }
}
