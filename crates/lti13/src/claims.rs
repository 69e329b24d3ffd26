//! The claims of LTI messages, typed; the same for tool and platform.

mod context;
mod deep_linking;
pub mod names;
mod presentation;
mod resource_link;
mod roles;

use serde_json::Value as Json;
use url::Url;

pub use context::Context;
pub use deep_linking::DeepLinkingSettings;
pub use presentation::Presentation;
pub use resource_link::ResourceLink;
pub use roles::{RoleScope, is_instructor, is_lms_administrator, role_scope, short_role};

/// LTI 1.3 core: ids have at most 255 ASCII characters.
pub const MAX_ID_LENGTH: usize = 255;

/// The longest issuer, in bytes. A login initiation can't name a longer one, so no longer one should be registered.
pub const MAX_ISSUER_LENGTH: usize = 2048;

/// An id as LTI has them: text, not empty, printable ASCII, at most [`MAX_ID_LENGTH`] characters.
#[must_use]
pub fn is_id(value: &Json) -> bool {
    let is_printable = |byte: u8| matches!(byte, b' '..=b'~');
    let fits = |text: &str| !text.is_empty() && text.len() <= MAX_ID_LENGTH && text.bytes().all(is_printable);
    value.as_str().is_some_and(fits)
}

pub(crate) fn text_in(claim: Option<&Json>, name: &str) -> Option<String> {
    claim?.get(name)?.as_str().map(str::to_owned)
}

/// The texts of an array, without what is empty or no text.
pub(crate) fn texts(values: &[Json]) -> Vec<String> {
    values
        .iter()
        .filter_map(Json::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(crate) fn web_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http"))
}
