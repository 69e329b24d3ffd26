//! A bounded in-memory store of things that end: codes, refresh tokens, sessions, pages that wait for an answer.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::random;

pub(crate) struct Expiring<T> {
    capacity: usize,
    entries: Mutex<HashMap<String, Entry<T>>>,
}

struct Entry<T> {
    value: T,
    expires_at: u64,
}

/// The result of a look-up; an entry that ended differs from one that never was, as long as there is room to remember it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lookup<R> {
    Missing,
    Expired,
    Live(R),
}

impl<T> Expiring<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: Mutex::new(HashMap::new()),
        }
    }

    /// Stores a value under a new key that cannot be guessed. When full, what ended goes first, then what ends next.
    pub(crate) fn insert(&self, now: u64, expires_at: u64, value: T) -> String {
        let key = random::opaque();
        let mut entries = self.lock();
        if entries.len() >= self.capacity {
            entries.retain(|_, entry| now < entry.expires_at);
        }
        if entries.len() >= self.capacity {
            let next_to_end = entries
                .iter()
                .min_by_key(|(_, entry)| entry.expires_at)
                .map(|(key, _)| key.clone());
            next_to_end.and_then(|key| entries.remove(&key));
        }
        entries.insert(key.clone(), Entry { value, expires_at });
        key
    }

    /// Applies `change` to a live value, alone: no other caller sees the value in between.
    pub(crate) fn change<R>(&self, now: u64, key: &str, change: impl FnOnce(&mut T) -> R) -> Lookup<R> {
        match self.lock().get_mut(key) {
            None => Lookup::Missing,
            Some(entry) if entry.expires_at <= now => Lookup::Expired,
            Some(entry) => Lookup::Live(change(&mut entry.value)),
        }
    }

    /// A copy of a live value.
    pub(crate) fn get(&self, now: u64, key: &str) -> Option<T>
    where
        T: Clone,
    {
        match self.change(now, key, |value| value.clone()) {
            Lookup::Live(value) => Some(value),
            Lookup::Missing | Lookup::Expired => None,
        }
    }

    /// Removes a value; of two callers only one gets it.
    pub(crate) fn take(&self, now: u64, key: &str) -> Option<T> {
        self.lock()
            .remove(key)
            .filter(|entry| now < entry.expires_at)
            .map(|entry| entry.value)
    }

    /// No invariant spans two entries, so a panic elsewhere leaves nothing half-done.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry<T>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_at_its_time_and_differs_from_an_unknown_one() {
        let store = Expiring::new(10);
        let key = store.insert(100, 200, "value");
        assert_eq!(store.get(199, &key), Some("value"));
        assert_eq!(store.change(200, &key, |_| ()), Lookup::Expired);
        assert_eq!(store.change(200, "other", |_| ()), Lookup::Missing);
        assert_eq!(store.take(200, &key), None);
    }

    #[test]
    fn only_one_caller_takes_a_value() {
        let store = Expiring::new(10);
        let key = store.insert(0, 10, "value");
        assert_eq!(store.take(1, &key), Some("value"));
        assert_eq!(store.take(1, &key), None);
    }

    #[test]
    fn a_full_store_forgets_the_ended_then_the_next_to_end() {
        let store = Expiring::new(2);
        let ended = store.insert(0, 10, "ended");
        let long = store.insert(0, 1_000, "long");
        let short = store.insert(20, 100, "short");
        assert_eq!(store.change(20, &ended, |_| ()), Lookup::Missing);
        let newest = store.insert(20, 500, "newest");
        assert_eq!(store.get(20, &short), None);
        assert_eq!((store.get(20, &long), store.get(20, &newest)), (Some("long"), Some("newest")));
    }
}
