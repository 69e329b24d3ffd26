//! The checks of the code that need no run of it.

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
    // The operator's build: without the development sign-in.
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
    library()?;
    boundaries::check()?;
    openapi::openapi(true)?;
    portal::build_within_budget()
}

/// `lti13` as others would build it: with each set of features, and its documentation.
fn library() -> Result<()> {
    for features in ["", "tool", "platform", "services", "platform,services,test-support"] {
        process::run(
            &format!("clippy, lti13 with features \"{features}\""),
            &mut cargo([
                "clippy",
                "--package",
                "lti13",
                "--no-default-features",
                "--features",
                features,
                "--",
                "--deny",
                "warnings",
            ]),
        )?;
    }
    process::run(
        "documentation of lti13",
        cargo(["doc", "--package", "lti13", "--all-features", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings"),
    )
}
