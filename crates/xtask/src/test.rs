//! Every test: pure, storage (on both databases), HTTP, portal, browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::postgres::Postgres;
use crate::workspace::{cargo, command, root, target};
use crate::{install, portal, process, python};

/// What runs on servers. xtask apart: features that only its dependencies want would have everything compiled twice.
const HOST: [&str; 5] = ["--workspace", "--exclude", "portal", "--exclude", "xtask"];
const STORIES: &str = "stories";
/// Which pictures are taken each time beside those of the walk; `just screenshots` takes all.
const PICTURES: &str = "German.* 320 px";
const TARGETS: [&str; 3] = ["--lib", "--bins", "--tests"];

/// Programs and tests in one go, so that both are built with the same features, once.
pub(crate) fn build() -> Result<()> {
    process::run("compiling programs and tests", cargo(["build"]).args(HOST).args(TARGETS))
}

pub(crate) fn test() -> Result<()> {
    let programs = install::ensure_test_programs()?;
    install::ensure_wasm_target()?;

    build()?;
    let python = python::ensure_environment()?;
    let postgres = Postgres::start(&programs.postgres)?;
    process::run(
        "tests of the host crates",
        cargo(["test"])
            .args(HOST)
            .args(TARGETS)
            .env("TEST_POSTGRES_URL", postgres.url())
            .env("PYTHON", &python),
    )?;
    drop(postgres);
    process::run("examples in the documentation", cargo(["test"]).args(HOST).arg("--doc"))?;
    process::run("tests of xtask", &mut cargo(["test", "--package", "xtask"]))?;
    process::run("tests of the portal", &mut cargo(["test", "--package", "portal"]))?;

    portal::build(portal::Mode::Release)?;
    let python = prepare_stories()?;
    process::run("linting the API's description", &mut npm(&["run", "--silent", "lint:api"]))?;
    process::run("tests in the browser", &mut browser(STORIES, &programs.chromium, &python))?;
    let mut pictures = browser("screenshots", &programs.chromium, &python);
    pictures.args(["--grep", PICTURES]);
    process::run("pictures in German, in e2e/shots", &mut pictures)
}

/// Asks the API whatever its description allows, for longer than the tests do and with other values each time, on both databases.
pub(crate) fn fuzz_api(examples: u32) -> Result<()> {
    let programs = install::ensure_test_programs()?;
    build()?;
    let python = prepare_stories()?;
    let seed = std::process::id().to_string();
    let postgres = Postgres::start(&programs.postgres)?;
    for (name, database) in [("SQLite", None), ("PostgreSQL", Some(postgres.url()))] {
        let mut run = browser(STORIES, &programs.chromium, &python);
        run.args(["stories/api.spec.ts", "--grep", "whatever is asked"])
            .envs(database.map(|url| ("DATABASE_URL", url)))
            .env("FUZZ_EXAMPLES", examples.to_string())
            .env("FUZZ_SEED", &seed)
            .env("FUZZ_MINUTES", "120");
        process::run(&format!("fuzzing the API on {name}, seed {seed}"), &mut run)?;
    }
    Ok(())
}

/// Everything that the stories need beside the programs. Answers the Python of their environment.
fn prepare_stories() -> Result<PathBuf> {
    let python = python::ensure_environment()?;
    process::run(
        "installing the browser tests",
        npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    )?;
    process::run(
        "types of the browser tests and of the API",
        &mut npm(&["run", "--silent", "check"]),
    )?;
    Ok(python)
}

fn npm(arguments: &[&str]) -> Command {
    let mut npm = command("npm");
    npm.args(arguments).current_dir(root().join("e2e"));
    npm
}

/// One of Playwright's projects.
fn browser(project: &str, chromium: &Path, python: &Path) -> Command {
    let mut playwright = command("npx");
    playwright
        .args(["--no-install", "playwright", "test"])
        .arg(format!("--project={project}"))
        .current_dir(root().join("e2e"))
        .env("CHROMIUM", chromium)
        .env("PYTHON", python)
        .env("PROGRAMS", target().join("debug"))
        .env("PORTAL", root().join("dist/portal"));
    playwright
}
