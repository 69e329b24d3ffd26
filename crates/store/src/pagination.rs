//! Keyset pagination: every list is ordered by two columns of which the second tells equals apart, and its next page begins after
//! the last entry of the one before. Rows that are added or deleted meanwhile neither repeat nor hide others.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, P> {
    /// The entries.
    pub value: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor<P>>,
}

/// Where the next page of a list begins: after the entry at this position. Opaque to callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor<P>(pub(crate) P);

/// An entry's position in a list.
pub(crate) trait Position: Serialize + DeserializeOwned {
    /// Its values in the columns of the list's [`KeysetOrder`].
    fn values(&self) -> [Value; 2];
}

/// How a list is ordered.
pub(crate) struct KeysetOrder<C> {
    /// The column of the order, then the column that tells equals apart.
    pub(crate) columns: [C; 2],
    pub(crate) descending: bool,
}

impl<C: ColumnTrait> KeysetOrder<C> {
    pub(crate) fn newest_first(at: C, id: C) -> Self {
        Self {
            columns: [at, id],
            descending: true,
        }
    }

    /// The rows of a page, and one more where another page follows: for [`Page::cut`].
    pub(crate) fn select<E, P>(&self, list: Select<E>, limit: u32, after: Option<&Cursor<P>>) -> Select<E>
    where
        E: EntityTrait<Column = C>,
        P: Position,
    {
        let order = if self.descending { Order::Desc } else { Order::Asc };
        let list = self
            .columns
            .into_iter()
            .fold(list, |list, column| list.order_by(column, order.clone()))
            .limit(u64::from(limit) + 1);
        let Some(Cursor(position)) = after else { return list };
        // As tuples, so that an index is entered at this place.
        let columns = Expr::tuple(self.columns.map(Expr::col));
        let position = Expr::tuple(position.values().map(Expr::value));
        list.filter(if self.descending {
            columns.lt(position)
        } else {
            columns.gt(position)
        })
    }
}

impl<T, P> Page<T, P> {
    pub(crate) fn empty() -> Self {
        Self {
            value: Vec::new(),
            next: None,
        }
    }

    /// Of the rows that [`KeysetOrder::select`] finds.
    pub(crate) fn cut(mut rows: Vec<T>, limit: u32, position: impl FnOnce(&T) -> P) -> Self {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| Cursor(position(row)));
        Self { value: rows, next }
    }

    pub(crate) fn try_map<U>(self, read: impl FnMut(T) -> Result<U, StoreError>) -> Result<Page<U, P>, StoreError> {
        Ok(Page {
            value: self.value.into_iter().map(read).collect::<Result<_, _>>()?,
            next: self.next,
        })
    }
}

impl<P: DeserializeOwned> Cursor<P> {
    /// Reads a cursor back; `None` when it isn't one of such a list.
    pub(crate) fn read(text: &str) -> Option<Self> {
        // The longest name has 200 characters of at most four bytes, which JSON may write as six each.
        if text.len() > 8192 {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok().map(Self)
    }
}

impl<P: Serialize> fmt::Display for Cursor<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A struct of texts and numbers always has a JSON form.
        f.write_str(&URL_SAFE_NO_PAD.encode(serde_json::to_vec(&self.0).unwrap_or_default()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::audit::AuditPosition;
    use crate::launch_list::LaunchPosition;
    use crate::registration_list::{RegistrationPosition, SortKey};
    use crate::report_list::ReportPosition;
    use crate::{AuditCursor, LaunchCursor, RegistrationCursor, RegistrationOrder, RegistrationSort, ReportCursor};

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
                let cursor = Cursor(RegistrationPosition { sort: sort.code(), key, id });
                prop_assert_eq!(RegistrationCursor::decode(&cursor.to_string(), sort), Some(cursor));
            }
            let launch = Cursor(LaunchPosition { launched_at: at, reference: domain::Reference::from_random(random).to_string() });
            prop_assert_eq!(LaunchCursor::decode(&launch.to_string()), Some(launch));
            let event = Cursor(AuditPosition { done_at: at, id });
            prop_assert_eq!(AuditCursor::decode(&event.to_string()), Some(event));
            let report = Cursor(ReportPosition { reported_at: at, id });
            prop_assert_eq!(ReportCursor::decode(&report.to_string()), Some(report));
        }

        /// Any text in the place of a cursor is refused, or is a cursor that a database can take and that encodes to the same text.
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
                prop_assert!(domain::Reference::parse(&cursor.0.reference).is_ok());
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
