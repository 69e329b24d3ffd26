//! `[support]`: destinations and quotas of problem reports.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{ConfigErrors, is_loopback, validate::MOST_DAYS};

/// Begins a webhook's secret, as the convention Standard Webhooks has it.
const SECRET_PREFIX: &str = "whsec_";
/// A year: nobody answers a report that is older.
const MOST_HOURS: u32 = 8_760;

/// `[support]`
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Support {
    /// Where events of reports are posted; empty for no webhook.
    pub webhook_url: String,
    /// Signs them: `whsec_` and 24 to 64 bytes in base64.
    pub webhook_secret: String,
    /// A file that holds that secret, instead of `webhook_secret`.
    pub webhook_secret_file: String,
    /// True if the webhook's host may be on a private network.
    pub webhook_private: bool,
    /// The support desk's e-mail address; empty for no e-mail.
    pub mail_to: String,
    /// The address that the e-mails come from.
    pub mail_from: String,
    /// The SMTP server that takes them.
    pub smtp_host: String,
    /// Its port.
    pub smtp_port: u16,
    /// How the connection to it is encrypted.
    pub smtp_tls: SmtpTls,
    /// The name to sign in with there; empty for none.
    pub smtp_user: String,
    /// The password to sign in with there.
    pub smtp_password: String,
    /// A file that holds that password, instead of `smtp_password`.
    pub smtp_password_file: String,
    /// Hours for which a delivery is tried before it is given up.
    pub give_up_hours: u32,
    /// Reports a day and organization of people who are signed in, and of applications.
    pub reports_per_day: u32,
    /// Reports a day and organization without sign-in, by the signed reference of an error page.
    pub unsigned_in_reports_per_day: u32,
    /// Days that a report is kept after the last answer or change of state.
    pub retention_days: u32,
}

/// How the connection to an SMTP server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// From the first byte on.
    Tls,
    /// After `STARTTLS`, which must be offered.
    Starttls,
    /// Not at all: on this computer only.
    None,
}

impl Default for Support {
    fn default() -> Self {
        Self {
            webhook_url: String::new(),
            webhook_secret: String::new(),
            webhook_secret_file: String::new(),
            webhook_private: false,
            mail_to: String::new(),
            mail_from: String::new(),
            smtp_host: String::new(),
            smtp_port: 587,
            smtp_tls: SmtpTls::Starttls,
            smtp_user: String::new(),
            smtp_password: String::new(),
            smtp_password_file: String::new(),
            give_up_hours: 72,
            reports_per_day: 200,
            unsigned_in_reports_per_day: 50,
            retention_days: 365,
        }
    }
}

impl fmt::Debug for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Support")
            .field("webhook_url", &self.webhook_url)
            .field("mail_to", &self.mail_to)
            .field("smtp_host", &self.smtp_host)
            .finish_non_exhaustive()
    }
}

impl Support {
    /// Reads the secrets from their files.
    pub(super) fn complete(&mut self) -> Result<(), ConfigErrors> {
        let files = [
            (&self.webhook_secret_file, "webhook_secret_file", &mut self.webhook_secret),
            (&self.smtp_password_file, "smtp_password_file", &mut self.smtp_password),
        ];
        for (file, key, secret) in files {
            if !file.is_empty() {
                let text =
                    std::fs::read_to_string(file).map_err(|error| format!("support.{key}: {file} can't be read: {error}."))?;
                text.trim().clone_into(secret);
            }
        }
        Ok(())
    }

    /// The webhook's address, where there is one.
    pub fn webhook(&self) -> Option<Url> {
        Url::parse(&self.webhook_url).ok()
    }

    /// The key in the webhook's secret.
    pub fn webhook_key(&self) -> Option<Vec<u8>> {
        let key = STANDARD.decode(self.webhook_secret.strip_prefix(SECRET_PREFIX)?).ok()?;
        (24..=64).contains(&key.len()).then_some(key)
    }

    pub(super) fn validate(&self, dev: bool, errors: &mut Vec<String>) {
        if !self.webhook_url.is_empty() {
            self.validate_webhook(dev, errors);
        }
        if !self.mail_to.is_empty() {
            self.validate_mail(errors);
        }
        for (key, value, most) in [
            ("give_up_hours", self.give_up_hours, MOST_HOURS),
            ("retention_days", self.retention_days, MOST_DAYS),
        ] {
            if !(1..=most).contains(&value) {
                errors.push(format!("support.{key} must be from 1 to {most}."));
            }
        }
    }

    fn validate_webhook(&self, dev: bool, errors: &mut Vec<String>) {
        let good = self.webhook().is_some_and(|url| {
            (url.scheme() == "https" || (dev && url.scheme() == "http")) && url.username().is_empty() && url.password().is_none()
        });
        if !good {
            errors.push("support.webhook_url must be an https URL without user name and password, or empty.".to_owned());
        }
        if self.webhook_key().is_none() {
            errors.push(
                "support.webhook_secret must be whsec_ and 24 to 64 random bytes in base64; make one with `echo \"whsec_$(openssl rand -base64 32)\"`."
                    .to_owned(),
            );
        }
    }

    fn validate_mail(&self, errors: &mut Vec<String>) {
        for (key, address) in [("mail_to", &self.mail_to), ("mail_from", &self.mail_from)] {
            if address.parse::<lettre::Address>().is_err() {
                errors.push(format!("support.{key} must be an e-mail address like support@example.org."));
            }
        }
        if self.smtp_host.is_empty() {
            errors.push("support.smtp_host is missing; it is the server that takes the e-mails.".to_owned());
        }
        let here = url::Host::parse(&self.smtp_host).is_ok_and(|host| match &host {
            url::Host::Domain(name) => is_loopback(&url::Host::Domain(name.as_str())),
            url::Host::Ipv4(address) => address.is_loopback(),
            url::Host::Ipv6(address) => address.is_loopback(),
        });
        if self.smtp_tls == SmtpTls::None && !here {
            errors.push("support.smtp_tls is none, which is for a server on this computer only; use starttls or tls.".to_owned());
        }
        if self.smtp_user.is_empty() != self.smtp_password.is_empty() {
            errors.push("support.smtp_user and support.smtp_password belong together: set both or none.".to_owned());
        }
    }
}
