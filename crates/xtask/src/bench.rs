//! The cost of launches: the gateway as it is released, measured from outside, on both databases.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::postgres::{Postgres, find_programs};
use crate::process;
use crate::start::program;
use crate::workspace::cargo;

#[derive(Args)]
pub(crate) struct Options {
    /// Compares a small database with a large one, which takes long
    #[arg(long)]
    large: bool,
    /// Registrations of the large database
    #[arg(long, default_value_t = 1_000_000, requires = "large")]
    registrations: u64,
    /// Launch records of the large database
    #[arg(long, default_value_t = 10_000_000, requires = "large")]
    records: u64,
    /// Launches of each measurement
    #[arg(long, default_value_t = 4_000, conflicts_with = "large")]
    launches: usize,
    /// A description (TOML) of another LTI tool, which is measured beside; docs/performance.md has an example
    #[arg(long, value_name = "FILE", conflicts_with = "large")]
    tool: Vec<PathBuf>,
    /// The program of an earlier version of the gateway, which is measured beside, on SQLite
    #[arg(long, value_name = "FILE", conflicts_with = "large")]
    earlier: Option<PathBuf>,
    /// Leaves PostgreSQL out
    #[arg(long)]
    without_postgres: bool,
}

/// Prints tables in Markdown on standard output, everything else on standard error.
pub(crate) fn bench(options: &Options) -> Result<()> {
    let packages = ["build", "--release", "--package", "gateway", "--package", "bench", "--bins"];
    process::run("compiling the gateway and the benchmark, optimised", &mut cargo(packages))?;
    let postgres = if options.without_postgres {
        None
    } else {
        let programs = find_programs().context("no initdb: install PostgreSQL, or measure --without-postgres")?;
        Some(Postgres::start_durable(&programs)?)
    };
    let mut bench = program("bench", true);
    bench.arg(if options.large { "growth" } else { "launches" });
    bench.arg("--gateway").arg(program("lms-gateway", true).get_program());
    if let Some(postgres) = &postgres {
        bench.arg("--postgres").arg(postgres.url());
        bench.arg("--postgres-pid").arg(postgres.process_id()?.to_string());
    }
    if options.large {
        bench.arg("--registrations").arg(options.registrations.to_string());
        bench.arg("--launches").arg(options.records.to_string());
    } else {
        bench.arg("--launches").arg(options.launches.to_string());
        bench.args(
            options
                .tool
                .iter()
                .flat_map(|file| ["--tool".into(), file.clone().into_os_string()]),
        );
        if let Some(earlier) = &options.earlier {
            bench.arg("--earlier").arg(earlier);
        }
    }
    process::run("measuring", &mut bench)
}
