//! Resilience of the gateway: long measurements, each with a goal, by hand and by night. A part that misses its goal fails.

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::postgres::{Postgres, find_programs};
use crate::process;
use crate::start::program;
use crate::workspace::cargo;

#[derive(Args)]
pub(crate) struct Options {
    /// One part; all of them where none is named
    part: Option<Part>,
    /// Leaves PostgreSQL out
    #[arg(long)]
    without_postgres: bool,
}

/// The measured part.
#[derive(Clone, Copy, ValueEnum)]
enum Part {
    /// How long a worker gets to nothing else, beside the worst bodies and the longest answers
    WorkerGap,
}

/// Prints tables in Markdown on standard output, everything else on standard error.
pub(crate) fn resilience(options: &Options) -> Result<()> {
    let packages = ["build", "--release", "--package", "gateway", "--package", "bench", "--bins"];
    process::run("compiling the gateway and what measures it, optimised", &mut cargo(packages))?;
    let parts = options.part.map_or(Part::value_variants().to_vec(), |part| vec![part]);
    for part in parts {
        match part {
            Part::WorkerGap => measure("worker-gap", options)?,
        }
    }
    Ok(())
}

/// Runs a part of the benchmark on both databases.
fn measure(command: &str, options: &Options) -> Result<()> {
    let postgres = if options.without_postgres {
        None
    } else {
        let programs = find_programs().context("no initdb: install PostgreSQL, or measure --without-postgres")?;
        Some(Postgres::start_durable(&programs)?)
    };
    let mut bench = program("bench", true);
    bench.arg(command);
    bench.arg("--gateway").arg(program("lms-gateway", true).get_program());
    if let Some(postgres) = &postgres {
        bench.arg("--postgres").arg(postgres.url());
        bench.arg("--postgres-pid").arg(postgres.process_id()?.to_string());
    }
    process::run(command, &mut bench)
}
