use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::RegistrationSummary;

/// A launch, as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Launch {
    /// The short id that error pages show.
    pub reference: String,
    /// When it arrived.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: OffsetDateTime,
    /// Handed over to the app, or refused.
    pub outcome: LaunchOutcome,
    /// Why it was refused: `<family>.<detail>`.
    pub code: Option<String>,
    /// The registration that it belongs to.
    pub registration_id: Option<Uuid>,
    /// That registration.
    pub registration: Option<RegistrationSummary>,
    /// The LTI message type.
    pub message_type: Option<String>,
}

/// How a launch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LaunchOutcome {
    /// Handed over to the app.
    Accepted,
    /// Refused.
    Refused,
}

/// A page of launches, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LaunchPage {
    /// The launches of this page.
    pub value: Vec<Launch>,
    /// The absolute URL of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// A launch with everything that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LaunchDetails {
    /// The short id that error pages show.
    pub reference: String,
    /// When it arrived.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: OffsetDateTime,
    /// Handed over to the app, or refused.
    pub outcome: LaunchOutcome,
    /// Why it was refused: `<family>.<detail>`.
    pub code: Option<String>,
    /// The registration that it belongs to.
    pub registration_id: Option<Uuid>,
    /// That registration.
    pub registration: Option<RegistrationSummary>,
    /// The LTI message type.
    pub message_type: Option<String>,
    /// The checks, in order.
    pub checks: Vec<Check>,
}

/// One check of a launch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// The stage of the launch, e.g. `signature`.
    pub stage: String,
    /// Stable name of what was checked: `<family>.<detail>` of a rule, or `stage.<stage>` where the launch did not get that far. `null`
    /// in records of before there were codes.
    #[serde(default)]
    pub code: Option<String>,
    /// The requirement of the rule, in one sentence.
    pub rule: String,
    /// Passed, failed, or not reached.
    pub result: CheckResult,
    /// The expected value; only values of an allow-list. Values of the LMS are the same in every language.
    pub expected: Option<String>,
    /// The kind of `expected`; `null` without it, and in records of before there were codes.
    #[serde(default)]
    pub expected_kind: Option<ValueKind>,
    /// The received value; only values of an allow-list, as the LMS sent them, else type and length.
    pub seen: Option<String>,
    /// The kind of `seen`: an LMS that sent the text `(absent)` differs from one that sent nothing. `null` without it, and in records
    /// of before there were codes.
    #[serde(default)]
    pub seen_kind: Option<ValueKind>,
    /// The remedy.
    pub remedy: Option<String>,
}

/// The kind of a value of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// The value itself, byte for byte, the same in every language; only control characters are replaced by U+FFFD.
    Text,
    /// There was no value; the text says so in the language of the reader.
    Absent,
    /// A text of the gateway in the language of the reader: type and length, a time, several values. Texts of the LMS in it are in
    /// quotation marks.
    Description,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// In order.
    Passed,
    /// Not in order: the launch ended here.
    Failed,
    /// Not reached, or not applicable.
    Skipped,
}

/// Launches of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DailyLaunches {
    /// The day, in UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub date: Date,
    /// Handed over to the app.
    pub accepted: u64,
    /// Refused.
    pub refused: u64,
}

/// Counts a day, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DailyLaunchesPage {
    /// One entry a day, also for days without launches.
    pub value: Vec<DailyLaunches>,
}
