use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Actor, PortableDeployment};

/// A registration in brief, where something tells of it: also one that was deleted since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationSummary {
    /// The name that the admin gave it.
    pub name: String,
    /// The app that is launched.
    pub app_id: String,
    /// The LMS: one of the ids of `GET /api/v1/platforms`.
    pub platform: String,
    /// True if it was deleted.
    pub deleted: bool,
}

/// A registration: one app, in one LMS, for one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// The registration's id.
    pub id: Uuid,
    /// The tenant that it belongs to.
    pub tenant_id: Uuid,
    /// The name that the admin gave it.
    pub name: String,
    /// The app that is launched.
    pub app_id: String,
    /// The LMS: one of the ids of `GET /api/v1/platforms`.
    pub platform: String,
    /// The platform's issuer, compared byte for byte.
    pub issuer: String,
    /// The client ID that the platform gave the tool.
    pub client_id: String,
    /// The accepted deployments.
    pub deployment_ids: Vec<String>,
    /// Where the browser is sent to be authenticated by the LMS.
    pub authentication_url: String,
    /// Where the platform publishes its keys.
    pub keyset_url: String,
    /// Where the platform gives out access tokens for its services.
    pub access_token_url: Option<String>,
    /// The audience of those requests, where it isn't the access token URL (Brightspace).
    pub access_token_audience: Option<String>,
    /// True if launches without a user (`sub`) are let through.
    pub allow_anonymous: bool,
    /// True if a deployment seen for the first time is accepted at once.
    pub accept_any_deployment: bool,
    /// When it was added.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: OffsetDateTime,
    /// The actor who added it.
    pub created_by: Actor,
    /// The last accepted launch.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_launch_at: Option<OffsetDateTime>,
    /// The health of its keyset and launches.
    pub health: Health,
    /// How many deployments wait for a decision.
    pub waiting_deployments: u32,
    /// True if the operator took the app away: the registration stays, its launches are refused.
    #[serde(default)]
    pub app_withdrawn: bool,
    /// True if many schools use this client ID: then no deployment waits, each must be entered.
    #[serde(default)]
    pub client_id_shared: bool,
    /// The gateway's keyset URL that belongs into the LMS: nobody else's LMS is given its keys, but for client IDs that schools share.
    #[serde(default)]
    pub tool_keyset_url: Option<String>,
    /// The LMS was given another keyset URL when the registration was added: services and deep linking work once it is replaced
    /// there by `toolKeysetUrl`. Launches don't depend on it.
    #[serde(default)]
    pub tool_keyset_outdated: bool,
    /// The deployment of the app that it is: the same through replacements, and when it is added again after a deletion. Apps know it as
    /// `deployment_id` of their access tokens.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub app_deployment_id: Option<Uuid>,
}

/// The values of a registration that its LMS provides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LmsValues {
    /// The platform's issuer.
    pub issuer: String,
    /// The client ID that the platform gave the tool.
    pub client_id: String,
    /// Where the browser is sent to be authenticated by the LMS.
    pub authentication_url: String,
    /// Where the platform publishes its keys.
    pub keyset_url: String,
    /// Where the platform gives out access tokens for its services.
    pub access_token_url: Option<String>,
    /// The audience of those requests.
    pub access_token_audience: Option<String>,
}

/// A page of registrations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationPage {
    /// The registrations of this page.
    pub value: Vec<Registration>,
    /// The absolute URL of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// `POST /api/v1/registrations`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRegistration {
    /// A name for the list, 1 to 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 200))]
    pub name: String,
    /// The app: one of the ids of `GET /api/v1/apps`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1))]
    pub app_id: String,
    /// The LMS: one of the ids of `GET /api/v1/platforms`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1))]
    pub platform: String,
    /// The platform's issuer, exactly as the LMS shows it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 2048))]
    pub issuer: String,
    /// The client ID that the LMS gave the tool.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 255))]
    pub client_id: String,
    /// Deployments to accept; may be empty where the LMS issues them later.
    #[serde(default)]
    pub deployment_ids: Vec<String>,
    /// The LMS's OpenID Connect authentication URL.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 2048))]
    pub authentication_url: String,
    /// The LMS's public keyset URL.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 2048))]
    pub keyset_url: String,
    /// The LMS's access token URL.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2048))]
    pub access_token_url: Option<String>,
    /// The audience of access token requests, where the LMS shows one (Brightspace).
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2048))]
    pub access_token_audience: Option<String>,
    /// Let launches without a user (`sub`) through.
    #[serde(default)]
    pub allow_anonymous: bool,
    /// Accept every deployment of a correctly signed launch at once.
    #[serde(default)]
    pub accept_any_deployment: bool,
    /// The registration that this one takes the place of, in one step.
    #[serde(default)]
    pub replaces: Option<Uuid>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub id: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub tenant_id: Option<serde_json::Value>,
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
    pub last_launch_at: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub health: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub waiting_deployments: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub app_withdrawn: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub client_id_shared: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub tool_keyset_url: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub tool_keyset_outdated: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub app_deployment_id: Option<serde_json::Value>,
}

/// A registration in an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortableRegistration {
    /// Its id where it was exported.
    pub id: Uuid,
    /// When it was added there.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: OffsetDateTime,
    /// The name that the admin gave it.
    pub name: String,
    /// The app that is launched.
    pub app_id: String,
    /// The LMS.
    pub platform: String,
    /// The platform's issuer.
    pub issuer: String,
    /// The client ID that the platform gave the tool.
    pub client_id: String,
    /// All deployments, whatever was decided about them.
    pub deployments: Vec<PortableDeployment>,
    /// Where the browser is sent to be authenticated by the LMS.
    pub authentication_url: String,
    /// Where the platform publishes its keys.
    pub keyset_url: String,
    /// Where the platform gives out access tokens for its services.
    pub access_token_url: Option<String>,
    /// The audience of those requests.
    pub access_token_audience: Option<String>,
    /// True if launches without a user (`sub`) are let through.
    pub allow_anonymous: bool,
    /// True if a deployment seen for the first time is accepted at once.
    pub accept_any_deployment: bool,
    /// The gateway's keyset URL that belongs into the LMS.
    pub tool_keyset_url: Option<String>,
    /// The LMS was given another keyset URL when the registration was added.
    pub tool_keyset_outdated: bool,
}

/// A registration to import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPortableRegistration {
    /// A name for the list, 1 to 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 200))]
    pub name: String,
    /// The app: one of the ids of `GET /api/v1/apps`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1))]
    pub app_id: String,
    /// The LMS: one of the ids of `GET /api/v1/platforms`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1))]
    pub platform: String,
    /// The platform's issuer.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 2048))]
    pub issuer: String,
    /// The client ID that the LMS gave the tool.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 255))]
    pub client_id: String,
    /// Its deployments with what was decided about them.
    #[serde(default)]
    pub deployments: Vec<PortableDeployment>,
    /// The LMS's OpenID Connect authentication URL.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 2048))]
    pub authentication_url: String,
    /// The LMS's public keyset URL.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 2048))]
    pub keyset_url: String,
    /// The LMS's access token URL.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2048))]
    pub access_token_url: Option<String>,
    /// The audience of access token requests.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2048))]
    pub access_token_audience: Option<String>,
    /// Let launches without a user (`sub`) through.
    #[serde(default)]
    pub allow_anonymous: bool,
    /// Accept every deployment of a correctly signed launch at once.
    #[serde(default)]
    pub accept_any_deployment: bool,
    /// Read-only; ignored: what is imported gets an id of its own.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub id: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub created_at: Option<serde_json::Value>,
    /// The keyset URL that the LMS was given. Where that isn't the one that belongs there now, it has to be replaced in the LMS.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub tool_keyset_url: Option<serde_json::Value>,
    /// It was to be replaced already where this was exported.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(value_type = bool))]
    pub tool_keyset_outdated: Option<serde_json::Value>,
}

/// The health of a registration: its keyset can be used, and its launches succeed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Good, bad, or not known yet.
    pub state: HealthState,
    /// Since when it is so.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub since: Option<OffsetDateTime>,
    /// The fault.
    pub detail: Option<String>,
}

/// How a registration does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// Its keyset can be used.
    Good,
    /// Its keyset can't be used, every deployment was rejected, or at least 5 launches came within 7 days and none was accepted.
    Bad,
    /// Its keyset wasn't asked for yet.
    Unknown,
}

/// Services that an LMS switches on together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ServiceGroup {
    /// The members of a course (Names and Role Provisioning Services).
    NamesAndRoles,
    /// Line items, scores and results (Assignment and Grade Services).
    Grades,
}

/// The offer of an LMS, by its launches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// A launch granted everything that the app uses of it.
    Offered,
    /// There were launches, and none granted everything that the app uses of it.
    NotOffered,
    /// There was no launch yet.
    Unknown,
}

/// Services that the app of a registration uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationService {
    /// The services.
    pub service: ServiceGroup,
    /// The offer of the LMS.
    pub state: ServiceState,
    /// The settings of the LMS that switch them on, under its own names, where they aren't offered.
    pub remedy: Option<String>,
}

/// All services that the app of a registration uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationServicePage {
    /// The services.
    pub value: Vec<RegistrationService>,
    /// The absolute URL of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// A deployment of a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// The LMS's id of this installation of the tool.
    pub deployment_id: String,
    /// Accepted, waiting for a decision, or rejected.
    pub state: DeploymentState,
    /// When it was entered or first seen in a launch.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub first_seen_at: OffsetDateTime,
}

/// The decision about a deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeploymentState {
    /// Its launches go through.
    #[default]
    Accepted,
    /// Seen in a correctly signed launch; an admin decides.
    Waiting,
    /// An admin removed it; its launches are refused.
    Rejected,
}

/// All deployments of a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeploymentPage {
    /// The deployments of this page.
    pub value: Vec<Deployment>,
    /// The absolute URL of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// `POST /api/v1/registrations/{id}/deployments`: accepts a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDeployment {
    /// The deployment's id, exactly as the LMS shows it; 1 to 255 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 255))]
    pub deployment_id: String,
}

/// The result of a check of a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationCheck {
    /// The findings, the gravest first.
    pub findings: Vec<Finding>,
    /// True if no finding is an error.
    pub passed: bool,
}

/// One finding of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable code, e.g. `keyset.unreachable`.
    pub code: String,
    /// How grave it is.
    pub severity: Severity,
    /// The field of the registration that it is about.
    pub field: Option<String>,
    /// The observation.
    pub seen: String,
    /// The remedy.
    pub remedy: String,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Launches won't work.
    Error,
    /// Probably a mistake.
    Warning,
    /// Good to know.
    Info,
}
