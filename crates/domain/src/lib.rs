//! Valid tenants, registrations, deployments, launch records and problem reports, and permissions.
//!
//! Pure: no clock, no randomness, no network, no wire format. Input from outside is parsed here
//! once ([`NewRegistration::parse`], [`NewReport::parse`], [`Tenant::parse_display_name`], [`Reference::parse`]) and is a
//! domain value from then on.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod access;
mod addresses;
pub mod apps;
mod audit;
mod contests;
mod field_errors;
mod launches;
mod lms_services;
mod platforms;
pub mod presets;
mod problem_reports;
mod reference;
mod registrations;
mod service_calls;
mod services;
mod tenants;
mod text;
mod tool_keysets;

pub use access::{Caller, Role};
pub use addresses::is_public_address;
pub use apps::App;
pub use audit::{AuditAction, AuditEvent, AuditScope, Subject};
pub use contests::{
    CONFIRMATION_LIFETIME, CONTEST_LIFETIME, Contest, ContestId, ContestProof, ContestState, MAX_OPEN_CONTESTS, UnprovableError,
    validate_contest,
};
pub use field_errors::{FieldError, FieldErrorReason};
pub use launches::{
    AcceptedLaunch, DailyLaunches, Launch, LaunchDetails, LaunchOutcome, LaunchRecord, OwnHint, OwnTerm, OwnValue, Refusal,
    RefusalClass, RefusedLaunch, Rule, RuleFamily,
};
pub use lms_services::{LmsService, LmsServiceKind, ServiceGroup, ServiceOffer, grade_scopes, service_offers};
pub use platforms::LmsProduct;
pub use problem_reports::{
    Comment, NewReport, ProblemReport, ReportCategory, ReportDraft, ReportId, ReportNumber, ReportScope, ReportState,
    ReportSummary, Reporter, StateChange, parse_comment,
};
pub use reference::{Reference, ReferenceFormatError};
pub use registrations::{
    AppDeploymentId, CheckFinding, Deployment, DeploymentState, Draft, Failure, FailureReason, FindingSeverity, Health,
    HealthState, KeyName, LaunchRegistration, LmsDraft, LmsMetadata, LmsValues, MAX_DEPLOYMENTS, NewRegistration,
    PartialLmsValues, ReadDraft, Registration, RegistrationId, RegistrationSummary, RegistrationUnderTest, Rules, Surplus,
    check_issuer, check_keyset, is_path_step, parse_deployment_id,
};
pub use service_calls::{CallFault, CallOutcome, CalledService, ServiceCall};
pub use services::Service;
pub use tenants::{Actor, ActorKind, Tenant, TenantId, TenantState};
pub use tool_keysets::{KeysetOwner, TokenEndpoint, ToolKeyset};
