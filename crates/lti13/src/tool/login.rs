//! The third-party login initiation (1EdTech Security Framework 1.0, 5.1.1.1).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::LaunchError;
use crate::claims::MAX_ISSUER_LENGTH;
use crate::parameters::{ParameterError, collect, printable, required};

/// What a platform sends to start a launch. Nothing in it is signed: it selects a registration and is echoed, nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginInitiation {
    /// The platform.
    pub iss: String,
    /// The registration at the platform; optional by the specification.
    pub client_id: Option<String>,
    /// Opaque, echoed.
    pub login_hint: String,
    /// What the launch wants to open; only the signed claim counts.
    pub target_link_uri: String,
    /// Opaque, echoed if it came.
    pub lti_message_hint: Option<String>,
    /// The deployment; must equal the later claim.
    pub lti_deployment_id: Option<String>,
    /// The frame of the platform that offers storage.
    pub lti_storage_target: Option<String>,
}

impl LoginInitiation {
    /// Reads the decoded pairs of a query or form. `deployment_id`, as Canvas's documentation names it, stands in for
    /// an absent `lti_deployment_id`. Unknown parameters are ignored; an empty value is the same as none.
    ///
    /// # Errors
    /// [`MissingParameter`](crate::Rule::MissingParameter), [`DuplicateParameter`](crate::Rule::DuplicateParameter),
    /// [`MalformedParameter`](crate::Rule::MalformedParameter) or [`TooLarge`](crate::Rule::TooLarge), each naming the parameter.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, LaunchError> {
        Ok(Self::read(pairs)?)
    }

    fn read<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, ParameterError> {
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
        ] = collect(pairs, known)?;
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
