//! The third-party login initiation (1EdTech Security Framework 1.0, 5.1.1.1; LTI 1.3 core, 4.1).

use url::Url;

use crate::query::with_parameters;

/// The request of a platform, by the browser, to a tool's login initiation URL, which starts a launch. A form post is safer than a URL
/// where the hints are long: servers cut URLs off at some kilobytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginInitiationRequest {
    /// The platform's issuer: the `iss` of its id_tokens, byte for byte.
    pub iss: String,
    /// Stands for the person; opaque to the tool, which echoes it.
    pub login_hint: String,
    /// The resource that the launch wants to open.
    pub target_link_uri: String,
    /// The tool's client ID. Optional by the specification; a tool that has several registrations at the platform needs it.
    pub client_id: Option<String>,
    /// Stands for the launch; opaque to the tool, which echoes it.
    pub lti_message_hint: Option<String>,
    /// The `deployment_id` of the launch to come.
    pub lti_deployment_id: Option<String>,
    /// The frame of the platform that offers storage (LTI Client Side postMessages), or `_parent`.
    pub lti_storage_target: Option<String>,
}

impl LoginInitiationRequest {
    /// The parameters, by name; those that are absent or empty are left out.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, &str)> {
        [
            ("iss", Some(&self.iss)),
            ("login_hint", Some(&self.login_hint)),
            ("target_link_uri", Some(&self.target_link_uri)),
            ("client_id", self.client_id.as_ref()),
            ("lti_message_hint", self.lti_message_hint.as_ref()),
            ("lti_deployment_id", self.lti_deployment_id.as_ref()),
            ("lti_storage_target", self.lti_storage_target.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.as_str())))
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }

    /// The request as a URL. A query that the tool's login initiation URL has stays, but can't replace a parameter of the request.
    #[must_use]
    pub fn url(&self, login_initiation_url: &Url) -> Url {
        let mut url = with_parameters(login_initiation_url, &self.parameters());
        url.set_fragment(None);
        url
    }
}
