//! Forwards events of problem reports to the operator's support desk, by webhook and by e-mail.
//!
//! Each event is written to an outbox in its own transaction (`api::problem_reports::forwarding`), and sent from there
//! until it arrives ([`Forwarder`]). It arrives at least once: `id` identifies repetitions.

mod failure;
mod mail;
mod outbox;
mod webhook;

use contract::{ProblemReport, ReportComment, ReportStateChange};
use domain::{Comment, StateChange};
use serde::{Deserialize, Serialize};
use store::Channel;
use time::OffsetDateTime;
use tokio::sync::Notify;

pub use failure::read_failure;
pub use outbox::Forwarder;

use self::{mail::Mail, webhook::Webhook};
use crate::config::Config;

/// The version of [`Message`]: it goes up when a receiver has to change something.
pub const VERSION: u32 = 1;

/// The ways to the support desk that are configured.
pub struct SupportDesk {
    webhook: Option<Webhook>,
    mail: Option<Mail>,
    written: Notify,
}

impl SupportDesk {
    /// As configured.
    ///
    /// # Errors
    ///
    /// Where TLS can't be set up.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        Ok(Self {
            webhook: Webhook::new(config)?,
            mail: Mail::new(config)?,
            written: Notify::new(),
        })
    }

    /// Something was written to the outbox: it is looked at now.
    pub fn wake(&self) {
        self.written.notify_one();
    }

    /// By which ways an event goes. E-mail tells people what others did: not their own answers, nor states.
    pub fn channels(&self, event: &Event<'_>) -> Vec<Channel> {
        let for_people = match event {
            Event::Created => true,
            Event::Commented(comment) => !comment.by_support,
            Event::StateChanged(_) => false,
        };
        let webhook = self.webhook.as_ref().map(|_| Channel::Webhook);
        let mail = self.mail.as_ref().filter(|_| for_people).map(|_| Channel::Email);
        webhook.into_iter().chain(mail).collect()
    }
}

/// An event of a report.
pub enum Event<'a> {
    /// It was sent.
    Created,
    /// It was answered.
    Commented(&'a Comment),
    /// Its state was changed.
    StateChanged(&'a StateChange),
}

impl Event<'_> {
    /// Its name in messages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created => "report.created",
            Self::Commented(_) => "report.commented",
            Self::StateChanged(_) => "report.state_changed",
        }
    }
}

/// The message, as JSON: the envelope is that of Standard Webhooks.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The event's name.
    pub r#type: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub timestamp: OffsetDateTime,
    /// [`VERSION`].
    pub version: u32,
    /// The event's data.
    pub data: Data,
}

/// The event's data: a report and its change.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Data {
    /// The report before the event; what was said before, and the diagnostics, came with earlier events.
    pub report: ProblemReport,
    /// Where people look at it.
    pub portal_url: String,
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<ReportComment>,
    /// The new state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ReportStateChange>,
}
