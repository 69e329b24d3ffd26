//! Cursors of rosters: the LMS's address of the next page, sealed, so that an app neither reads nor makes one.

use url::Url;

use super::secrets::Secrets;

const PURPOSE: &str = "roster-cursor";

/// Seals addresses of pages and opens them.
pub struct RosterCursors(Secrets);

impl RosterCursors {
    /// With a key of its own, derived from the configured secret.
    pub fn new(secrets: Secrets) -> Self {
        Self(secrets)
    }

    /// The cursor of a service's page, in hexadecimal digits: some apps lower-case the whole `Link` header.
    pub fn seal(&self, service: &str, page: &Url) -> String {
        let sealed = self.0.seal(PURPOSE, format!("{service} {page}").as_bytes());
        sealed.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The page behind a cursor of that service.
    pub fn open(&self, service: &str, cursor: &str) -> Option<Url> {
        let digits = cursor
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        let sealed: Vec<u8> = digits.collect::<Option<_>>()?;
        let opened = String::from_utf8(self.0.open(PURPOSE, &sealed).ok()?).ok()?;
        Url::parse(opened.strip_prefix(service)?.strip_prefix(' ')?).ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_cursor_opens_for_its_service_only_and_survives_lower_case() {
        let cursors = RosterCursors::new(Secrets::new(&Config::default()));
        let page: Url = "https://lms.example/members?Page=2".parse().unwrap();
        let cursor = cursors.seal("abc", &page);
        assert_eq!(cursor, cursor.to_lowercase());
        assert_eq!(cursors.open("abc", &cursor), Some(page));
        for (service, cursor) in [
            ("ab", cursor.as_str()),
            ("abcd", &cursor),
            ("abc", &cursor[2..]),
            ("abc", ""),
            ("abc", "ü"),
            ("abc", "0"),
        ] {
            assert_eq!(cursors.open(service, cursor), None, "{service} {cursor}");
        }
    }
}
