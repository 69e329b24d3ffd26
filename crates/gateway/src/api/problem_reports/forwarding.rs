//! The messages to the operator's support desk about an event. They are written to the outbox in the transaction of the event.

use store::NewDelivery;
use uuid::Uuid;

use super::wire;
use crate::{
    http::{error::ApiError, language::Language},
    services::support_desk::{Data, Event, Message, VERSION},
    state::AppState,
};

/// The deliveries for an event; `report` is as it was before.
pub fn deliveries(app: &AppState, event: &Event<'_>, report: &domain::ProblemReport) -> Result<Vec<NewDelivery>, ApiError> {
    let channels = app.support_desk.channels(event);
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
        timestamp: app.clock.now(),
        version: VERSION,
        data: Data {
            portal_url: app.public_url(&format!("/reports/{}", report.summary.id)),
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
