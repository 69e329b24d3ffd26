//! The configuration that the gateway gives the portal before the sign-in.

use serde::Deserialize;

/// `GET /portal/config.json`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Config {
    /// The sign-in authority, without tenant and trailing slash.
    pub(crate) authority: String,
    /// The tenant part of the authority: `organizations` for work and school accounts of any tenant.
    pub(crate) tenant: String,
    pub(crate) client_id: String,
    /// The scope of the API.
    pub(crate) scope: String,
    pub(crate) redirect_uri: String,
    pub(crate) public_url: String,
    /// A development gateway. It accepts http for the addresses of an LMS.
    pub(crate) dev: bool,
    /// The operator's own page for *Report a problem*, if there is one.
    pub(crate) report_url: Option<String>,
}

impl Config {
    /// The URL of the OpenID Connect metadata (Discovery 1.0, section 4).
    pub(crate) fn metadata_url(&self) -> String {
        format!("{}/{}/v2.0/.well-known/openid-configuration", self.authority, self.tenant)
    }

    /// The URL to return to after signing out.
    pub(crate) fn signed_out_url(&self) -> String {
        format!("{}/", self.public_url.trim_end_matches('/'))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_gateways_answer() {
        let config: Config = serde_json::from_str(
            r#"{ "authority": "http://localhost:8080/dev/identity", "tenant": "organizations",
                 "clientId": "c0ffee00-0000-4000-8000-0000000000b0", "scope": "api://lms-gateway/access_as_user",
                 "redirectUri": "http://localhost:8080/auth/callback", "publicUrl": "http://localhost:8080", "dev": true,
                 "reportUrl": null }"#,
        )
        .unwrap();
        assert_eq!(
            config.metadata_url(),
            "http://localhost:8080/dev/identity/organizations/v2.0/.well-known/openid-configuration"
        );
        assert_eq!(config.signed_out_url(), "http://localhost:8080/");
        assert_eq!(config.report_url, None);
    }
}
