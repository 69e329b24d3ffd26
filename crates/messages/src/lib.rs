//! Every text of the LMS Gateway that people read, in every language.
//!
#![cfg_attr(feature = "server", doc = include_str!("../README.md"))]
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod catalogue;
mod fill;
#[cfg(feature = "portal")]
pub mod portal;
#[cfg(feature = "pseudo")]
pub mod pseudo;
#[cfg(feature = "server")]
mod text;

#[cfg(feature = "server")]
pub use sections::*;
#[cfg(feature = "server")]
pub use text::{Text, Value};

include!(concat!(env!("OUT_DIR"), "/language.rs"));

#[cfg(feature = "server")]
#[allow(missing_docs)]
mod sections {
    use crate::text::{Message, Text, Value};

    include!(concat!(env!("OUT_DIR"), "/sections.rs"));
}

impl Language {
    /// The language of a tag of BCP 47, or of what LMSs take for one (`de_AT`), by its primary subtag.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

#[cfg(test)]
mod tests;
