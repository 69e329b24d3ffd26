//! A cache of fetched documents: LMSs' public keysets, and the metadata and signing keys of issuers of access tokens.
//!
//! - A known key needs no request. A document is refreshed in the background once four fifths of its time are over,
//!   so that one in use never expires.
//! - An unknown key or an earlier failure causes a new fetch, but no sooner than [`PAUSE`] after the last fetch; after a fetch that brought
//!   no such key, no sooner than [`PAUSE_AFTER_MISS`], so that invented key IDs can't be used to flood an LMS.
//! - A signature that the named key did not make may be of a new key under an old id: the document is fetched once more, no sooner than
//!   [`PAUSE_AFTER_RECHECK`] after the last time, so that forged signatures can't be used to flood an LMS either.
//! - Requests that wait for the same document share one fetch. How many wait for the documents of one tenant, and how many of these are
//!   fetched at once, is limited: [`Shares`].
//! - Keys stay valid during an outage of their source for [`LAST_KNOWN_GOOD`], also those that an earlier process saw. These wait for a
//!   fetch first where they are older than [`FRESH`].
//! - The memory for documents is limited, in all and for each tenant.
//! - Documents at addresses that anybody can invent are fetched for the first time through a [`RateLimiter`] only.
//!
//! All of these times are measured by the uptime of the process: a wall clock that is set back would make a pause last for days.

use std::{future::ready, sync::Arc, time::Duration};

use domain::{OwnTerm, TenantId};
use futures_util::future::{BoxFuture, FutureExt as _};
use lti13::{KeySetError, Term, Value};
use moka::future::Cache;
use store::StoreError;
use url::Url;

mod rate_limiter;
mod shares;
mod slot;

pub use rate_limiter::RateLimiter;
use shares::{Share, Shares};
use slot::Slot;

use crate::{
    services::{
        clock::Clock,
        outbound::{FetchError, Outbound},
    },
    telemetry::log::chain,
};

/// After a failure, the next fetch waits this long.
const PAUSE: Duration = Duration::from_secs(5);
/// After a fetch that didn't bring the wanted key, the next one for an unknown key waits this long.
const PAUSE_AFTER_MISS: Duration = Duration::from_secs(60);
/// After a fetch because of a signature, the next one for that reason waits this long.
const PAUSE_AFTER_RECHECK: Duration = Duration::from_secs(60);
/// A document is fresh for this long where its source doesn't say.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// The `max-age` of a source is limited to these bounds. Microsoft Entra says a day, which would leave no time to outlive an outage,
/// and asks that its keys be fetched hourly.
const FRESH_BOUNDS: (Duration, Duration) = (Duration::from_secs(5 * 60), FRESH);
/// Known keys are used this long after they were last seen.
const LAST_KNOWN_GOOD: Duration = Duration::from_secs(24 * 60 * 60);
/// Bytes of documents kept at the most, as they are kept: some thousand for a usual keyset, however long it was when it came.
const CAPACITY: u64 = 64 * 1024 * 1024;
/// The same for one tenant. Its oldest go first.
const CAPACITY_OF_TENANT: u64 = CAPACITY / 16;
/// The memory of a place beside its document.
const PLACE: u32 = 1024;

/// A document that can be cached: one with keys, found by their id, or one without, which has every key.
pub trait CachedDocument: Sized + Send + Sync + 'static {
    /// Reads the document, or says why it can't be used.
    fn parse(bytes: &[u8]) -> Result<Self, DocumentError>;
    /// True if it holds a key of that id.
    fn has(&self, kid: &str) -> bool;
    /// About how many bytes it takes in memory.
    fn size(&self) -> usize;
}

/// Why a document can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// It is no keyset.
    #[error(transparent)]
    KeySet(#[from] KeySetError),
    /// It isn't JSON of the right shape, in serde's words.
    #[error("the document can't be read: {0}")]
    Shape(String),
}

impl<T> Archived<T> {
    /// Nothing is known of it.
    pub const fn none() -> Self {
        Self {
            owner: None,
            document: None,
        }
    }
}

impl From<&DocumentError> for Value {
    fn from(error: &DocumentError) -> Self {
        match error {
            DocumentError::KeySet(error) => (*error).into(),
            DocumentError::Shape(_) => Term::AnswerNotJson.into(),
        }
    }
}

impl From<serde_json::Error> for DocumentError {
    fn from(error: serde_json::Error) -> Self {
        Self::Shape(error.to_string())
    }
}

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The document couldn't be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// It was fetched, but can't be used.
    #[error(transparent)]
    Unreadable(#[from] DocumentError),
    /// It has no key of that id.
    #[error("no key of that id")]
    KeyNotFound,
}

impl From<&KeyError> for Value {
    fn from(error: &KeyError) -> Self {
        match error {
            KeyError::Fetch(error) => error.into(),
            KeyError::Unreadable(error) => error.into(),
            KeyError::KeyNotFound => OwnTerm::NoKey.into(),
        }
    }
}

/// The cache of all documents of one kind. Cheap to clone.
pub struct DocumentCache<T> {
    slots: Cache<Url, Arc<Slot<T>>>,
    outbound: Outbound,
    clock: Clock,
    shares: Arc<Shares<T>>,
    observer: Arc<Observer<T>>,
    archive: Arc<Archive<T>>,
}

/// Called after every fetch, with the document or its error.
type Observer<T> = dyn Fn(&Url, Result<&T, &KeyError>) + Send + Sync;

/// The state of a document outside this process.
pub struct Archived<T> {
    /// The tenant whose document it is; `None` where it is nobody's.
    pub owner: Option<TenantId>,
    /// The document as an earlier process, or another one, saw it last, and how long ago.
    pub document: Option<(T, Duration)>,
}

/// Looks that up.
type Archive<T> = dyn Fn(Url) -> BoxFuture<'static, Result<Archived<T>, StoreError>> + Send + Sync;

impl<T> Clone for DocumentCache<T> {
    fn clone(&self) -> Self {
        Self {
            slots: self.slots.clone(),
            outbound: self.outbound.clone(),
            clock: self.clock.clone(),
            shares: Arc::clone(&self.shares),
            observer: Arc::clone(&self.observer),
            archive: Arc::clone(&self.archive),
        }
    }
}

impl<T: CachedDocument> DocumentCache<T> {
    /// An empty cache.
    pub fn new(outbound: Outbound, clock: Clock) -> Self {
        let slots = Cache::builder()
            .weigher(|_, slot: &Arc<Slot<T>>| slot.weight())
            .max_capacity(CAPACITY)
            .time_to_idle(LAST_KNOWN_GOOD)
            .build();
        Self {
            slots,
            outbound,
            clock,
            shares: Arc::new(Shares::new()),
            observer: Arc::new(|_, _| ()),
            archive: Arc::new(|_| ready(Ok(Archived::none())).boxed()),
        }
    }

    /// The same cache, telling `observer` of every fetch.
    #[must_use]
    pub fn observed_by(self, observer: impl Fn(&Url, Result<&T, &KeyError>) + Send + Sync + 'static) -> Self {
        Self {
            observer: Arc::new(observer),
            ..self
        }
    }

    /// The same cache, which asks `archive` for what it doesn't know, and in which each owner has a share.
    #[must_use]
    pub fn archived_in<F>(self, archive: impl Fn(Url) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Archived<T>, StoreError>> + Send + 'static,
    {
        Self {
            archive: Arc::new(move |url| archive(url).boxed()),
            ..self
        }
    }

    /// The document at `url` that holds the key `kid`.
    ///
    /// # Errors
    ///
    /// Why there is none, by the last fetch.
    pub async fn with_key(&self, url: &Url, kid: &str) -> Result<Arc<T>, KeyError> {
        self.find(url, kid, None).await?.ok_or(KeyError::KeyNotFound)
    }

    /// The same for an address that somebody may have made up: until it proved good, every fetch goes through the limiter. `None` where
    /// the limiter lets nothing through.
    ///
    /// # Errors
    ///
    /// Why there is none, by the last fetch.
    pub async fn with_key_limited(&self, limiter: &RateLimiter, url: &Url, kid: &str) -> Result<Option<Arc<T>>, KeyError> {
        self.find(url, kid, Some(limiter)).await
    }

    /// The document at `url` after `seen`, whose key did not make a signature: its source may have another key under that id now. `None`
    /// where nothing newer is to be had.
    pub async fn newer_than(&self, url: &Url, seen: &Arc<T>) -> Option<Arc<T>> {
        let slot = self.slot(url).await;
        let share = self.share(url, &slot).await;
        let _place = self.shares.wait(&share).ok()?;
        let _only_one = slot.fetching.lock().await;
        // Another request may have brought it while this one waited.
        if let Some(newer) = slot.newer_than(seen) {
            return Some(newer);
        }
        if slot.begin_recheck(self.clock.uptime()) {
            self.fetch(url, &slot, None).await;
        }
        slot.newer_than(seen)
    }

    /// True if a document from there can be used without a fetch.
    pub async fn holds(&self, url: &Url, kid: &str) -> bool {
        let slot = self.slots.get(url).await;
        slot.is_some_and(|slot| slot.usable(kid, self.clock.uptime()).is_some())
    }

    async fn find(&self, url: &Url, kid: &str, limiter: Option<&RateLimiter>) -> Result<Option<Arc<T>>, KeyError> {
        let slot = self.slot(url).await;
        if let Some((document, due)) = slot.usable(kid, self.clock.uptime()) {
            if due {
                self.refresh_in_background(url, &slot);
            }
            return Ok(Some(document));
        }
        let share = self.share(url, &slot).await;
        if let Some((document, _)) = slot.usable(kid, self.clock.uptime()) {
            self.weigh(url, &slot, &share).await;
            self.refresh_in_background(url, &slot);
            return Ok(Some(document));
        }
        {
            let _place = self.shares.wait(&share)?;
            let _only_one = slot.fetching.lock().await;
            // Another request may have brought it while this one waited.
            if let Some((document, _)) = slot.usable(kid, self.clock.uptime()) {
                return Ok(Some(document));
            }
            if slot.may_fetch(self.clock.uptime()) {
                let _turn = match limiter
                    .filter(|_| slot.never_was_good())
                    .map(|limiter| limiter.enter(self.clock.uptime()))
                {
                    Some(None) => {
                        self.remove_untried(url, &slot).await;
                        return Ok(None);
                    }
                    turn => turn,
                };
                self.fetch(url, &slot, Some(kid)).await;
            }
        }
        match slot.usable(kid, self.clock.uptime()) {
            Some((document, _)) => Ok(Some(document)),
            None => Err(slot
                .lock()
                .last_fetch
                .as_ref()
                .and_then(|last| last.error.clone())
                .unwrap_or(KeyError::KeyNotFound)),
        }
    }

    /// The document as it is now at its source, for somebody who asks for a check. Those who ask meanwhile share the next fetch: one by
    /// one, they would wait for hours where a source doesn't answer.
    ///
    /// # Errors
    ///
    /// The fault of the document.
    pub async fn fetch_now(&self, url: &Url) -> Result<Arc<T>, KeyError> {
        let slot = self.slot(url).await;
        let fetches = slot.lock().fetches;
        let _only_one = slot.fetching.lock().await;
        if !slot.fetched_since(fetches) {
            self.fetch(url, &slot, None).await;
        }
        let known = slot.lock();
        match (known.last_fetch.as_ref().and_then(|last| last.error.clone()), &known.good) {
            (None, Some(good)) => Ok(Arc::clone(&good.document)),
            (error, _) => Err(error.unwrap_or(KeyError::KeyNotFound)),
        }
    }

    /// The same for an address that nothing relies on yet: the observer isn't called, and nothing is cached.
    ///
    /// # Errors
    ///
    /// The fault of the document.
    pub async fn look_at(&self, url: &Url) -> Result<T, KeyError> {
        let fetched = self.outbound.get_json(url).await?;
        Ok(T::parse(&fetched.bytes)?)
    }

    async fn slot(&self, url: &Url) -> Arc<Slot<T>> {
        self.slots.get_with_by_ref(url, async { Arc::new(Slot::empty()) }).await
    }

    /// The share of the document's owner. The first to ask takes the archived document. While that can't be looked up, it is a share of its
    /// own.
    async fn share(&self, url: &Url, slot: &Arc<Slot<T>>) -> Arc<Share<T>> {
        let look_up = async {
            let Archived { owner, document } = (self.archive)(url.clone()).await?;
            if let Some((document, age)) = document {
                slot.restore(document, age, self.clock.uptime());
            }
            Ok::<_, StoreError>(self.shares.share(owner))
        };
        match slot.share.get_or_try_init(|| look_up).await {
            Ok(share) => Arc::clone(share),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "a keyset could not be looked up in the database");
                self.shares.share(None)
            }
        }
    }

    /// Weighs anew what is kept of a document, and leaves out its owner's oldest ones where that is too much.
    async fn weigh(&self, url: &Url, slot: &Arc<Slot<T>>, share: &Share<T>) {
        for oldest in share.keep(url, slot) {
            self.slots.invalidate(&oldest).await;
        }
        self.slots.insert(url.clone(), Arc::clone(slot)).await;
    }

    /// A document that was never fetched takes no place from one that was.
    async fn remove_untried(&self, url: &Url, slot: &Slot<T>) {
        if slot.lock().last_fetch.is_none() {
            self.slots.invalidate(url).await;
        }
    }

    fn refresh_in_background(&self, url: &Url, slot: &Arc<Slot<T>>) {
        let (sets, url, slot) = (self.clone(), url.clone(), Arc::clone(slot));
        actix_web::rt::spawn(async move {
            if let Ok(_only_one) = slot.fetching.try_lock()
                && slot.may_fetch(sets.clock.uptime())
            {
                sets.fetch(&url, &slot, None).await;
            }
        });
    }

    async fn fetch(&self, url: &Url, slot: &Arc<Slot<T>>, wanted: Option<&str>) {
        let number = slot.begin();
        let share = self.share(url, slot).await;
        let result = async {
            let _turn = self.shares.fetch(&share).await?;
            self.outbound.get_json(url).await
        };
        let result = result.await;
        let crowded = matches!(result, Err(FetchError::Crowded));
        let parsed = result
            .map_err(KeyError::from)
            .and_then(|fetched| Ok((T::parse(&fetched.bytes)?, fetched)));
        if !crowded {
            (self.observer)(url, parsed.as_ref().map(|(document, _)| document));
        }
        slot.keep(url, number, parsed, wanted, self.clock.uptime());
        self.weigh(url, slot, &share).await;
    }
}

#[cfg(test)]
#[path = "document_cache/tests.rs"]
mod tests;
