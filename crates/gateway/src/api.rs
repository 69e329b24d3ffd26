//! The REST API: one file or folder for each resource, with its handlers and their wire types.

pub mod apps;
pub mod audit_events;
pub mod contests;
pub mod field_errors;
pub mod launches;
pub mod problem_reports;
pub mod registrations;
pub mod service_calls;
pub mod tenants;
pub mod wire;
