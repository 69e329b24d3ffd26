//! The library from outside: every rule once broken and once kept, the certification list, the known attacks, the LMSs.
#![allow(clippy::unwrap_used, clippy::panic)]

mod access_token;
mod ags;
mod assertion;
mod attacks;
mod certification;
mod claims;
mod container;
mod deep_linking;
mod jose;
mod keyset;
mod launch;
mod login;
mod nrps;
mod platform;
mod platforms;
mod record;
mod response;
mod started_login;
mod state;
mod storage;
mod support;
mod target;
