//! The tool's side: from a platform's login initiation to a launch that is handed to the application.
//!
//! Each step yields the type that the next one needs, so the order of the security checks can't be changed, and none can be left out:
//!
//! | Step | Type | Proves |
//! |---|---|---|
//! | the platform starts a login | [`LoginInitiation`] | nothing |
//! | the tool starts it, and gives the browser a secret | [`StartedLogin`] | nothing |
//! | the platform answers; the state is opened | [`PendingLogin`] | the login was started here, lately |
//! | the browser shows its secret | [`RecognizedLogin`] | by this browser |
//! | the id_token is verified | [`VerifiedLaunch`] | the platform says so, to this tool, for this login |
//! | the launch is admitted | [`Launch`] | the tool takes such launches |
//!
//! # Steps that don't compile
//!
//! A login whose browser is not recognized verifies nothing:
//!
//! ```
//! # use lti13::{Checks, KeySet, LaunchError, tool::*};
//! fn verify(login: PendingLogin, cookie: &str, token: &IdToken, keys: &KeySet, checks: &mut Checks) -> Result<VerifiedLaunch, LaunchError> {
//!     login.recognize_by_cookie(cookie, checks)?.verify(token, keys, 0, checks)
//! }
//! ```
//! ```compile_fail,E0599
//! # use lti13::{Checks, KeySet, LaunchError, tool::*};
//! fn verify(login: PendingLogin, cookie: &str, token: &IdToken, keys: &KeySet, checks: &mut Checks) -> Result<VerifiedLaunch, LaunchError> {
//!     login.verify(token, keys, 0, checks)
//! }
//! ```
//!
//! Neither does one that was started and got no answer:
//!
//! ```compile_fail,E0599
//! # use lti13::{Checks, KeySet, LaunchError, tool::*};
//! fn verify(login: StartedLogin, cookie: &str, token: &IdToken, keys: &KeySet, checks: &mut Checks) -> Result<VerifiedLaunch, LaunchError> {
//!     login.recognize_by_cookie(cookie, checks)?.verify(token, keys, 0, checks)
//! }
//! ```
//!
//! Nobody but the cookie or the stored value recognizes a browser:
//!
//! ```compile_fail,E0423
//! # use lti13::tool::*;
//! fn recognize(login: PendingLogin) -> RecognizedLogin {
//!     RecognizedLogin(login)
//! }
//! ```
//! ```compile_fail,E0624
//! # use lti13::tool::*;
//! fn recognize(login: PendingLogin) -> RecognizedLogin {
//!     RecognizedLogin::new(login)
//! }
//! ```
//!
//! A token that is not verified has no claims:
//!
//! ```
//! # use lti13::{LaunchError, tool::*};
//! fn look(token: &str) -> Result<String, LaunchError> {
//!     Ok(IdToken::parse(token)?.kid().to_owned())
//! }
//! ```
//! ```compile_fail,E0599
//! # use lti13::{LaunchError, tool::*};
//! fn look(token: &str) -> Result<String, LaunchError> {
//!     Ok(IdToken::parse(token)?.subject().to_owned())
//! }
//! ```
//!
//! A verified launch names its origin, for finding its registration; person and claims are there once it is admitted:
//!
//! ```
//! # use lti13::{Checks, LaunchError, tool::*};
//! fn subject(launch: &VerifiedLaunch, policy: &Policy, checks: &mut Checks) -> Result<Option<String>, LaunchError> {
//!     Ok(launch.admit(policy, checks)?.subject.clone())
//! }
//! ```
//! ```compile_fail,E0609
//! # use lti13::{Checks, LaunchError, tool::*};
//! fn subject(launch: &VerifiedLaunch, policy: &Policy, checks: &mut Checks) -> Result<Option<String>, LaunchError> {
//!     Ok(launch.subject.clone())
//! }
//! ```
//! ```compile_fail,E0616
//! # use lti13::{Checks, LaunchError, tool::*};
//! fn subject(launch: &VerifiedLaunch, policy: &Policy, checks: &mut Checks) -> Result<Option<String>, LaunchError> {
//!     Ok(launch.0.subject.clone())
//! }
//! ```

mod authentication;
mod launch;
mod login;
mod pending_login;
mod platform_storage;
mod registration;
mod return_url;
mod started_login;
mod validate;
mod verify;

pub use authentication::AuthenticationResponse;
pub use launch::{Launch, LaunchOrigin, Message, Policy, VerifiedLaunch, Warning};
pub use login::{LoginInitiation, OpaqueHint};
pub use pending_login::{BrowserSecret, MAX_STATE_LENGTH, PendingLogin, STATE_LIFETIME_SECONDS};
pub use platform_storage::{StorageConfirmation, StorageMessage, StorageRequest};
pub use registration::ToolRegistration;
pub use return_url::with_error;
pub use started_login::{MAX_SEALED_LOGIN_LENGTH, StartedLogin};
pub use verify::{IdToken, MAX_AGE_SECONDS, MAX_ID_TOKEN_LENGTH, RecognizedLogin};
