//! What a machine can say about the code without running it.

use anyhow::Result;

use crate::workspace::cargo;
use crate::{boundaries, commits, install, openapi, portal, process};

pub(crate) fn lint() -> Result<()> {
    install::ensure_wasm_target()?;
    process::run("formatting", &mut cargo(["fmt", "--all", "--check"]))?;
    commits::check()?;
    process::run(
        "clippy",
        &mut cargo([
            "clippy",
            "--workspace",
            "--exclude",
            "portal",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]),
    )?;
    process::run(
        "clippy, portal",
        &mut cargo([
            "clippy",
            "--package",
            "portal",
            "--target",
            "wasm32-unknown-unknown",
            "--",
            "--deny",
            "warnings",
        ]),
    )?;
    // What the operator gets: no development sign-in in it.
    process::run(
        "clippy, gateway without dev",
        &mut cargo([
            "clippy",
            "--package",
            "gateway",
            "--no-default-features",
            "--",
            "--deny",
            "warnings",
        ]),
    )?;
    boundaries::check()?;
    openapi::openapi(true)?;
    portal::build_within_budget()
}
