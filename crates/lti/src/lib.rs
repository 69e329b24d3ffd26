#![cfg_attr(not(test), warn(clippy::disallowed_methods))]
#![doc = include_str!("../README.md")]

mod check;
mod claims;
mod evidence;
mod id_token;
mod keyset;
mod launch;
mod login;
mod parameters;
mod phrase;
mod platform;
mod query;
mod refusal;
mod response;
mod return_url;
mod roles;
mod sealed;
mod state;
mod storage;
mod unique;
mod unspent;

pub use check::{Check, CheckResult, Checks, Stage};
pub use evidence::Evidence;
pub use id_token::{Expected, Header, LEEWAY_SECONDS, MAX_AGE_SECONDS, MAX_ID_TOKEN_LENGTH, header, verify};
pub use keyset::{Finding, FindingReason, KeySet, KeySetFault, MAX_KEYS, MAX_KEYSET_LENGTH, VerificationKey};
pub use launch::{Context, DeepLinkingSettings, Launch, Message, Policy, ResourceLink};
pub use login::{LoginRequest, authentication_request};
pub use phrase::{Phrase, fill};
pub use platform::Platform;
pub use refusal::{Family, Refusal, Rule};
pub use response::AuthenticationResponse;
pub use return_url::with_error;
pub use roles::short_role;
pub use sealed::StateKeys;
pub use state::{BrowserSecret, LoginState, MAX_STATE_LENGTH, STATE_LIFETIME_SECONDS};
pub use storage::{StorageConfirmation, StorageMessage, StorageRequest};
pub use unspent::{MAX_UNSPENT_LENGTH, UnspentLogin};
