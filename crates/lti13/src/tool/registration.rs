//! The tool's registration at a platform (1EdTech LTI 1.3 core, 3.1.3): what the tool must know of an LMS to finish a launch.

use serde::{Deserialize, Serialize};
use url::Url;

/// One registration of the tool. Issuer and client ID are compared byte for byte (OpenID Connect Core 3.1.3.7: "exactly match"), so they
/// are kept as they were given.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolRegistration {
    /// The `iss` of the platform, byte for byte.
    pub issuer: String,
    /// The client ID that the platform gave the tool.
    pub client_id: String,
    /// Where the authentication request goes; may already carry a query.
    pub authentication_url: Url,
    /// Where the platform publishes its keys (JWKS).
    pub keyset_url: Url,
}
