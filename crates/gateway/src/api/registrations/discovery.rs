//! Compares an LMS's metadata (OpenID Connect Discovery) with the entered values. Many LMSs have no metadata: that is no finding.

use domain::{PlatformFamily, presets};
use serde::Deserialize;
use url::Url;

use super::found::{Candidate, Found};
use crate::state::AppState;

/// As much of the document as is compared.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Option<String>,
    jwks_uri: Option<String>,
    token_endpoint: Option<String>,
}

/// Fetches the document, where the LMS has one, and compares.
pub(super) async fn compare(app: &AppState, candidate: &Candidate<'_>) -> Vec<Found> {
    let Some(document) = fetch(app, candidate).await else {
        return Vec::new();
    };
    let Document {
        issuer,
        authorization_endpoint,
        jwks_uri,
        token_endpoint,
    } = document;
    let mut found = Vec::new();
    if candidate.issuer.is_some_and(|ours| ours != issuer) {
        found.push(undiscovered("issuer", &issuer));
    }
    for (field, ours, theirs) in [
        ("authenticationUrl", candidate.authentication_url, authorization_endpoint),
        ("keysetUrl", candidate.keyset_url, jwks_uri),
        ("accessTokenUrl", candidate.access_token_url, token_endpoint),
    ] {
        if let (Some(ours), Some(theirs)) = (ours, theirs)
            && Url::parse(&theirs).ok().as_ref() != Some(ours)
        {
            found.push(undiscovered(field, &theirs));
        }
    }
    if found.is_empty() {
        found.push(Found::Discovered);
    }
    found
}

async fn fetch(app: &AppState, candidate: &Candidate<'_>) -> Option<Document> {
    let issuer = candidate.issuer?.trim_end_matches('/');
    // An issuer that all schools of an LMS have describes none of them.
    if presets::owner_by_issuer(issuer).is_some() {
        return None;
    }
    let path = match candidate.family? {
        PlatformFamily::Moodle | PlatformFamily::OpenLms => "/mod/lti/openid-configuration.php",
        _ => "/.well-known/openid-configuration",
    };
    let url = Url::parse(&format!("{issuer}{path}")).ok()?;
    let fetched = app.outbound.get_json(&url).await.ok()?;
    serde_json::from_slice(&fetched.bytes).ok()
}

/// The LMS's words, short enough to be shown.
fn undiscovered(field: &'static str, theirs: &str) -> Found {
    Found::Undiscovered {
        field,
        theirs: theirs.chars().filter(|c| !c.is_control()).take(300).collect(),
    }
}
