//! `deep_linking_settings` (Deep Linking 2.0, 4.4.1).

use serde_json::{Map, Value as Json};

use crate::claims::texts;
use crate::json::without_nulls;

/// Which items a platform takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Acceptance {
    /// The types, e.g. `ltiResourceLink`.
    pub types: Vec<String>,
    /// The media types of files, e.g. `image/*`; empty for any.
    pub media_types: Vec<String>,
    /// Several items at once; absent means yes.
    pub multiple: bool,
    /// Line items in resource links; absent means yes.
    pub line_item: bool,
}

impl Acceptance {
    /// Reads the claim. Nothing is taken where `accept_types` is no list.
    #[must_use]
    pub fn from_claim(claim: &Json) -> Self {
        let list = |name: &str| claim.get(name).and_then(Json::as_array).map(|values| texts(values));
        // The specification has one text that commas separate.
        let media_types = claim.get("accept_media_types").and_then(Json::as_str).map(|text| {
            let types = text.split(',').map(|one| one.trim().to_owned());
            types.filter(|one| !one.is_empty()).collect()
        });
        Self {
            types: list("accept_types").unwrap_or_default(),
            media_types: media_types.or(list("accept_media_types")).unwrap_or_default(),
            multiple: flag(claim.get("accept_multiple")).unwrap_or(true),
            line_item: flag(claim.get("accept_lineitem")).unwrap_or(true),
        }
    }
}

/// A boolean, also as text.
fn flag(value: Option<&Json>) -> Option<bool> {
    match value? {
        Json::Bool(flag) => Some(*flag),
        Json::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// The settings that a platform in the middle hands to its tool: everything about acceptance as it came, with a return URL and data of
/// its own. Null members are left out, and so are empty texts.
#[must_use]
pub fn settings_for_tool(claim: &Json, return_url: &str, data: &str) -> Map<String, Json> {
    let is_passed = |name: &str| name.starts_with("accept_") || ["auto_create", "can_confirm", "title", "text"].contains(&name);
    let members = claim.as_object().into_iter().flatten();
    let passed = members
        .filter(|(name, value)| is_passed(name) && !value.is_null() && value.as_str() != Some(""))
        .map(|(name, value)| (name.clone(), without_nulls(value.clone())));
    let ours = [("deep_link_return_url", return_url), ("data", data)];
    passed
        .chain(ours.map(|(name, value)| (name.to_owned(), value.into())))
        .collect()
}
