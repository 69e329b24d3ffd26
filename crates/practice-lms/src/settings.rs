//! How an LMS is started, and why it may not start.

use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

use jwt_simple::algorithms::RS256KeyPair;

use crate::data_file::DataError;

/// How an LMS is started.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address and port to listen on, such as `127.0.0.1:8090`; port 0 takes any free one.
    pub listen: String,
    /// The address that browsers use, without slash at the end; by default `http://` and the listening address.
    pub public_url: Option<String>,
    /// The public URL of the gateway, from which the tool settings are prefilled until they are saved.
    pub gateway: String,
    /// The file that keeps client ID, key and tool settings; without it they end with the process.
    pub data: Option<PathBuf>,
    /// The client ID of the tool; by default made at the first start.
    pub client_id: Option<String>,
    /// The deployment ID of the tool; `1` in every Moodle.
    pub deployment_id: String,
    /// The key that signs; by default made at the first start, which takes a second or more.
    pub key: Option<RS256KeyPair>,
}

impl Settings {
    /// For tests: any free port of 127.0.0.1, nothing kept, and the [`shared_key`] of this process.
    pub fn on_any_port(gateway: &str) -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            public_url: None,
            gateway: gateway.to_owned(),
            data: None,
            client_id: None,
            deployment_id: "1".to_owned(),
            key: Some(shared_key()),
        }
    }
}

/// Why an LMS did not start, each a sentence that says what to change.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The listening address is not free or not ours.
    #[error("Practice LMS cannot listen on {listen}: {source}. Stop what uses it, or choose another with --listen.")]
    Listen {
        /// The address as given.
        listen: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The public URL is none.
    #[error("--public-url {0:?} is not an address such as http://127.0.0.1:8090.")]
    PublicUrl(String),
    /// The gateway's URL is none.
    #[error("--gateway {0:?} is not an address such as http://localhost:8080.")]
    Gateway(String),
    /// The data file cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The RSA key could not be made.
    #[error("Practice LMS could not make its RSA key.")]
    Key,
    /// The server ended before it began.
    #[error("Practice LMS could not start its web server: {0}.")]
    Server(io::Error),
}

/// One key for every LMS of this process: making one takes seconds in an unoptimised build.
///
/// # Panics
/// If the operating system has no randomness to give.
pub fn shared_key() -> RS256KeyPair {
    static KEY: OnceLock<RS256KeyPair> = OnceLock::new();
    KEY.get_or_init(|| RS256KeyPair::generate(2048).expect("2048 bits are a valid size"))
        .clone()
}
