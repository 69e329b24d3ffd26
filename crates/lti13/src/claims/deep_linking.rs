use serde_json::Value as Json;
use url::Url;

use super::{text_in, texts, web_url};

/// The content that the platform takes (Deep Linking 2.0, 4.4.1): the required members.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeepLinkingSettings {
    /// Where the selection is posted to.
    pub return_url: Url,
    /// The types of content that the platform takes.
    pub accept_types: Vec<String>,
    /// How the platform can show it.
    pub accept_presentation_document_targets: Vec<String>,
}

impl DeepLinkingSettings {
    /// Reads the claim; `None` if a required member is absent or wrong.
    #[must_use]
    pub fn from_claim(claim: &Json) -> Option<Self> {
        let list = |name| claim.get(name).and_then(Json::as_array).map(|values| texts(values));
        Some(Self {
            return_url: text_in(Some(claim), "deep_link_return_url").as_deref().and_then(web_url)?,
            accept_types: list("accept_types")?,
            accept_presentation_document_targets: list("accept_presentation_document_targets")?,
        })
    }
}
