//! A cache, in this process, of rows that launches look up. It never decides alone: a launch is recorded only if the
//! database agrees ([`Store::record_launch`](crate::Store::record_launch)), and before a refusal the rows are looked up again.

use std::time::Duration;

use domain::{LaunchRegistration, RegistrationId};
use lti13::tool::ToolRegistration;
use moka::future::Cache;

use crate::launches::LAST_LAUNCH_PRECISION;

/// How many bytes of each are cached at the most: some 25,000 of usual length. Someone with an LMS of their own can make entries as
/// long as the longest URLs, and any number of them.
const CAPACITY: u64 = 16 * 1024 * 1024;

/// Bytes of an entry beside its texts.
const PLACE: usize = 320;

/// How long a login may be sent to the authentication URL of a registration that was deleted or replaced, on another instance or just
/// while it was read. The launch that follows is validated by what is there then.
const PLATFORM_LIFETIME: Duration = Duration::from_secs(2);

/// How long a deployment is cached that nobody launches.
const TARGET_IDLE: Duration = Duration::from_secs(3600);

/// How long a note counts: a deployment may be removed and accepted again meanwhile, and is then confirmed anew.
const NOTE_LIFETIME: Duration = Duration::from_secs(60);

/// Issuer, client ID and deployment.
type Target = (String, String, String);

#[derive(Clone, Debug)]
pub(crate) struct LaunchCache {
    platforms: Cache<(String, String), ToolRegistration>,
    targets: Cache<Target, LaunchRegistration>,
    /// When a launch of a deployment was noted last at its registration.
    noted: Cache<(RegistrationId, String), i64>,
}

impl LaunchCache {
    pub(crate) fn new() -> Self {
        Self {
            platforms: Cache::builder()
                .weigher(|_, platform| weight(0, platform))
                .max_capacity(CAPACITY)
                .time_to_live(PLATFORM_LIFETIME)
                .build(),
            targets: Cache::builder()
                .weigher(|(_, _, deployment_id): &Target, registration: &LaunchRegistration| {
                    let own = deployment_id.len() + registration.name.len() + registration.app_id.len();
                    weight(own, &registration.platform)
                })
                .max_capacity(CAPACITY)
                .time_to_idle(TARGET_IDLE)
                .build(),
            noted: Cache::builder()
                .weigher(|(_, deployment_id): &(RegistrationId, String), _| {
                    u32::try_from(PLACE + deployment_id.len()).unwrap_or(u32::MAX)
                })
                .max_capacity(CAPACITY)
                .time_to_live(NOTE_LIFETIME)
                .build(),
        }
    }

    pub(crate) async fn platform(&self, issuer: &str, client_id: &str) -> Option<ToolRegistration> {
        self.platforms.get(&(issuer.to_owned(), client_id.to_owned())).await
    }

    pub(crate) async fn insert_platform(&self, platform: &ToolRegistration) {
        let key = (platform.issuer.clone(), platform.client_id.clone());
        self.platforms.insert(key, platform.clone()).await;
    }

    pub(crate) async fn target(&self, issuer: &str, client_id: &str, deployment_id: &str) -> Option<LaunchRegistration> {
        self.targets.get(&target(issuer, client_id, deployment_id)).await
    }

    pub(crate) async fn insert_target(&self, registration: &LaunchRegistration, deployment_id: &str) {
        let platform = &registration.platform;
        let key = target(&platform.issuer, &platform.client_id, deployment_id);
        self.targets.insert(key, registration.clone()).await;
    }

    pub(crate) async fn invalidate_target(&self, issuer: &str, client_id: &str, deployment_id: &str) {
        self.targets.invalidate(&target(issuer, client_id, deployment_id)).await;
    }

    /// True if a launch at that time, in microseconds, is to be noted at its registration: not where this process noted one of the
    /// same minute. It is remembered as noted, until [`Self::forget_note`].
    pub(crate) async fn note_is_due(&self, registration: RegistrationId, deployment_id: &str, at: i64) -> bool {
        let key = (registration, deployment_id.to_owned());
        if let Some(noted) = self.noted.get(&key).await
            && at < noted.saturating_add(LAST_LAUNCH_PRECISION)
        {
            return false;
        }
        self.noted.insert(key, at).await;
        true
    }

    /// The launch wasn't noted after all: the next one is to be.
    pub(crate) async fn forget_note(&self, registration: RegistrationId, deployment_id: &str) {
        self.noted.invalidate(&(registration, deployment_id.to_owned())).await;
    }

    /// Registrations changed in this process.
    pub(crate) fn invalidate_platforms(&self) {
        self.platforms.invalidate_all();
    }
}

fn target(issuer: &str, client_id: &str, deployment_id: &str) -> Target {
    (issuer.to_owned(), client_id.to_owned(), deployment_id.to_owned())
}

/// Bytes of a place that holds this platform, whose issuer and client ID are in its key too, and `own` ones beside it.
fn weight(own: usize, platform: &ToolRegistration) -> u32 {
    let names = platform.issuer.len() + platform.client_id.len();
    let urls = platform.authentication_url.as_str().len() + platform.keyset_url.as_str().len();
    u32::try_from(PLACE + own + 2 * names + urls).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use domain::{AppDeploymentId, LmsProduct, TenantId};
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn what_is_cached_is_bounded_by_its_bytes() {
        let cache = LaunchCache::new();
        let long = format!("https://moodle.contoso.edu/{}", "x".repeat(2_000));
        let mut registration = LaunchRegistration {
            id: RegistrationId(Uuid::nil()),
            tenant_id: TenantId(Uuid::nil()),
            name: "Moodle".to_owned(),
            app_id: "launch-inspector".to_owned(),
            product: LmsProduct::Moodle,
            platform: ToolRegistration {
                issuer: long.clone(),
                client_id: "c-1".to_owned(),
                authentication_url: long.parse().unwrap(),
                keyset_url: long.parse().unwrap(),
            },
            allow_anonymous: false,
            claimed_at: None,
            app_deployment_id: AppDeploymentId(Uuid::nil()),
        };
        for n in 0..4_000 {
            registration.platform.client_id = format!("c-{n}");
            cache.insert_target(&registration, "1").await;
            cache.insert_platform(&registration.platform).await;
        }
        cache.targets.run_pending_tasks().await;
        cache.platforms.run_pending_tasks().await;
        for (size, entries) in [
            (cache.targets.weighted_size(), cache.targets.entry_count()),
            (cache.platforms.weighted_size(), cache.platforms.entry_count()),
        ] {
            assert!(size <= CAPACITY && entries > 1_000, "{size} {entries}");
            assert!(
                entries * 4 * 2_000 <= CAPACITY,
                "{entries}: the issuer twice and both URLs count"
            );
        }
    }
}
