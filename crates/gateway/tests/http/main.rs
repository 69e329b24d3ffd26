//! The gateway over HTTP: a real one on a free port, with the development sign-in, against a real practice LMS.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs
)]

mod handshake;
mod launch;
mod registrations;
mod support;
