//! Commands that run to their end, servers that run beside us, and what ctrl-c does to both.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// The command that runs now; servers are ended by their owner.
static RUNNING: Mutex<Option<Pid>> = Mutex::new(None);

/// On ctrl-c (or SIGTERM) ends the command that runs, so that the main thread comes to its end and drops its servers.
pub(crate) fn end_children_on_interrupt() -> Result<()> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        if let Some(pid) = running().take() {
            let _already_gone = kill(pid, Signal::SIGTERM);
        }
    })
    .context("cannot listen for ctrl-c")
}

pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

fn running() -> std::sync::MutexGuard<'static, Option<Pid>> {
    RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn pid_of(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}

/// Does one step of the work, tells of it before and after.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let began = Instant::now();
    eprintln!("▸ {what}");
    let done = work().with_context(|| format!("{what} failed after {:.1} s", began.elapsed().as_secs_f64()))?;
    eprintln!("✓ {what} ({:.1} s)", began.elapsed().as_secs_f64());
    Ok(done)
}

/// Runs a command to its end as a step; it shares our terminal.
pub(crate) fn run(what: &str, command: &mut Command) -> Result<()> {
    step(what, || run_quietly(command))
}

/// Runs a command to its end without a word of our own.
pub(crate) fn run_quietly(command: &mut Command) -> Result<()> {
    ensure!(!interrupted(), "interrupted");
    let shown = shown(command);
    let mut child = command.spawn().with_context(|| format!("cannot run `{shown}`"))?;
    *running() = Some(pid_of(&child));
    let status = child.wait().with_context(|| format!("cannot wait for `{shown}`"));
    *running() = None;
    let status = status?;
    ensure!(!interrupted(), "interrupted");
    ensure!(status.success(), "`{shown}` ended with {status}");
    Ok(())
}

/// The output of a command; its errors go to our terminal.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run `{shown}`"))?;
    ensure!(output.status.success(), "`{shown}` ended with {}", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed something that is no UTF-8"))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// A program that runs beside us until it is dropped.
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts it in a process group of its own, so that ctrl-c reaches it only through us. Its words go to `log`.
    pub(crate) fn start(name: &'static str, command: &mut Command, log: &Path) -> Result<Self> {
        if let Some(folder) = log.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let shown = shown(command);
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot run `{shown}`"))?;
        Ok(Self {
            name,
            child,
            log: log.to_owned(),
        })
    }

    /// Waits until `path` on this port answers 200.
    pub(crate) fn wait_until_ready(&mut self, port: u16, path: &str) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !answers(port, path) {
            ensure!(!interrupted(), "interrupted");
            self.ensure_running()?;
            ensure!(
                Instant::now() < deadline,
                "{} is not ready after 30 s, see {}",
                self.name,
                self.log.display()
            );
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Fails with its last words if it has ended by itself.
    pub(crate) fn ensure_running(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            bail!(
                "{} ended with {status}:\n{}",
                self.name,
                lines[lines.len().saturating_sub(10)..].join("\n")
            );
        }
        Ok(())
    }
}

impl Server {
    /// Asks it to end, and insists after ten seconds.
    pub(crate) fn stop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        let _already_gone = kill(pid_of(&self.child), Signal::SIGTERM);
        let deadline = Instant::now() + Duration::from_secs(10);
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                let _already_gone = self.child.kill();
            }
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// One HTTP request, by hand: a client library for this would be the largest part of xtask.
fn answers(port: u16, path: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.take(64).read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Says in one sentence what to do when this port is taken.
pub(crate) fn ensure_free(port: u16, user: &str, option: &str) -> Result<()> {
    ensure!(
        is_free(port),
        "port {port}, which {user} wants, is taken: end the program that uses it or choose another port with {option}"
    );
    Ok(())
}

/// A port of the loopback address that nobody uses now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .context("no free port")?
        .local_addr()?
        .port())
}
