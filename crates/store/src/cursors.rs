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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::RegistrationOrder;

    const SORTS: [RegistrationOrder; 3] = [
        RegistrationOrder::Name,
        RegistrationOrder::CreatedAt,
        RegistrationOrder::LastLaunchAt,
    ];

    proptest! {
        #[test]
        fn cursors_come_back(name in "[^\\x00]{0,200}", at in any::<i64>(), id in any::<u128>(), random in any::<[u8; 8]>(), descending in any::<bool>()) {
            let id = Uuid::from_u128(id);
            for by in SORTS {
                let sort = RegistrationSort { by, descending };
                let key = if sort.is_by_text() { SortKey::Text(name.clone()) } else { SortKey::Micros(at) };
                let cursor = RegistrationCursor(Position { sort: sort.code(), key, id });
                prop_assert_eq!(RegistrationCursor::decode(&cursor.to_string(), sort), Some(cursor));
            }
            let launch = LaunchCursor { launched_at: at, reference: domain::Reference::from_random(random).to_string() };
            prop_assert_eq!(LaunchCursor::decode(&launch.to_string()), Some(launch));
            let event = AuditCursor { done_at: at, id };
            prop_assert_eq!(AuditCursor::decode(&event.to_string()), Some(event));
            let report = ReportCursor { reported_at: at, id };
            prop_assert_eq!(ReportCursor::decode(&report.to_string()), Some(report));
        }

        /// Whatever comes for a cursor is refused, or one that a database can take and that is its own text again.
        #[test]
        fn any_text_is_refused_or_a_cursor(text in forged()) {
            for by in SORTS {
                let sort = RegistrationSort { by, descending: false };
                if let Some(cursor) = RegistrationCursor::decode(&text, sort) {
                    prop_assert!(!matches!(&cursor.0.key, SortKey::Text(name) if name.contains('\0')));
                    prop_assert_eq!(RegistrationCursor::decode(&cursor.to_string(), sort), Some(cursor));
                }
            }
            if let Some(cursor) = LaunchCursor::decode(&text) {
                prop_assert!(domain::Reference::parse(&cursor.reference).is_ok());
            }
            let _ = (AuditCursor::decode(&text), ReportCursor::decode(&text));
        }
    }

    /// Any text, any bytes encoded, and what is nearly a cursor.
    fn forged() -> impl Strategy<Value = String> {
        let sort = prop::sample::select(vec!["name", "-name", "createdAt", "lastLaunchAt", ""]);
        let key = prop_oneof![
            any::<String>().prop_map(|text| serde_json::json!({ "text": text })),
            any::<i64>().prop_map(|micros| serde_json::json!({ "micros": micros })),
            any::<f64>().prop_map(|micros| serde_json::json!({ "micros": micros })),
        ];
        let near = (sort, key, any::<u128>(), any::<bool>()).prop_map(|(sort, key, id, launch)| {
            let json = if launch {
                serde_json::json!({ "launched_at": 1, "reference": key["text"] })
            } else {
                serde_json::json!({ "sort": sort, "key": key, "id": Uuid::from_u128(id) })
            };
            URL_SAFE_NO_PAD.encode(json.to_string())
        });
        prop_oneof![
            any::<String>(),
            any::<Vec<u8>>().prop_map(|bytes| URL_SAFE_NO_PAD.encode(bytes)),
            near
        ]
    }
}
