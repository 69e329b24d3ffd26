//! Content items (Deep Linking 2.0, 3), held against what the platform takes.

use serde_json::{Map, Number, Value as Json};

use super::Acceptance;
use crate::json::without_nulls;
use crate::services::target::{Schemes, TargetError, validate_address};

/// Why an item is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ItemError {
    /// It is no object with a known `type`.
    #[error("the item has no known type")]
    Type,
    /// The platform does not take this type.
    #[error("the platform does not accept this type")]
    NotAccepted,
    /// The platform takes one item, and there was one before.
    #[error("the platform accepts one item")]
    OnlyOne,
    /// The platform does not take files of this media type.
    #[error("the platform does not accept this media type")]
    MediaType,
    /// A required member is absent or of another type.
    #[error("the item lacks {0}")]
    Missing(&'static str),
    /// The `url` breaks a rule.
    #[error("url: {0}")]
    Url(#[from] TargetError),
}

impl ItemError {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Type => "item_type",
            Self::NotAccepted => "not_accepted",
            Self::OnlyOne => "only_one",
            Self::MediaType => "media_type",
            Self::Missing(_) => "missing",
            Self::Url(_) => "url",
        }
    }
}

/// An item that is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RefusedItem {
    /// Its place in the answer, from 0.
    pub index: usize,
    /// Why.
    pub error: ItemError,
}

/// The items of an answer, in two parts.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Selection {
    /// Those that go to the platform, in their order.
    pub items: Vec<Map<String, Json>>,
    /// The others.
    pub refused: Vec<RefusedItem>,
}

impl Selection {
    /// How many items of each type go to the platform.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|item| item.get("type").and_then(Json::as_str))
    }
}

impl Acceptance {
    /// Selects the items that the platform takes. One that is refused does not stop the others. `wrap` makes the address of a resource
    /// link that the platform keeps of the one that the tool named.
    ///
    /// Null members are left out, a whole `scoreMaximum` becomes an integer, and `lineItem` goes where it is not taken.
    pub fn select(&self, items: Vec<Json>, schemes: Schemes, wrap: impl Fn(&str) -> Result<String, TargetError>) -> Selection {
        let mut selection = Selection::default();
        for (index, item) in items.into_iter().enumerate() {
            let is_full = !self.multiple && !selection.items.is_empty();
            match self.item(without_nulls(item), schemes, &wrap) {
                Ok(_) if is_full => selection.refused.push(RefusedItem {
                    index,
                    error: ItemError::OnlyOne,
                }),
                Ok(item) => selection.items.push(item),
                Err(error) => selection.refused.push(RefusedItem { index, error }),
            }
        }
        selection
    }

    fn item(
        &self,
        item: Json,
        schemes: Schemes,
        wrap: impl Fn(&str) -> Result<String, TargetError>,
    ) -> Result<Map<String, Json>, ItemError> {
        let Json::Object(mut item) = item else {
            return Err(ItemError::Type);
        };
        let kind = item.get("type").and_then(Json::as_str).ok_or(ItemError::Type)?;
        if !["link", "ltiResourceLink", "file", "html", "image"].contains(&kind) {
            return Err(ItemError::Type);
        }
        if !self.types.iter().any(|accepted| accepted == kind) {
            return Err(ItemError::NotAccepted);
        }
        match kind {
            "ltiResourceLink" => self.resource_link(&mut item, wrap)?,
            "html" => {
                text(&item, "html")?;
            }
            "file" => {
                validate_address(text(&item, "url")?, schemes)?;
                self.validate_media_type(&item)?;
            }
            _ => validate_address(text(&item, "url")?, schemes)?,
        }
        Ok(item)
    }

    /// Deep Linking 3.1.2: without `url` it opens at the tool's registered address.
    fn resource_link(
        &self,
        item: &mut Map<String, Json>,
        wrap: impl Fn(&str) -> Result<String, TargetError>,
    ) -> Result<(), ItemError> {
        if item.contains_key("url") {
            let wrapped = wrap(text(item, "url")?)?;
            item.insert("url".to_owned(), wrapped.into());
        }
        if !self.line_item {
            item.remove("lineItem");
        }
        if let Some(maximum) = item
            .get_mut("lineItem")
            .and_then(|line_item| line_item.get_mut("scoreMaximum"))
        {
            whole_as_integer(maximum);
        }
        Ok(())
    }

    /// Deep Linking 4.4.1: the media types that count for files. A file that names none passes: there is nothing to compare.
    fn validate_media_type(&self, item: &Map<String, Json>) -> Result<(), ItemError> {
        let Some(media_type) = item.get("mediaType").and_then(Json::as_str) else {
            return Ok(());
        };
        let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let media_type = essence(media_type);
        let accepts = |pattern: &String| match essence(pattern).as_str() {
            "*" | "*/*" => true,
            pattern => match pattern.strip_suffix("/*") {
                Some(kind) => media_type.split_once('/').is_some_and(|(own, _)| own == kind),
                None => media_type == pattern,
            },
        };
        match self.media_types.is_empty() || self.media_types.iter().any(accepts) {
            true => Ok(()),
            false => Err(ItemError::MediaType),
        }
    }
}

fn text<'a>(item: &'a Map<String, Json>, name: &'static str) -> Result<&'a str, ItemError> {
    let text = item.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
    text.ok_or(ItemError::Missing(name))
}

/// `100.0` as `100`: Open edX takes integers alone, and to others it makes no difference.
pub(crate) fn whole_as_integer(value: &mut Json) {
    /// Below it every whole number is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = value
        .as_number()
        .filter(|number| number.is_f64())
        .and_then(Number::as_f64)
        .filter(|number| number.fract() == 0.0 && number.abs() < EXACT);
    if let Some(number) = whole {
        *value = Json::from(number as i64);
    }
}
