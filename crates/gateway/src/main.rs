//! The binary `lms-gateway`.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Allocations cost a launch a sixth of its CPU time with glibc's allocator: decision 0075.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    gateway::cli::run()
}
