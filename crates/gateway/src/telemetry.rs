//! Telemetry for the operator: log lines, metrics, request IDs.

pub mod log;
pub mod metrics;
pub mod request_id;
