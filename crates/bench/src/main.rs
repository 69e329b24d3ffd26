//! `bench`: what full LTI launches cost, measured from outside.
//!
//! A full launch is a login initiation and a launch post, RS256 with 2048 bits, the keyset known, each launch recorded for good. CPU time
//! is what the operating system counted for the tool's processes before and after; it is the fairest figure on a machine that does
//! other things too, and stands beside the floor's of the same run. [`floor`] says what that is.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks to its terminal"
)]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

mod bodies;
mod floor;
mod growth;
mod http;
mod launches;
mod load;
mod programs;
mod report;
mod seed;
mod tool;
mod usage;
mod worker_gap;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

/// Measures full LTI launches
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The gateway on each database beside the floor, and what its goals are
    Launches(launches::Options),
    /// The gateway on a small and on a large database
    Growth(growth::Options),
    /// How long a worker gets to nothing else, beside the worst bodies
    WorkerGap(worker_gap::Options),
    #[command(hide = true)]
    Floor(floor::Options),
}

/// The measured programs, and their databases.
#[derive(Args, Clone)]
struct Programs {
    /// The gateway's program
    #[arg(long)]
    gateway: PathBuf,
    /// An empty database on a PostgreSQL server, to measure on that too
    #[arg(long, requires = "postgres_pid")]
    postgres: Option<String>,
    /// The process of that server
    #[arg(long)]
    postgres_pid: Option<u32>,
}

#[actix_web::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Launches(options) => launches::measure(options).await,
        Command::Growth(options) => growth::measure(options).await,
        Command::WorkerGap(options) => worker_gap::measure(options).await,
        Command::Floor(options) => floor::serve(options).await,
    }
}
