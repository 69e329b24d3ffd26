//! The public keys of apps, by which they prove that they are themselves.

use lti13::{
    KeySet,
    jose::Algorithm::{self, Es256, Rs256},
};
use serde_json::Value as Json;

use super::document_cache::{CachedDocument, DocumentError};

/// The keyset of an app, by algorithm.
pub struct AppKeys {
    rs256: KeySet,
    es256: KeySet,
}

impl AppKeys {
    /// The keys of one algorithm.
    pub fn by_algorithm(&self, algorithm: Algorithm) -> Option<&KeySet> {
        match algorithm {
            Rs256 => Some(&self.rs256),
            Es256 => Some(&self.es256),
            _ => None,
        }
    }
}

impl CachedDocument for AppKeys {
    fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let named = with_key_ids(bytes);
        let bytes = named.as_deref().unwrap_or(bytes);
        Ok(Self {
            rs256: KeySet::parse_for(Rs256, bytes)?,
            es256: KeySet::parse_for(Es256, bytes)?,
        })
    }

    /// Every key: a token may name none.
    fn has(&self, _: &str) -> bool {
        true
    }

    fn size(&self) -> usize {
        self.rs256.size() + self.es256.size()
    }
}

/// The document with an id for each key that has none (RFC 7517, section 4.5: `kid` is optional). A space can't stand in the id of another one.
fn with_key_ids(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut document: Json = serde_json::from_slice(bytes).ok()?;
    for (index, key) in document.get_mut("keys")?.as_array_mut()?.iter_mut().enumerate() {
        if let Some(key) = key.as_object_mut()
            && key.get("kid").is_none_or(Json::is_null)
        {
            key.insert("kid".to_owned(), format!("key {index}").into());
        }
    }
    serde_json::to_vec(&document).ok()
}
