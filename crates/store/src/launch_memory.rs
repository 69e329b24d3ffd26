//! What launches look up again and again, remembered in this process. Nothing in here decides alone: a launch is recorded only if the
//! database agrees ([`Store::record_launch`](crate::Store::record_launch)), and whatever would be refused is looked up anew.

use std::time::Duration;

use domain::LaunchRegistration;
use moka::future::Cache;

use crate::KnownPlatform;

/// How many of each are remembered at the most: some megabytes.
const MOST: u64 = 20_000;

/// How long a login may be sent to the authentication URL of a registration that another instance deleted or replaced. The launch
/// that follows is judged by what is there then.
const PLATFORM_LIFETIME: Duration = Duration::from_secs(2);

/// How long a deployment is remembered that nobody launches.
const TARGET_IDLE: Duration = Duration::from_secs(3600);

/// Issuer, client ID and deployment.
type Target = (String, String, String);

#[derive(Clone, Debug)]
pub(crate) struct LaunchMemory {
    platforms: Cache<(String, String), KnownPlatform>,
    targets: Cache<Target, LaunchRegistration>,
}

impl LaunchMemory {
    pub(crate) fn new() -> Self {
        Self {
            platforms: Cache::builder().max_capacity(MOST).time_to_live(PLATFORM_LIFETIME).build(),
            targets: Cache::builder().max_capacity(MOST).time_to_idle(TARGET_IDLE).build(),
        }
    }

    pub(crate) async fn platform(&self, issuer: &str, client_id: &str) -> Option<KnownPlatform> {
        self.platforms.get(&(issuer.to_owned(), client_id.to_owned())).await
    }

    pub(crate) async fn keep_platform(&self, known: &KnownPlatform) {
        let key = (known.platform.issuer.clone(), known.platform.client_id.clone());
        self.platforms.insert(key, known.clone()).await;
    }

    pub(crate) async fn target(&self, issuer: &str, client_id: &str, deployment_id: &str) -> Option<LaunchRegistration> {
        self.targets.get(&target(issuer, client_id, deployment_id)).await
    }

    pub(crate) async fn keep_target(&self, registration: &LaunchRegistration, deployment_id: &str) {
        let platform = &registration.platform;
        let key = target(&platform.issuer, &platform.client_id, deployment_id);
        self.targets.insert(key, registration.clone()).await;
    }

    pub(crate) async fn forget_target(&self, issuer: &str, client_id: &str, deployment_id: &str) {
        self.targets.invalidate(&target(issuer, client_id, deployment_id)).await;
    }

    /// Registrations changed in this process.
    pub(crate) fn forget_platforms(&self) {
        self.platforms.invalidate_all();
    }
}

fn target(issuer: &str, client_id: &str, deployment_id: &str) -> Target {
    (issuer.to_owned(), client_id.to_owned(), deployment_id.to_owned())
}
