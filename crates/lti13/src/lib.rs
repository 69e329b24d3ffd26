#![cfg_attr(not(test), warn(clippy::disallowed_methods))]
#![doc = include_str!("../README.md")]

pub mod claims;
mod error;
#[cfg(feature = "tool")]
mod hash;
pub mod jose;
mod json;
mod keys;
#[cfg(any(feature = "tool", feature = "platform", feature = "services"))]
mod parameters;
#[cfg(feature = "platform")]
pub mod platform;
#[cfg(any(feature = "tool", feature = "platform", feature = "services"))]
mod query;
mod report;
#[cfg(feature = "tool")]
mod seal;
#[cfg(feature = "services")]
pub mod services;
#[cfg(feature = "test-support")]
pub mod test_support;
#[cfg(feature = "tool")]
pub mod tool;

pub use error::{ErrorKind, LaunchError, Rule};
pub use keys::{Finding, FindingReason, KeySet, KeySetError, MAX_KEYSET_LENGTH, VerificationKey};
#[cfg(any(feature = "tool", feature = "platform", feature = "services"))]
pub use parameters::parse_pairs;
pub use report::{Check, CheckResult, Checks, Evidence, Hint, Stage, Step, Term, Value};
#[cfg(feature = "tool")]
pub use seal::StateKeys;

/// How far two clocks may differ, both ways, in seconds.
pub const LEEWAY_SECONDS: i64 = 60;
