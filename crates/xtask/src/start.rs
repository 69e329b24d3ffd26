//! The demonstration: gateway, portal and practice LMS on embedded defaults.

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;

use crate::process::{self, Server};
use crate::workspace::{cargo, command, root, target};
use crate::{install, portal};

const METRICS: &str = "LMS_GATEWAY__METRICS__LISTEN";
const METRICS_PORT: u16 = 9464;

#[derive(Args)]
pub(crate) struct Options {
    /// Builds the servers optimised
    #[arg(long)]
    release: bool,
    #[command(flatten)]
    ports: Ports,
}

/// Where the servers listen, on the loopback address.
#[derive(Args)]
pub(crate) struct Ports {
    /// The gateway's port
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The practice LMS's port
    #[arg(long, default_value_t = 8090)]
    lms_port: u16,
}

/// Runs until ctrl-c.
pub(crate) fn start(options: &Options) -> Result<()> {
    let ports = &options.ports;
    ports.ensure_free()?;
    install::ensure_wasm_target()?;
    portal::build(portal::Mode::Release)?;
    build_servers(options.release)?;
    let mut servers = Servers::start(ports, options.release)?;
    println!("{}", ports.welcome());
    while !process::interrupted() {
        servers.ensure_running()?;
        sleep(Duration::from_millis(200));
    }
    Ok(())
}

pub(crate) fn build_servers(release: bool) -> Result<()> {
    let mut build = cargo(["build", "--package", "gateway", "--package", "practice-lms", "--bins"]);
    if release {
        build.arg("--release");
    }
    process::run("compiling the gateway and the practice LMS", &mut build)
}

impl Ports {
    pub(crate) fn ensure_free(&self) -> Result<()> {
        ensure!(
            self.port != self.lms_port,
            "the gateway and the practice LMS cannot share port {}",
            self.port
        );
        process::ensure_free(self.port, "the gateway", "--port")?;
        process::ensure_free(self.lms_port, "the practice LMS", "--lms-port")
    }

    /// All that a newcomer needs.
    pub(crate) fn welcome(&self) -> String {
        format!(
            "\nPortal         http://localhost:{}\n\
             Practice LMS   http://127.0.0.1:{}\n\
             Sample people  choose one on the sign-in page: \"Megan Bowen, Administrator of Contoso University\" may do everything",
            self.port, self.lms_port
        )
    }
}

/// The gateway and the practice LMS, until they are dropped.
pub(crate) struct Servers {
    gateway: Server,
    practice_lms: Server,
}

impl Servers {
    pub(crate) fn start(ports: &Ports, release: bool) -> Result<Self> {
        process::step("starting the gateway and the practice LMS", || {
            let mut servers = Self {
                gateway: start_gateway(ports, release)?,
                practice_lms: start_practice_lms(ports, release)?,
            };
            servers.gateway.wait_until_ready(ports.port, "/health/ready")?;
            servers.practice_lms.wait_until_ready(ports.lms_port, "/")?;
            Ok(servers)
        })
    }

    pub(crate) fn restart_gateway(&mut self, ports: &Ports) -> Result<()> {
        self.gateway.stop();
        self.gateway = start_gateway(ports, false)?;
        self.gateway.wait_until_ready(ports.port, "/health/ready")
    }

    pub(crate) fn restart_practice_lms(&mut self, ports: &Ports) -> Result<()> {
        self.practice_lms.stop();
        self.practice_lms = start_practice_lms(ports, false)?;
        self.practice_lms.wait_until_ready(ports.lms_port, "/")
    }

    pub(crate) fn ensure_running(&mut self) -> Result<()> {
        self.gateway.ensure_running()?;
        self.practice_lms.ensure_running()
    }
}

fn start_gateway(ports: &Ports, release: bool) -> Result<Server> {
    let mut gateway = program("lms-gateway", release);
    gateway.args(["serve", "--dev"]);
    gateway.env("LMS_GATEWAY__SERVER__LISTEN", format!("127.0.0.1:{}", ports.port));
    gateway.env("LMS_GATEWAY__SERVER__PUBLIC_URL", format!("http://localhost:{}", ports.port));
    // A second demonstration beside the first goes without metrics rather than fail for their port.
    if env::var_os(METRICS).is_none() && !process::is_free(METRICS_PORT) {
        gateway.env(METRICS, "");
    }
    Server::start("the gateway", &mut gateway, &data().join("lms-gateway.log"))
}

fn start_practice_lms(ports: &Ports, release: bool) -> Result<Server> {
    let mut practice_lms = program("practice-lms", release);
    practice_lms.arg("--listen").arg(format!("127.0.0.1:{}", ports.lms_port));
    practice_lms.arg("--gateway").arg(format!("http://localhost:{}", ports.port));
    practice_lms.arg("--data").arg(data().join("practice-lms.json"));
    Server::start("the practice LMS", &mut practice_lms, &data().join("practice-lms.log"))
}

/// One of the programs that were built.
pub(crate) fn program(name: &str, release: bool) -> Command {
    let path = target().join(if release { "release" } else { "debug" }).join(name);
    command(&path.to_string_lossy())
}

/// The folder of the servers' data, which outlives a start.
fn data() -> PathBuf {
    root().join("data")
}
