//! The operator's mail server: a real one, in a process of its own.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{command_line::Folder, support::free_port};

/// With which the server lets somebody in.
pub const PASSWORD: &str = "correct horse battery";

/// The interpreter with the libraries that tests need; in continuous integration there must be one.
#[allow(clippy::print_stderr)]
pub fn python() -> Option<Command> {
    let Ok(python) = std::env::var("PYTHON") else {
        assert!(
            std::env::var("CI").is_err(),
            "PYTHON must name an interpreter with the libraries of xtask's python.rs in CI"
        );
        eprintln!("left out: PYTHON isn't set");
        return None;
    };
    Some(Command::new(python))
}

/// A file of this folder.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/http/support_desk")
        .join(name)
}

pub struct SmtpServer {
    process: Child,
    port: u16,
    folder: PathBuf,
    _directory: Folder,
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl SmtpServer {
    /// `none`, `starttls` or `tls`, with which goes signing in. `None` where there is no Python.
    pub fn start(tls: &str) -> Option<Self> {
        let mut command = python()?;
        let directory = Folder::new();
        let folder = directory.path().join("mail");
        std::fs::create_dir(&folder).unwrap();
        let port = free_port();
        command
            .arg(script("smtp_server.py"))
            .arg(port.to_string())
            .arg(&folder)
            .arg(tls);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Some(Self {
            process,
            port,
            folder,
            _directory: directory,
        })
    }

    /// The keys of `[support]` that lead here.
    pub fn keys(&self, tls: &str) -> String {
        format!(
            "mail_to = \"desk@example.org\"\nmail_from = \"gateway@example.org\"\nsmtp_host = \"localhost\"\nsmtp_port = {}\nsmtp_tls = \"{tls}\"\n",
            self.port
        )
    }

    /// The answer to messages from now on: `hold` for none, `None` to take them.
    pub fn answer(&self, says: Option<&str>) {
        let file = self.folder.join("answer");
        match says {
            Some(says) => std::fs::write(file, says).unwrap(),
            None => std::fs::remove_file(file).unwrap(),
        }
    }

    /// As if nothing had come yet.
    pub fn clear(&self) {
        for name in self.message_files() {
            std::fs::remove_file(name).unwrap();
        }
    }

    pub fn messages(&self) -> Vec<String> {
        let mut names = self.message_files();
        names.sort();
        names.iter().map(|name| std::fs::read_to_string(name).unwrap()).collect()
    }

    fn message_files(&self) -> Vec<PathBuf> {
        let mut names: Vec<_> = std::fs::read_dir(&self.folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        names.retain(|name| name.extension().is_some_and(|extension| extension == "eml"));
        names
    }

    /// The certificate that it shows.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("certificate.pem")
    }
}
