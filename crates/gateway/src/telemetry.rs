//! What the gateway tells the operator: log lines, metrics, the id of each request.

pub mod log;
pub mod metrics;
pub mod request_id;
