//! The REST wire format of the LMS Gateway, used between the gateway, the portal and automation.
//!
//! Structs only, no behaviour. JSON in camelCase. Unknown fields of a request are rejected; read-only
//! fields that come back in a request (a `GET` answer sent again as a `POST`) are accepted and ignored.
//! The feature `openapi` derives the schemas of `GET /openapi.json`.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod audit;
mod catalogue;
mod contests;
mod launches;
mod problem;
mod problem_reports;
mod registrations;
mod service_calls;
mod tenants;
mod transfer;

pub use audit::{AuditEvent, AuditEventPage, AuditSubject, AuditSubjectKind};
pub use catalogue::{
    App, AppPage, GatewayKey, GatewayNetwork, LmsField, LmsFieldName, LmsSetting, LmsSite, Platform, PlatformPage,
    ToolConfiguration,
};
pub use contests::{Contest, ContestPage, ContestState};
pub use launches::{
    Check, CheckResult, DailyLaunches, DailyLaunchesPage, Launch, LaunchDetails, LaunchOutcome, LaunchPage, ValueKind,
};
pub use problem::{Problem, ProblemFault};
pub use problem_reports::{
    DeliveryChannel, DeliveryState, NewProblemReport, NewReportComment, NewReportState, ProblemReport, ProblemReportPage,
    ProblemReportSummary, ReportCategory, ReportComment, ReportDelivery, ReportDiagnostics, ReportState, ReportStateChange,
};
pub use registrations::{
    Deployment, DeploymentPage, DeploymentState, Finding, Health, HealthState, LmsValues, NewDeployment, NewPortableRegistration,
    NewRegistration, PortableRegistration, Registration, RegistrationCheck, RegistrationPage, RegistrationService,
    RegistrationServicePage, RegistrationSummary, ServiceGroup, ServiceState, Severity,
};
pub use service_calls::{CallOutcome, CalledService, ServiceCall, ServiceCallPage};
pub use tenants::{Account, NewTenant, Role, Tenant, TenantAccess, TenantState};
pub use transfer::{
    ImportOutcome, ImportReport, ImportedRegistration, PortableDeployment, RegistrationExport, RegistrationImport,
};

use serde::{Deserialize, Serialize};

/// A person or an application that did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// Object id (`oid`) in the tenant's directory.
    pub id: String,
    /// Display name, as the token carried it.
    pub name: String,
    /// Person or application.
    pub kind: ActorKind,
}

/// The kind of actor: a person or an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person, signed in.
    User,
    /// An application with an app-only token.
    App,
}
