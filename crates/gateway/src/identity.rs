//! Who is calling: bearer tokens of Microsoft Entra ID (v2.0), judged into callers and what they may do.
//!
//! [`token`] holds the rules, [`issuers`] the tenants' metadata and keys, [`extract`] the argument types of handlers.

mod extract;
mod issuers;
mod token;

pub use extract::{
    Allowed, ReadAuditEvents, ReadLaunches, ReadRegistrations, ReadTenant, RegisterTenant, SignedIn, WriteRegistrations,
};
pub use issuers::Issuers;
