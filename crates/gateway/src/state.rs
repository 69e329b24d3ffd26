//! The state that all workers of the gateway share.

use std::{sync::Arc, time::Duration};

use domain::{HealthState, presets};
use lti13::{KeySet, Value};
use store::{Store, StoredKeyset};
use time::OffsetDateTime;
use url::Url;

use crate::{
    config::Config,
    records,
    services::concurrency::ConcurrencyLimits,
    services::{
        app_keys::AppKeys,
        app_tokens::AppTokens,
        apps::Apps,
        check_quota::CheckQuota,
        clock::Clock,
        deep_linking::DeepLinkingRequests,
        document_cache::{Archived, DocumentCache, KeyError},
        identity::Issuers,
        issuer_discovery::IssuerDiscovery,
        lms_services::LmsServices,
        lms_tokens::LmsTokens,
        long_work::BlockingPool,
        outbound::Outbound,
        people::People,
        readiness::Readiness,
        roster_cursors::RosterCursors,
        score_deliveries::{ScoreDeliveries, ScoreSettings},
        secrets::Secrets,
        service_calls::ServiceCalls,
        signed_reference::SignedReferences,
        signing_keys::SigningKeys,
        support_desk::SupportDesk,
        tool_keys::ToolKeys,
        used_tokens::UsedTokens,
    },
    telemetry::{log::chain, metrics::Metrics},
};

/// The longest keyset that is saved: some 70 keys of 2048 bits.
const LONGEST_SAVED: usize = 32 * 1024;
/// By how much the clocks of instances may differ.
const CLOCKS_APART: Duration = Duration::from_secs(120);

/// The shared state. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The configuration.
    pub config: Arc<Config>,
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// The apps behind the gateway.
    pub apps: Arc<Apps>,
    /// Verifies bearer tokens.
    pub issuers: Issuers,
    /// The client that goes out.
    pub outbound: Outbound,
    /// The LMSs' public keysets.
    pub keysets: DocumentCache<KeySet>,
    /// Where issuers say that their keys are.
    pub issuer_discovery: Arc<IssuerDiscovery>,
    /// The gateway's own signing keys.
    pub signing_keys: Arc<SigningKeys>,
    /// The keys by which the gateway signs for LMSs.
    pub tool_keys: Arc<ToolKeys>,
    /// The public keysets of apps.
    pub app_keys: DocumentCache<AppKeys>,
    /// The deep linking requests that apps may answer.
    pub deep_linking: Arc<DeepLinkingRequests>,
    /// Issues the access tokens of apps.
    pub app_tokens: Arc<AppTokens>,
    /// Calls LMSs' services with their access tokens.
    pub lms_tokens: LmsTokens,
    /// Names LMSs' services for apps.
    pub lms_services: LmsServices,
    /// The LMSs' ids of people.
    pub people: Arc<People>,
    /// Records calls of services that failed.
    pub service_calls: ServiceCalls,
    /// Delivers scores, also later.
    pub score_deliveries: Arc<ScoreDeliveries>,
    /// Seals the pages of rosters.
    pub roster_cursors: Arc<RosterCursors>,
    /// Seals login states.
    pub state_keys: Arc<lti13::StateKeys>,
    /// Signs the references of error pages.
    pub signed_references: Arc<SignedReferences>,
    /// Where problem reports go.
    pub support_desk: Arc<SupportDesk>,
    /// Launch tokens that the built-in app has seen.
    pub used_tokens: UsedTokens,
    /// Counters.
    pub metrics: Metrics,
    /// Bound the requests in progress.
    pub concurrency: Arc<ConcurrencyLimits>,
    /// Where long bodies and answers are read and written.
    pub blocking: BlockingPool,
    /// Readiness: the database can be written.
    pub readiness: Arc<Readiness>,
    /// Bounds the checks of registrations.
    pub check_quota: Arc<CheckQuota>,
}

impl AppState {
    /// Puts the state together on an open, migrated database.
    ///
    /// # Errors
    ///
    /// Where the signing keys can't be read or made, or TLS can't be set up.
    pub async fn new(config: Config, store: Store, clock: Clock) -> anyhow::Result<Self> {
        let outbound = Outbound::new(&config)?;
        let secrets = Secrets::new(&config);
        let metrics = Metrics::new()?;
        let patience = Duration::from_secs(config.server.request_seconds);
        let config = Arc::new(config);
        let tool_keys = Arc::new(ToolKeys::new(store.clone(), Secrets::new(&config), clock.clone()));
        let lms_tokens = LmsTokens::new(store.clone(), outbound.clone(), Arc::clone(&tool_keys), clock.clone());
        let service_calls = ServiceCalls::new(store.clone(), clock.clone());
        let score_settings = ScoreSettings {
            give_up: time::Duration::days(i64::from(config.scores.give_up_days)),
            share: config.scores.waiting_per_registration,
        };
        let score_deliveries = ScoreDeliveries::new(
            store.clone(),
            secrets.clone(),
            clock.clone(),
            lms_tokens.clone(),
            service_calls.clone(),
            score_settings,
        );
        Ok(Self {
            apps: Arc::new(Apps::new(&config)),
            issuers: Issuers::new(&config, store.clone(), outbound.clone(), clock.clone()),
            keysets: keysets(&outbound, &store, &clock),
            issuer_discovery: Arc::new(IssuerDiscovery::new(outbound.clone())),
            app_keys: DocumentCache::new(outbound.clone(), clock.clone()),
            lms_tokens,
            people: Arc::new(People::new(store.clone(), secrets.clone(), clock.clone())),
            service_calls,
            score_deliveries: Arc::new(score_deliveries),
            outbound,
            app_tokens: Arc::new(AppTokens::new(secrets.clone())),
            deep_linking: Arc::new(DeepLinkingRequests::new(store.clone(), secrets.clone(), clock.clone())),
            state_keys: Arc::new(lti13::StateKeys::new(secrets.state_key())),
            signed_references: Arc::new(SignedReferences::new(&secrets)),
            lms_services: LmsServices::new(store.clone(), clock.clone(), Arc::clone(&config)),
            roster_cursors: Arc::new(RosterCursors::new(Secrets::new(&config))),
            tool_keys,
            signing_keys: Arc::new(SigningKeys::load_or_create(store.clone(), secrets, clock.clone()).await?),
            support_desk: Arc::new(SupportDesk::new(&config)?),
            used_tokens: UsedTokens::new(),
            blocking: BlockingPool::new(BlockingPool::default_permits(), patience, metrics.clone()),
            metrics,
            concurrency: Arc::new(ConcurrencyLimits::new(config.server.max_requests)),
            readiness: Arc::new(Readiness::new(store.clone(), clock.clone())),
            check_quota: Arc::new(CheckQuota::new()),
            config,
            store,
            clock,
        })
    }

    /// An absolute address of this gateway; `path` begins with a slash.
    pub fn public_url(&self, path: &str) -> String {
        self.config.public_url(path)
    }
}

/// The cache of LMSs' keysets. Each belongs to the tenant that registered it first, except those that a preset names: all schools share them.
fn keysets(outbound: &Outbound, store: &Store, clock: &Clock) -> DocumentCache<KeySet> {
    let archive = (store.clone(), clock.clone());
    DocumentCache::new(outbound.clone(), clock.clone())
        .observed_by(keep_fetched(store.clone(), clock.clone()))
        .archived_in(move |url| {
            let (store, clock) = archive.clone();
            async move { Ok(archived(store.find_keyset(&url).await?, &url, clock.now())) }
        })
}

/// Keys that were seen later than now are left out: a clock was ahead, so nobody knows how old they are.
fn archived(stored: Option<StoredKeyset>, url: &Url, now: OffsetDateTime) -> Archived<KeySet> {
    let Some(stored) = stored else { return Archived::none() };
    let document = stored.saved.and_then(|(keys, seen_at)| {
        let age = Duration::try_from(now - seen_at + CLOCKS_APART).ok()?;
        let age = age.saturating_sub(CLOCKS_APART);
        Some((KeySet::parse(keys.as_bytes()).ok()?, age))
    });
    Archived {
        owner: (!presets::is_fixed_keyset(url)).then_some(stored.owner),
        document,
    }
}

/// A registration's health follows every fetch of its keyset, and the database has the keys that were seen last.
fn keep_fetched(store: Store, clock: Clock) -> impl Fn(&Url, Result<&KeySet, &KeyError>) + Send + Sync {
    move |url, fetched| {
        let (store, url, at) = (store.clone(), url.clone(), clock.now());
        let keys = fetched.ok().map(KeySet::to_json);
        let detail = match fetched {
            Ok(keys) if keys.usable() > 0 => None,
            Ok(_) => Some(Value::from(domain::OwnTerm::NoLtiKey)),
            Err(error) => Some(Value::from(error)),
        };
        let detail = detail.as_ref().map(records::store_value);
        let health = if detail.is_some() {
            HealthState::Bad
        } else {
            HealthState::Good
        };
        actix_web::rt::spawn(async move {
            if let Err(error) = store.set_health(&url, health, detail.as_deref(), at).await {
                tracing::warn!(error = %chain(&error), "a registration's health could not be saved");
            }
            if let Some(keys) = keys {
                let keys = Some(&*keys).filter(|keys| keys.len() <= LONGEST_SAVED);
                if let Err(error) = store.save_keyset(&url, keys, at).await {
                    tracing::warn!(error = %chain(&error), "the keys of a keyset could not be saved");
                }
            }
        });
    }
}
