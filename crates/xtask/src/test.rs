//! Every test: pure, storage (on both databases), HTTP, portal, browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::install::DebianPackages;
use crate::postgres::Postgres;
use crate::workspace::{cargo, command, root, target};
use crate::{install, instructions, portal, process, python};

/// The packages that run on servers. xtask apart: features that only its dependencies want would have everything compiled twice.
pub(crate) const HOST: [&str; 5] = ["--workspace", "--exclude", "portal", "--exclude", "xtask"];
const STORIES: &str = "stories";
/// Which pictures are taken each time beside those of the walk; `just screenshots` takes all.
const PICTURES: &str = "German.* 320 px";
const TARGETS: [&str; 3] = ["--lib", "--bins", "--tests"];

/// Programs and tests in one go, so that both are built with the same features, once.
pub(crate) fn build() -> Result<()> {
    process::run("compiling programs and tests", cargo(["build"]).args(HOST).args(TARGETS))
}

/// Which tests, and what may be installed for them.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only the Rust tests whose path contains this, or the browser tests of a file (`wizard.spec.ts`) or title (two words or more)
    name: Option<String>,
    /// Installs missing Debian packages, as in CI; without it they are only named
    #[arg(long)]
    install: bool,
}

pub(crate) fn test(options: &Options) -> Result<()> {
    let policy = DebianPackages::policy(options.install);
    match options.name.as_deref().map(Filter::parse) {
        None => test_all(policy),
        Some(Filter::Rust(path)) => test_rust(&path, policy),
        Some(Filter::Browser(arguments)) => test_browser(&arguments, policy),
    }
}

/// The selection by a name.
#[derive(Debug, PartialEq, Eq)]
enum Filter {
    /// A part of the path of Rust tests.
    Rust(String),
    /// Arguments of Playwright.
    Browser(Vec<String>),
}

impl Filter {
    /// No path of a Rust test has a space, and no title of a browser test is a single word.
    fn parse(name: &str) -> Self {
        if name.ends_with(".spec.ts") {
            Self::Browser(vec![name.to_owned()])
        } else if name.contains(' ') {
            Self::Browser(vec!["--grep".to_owned(), escape(name)])
        } else {
            Self::Rust(name.to_owned())
        }
    }
}

/// The title as a regular expression, which `--grep` takes.
fn escape(title: &str) -> String {
    let mut expression = String::new();
    for c in title.chars() {
        if r"\^$.|?*+()[]{}".contains(c) {
            expression.push('\\');
        }
        expression.push(c);
    }
    expression
}

fn test_all(policy: DebianPackages) -> Result<()> {
    let programs = install::ensure_test_programs(policy)?;
    install::ensure_wasm_target()?;

    build()?;
    let python = python::ensure_environment()?;
    test_host(&programs.postgres, &python, &[])?;
    process::run("examples in the documentation", cargo(["test"]).args(HOST).arg("--doc"))?;
    instructions::check()?;
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

/// The tests of the host crates, on both databases; `filter` goes to cargo.
fn test_host(postgres: &Path, python: &Path, filter: &[&str]) -> Result<()> {
    let postgres = Postgres::start(postgres)?;
    process::run(
        "tests of the host crates",
        cargo(["test"])
            .args(HOST)
            .args(TARGETS)
            .args(filter)
            .env("TEST_POSTGRES_URL", postgres.url())
            .env("PYTHON", python),
    )
}

/// The Rust tests whose path contains `name`. A name that selects none is an error, since it is mistyped.
fn test_rust(name: &str, policy: DebianPackages) -> Result<()> {
    let postgres = install::ensure_storage_programs(policy)?;
    let mut selected = 0;
    let host = count_tests(cargo(["test"]).args(HOST).args(TARGETS), name)?;
    if host > 0 {
        test_host(&postgres, &python::ensure_environment()?, &[name])?;
    }
    selected += host;
    for package in ["xtask", "portal"] {
        let count = count_tests(&mut cargo(["test", "--package", package]), name)?;
        if count > 0 {
            let mut run = cargo(["test", "--package", package]);
            process::run(&format!("tests of {package}"), run.arg(name))?;
        }
        selected += count;
    }
    ensure!(
        selected > 0,
        "no Rust test has `{name}` in its path; browser tests are named by file (`wizard.spec.ts`) or by a title of two words or more"
    );
    Ok(())
}

/// How many tests `cargo test` would run for this name.
fn count_tests(cargo: &mut Command, name: &str) -> Result<usize> {
    let list = process::output(cargo.args([name, "--", "--list", "--format", "terse"]))?;
    Ok(tests_in(&list))
}

fn tests_in(list: &str) -> usize {
    list.lines().filter(|line| line.ends_with(": test")).count()
}

fn test_browser(arguments: &[String], policy: DebianPackages) -> Result<()> {
    let programs = install::ensure_test_programs(policy)?;
    install::ensure_wasm_target()?;
    build()?;
    portal::build(portal::Mode::Release)?;
    let python = prepare_stories()?;
    process::run(
        "tests in the browser",
        browser(STORIES, &programs.chromium, &python).args(arguments),
    )
}

/// Asks the API whatever its description allows, for longer than the tests do and with other values each time, on both databases.
pub(crate) fn fuzz_api(examples: u32) -> Result<()> {
    let programs = install::ensure_test_programs(DebianPackages::policy(false))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_word_selects_rust_tests() {
        assert_eq!(Filter::parse("launches::list"), Filter::Rust("launches::list".to_owned()));
        assert_eq!(Filter::parse("wizard"), Filter::Rust("wizard".to_owned()));
    }

    #[test]
    fn a_file_selects_browser_tests() {
        let file = "wizard.spec.ts".to_owned();
        assert_eq!(Filter::parse("wizard.spec.ts"), Filter::Browser(vec![file]));
    }

    #[test]
    fn a_title_selects_browser_tests_as_it_is_written() {
        let arguments = ["--grep".to_owned(), r"asks \(twice\)\?".to_owned()];
        assert_eq!(Filter::parse("asks (twice)?"), Filter::Browser(arguments.to_vec()));
    }

    #[test]
    fn a_list_of_tests_is_counted_without_benchmarks() {
        assert_eq!(tests_in("launches::list: test\nlaunches::purge: test\nspeed: benchmark\n"), 2);
        assert_eq!(tests_in(""), 0);
    }
}
