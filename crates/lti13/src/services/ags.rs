//! Assignment and Grade Services 2.0: line items, scores and results.
//!
//! Bodies are JSON objects with members of vendors beside those of the specification, which pass; so an object stays the map that it
//! arrived as, and what the specification says of it is validated or replaced.

mod line_item;
mod query;
mod result;
mod score;
mod timestamp;

use serde_json::{Map, Value as Json};
use url::Url;

use super::access_token::{LINE_ITEM, LINE_ITEM_READONLY, RESULT_READONLY, SCORE};
use super::container::Container;
use crate::claims::{text_in, texts, web_url};

pub use line_item::LineItem;
pub use query::{LineItemQuery, ResultQuery};
pub use result::GradeResult;
pub use score::{MAX_SCORE_LENGTH, Score};
pub use timestamp::Timestamp;

/// The claim of a launch (AGS 2.0, 4.1).
pub const CLAIM: &str = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";

/// Of one line item.
pub const LINE_ITEM_TYPE: &str = "application/vnd.ims.lis.v2.lineitem+json";
/// Of a list of line items: Moodle refuses other values of `Accept`.
pub const LINE_ITEM_CONTAINER_TYPE: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";
/// Of a score.
pub const SCORE_TYPE: &str = "application/vnd.ims.lis.v1.score+json";
/// Of a list of results.
pub const RESULT_CONTAINER_TYPE: &str = "application/vnd.ims.lis.v2.resultcontainer+json";

/// The claim of a launch about the services.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// The scopes that the platform offers to this tool.
    pub scopes: Vec<String>,
    /// The line items of the course.
    pub line_items: Option<Url>,
    /// The line item of the resource link, if it has exactly one.
    pub line_item: Option<Url>,
}

impl Endpoint {
    /// Reads the claim; `None` where it offers nothing: no scope of these services, or no address.
    #[must_use]
    pub fn from_claim(claim: &Json) -> Option<Self> {
        let scopes = claim.get("scope").and_then(Json::as_array).map(|scopes| texts(scopes));
        let known = [LINE_ITEM, LINE_ITEM_READONLY, RESULT_READONLY, SCORE];
        let is_known = |scope: &String| known.contains(&scope.as_str());
        let scopes: Vec<_> = scopes.unwrap_or_default().into_iter().filter(is_known).collect();
        let url = |name| text_in(Some(claim), name).as_deref().and_then(web_url);
        let (line_items, line_item) = (url("lineitems"), url("lineitem"));
        let has_address = line_items.is_some() || line_item.is_some();
        (has_address && !scopes.is_empty()).then_some(Self {
            scopes,
            line_items,
            line_item,
        })
    }

    /// The claim.
    #[must_use]
    pub fn claim(scopes: &[&str], line_items: Option<&str>, line_item: Option<&str>) -> Json {
        let urls = [("lineitems", line_items), ("lineitem", line_item)];
        let urls = urls
            .into_iter()
            .filter_map(|(name, url)| Some((name.to_owned(), url?.into())));
        let scope = ("scope".to_owned(), scopes.iter().copied().collect());
        Json::Object(std::iter::once(scope).chain(urls).collect())
    }
}

/// Where the scores of a line item go (AGS 2.0, 3.4.4): `/scores` behind the path, before the query.
#[must_use]
pub fn scores_url(line_item: &Url) -> Url {
    below(line_item, "scores")
}

/// Where the results of a line item are (AGS 2.0, 3.3.5): `/results` behind the path, before the query.
#[must_use]
pub fn results_url(line_item: &Url) -> Url {
    below(line_item, "results")
}

fn below(line_item: &Url, name: &str) -> Url {
    let mut url = line_item.clone();
    url.set_path(&format!("{}/{name}", line_item.path().trim_end_matches('/')));
    url.set_fragment(None);
    url
}

/// Reads a list of line items in pieces (AGS 2.0, 3.2).
#[must_use]
pub fn line_item_container() -> Container {
    Container::list()
}

/// Reads a list of results in pieces (AGS 2.0, 3.3).
#[must_use]
pub fn result_container() -> Container {
    Container::list()
}

/// A body that is no line item or no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// Longer than it may be.
    #[error("the body is longer than {limit} bytes")]
    TooLarge {
        /// The greatest length, in bytes.
        limit: usize,
    },
    /// No JSON object with unique names.
    #[error("the body is no JSON object with unique names")]
    NotAnObject,
    /// A required member is absent or empty.
    #[error("{name} is missing")]
    Missing {
        /// The member.
        name: &'static str,
    },
    /// A member is of another type, or has a value that it can't have.
    #[error("{name} is wrong: {expected}")]
    Wrong {
        /// The member.
        name: &'static str,
        /// The values that it can have, for people who write tools.
        expected: &'static str,
    },
}

impl BodyError {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::NotAnObject => "not_an_object",
            Self::Missing { .. } => "missing",
            Self::Wrong { .. } => "wrong",
        }
    }

    /// The member that it is about.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::TooLarge { .. } | Self::NotAnObject => None,
            Self::Missing { name } | Self::Wrong { name, .. } => Some(name),
        }
    }
}

/// A body as a map without null members, at whatever depth.
fn body(bytes: &[u8], limit: usize) -> Result<Map<String, Json>, BodyError> {
    if bytes.len() > limit {
        return Err(BodyError::TooLarge { limit });
    }
    let body = crate::json::object(bytes).map_err(|_| BodyError::NotAnObject)?;
    match crate::json::without_nulls(Json::Object(body)) {
        Json::Object(body) => Ok(body),
        _ => Err(BodyError::NotAnObject),
    }
}

/// A number that is not negative; `None` if it is absent.
fn number(body: &Map<String, Json>, name: &'static str) -> Result<Option<f64>, BodyError> {
    let expected = "a number that is not negative";
    match body.get(name) {
        None => Ok(None),
        Some(value) => match value.as_f64().filter(|number| number.is_finite() && *number >= 0.0) {
            Some(number) => Ok(Some(number)),
            None => Err(BodyError::Wrong { name, expected }),
        },
    }
}

/// A text of at most `limit` bytes; `None` if it is absent or empty.
fn text(body: &Map<String, Json>, name: &'static str, limit: usize) -> Result<Option<String>, BodyError> {
    match body.get(name) {
        None => Ok(None),
        Some(Json::String(text)) if text.len() <= limit => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(BodyError::Wrong {
            name,
            expected: "text, and not too long",
        }),
    }
}

/// A time with a zone; `None` if it is absent or empty.
fn time(body: &Map<String, Json>, name: &'static str) -> Result<Option<Timestamp>, BodyError> {
    let expected = "a time with a zone, as in 2026-11-30T15:17:56.123Z";
    let time = |text: String| Timestamp::parse(&text).ok_or(BodyError::Wrong { name, expected });
    text(body, name, 64)?.map(time).transpose()
}

/// A score is out of more than nothing.
fn maximum(body: &Map<String, Json>) -> Result<Option<f64>, BodyError> {
    match number(body, "scoreMaximum")? {
        Some(0.0) => Err(BodyError::Wrong {
            name: "scoreMaximum",
            expected: "a number above 0",
        }),
        other => Ok(other),
    }
}
