//! LTI platform storage: the platform's page keeps the browser's secret where the browser refuses cookies in a frame.
//!
//! Sources: 1EdTech *LTI Client Side postMessages* and *LTI postMessage Storage* (lti-cs-pm, lti-pm-s, v0.1), which use three steps here:
//! put before the authentication request, get after the platform's answer, and confirm, when the value came back to the tool. This module
//! decides the request, its frame and its origin; a script in the browser only carries it.

use std::borrow::Cow;

use serde::Serialize;

use super::{BrowserSecret, MAX_ID_TOKEN_LENGTH, MAX_STATE_LENGTH, PendingLogin};
use crate::parameters::{ParameterError, collect, required};
use crate::{LaunchError, Stage};

/// The value of `lti_storage_target` that names the page around the tool itself.
const PARENT: &str = "_parent";
/// The subjects as specified, and as they were called before: some platforms know only the old ones. The answer's subject is the question's
/// with `.response`.
const PUT: [&str; 2] = ["lti.put_data", "org.imsglobal.lti.put_data"];
const GET: [&str; 2] = ["lti.get_data", "org.imsglobal.lti.get_data"];
const CAPABILITIES: [&str; 2] = ["lti.capabilities", "org.imsglobal.lti.capabilities"];
/// The longest value that a platform may give back; ours have 43 characters.
const MAX_VALUE_LENGTH: usize = 4096;

/// The request of a script to the platform's page, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StorageRequest {
    /// The frame beside the tool's that answers, by its name; `None`: the page around the tool answers itself.
    pub frame: Option<String>,
    /// The origin whose window may read the messages, and whose answers count: that of the authentication URL. A page of another origin
    /// around the tool learns nothing.
    pub origin: String,
    /// The question, once by each name. The first answer counts.
    pub messages: Vec<StorageMessage>,
    /// Asks anybody which frame answers, for a platform whose frame has another name than it said. Tells nothing.
    pub capabilities: Vec<StorageMessage>,
}

/// One message; members as the specification names them.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct StorageMessage {
    /// The kind of request.
    pub subject: &'static str,
    /// Found again in the answer.
    pub message_id: String,
    /// Under which name the value is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The value to keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Shows no secret.
impl std::fmt::Debug for StorageMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StorageMessage")
            .field("subject", &self.subject)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl PendingLogin {
    /// The platform offered storage for this login.
    #[must_use]
    pub fn has_storage(&self) -> bool {
        self.storage_target.is_some() && self.registration().authentication_url.origin().is_tuple()
    }

    /// Asks the platform's page to keep the browser's secret. `None` where it offered no storage.
    #[must_use]
    pub fn put_request(&self, secret: &BrowserSecret) -> Option<StorageRequest> {
        self.storage_request(PUT, Some(secret.as_str()))
    }

    /// Asks the platform's page for the browser's secret. `None` where it offered no storage.
    #[must_use]
    pub fn get_request(&self) -> Option<StorageRequest> {
        self.storage_request(GET, None)
    }

    fn storage_request(&self, subjects: [&'static str; 2], value: Option<&str>) -> Option<StorageRequest> {
        let target = self.storage_target.as_deref().filter(|_| self.has_storage())?;
        let key = self.storage_key();
        let message = |subject, value: Option<&str>| StorageMessage {
            subject,
            message_id: format!("{key}_{}", subject.rsplit('.').next().unwrap_or_default()),
            key: Some(key.clone()),
            value: value.map(str::to_owned),
        };
        Some(StorageRequest {
            frame: Some(target).filter(|target| *target != PARENT).map(str::to_owned),
            origin: self.registration().authentication_url.origin().ascii_serialization(),
            messages: subjects.map(|subject| message(subject, value)).into(),
            capabilities: CAPABILITIES
                .map(|subject| StorageMessage {
                    key: None,
                    ..message(subject, None)
                })
                .into(),
        })
    }
}

/// The confirmation: what the tool's own page posts once the platform's page gave the value back. Everything is verified again.
#[derive(Clone, PartialEq, Eq)]
pub struct StorageConfirmation {
    /// The state of the authentication request.
    pub state: String,
    /// The signed launch.
    pub id_token: String,
    /// The value that the platform's page gave back.
    pub value: Option<String>,
}

impl StorageConfirmation {
    /// Reads the decoded pairs of the form.
    ///
    /// # Errors
    /// [`MissingParameter`](crate::Rule::MissingParameter), [`DuplicateParameter`](crate::Rule::DuplicateParameter) or [`TooLarge`](crate::Rule::TooLarge),
    /// each naming the parameter.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, LaunchError> {
        Self::read(pairs).map_err(|error| LaunchError::from(error).at(Stage::Response))
    }

    fn read<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, ParameterError> {
        let known = [
            ("state", MAX_STATE_LENGTH),
            ("id_token", MAX_ID_TOKEN_LENGTH),
            ("storage_value", MAX_VALUE_LENGTH),
        ];
        let [state, id_token, value] = collect(pairs, known)?;
        Ok(Self {
            state: required(state, "state")?,
            id_token: required(id_token, "id_token")?,
            value,
        })
    }
}

/// Shows no token and no secret.
impl std::fmt::Debug for StorageConfirmation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StorageConfirmation { .. }")
    }
}
