//! Configuration: defaults, then `gateway.toml`, then the environment.
//!
//! This is the only reader of the environment. A key is `section.key` in the file and `LMS_GATEWAY__SECTION__KEY` in the
//! environment. Unknown keys are errors, and [`Config::validate`] names every fault at once.

use std::{fmt, net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

mod issuers;
mod support;
mod validate;

pub use issuers::Issuer;
pub use support::{SmtpTls, Support};

/// Begins the name of every environment variable that the gateway reads.
pub const ENVIRONMENT_PREFIX: &str = "LMS_GATEWAY__";

/// Sealing secret of `serve --dev`. A production configuration that carries it is refused.
const DEV_SECRET: &str = "dev-only-secret-that-production-refuses";

/// The audience of the gateway's API in the development sign-in.
const DEV_AUDIENCE: &str = "c0ffee00-0000-4000-8000-0000000000a0";
const DEV_PORTAL_CLIENT: &str = "c0ffee00-0000-4000-8000-0000000000b0";
const DEV_OPERATOR_TENANT: &str = "c0ffee00-0000-4000-8000-000000000009";

/// Directory roles that make a person an admin: Global, Application and Cloud Application Administrator.
const ADMIN_DIRECTORY_ROLES: [&str; 3] = [
    "62e90394-69f5-4237-9190-012177145e10",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "158c047a-c907-4556-b7ef-446551a6b5f7",
];

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
    /// Who may sign in.
    pub identity: Identity,
    /// Which organisations may use it.
    pub tenants: Tenants,
    /// Who runs it.
    pub operator: Operator,
    /// The portal.
    pub portal: Portal,
    /// Requests that it makes to LMSs.
    pub outbound: Outbound,
    /// The LMSs' keysets.
    pub keysets: Keysets,
    /// What happens to launch records.
    pub launches: Launches,
    /// Where problem reports go.
    pub support: Support,
    /// Its log.
    pub log: Log,
    /// The apps behind it, beside the built-in launch inspector.
    pub apps: Vec<App>,
    /// Where people of some tenants sign in, instead of at `identity.authority`.
    pub issuers: Vec<Issuer>,
    /// Whether `--dev` was given; never a key.
    #[serde(skip)]
    pub dev: bool,
}

/// `[server]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on.
    pub listen: String,
    /// The address that LMSs, browsers and apps use, without a path.
    pub public_url: String,
    /// Seconds that running requests get to finish when the gateway stops.
    pub shutdown_seconds: u64,
}

/// `[database]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite://path?mode=rwc` or `postgres://user:password@host/name`.
    pub url: String,
    /// Connections at the most.
    pub max_connections: u32,
}

/// `[metrics]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Address and port of `/metrics`; empty for none.
    pub listen: String,
}

/// `[security]`
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Security {
    /// At least 32 characters of randomness: seals login states and the signing keys at rest.
    pub secret: String,
    /// A file that holds the secret, instead of `secret`.
    pub secret_file: String,
}

impl fmt::Debug for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Security")
            .field("secret_file", &self.secret_file)
            .finish_non_exhaustive()
    }
}

/// `[identity]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// Where people sign in, without the tenant: `https://login.microsoftonline.com`.
    pub authority: String,
    /// Application (client) IDs of the API: what `aud` of an access token must be.
    pub audiences: Vec<String>,
    /// The delegated permission that a person's token must hold.
    pub scope: String,
    /// Application ID URI of the API, which scopes begin with.
    pub application_id_uri: String,
    /// Application (client) ID of the portal.
    pub portal_client_id: String,
    /// Directory roles (`wids`) that make a person an admin.
    pub admin_directory_roles: Vec<Uuid>,
    /// Applications (`azp`) that may call the API, beside the portal; empty for any.
    pub allowed_clients: Vec<String>,
}

/// `[tenants]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tenants {
    /// Who may become a tenant.
    pub registration: TenantRegistration,
    /// Tenant IDs that may register, for `registration = "listed"`.
    pub listed: Vec<Uuid>,
}

/// Who may become a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantRegistration {
    /// Every organisation.
    Open,
    /// Every organisation, once the operator approved it.
    Approval,
    /// Only those in `tenants.listed`.
    Listed,
}

/// `[operator]`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Operator {
    /// Tenants in which the role `Support` counts.
    pub tenant_ids: Vec<Uuid>,
    /// An external support page that *Report a problem* opens.
    pub report_url: String,
    /// Addresses from which the gateway calls LMSs, for the school's firewall.
    pub addresses: Vec<String>,
}

/// `[portal]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Portal {
    /// The directory with the built portal.
    pub directory: PathBuf,
}

/// `[outbound]`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outbound {
    /// `host:port` of LMSs on private addresses that the gateway may call all the same.
    pub allowed_hosts: Vec<String>,
}

/// `[keysets]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keysets {
    /// Minutes after which a keyset is looked at again; 0 for never, so that only launches and checks do.
    pub check_minutes: u32,
}

/// `[launches]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Launches {
    /// Days that launch records are kept.
    pub retention_days: u32,
}

/// `[log]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `text` or `json`.
    pub format: LogFormat,
    /// What is logged, e.g. `info` or `info,gateway=debug`.
    pub filter: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[[apps]]`: an LTI app behind the gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// Lower-case letters, digits and hyphens; the audience of its launch tokens.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it does.
    #[serde(default)]
    pub description: String,
    /// Where launch tokens are posted.
    pub launch_url: Url,
    /// Its icon; empty for a monogram.
    #[serde(default)]
    pub icon_url: String,
    /// Whether it takes deep linking requests.
    #[serde(default)]
    pub deep_linking: bool,
    /// Where Canvas shows it, by Canvas's names; empty for the course navigation, and links where it takes deep linking requests.
    #[serde(default)]
    pub placements: Vec<String>,
    /// Custom parameters that the LMS is asked to send.
    #[serde(default)]
    pub custom_parameters: std::collections::BTreeMap<String, String>,
    /// Scopes of the LTI services that it needs.
    #[serde(default)]
    pub scopes: Vec<String>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            public_url: String::new(),
            shutdown_seconds: 20,
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: String::new(),
            max_connections: 10,
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:9464".to_owned(),
        }
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            authority: "https://login.microsoftonline.com".to_owned(),
            audiences: Vec::new(),
            scope: "access_as_user".to_owned(),
            application_id_uri: String::new(),
            portal_client_id: String::new(),
            admin_directory_roles: ADMIN_DIRECTORY_ROLES
                .iter()
                .filter_map(|id| Uuid::parse_str(id).ok())
                .collect(),
            allowed_clients: Vec::new(),
        }
    }
}

impl Default for Tenants {
    fn default() -> Self {
        Self {
            registration: TenantRegistration::Approval,
            listed: Vec::new(),
        }
    }
}

impl Default for Portal {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("dist/portal"),
        }
    }
}

impl Default for Keysets {
    fn default() -> Self {
        Self { check_minutes: 60 }
    }
}

impl Default for Launches {
    fn default() -> Self {
        Self { retention_days: 90 }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info,actix_server=warn,sea_orm_migration=warn".to_owned(),
        }
    }
}

/// Why a configuration can't be used: one sentence each, which names the key.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigFaults(pub Vec<String>);

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for ConfigFaults {}

impl From<String> for ConfigFaults {
    fn from(sentence: String) -> Self {
        Self(vec![sentence])
    }
}

impl Config {
    /// Reads defaults, the file and the environment of this process, and validates the result.
    ///
    /// Without `file`, `gateway.toml` of the working directory is read where it exists; `--dev` reads only a file that was named,
    /// so that it never touches a production database by accident.
    pub fn load(dev: bool, file: Option<PathBuf>) -> Result<Self, ConfigFaults> {
        let file = match file {
            Some(path) => Some(path),
            None if dev => None,
            None => Some(PathBuf::from("gateway.toml")).filter(|path| path.exists()),
        };
        let text = match &file {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|fault| format!("The configuration file {} can't be read: {fault}.", path.display()))?,
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
    ) -> Result<Self, ConfigFaults> {
        let defaults = if dev { Self::dev_defaults() } else { Self::default() };
        let mut table = toml::Table::try_from(defaults)
            .map_err(|fault| format!("The default configuration can't be written down: {fault}."))?;
        let file: toml::Table = file
            .parse()
            .map_err(|fault| format!("The configuration file isn't valid TOML: {}.", one_line(&fault)))?;
        merge(&mut table, file);
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix(ENVIRONMENT_PREFIX) {
                set_from_environment(&mut table, &name, path, &value)?;
            }
        }
        let mut config: Self = table
            .try_into()
            .map_err(|fault| format!("The configuration has a fault: {}.", one_line(&fault)))?;
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
    fn complete(&mut self) -> Result<(), ConfigFaults> {
        if !self.security.secret_file.is_empty() {
            let file = &self.security.secret_file;
            let secret =
                std::fs::read_to_string(file).map_err(|fault| format!("security.secret_file: {file} can't be read: {fault}."))?;
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

/// Whether a URL's host is this computer.
pub fn is_loopback(host: &url::Host<&str>) -> bool {
    match host {
        url::Host::Domain(name) => *name == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    }
}

fn one_line(fault: &impl ToString) -> String {
    fault
        .to_string()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .trim_end_matches('.')
        .to_owned()
}

fn merge(into: &mut toml::Table, from: toml::Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(into)), toml::Value::Table(from)) => merge(into, from),
            (_, value) => drop(into.insert(key, value)),
        }
    }
}

/// Sets `section.key` in the type that its default has.
fn set_from_environment(table: &mut toml::Table, name: &str, path: &str, value: &str) -> Result<(), ConfigFaults> {
    let path = path.to_ascii_lowercase();
    let Some((section, key)) = path.split_once("__").filter(|(_, key)| !key.contains("__")) else {
        return Err(format!("The environment variable {name} isn't of the form {ENVIRONMENT_PREFIX}SECTION__KEY.").into());
    };
    let Some(toml::Value::Table(section_table)) = table.get_mut(section) else {
        return Err(
            format!("The environment variable {name} names no section of the configuration: there is no [{section}].").into(),
        );
    };
    let Some(default) = section_table.get(key) else {
        let known = section_table.keys().cloned().collect::<Vec<_>>().join(", ");
        return Err(
            format!("The environment variable {name} names no key of the configuration: [{section}] has {known}.").into(),
        );
    };
    let parsed = match default {
        toml::Value::Integer(_) => value.parse().map(toml::Value::Integer).map_err(|_| "a whole number"),
        toml::Value::Boolean(_) => value.parse().map(toml::Value::Boolean).map_err(|_| "true or false"),
        toml::Value::Array(_) => Ok(toml::Value::Array(
            value
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| toml::Value::String(item.to_owned()))
                .collect(),
        )),
        _ => Ok(toml::Value::String(value.to_owned())),
    };
    let parsed = parsed.map_err(|kind| ConfigFaults(vec![format!("The environment variable {name} must be {kind}.")]))?;
    section_table.insert(key.to_owned(), parsed);
    Ok(())
}

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
