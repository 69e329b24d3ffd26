use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::is_storable;
use crate::registration_list::RegistrationSort;

/// Where the next page of registrations begins; opaque to callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationCursor(pub(crate) Position);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    pub(crate) sort: String,
    pub(crate) key: SortKey,
    pub(crate) id: Uuid,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SortKey {
    Text(String),
    Micros(i64),
}

impl RegistrationCursor {
    /// Reads a cursor back; `None` when it was tampered with or belongs to another sort order.
    #[must_use]
    pub fn decode(text: &str, sort: RegistrationSort) -> Option<Self> {
        let position: Position = decode(text)?;
        let fits = match &position.key {
            SortKey::Text(text) => sort.is_by_text() && is_storable(text),
            SortKey::Micros(_) => !sort.is_by_text(),
        };
        (fits && position.sort == sort.code()).then_some(Self(position))
    }
}

impl fmt::Display for RegistrationCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(&self.0))
    }
}

/// Where the next page of launches begins; opaque to callers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchCursor {
    pub(crate) launched_at: i64,
    pub(crate) reference: String,
}

impl LaunchCursor {
    /// Reads a cursor back; `None` when it was tampered with.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        decode(text).filter(|cursor: &Self| domain::Reference::parse(&cursor.reference).is_ok())
    }
}

impl fmt::Display for LaunchCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(self))
    }
}

/// Where the next page of audit events begins; opaque to callers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditCursor {
    pub(crate) done_at: i64,
    pub(crate) id: Uuid,
}

impl AuditCursor {
    /// Reads a cursor back; `None` when it was tampered with.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        decode(text)
    }
}

impl fmt::Display for AuditCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(self))
    }
}

/// Where the next page of problem reports begins; opaque to callers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportCursor {
    pub(crate) reported_at: i64,
    pub(crate) id: Uuid,
}

impl ReportCursor {
    /// Reads a cursor back; `None` when it was tampered with.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        decode(text)
    }
}

impl fmt::Display for ReportCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(self))
    }
}

fn encode(position: &impl Serialize) -> String {
    // A struct of texts and numbers always has a JSON form.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(position).unwrap_or_default())
}

fn decode<T: DeserializeOwned>(text: &str) -> Option<T> {
    // The longest name has 200 characters of at most four bytes, which JSON may write as six each.
    if text.len() > 8192 {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
