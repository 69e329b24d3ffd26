//! The addresses that a tool may be opened at (Deep Linking 2.0, 3.1: the `url` of a resource link; LTI 1.3 core, 5.3.4:
//! `target_link_uri`), and how a platform in the middle leads them through itself.
//!
//! An address is judged by a URL parser and sent as bytes. Whatever two parsers could read differently is refused.

use std::borrow::Cow;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use url::{Url, form_urlencoded};

/// The longest address of [`TargetWrapper`], in bytes; some platforms cut longer ones off.
pub const MAX_WRAPPED_LENGTH: usize = 2000;

/// Where a tool is: `host[:port][/path/]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPattern {
    host: String,
    port: Option<u16>,
    path: String,
}

/// A text that is no `host[:port][/path/]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("not of the form host[:port][/path/]")]
pub struct HostPatternError;

impl FromStr for HostPattern {
    type Err = HostPatternError;

    fn from_str(text: &str) -> Result<Self, HostPatternError> {
        let (authority, path) = text.split_at(text.find('/').unwrap_or(text.len()));
        let is_host = !authority.is_empty() && authority.chars().all(|character| !"@?#\\% ".contains(character));
        let is_path = path.is_empty() || (path.ends_with('/') && is_plain(path) && !path.contains(['?', '#']));
        if !is_host || !is_path || has_dot_segment(path) {
            return Err(HostPatternError);
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port.parse().map_err(|_| HostPatternError)?)),
            _ => (authority, None),
        };
        let url = Url::parse(&format!("https://{host}/")).map_err(|_| HostPatternError)?;
        let parsed = url.host_str().filter(|_| url.port().is_none()).ok_or(HostPatternError)?;
        Ok(Self {
            host: parsed.to_owned(),
            port,
            path: path.to_owned(),
        })
    }
}

impl HostPattern {
    fn holds(&self, url: &Url, path: &str) -> bool {
        let default_port = match url.scheme() {
            "http" => 80,
            _ => 443,
        };
        url.host_str() == Some(self.host.as_str())
            && url.port_or_known_default() == Some(self.port.unwrap_or(default_port))
            && (self.path.is_empty() || path.starts_with(&self.path))
    }
}

/// Why an address is no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// It is no absolute address, or has characters or a form that parsers read differently.
    #[error("the address is malformed")]
    Malformed,
    /// Another scheme than https.
    #[error("the address does not begin with https://")]
    Scheme,
    /// It has a user name or a password.
    #[error("the address has a user name")]
    UserInfo,
    /// It has a fragment.
    #[error("the address has a fragment")]
    Fragment,
    /// It has `.` or `..` as a segment, maybe encoded.
    #[error("the address has a dot segment")]
    DotSegment,
    /// Host, port or path are none of the tool's.
    #[error("the address is on none of the tool's hosts")]
    Host,
    /// The address is too long to be led through the platform.
    #[error("the address is too long")]
    TooLong,
}

impl TargetError {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Scheme => "scheme",
            Self::UserInfo => "user_info",
            Self::Fragment => "fragment",
            Self::DotSegment => "dot_segment",
            Self::Host => "host",
            Self::TooLong => "too_long",
        }
    }
}

/// Which schemes an address may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Schemes {
    /// https alone.
    Https,
    /// http too, for development.
    HttpToo,
}

/// Succeeds if a tool may be opened at `target`: an absolute address without user name, fragment and dot segments, on one of its hosts.
/// It is never altered; callers send these bytes.
///
/// # Errors
/// The first rule that is broken.
pub fn validate_target(target: &str, hosts: &[HostPattern], schemes: Schemes) -> Result<(), TargetError> {
    let (url, path) = parse_strictly(target, schemes)?;
    match hosts.iter().any(|pattern| pattern.holds(&url, path)) {
        true => Ok(()),
        false => Err(TargetError::Host),
    }
}

/// Succeeds if `address` is an absolute address in a form that all parsers agree on, on any host.
///
/// # Errors
/// The first rule that is broken.
pub fn validate_address(address: &str, schemes: Schemes) -> Result<(), TargetError> {
    parse_strictly(address, schemes).map(|_| ())
}

/// The parsed address, and its path as it was written.
fn parse_strictly(target: &str, schemes: Schemes) -> Result<(Url, &str), TargetError> {
    if !is_plain(target) {
        return Err(TargetError::Malformed);
    }
    let (scheme, rest) = target.split_once("://").ok_or(TargetError::Malformed)?;
    match (scheme.to_ascii_lowercase().as_str(), schemes) {
        ("https", _) | ("http", Schemes::HttpToo) => {}
        _ => return Err(TargetError::Scheme),
    }
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.contains('@') {
        return Err(TargetError::UserInfo);
    }
    if rest.contains('#') {
        return Err(TargetError::Fragment);
    }
    let path = rest.split('?').next().unwrap_or_default();
    if has_dot_segment(path) {
        return Err(TargetError::DotSegment);
    }
    let url = Url::parse(target).map_err(|_| TargetError::Malformed)?;
    let host = url.host_str().unwrap_or_default();
    let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
    let authority = authority.to_ascii_lowercase();
    // A host in another spelling (encoded, a number, an empty port) is one that others may read as another host.
    match authority == host || Some(&authority) == with_port.as_ref() {
        true => Ok((url, path)),
        false => Err(TargetError::Malformed),
    }
}

/// Printable ASCII, without characters that end an address in one place or another.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'\'' | b'`'))
}

/// How often a path is decoded before it is compared: some servers decode twice.
const DECODED_TIMES: usize = 3;

/// `.` or `..` as a segment, also encoded, behind an encoded slash, and with parameters (`..;a=b`).
fn has_dot_segment(path: &str) -> bool {
    let is_dot_segment = |segment: &str| matches!(segment.split(';').next(), Some("." | ".."));
    let mut path = Cow::Borrowed(path);
    for _ in 0..=DECODED_TIMES {
        if path.split(['/', '\\']).any(is_dot_segment) {
            return true;
        }
        path = match percent_decode_str(&path).decode_utf8_lossy() {
            decoded if decoded == path => return false,
            decoded => Cow::Owned(decoded.into_owned()),
        };
    }
    // Encoded more often than anybody does by accident.
    true
}

/// Leads targets through an address of the platform's own: `{base}{id}?url={target}`, so that the platforms before it keep one that
/// comes back to it. Nothing of a registration is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetWrapper {
    base: Url,
    base_text: String,
}

/// An address as [`TargetWrapper`] makes them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrappedTarget {
    /// Names the tool. Any text.
    pub id: String,
    /// The tool's own address, to be [validated](validate_target) anew; `None` where it is absent or stands there twice.
    pub target: Option<String>,
}

impl TargetWrapper {
    /// A wrapper whose addresses begin with `base`, an absolute URL that ends with a slash; `None` if it is none.
    #[must_use]
    pub fn new(base: &str) -> Option<Self> {
        let url = Url::parse(base).ok()?;
        let fits = url.path().ends_with('/') && url.query().is_none() && url.fragment().is_none();
        fits.then(|| Self {
            base: url,
            base_text: base.to_owned(),
        })
    }

    /// The address that leads to `target` of the tool `id`, which has no characters that a path segment would encode.
    ///
    /// # Errors
    /// [`TooLong`](TargetError::TooLong), [`Malformed`](TargetError::Malformed) for the id.
    pub fn wrap(&self, id: &str, target: &str) -> Result<String, TargetError> {
        let is_segment = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if id.is_empty() || !id.bytes().all(is_segment) || has_dot_segment(id) {
            return Err(TargetError::Malformed);
        }
        // A target has no space, so there is no plus sign for one.
        let encoded: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let wrapped = format!("{}{id}?url={encoded}", self.base_text);
        match wrapped.len() <= MAX_WRAPPED_LENGTH {
            true => Ok(wrapped),
            false => Err(TargetError::TooLong),
        }
    }

    /// Reads an address that [`wrap`](Self::wrap) made, also where a platform encoded it anew or added parameters. `None` for any other.
    #[must_use]
    pub fn unwrap(&self, address: &str) -> Option<WrappedTarget> {
        let url = Url::parse(address).ok()?;
        let is_ours = url.origin() == self.base.origin() && url.username().is_empty() && url.password().is_none();
        let id = url.path().strip_prefix(self.base.path()).filter(|_| is_ours)?;
        let id = id.trim_end_matches('/');
        if id.is_empty() || id.contains('/') {
            return None;
        }
        let mut targets = url.query_pairs().filter(|(name, _)| name == "url").map(|(_, value)| value);
        let first = targets.next().map(Cow::into_owned);
        let is_one = targets.all(|other| Some(other.as_ref()) == first.as_deref());
        Some(WrappedTarget {
            id: id.to_owned(),
            target: first.filter(|target| is_one && !target.is_empty()),
        })
    }
}
