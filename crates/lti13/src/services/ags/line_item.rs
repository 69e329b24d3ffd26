//! Line items (AGS 2.0, 3.2).

use serde_json::{Map, Value as Json};

use super::{BodyError, Timestamp, body, maximum, text, time};
use crate::services::deep_linking::whole_as_integer;

/// The longest line item that is read, in bytes.
const MAX_LENGTH: usize = 64 * 1024;

/// `resourceId` and `tag` (AGS 2.0, 3.2.8 and 3.2.9: at most 256 characters) and `label`, in bytes.
const MAX_TEXT_LENGTH: usize = 1024;

/// A line item: a column of the gradebook.
#[derive(Clone, Debug, PartialEq)]
pub struct LineItem(Map<String, Json>);

impl LineItem {
    /// Reads what a tool sends to make or change one. Its `id` counts for nothing: the address says which one it is.
    ///
    /// # Errors
    /// A [`BodyError`]: `label` and a positive `scoreMaximum` are required, times have a zone.
    pub fn parse(bytes: &[u8]) -> Result<Self, BodyError> {
        let mut item = body(bytes, MAX_LENGTH)?;
        text(&item, "label", MAX_TEXT_LENGTH)?.ok_or(BodyError::Missing { name: "label" })?;
        maximum(&item)?.ok_or(BodyError::Missing { name: "scoreMaximum" })?;
        for name in ["resourceLinkId", "resourceId", "tag"] {
            text(&item, name, MAX_TEXT_LENGTH)?;
        }
        for name in ["startDateTime", "endDateTime"] {
            if let Some(at) = time(&item, name)? {
                item.insert(name.to_owned(), at.to_string().into());
            }
        }
        item.remove("id");
        Ok(Self(item))
    }

    /// An item of a platform's list; `None` without an `id`.
    #[must_use]
    pub fn new(item: Map<String, Json>) -> Option<Self> {
        let has_id = item.get("id").and_then(Json::as_str).is_some_and(|id| !id.is_empty());
        has_id.then_some(Self(item))
    }

    /// Reads a single one as a platform sends it; `None` if it is none.
    #[must_use]
    pub fn from_platform(bytes: &[u8]) -> Option<Self> {
        Self::new(body(bytes, MAX_LENGTH).ok()?)
    }

    /// Its address at the platform; empty in one that a tool sent.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.get("id").and_then(Json::as_str).unwrap_or_default()
    }

    /// The resource link that it belongs to.
    #[must_use]
    pub fn resource_link_id(&self) -> Option<&str> {
        self.0.get("resourceLinkId").and_then(Json::as_str)
    }

    /// The line item for the other side: with its address there, if it has one, and with the id that the resource link has there. Null
    /// members are left out, times are in UTC, and a whole `scoreMaximum` is an integer.
    #[must_use]
    pub fn with_ids(self, id: Option<&str>, resource_link_id: Option<&str>) -> Map<String, Json> {
        let mut item = self.0;
        for (name, value) in [("id", id), ("resourceLinkId", resource_link_id)] {
            match value {
                Some(value) => item.insert(name.to_owned(), value.into()),
                None => item.remove(name),
            };
        }
        for name in ["startDateTime", "endDateTime"] {
            if let Some(text) = item.get(name).and_then(Json::as_str) {
                match Timestamp::parse(text) {
                    Some(at) => item.insert(name.to_owned(), at.to_string().into()),
                    None => item.remove(name),
                };
            }
        }
        if let Some(maximum) = item.get_mut("scoreMaximum") {
            whole_as_integer(maximum);
        }
        item
    }
}
