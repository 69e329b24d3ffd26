use serde_json::Value as Json;

use super::text_in;

/// The course (core 5.4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context {
    /// Unique within the deployment.
    pub id: Option<String>,
    /// The short name.
    pub label: Option<String>,
    /// The full name.
    pub title: Option<String>,
}

impl Context {
    /// Reads the claim. A member that is no text is absent; a claim that is no object is no course.
    #[must_use]
    pub fn from_claim(claim: &Json) -> Option<Self> {
        claim.is_object().then(|| Self {
            id: text_in(Some(claim), "id"),
            label: text_in(Some(claim), "label"),
            title: text_in(Some(claim), "title"),
        })
    }
}
