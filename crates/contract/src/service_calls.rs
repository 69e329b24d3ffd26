//! Calls of LMSs' services that did not go through at once.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// The kind of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CalledService {
    /// The LMS's token endpoint.
    AccessToken,
    /// The members of a course.
    Memberships,
    /// Line items.
    LineItems,
    /// Scores.
    Scores,
    /// Results.
    Results,
    /// The answer to a deep linking request.
    DeepLinking,
}

/// The end of a call, so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// It failed; the app was told.
    Failed,
    /// It is sent again.
    Waiting,
    /// It waited, and went through.
    Delivered,
    /// It waited, and is not sent any more.
    GivenUp,
}

/// A call of an LMS's service that did not go through at once. It has no names, grades and tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ServiceCall {
    /// Its id.
    pub id: Uuid,
    /// When it last changed.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: OffsetDateTime,
    /// The registration that was used.
    pub registration_id: Uuid,
    /// The app that called.
    pub app_id: String,
    /// The kind.
    pub service: CalledService,
    /// Its end, so far.
    pub outcome: CallOutcome,
    /// The LMS's HTTP status, where it answered.
    pub upstream_status: Option<u16>,
    /// The reason, e.g. `lms_refused`; of a score that was delivered, the reason why it waited.
    pub code: String,
    /// The remedy, in the language of `Accept-Language`.
    pub remedy: String,
}

/// A page of service calls, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ServiceCallPage {
    /// The calls of this page.
    pub value: Vec<ServiceCall>,
    /// The absolute URL of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}
