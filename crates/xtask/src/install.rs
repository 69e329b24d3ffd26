//! Installs what a task lacks, or names exactly what to install.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::workspace::{command, find_program};
use crate::{postgres, process};

/// Debian keeps it out of people's path.
const PGBOUNCER: &str = "/usr/sbin/pgbouncer";
const WASM: &str = "wasm32-unknown-unknown";

/// The target of the portal. rust-toolchain.toml names it, but with `RUSTUP_AUTO_INSTALL=0` rustup doesn't install it by itself.
pub(crate) fn ensure_wasm_target() -> Result<()> {
    let sysroot = process::output(command("rustc").args(["--print", "sysroot"]))?;
    if PathBuf::from(sysroot.trim()).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    if find_program("rustup").is_none() {
        bail!("the Rust target {WASM} is missing and there is no rustup to add it: install it with your Rust distribution");
    }
    process::run("adding the wasm target", command("rustup").args(["target", "add", WASM]))
}

/// The programs that the tests need beside cargo and Node.
pub(crate) struct TestPrograms {
    pub(crate) chromium: PathBuf,
    /// The folder of initdb and pg_ctl.
    pub(crate) postgres: PathBuf,
}

/// The reaction to missing Debian packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DebianPackages {
    Install,
    /// Stops, and says how to install them.
    Name,
}

impl DebianPackages {
    /// In CI nobody could install them by hand.
    pub(crate) fn policy(install: bool) -> Self {
        Self::policy_in(install, env::var_os("CI").as_deref())
    }

    fn policy_in(install: bool, ci: Option<&OsStr>) -> Self {
        let in_ci = ci.is_some_and(|value| !value.is_empty() && value != "false");
        if install || in_ci { Self::Install } else { Self::Name }
    }
}

/// For the tests of storage, HTTP and documentation: the folder of initdb and pg_ctl.
pub(crate) fn ensure_storage_programs(policy: DebianPackages) -> Result<PathBuf> {
    ensure_debian_packages(&missing_storage_packages(), policy)?;
    postgres::find_programs().context("PostgreSQL cannot be found although it is installed")
}

/// For counting instructions.
pub(crate) fn ensure_valgrind(policy: DebianPackages) -> Result<()> {
    ensure_debian_packages(&missing_valgrind(), policy)
}

/// For all tests, those in browsers included.
pub(crate) fn ensure_test_programs(policy: DebianPackages) -> Result<TestPrograms> {
    if find_program("npm").is_none() {
        bail!("npm is missing: install Node 20 or newer");
    }
    let packages = [missing_browser_packages(), missing_storage_packages(), missing_valgrind()].concat();
    ensure_debian_packages(&packages, policy)?;
    match (find_chromium(), postgres::find_programs()) {
        (Some(chromium), Some(postgres)) => Ok(TestPrograms { chromium, postgres }),
        _ => bail!("{} cannot be found although it is installed", packages.join(" and ")),
    }
}

fn missing_storage_packages() -> Vec<&'static str> {
    let pgbouncer = Path::new(PGBOUNCER).is_file() || find_program("pgbouncer").is_some();
    missing([
        ("openssl", find_program("openssl").is_some()),
        ("postgresql", postgres::find_programs().is_some()),
        ("pgbouncer", pgbouncer),
        ("python3-venv", has_python_venv()),
    ])
}

fn missing_browser_packages() -> Vec<&'static str> {
    missing([
        ("chromium", find_chromium().is_some()),
        ("firefox-esr", find_program("firefox-esr").is_some()),
        ("webkit2gtk-driver", find_program("WebKitWebDriver").is_some()),
        ("xvfb", find_program("Xvfb").is_some()),
    ])
}

fn missing_valgrind() -> Vec<&'static str> {
    missing([("valgrind", find_program("valgrind").is_some())])
}

fn missing<const N: usize>(packages: [(&'static str, bool); N]) -> Vec<&'static str> {
    let missing = packages.into_iter().filter(|(_, installed)| !installed);
    missing.map(|(package, _)| package).collect()
}

/// Debian's python3 comes without the part that makes environments.
fn has_python_venv() -> bool {
    process::output(command("python3").args(["-c", "import ensurepip"])).is_ok()
}

fn find_chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
        .into_iter()
        .find_map(find_program)
}

fn ensure_debian_packages(packages: &[&str], policy: DebianPackages) -> Result<()> {
    match policy {
        _ if packages.is_empty() => Ok(()),
        DebianPackages::Install => install_debian_packages(packages),
        DebianPackages::Name => bail!(by_hand(packages)),
    }
}

fn by_hand(packages: &[&str]) -> String {
    let names = packages.join(" ");
    format!(
        "the tests need what these Debian packages have: {names}
  sudo apt-get install --no-install-recommends {names}
installs them, as `cargo xtask test --install` does"
    )
}

fn install_debian_packages(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if find_program("apt-get").is_none() {
        bail!("{}. There is no apt-get here", by_hand(packages));
    }
    let mut privileged = if nix::unistd::geteuid().is_root() {
        command("env")
    } else if process::output(command("sudo").args(["-n", "true"])).is_ok() {
        let mut sudo = command("sudo");
        sudo.args(["-n", "env"]);
        sudo
    } else {
        bail!("{}. It needs root, or sudo without a password", by_hand(packages));
    };
    let script = format!("apt-get update -qq && apt-get install -y -qq --no-install-recommends {names}");
    privileged.args(["DEBIAN_FRONTEND=noninteractive", "sh", "-c", &script]);
    process::run(&format!("installing {names}"), &mut privileged)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn packages_are_installed_where_that_is_asked_and_in_ci() {
        let policy = |install, ci: Option<&str>| DebianPackages::policy_in(install, ci.map(OsStr::new));
        assert_eq!(policy(false, None), DebianPackages::Name);
        assert_eq!(policy(false, Some("")), DebianPackages::Name);
        assert_eq!(policy(false, Some("false")), DebianPackages::Name);
        assert_eq!(policy(false, Some("true")), DebianPackages::Install);
        assert_eq!(policy(true, None), DebianPackages::Install);
    }

    #[test]
    fn packages_that_are_only_named_come_with_the_command() {
        let error = ensure_debian_packages(&["xvfb", "openssl"], DebianPackages::Name).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("\n  sudo apt-get install --no-install-recommends xvfb openssl\n"),
            "{message}"
        );
        assert!(message.contains("cargo xtask test --install"), "{message}");
    }

    #[test]
    fn nothing_is_said_where_nothing_is_missing() {
        assert!(ensure_debian_packages(&[], DebianPackages::Name).is_ok());
        assert_eq!(missing([("a", true), ("b", false)]), ["b"]);
    }
}
