use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Actor, LmsValues};

/// A contest: the claim to an LMS that another organization registered. A launch by an administrator of the LMS proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Contest {
    /// The contest's id.
    pub id: Uuid,
    /// Where it stands.
    pub state: ContestState,
    /// The code of the proof. Only the answer to the creation has it: it is stored nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The login URL to enter in the LMS for the proof, with the code. Only the answer to the creation has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_url: Option<String>,
    /// When it was started.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: OffsetDateTime,
    /// The actor who began it.
    pub created_by: Actor,
    /// Until when the code counts.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: OffsetDateTime,
    /// When it was proven.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub proven_at: Option<OffsetDateTime>,
    /// The registration that the organization got by the proof.
    pub registration_id: Option<Uuid>,
    /// The name that the registration gets.
    pub name: String,
    /// The app that is launched.
    pub app_id: String,
    /// The LMS: one of the ids of `GET /api/v1/platforms`.
    pub platform: String,
    /// The values from the LMS.
    #[serde(flatten)]
    pub lms: LmsValues,
    /// The deployments that the registration accepts, beside the one of the proof.
    pub deployment_ids: Vec<String>,
    /// True if launches without a user (`sub`) are let through.
    pub allow_anonymous: bool,
    /// True if a deployment seen for the first time is accepted at once.
    pub accept_any_deployment: bool,
}

/// Where a contest stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContestState {
    /// Its code counts.
    Open,
    /// The organization has the LMS.
    Proven,
    /// Its code doesn't count any more.
    Expired,
}

/// A page of contests, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ContestPage {
    /// The contests of this page.
    pub value: Vec<Contest>,
    /// The absolute URL of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}
