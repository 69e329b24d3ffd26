//! The sections of the configuration that are read unchanged, with their defaults.

use std::{fmt, path::PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Directory roles that make a person an admin: Global, Application and Cloud Application Administrator.
const ADMIN_DIRECTORY_ROLES: [&str; 3] = [
    "62e90394-69f5-4237-9190-012177145e10",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "158c047a-c907-4556-b7ef-446551a6b5f7",
];

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
    /// Launches in progress at the most, and as many other requests; what comes beyond is turned away.
    pub max_requests: usize,
    /// Seconds that a client may take to send a request.
    pub request_seconds: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            public_url: String::new(),
            shutdown_seconds: 20,
            max_requests: 512,
            request_seconds: 30,
        }
    }
}

/// `[database]`
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite://path?mode=rwc` or `postgres://user:password@host/name`.
    pub url: String,
    /// Connections at the most.
    pub max_connections: u32,
}

/// Shows no password.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
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

/// `[metrics]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Address and port of `/metrics`; empty for none.
    pub listen: String,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:9464".to_owned(),
        }
    }
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

/// `[tenants]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tenants {
    /// The way to become a tenant.
    pub registration: TenantRegistration,
    /// Tenant IDs that may register, for `registration = "listed"`.
    pub listed: Vec<Uuid>,
    /// Registrations that a tenant may have.
    pub max_registrations: u32,
    /// Clients (issuer and client ID) that a tenant may have without a launch that confirmed one of their deployments.
    pub max_unconfirmed: u32,
}

impl Default for Tenants {
    fn default() -> Self {
        Self {
            registration: TenantRegistration::Approval,
            listed: Vec::new(),
            max_registrations: 5_000,
            max_unconfirmed: 200,
        }
    }
}

/// The way to become a tenant.
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

impl Default for Portal {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("dist/portal"),
        }
    }
}

/// `[outbound]`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outbound {
    /// `host:port` of LMSs on private addresses that the gateway may call all the same.
    pub allowed_hosts: Vec<String>,
}

impl Outbound {
    /// True if the operator lists the host and port of this address.
    pub fn allows(&self, url: &url::Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return false;
        };
        let wanted = format!("{host}:{port}");
        self.allowed_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(&wanted))
    }
}

/// `[keysets]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keysets {
    /// Minutes after which a keyset is looked at again; 0 for never, so that only launches and checks do.
    pub check_minutes: u32,
}

impl Default for Keysets {
    fn default() -> Self {
        Self { check_minutes: 60 }
    }
}

/// `[launches]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Launches {
    /// Days that launch records are kept.
    pub retention_days: u32,
}

impl Default for Launches {
    fn default() -> Self {
        Self { retention_days: 90 }
    }
}

/// `[scores]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scores {
    /// Days for which a score is sent again before it is given up.
    pub give_up_days: u32,
    /// Scores of one registration that may wait for its LMS at the same time.
    pub waiting_per_registration: u32,
}

impl Default for Scores {
    fn default() -> Self {
        Self {
            give_up_days: 3,
            waiting_per_registration: 10_000,
        }
    }
}

/// `[log]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `text` or `json`.
    pub format: LogFormat,
    /// The filter of the log, e.g. `info` or `info,gateway=debug`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info,actix_server=warn,sea_orm_migration=warn".to_owned(),
        }
    }
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
