//! The login initiation and the authentication request (1EdTech Security Framework 1.0, 5.1.1.1 and 5.1.1.2).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::parameters::{collect, printable, required};
use crate::query::with_parameters;
use crate::{Platform, Refusal};

/// What an LMS sends to start a launch. Nothing in it is signed: it selects a registration and is echoed, nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// The LMS.
    pub iss: String,
    /// The registration at the LMS; optional by the specification.
    pub client_id: Option<String>,
    /// Opaque, echoed.
    pub login_hint: String,
    /// What the launch wants to open; only the signed claim counts.
    pub target_link_uri: String,
    /// Opaque, echoed if it came.
    pub lti_message_hint: Option<String>,
    /// The deployment; must equal the later claim.
    pub lti_deployment_id: Option<String>,
    /// The frame of the LMS that offers platform storage.
    pub lti_storage_target: Option<String>,
}

impl LoginRequest {
    /// Reads the decoded pairs of a query or form. `deployment_id`, as Canvas's documentation names it, stands in for
    /// an absent `lti_deployment_id`. Unknown parameters are ignored; an empty value is the same as none.
    ///
    /// # Errors
    /// [`MissingParameter`](crate::Rule::MissingParameter), [`DuplicateParameter`](crate::Rule::DuplicateParameter),
    /// [`MalformedParameter`](crate::Rule::MalformedParameter) or [`TooLarge`](crate::Rule::TooLarge), each naming the parameter.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, Refusal> {
        let known = [
            ("iss", 1024),
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

/// The URL of the LMS to which the browser is sent: the authentication URL with the request's parameters. A query that the URL
/// has stays, but can't replace a parameter of the request.
#[must_use]
pub fn authentication_request(platform: &Platform, redirect_uri: &str, login: &LoginRequest, state: &str, nonce: &str) -> Url {
    let mut parameters = vec![
        ("scope", "openid"),
        ("response_type", "id_token"),
        ("response_mode", "form_post"),
        ("prompt", "none"),
        ("client_id", platform.client_id.as_str()),
        ("redirect_uri", redirect_uri),
        ("login_hint", login.login_hint.as_str()),
        ("nonce", nonce),
        ("state", state),
    ];
    if let Some(hint) = &login.lti_message_hint {
        parameters.push(("lti_message_hint", hint));
    }
    let mut url = with_parameters(&platform.authentication_url, &parameters);
    url.set_fragment(None);
    url
}
