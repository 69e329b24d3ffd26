//! The time by which old records are deleted.
//!
//! A wall clock that is ahead would make all of them old. So it is believed only after the process ran for [`BELIEVED_AFTER`] without a step of
//! the clock. Until then, records age no further than to a day after the newest one, or after the time that was believed last.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use time::OffsetDateTime;

use super::clock::Clock;

/// How long a clock must run without a step to be believed.
const BELIEVED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
/// How much later than the newest record it may be before that.
const AFTER_NEWEST: time::Duration = time::Duration::days(1);
/// By how much the wall clock may differ from what was expected from one look to the next, an hour later.
const STEP: time::Duration = time::Duration::minutes(2);

/// A wall clock that proves itself.
pub struct PurgeClock {
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    /// The latest time that certainly was.
    certain: OffsetDateTime,
    /// The uptime of the process since which the wall clock runs without a step.
    steady_since: Duration,
    looked: (OffsetDateTime, Duration),
}

impl PurgeClock {
    /// For records of which the newest is this old. [`PurgeClock::newest_before`] says which count.
    pub fn new(clock: Clock, newest: Option<OffsetDateTime>) -> Self {
        let looked = (clock.now(), clock.uptime());
        let state = State {
            certain: newest.unwrap_or(looked.0),
            steady_since: looked.1,
            looked,
        };
        Self {
            clock,
            state: Mutex::new(state),
        }
    }

    /// Records from before that time count for the newest: those after it may be of an earlier process whose clock was ahead, and which
    /// hadn't proved itself either.
    pub fn newest_before(clock: &Clock) -> OffsetDateTime {
        clock.now() - BELIEVED_AFTER
    }

    /// The time, as far as it can be believed.
    pub fn now(&self) -> OffsetDateTime {
        let (now, uptime) = (self.clock.now(), self.clock.uptime());
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (looked_at, looked_uptime) = state.looked;
        state.looked = (now, uptime);
        let step = now - looked_at - (uptime.saturating_sub(looked_uptime));
        if step.abs() > STEP {
            tracing::warn!(
                seconds = step.whole_seconds(),
                "the clock was set: for a day, old records are deleted with care"
            );
            state.steady_since = uptime;
        }
        if uptime.saturating_sub(state.steady_since) >= BELIEVED_AFTER {
            state.certain = now;
        }
        now.min(state.certain + AFTER_NEWEST)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    };

    use super::*;

    const HOUR: u64 = 3600;
    const YEAR: i64 = 400 * 24 * 3600;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(seconds)
    }

    /// A clock of which time passes and which steps.
    #[derive(Clone, Default)]
    struct Hands(Arc<(AtomicU64, AtomicI64)>);

    impl Hands {
        fn clock(&self) -> Clock {
            let (wall, uptime) = (self.clone(), self.clone());
            let uptime = move || Duration::from_secs(uptime.0.0.load(Ordering::Relaxed));
            Clock::new(move || at(wall.wall()), uptime)
        }

        fn wall(&self) -> i64 {
            let uptime = i64::try_from(self.0.0.load(Ordering::Relaxed)).unwrap_or_default();
            uptime + self.0.1.load(Ordering::Relaxed)
        }

        fn pass(&self, seconds: u64) {
            self.0.0.fetch_add(seconds, Ordering::Relaxed);
        }

        fn step(&self, seconds: i64) {
            self.0.1.fetch_add(seconds, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_clock_that_starts_ahead_is_believed_after_a_day() {
        let hands = Hands::default();
        hands.step(YEAR);
        let purge = PurgeClock::new(hands.clock(), Some(at(0)));
        for hour in 0..24 {
            assert_eq!(purge.now(), at(0) + AFTER_NEWEST, "after {hour} hours");
            hands.pass(HOUR);
        }
        assert_eq!(purge.now(), at(hands.wall()));
    }

    #[test]
    fn a_clock_that_agrees_with_the_newest_record_is_right_at_once() {
        let hands = Hands::default();
        hands.step(YEAR);
        let purge = PurgeClock::new(hands.clock(), Some(at(YEAR - 20 * 3600)));
        assert_eq!(purge.now(), at(YEAR));
        assert_eq!(PurgeClock::new(hands.clock(), None).now(), at(YEAR), "there are no records");
    }

    #[test]
    fn a_step_is_believed_after_another_day() {
        let hands = Hands::default();
        let purge = PurgeClock::new(hands.clock(), None);
        for _ in 0..48 {
            hands.pass(HOUR);
            assert_eq!(purge.now(), at(hands.wall()));
        }
        let before = at(hands.wall());
        hands.step(YEAR);
        for _ in 0..23 {
            assert_eq!(purge.now(), before + AFTER_NEWEST);
            hands.pass(HOUR);
        }
        hands.step(YEAR);
        for _ in 0..24 {
            assert_eq!(purge.now(), before + AFTER_NEWEST, "it was set again");
            hands.pass(HOUR);
        }
        assert_eq!(purge.now(), at(hands.wall()));
    }

    #[test]
    fn a_clock_that_is_slewed_is_no_step() {
        let hands = Hands::default();
        let purge = PurgeClock::new(hands.clock(), Some(at(-YEAR)));
        for _ in 0..24 {
            purge.now();
            hands.pass(HOUR);
            hands.step(1);
        }
        assert_eq!(purge.now(), at(hands.wall()));
    }
}
