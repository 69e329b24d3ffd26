//! The programs that are measured, each in a process of its own.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use practice_lms::Running;
use serde_json::{Value, json};
use url::Url;

use crate::http::{Answer, Connection, form};

/// Contoso of the development sign-in, and its automation.
const TENANT: &str = "c0ffee00-0000-4000-8000-000000000001";
const AUTOMATION: &str = "c0ffee00-0000-4000-8000-0000000000c0";

/// A program that serves until this is dropped.
pub(crate) struct Program {
    process: Child,
    pub(crate) url: Url,
    /// How long it took until it was ready.
    pub(crate) start_up: Duration,
}

impl Program {
    /// Starts it and waits until `path` answers 200. Its log goes to a file, as an operator's would.
    async fn start(mut command: Command, url: Url, path: &str, log: &Path) -> Result<Self> {
        let log = File::create(log)?;
        let began = Instant::now();
        let process = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot run {}", command.get_program().display()))?;
        let mut program = Self {
            process,
            url,
            start_up: Duration::ZERO,
        };
        let health = program.url.join(path)?;
        while !answers(&health).await {
            if let Some(status) = program.process.try_wait()? {
                bail!("{} ended with {status}", command.get_program().display());
            }
            ensure!(
                began.elapsed() < Duration::from_secs(60),
                "a program isn't ready after a minute"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        program.start_up = began.elapsed();
        Ok(program)
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Program {
    /// As `kill -9` does it: nothing that was acknowledged is lost by that.
    fn drop(&mut self) {
        let _already_gone = self.process.kill();
        let _nobody_waits = self.process.wait();
    }
}

async fn answers(url: &Url) -> bool {
    let ask = async { Connection::open(url).await?.get(url, None).await };
    ask.await.is_ok_and(|answer| answer.status.is_success())
}

/// The floor, for this LMS.
pub(crate) async fn start_floor(lms: &Running, folder: &Path) -> Result<Program> {
    let listen = format!("127.0.0.1:{}", free_port()?);
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["floor", "--listen", &listen])
        .args(["--issuer", lms.issuer(), "--client-id", &lms.client_id])
        .args(["--keyset-url", &lms.keyset_url()])
        .args(["--authentication-url", &lms.authentication_url()]);
    let url = Url::parse(&format!("http://{listen}"))?;
    Program::start(command, url, "/", &folder.join("floor.log")).await
}

/// The gateway with the development sign-in, on a database. Instances beside one another have the first one's public URL.
pub(crate) async fn start_gateway(program: &Path, database: &str, beside: Option<&Program>, folder: &Path) -> Result<Program> {
    let port = free_port()?;
    let url = Url::parse(&format!("http://localhost:{port}"))?;
    let public_url = beside.map_or(&url, |first| &first.url);
    let mut command = Command::new(program);
    command
        .args(["serve", "--dev"])
        .current_dir(folder)
        .env("LMS_GATEWAY__SERVER__LISTEN", format!("127.0.0.1:{port}"))
        .env("LMS_GATEWAY__SERVER__PUBLIC_URL", public_url.as_str().trim_end_matches('/'))
        .env("LMS_GATEWAY__DATABASE__URL", database)
        .env("LMS_GATEWAY__METRICS__LISTEN", "")
        // Imports of as many as a document holds.
        .env("LMS_GATEWAY__TENANTS__MAX_REGISTRATIONS", "1000000")
        .env("LMS_GATEWAY__TENANTS__MAX_UNCONFIRMED", "1000000");
    Program::start(command, url, "/health/ready", &folder.join(format!("gateway-{port}.log"))).await
}

/// Contoso's automation at a gateway.
pub(crate) struct Automation {
    url: Url,
    connection: Connection,
    token: String,
}

impl Automation {
    /// Registers Contoso, where it isn't yet.
    pub(crate) async fn sign_in(gateway: &Program) -> Result<Self> {
        let mut connection = Connection::open(&gateway.url).await?;
        let address = gateway.url.join(&format!("/dev/identity/{TENANT}/oauth2/v2.0/token"))?;
        let credentials = form([
            ("grant_type", "client_credentials"),
            ("client_id", AUTOMATION),
            ("client_secret", "dev-only-secret"),
            ("scope", "api://lms-gateway/.default"),
        ]);
        let token: Value = serde_json::from_slice(&connection.post_form(&address, credentials, None).await?.body)?;
        let token = token["access_token"]
            .as_str()
            .context("the development sign-in gave no token")?;
        let mut automation = Self {
            url: gateway.url.clone(),
            connection,
            token: token.to_owned(),
        };
        automation
            .post("/api/v1/tenant", &json!({ "displayName": "Contoso University" }))
            .await?;
        Ok(automation)
    }

    /// Registers this LMS.
    pub(crate) async fn register(&mut self, lms: &Running) -> Result<()> {
        let registration = json!({
            "name": "Practice LMS", "appId": "launch-inspector", "platform": "moodle",
            "issuer": lms.issuer(), "clientId": lms.client_id, "deploymentIds": [lms.deployment_id],
            "authenticationUrl": lms.authentication_url(), "keysetUrl": lms.keyset_url(),
        });
        self.post("/api/v1/registrations", &registration).await
    }

    async fn post(&mut self, path: &str, body: &Value) -> Result<()> {
        let answer = self.connection.post_json(&self.url.join(path)?, &self.token, body).await?;
        succeeded(path, &answer)
    }

    /// Adds something. Answers its id.
    pub(crate) async fn create(&mut self, path: &str, body: &Value) -> Result<String> {
        let answer = self.connection.post_json(&self.url.join(path)?, &self.token, body).await?;
        succeeded(path, &answer)?;
        let created: Value = serde_json::from_slice(&answer.body)?;
        Ok(created["id"].as_str().context("what was added has no id")?.to_owned())
    }

    /// Its token.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Asks for something.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Value> {
        let answer = self.connection.get(&self.url.join(path)?, Some(&self.token)).await?;
        succeeded(path, &answer)?;
        Ok(serde_json::from_slice(&answer.body)?)
    }
}

fn succeeded(path: &str, answer: &Answer) -> Result<()> {
    let body = String::from_utf8_lossy(&answer.body);
    ensure!(
        answer.status.is_success(),
        "{path} was answered with {}: {body}",
        answer.status
    );
    Ok(())
}

pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
