//! Everything that one does with this repository: try it, change it, check it. `just` lists the same.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks to its terminal"
)]

mod bench;
mod boundaries;
mod commits;
mod dev;
#[cfg(test)]
mod docs;
mod install;
mod instructions;
mod lint;
mod openapi;
mod portal;
mod postgres;
mod process;
mod python;
mod resilience;
mod start;
mod test;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// Builds, starts and checks the LMS Gateway
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Task {
    /// Starts the gateway and the practice LMS on embedded defaults, ready to be tried
    Start(start::Options),
    /// Runs every test, those in a browser included, or those that a name selects
    Test(test::Options),
    /// Asks the API whatever its description allows, for long, on both databases
    FuzzApi {
        /// How much each operation is asked
        #[arg(long, default_value_t = 500)]
        examples: u32,
    },
    /// The cost of launches, on both databases, beside the least that a correct tool costs
    Bench(bench::Options),
    /// Counts the instructions of a login and a launch of `crates/lti13`, and compares them with a baseline
    Instructions(instructions::Options),
    /// Resilience of the gateway: long measurements, each with a goal
    Resilience(resilience::Options),
    /// The same servers as `start`, rebuilt and restarted whenever a file changes
    Dev(start::Ports),
    /// Builds the portal into dist/portal
    Portal {
        /// Unoptimised, uncompressed and quick to build
        #[arg(long)]
        dev: bool,
    },
    /// Formatting, commit subjects, clippy (host and wasm), boundaries, OpenAPI drift, size of the portal
    Lint,
    /// Checks which crate sees which, and which room of a crate
    Boundaries,
    /// Writes openapi/gateway.json
    Openapi {
        /// Only compares: fails when the file is not what the gateway describes
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    match process::end_children_on_interrupt().and_then(|()| carry_out(Task::parse())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(task: Task) -> Result<()> {
    match task {
        Task::Start(options) => start::start(&options),
        Task::Test(options) => test::test(&options),
        Task::FuzzApi { examples } => test::fuzz_api(examples),
        Task::Bench(options) => bench::bench(&options),
        Task::Instructions(options) => instructions::instructions(&options),
        Task::Resilience(options) => resilience::resilience(&options),
        Task::Dev(ports) => dev::dev(&ports),
        Task::Portal { dev: true } => portal::build(portal::Mode::Dev),
        Task::Portal { dev: false } => portal::build_within_budget(),
        Task::Lint => lint::lint(),
        Task::Boundaries => boundaries::check(),
        Task::Openapi { check } => openapi::openapi(check),
    }
}
