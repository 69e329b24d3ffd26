//! What a tenant may take of what all share, so that one whose keysets don't answer keeps no other waiting.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use domain::TenantId;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

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
pub(super) struct Shares {
    all: Share,
    of_tenants: Mutex<HashMap<TenantId, Weak<Share>>>,
}

/// One tenant's share. A document that is nobody's has one of its own.
pub(super) struct Share {
    waiting: Semaphore,
    fetches: Semaphore,
}

/// A place of one share, and of what all have.
pub(super) type Place<'a> = (SemaphorePermit<'a>, SemaphorePermit<'a>);

impl Shares {
    pub(super) fn new() -> Self {
        Self {
            all: Share::of(WAITING_IN_ALL, FETCHES_IN_ALL),
            of_tenants: Mutex::default(),
        }
    }

    /// The share of the owner of a document.
    pub(super) fn share(&self, owner: Option<TenantId>) -> Arc<Share> {
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
    pub(super) fn wait<'a>(&'a self, share: &'a Share) -> Result<Place<'a>, FetchError> {
        let place = || Some((share.waiting.try_acquire().ok()?, self.all.waiting.try_acquire().ok()?));
        place().ok_or(FetchError::Crowded)
    }

    /// The turn of a fetch, unless it takes too long to come.
    pub(super) async fn fetch<'a>(&'a self, share: &'a Share) -> Result<Place<'a>, FetchError> {
        let turn = async { Some((share.fetches.acquire().await.ok()?, self.all.fetches.acquire().await.ok()?)) };
        timeout(PATIENCE, turn).await.ok().flatten().ok_or(FetchError::Crowded)
    }
}

impl Share {
    fn of(waiting: usize, fetches: usize) -> Self {
        Self {
            waiting: Semaphore::new(waiting),
            fetches: Semaphore::new(fetches),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const fn tenant(n: u128) -> Option<TenantId> {
        Some(TenantId(uuid::Uuid::from_u128(n)))
    }

    #[tokio::test]
    async fn a_tenant_takes_its_share_whatever_document_it_is() {
        let shares = Shares::new();
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
        let shares = Shares::new();
        for n in 0..10 {
            shares.share(tenant(n));
        }
        assert_eq!(shares.of_tenants.lock().unwrap().len(), 1);
    }
}
