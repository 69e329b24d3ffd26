//! Limits the fetches that unknown tenants can cause.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Fetches under way at the most.
const AT_ONCE: usize = 16;
/// Fetches begun within [`WINDOW`] at the most.
const PER_WINDOW: u32 = 60;
/// The period for which they are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// Lets few fetches through, from all callers together. For addresses that anybody can make up, such as a tenant that exists in a token only.
pub struct RateLimiter {
    turns: Semaphore,
    counted: Mutex<Counted>,
}

struct Counted {
    since: Duration,
    fetches: u32,
}

impl RateLimiter {
    /// An open limiter.
    pub fn new() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            counted: Mutex::new(Counted {
                since: Duration::ZERO,
                fetches: 0,
            }),
        }
    }

    /// A turn to fetch, which ends when the answer is dropped. `None`: enough are under way, or were begun within a minute. `now` is the
    /// uptime of the process.
    pub(super) fn enter(&self, now: Duration) -> Option<SemaphorePermit<'_>> {
        let turn = self.turns.try_acquire().ok()?;
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= counted.since + WINDOW {
            *counted = Counted { since: now, fetches: 0 };
        }
        if counted.fetches == PER_WINDOW {
            return None;
        }
        counted.fetches += 1;
        Some(turn)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn so_many_at_once() {
        let (limiter, now) = (RateLimiter::new(), Duration::ZERO);
        let mut turns: Vec<_> = (0..AT_ONCE).map(|_| limiter.enter(now).unwrap()).collect();
        assert!(limiter.enter(now).is_none());
        turns.pop();
        assert!(limiter.enter(now).is_some());
    }

    #[test]
    fn so_many_a_minute() {
        let (limiter, now) = (RateLimiter::new(), WINDOW * 100);
        for _ in 0..PER_WINDOW {
            assert!(limiter.enter(now).is_some());
        }
        assert!(limiter.enter(now + WINDOW - Duration::from_secs(1)).is_none());
        assert!(limiter.enter(now + WINDOW).is_some());
    }
}
