use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{DeploymentState, ProblemFault};

/// `GET /api/v1/registrations/export`: all registrations of the caller's organization, to be kept or imported elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationExport {
    /// The form of this document: 1.
    pub version: u32,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub exported_at: OffsetDateTime,
    /// Whose registrations these are.
    pub tenant_id: Uuid,
    /// The registrations, oldest first.
    pub registrations: Vec<PortableRegistration>,
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
    /// Whether launches without a user (`sub`) are let through.
    pub allow_anonymous: bool,
    /// Whether a deployment seen for the first time is accepted at once.
    pub accept_any_deployment: bool,
}

/// A deployment in an export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PortableDeployment {
    /// The LMS's id of this installation of the tool.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 255))]
    pub deployment_id: String,
    /// What was decided about it; accepted where it isn't said.
    #[serde(default)]
    pub state: DeploymentState,
}

/// `POST /api/v1/registrations/import`: an export, whole or in part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegistrationImport {
    /// The form of this document: 1.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, minimum = 1, maximum = 1))]
    pub version: u32,
    /// The registrations; each is judged by itself.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, value_type = Vec<NewPortableRegistration>, max_items = 10000))]
    pub registrations: Vec<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub exported_at: Option<serde_json::Value>,
    /// Read-only; ignored: what is imported belongs to the caller's organization.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub tenant_id: Option<serde_json::Value>,
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
}

/// How an import went, or would go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Whether this was a rehearsal: nothing was stored.
    pub dry_run: bool,
    /// How many were added.
    pub created: u32,
    /// How many were there already.
    pub existing: u32,
    /// How many were refused.
    pub refused: u32,
    /// One entry for each registration of the document, in its order.
    pub value: Vec<ImportedRegistration>,
}

/// What became of one registration of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportedRegistration {
    /// Its place in the document: a JSON pointer, e.g. `/registrations/0`.
    pub pointer: String,
    /// Added, there already, or refused.
    pub outcome: ImportOutcome,
    /// Its id here, where it was added.
    pub id: Option<Uuid>,
    /// Why it wasn't added, as the code of a problem: `registration.duplicate`, `request.invalid` …
    pub code: Option<String>,
    /// The same in words.
    pub detail: Option<String>,
    /// Every fault of its values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemFault>,
}

/// What became of a registration that was to be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// It was added.
    Created,
    /// The organization has it already.
    Existing,
    /// Something else has its deployment or client, or its values won't do.
    Refused,
}
