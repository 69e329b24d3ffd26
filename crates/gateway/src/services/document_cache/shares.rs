//! A tenant's share of the common resources, so that one whose keysets don't answer keeps no other waiting.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use domain::TenantId;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};
use url::Url;

use super::{CAPACITY_OF_TENANT, CachedDocument, slot::Slot};
use crate::services::outbound::FetchError;

/// Requests that wait for the documents of one tenant at the most: a year's course that begins at once.
pub(super) const WAITING: usize = 256;
/// The same of all tenants. Each may hold the body of its request, of 256 KiB at the most.
const WAITING_IN_ALL: usize = 8 * WAITING;
/// Fetches of one tenant's documents under way at the most.
pub(super) const FETCHES: usize = 16;
/// The same of all tenants. Each holds up to a megabyte.
const FETCHES_IN_ALL: usize = 16 * FETCHES;
/// How long a fetch waits until others have ended: as long as one of them takes.
const PATIENCE: Duration = Duration::from_secs(5);

/// The shares of all tenants.
pub(super) struct Shares<T> {
    all: Share<T>,
    of_tenants: Mutex<HashMap<TenantId, Weak<Share<T>>>>,
}

/// One tenant's share. A document that is nobody's has one of its own.
pub(super) struct Share<T> {
    waiting: Semaphore,
    fetches: Semaphore,
    /// Those of its documents that are kept, the oldest first.
    kept: Mutex<VecDeque<(Url, Weak<Slot<T>>)>>,
}

/// A place of one share, and of what all have.
pub(super) type Place<'a> = (SemaphorePermit<'a>, SemaphorePermit<'a>);

impl<T: CachedDocument> Shares<T> {
    pub(super) fn new() -> Self {
        Self {
            all: Share::of(WAITING_IN_ALL, FETCHES_IN_ALL),
            of_tenants: Mutex::default(),
        }
    }

    /// The share of the owner of a document.
    pub(super) fn share(&self, owner: Option<TenantId>) -> Arc<Share<T>> {
        let new = || Arc::new(Share::of(WAITING, FETCHES));
        let Some(tenant) = owner else { return new() };
        let mut shares = self.of_tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = shares.get(&tenant).and_then(Weak::upgrade) {
            return share;
        }
        shares.retain(|_, share| share.strong_count() > 0);
        let share = new();
        shares.insert(tenant, Arc::downgrade(&share));
        share
    }

    /// A place to wait, if there is one.
    pub(super) fn wait<'a>(&'a self, share: &'a Share<T>) -> Result<Place<'a>, FetchError> {
        let place = || Some((share.waiting.try_acquire().ok()?, self.all.waiting.try_acquire().ok()?));
        place().ok_or(FetchError::Crowded)
    }

    /// The turn of a fetch, unless it takes too long to come.
    pub(super) async fn fetch<'a>(&'a self, share: &'a Share<T>) -> Result<Place<'a>, FetchError> {
        let turn = async { Some((share.fetches.acquire().await.ok()?, self.all.fetches.acquire().await.ok()?)) };
        timeout(PATIENCE, turn).await.ok().flatten().ok_or(FetchError::Crowded)
    }
}

impl<T: CachedDocument> Share<T> {
    fn of(waiting: usize, fetches: usize) -> Self {
        Self {
            waiting: Semaphore::new(waiting),
            fetches: Semaphore::new(fetches),
            kept: Mutex::default(),
        }
    }

    /// Keeps a document, and answers which others are to be left out for it.
    pub(super) fn keep(&self, url: &Url, slot: &Arc<Slot<T>>) -> Vec<Url> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(other, slot)| other != url && slot.strong_count() > 0);
        kept.push_back((url.clone(), Arc::downgrade(slot)));
        let weight = |slot: &Weak<Slot<T>>| slot.upgrade().map_or(0, |slot| u64::from(slot.weight()));
        let mut bytes: u64 = kept.iter().map(|(_, slot)| weight(slot)).sum();
        let mut left_out = Vec::new();
        while bytes > CAPACITY_OF_TENANT
            && kept.len() > 1
            && let Some((oldest, slot)) = kept.pop_front()
        {
            bytes -= weight(&slot).min(bytes);
            left_out.push(oldest);
        }
        left_out
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use lti13::KeySet;

    const fn tenant(n: u128) -> Option<TenantId> {
        Some(TenantId(uuid::Uuid::from_u128(n)))
    }

    #[tokio::test]
    async fn a_tenant_takes_its_share_whatever_document_it_is() {
        let shares = Shares::<KeySet>::new();
        let (one, same, other) = (shares.share(tenant(1)), shares.share(tenant(1)), shares.share(tenant(2)));
        let waiting: Vec<_> = (0..WAITING).map(|_| shares.wait(&one).unwrap()).collect();
        assert!(shares.wait(&same).is_err());
        assert!(shares.wait(&other).is_ok() && shares.wait(&shares.share(None)).is_ok());
        drop(waiting);
        assert!(shares.wait(&same).is_ok());

        let mut fetches = Vec::new();
        for _ in 0..FETCHES {
            fetches.push(shares.fetch(&one).await.unwrap());
        }
        let turn = timeout(Duration::from_millis(10), shares.fetch(&same)).await;
        assert!(turn.is_err(), "it waits");
        assert!(shares.fetch(&other).await.is_ok());
        drop(fetches);
        assert!(shares.fetch(&same).await.is_ok());
    }

    #[test]
    fn shares_of_tenants_without_documents_are_dropped() {
        let shares = Shares::<KeySet>::new();
        for n in 0..10 {
            shares.share(tenant(n));
        }
        assert_eq!(shares.of_tenants.lock().unwrap().len(), 1);
    }
}
