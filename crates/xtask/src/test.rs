//! Every test: pure, storage (on both databases), HTTP, portal, browser.

use anyhow::Result;

use crate::postgres::Postgres;
use crate::workspace::{cargo, command, root, target};
use crate::{install, portal, process, python};

/// What runs on servers. xtask apart: features that only its dependencies want would have everything compiled twice.
const HOST: [&str; 5] = ["--workspace", "--exclude", "portal", "--exclude", "xtask"];
const TARGETS: [&str; 3] = ["--lib", "--bins", "--tests"];

/// Programs and tests in one go, so that both are built with the same features, once.
pub(crate) fn build() -> Result<()> {
    process::run("compiling programs and tests", cargo(["build"]).args(HOST).args(TARGETS))
}

pub(crate) fn test() -> Result<()> {
    let programs = install::ensure_test_programs()?;
    install::ensure_wasm_target()?;

    build()?;
    let postgres = Postgres::start(&programs.postgres)?;
    process::run(
        "tests of the host crates",
        cargo(["test"])
            .args(HOST)
            .args(TARGETS)
            .env("TEST_POSTGRES_URL", postgres.url()),
    )?;
    drop(postgres);
    process::run("examples in the documentation", cargo(["test"]).args(HOST).arg("--doc"))?;
    process::run("tests of xtask", &mut cargo(["test", "--package", "xtask"]))?;
    process::run("tests of the portal", &mut cargo(["test", "--package", "portal"]))?;

    portal::build(portal::Mode::Release)?;
    let python = python::ensure_environment()?;
    let e2e = root().join("e2e");
    process::run(
        "installing the browser tests",
        command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&e2e)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    )?;
    process::run(
        "types of the browser tests",
        command("npx").args(["--no-install", "tsc"]).current_dir(&e2e),
    )?;
    process::run(
        "tests in the browser",
        command("npx")
            .args(["--no-install", "playwright", "test", "--project=stories"])
            .current_dir(&e2e)
            .env("CHROMIUM", programs.chromium)
            .env("PYTHON", python)
            .env("PROGRAMS", target().join("debug"))
            .env("PORTAL", root().join("dist/portal")),
    )
}
