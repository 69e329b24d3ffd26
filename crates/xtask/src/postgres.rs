//! A throw-away PostgreSQL, for the storage tests and the benchmark.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::process;
use crate::workspace::{command, find_program};

/// Runs until it is dropped; then its data are gone too.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

/// The folder of initdb and pg_ctl, which Debian keeps out of the path.
pub(crate) fn find_programs() -> Option<PathBuf> {
    let mut versions: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    versions.sort();
    let newest = versions.into_iter().rev().find(|folder| folder.join("initdb").is_file());
    newest.or_else(|| Some(find_program("initdb")?.parent()?.to_owned()))
}

impl Postgres {
    /// One that is quick, because a power failure may cost it everything.
    pub(crate) fn start(programs: &Path) -> Result<Self> {
        Self::start_with(programs, "-c fsync=off")
    }

    /// One that keeps what it acknowledged, as PostgreSQL is delivered.
    pub(crate) fn start_durable(programs: &Path) -> Result<Self> {
        Self::start_with(programs, "")
    }

    fn start_with(programs: &Path, settings: &str) -> Result<Self> {
        // Not in TMPDIR: the user postgres must be able to walk there.
        let folder = tempfile::Builder::new()
            .prefix("lms-gateway-postgres-")
            .tempdir_in("/tmp")
            .context("cannot create a folder in /tmp")?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777))?;
        let server = Self {
            programs: programs.to_owned(),
            folder,
            port: process::free_port()?,
        };
        process::step("starting PostgreSQL", || {
            process::run_quietly(
                server
                    .program("initdb")
                    .args(["-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"])
                    .stdout(Stdio::null()),
            )?;
            let options = format!(
                "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=300 {settings}",
                server.port,
                server.folder.path().display()
            );
            let log = server.folder.path().join("log");
            process::run_quietly(
                server
                    .program("pg_ctl")
                    .arg("-o")
                    .arg(options)
                    .arg("-l")
                    .arg(log)
                    .args(["-w", "start"])
                    .stdout(Stdio::null()),
            )
        })?;
        Ok(server)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The process that all others of the server descend from.
    pub(crate) fn process_id(&self) -> Result<u32> {
        let file = fs::read_to_string(self.folder.path().join("data/postmaster.pid")).context("PostgreSQL doesn't run")?;
        let first = file.lines().next().unwrap_or_default();
        first.trim().parse().context("PostgreSQL's process id can't be read")
    }

    /// One of its programs on our data; initdb and the server refuse to run as root.
    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut program = if nix::unistd::geteuid().is_root() {
            let mut runuser = command("runuser");
            runuser.args(["-u", "postgres", "--"]).arg(path);
            runuser
        } else {
            Command::new(path)
        };
        program.current_dir("/").arg("-D").arg(self.folder.path().join("data"));
        program
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopped = self
            .program("pg_ctl")
            .args(["-m", "immediate", "-w", "stop"])
            .stdout(Stdio::null())
            .status();
        if !stopped.is_ok_and(|status| status.success()) {
            eprintln!("PostgreSQL in {} could not be stopped", self.folder.path().display());
        }
    }
}
