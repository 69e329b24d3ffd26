//! Deep Linking 2.0: a platform asks for content, a tool answers with content items.
//!
//! A platform in the middle hands out [settings of its own](settings_for_tool), [verifies](UnverifiedResponse) the answer, selects the
//! [items](Acceptance) that the platform before it takes, and signs an [answer](DeepLinkingResponse) as that platform's tool.

mod items;
mod received;
mod response;
mod settings;

pub(crate) use items::whole_as_integer;
pub use items::{ItemError, RefusedItem, Selection};
pub use received::{MAX_LIFETIME_SECONDS, MAX_RESPONSE_LENGTH, ResponsePolicy, UnverifiedResponse, VerifiedResponse};
pub use response::DeepLinkingResponse;
pub use settings::{Acceptance, settings_for_tool};

/// The messages of an answer (Deep Linking 2.0, 4.5.2): for the person and for logs, of success and of failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    /// Shown to the person.
    pub msg: Option<String>,
    /// For the platform's log.
    pub log: Option<String>,
    /// Shown to the person as an error.
    pub errormsg: Option<String>,
    /// An error for the platform's log.
    pub errorlog: Option<String>,
}

pub(crate) const CONTENT_ITEMS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items";
pub(crate) const DATA: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/data";
pub(crate) const MSG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/msg";
pub(crate) const LOG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/log";
pub(crate) const ERRORMSG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/errormsg";
pub(crate) const ERRORLOG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/errorlog";

/// The message type of an answer.
pub(crate) const RESPONSE_TYPE: &str = "LtiDeepLinkingResponse";
