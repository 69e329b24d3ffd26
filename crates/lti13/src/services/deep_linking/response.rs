//! An answer as the tool makes it (Deep Linking 2.0, 4.5; Security Framework 1.0, 5.2.2).

use serde_json::{Map, Value as Json};

use super::{CONTENT_ITEMS, DATA, ERRORLOG, ERRORMSG, LOG, MSG, Messages, RESPONSE_TYPE};
use crate::claims::names::{DEPLOYMENT_ID, MESSAGE_TYPE, VERSION};
use crate::jose::{SigningKey, SigningKeyError};

/// How far `iat` lies back: Moodle refuses one that is ahead of its clock by a second.
const ISSUED_SECONDS_AGO: i64 = 5;

/// How long an answer lives from now.
const LIFETIME_SECONDS: i64 = 300;

/// An answer that a tool signs. The browser posts it to the request's return URL, as the field `JWT`.
#[derive(Clone, Debug, PartialEq)]
pub struct DeepLinkingResponse<'a> {
    /// The client ID that the platform gave the tool: `iss`.
    pub client_id: &'a str,
    /// The platform's issuer, or what it documents as `aud`.
    pub audience: &'a str,
    /// `sub`, where the platform expects one: Blackboard, the client ID.
    pub subject: Option<&'a str>,
    /// The deployment of the request.
    pub deployment_id: &'a str,
    /// The `data` of the request, unaltered, if it had any.
    pub data: Option<&'a Json>,
    /// Never used before: at least 128 random bits.
    pub nonce: &'a str,
    /// The time, in Unix seconds.
    pub now: i64,
    /// The items; none if nothing was chosen.
    pub items: &'a [Map<String, Json>],
    /// Messages for the platform and the person.
    pub messages: &'a Messages,
}

impl DeepLinkingResponse<'_> {
    /// The claims.
    #[must_use]
    pub fn claims(&self) -> Map<String, Json> {
        let items = self.items.iter().cloned().map(Json::Object).collect();
        let required = [
            ("iss", self.client_id.into()),
            ("aud", self.audience.into()),
            ("iat", self.now.saturating_sub(ISSUED_SECONDS_AGO).into()),
            ("exp", self.now.saturating_add(LIFETIME_SECONDS).into()),
            ("nonce", self.nonce.into()),
            (MESSAGE_TYPE, RESPONSE_TYPE.into()),
            (VERSION, "1.3.0".into()),
            (DEPLOYMENT_ID, self.deployment_id.into()),
            (CONTENT_ITEMS, Json::Array(items)),
        ];
        let text = |text: &Option<String>| text.as_deref().map(Json::from);
        let optional = [
            ("sub", self.subject.map(Json::from)),
            (DATA, self.data.cloned()),
            (MSG, text(&self.messages.msg)),
            (LOG, text(&self.messages.log)),
            (ERRORMSG, text(&self.messages.errormsg)),
            (ERRORLOG, text(&self.messages.errorlog)),
        ];
        let optional = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let claims = required.into_iter().chain(optional);
        claims.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The answer, signed.
    ///
    /// # Errors
    /// [`Failed`](SigningKeyError::Failed).
    pub fn sign(&self, key: &SigningKey) -> Result<String, SigningKeyError> {
        key.sign(&self.claims())
    }
}
