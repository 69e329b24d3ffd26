use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ActorKind;

/// `GET /api/v1/me`: the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Object id (`oid`).
    pub id: String,
    /// Person or application.
    pub kind: ActorKind,
    /// Name to show.
    pub display_name: String,
    /// The caller's tenant (`tid`).
    pub tenant_id: Uuid,
    /// The state of that tenant: it may use the gateway, or not.
    pub tenant_state: TenantAccess,
    /// The caller's roles in that tenant.
    pub roles: Vec<Role>,
}

/// A role, as the gateway understands it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Does everything in its tenant.
    #[serde(rename = "admin")]
    Admin,
    /// Reads registrations, reports problems.
    #[serde(rename = "educator")]
    Educator,
    /// Reads and answers problem reports of all tenants.
    #[serde(rename = "support")]
    Support,
    /// Application role: reads registrations, launches and audit events.
    #[serde(rename = "Registrations.Read.All")]
    RegistrationsReadAll,
    /// Application role: reads, adds and deletes registrations.
    #[serde(rename = "Registrations.ReadWrite.All")]
    RegistrationsReadWriteAll,
    /// Application role: reads problem reports.
    #[serde(rename = "Reports.Read.All")]
    ReportsReadAll,
    /// Application role: reads and sends problem reports.
    #[serde(rename = "Reports.ReadWrite.All")]
    ReportsReadWriteAll,
    /// Application role: registers its tenant.
    #[serde(rename = "Tenant.Register")]
    TenantRegister,
}

/// The right of the caller's tenant to use the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TenantAccess {
    /// Not registered.
    Unregistered,
    /// Registered, waiting for the operator's approval.
    Pending,
    /// Registered.
    Registered,
}

/// A tenant: a Microsoft Entra organisation that uses the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// The tenant id (`tid`).
    pub id: Uuid,
    /// The organisation's name.
    pub display_name: String,
    /// Registered, or waiting for the operator.
    pub state: TenantState,
    /// When it was registered.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub registered_at: OffsetDateTime,
}

/// Where a tenant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TenantState {
    /// May use the gateway.
    Registered,
    /// Waits for the operator's approval.
    Pending,
}

/// `POST /api/v1/tenant`: registers the caller's own tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTenant {
    /// The organisation's name, 1 to 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, min_length = 1, max_length = 200))]
    pub display_name: String,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub id: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub state: Option<serde_json::Value>,
    /// Read-only; ignored.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(read_only))]
    pub registered_at: Option<serde_json::Value>,
}
