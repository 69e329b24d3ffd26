//! How long a worker of the gateway doesn't get to anything else, beside the worst bodies and the longest answers of every operation.
//!
//! Measured from outside, on the program as it is released: `/health/live`, which needs neither database nor place, is asked every few
//! milliseconds on connections that are spread over all workers. The longest time until an answer is the gap. It holds what the client and
//! the operating system add, so the gateway's own part is at most that.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use hyper::Method;
use hyper::body::Bytes;
use practice_lms::{PracticeLms, Settings};
use serde_json::Value;
use url::Url;

use crate::Programs;
use crate::bodies::{self, Sent};
use crate::http::Connection;
use crate::launches::Place;
use crate::load::{self, Target};
use crate::programs::Automation;

/// The longest gap that is let through.
const GOAL: Duration = Duration::from_millis(50);
/// How often each connection asks.
const EVERY: Duration = Duration::from_millis(5);
const CONNECTIONS_PER_WORKER: usize = 4;
/// How many of a body are sent at once: as many as stopped every worker once.
const AT_ONCE: usize = 4;
/// How often a body that missed the goal is sent again: other programs cause gaps too, but not each time.
const ROUNDS: usize = 3;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    programs: Programs,
}

/// Measures on each database and prints a table for each. Fails where a gap is too long.
pub(crate) async fn measure(options: Options) -> Result<()> {
    let Options { programs } = options;
    let folder = tempfile::tempdir()?;
    let lms = Arc::new(PracticeLms::start(Settings::on_any_port("http://localhost:8080"))?);
    let sqlite = format!("sqlite://{}/gateway.db?mode=rwc", folder.path().display());
    let sqlite = Place {
        folder: folder.path(),
        lms: &lms,
        program: &programs.gateway,
        url: &sqlite,
        server: None,
    };
    let mut missed = measure_on("SQLite", &sqlite).await?;
    if let (Some(url), Some(server)) = (&programs.postgres, programs.postgres_pid) {
        let postgres = Place {
            url,
            server: Some(server),
            ..sqlite
        };
        missed += measure_on("PostgreSQL", &postgres).await?;
    }
    ensure!(missed == 0, "{missed} gaps are longer than {} ms", GOAL.as_millis());
    Ok(())
}

async fn measure_on(database: &str, place: &Place<'_>) -> Result<usize> {
    place.register().await?;
    let gateway = place.start(None).await?;
    let target = place.target("the gateway", &[&gateway])?;
    let mut automation = Automation::sign_in(&gateway).await?;
    let ids = bodies::Ids {
        registration: first_id(&mut automation, "/api/v1/registrations").await?,
        report: automation
            .create("/api/v1/problem-reports", &bodies::report())
            .await
            .context("no problem report")?,
    };
    let ticker = Ticker::start(&gateway.url)?;
    let token = automation.token().to_owned();
    println!(
        "| {database} | bytes | answered | seconds | longest gap | goal ≤ {} ms |\n|---|---|---|---|---|---|",
        GOAL.as_millis()
    );
    let mut missed = 0;
    let idle = ticker.longest_during(tokio::time::sleep(Duration::from_secs(3))).await?.1;
    println!("| nothing | | | 3.0 | {} | |", milliseconds(idle));
    for sent in bodies::all(&ids) {
        missed += usize::from(!measure_one(&ticker, &gateway.url, &token, &sent).await?);
    }
    for (name, claim) in bodies::claims() {
        missed += usize::from(!measure_launches(&ticker, &target, name, claim).await?);
    }
    println!();
    Ok(missed)
}

/// True if the gap is short enough, at least once.
async fn measure_one(ticker: &Ticker, url: &Url, token: &str, sent: &Sent) -> Result<bool> {
    let mut shortest: Option<(Duration, Duration, String)> = None;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let (statuses, gap) = ticker.longest_during(send(url, token, sent)).await?;
        if shortest.as_ref().is_none_or(|(least, ..)| gap < *least) {
            shortest = Some((gap, began.elapsed(), statuses?));
        }
        if gap <= GOAL {
            break;
        }
    }
    let (gap, took, statuses) = shortest.context("nothing was measured")?;
    Ok(row(&sent.name, sent.body.len(), &statuses, took, gap))
}

/// Sends it on several connections at once. Answers the statuses.
async fn send(url: &Url, token: &str, sent: &Sent) -> Result<String> {
    let requests = (0..AT_ONCE).map(|_| async {
        let mut connection = Connection::open(url).await?;
        let url = url.join(&sent.path)?;
        let bearer = sent.authorized.then_some(token);
        let answer = connection
            .request(sent.method.clone(), &url, sent.content_type, bearer, sent.body.clone())
            .await?;
        Ok::<_, anyhow::Error>(answer.status.as_u16())
    });
    let mut statuses = futures(requests).await?;
    statuses.sort_unstable();
    statuses.dedup();
    let statuses: Vec<_> = statuses.iter().map(u16::to_string).collect();
    Ok(statuses.join(", "))
}

async fn futures<T>(all: impl Iterator<Item = impl Future<Output = Result<T>>>) -> Result<Vec<T>> {
    futures_util::future::join_all(all).await.into_iter().collect()
}

async fn measure_launches(ticker: &Ticker, target: &Target, name: &str, claim: Value) -> Result<bool> {
    let prepared = load::prepare_with_claim(target, AT_ONCE, Some(("https://lms.example/claim", claim))).await?;
    let bytes = prepared.first().map_or(0, |launch| launch.form.len());
    let (_, launch) = target.instances.first().context("no instance")?;
    let began = Instant::now();
    let posts = prepared.iter().map(|prepared| async move {
        let mut connection = Connection::open(launch).await?;
        let answer = connection
            .post_form(launch, prepared.form.clone(), Some(&prepared.cookie))
            .await?;
        Ok::<_, anyhow::Error>(answer.status.to_string())
    });
    let (statuses, gap) = ticker.longest_during(futures(posts)).await?;
    let mut statuses = statuses?;
    statuses.dedup();
    Ok(row(name, bytes, &statuses.join(", "), began.elapsed(), gap))
}

fn row(name: &str, bytes: usize, statuses: &str, took: Duration, gap: Duration) -> bool {
    let met = gap <= GOAL;
    println!(
        "| {name} | {bytes} | {statuses} | {:.1} | {} | {} |",
        took.as_secs_f64(),
        milliseconds(gap),
        if met { "met" } else { "**missed**" }
    );
    met
}

fn milliseconds(gap: Duration) -> String {
    format!("{:.1} ms", gap.as_secs_f64() * 1000.0)
}

async fn first_id(automation: &mut Automation, list: &str) -> Result<String> {
    let page = automation.get(list).await?;
    let id = page["value"][0]["id"].as_str().context("the list is empty")?;
    Ok(id.to_owned())
}

/// Asks for a sign of life all the time, from a thread of its own.
struct Ticker {
    longest: Arc<Mutex<Result<Duration, String>>>,
}

impl Ticker {
    fn start(url: &Url) -> Result<Self> {
        let url = url.join("/health/live")?;
        let workers = thread::available_parallelism()?.get();
        let longest = Arc::new(Mutex::new(Ok(Duration::ZERO)));
        let ticker = Self {
            longest: Arc::clone(&longest),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        thread::spawn(move || {
            let connections = (0..workers * CONNECTIONS_PER_WORKER).map(|_| ask(&url, &longest));
            let ended = runtime
                .block_on(futures_util::future::select_all(connections.map(Box::pin)))
                .0;
            *longest.lock().unwrap_or_else(PoisonError::into_inner) = Err(format!("{ended:#}"));
        });
        Ok(ticker)
    }

    /// The result of the work, and the longest gap meanwhile.
    async fn longest_during<T>(&self, work: impl Future<Output = T>) -> Result<(T, Duration)> {
        // Earlier requests are answered by now.
        tokio::time::sleep(Duration::from_millis(200)).await;
        self.take()?;
        let done = work.await;
        // Requests sent meanwhile are answered soon.
        tokio::time::sleep(2 * EVERY).await;
        Ok((done, self.take()?))
    }

    fn take(&self) -> Result<Duration> {
        let mut longest = self.longest.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = longest.as_mut().map(std::mem::take);
        taken.map_err(|why| anyhow::anyhow!("no sign of life: {why}"))
    }
}

/// Asks on one connection until that fails. The gateway gives connections to its workers in turn.
async fn ask(url: &Url, longest: &Mutex<Result<Duration, String>>) -> anyhow::Error {
    let ask = async {
        let mut connection = Connection::open(url).await?;
        loop {
            let began = Instant::now();
            let answer = connection.request(Method::GET, url, "", None, Bytes::new()).await?;
            ensure!(answer.status.is_success(), "answered with {}", answer.status);
            if let Ok(longest) = &mut *longest.lock().unwrap_or_else(PoisonError::into_inner) {
                *longest = began.elapsed().max(*longest);
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    let ended: Result<std::convert::Infallible> = ask.await;
    match ended {
        Err(error) => error,
    }
}
