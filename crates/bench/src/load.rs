//! The load: full launches, one after another on each of several connections, each a login and a launch post.
//!
//! An id_token carries the nonce of its login, so the launch that is posted is of an earlier login: that way its signature, which the
//! LMS would make, costs nothing while the tool is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use hyper::body::Bytes;
use hyper::header;
use practice_lms::{LaunchSpec, Person, Running};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use url::Url;

use crate::http::{Answer, Connection, form};
use crate::usage;

/// Connections where nothing else is asked for.
const CONNECTIONS: usize = 64;

/// The measured servers.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) name: String,
    /// Login and launch URL of each instance; the load is spread over them.
    pub(crate) instances: Vec<(Url, Url)>,
    pub(crate) lms: Arc<Running>,
    /// Text on the page of an accepted launch; empty: its status alone counts.
    pub(crate) accepted: &'static str,
    /// The processes whose CPU time and memory count.
    pub(crate) processes: Vec<u32>,
    /// The processes of a database server.
    pub(crate) database: Vec<u32>,
}

/// How many launches are under way at once, and when they begin.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// So many at once, each connection as fast as it gets answers.
    AtOnce(usize),
    /// So many a second, whether or not the earlier ones are finished.
    PerSecond(f64),
}

/// The result of a measurement.
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) pace: Pace,
    pub(crate) launches: usize,
    /// Launches that were not accepted, and requests without an answer.
    pub(crate) refused: usize,
    pub(crate) seconds: f64,
    /// CPU of a launch in milliseconds: the tool's, its database server's.
    pub(crate) cpu: (f64, f64),
    /// Milliseconds of a full launch, login and launch post together, shortest first.
    pub(crate) times: Vec<f64>,
    /// MiB.
    pub(crate) peak_memory: f64,
}

impl Measured {
    /// The time that this share of the launches took at most, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let index = (self.times.len() * percent).div_ceil(100).saturating_sub(1);
        self.times.get(index).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.launches as f64 / self.seconds
    }

    pub(crate) fn whole_cpu(&self) -> f64 {
        self.cpu.0 + self.cpu.1
    }
}

/// A launch that only has to be posted.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(crate) form: Bytes,
    pub(crate) cookie: String,
}

/// The browser's values after a login.
struct LoggedIn {
    state: String,
    nonce: String,
    cookie: String,
}

/// Measures so many launches; their logins and signatures come before.
pub(crate) async fn measure(target: &Target, launches: usize, pace: Pace) -> Result<Measured> {
    let prepared = prepare(target, launches).await?;
    let cpu = |processes: &[u32]| usage::cpu_time(processes);
    let before = (cpu(&target.processes)?, cpu(&target.database)?);
    let began = Instant::now();
    let (times, refused) = run(target, prepared, pace).await?;
    let seconds = began.elapsed().as_secs_f64();
    let after = (cpu(&target.processes)?, cpu(&target.database)?);
    let each = |before: Duration, after: Duration| after.saturating_sub(before).as_secs_f64() * 1000.0 / launches as f64;
    Ok(Measured {
        name: target.name.clone(),
        pace,
        launches,
        refused,
        seconds,
        cpu: (each(before.0, after.0), each(before.1, after.1)),
        times,
        peak_memory: usage::peak_memory(&target.processes)?,
    })
}

/// Logs in so often and signs an id_token for each.
pub(crate) async fn prepare(target: &Target, launches: usize) -> Result<Vec<Prepared>> {
    prepare_with_claim(target, launches, None).await
}

/// The same, with one more claim in each id_token.
pub(crate) async fn prepare_with_claim(
    target: &Target,
    launches: usize,
    claim: Option<(&'static str, Value)>,
) -> Result<Vec<Prepared>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut connections = JoinSet::new();
    for index in 0..CONNECTIONS.min(launches) {
        let (target, next) = (target.clone(), Arc::clone(&next));
        connections.spawn(async move {
            let (login, _) = &target.instances[index % target.instances.len()];
            let request = login_form(&target);
            let mut connection = Connection::open(login).await?;
            let mut done = Vec::new();
            while next.fetch_add(1, Ordering::Relaxed) < launches {
                let answer = connection.post_form(login, request.clone(), None).await?;
                done.push(logged_in(&answer)?);
            }
            Ok::<_, anyhow::Error>(done)
        });
    }
    let mut logins = Vec::new();
    while let Some(done) = connections.join_next().await {
        logins.extend(done??);
    }
    let lms = Arc::clone(&target.lms);
    tokio::task::spawn_blocking(move || sign(&lms, &logins, claim.as_ref())).await?
}

/// Signs for all, on all processors.
fn sign(lms: &Running, logins: &[LoggedIn], claim: Option<&(&str, Value)>) -> Result<Vec<Prepared>> {
    let processors = thread::available_parallelism()?.get();
    let share = logins.len().div_ceil(processors).max(1);
    // Moodle's minute may be over before the launch has its turn.
    let expiry = (SystemTime::now().duration_since(UNIX_EPOCH)? + Duration::from_secs(30 * 60)).as_secs();
    thread::scope(|scope| {
        let signers = logins.chunks(share).map(|share| {
            scope.spawn(move || {
                let signed = |login: &LoggedIn| {
                    let mut launch = LaunchSpec::new(Person::Teacher, &login.nonce).claim("exp", expiry);
                    if let Some((name, value)) = claim {
                        launch = launch.claim(name, value.clone());
                    }
                    let id_token = lms.id_token(&launch);
                    Prepared {
                        form: form([("state", login.state.as_str()), ("id_token", &id_token)]),
                        cookie: login.cookie.clone(),
                    }
                };
                share.iter().map(signed).collect::<Vec<_>>()
            })
        });
        let signers: Vec<_> = signers.collect();
        let signed = signers.into_iter().map(|signer| signer.join().ok());
        let signed: Option<Vec<_>> = signed.collect();
        Ok(signed.context("an id_token could not be signed")?.concat())
    })
}

/// Posts the launches, each after a login. Answers the times in milliseconds, shortest first, and how many were refused.
pub(crate) async fn run(target: &Target, prepared: Vec<Prepared>, pace: Pace) -> Result<(Vec<f64>, usize)> {
    let prepared = Arc::new(prepared);
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let at_once = match pace {
        Pace::AtOnce(at_once) => at_once,
        Pace::PerSecond(_) => CONNECTIONS,
    };
    let mut connections = JoinSet::new();
    for index in 0..at_once {
        let (target, prepared, next) = (target.clone(), Arc::clone(&prepared), Arc::clone(&next));
        connections.spawn(async move {
            let (login, launch) = &target.instances[index % target.instances.len()];
            let request = login_form(&target);
            let mut connection = Connection::open(login).await?;
            let (mut times, mut refused) = (Vec::new(), 0);
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(posted) = prepared.get(number) else {
                    return Ok::<_, anyhow::Error>((times, refused));
                };
                let due = match pace {
                    Pace::AtOnce(_) => Instant::now(),
                    Pace::PerSecond(rate) => wait_for(began + Duration::from_secs_f64(number as f64 / rate)).await,
                };
                if !full_launch(&target, &mut connection, login, launch, &request, posted).await {
                    refused += 1;
                }
                times.push(due.elapsed().as_secs_f64() * 1000.0);
            }
        });
    }
    let (mut times, mut refused) = (Vec::new(), 0);
    while let Some(done) = connections.join_next().await {
        let (some, so_many) = done??;
        times.extend(some);
        refused += so_many;
    }
    times.sort_by(f64::total_cmp);
    Ok((times, refused))
}

/// Waits until a launch is due. Answers since when it counts: since it was due, where every connection was busy then.
async fn wait_for(due: Instant) -> Instant {
    if Instant::now() > due {
        return due;
    }
    sleep_until(due).await;
    Instant::now()
}

/// True if both requests were answered as they should be.
async fn full_launch(
    target: &Target,
    connection: &mut Connection,
    login: &Url,
    launch: &Url,
    request: &Bytes,
    posted: &Prepared,
) -> bool {
    let begun = connection.post_form(login, request.clone(), None).await;
    let handed_over = connection.post_form(launch, posted.form.clone(), Some(&posted.cookie)).await;
    begun.is_ok_and(|answer| answer.status.is_redirection()) && handed_over.is_ok_and(|answer| is_accepted(target, &answer))
}

fn is_accepted(target: &Target, answer: &Answer) -> bool {
    let wanted = target.accepted.as_bytes();
    let shown = wanted.is_empty() || answer.body.windows(wanted.len()).any(|seen| seen == wanted);
    (answer.status.is_success() || answer.status.is_redirection()) && shown
}

/// How many of these launches are accepted when they are posted again.
pub(crate) async fn replay(target: &Target, prepared: &[Prepared]) -> Result<usize> {
    let (_, launch) = target.instances.last().context("no instance")?;
    let mut connection = Connection::open(launch).await?;
    let mut accepted = 0;
    for posted in prepared {
        let answer = connection
            .post_form(launch, posted.form.clone(), Some(&posted.cookie))
            .await?;
        accepted += usize::from(is_accepted(target, &answer));
    }
    Ok(accepted)
}

fn login_form(target: &Target) -> Bytes {
    let lms = &target.lms;
    let launch = target.instances.first().map_or("", |(_, launch)| launch.as_str());
    form([
        ("iss", lms.issuer()),
        ("login_hint", "3"),
        ("target_link_uri", launch),
        ("lti_message_hint", "{\"cmid\":2,\"launchid\":\"ltilaunch_2_1234567890\"}"),
        ("client_id", lms.client_id.as_str()),
        ("lti_deployment_id", lms.deployment_id.as_str()),
    ])
}

fn logged_in(answer: &Answer) -> Result<LoggedIn> {
    let location = answer
        .headers
        .get(header::LOCATION)
        .and_then(|location| location.to_str().ok());
    ensure!(
        answer.status.is_redirection(),
        "a login was answered with {}: {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    let location = Url::parse(location.context("a login led nowhere")?)?;
    let parameter = |name: &str| {
        let found = location.query_pairs().find(|(key, _)| key == name);
        Ok::<_, anyhow::Error>(
            found
                .with_context(|| format!("a login led to an address without {name}"))?
                .1
                .into_owned(),
        )
    };
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter();
    let cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    Ok(LoggedIn {
        state: parameter("state")?,
        nonce: parameter("nonce")?,
        cookie: cookies.collect::<Vec<_>>().join("; "),
    })
}
