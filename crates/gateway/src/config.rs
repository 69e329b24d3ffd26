//! Configuration: defaults, overridden by `gateway.toml`, overridden by the environment.
//!
//! This is the only reader of the environment. A key is `section.key` in the file and `LMS_GATEWAY__SECTION__KEY` in the
//! environment. Unknown keys are errors, and [`Config::validate`] reports all errors at once.

use std::{fmt, net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

mod apps;
mod issuers;
mod sections;
mod sources;
mod support;
mod validate;

pub use apps::{AppSection, host_of};
pub use issuers::Issuer;
pub use sections::{
    Database, Identity, Keysets, Launches, Log, LogFormat, Metrics, Operator, Outbound, Portal, Scores, Security, Server,
    TenantRegistration, Tenants,
};
pub use support::{SmtpTls, Support};

use sources::{merge, one_line, set_from_environment, syntax_error, without_value};

/// Begins the name of every environment variable that the gateway reads.
pub const ENVIRONMENT_PREFIX: &str = "LMS_GATEWAY__";

/// Sealing secret of `serve --dev`. A production configuration that carries it is refused.
const DEV_SECRET: &str = "dev-only-secret-that-production-refuses";

/// The audience of the gateway's API in the development sign-in.
const DEV_AUDIENCE: &str = "c0ffee00-0000-4000-8000-0000000000a0";
const DEV_PORTAL_CLIENT: &str = "c0ffee00-0000-4000-8000-0000000000b0";
const DEV_OPERATOR_TENANT: &str = "c0ffee00-0000-4000-8000-000000000009";

/// Everything that an operator can set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the gateway listens and what it is called.
    pub server: Server,
    /// Where it keeps its data.
    pub database: Database,
    /// Where it shows its metrics.
    pub metrics: Metrics,
    /// Its secrets.
    pub security: Security,
    /// The sign-in of people and applications.
    pub identity: Identity,
    /// Which organisations may use it.
    pub tenants: Tenants,
    /// The operator's tenants, addresses and support page.
    pub operator: Operator,
    /// The portal.
    pub portal: Portal,
    /// Requests that it makes to LMSs.
    pub outbound: Outbound,
    /// The LMSs' keysets.
    pub keysets: Keysets,
    /// The retention of launch records.
    pub launches: Launches,
    /// Scores that wait for their LMS.
    pub scores: Scores,
    /// Where problem reports go.
    pub support: Support,
    /// Its log.
    pub log: Log,
    /// The apps behind it, beside the built-in launch inspector.
    pub apps: Vec<AppSection>,
    /// Where people of some tenants sign in, instead of at `identity.authority`.
    pub issuers: Vec<Issuer>,
    /// True if `--dev` was given; never a key.
    #[serde(skip)]
    pub dev: bool,
}

/// Why a configuration can't be used: one sentence each, which names the key.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for ConfigErrors {}

impl From<String> for ConfigErrors {
    fn from(sentence: String) -> Self {
        Self(vec![sentence])
    }
}

impl Config {
    /// An absolute address of this gateway; `path` begins with a slash.
    pub fn public_url(&self, path: &str) -> String {
        format!("{}{path}", self.server.public_url)
    }

    /// Reads defaults, the file and the environment of this process, and validates the result.
    ///
    /// Without `file`, `gateway.toml` of the working directory is read where it exists; `--dev` reads only a file that was named,
    /// so that it never touches a production database by accident.
    pub fn load(dev: bool, file: Option<PathBuf>) -> Result<Self, ConfigErrors> {
        let file = match file {
            Some(path) => Some(path),
            None if dev => None,
            None => Some(PathBuf::from("gateway.toml")).filter(|path| path.exists()),
        };
        let text = match &file {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| format!("The configuration file {} can't be read: {error}.", path.display()))?,
            None => String::new(),
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the configuration is the only reader of the environment"
        )]
        let environment = std::env::vars();
        Self::from_parts(dev, &text, environment)
    }

    /// The same from a file's text and a list of environment variables; those of other programs are ignored.
    pub fn from_parts(
        dev: bool,
        file: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let defaults = if dev { Self::dev_defaults() } else { Self::default() };
        let mut table = toml::Table::try_from(defaults)
            .map_err(|error| format!("The default configuration can't be written down: {error}."))?;
        let file: toml::Table = file
            .parse()
            .map_err(|error| format!("The configuration file isn't valid TOML: {}.", syntax_error(&error, file)))?;
        merge(&mut table, file);
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix(ENVIRONMENT_PREFIX) {
                set_from_environment(&mut table, &name, path, &value)?;
            }
        }
        let mut config: Self = table
            .try_into()
            .map_err(|error| format!("The configuration has a fault: {}.", without_value(&one_line(&error))))?;
        config.dev = dev;
        config.complete()?;
        config.validate()?;
        Ok(config)
    }

    fn dev_defaults() -> Self {
        let mut config = Self::default();
        config.database.url = "sqlite://data/gateway-dev.db?mode=rwc".to_owned();
        config.security.secret = DEV_SECRET.to_owned();
        config.identity.authority = String::new();
        config.identity.audiences = vec![DEV_AUDIENCE.to_owned()];
        config.identity.application_id_uri = "api://lms-gateway".to_owned();
        config.identity.portal_client_id = DEV_PORTAL_CLIENT.to_owned();
        config.tenants.registration = TenantRegistration::Open;
        config.operator.tenant_ids = Uuid::parse_str(DEV_OPERATOR_TENANT).into_iter().collect();
        config
    }

    /// Fills in what follows from other keys.
    fn complete(&mut self) -> Result<(), ConfigErrors> {
        if !self.security.secret_file.is_empty() {
            let file = &self.security.secret_file;
            let secret =
                std::fs::read_to_string(file).map_err(|error| format!("security.secret_file: {file} can't be read: {error}."))?;
            secret.trim().clone_into(&mut self.security.secret);
        }
        self.support.complete()?;
        if self.dev {
            if let (true, Ok(address)) = (self.server.public_url.is_empty(), self.server.listen.parse::<SocketAddr>()) {
                self.server.public_url = format!("http://localhost:{}", address.port());
            }
            if self.identity.authority.is_empty() {
                self.identity.authority = format!("{}/dev/identity", self.server.public_url.trim_end_matches('/'));
            }
        }
        for url in [&mut self.server.public_url, &mut self.identity.authority] {
            url.truncate(url.trim_end_matches('/').len());
        }
        Ok(())
    }
}

/// True if a URL's host is this computer.
pub fn is_loopback(host: &url::Host<&str>) -> bool {
    match host {
        url::Host::Domain(name) => *name == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
