//! What happens to problem reports is forwarded to the operator's support desk, by webhook and by e-mail.
//!
//! Each event is written to an outbox in the transaction that it tells of ([`deliveries`]), and sent from there until it
//! arrives ([`forward`]). It arrives at least once: `id` tells a repetition.

mod failure;
mod mail;
mod outbox;
mod webhook;

use contract::{ProblemReport, ReportComment, ReportStateChange};
use domain::{Comment, StateChange};
use serde::{Deserialize, Serialize};
use store::{Channel, NewDelivery};
use time::OffsetDateTime;
use tokio::sync::Notify;
use uuid::Uuid;

pub use failure::read_failure;
pub use outbox::forward;

use self::{mail::Mail, webhook::Webhook};
use crate::{
    api::problem_reports::wire,
    config::Config,
    http::{error::ApiError, language::Language},
    state::AppState,
};

/// The version of [`Message`]: it goes up when a receiver has to change something.
const VERSION: u32 = 1;

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
    fn channels(&self, event: &Event<'_>) -> Vec<Channel> {
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

/// What happened to a report.
pub enum Event<'a> {
    /// It was sent.
    Created,
    /// It was answered.
    Commented(&'a Comment),
    /// Its state was changed.
    StateChanged(&'a StateChange),
}

impl Event<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Created => "report.created",
            Self::Commented(_) => "report.commented",
            Self::StateChanged(_) => "report.state_changed",
        }
    }
}

/// What is sent, as JSON: the envelope is that of Standard Webhooks.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    r#type: String,
    #[serde(with = "time::serde::rfc3339")]
    timestamp: OffsetDateTime,
    version: u32,
    data: Data,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    /// The report before the event; what was said before, and the diagnostics, came with earlier events.
    report: ProblemReport,
    /// Where people look at it.
    portal_url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<ReportComment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    change: Option<ReportStateChange>,
}

/// What is to be forwarded of an event; `report` is as it was before.
pub fn deliveries(state: &AppState, event: &Event<'_>, report: &domain::ProblemReport) -> Result<Vec<NewDelivery>, ApiError> {
    let channels = state.support_desk.channels(event);
    if channels.is_empty() {
        return Ok(Vec::new());
    }
    let (comment, change) = match event {
        Event::Created => (None, None),
        Event::Commented(comment) => (Some(wire::comment((*comment).clone())), None),
        Event::StateChanged(change) => (None, Some(wire::change((*change).clone()))),
    };
    let message = Message {
        r#type: event.name().to_owned(),
        timestamp: state.clock.now(),
        version: VERSION,
        data: Data {
            portal_url: state.public_url(&format!("/reports/{}", report.summary.id)),
            report: wire::report(without_the_past(report, event), None, Language::En)?,
            comment,
            change,
        },
    };
    let payload = serde_json::to_string(&message).map_err(|error| ApiError::Internal(error.into()))?;
    let delivery = |channel| NewDelivery {
        id: Uuid::now_v7(),
        event: event.name(),
        channel,
        payload: payload.clone(),
    };
    Ok(channels.into_iter().map(delivery).collect())
}

/// Each event carries what is new, else the outbox would grow by the square of the answers: a report that was just sent has
/// neither answers nor changes, and is the only one that brings its diagnostics.
fn without_the_past(report: &domain::ProblemReport, event: &Event<'_>) -> domain::ProblemReport {
    let diagnostics = match event {
        Event::Created => report.diagnostics.clone(),
        Event::Commented(_) | Event::StateChanged(_) => None,
    };
    domain::ProblemReport {
        diagnostics,
        history: Vec::new(),
        comments: Vec::new(),
        ..report.clone()
    }
}
