//! The state of one document.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::OnceCell;
use url::Url;

use super::{
    CachedDocument, FRESH, FRESH_BOUNDS, KeyError, LAST_KNOWN_GOOD, PAUSE, PAUSE_AFTER_MISS, PAUSE_AFTER_RECHECK, PLACE,
    shares::Share,
};
use crate::services::outbound::Fetched;

/// The state of one document.
pub(super) struct Slot<T> {
    known: Mutex<Known<T>>,
    /// Held during a fetch: others that want the same document wait for it.
    pub(super) fetching: tokio::sync::Mutex<()>,
    /// The owner of the document, once looked up.
    pub(super) share: OnceCell<Arc<Share<T>>>,
}

pub(super) struct Known<T> {
    pub(super) good: Option<Good<T>>,
    pub(super) last_fetch: Option<LastFetch>,
    /// When it was last fetched because a signature didn't match.
    rechecked_at: Option<Duration>,
    /// How many fetches were started.
    pub(super) fetches: u64,
}

pub(super) struct Good<T> {
    pub(super) document: Arc<T>,
    /// Until then it is known well enough.
    usable_until: Duration,
    refresh_at: Duration,
    /// An earlier process saw it, some time ago: it serves only once it was seen that its source doesn't answer.
    is_in_reserve: bool,
}

#[derive(Clone)]
pub(super) struct LastFetch {
    at: Duration,
    /// Its number, in the order in which fetches begin.
    number: u64,
    pub(super) error: Option<KeyError>,
    /// It was made for a key that it didn't bring.
    missed: bool,
}

impl<T: CachedDocument> Slot<T> {
    pub(super) fn empty() -> Self {
        Self {
            known: Mutex::new(Known {
                good: None,
                last_fetch: None,
                rechecked_at: None,
                fetches: 0,
            }),
            fetching: tokio::sync::Mutex::new(()),
            share: OnceCell::new(),
        }
    }

    /// Keeps what a fetch brought.
    pub(super) fn keep(
        &self,
        url: &Url,
        number: u64,
        fetched: Result<(T, Fetched), KeyError>,
        wanted: Option<&str>,
        now: Duration,
    ) {
        let mut known = self.lock();
        match fetched {
            Ok((document, Fetched { max_age, .. })) => {
                let missed = wanted.is_some_and(|kid| !document.has(kid));
                let fresh = max_age.map_or(FRESH, |age| age.clamp(FRESH_BOUNDS.0, FRESH_BOUNDS.1));
                known.good = Some(Good {
                    document: Arc::new(document),
                    usable_until: now + LAST_KNOWN_GOOD,
                    refresh_at: now + fresh * 4 / 5,
                    is_in_reserve: false,
                });
                known.last_fetch = Some(LastFetch {
                    at: now,
                    number,
                    error: None,
                    missed,
                });
            }
            Err(error) => {
                tracing::warn!(host = url.host_str(), %error, "a keyset could not be fetched");
                if let Some(good) = &mut known.good {
                    good.is_in_reserve = false;
                }
                known.last_fetch = Some(LastFetch {
                    at: now,
                    number,
                    error: Some(error),
                    missed: false,
                });
            }
        }
    }

    /// Takes what an earlier process saw so long ago, unless this one knows better.
    pub(super) fn restore(&self, document: T, age: Duration, now: Duration) {
        let mut known = self.lock();
        if known.good.is_none() {
            known.good = Some(Good {
                document: Arc::new(document),
                usable_until: now + LAST_KNOWN_GOOD.saturating_sub(age),
                refresh_at: now,
                is_in_reserve: age >= FRESH,
            });
        }
    }

    pub(super) fn weight(&self) -> u32 {
        let known = self.lock();
        let size = known.good.as_ref().map_or(0, |good| good.document.size());
        PLACE.saturating_add(u32::try_from(size).unwrap_or(u32::MAX))
    }

    pub(super) fn lock(&self) -> std::sync::MutexGuard<'_, Known<T>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The document, if it holds the key and was seen not too long ago, and whether it is due to be fetched again.
    pub(super) fn usable(&self, kid: &str, now: Duration) -> Option<(Arc<T>, bool)> {
        let known = self.lock();
        let good = known.good.as_ref()?;
        (good.document.has(kid) && now < good.usable_until && !good.is_in_reserve)
            .then(|| (Arc::clone(&good.document), now >= good.refresh_at))
    }

    /// The number of a fetch that begins.
    pub(super) fn begin(&self) -> u64 {
        let mut known = self.lock();
        known.fetches += 1;
        known.fetches
    }

    /// True if a fetch has ended that began after so many others. A fetch that was broken off doesn't count.
    pub(super) fn fetched_since(&self, fetches: u64) -> bool {
        self.lock().last_fetch.as_ref().is_some_and(|last| last.number > fetches)
    }

    pub(super) fn newer_than(&self, seen: &Arc<T>) -> Option<Arc<T>> {
        let known = self.lock();
        let good = known.good.as_ref().filter(|good| !Arc::ptr_eq(&good.document, seen))?;
        Some(Arc::clone(&good.document))
    }

    /// True if it may be fetched because of a signature; if so, it counts as fetched for that reason.
    pub(super) fn begin_recheck(&self, now: Duration) -> bool {
        let mut known = self.lock();
        let due = known.rechecked_at.is_none_or(|last| now >= last + PAUSE_AFTER_RECHECK);
        if due {
            known.rechecked_at = Some(now);
        }
        due
    }

    pub(super) fn never_was_good(&self) -> bool {
        self.lock().good.is_none()
    }

    pub(super) fn may_fetch(&self, now: Duration) -> bool {
        let known = self.lock();
        known
            .last_fetch
            .as_ref()
            .is_none_or(|last| now >= last.at + if last.missed { PAUSE_AFTER_MISS } else { PAUSE })
    }
}
