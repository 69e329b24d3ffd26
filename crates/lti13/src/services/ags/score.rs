//! Scores (AGS 2.0, 3.4).

use serde_json::{Map, Value as Json};

use super::{BodyError, Timestamp, body, maximum, number, text, time};
use crate::services::deep_linking::whole_as_integer;

/// The longest score that is read, in bytes.
pub const MAX_SCORE_LENGTH: usize = 64 * 1024;

/// The longest id of a person, in bytes.
const MAX_USER_ID_LENGTH: usize = 1024;

/// A score of one person for one line item.
#[derive(Clone, PartialEq)]
pub struct Score {
    body: Map<String, Json>,
    user_id: String,
    timestamp: Timestamp,
}

impl Score {
    /// Reads what a tool sends.
    ///
    /// # Errors
    /// A [`BodyError`]: `userId`, `timestamp` with a zone, `activityProgress` and `gradingProgress` of the specification's values are
    /// required, and `scoreMaximum` where there is a `scoreGiven`.
    pub fn parse(bytes: &[u8]) -> Result<Self, BodyError> {
        let body = body(bytes, MAX_SCORE_LENGTH)?;
        let missing = |name| BodyError::Missing { name };
        let user_id = text(&body, "userId", MAX_USER_ID_LENGTH)?.ok_or(missing("userId"))?;
        text(&body, "scoringUserId", MAX_USER_ID_LENGTH)?;
        text(&body, "comment", MAX_SCORE_LENGTH)?;
        let timestamp = time(&body, "timestamp")?.ok_or(missing("timestamp"))?;
        validate_progress(
            &body,
            "activityProgress",
            &["Initialized", "Started", "InProgress", "Submitted", "Completed"],
            "Initialized, Started, InProgress, Submitted or Completed",
        )?;
        validate_progress(
            &body,
            "gradingProgress",
            &["FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"],
            "FullyGraded, Pending, PendingManual, Failed or NotReady",
        )?;
        // AGS 3.4.1: a score may be above the maximum.
        if number(&body, "scoreGiven")?.is_some() && maximum(&body)?.is_none() {
            return Err(missing("scoreMaximum"));
        }
        Ok(Self {
            body,
            user_id,
            timestamp,
        })
    }

    /// The person, as the tool knows them.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The person who graded, as the tool knows them (AGS 2.0, 3.4.9).
    #[must_use]
    pub fn scoring_user_id(&self) -> Option<&str> {
        self.body.get("scoringUserId").and_then(Json::as_str)
    }

    /// When the score was made. A platform takes only a later one than the last.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// The score for the platform: the ids of both people as it knows them, and the time in UTC. Whole numbers are integers. The person
    /// who graded is left out where they are not known there.
    #[must_use]
    pub fn for_platform(self, user_id: &str, scoring_user_id: Option<&str>, timestamp: Timestamp) -> Map<String, Json> {
        let mut body = self.body;
        body.insert("userId".to_owned(), user_id.into());
        body.insert("timestamp".to_owned(), timestamp.to_string().into());
        match scoring_user_id {
            Some(id) => body.insert("scoringUserId".to_owned(), id.into()),
            None => body.remove("scoringUserId"),
        };
        for name in ["scoreGiven", "scoreMaximum"] {
            if let Some(value) = body.get_mut(name) {
                whole_as_integer(value);
            }
        }
        body
    }
}

fn validate_progress(
    body: &Map<String, Json>,
    name: &'static str,
    values: &[&str],
    expected: &'static str,
) -> Result<(), BodyError> {
    let value = text(body, name, 64)?.ok_or(BodyError::Missing { name })?;
    match values.contains(&value.as_str()) {
        true => Ok(()),
        false => Err(BodyError::Wrong { name, expected }),
    }
}

/// Shows neither the person nor the grade.
impl std::fmt::Debug for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Score")
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
