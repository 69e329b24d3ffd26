//! Installs what a task lacks, or names exactly what to install.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

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

/// What the tests need beside cargo and Node.
pub(crate) struct TestPrograms {
    pub(crate) chromium: PathBuf,
    /// The folder of initdb and pg_ctl.
    pub(crate) postgres: PathBuf,
}

pub(crate) fn ensure_test_programs() -> Result<TestPrograms> {
    if find_program("npm").is_none() {
        bail!("npm is missing: install Node 20 or newer");
    }
    let missing: Vec<_> = [
        ("chromium", find_chromium().is_none()),
        ("firefox-esr", find_program("firefox-esr").is_none()),
        ("webkit2gtk-driver", find_program("WebKitWebDriver").is_none()),
        ("xvfb", find_program("Xvfb").is_none()),
        ("openssl", find_program("openssl").is_none()),
        ("postgresql", postgres::find_programs().is_none()),
        (
            "pgbouncer",
            !Path::new(PGBOUNCER).is_file() && find_program("pgbouncer").is_none(),
        ),
        ("python3-venv", !has_python_venv()),
    ]
    .into_iter()
    .filter_map(|(package, missing)| missing.then_some(package))
    .collect();
    if !missing.is_empty() {
        install_debian_packages(&missing)?;
    }
    match (find_chromium(), postgres::find_programs()) {
        (Some(chromium), Some(postgres)) => Ok(TestPrograms { chromium, postgres }),
        _ => bail!("{} cannot be found although it is installed", missing.join(" and ")),
    }
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

fn install_debian_packages(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    let by_hand = format!("the tests need {names}: install it (Debian: `sudo apt-get install {names}`) and run this again");
    if find_program("apt-get").is_none() {
        bail!(by_hand);
    }
    let mut privileged = if nix::unistd::geteuid().is_root() {
        command("env")
    } else if process::output(command("sudo").args(["-n", "true"])).is_ok() {
        let mut sudo = command("sudo");
        sudo.args(["-n", "env"]);
        sudo
    } else {
        bail!(by_hand);
    };
    let script = format!("apt-get update -qq && apt-get install -y -qq --no-install-recommends {names}");
    privileged.args(["DEBIAN_FRONTEND=noninteractive", "sh", "-c", &script]);
    process::run(&format!("installing {names}"), &mut privileged)
}
