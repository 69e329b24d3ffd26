//! LTI platform storage: the LMS's page keeps the browser's secret where the browser refuses cookies in a frame.
//!
//! Sources: 1EdTech *LTI Client Side postMessages* and *LTI postMessage Storage* (lti-cs-pm, lti-pm-s, v0.1), which use three steps here:
//! put before the authentication request, get after the LMS's answer, and confirm, when the value came back to the tool. What is decided
//! here is what is asked, of which frame, for which origin; a script in the browser only carries it.

use std::borrow::Cow;

use serde::Serialize;

use crate::id_token::MAX_ID_TOKEN_LENGTH;
use crate::parameters::{collect, required};
use crate::state::MAX_STATE_LENGTH;
use crate::{BrowserSecret, Evidence, LoginState, Refusal, Rule, Stage, Term};

/// The value of `lti_storage_target` that names the page around the tool itself.
const PARENT: &str = "_parent";
/// The subjects as specified, and as they were called before: some LMSs know only the old ones. The answer's subject is the question's
/// with `.response`.
const PUT: [&str; 2] = ["lti.put_data", "org.imsglobal.lti.put_data"];
const GET: [&str; 2] = ["lti.get_data", "org.imsglobal.lti.get_data"];
const CAPABILITIES: [&str; 2] = ["lti.capabilities", "org.imsglobal.lti.capabilities"];
/// The longest value that an LMS may give back; ours have 43 characters.
const MAX_VALUE_LENGTH: usize = 4096;

/// What a script asks of the LMS's page, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StorageRequest {
    /// The frame beside the tool's that answers, by its name; `None`: the page around the tool answers itself.
    pub frame: Option<String>,
    /// Whose window may read the messages, and whose answers count: the origin of the authentication URL. A page of another origin
    /// around the tool learns nothing.
    pub origin: String,
    /// The question, once by each name. The first answer counts.
    pub messages: Vec<StorageMessage>,
    /// Asks anybody which frame answers, for an LMS whose frame has another name than it said. Tells nothing.
    pub capabilities: Vec<StorageMessage>,
}

/// One message; members as the specification names them.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct StorageMessage {
    /// What is asked.
    pub subject: &'static str,
    /// Found again in the answer.
    pub message_id: String,
    /// Under which name the value is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What is to be kept.
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

impl LoginState {
    /// Whether the LMS offered storage for this login.
    #[must_use]
    pub fn has_storage(&self) -> bool {
        self.storage_target.is_some() && self.platform.authentication_url.origin().is_tuple()
    }

    /// Asks the LMS's page to keep the browser's secret. `None` where it offered no storage.
    #[must_use]
    pub fn put_request(&self, secret: &BrowserSecret) -> Option<StorageRequest> {
        self.storage_request(PUT, Some(secret.as_str()))
    }

    /// Asks the LMS's page for the browser's secret. `None` where it offered no storage.
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
            origin: self.platform.authentication_url.origin().ascii_serialization(),
            messages: subjects.map(|subject| message(subject, value)).into(),
            capabilities: CAPABILITIES
                .map(|subject| StorageMessage {
                    key: None,
                    ..message(subject, None)
                })
                .into(),
        })
    }

    /// Judges the value that the LMS's page gave back. Takes the same time whatever it is.
    ///
    /// # Errors
    /// [`StorageMismatch`](Rule::StorageMismatch): none came back, or another one.
    pub fn judge_stored(&self, value: Option<&str>) -> Result<(), Refusal> {
        let mismatch = |seen: Term| {
            let evidence = Evidence::expected(Term::LoginValue).and_seen(seen);
            Err(Refusal::new(Rule::StorageMismatch).with(evidence))
        };
        match value {
            _ if !self.has_storage() => mismatch(Term::NoStorage),
            None => mismatch(Term::NoAnswer),
            Some(value) if !self.matches_browser(value) => mismatch(Term::OtherValue),
            Some(_) => Ok(()),
        }
    }
}

/// The confirmation: what the tool's own page posts once the LMS's page gave the value back. Everything is verified again.
#[derive(Clone, PartialEq, Eq)]
pub struct StorageConfirmation {
    /// The state of the authentication request.
    pub state: String,
    /// The signed launch.
    pub id_token: String,
    /// What the LMS's page gave back.
    pub value: Option<String>,
}

impl StorageConfirmation {
    /// Reads the decoded pairs of the form.
    ///
    /// # Errors
    /// [`MissingParameter`](Rule::MissingParameter), [`DuplicateParameter`](Rule::DuplicateParameter) or [`TooLarge`](Rule::TooLarge),
    /// each naming the parameter.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, Refusal> {
        let known = [
            ("state", MAX_STATE_LENGTH),
            ("id_token", MAX_ID_TOKEN_LENGTH),
            ("storage_value", MAX_VALUE_LENGTH),
        ];
        let read = || {
            let [state, id_token, value] = collect(pairs, known)?;
            Ok(Self {
                state: required(state, "state")?,
                id_token: required(id_token, "id_token")?,
                value,
            })
        };
        read().map_err(|refusal: Refusal| refusal.at(Stage::Response))
    }
}

/// Shows no token and no secret.
impl std::fmt::Debug for StorageConfirmation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StorageConfirmation { .. }")
    }
}
