use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Actor, Check, LaunchOutcome};

/// A problem report with everything that was said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProblemReport {
    /// The report's id.
    pub id: Uuid,
    /// The number by which people talk about it, e.g. `4821-9377`.
    pub number: String,
    /// The organization that it belongs to.
    pub tenant_id: Uuid,
    /// That organization's name; absent where it isn't registered any more.
    pub tenant_name: Option<String>,
    /// Its subject.
    pub category: ReportCategory,
    /// The problem in one sentence.
    pub summary: String,
    /// The problem, and the expected result.
    pub description: String,
    /// Where to answer by e-mail.
    pub contact_email: Option<String>,
    /// The reference of the launch that it is about.
    pub launch_reference: Option<String>,
    /// True if the reporter agreed that the launch's diagnostics are attached.
    pub attach_diagnostics: bool,
    /// The diagnostics, as they were when the report was sent; absent where there was no such launch, or no consent.
    pub diagnostics: Option<ReportDiagnostics>,
    /// The browser, as the form showed it.
    pub browser: Option<String>,
    /// The version of the portal, as the form showed it.
    pub portal_version: Option<String>,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: OffsetDateTime,
    /// The reporter; absent where it came by the signed reference of an error page.
    pub created_by: Option<Actor>,
    /// The last answer or change of state.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: OffsetDateTime,
    /// Where it stands.
    pub state: ReportState,
    /// Every change of state after the first, oldest first.
    pub history: Vec<ReportStateChange>,
    /// The comments, oldest first.
    pub comments: Vec<ReportComment>,
    /// How it is forwarded to the support desk; for support staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliveries: Option<Vec<ReportDelivery>>,
}

/// A problem report, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProblemReportSummary {
    /// The report's id.
    pub id: Uuid,
    /// The number by which people talk about it.
    pub number: String,
    /// The organization that it belongs to.
    pub tenant_id: Uuid,
    /// That organization's name; absent where it isn't registered any more.
    pub tenant_name: Option<String>,
    /// Its subject.
    pub category: ReportCategory,
    /// The problem in one sentence.
    pub summary: String,
    /// The reference of the launch that it is about.
    pub launch_reference: Option<String>,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: OffsetDateTime,
    /// The reporter; absent where it came by the signed reference of an error page.
    pub created_by: Option<Actor>,
    /// The last answer or change of state.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: OffsetDateTime,
    /// Where it stands.
    pub state: ReportState,
}

/// A page of problem reports, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProblemReportPage {
    /// The reports of this page.
    pub value: Vec<ProblemReportSummary>,
    /// The absolute URL of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// `POST /api/v1/problem-reports`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewProblemReport {
    /// Its subject.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, nullable = false))]
    pub category: Option<ReportCategory>,
    /// The problem in one sentence, 1 to 160 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 160))]
    pub summary: String,
    /// The problem, and the expected result: 1 to 5,000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 5000))]
    pub description: String,
    /// Where to answer by e-mail.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 254))]
    pub contact_email: Option<String>,
    /// The reference of the launch that it is about.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub launch_reference: Option<String>,
    /// Agree that the diagnostics of that launch are attached.
    #[serde(default)]
    pub attach_diagnostics: bool,
    /// The browser, where the reporter agreed to name it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub browser: Option<String>,
    /// The version of the portal, where the reporter agreed to name it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub portal_version: Option<String>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub id: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub number: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub tenant_id: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub tenant_name: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub diagnostics: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub created_at: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub created_by: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub updated_at: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub state: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub history: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub comments: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub deliveries: Option<serde_json::Value>,
}

/// The subject of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportCategory {
    /// An app doesn't open from the LMS.
    Launch,
    /// Registering an app.
    Registration,
    /// Signing in.
    SignIn,
    /// Something else.
    Other,
}

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// Nobody has taken it up yet.
    Open,
    /// Somebody works on it.
    InProgress,
    /// It is settled.
    Resolved,
}

/// A change of a report's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReportStateChange {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: OffsetDateTime,
    /// By whom.
    pub by: Actor,
    /// The state from then on.
    pub state: ReportState,
}

/// Something that was said about a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReportComment {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: OffsetDateTime,
    /// By whom.
    pub by: Actor,
    /// True if that is support staff of the operator.
    pub by_support: bool,
    /// The words.
    pub text: String,
}

/// `POST /api/v1/problem-reports/{id}/comments`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewReportComment {
    /// The words, 1 to 5,000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 5000))]
    pub text: String,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub at: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub by: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub by_support: Option<serde_json::Value>,
}

/// `PUT /api/v1/problem-reports/{id}/state`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewReportState {
    /// The state from now on; whatever it was before.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, nullable = false))]
    pub state: Option<ReportState>,
}

/// A launch's part of a report: values of an allow-list, no names, no e-mail addresses, no tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReportDiagnostics {
    /// The launch's reference.
    pub reference: String,
    /// When it arrived.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: OffsetDateTime,
    /// Handed over to the app, or refused.
    pub outcome: LaunchOutcome,
    /// Why it was refused: `<family>.<detail>`.
    pub code: Option<String>,
    /// The LTI message type.
    pub message_type: Option<String>,
    /// The registration that it belongs to.
    pub registration_id: Option<Uuid>,
    /// That registration's name.
    pub registration_name: Option<String>,
    /// The app that was to be opened.
    pub app_id: Option<String>,
    /// The LMS: one of the ids of `GET /api/v1/platforms`.
    pub platform: Option<String>,
    /// The checks, in order.
    pub checks: Vec<Check>,
    /// The version of the gateway.
    pub gateway_version: String,
}

/// How an event of a report is forwarded to the support desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReportDelivery {
    /// The id by which the support desk recognises it when it comes twice.
    pub id: Uuid,
    /// The forwarded event, e.g. `report.created`.
    pub event: String,
    /// By which way.
    pub channel: DeliveryChannel,
    /// Under way, or given up. Deliveries that arrived are not listed any more.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it is tried next; absent where it was given up.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub next_attempt_at: Option<OffsetDateTime>,
}

/// A way to the support desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryChannel {
    /// An HTTP request to the operator's address.
    Webhook,
    /// An e-mail to the support desk.
    Email,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is tried again.
    Waiting,
    /// It was tried for too long and given up.
    Dead,
}
