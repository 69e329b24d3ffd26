use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{DeploymentState, PortableRegistration, ProblemFault};

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
    /// The tenant of these registrations.
    pub tenant_id: Uuid,
    /// The registrations, oldest first.
    pub registrations: Vec<PortableRegistration>,
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
    /// The decision about it; accepted where it isn't given.
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
    /// The registrations; each is validated by itself.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, value_type = Vec<crate::NewPortableRegistration>, max_items = 10000))]
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

/// How an import went, or would go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// True if this was a rehearsal: nothing was stored.
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

/// The outcome of one registration of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportedRegistration {
    /// Its place in the document: a JSON pointer, e.g. `/registrations/0`.
    pub pointer: String,
    /// Added, there already, or refused.
    pub outcome: ImportOutcome,
    /// Its id here, where it was added; of one that is there already, the id of the one that has its deployment or client.
    pub id: Option<Uuid>,
    /// Why it wasn't added, as the code of a problem: `registration.duplicate`, `request.invalid` …
    pub code: Option<String>,
    /// The same in words.
    pub detail: Option<String>,
    /// Every fault of its values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemFault>,
}

/// The outcome of a registration that was to be imported.
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
