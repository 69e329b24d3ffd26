use serde_json::Value as Json;

use super::{is_id, text_in};

/// The link that was opened (core 5.3.5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResourceLink {
    /// Unique within the deployment.
    pub id: String,
    /// Its name in the course.
    pub title: Option<String>,
    /// Its description in the course.
    pub description: Option<String>,
}

impl ResourceLink {
    /// Reads the claim; `None` if it has no proper id.
    #[must_use]
    pub fn from_claim(claim: &Json) -> Option<Self> {
        let id = claim.get("id").filter(|id| is_id(id))?.as_str()?;
        Some(Self {
            id: id.to_owned(),
            title: text_in(Some(claim), "title"),
            description: text_in(Some(claim), "description"),
        })
    }
}
