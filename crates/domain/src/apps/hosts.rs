//! Where an app's content may be: `host[:port][/path/]`.

use std::{fmt, str::FromStr};

use url::{Host, Url};

/// A host, a port of it and a folder there, whose addresses an app opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppHost {
    host: Host<String>,
    /// `None` for the scheme's own.
    port: Option<u16>,
    /// Begins and ends with a slash.
    folder: String,
}

/// Not of the form `host[:port][/path/]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not of the form host[:port][/path/]")]
pub struct AppHostError;

impl AppHost {
    /// The host and port of an address, with all of its folders.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        Some(Self {
            host: url.host()?.to_owned(),
            port: url.port(),
            folder: "/".to_owned(),
        })
    }

    /// True if the address is there.
    #[must_use]
    pub fn covers(&self, url: &Url) -> bool {
        let port = Url::parse(&format!("{}://{}", url.scheme(), self.host))
            .ok()
            .and_then(|url| self.port.or(url.port_or_known_default()));
        url.host().is_some_and(|host| host.to_owned() == self.host)
            && port.is_some()
            && url.port_or_known_default() == port
            && url.path().starts_with(&self.folder)
    }

    /// True if it is this computer.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        Url::parse(&format!("https://{}", self.host)).is_ok_and(|url| crate::addresses::is_loopback(&url))
    }
}

impl FromStr for AppHost {
    type Err = AppHostError;

    fn from_str(text: &str) -> Result<Self, AppHostError> {
        let (authority, folder) = match text.find('/') {
            Some(at) => text.split_at(at),
            None => (text, "/"),
        };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                let digits = port.bytes().all(|byte| byte.is_ascii_digit());
                let port = port
                    .parse::<u16>()
                    .ok()
                    .filter(|port| digits && *port != 0)
                    .ok_or(AppHostError)?;
                (host, Some(port))
            }
            _ => (authority, None),
        };
        let host = Host::parse(host).map_err(|_| AppHostError)?;
        let is_folder = folder.ends_with('/')
            && Url::parse("https://host").is_ok_and(|root| {
                root.join(folder)
                    .is_ok_and(|url| url.path() == folder && url.host() == root.host())
            });
        match is_folder {
            true => Ok(Self {
                host,
                port,
                folder: folder.to_owned(),
            }),
            false => Err(AppHostError),
        }
    }
}

impl fmt::Display for AppHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(self.folder.trim_end_matches('/'))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn covers(host: &str, url: &str) -> bool {
        host.parse::<AppHost>().unwrap().covers(&Url::parse(url).unwrap())
    }

    #[test]
    fn an_address_is_there_by_host_port_and_folder() {
        for (host, url) in [
            ("tool.example", "https://tool.example/a"),
            ("Tool.Example", "https://tool.example"),
            ("tool.example:443", "https://tool.example/a"),
            ("tool.example:8443", "https://tool.example:8443/a"),
            ("tool.example/quiz/", "https://tool.example/quiz/1?a=b"),
            ("[::1]:3000", "http://[::1]:3000/a"),
            ("localhost:80", "http://localhost/a"),
        ] {
            assert!(covers(host, url), "{host} {url}");
        }
        for (host, url) in [
            ("tool.example", "https://tool.example:8443/a"),
            ("tool.example:8443", "https://tool.example/a"),
            ("tool.example", "https://other.tool.example/a"),
            ("tool.example", "https://tool.example.evil.example/a"),
            ("tool.example/quiz/", "https://tool.example/quizzes"),
            ("tool.example/quiz/", "https://tool.example/quiz"),
            ("tool.example/quiz/", "https://tool.example/quiz/../a"),
        ] {
            assert!(!covers(host, url), "{host} {url}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "/",
            "https://tool.example",
            "tool.example/quiz",
            "tool.example:",
            "tool.example:0",
            "tool.example:+1",
            "tool.example:65536",
            "user@tool.example",
            "tool.example/a/../b/",
            "tool.example//b/",
            "tool.example/a?/",
            "tool.example/#/",
            "tool.example/a b/",
            "tool example",
        ] {
            assert_eq!(text.parse::<AppHost>(), Err(AppHostError), "{text}");
        }
    }
}
