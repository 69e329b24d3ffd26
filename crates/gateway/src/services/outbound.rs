//! The only outgoing HTTP client: for keysets and discovery documents, at addresses that users entered, and for the
//! operator's webhook.
//!
//! Guards against server-side request forgery: https only, public addresses only (IP literals are checked before the request, host
//! names when they are resolved for the connection, so that DNS rebinding has no effect), no redirects, no proxy, 5 seconds, 1 MB. `--dev` allows
//! http and private addresses; an operator allows single `host:port` pairs (`outbound.allowed_hosts`).

use std::{
    collections::HashSet,
    io::Read as _,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use domain::{OwnTerm, OwnValue};
use flate2::read::MultiGzDecoder;
use futures_util::StreamExt as _;
use lti13::Value;
use reqwest::{
    dns::{Addrs, Name, Resolve, Resolving},
    header,
};
use url::{Host, Url};

use crate::config::Config;

mod call;

pub use call::{Call, CallAnswer, excerpt};

/// A fetch takes at most this long, from the first byte sent to the last received.
const TIMEOUT: Duration = Duration::from_secs(5);
/// A longer answer is not read to its end.
const MAX_BYTES: usize = 1_000_000;

/// The guarded client.
#[derive(Clone)]
pub struct Outbound {
    client: reqwest::Client,
    guard: Guard,
}

#[derive(Clone)]
struct Guard {
    /// `--dev`: http and private addresses.
    anything_goes: bool,
    allowed_hosts: Arc<HashSet<String>>,
}

/// The first bytes of gzip (RFC 1952, section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The bytes that a reader of JSON may ignore at its beginning (RFC 8259, section 8.1).
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// The answer.
pub struct Fetched {
    /// The body.
    pub bytes: Vec<u8>,
    /// Seconds that the answer may be kept, by its `Cache-Control`.
    pub max_age: Option<Duration>,
}

/// Why nothing usable came back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The guard didn't let the request out.
    #[error("the address may not be called ({0:?})")]
    Blocked(OwnTerm),
    /// No connection, or it broke.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// Its certificate isn't one to trust.
    #[error("the certificate can't be trusted ({0:?})")]
    Certificate(OwnTerm),
    /// No request was made: many wait for what another one brings.
    #[error("many wait for the answer already")]
    Crowded,
    /// No complete answer in time.
    #[error("no complete answer in time")]
    TimedOut,
    /// An answer, but with this status.
    #[error("the answer had HTTP status {0}")]
    Status(u16),
    /// The answer points elsewhere; redirects aren't followed.
    #[error("the answer redirects elsewhere, with HTTP status {0}")]
    Redirected(u16),
    /// Longer than 1 MB.
    #[error("the answer is longer than 1 MB")]
    TooLong,
}

impl Fetched {
    /// The document in an answer. Some servers compress what nobody asked them to, or put a byte order mark before JSON.
    fn read(bytes: Vec<u8>, max_age: Option<Duration>) -> Result<Self, FetchError> {
        let mut bytes = if bytes.starts_with(&GZIP) { unpack(&bytes)? } else { bytes };
        if bytes.starts_with(&BYTE_ORDER_MARK) {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Self { bytes, max_age })
    }
}

/// Unpacks gzip, within the limit of an answer. A broken body stays as it came: it is no JSON.
fn unpack(packed: &[u8]) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    let mut unpacked = MultiGzDecoder::new(packed).take(MAX_BYTES as u64 + 1);
    match unpacked.read_to_end(&mut bytes) {
        Err(_) => Ok(packed.to_vec()),
        Ok(length) if length > MAX_BYTES => Err(FetchError::TooLong),
        Ok(_) => Ok(bytes),
    }
}

/// For the school's administrator, in a record.
impl From<&FetchError> for Value {
    fn from(error: &FetchError) -> Self {
        match error {
            FetchError::Blocked(reason) => OwnValue::Blocked(*reason).into(),
            FetchError::Unreachable(cause) => OwnValue::NoConnection(cause.clone()).into(),
            FetchError::Certificate(reason) => OwnValue::BadCertificate(*reason).into(),
            FetchError::Crowded => OwnTerm::Crowded.into(),
            FetchError::TimedOut => OwnTerm::TimedOut.into(),
            FetchError::Status(status) => OwnValue::HttpStatus(*status).into(),
            FetchError::Redirected(status) => OwnValue::Redirected(*status).into(),
            FetchError::TooLong => OwnTerm::TooLong.into(),
        }
    }
}

/// How the gateway introduces itself; a school's firewall may go by it.
pub fn user_agent(config: &Config) -> String {
    format!("LMS-Gateway/{} (+{})", env!("CARGO_PKG_VERSION"), config.server.public_url)
}

impl Outbound {
    /// Makes the client.
    ///
    /// # Errors
    ///
    /// Where TLS can't be set up.
    pub fn new(config: &Config) -> Result<Self, reqwest::Error> {
        let allowed = config.outbound.allowed_hosts.iter().map(|host| host.to_ascii_lowercase());
        Self::with_allowed(config, allowed.collect())
    }

    /// Makes a client for the operator's own webhook. Its host may be private where the operator says so, which must not
    /// open that host to everybody who registers a keyset URL.
    ///
    /// # Errors
    ///
    /// Where TLS can't be set up.
    pub fn for_webhook(config: &Config, url: &Url) -> Result<Self, reqwest::Error> {
        let host = url
            .host_str()
            .zip(url.port_or_known_default())
            .filter(|_| config.support.webhook_private);
        Self::with_allowed(
            config,
            host.map(|(host, port)| format!("{host}:{port}")).into_iter().collect(),
        )
    }

    fn with_allowed(config: &Config, allowed_hosts: HashSet<String>) -> Result<Self, reqwest::Error> {
        let guard = Guard {
            anything_goes: config.dev,
            allowed_hosts: Arc::new(allowed_hosts),
        };
        #[expect(clippy::disallowed_methods, reason = "the guarded client is made here and nowhere else")]
        let client = reqwest::Client::builder()
            .user_agent(user_agent(config))
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .https_only(!config.dev)
            .dns_resolver(guard.clone())
            .build()?;
        Ok(Self { client, guard })
    }

    /// Posts a JSON document; what comes back is not read.
    ///
    /// # Errors
    ///
    /// Why it wasn't taken: anything but a status of success.
    pub async fn post_json(&self, url: &Url, headers: header::HeaderMap, body: String) -> Result<(), FetchError> {
        self.guard.validate(url)?;
        let answer = self
            .client
            .post(url.clone())
            .headers(headers)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await
            .map_err(error)?;
        let status = answer.status();
        if status.is_redirection() {
            return Err(FetchError::Redirected(status.as_u16()));
        }
        if !status.is_success() {
            return Err(FetchError::Status(status.as_u16()));
        }
        Ok(())
    }

    /// Gets a JSON document.
    ///
    /// # Errors
    ///
    /// Why nothing came back that could be a document; its content is not validated.
    pub async fn get_json(&self, url: &Url) -> Result<Fetched, FetchError> {
        self.guard.validate(url)?;
        let answer = self
            .client
            .get(url.clone())
            .header(header::ACCEPT, "application/json")
            .header(header::ACCEPT_ENCODING, "identity")
            .send()
            .await
            .map_err(error)?;
        let status = answer.status();
        if status.is_redirection() {
            return Err(FetchError::Redirected(status.as_u16()));
        }
        if !status.is_success() {
            return Err(FetchError::Status(status.as_u16()));
        }
        let max_age = max_age(answer.headers());
        let mut bytes = Vec::new();
        let mut chunks = answer.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(error)?;
            if bytes.len() + chunk.len() > MAX_BYTES {
                return Err(FetchError::TooLong);
            }
            bytes.extend_from_slice(&chunk);
        }
        Fetched::read(bytes, max_age)
    }
}

impl Guard {
    /// Validates what can be validated before a name is resolved. The HTTP client doesn't ask the resolver about literal addresses.
    fn validate(&self, url: &Url) -> Result<(), FetchError> {
        if self.anything_goes || self.allows(url) {
            return Ok(());
        }
        if url.scheme() != "https" {
            return Err(FetchError::Blocked(OwnTerm::NotHttps));
        }
        let public = match url.host() {
            Some(Host::Ipv4(address)) => domain::is_public_address(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => domain::is_public_address(IpAddr::V6(address)),
            // A listed name resolves to its private addresses, so it may be called at the listed ports only.
            Some(Host::Domain(name)) => !self.allows_name(name),
            None => false,
        };
        if public {
            Ok(())
        } else {
            Err(FetchError::Blocked(OwnTerm::PrivateNetwork))
        }
    }

    fn allows(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return false;
        };
        self.allowed_hosts.contains(&format!("{host}:{port}").to_ascii_lowercase())
    }

    /// True if a name is in the operator's list, with any port: [`Guard::validate`] lets listed ones pass only.
    fn allows_name(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.allowed_hosts
            .iter()
            .any(|allowed| allowed.rsplit_once(':').is_some_and(|(host, _)| host == name))
    }
}

/// A name has no public address.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a private network only")]
struct PrivateAddressError;

/// Resolves names for connections, leaving out every address that isn't public.
impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let unfiltered = guard.anything_goes || guard.allows_name(name.as_str());
            let addresses: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0))
                .await?
                .filter(|address| unfiltered || domain::is_public_address(address.ip()))
                .collect();
            if addresses.is_empty() {
                return Err(PrivateAddressError.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function of map_err")]
fn error(error: reqwest::Error) -> FetchError {
    if error.is_timeout() {
        return FetchError::TimedOut;
    }
    // The innermost cause says most, and names no query.
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    if innermost.is::<PrivateAddressError>() {
        return FetchError::Blocked(OwnTerm::PrivateNetwork);
    }
    let cause = innermost.to_string();
    match certificate_error(&cause) {
        Some(why) => FetchError::Certificate(why),
        None => FetchError::Unreachable(cause.chars().take(200).collect()),
    }
}

/// Our term for an error of rustls. It is recognized by its text, since reqwest doesn't say which rustls it has.
fn certificate_error(cause: &str) -> Option<OwnTerm> {
    let why = cause.strip_prefix("invalid peer certificate: ")?;
    let names = |begin: &str| why.starts_with(begin) || why.contains(&format!("({begin}"));
    Some(if names("Expired") || why.contains("certificate expired") {
        OwnTerm::CertificateExpired
    } else if names("NotValidForName") || why.contains("not valid for") {
        OwnTerm::CertificateName
    } else if names("UnknownIssuer") || names("CaUsedAsEndEntity") {
        OwnTerm::CertificateIssuer
    } else {
        OwnTerm::CertificateOther
    })
}

/// The `max-age` of `Cache-Control` (RFC 9111, section 5.2.2.1); zero where nothing may be stored.
fn max_age(headers: &header::HeaderMap) -> Option<Duration> {
    let directives = headers.get(header::CACHE_CONTROL)?.to_str().ok()?.to_ascii_lowercase();
    let mut directives = directives.split(',').map(str::trim);
    directives.find_map(|directive| match directive.split_once('=') {
        Some(("max-age", seconds)) => seconds.trim_matches('"').parse().ok().map(Duration::from_secs),
        None if directive == "no-store" || directive == "no-cache" => Some(Duration::ZERO),
        _ => None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::Write as _;

    use tokio_rustls::rustls::{
        self, CertificateError, OtherError,
        pki_types::{ServerName, UnixTime},
    };

    use super::*;

    fn guard(allowed: &[&str]) -> Guard {
        Guard {
            anything_goes: false,
            allowed_hosts: Arc::new(allowed.iter().map(|host| (*host).to_owned()).collect()),
        }
    }

    #[test]
    fn literal_private_addresses_and_http_are_blocked() {
        for url in [
            "http://lms.example/keys",
            "https://127.0.0.1/keys",
            "https://10.0.0.7/keys",
            "https://169.254.169.254/latest",
            "https://[::1]/keys",
            "https://[::ffff:10.0.0.7]/keys",
            "https://[fe80::1]/keys",
            "https://0x7f.1/keys",
            "https://2130706433/keys",
        ] {
            assert!(
                matches!(guard(&[]).validate(&Url::parse(url).unwrap()), Err(FetchError::Blocked(_))),
                "{url}"
            );
        }
        assert_eq!(guard(&[]).validate(&Url::parse("https://lms.example/keys").unwrap()), Ok(()));
        assert_eq!(
            guard(&[]).validate(&Url::parse("https://93.184.216.34/keys").unwrap()),
            Ok(())
        );
    }

    #[test]
    fn the_operator_allows_single_hosts_and_ports() {
        let guard = guard(&["moodle.campus.internal:443", "10.0.0.7:8443"]);
        assert_eq!(guard.validate(&Url::parse("https://10.0.0.7:8443/keys").unwrap()), Ok(()));
        assert_eq!(
            guard.validate(&Url::parse("https://moodle.campus.internal/keys").unwrap()),
            Ok(())
        );
        for other_port in ["https://10.0.0.7/keys", "https://Moodle.campus.internal:8443/keys"] {
            assert!(guard.validate(&Url::parse(other_port).unwrap()).is_err(), "{other_port}");
        }
        assert!(guard.allows_name("Moodle.campus.internal") && !guard.allows_name("other.campus.internal"));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_private_address_does_not_resolve() {
        let name = || "localhost".parse::<Name>().unwrap();
        assert!(guard(&[]).resolve(name()).await.is_err());
        assert!(guard(&["localhost:443"]).resolve(name()).await.is_ok());
        // The error is the same as for an IP literal that is private.
        let config = Config::default();
        let fetched = Outbound::new(&config)
            .unwrap()
            .get_json(&Url::parse("https://localhost/keys").unwrap())
            .await;
        assert_eq!(fetched.err(), Some(FetchError::Blocked(OwnTerm::PrivateNetwork)));
    }

    #[test]
    fn faults_of_certificates_are_distinguished() {
        /// Is named as webpki's error is, which rustls passes on.
        #[derive(Debug, thiserror::Error)]
        #[error("")]
        struct CaUsedAsEndEntity;

        let time = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let name = || ServerName::try_from("lms.example").unwrap();
        for (error, term) in [
            (CertificateError::Expired, OwnTerm::CertificateExpired),
            (
                CertificateError::ExpiredContext {
                    time: time(2),
                    not_after: time(1),
                },
                OwnTerm::CertificateExpired,
            ),
            (CertificateError::NotValidForName, OwnTerm::CertificateName),
            (
                CertificateError::NotValidForNameContext {
                    expected: name(),
                    presented: vec!["other.example".to_owned()],
                },
                OwnTerm::CertificateName,
            ),
            (CertificateError::UnknownIssuer, OwnTerm::CertificateIssuer),
            (
                CertificateError::Other(OtherError(Arc::new(CaUsedAsEndEntity))),
                OwnTerm::CertificateIssuer,
            ),
            (CertificateError::Revoked, OwnTerm::CertificateOther),
        ] {
            let cause = rustls::Error::from(error).to_string();
            assert_eq!(certificate_error(&cause), Some(term), "{cause}");
        }
        assert_eq!(certificate_error(&rustls::Error::HandshakeNotComplete.to_string()), None);
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn gzip_and_a_byte_order_mark_are_taken_off() {
        let read = |bytes: &[u8]| Fetched::read(bytes.to_vec(), None).map(|fetched| fetched.bytes);
        let keys = br#"{"keys":[]}"#;
        let marked = [&BYTE_ORDER_MARK[..], keys].concat();
        let in_two_parts = [gzip(&keys[..5]), gzip(&keys[5..])].concat();
        for answer in [keys.to_vec(), marked.clone(), gzip(keys), gzip(&marked), in_two_parts] {
            assert_eq!(read(&answer), Ok(keys.to_vec()));
        }
        assert_eq!(read(&gzip(&vec![b' '; MAX_BYTES])), Ok(vec![b' '; MAX_BYTES]));
        for bomb in [gzip(&vec![b' '; MAX_BYTES + 1]), gzip(&vec![0; 100 * MAX_BYTES])] {
            assert!(bomb.len() < MAX_BYTES);
            assert_eq!(read(&bomb), Err(FetchError::TooLong));
        }
        let broken = &gzip(keys)[..15];
        assert_eq!(read(broken), Ok(broken.to_vec()));
        assert_eq!(read(&[]), Ok(Vec::new()));
    }

    #[test]
    fn cache_control_is_read() {
        let age = |value: &str| {
            max_age(&header::HeaderMap::from_iter([(
                header::CACHE_CONTROL,
                value.parse().unwrap(),
            )]))
        };
        assert_eq!(age("public, max-age=864000"), Some(Duration::from_secs(864_000)));
        assert_eq!(age("no-store"), Some(Duration::ZERO));
        assert_eq!(age("private"), None);
        assert_eq!(max_age(&header::HeaderMap::new()), None);
    }
}
