#![cfg_attr(not(test), warn(clippy::disallowed_methods))]
#![doc = include_str!("../README.md")]

mod claims;
mod id_token;
mod keyset;
mod launch;
mod login;
mod parameters;
mod platform;
mod query;
mod refusal;
mod report;
mod response;
mod return_url;
mod roles;
mod sealed;
mod state;
mod storage;
mod unique;
mod unspent;

pub use id_token::{Expected, Header, LEEWAY_SECONDS, MAX_AGE_SECONDS, MAX_ID_TOKEN_LENGTH, header, verify};
pub use keyset::{Finding, FindingReason, KeySet, KeySetFault, MAX_KEYS, MAX_KEYSET_LENGTH, VerificationKey};
pub use launch::{Context, DeepLinkingSettings, Launch, Message, Policy, ResourceLink, Warning};
pub use login::{LoginRequest, authentication_request};
pub use platform::Platform;
pub use refusal::{Family, Refusal, Rule};
pub use report::{Check, CheckResult, Checks, Evidence, Hint, Stage, Step, Term, Value};
pub use response::AuthenticationResponse;
pub use return_url::with_error;
pub use roles::short_role;
pub use sealed::StateKeys;
pub use state::{BrowserSecret, LoginState, MAX_STATE_LENGTH, STATE_LIFETIME_SECONDS};
pub use storage::{StorageConfirmation, StorageMessage, StorageRequest};
pub use unspent::{MAX_UNSPENT_LENGTH, UnspentLogin};
