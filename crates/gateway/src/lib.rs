//! The LMS Gateway: HTTP server and client, identity, keysets, configuration.
//!
//! `app.rs` lists the routes. Each resource of the REST API has a file or folder of its name; `lti/` contains the launch.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]
#![allow(
    unreachable_pub,
    reason = "an application: its modules share with each other, not with other crates"
)]

mod api;
mod app;
pub mod cli;
mod config;
mod http;
mod inspector;
mod lti;
mod openapi;
mod operations;
mod platform;
mod portal;
mod records;
mod request;
mod serve;
mod services;
mod state;
mod telemetry;

pub use config::{Config, ConfigErrors};
pub use serve::{Gateway, StartError};
pub use services::{clock::Clock, long_work::BlockingPool};
pub use telemetry::metrics::LongWork;
