//! The e-mail to the support desk: plain text, in English, answerable to the reporter.

use std::fmt::Write as _;

use anyhow::Context as _;
use contract::{CheckResult, ProblemReport, ReportCategory};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message as Email, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use store::Delivery;
use uuid::Uuid;

use super::{Message, failure::DeliveryError};
use crate::{
    config::{Config, SmtpTls},
    http::language::Language,
    records,
};

/// The operator's SMTP server, and who writes to whom.
pub(super) struct Mail {
    from: Mailbox,
    to: Mailbox,
    /// The gateway's host, for the ids of messages.
    host: String,
    server: AsyncSmtpTransport<Tokio1Executor>,
}

impl Mail {
    /// As configured; `None` where none is.
    pub(super) fn new(config: &Config) -> anyhow::Result<Option<Self>> {
        let support = &config.support;
        if support.mail_to.is_empty() {
            return Ok(None);
        }
        let url = url::Url::parse(&config.server.public_url).context("server.public_url")?;
        let host = url.host_str().unwrap_or("localhost").to_owned();
        let tls = || TlsParameters::new(support.smtp_host.clone());
        let tls = match support.smtp_tls {
            SmtpTls::Tls => Tls::Wrapper(tls()?),
            SmtpTls::Starttls => Tls::Required(tls()?),
            SmtpTls::None => Tls::None,
        };
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&support.smtp_host)
            .port(support.smtp_port)
            .tls(tls)
            .hello_name(ClientId::Domain(host.clone()));
        if !support.smtp_user.is_empty() {
            server = server.credentials(Credentials::new(support.smtp_user.clone(), support.smtp_password.clone()));
        }
        Ok(Some(Self {
            from: Mailbox::new(Some("LMS Gateway".to_owned()), address(&support.mail_from)?),
            to: Mailbox::new(None, address(&support.mail_to)?),
            host,
            server: server.build(),
        }))
    }

    /// Sends it.
    pub(super) async fn send(&self, delivery: &Delivery) -> Result<(), DeliveryError> {
        let email = self.email(delivery).map_err(DeliveryError::Unmakable)?;
        self.server.send(email).await?;
        Ok(())
    }

    /// The same delivery always makes the same message, so that a repetition is recognized by its id; answers join their report's thread.
    fn email(&self, delivery: &Delivery) -> anyhow::Result<Email> {
        let Message {
            r#type: _,
            timestamp,
            version: _,
            data,
        } = serde_json::from_str(&delivery.payload)?;
        let report = &data.report;
        let id = |id: Uuid| format!("<{id}@{}>", self.host);
        let mut email = Email::builder()
            .from(self.from.clone())
            .to(self.to.clone())
            .date(timestamp.into())
            .subject(format!("Report {}: {}", report.number, report.summary))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-LMS-Gateway-Delivery", &delivery.id.to_string()))
            .header(ContentType::TEXT_PLAIN);
        if let Some(contact) = &report.contact_email {
            email = email.reply_to(Mailbox::new(None, address(contact)?));
        }
        let text = if let Some(comment) = data.comment {
            email = email
                .message_id(Some(id(delivery.id)))
                .references(id(report.id))
                .in_reply_to(id(report.id));
            format!("{} answered:\n\n{}\n\n{}\n", comment.by.name, comment.text, data.portal_url)
        } else {
            email = email.message_id(Some(id(report.id)));
            text(report, &data.portal_url)?
        };
        Ok(email.body(text)?)
    }
}

fn address(text: &str) -> anyhow::Result<Address> {
    text.parse().context("an e-mail address")
}

/// A header of our own; what isn't ASCII in its value is encoded.
fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn text(report: &ProblemReport, portal_url: &str) -> Result<String, std::fmt::Error> {
    let category = match report.category {
        ReportCategory::Launch => "An app doesn’t open from the LMS",
        ReportCategory::Registration => "Registering an app",
        ReportCategory::SignIn => "Signing in",
        ReportCategory::Other => "Something else",
    };
    let reporter = report
        .created_by
        .as_ref()
        .map_or("somebody on an error page", |by| by.name.as_str());
    let mut text = String::new();
    writeln!(text, "{}\n\n{}\n", report.summary, report.description)?;
    writeln!(text, "Number:       {}", report.number)?;
    writeln!(text, "About:        {category}")?;
    writeln!(
        text,
        "Organization: {} ({})",
        report.tenant_name.as_deref().unwrap_or("–"),
        report.tenant_id
    )?;
    writeln!(text, "Reporter:     {reporter}")?;
    let optional = [
        ("Answer to:   ", &report.contact_email),
        ("Launch:      ", &report.launch_reference),
        ("Browser:     ", &report.browser),
        ("Portal:      ", &report.portal_version),
    ];
    for (label, value) in optional {
        if let Some(value) = value {
            writeln!(text, "{label} {value}")?;
        }
    }
    if let Some(diagnostics) = &report.diagnostics {
        let registration = diagnostics.registration_name.as_deref().unwrap_or("–");
        writeln!(text, "\nDiagnostics of the launch\nRegistration: {registration}")?;
        if let Some(code) = &diagnostics.code {
            writeln!(text, "Refused:      {code}")?;
        }
        for check in diagnostics.checks.iter().filter(|check| check.result == CheckResult::Failed) {
            writeln!(text, "Failed:       {}", check.rule)?;
            for (label, value, kind) in [
                ("Expected:    ", &check.expected, check.expected_kind),
                ("Came:        ", &check.seen, check.seen_kind),
            ] {
                if let Some(value) = value {
                    writeln!(text, "{label} {}", records::quoted(value, kind, Language::En))?;
                }
            }
        }
    }
    writeln!(text, "\n{portal_url}")?;
    Ok(text)
}

#[cfg(test)]
mod tests;
