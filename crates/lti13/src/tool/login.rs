//! The third-party login initiation (1EdTech Security Framework 1.0, 5.1.1.1).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::LaunchError;
use crate::claims::MAX_ISSUER_LENGTH;
use crate::parameters::{ParameterError, collect, printable, required};

/// A value of the platform that only the platform understands: it goes back byte for byte. Nearly always text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OpaqueHint {
    /// UTF-8.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
}

impl OpaqueHint {
    /// The value.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl From<Vec<u8>> for OpaqueHint {
    fn from(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(|error| Self::Bytes(error.into_bytes()), Self::Text)
    }
}

impl From<String> for OpaqueHint {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for OpaqueHint {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Shows the length only: a hint may stand for a person.
impl std::fmt::Debug for OpaqueHint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpaqueHint({} bytes)", self.as_bytes().len())
    }
}

/// The request of a platform that starts a launch. Nothing in it is signed: it selects a registration and is echoed, nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginInitiation {
    /// The platform.
    pub iss: String,
    /// The registration at the platform; optional by the specification.
    pub client_id: Option<String>,
    /// Opaque, echoed.
    pub login_hint: OpaqueHint,
    /// The resource that the launch wants to open; only the signed claim counts.
    pub target_link_uri: String,
    /// Opaque, echoed if it came.
    pub lti_message_hint: Option<OpaqueHint>,
    /// The deployment; must equal the later claim.
    pub lti_deployment_id: Option<String>,
    /// The frame of the platform that offers storage.
    pub lti_storage_target: Option<String>,
}

impl LoginInitiation {
    /// Reads the decoded pairs of a query or form: those of [`parse_pairs`](crate::parse_pairs), so that hints come back byte for byte,
    /// or pairs of text. `deployment_id`, as Canvas's documentation names it, stands in for an absent `lti_deployment_id`. Unknown
    /// parameters are ignored; an empty value is the same as none.
    ///
    /// # Errors
    /// [`MissingParameter`](crate::Rule::MissingParameter), [`DuplicateParameter`](crate::Rule::DuplicateParameter),
    /// [`MalformedParameter`](crate::Rule::MalformedParameter) or [`TooLarge`](crate::Rule::TooLarge), each naming the parameter.
    pub fn parse<'a, V>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, V>)>) -> Result<Self, LaunchError>
    where
        V: AsRef<[u8]> + ToOwned<Owned: Into<Vec<u8>>> + ?Sized + 'a,
    {
        Ok(Self::read(pairs)?)
    }

    fn read<'a, V>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, V>)>) -> Result<Self, ParameterError>
    where
        V: AsRef<[u8]> + ToOwned<Owned: Into<Vec<u8>>> + ?Sized + 'a,
    {
        let known = [
            ("iss", MAX_ISSUER_LENGTH),
            ("client_id", 255),
            ("login_hint", 8192),
            ("target_link_uri", 8192),
            ("lti_message_hint", 8192),
            ("lti_deployment_id", 255),
            ("deployment_id", 255),
            ("lti_storage_target", 255),
        ];
        let [
            iss,
            client_id,
            login_hint,
            target_link_uri,
            lti_message_hint,
            lti_deployment_id,
            deployment_id,
            storage_target,
        ] = collect(pairs, known)?.map(|value| value.map(|value| OpaqueHint::from(value.into())));
        let [
            iss,
            client_id,
            target_link_uri,
            lti_deployment_id,
            deployment_id,
            storage_target,
        ] = [
            iss,
            client_id,
            target_link_uri,
            lti_deployment_id,
            deployment_id,
            storage_target,
        ]
        .map(|value| value.map(text));
        Ok(Self {
            iss: required(printable(iss, "iss")?, "iss")?,
            client_id: printable(client_id, "client_id")?,
            login_hint: required(login_hint, "login_hint")?,
            target_link_uri: required(target_link_uri, "target_link_uri")?,
            lti_message_hint,
            lti_deployment_id: printable(lti_deployment_id.or(deployment_id), "lti_deployment_id")?,
            lti_storage_target: printable(storage_target, "lti_storage_target")?,
        })
    }
}

/// Values to compare or to look up are text.
fn text(value: OpaqueHint) -> String {
    match value {
        OpaqueHint::Text(text) => text,
        OpaqueHint::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
    }
}
