//! The LMS's own ids of the people whom launches and rosters named, by the names that apps have for them: a score names a person as the
//! app knows them, and the LMS wants its own id back. Stored sealed; the names are computed, so people are learned again.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use domain::{App, Service, TenantId};
use moka::future::Cache;
use store::{LmsPerson, Store, StoreError};

use crate::services::{clock::Clock, secrets::Secrets, subjects::subject};

const PURPOSE: &str = "lms-person";
/// People in memory, of some 100 bytes each.
const CACHED: u64 = 100_000;
/// The time that a person is in memory before they are saved again as seen.
const SAVED_EVERY: Duration = Duration::from_secs(12 * 60 * 60);
/// The longest id of a person that is saved, in bytes.
const MAX_ID: usize = 1024;

/// Learns people and finds them.
pub struct People {
    store: Store,
    secrets: Secrets,
    clock: Clock,
    saved: Cache<String, ()>,
    queue: Mutex<Vec<LmsPerson>>,
    writing: tokio::sync::Mutex<()>,
}

impl People {
    /// With a key of its own, derived from the configured secret.
    pub fn new(store: Store, secrets: Secrets, clock: Clock) -> Self {
        Self {
            store,
            secrets,
            clock,
            saved: Cache::builder().max_capacity(CACHED).time_to_live(SAVED_EVERY).build(),
            queue: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
        }
    }

    /// True if the app can name people to the LMS, so that they must be known.
    pub fn concern(app: &App) -> bool {
        [Service::Scores, Service::ResultsRead, Service::LineItems]
            .iter()
            .any(|service| app.may_use(*service))
    }

    /// Saves people whom an LMS named now. Those that wait at the same time are written together.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn learn(&self, tenant: TenantId, issuer: &str, ids: impl IntoIterator<Item = &str>) -> Result<(), StoreError> {
        let ids = ids.into_iter().filter(|id| id.len() <= MAX_ID);
        let new = ids.map(|id| (subject(tenant, issuer, Some(id)), id));
        let new: Vec<_> = new.filter(|(subject, _)| !self.saved.contains_key(subject)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let people = new.into_iter().map(|(subject, id)| LmsPerson {
            lms_id: self.secrets.seal(PURPOSE, id.as_bytes()),
            subject,
            tenant_id: tenant,
        });
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).extend(people);
        let _only_one = self.writing.lock().await;
        let waiting = std::mem::take(&mut *self.queue.lock().unwrap_or_else(PoisonError::into_inner));
        if waiting.is_empty() {
            return Ok(());
        }
        let subjects: Vec<_> = waiting.iter().map(|person| person.subject.clone()).collect();
        self.store.keep_people(waiting, self.clock.now()).await?;
        for subject in subjects {
            self.saved.insert(subject, ()).await;
        }
        Ok(())
    }

    /// The LMS's id of a person, if they are one of this tenant and issuer.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn find(&self, tenant: TenantId, issuer: &str, name: &str) -> Result<Option<String>, StoreError> {
        let sealed = self.store.find_person(tenant, name).await?;
        let id = sealed.and_then(|sealed| String::from_utf8(self.secrets.open(PURPOSE, &sealed).ok()?).ok());
        Ok(id.filter(|id| subject(tenant, issuer, Some(id)) == name))
    }
}
