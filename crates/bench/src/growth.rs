//! The cost of a launch and of the lists on a database that has grown, beside a small one.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use practice_lms::{PracticeLms, Settings};

use crate::Programs;
use crate::launches::Place;
use crate::load::{self, Pace};
use crate::programs::Automation;
use crate::seed::{self, Size};

/// A rate at which nothing waits, so that the times are the work's own.
const LAUNCHES_A_SECOND: f64 = 100.0;
const LAUNCHES: usize = 1_000;
const REQUESTS: usize = 200;
/// How much more the large database may cost.
const GOAL: f64 = 1.5;

/// The lists that people open.
const LISTS: [(&str, &str); 5] = [
    ("list of registrations", "/api/v1/registrations?limit=50"),
    (
        "list of registrations, newest first",
        "/api/v1/registrations?limit=50&sort=-createdAt",
    ),
    ("registrations searched for", "/api/v1/registrations?limit=50&search=practice"),
    ("list of launches", "/api/v1/launches?limit=50"),
    (
        "launches of the last 30 days, counted by day",
        "/api/v1/launches/daily?days=30",
    ),
];

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    programs: Programs,
    /// Registrations of the large database
    #[arg(long, default_value_t = 1_000_000)]
    registrations: u64,
    /// Launch records of the large database
    #[arg(long, default_value_t = 10_000_000)]
    launches: u64,
}

/// Measures on each database and prints a table for each.
pub(crate) async fn measure(options: Options) -> Result<()> {
    let Options {
        programs,
        registrations,
        launches,
    } = options;
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
    let large = Size { registrations, launches };
    compare("SQLite", &sqlite, large).await?;
    if let (Some(url), Some(server)) = (&programs.postgres, programs.postgres_pid) {
        compare(
            "PostgreSQL",
            &Place {
                url,
                server: Some(server),
                ..sqlite
            },
            large,
        )
        .await?;
    }
    Ok(())
}

async fn compare(database: &str, place: &Place<'_>, large: Size) -> Result<()> {
    place.register().await?;
    let (own, small) = (
        Size {
            registrations: 1,
            launches: 0,
        },
        Size {
            registrations: 10,
            launches: 0,
        },
    );
    seed::fill(place.url, own, small).await?;
    let before = look(place).await?;
    eprintln!("▸ filling {database} up");
    let began = Instant::now();
    seed::fill(place.url, small, large).await?;
    eprintln!("✓ filled ({:.0} s)", began.elapsed().as_secs_f64());
    let after = look(place).await?;
    println!(
        "| {database}, milliseconds | {} registrations, {} launch records | {} and {} | | goal ≤ {GOAL} × |\n|---|---|---|---|---|",
        small.registrations, small.launches, large.registrations, large.launches
    );
    for ((what, before), (_, after)) in before.into_iter().zip(after) {
        let growth = after / before;
        let met = if growth < GOAL { "met" } else { "**missed**" };
        println!("| {what} | {before:.2} | {after:.2} | {growth:.2} × | {met} |");
    }
    println!();
    Ok(())
}

/// Every figure, by its name.
async fn look(place: &Place<'_>) -> Result<Vec<(String, f64)>> {
    let gateway = place.start(None).await?;
    let target = place.target("the gateway", &[&gateway])?;
    load::measure(&target, 200, Pace::AtOnce(16)).await?;
    let launch = load::measure(&target, LAUNCHES, Pace::PerSecond(LAUNCHES_A_SECOND)).await?;
    let mut figures = vec![
        ("CPU of a full launch".to_owned(), launch.whole_cpu()),
        ("full launch, p50".to_owned(), launch.percentile(50)),
        ("full launch, p99".to_owned(), launch.percentile(99)),
    ];
    let mut automation = Automation::sign_in(&gateway).await?;
    for (what, path) in LISTS {
        let times = ask(&mut automation, path).await?;
        figures.push((format!("{what}, p50"), times[times.len() / 2]));
        figures.push((format!("{what}, p99"), times[times.len() * 99 / 100]));
    }
    Ok(figures)
}

/// Asks often, on one connection. Milliseconds, shortest first.
async fn ask(automation: &mut Automation, path: &str) -> Result<Vec<f64>> {
    let mut times = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        let began = Instant::now();
        automation.get(path).await.with_context(|| format!("asking for {path}"))?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}
