//! A cache of launch tokens that the built-in app received, so that none is used twice.

use std::time::Duration;

use moka::future::Cache;

/// The ids of tokens of the last two minutes. Cheap to clone.
#[derive(Clone)]
pub struct UsedTokens(Cache<String, ()>);

impl UsedTokens {
    /// Nothing was seen.
    pub fn new() -> Self {
        let cache = Cache::builder().max_capacity(100_000).time_to_live(Duration::from_secs(120));
        Self(cache.build())
    }

    /// A token id comes for the first time.
    pub async fn is_first_use(&self, jti: &str) -> bool {
        self.0.entry(jti.to_owned()).or_insert(()).await.is_fresh()
    }
}
