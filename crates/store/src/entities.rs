//! The tables, as `migrations` leaves them.

#![allow(unreachable_pub)] // what sea-orm's derives generate

pub(crate) mod audit_events;
pub(crate) mod contests;
pub(crate) mod deployments;
pub(crate) mod launches;
pub(crate) mod platforms;
pub(crate) mod problem_report_comments;
pub(crate) mod problem_report_deliveries;
pub(crate) mod problem_report_states;
pub(crate) mod problem_reports;
pub(crate) mod registrations;
pub(crate) mod service_calls;
pub(crate) mod signing_keys;
pub(crate) mod tenants;
pub(crate) mod tool_keysets;
