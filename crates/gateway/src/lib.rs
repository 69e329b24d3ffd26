//! The LMS Gateway: HTTP in and out, identity, key sets, configuration.
//!
//! `app.rs` lists the routes. Each resource of the REST API has a file or folder of its name; `lti/` has the launch.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]
#![allow(
    unreachable_pub,
    reason = "an application: its modules share with each other, not with other crates"
)]

mod app;
mod assets;
mod audit_events;
mod blocking;
mod browser;
mod catalogue;
pub mod cli;
mod clock;
mod config;
mod error;
mod faults;
mod guards;
mod health;
mod identity;
mod input;
mod inspector;
mod json;
mod key_sets;
mod keyset_watch;
mod language;
mod launches;
mod log;
mod lti;
mod metrics;
mod openapi;
mod outbound;
mod overload;
mod page;
mod portal;
mod problem_reports;
mod random;
mod records;
mod registrations;
mod request_id;
mod secrets;
mod serve;
mod signing_keys;
mod state;
mod support_desk;
mod tenants;
mod wire;

pub use blocking::{BlockingPool, LongWork};
pub use clock::Clock;
pub use config::{Config, ConfigFaults};
pub use serve::{Gateway, StartFault};
