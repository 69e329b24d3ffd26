//! Compares an LMS's metadata (OpenID Connect Discovery) with the entered values. Many LMSs have no metadata: that is no finding.

use domain::{CheckFinding, LmsMetadata, LmsProduct, RegistrationUnderTest, presets};
use serde::Deserialize;
use url::Url;

use crate::state::AppState;

/// As much of the document as is compared.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Option<String>,
    jwks_uri: Option<String>,
    token_endpoint: Option<String>,
}

impl From<Document> for LmsMetadata {
    fn from(document: Document) -> Self {
        let Document {
            issuer,
            authorization_endpoint,
            jwks_uri,
            token_endpoint,
        } = document;
        Self {
            issuer,
            authentication_url: authorization_endpoint,
            keyset_url: jwks_uri,
            access_token_url: token_endpoint,
        }
    }
}

/// Fetches the document, where the LMS has one, and compares.
pub(super) async fn compare(app: &AppState, registration: &RegistrationUnderTest) -> Vec<CheckFinding> {
    match fetch(app, registration).await {
        Some(document) => registration.compare(document.into()),
        None => Vec::new(),
    }
}

async fn fetch(app: &AppState, registration: &RegistrationUnderTest) -> Option<Document> {
    let issuer = registration.lms.issuer.as_deref()?.trim_end_matches('/');
    // An issuer that all schools of an LMS have describes none of them.
    if presets::owner_by_issuer(issuer).is_some() {
        return None;
    }
    let path = match registration.product? {
        LmsProduct::Moodle | LmsProduct::OpenLms => "/mod/lti/openid-configuration.php",
        _ => "/.well-known/openid-configuration",
    };
    let url = Url::parse(&format!("{issuer}{path}")).ok()?;
    let fetched = app.outbound.get_json(&url).await.ok()?;
    serde_json::from_slice(&fetched.bytes).ok()
}
