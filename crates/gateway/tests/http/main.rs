//! The gateway over HTTP: a real one on a free port, with the development sign-in, against a real practice LMS.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub
)]

mod access;
mod app_server;
mod app_tokens;
mod audit_events;
mod authority;
mod browsers;
mod catalogue;
mod certification;
mod claims;
mod clock_steps;
mod command_line;
mod contests;
mod course;
mod crashes;
mod databases;
mod deep_linking;
mod deployments;
mod dev_guard;
mod fake_pooler;
mod frames;
mod grades;
mod handshake;
mod head;
mod id_tokens;
mod instances;
mod issuer_discovery;
mod keyset_watch;
mod keysets;
mod languages;
mod launch;
mod log;
mod login_requests;
mod long_work;
mod mistakes;
mod other_issuers;
mod outage;
mod overload;
mod pages;
mod poolers;
mod portal;
mod problem_reports;
mod production;
mod pseudo_language;
mod readiness;
mod records;
mod registration_bodies;
mod registration_checks;
mod registration_health;
mod registration_transfer;
mod registrations;
mod report_page;
mod rosters;
mod signing_keys;
mod silence;
mod stopping;
mod storage;
mod support;
mod support_desk;
mod tenants;
mod tokens;
mod tool_keysets;
mod withdrawn_apps;
