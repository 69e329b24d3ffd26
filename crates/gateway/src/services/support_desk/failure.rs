//! The reason why an attempt failed: stored with its delivery, and shown as text.

use lti13::Value;
use messages::support;
use serde::{Deserialize, Serialize};

use crate::{http::language::Language, records, services::outbound::FetchError};

/// Why something didn't arrive.
#[derive(Debug, thiserror::Error)]
pub(super) enum DeliveryError {
    /// The way isn't configured any more.
    #[error("this way to the support desk isn't configured any more")]
    NotConfigured,
    /// It took too long.
    #[error("no complete answer within 30 seconds")]
    TimedOut,
    /// The webhook didn't take it.
    #[error(transparent)]
    Webhook(#[from] FetchError),
    /// The SMTP server didn't take it.
    #[error("the SMTP server didn't take it: {0}")]
    Mail(#[from] lettre::transport::smtp::Error),
    /// The message can't be made.
    #[error("the message can't be made: {0:#}")]
    Unmakable(anyhow::Error),
}

/// The stored form of a [`DeliveryError`].
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Failure {
    NotConfigured {},
    TimedOut {},
    Webhook(Value),
    Mail(Value),
    Unmakable(Value),
}

/// An error as it is stored.
pub(super) fn store_failure(error: &DeliveryError) -> String {
    let failure = match error {
        DeliveryError::NotConfigured => Failure::NotConfigured {},
        DeliveryError::TimedOut => Failure::TimedOut {},
        DeliveryError::Webhook(error) => Failure::Webhook(error.into()),
        DeliveryError::Mail(cause) => Failure::Mail(Value::text(&cause.to_string())),
        DeliveryError::Unmakable(cause) => Failure::Unmakable(Value::text(&format!("{cause:#}"))),
    };
    serde_json::json!(failure).to_string()
}

/// The same in that language. Rows stored before the failure was data are shown as they are.
pub fn read_failure(stored: &str, language: Language) -> String {
    let text = match serde_json::from_str(stored) {
        Ok(Failure::NotConfigured {}) => support::delivery::NOT_CONFIGURED,
        Ok(Failure::TimedOut {}) => support::delivery::TIMED_OUT,
        Ok(Failure::Webhook(value)) => return records::value_in(&value, language),
        Ok(Failure::Mail(cause)) => support::delivery::mail(records::text(&cause)),
        Ok(Failure::Unmakable(cause)) => support::delivery::unmakable(records::text(&cause)),
        Err(_) => return stored.to_owned(),
    };
    text.of(language).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_shown_in_the_language_of_its_reader_and_an_old_one_as_it_was_stored() {
        let stored = store_failure(&DeliveryError::Webhook(FetchError::Status(500)));
        assert_eq!(read_failure(&stored, Language::De), "die Antwort hatte den HTTP-Status 500");
        let unmakable = || DeliveryError::Unmakable(anyhow::anyhow!("no @ in it").context("an e-mail address"));
        for (error, english, german) in [
            (
                DeliveryError::NotConfigured,
                "this way to the support desk isn't configured any more",
                "dieser Weg zum Support ist nicht mehr eingerichtet",
            ),
            (
                DeliveryError::TimedOut,
                "no complete answer within 30 seconds",
                "keine vollständige Antwort binnen 30 Sekunden",
            ),
            (
                unmakable(),
                "the message can't be made: an e-mail address: no @ in it",
                "die Nachricht lässt sich nicht erstellen: an e-mail address: no @ in it",
            ),
        ] {
            let stored = store_failure(&error);
            assert_eq!(read_failure(&stored, Language::En), english);
            assert_eq!(read_failure(&stored, Language::De), german);
        }
        assert_eq!(read_failure("no connection: broken", Language::De), "no connection: broken");
    }
}
