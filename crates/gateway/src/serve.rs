//! Starts a gateway from a configuration: the binary and the tests use [`Gateway::start`].

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use store::{ConnectOptions, RegistrationLimits, Store};
use time::OffsetDateTime;
use tokio::time::timeout;

use crate::{
    app,
    config::Config,
    services::{
        clock::Clock, keyset_watch, long_work::BlockingPool, purge_clock::PurgeClock, score_deliveries::ScoreDeliveries,
        support_desk::Forwarder,
    },
    state::AppState,
    telemetry::log::chain,
};

/// How often old records are removed.
const PURGE_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long the schema may take to be brought up to date, with the wait for another instance that does so.
const MIGRATION_LIMIT: Duration = Duration::from_secs(60 * 60);
/// How often the way to the database is probed for a pooler that mixes up statements, and how often once it was found to.
const PROBE_EVERY: Duration = Duration::from_secs(60);
const PROBE_MIXED_EVERY: Duration = Duration::from_secs(5);
/// How long a request with an idempotency key may be repeated.
const KEYS_KEPT: time::Duration = time::Duration::hours(24);
/// The time for which an LMS's id of a person is kept after they were last seen.
const PEOPLE_KEPT: time::Duration = time::Duration::days(400);
/// The time for which the time of a delivered score is kept.
const SCORE_TIMES_KEPT: time::Duration = time::Duration::days(30);
/// How long a contest stays in its list after its code expired.
const CONTESTS_KEPT: time::Duration = time::Duration::days(30);

/// Why a gateway doesn't start: one sentence that says what to change.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

/// A running gateway.
pub struct Gateway {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its address for browsers, LMSs and apps.
    pub public_url: String,
    /// Where it reads long bodies and writes long answers.
    pub blocking: BlockingPool,
    server: actix_web::dev::Server,
    metrics: Option<actix_web::dev::Server>,
}

impl Gateway {
    /// Opens the listeners, then the database, brings its schema up to date, and starts to serve.
    ///
    /// # Errors
    ///
    /// The reason why it can't start, in one sentence.
    pub async fn start(config: Config, clock: Clock) -> Result<Self, StartError> {
        let listener = bind("server.listen", &config.server.listen)?;
        let metrics_listener = match config.metrics.listen.as_str() {
            "" => None,
            address => Some(bind("metrics.listen", address)?),
        };
        let address = listener
            .local_addr()
            .map_err(|error| StartError(format!("The listener has no address: {error}.")))?;
        let public_url = config.server.public_url.clone();
        let store = open_database(&config).await?;
        let dev_sign_in = dev_sign_in(&config, &clock)?;
        let app = AppState::new(config, store, clock)
            .await
            .map_err(|error| StartError(format!("{error:#}.")))?;
        let served = |error: std::io::Error| StartError(format!("The gateway can't serve: {error}."));
        let metrics = metrics_listener
            .map(|listener| app::run_metrics(app.clone(), listener))
            .transpose()
            .map_err(served)?;
        actix_web::rt::spawn(purge(app.clone()));
        actix_web::rt::spawn(probe_pooler(app.store.clone()));
        actix_web::rt::spawn(keyset_watch(&app));
        actix_web::rt::spawn(forwarder(&app).run());
        actix_web::rt::spawn(deliver_scores(Arc::clone(&app.score_deliveries)));
        let blocking = app.blocking.clone();
        let server = app::run(app, dev_sign_in, listener).map_err(served)?;
        Ok(Self {
            address,
            public_url,
            blocking,
            server,
            metrics,
        })
    }

    /// A handle that stops it.
    pub fn handle(&self) -> actix_web::dev::ServerHandle {
        self.server.handle()
    }

    /// Serves until it is stopped.
    ///
    /// # Errors
    ///
    /// Where serving fails.
    pub async fn wait(self) -> std::io::Result<()> {
        let metrics = self.metrics.map(|server| (server.handle(), actix_web::rt::spawn(server)));
        let result = self.server.await;
        if let Some((handle, _)) = metrics {
            handle.stop(false).await;
        }
        result
    }
}

fn keyset_watch(app: &AppState) -> impl Future<Output = ()> + use<> {
    let every = Duration::from_secs(u64::from(app.config.keysets.check_minutes) * 60);
    keyset_watch::watch(app.store.clone(), app.clock.clone(), app.keysets.clone(), every)
}

async fn deliver_scores(deliveries: Arc<ScoreDeliveries>) {
    deliveries.run().await;
}

fn forwarder(app: &AppState) -> Forwarder {
    Forwarder {
        store: app.store.clone(),
        clock: app.clock.clone(),
        metrics: app.metrics.clone(),
        desk: Arc::clone(&app.support_desk),
        patience: time::Duration::hours(i64::from(app.config.support.give_up_hours)),
    }
}

fn bind(key: &str, address: &str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|error| {
        StartError(match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("{key}: {address} is in use by another program; end it, or choose another port.")
            }
            std::io::ErrorKind::PermissionDenied => format!("{key}: {address} may not be used; choose a port from 1024 up."),
            _ => format!("{key}: {address} can't be listened on: {error}."),
        })
    })
}

/// Connects and migrates. An SQLite file's folder is made where it is missing.
pub(crate) async fn open_database(config: &Config) -> Result<Store, StartError> {
    let url = &config.database.url;
    if let Some(folder) = sqlite_folder(url) {
        std::fs::create_dir_all(&folder).map_err(|error| {
            StartError(format!(
                "database.url: the folder {} can't be made: {error}.",
                folder.display()
            ))
        })?;
    }
    // The URL may carry a password, so it is never part of the sentence.
    let unusable = |why: String| StartError(format!("database.url: the database can't be opened: {why}."));
    let options = ConnectOptions {
        url: url.clone(),
        max_connections: config.database.max_connections,
    };
    let store = Store::connect(&options).await.map_err(|error| unusable(chain(&error)))?;
    store.probe_pooler().await.map_err(|error| unusable(error.to_string()))?;
    let migrated = timeout(MIGRATION_LIMIT, migrations::migrate(store.connection())).await;
    migrated
        .map_err(|_| unusable("its schema wasn't up to date within an hour".to_owned()))?
        .map_err(|error| unusable(chain(&error)))?;
    Ok(store.with_registration_limits(RegistrationLimits {
        registrations: config.tenants.max_registrations,
        unconfirmed: config.tenants.max_unconfirmed,
    }))
}

fn sqlite_folder(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path).split('?').next()?;
    if path.is_empty() || path.starts_with(':') {
        return None;
    }
    Path::new(path)
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .map(Path::to_owned)
}

#[cfg(feature = "dev")]
fn dev_sign_in(config: &Config, clock: &Clock) -> Result<app::DevSignIn, StartError> {
    if !config.dev {
        return Ok(None);
    }
    let start_error =
        |error: &dyn std::error::Error| StartError(format!("The development sign-in can't start: {}.", chain(error)));
    let clock = clock.clone();
    let settings = dev_identity::Settings {
        public_url: url::Url::parse(&config.server.public_url).map_err(|error| start_error(&error))?,
        portal_redirect_uris: [crate::portal::REDIRECT_PATH, "/docs/oauth2-redirect.html", "/tenant"]
            .map(|path| format!("{}{path}", config.server.public_url))
            .into(),
        // Beside the database, so that people stay signed in when the gateway restarts.
        key_file: sqlite_folder(&config.database.url).map(|folder| folder.join("dev-identity.pem")),
        now: Arc::new(move || u64::try_from(clock.unix()).unwrap_or_default()),
    };
    dev_identity::DevIdentity::new(settings)
        .map(Some)
        .map_err(|error| start_error(&error))
}

#[cfg(not(feature = "dev"))]
fn dev_sign_in(config: &Config, _: &Clock) -> Result<app::DevSignIn, StartError> {
    if config.dev {
        return Err(StartError(
            "This binary was built without the development sign-in; serve without --dev.".to_owned(),
        ));
    }
    Ok(None)
}

/// Watches the way to the database: a pooler may be put there, or change its mode, while the gateway runs.
async fn probe_pooler(store: Store) {
    let mut mixed = false;
    loop {
        actix_web::rt::time::sleep(if mixed { PROBE_MIXED_EVERY } else { PROBE_EVERY }).await;
        let probed = store.probe_pooler().await;
        match &probed {
            Err(error) if !mixed => tracing::error!("Nothing is served: database.url: the database can't be used: {error}."),
            Ok(()) if mixed => tracing::info!("the database can be used again"),
            _ => {}
        }
        mixed = probed.is_err();
    }
}

/// Removes what is older than it is kept.
async fn purge(app: AppState) {
    let mut tick = actix_web::rt::time::interval(PURGE_EVERY);
    let mut purge_clock = None;
    loop {
        tick.tick().await;
        if purge_clock.is_none() {
            match app.store.newest_record(PurgeClock::newest_before(&app.clock)).await {
                Ok(newest) => purge_clock = Some(PurgeClock::new(app.clock.clone(), newest)),
                Err(error) => tracing::warn!(error = %chain(&error), "old records could not be looked for"),
            }
        }
        if let Some(purge_clock) = &purge_clock {
            let now = purge_clock.now();
            purge_launches(&app, now).await;
            purge_reports(&app, now).await;
            purge_contests(&app, now).await;
            purge_proofs_of_apps(&app, now).await;
            purge_services(&app, now).await;
        }
    }
}

async fn purge_contests(app: &AppState, now: OffsetDateTime) {
    loop {
        match app.store.purge_contests(now - CONTESTS_KEPT).await {
            Ok(0) => break,
            Ok(count) => tracing::info!(count, "old contests were removed"),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "old contests could not be removed");
                break;
            }
        }
    }
}

async fn purge_proofs_of_apps(app: &AppState, now: OffsetDateTime) {
    if let Err(error) = app.store.purge_deep_linking(now).await {
        tracing::warn!(error = %chain(&error), "expired deep linking requests could not be removed");
    }
    if let Err(error) = app.store.purge_assertions(now).await {
        tracing::warn!(error = %chain(&error), "expired assertions could not be removed");
    }
}

async fn purge_services(app: &AppState, now: OffsetDateTime) {
    let records = now - time::Duration::days(i64::from(app.config.launches.retention_days));
    loop {
        let removed = async {
            let calls = app.store.purge_service_calls(records).await?;
            let people = app.store.purge_people(now - PEOPLE_KEPT).await?;
            let scores = app.store.purge_scores(now - SCORE_TIMES_KEPT).await?;
            Ok::<_, store::StoreError>(calls + people + scores)
        };
        match removed.await {
            Ok(0) => break,
            Ok(count) => tracing::info!(count, "old records of services were removed"),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "old records of services could not be removed");
                break;
            }
        }
    }
}

async fn purge_launches(app: &AppState, now: OffsetDateTime) {
    let before = now - time::Duration::days(i64::from(app.config.launches.retention_days));
    let mut removed = 0;
    loop {
        let began = Instant::now();
        match app.store.purge_launches(before).await {
            Ok(0) => break,
            Ok(count) => {
                removed += count;
                // Half of the time is the launches'.
                actix_web::rt::time::sleep(began.elapsed()).await;
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "old launch records could not be removed");
                break;
            }
        }
    }
    if removed > 0 {
        tracing::info!(count = removed, "old launch records were removed");
    }
}

async fn purge_reports(app: &AppState, now: OffsetDateTime) {
    if let Err(error) = app.store.purge_report_keys(now - KEYS_KEPT).await {
        tracing::warn!(error = %chain(&error), "old idempotency keys could not be removed");
    }
    let before = now - time::Duration::days(i64::from(app.config.support.retention_days));
    loop {
        match app.store.purge_reports(before).await {
            Ok(0) => break,
            Ok(count) => tracing::info!(count, "old problem reports were removed"),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "old problem reports could not be removed");
                break;
            }
        }
    }
}
