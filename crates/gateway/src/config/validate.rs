//! Validates the configuration: all errors at once, one sentence each, with the key.

use std::net::SocketAddr;

use url::Url;

use super::{AppSection, Config, ConfigErrors, DEV_AUDIENCE, DEV_SECRET, is_loopback};

/// A health that nobody looked at for longer would say nothing.
const MOST_CHECK_MINUTES: u32 = 7 * 24 * 60;
/// A hundred years: far more than anybody keeps anything, and not so many that the calendar ends.
pub(super) const MOST_DAYS: u32 = 36_500;
/// A score that is older is of no use to anybody.
const MOST_SCORE_DAYS: u32 = 30;
/// Scores of one registration that wait, at the most.
const MOST_WAITING: u32 = 1_000_000;

/// An address as it may be printed, also where it can't be read: without what may be a user name and a password.
pub(super) fn without_userinfo(url: &str) -> &str {
    url.rsplit_once('@').map_or(url, |(_, rest)| rest)
}

impl Config {
    /// Every error of the configuration at once.
    pub fn validate(&self) -> Result<(), ConfigErrors> {
        let mut errors = Vec::new();
        self.validate_server(&mut errors);
        self.validate_database(&mut errors);
        self.validate_identity(&mut errors);
        self.validate_issuers(&mut errors);
        self.validate_apps(&mut errors);
        self.validate_userinfo(&mut errors);
        if self.security.secret.chars().count() < 32 {
            errors.push(
                "security.secret must hold at least 32 characters of randomness; make one with `openssl rand -base64 32`."
                    .to_owned(),
            );
        } else if !self.dev && self.security.secret == DEV_SECRET {
            errors.push("security.secret is the one of --dev; production needs a secret of its own.".to_owned());
        }
        for (key, value) in [
            ("tenants.max_registrations", self.tenants.max_registrations),
            ("tenants.max_unconfirmed", self.tenants.max_unconfirmed),
        ] {
            if value == 0 {
                errors.push(format!("{key} must be at least 1."));
            }
        }
        if self.keysets.check_minutes > MOST_CHECK_MINUTES {
            errors.push(format!(
                "keysets.check_minutes must be at most {MOST_CHECK_MINUTES}, which is a week; 0 switches the checks off."
            ));
        }
        self.support.validate(self.dev, &mut errors);
        if !(1..=MOST_DAYS).contains(&self.launches.retention_days) {
            errors.push(format!("launches.retention_days must be from 1 to {MOST_DAYS}."));
        }
        if !(1..=MOST_SCORE_DAYS).contains(&self.scores.give_up_days) {
            errors.push(format!("scores.give_up_days must be from 1 to {MOST_SCORE_DAYS}."));
        }
        if !(1..=MOST_WAITING).contains(&self.scores.waiting_per_registration) {
            errors.push(format!("scores.waiting_per_registration must be from 1 to {MOST_WAITING}."));
        }
        if !self.operator.report_url.is_empty() && !Url::parse(&self.operator.report_url).is_ok_and(|url| url.scheme() == "https")
        {
            errors.push("operator.report_url must be an https URL, or empty.".to_owned());
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(ConfigErrors(errors))
        }
    }

    /// A user name and a password in an address would be shown to browsers, and logged. Addresses of the database carry them.
    fn validate_userinfo(&self, errors: &mut Vec<String>) {
        let keys = [
            ("server.public_url", &self.server.public_url),
            ("identity.authority", &self.identity.authority),
            ("operator.report_url", &self.operator.report_url),
        ];
        let issuers = self.issuers.iter().map(|issuer| ("issuers: issuer", &issuer.issuer));
        let icons = self.apps.iter().map(|app| ("apps: icon_url", &app.icon_url));
        let mut urls: Vec<_> = keys
            .into_iter()
            .chain(issuers)
            .chain(icons)
            .filter_map(|(key, text)| Some((key, Url::parse(text).ok()?)))
            .collect();
        urls.extend(self.apps.iter().flat_map(AppSection::urls));
        for (key, url) in urls {
            if !url.username().is_empty() || url.password().is_some() {
                errors.push(format!("{key} must be without user name and password."));
            }
        }
    }

    fn validate_server(&self, errors: &mut Vec<String>) {
        let server = &self.server;
        match server.listen.parse::<SocketAddr>() {
            Err(_) => errors.push(format!(
                "server.listen is \"{}\"; it must be an address and port like 127.0.0.1:8080.",
                server.listen
            )),
            Ok(address) if self.dev && !address.ip().is_loopback() => errors.push(format!(
                "server.listen is {address}, but --dev listens on loopback only; use 127.0.0.1:{}, or serve without --dev.",
                address.port()
            )),
            Ok(_) => {}
        }
        match Url::parse(&server.public_url) {
            Err(_) => {
                errors.push("server.public_url must be the gateway's own address, like https://lms-gateway.example.".to_owned());
            }
            Ok(url) => {
                let shown = without_userinfo(url.as_str());
                let loopback = url.host().is_some_and(|host| is_loopback(&host));
                if self.dev && !loopback {
                    errors.push(format!(
                        "server.public_url is {shown}, but --dev is for this computer only; use http://localhost:8080, or serve without --dev."
                    ));
                }
                if !self.dev && url.scheme() != "https" {
                    errors.push(format!("server.public_url is {shown}; it must begin with https://."));
                }
                if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
                    errors.push(format!(
                        "server.public_url is {shown}; it must be scheme, host and port only."
                    ));
                }
            }
        }
        for (key, value) in [
            ("server.max_requests", server.max_requests as u64),
            ("server.request_seconds", server.request_seconds),
        ] {
            if value == 0 {
                errors.push(format!("{key} must be at least 1."));
            }
        }
        if !self.metrics.listen.is_empty() && self.metrics.listen.parse::<SocketAddr>().is_err() {
            errors.push(format!(
                "metrics.listen is \"{}\"; it must be an address and port like 127.0.0.1:9464, or empty.",
                self.metrics.listen
            ));
        }
    }

    fn validate_database(&self, errors: &mut Vec<String>) {
        let url = &self.database.url;
        if !["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
        {
            errors.push("database.url must begin with sqlite:// or postgres://.".to_owned());
        }
        if self.database.max_connections == 0 {
            errors.push("database.max_connections must be at least 1.".to_owned());
        }
    }

    fn validate_identity(&self, errors: &mut Vec<String>) {
        let identity = &self.identity;
        match Url::parse(&identity.authority) {
            Ok(url) if self.dev || (url.scheme() == "https" && !url.path().starts_with("/dev/identity")) => {}
            Ok(url) => errors.push(format!(
                "identity.authority is {}; outside --dev it must be https and not the development sign-in.",
                without_userinfo(url.as_str())
            )),
            Err(_) => errors.push("identity.authority must be a URL like https://login.microsoftonline.com.".to_owned()),
        }
        for (key, empty) in [
            ("identity.audiences", identity.audiences.is_empty()),
            ("identity.application_id_uri", identity.application_id_uri.is_empty()),
            ("identity.portal_client_id", identity.portal_client_id.is_empty()),
        ] {
            if empty {
                errors.push(format!(
                    "{key} is missing; it comes from the app registration in Microsoft Entra."
                ));
            }
        }
        if !self.dev && identity.audiences.iter().any(|audience| audience == DEV_AUDIENCE) {
            errors.push("identity.audiences names the development sign-in's API; production needs its own.".to_owned());
        }
    }
}
