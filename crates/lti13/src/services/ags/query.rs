//! The queries of lists (AGS 2.0, 3.2.4 and 3.3.6).

use std::borrow::Cow;

use url::Url;

use crate::parameters::{collect, printable};
use crate::query::with_parameters;
use crate::services::nrps::{QueryError, limit};

/// Which line items are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineItemQuery {
    /// Of this resource link.
    pub resource_link_id: Option<String>,
    /// Of this resource of the tool.
    pub resource_id: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// At most so many in one page.
    pub limit: Option<u32>,
}

/// Which results are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResultQuery {
    /// Of this person.
    pub user_id: Option<String>,
    /// At most so many in one page.
    pub limit: Option<u32>,
}

impl LineItemQuery {
    /// Reads the decoded pairs of a query. Unknown parameters are ignored.
    ///
    /// # Errors
    /// A [`QueryError`].
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, QueryError> {
        let known = [
            ("resource_link_id", 1024),
            ("resource_id", 1024),
            ("tag", 1024),
            ("limit", 20),
        ];
        let [resource_link_id, resource_id, tag, text] = collect(pairs, known)?;
        Ok(Self {
            resource_link_id: printable(resource_link_id, "resource_link_id")?,
            resource_id: printable(resource_id, "resource_id")?,
            tag: printable(tag, "tag")?,
            limit: limit(text)?,
        })
    }

    /// The address that is asked: the service's own query stays.
    #[must_use]
    pub fn url(&self, line_items: &Url) -> Url {
        let limit = self.limit.map(|limit| limit.to_string());
        with(
            line_items,
            [
                ("resource_link_id", self.resource_link_id.as_deref()),
                ("resource_id", self.resource_id.as_deref()),
                ("tag", self.tag.as_deref()),
                ("limit", limit.as_deref()),
            ],
        )
    }
}

impl ResultQuery {
    /// Reads the decoded pairs of a query. Unknown parameters are ignored.
    ///
    /// # Errors
    /// A [`QueryError`].
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, QueryError> {
        let [user_id, text] = collect(pairs, [("user_id", 1024), ("limit", 20)])?;
        Ok(Self {
            user_id: printable(user_id, "user_id")?,
            limit: limit(text)?,
        })
    }

    /// The address that is asked: the line item's own query stays.
    #[must_use]
    pub fn url(&self, results: &Url) -> Url {
        let limit = self.limit.map(|limit| limit.to_string());
        with(results, [("user_id", self.user_id.as_deref()), ("limit", limit.as_deref())])
    }
}

fn with<const N: usize>(url: &Url, parameters: [(&'static str, Option<&str>); N]) -> Url {
    let given: Vec<_> = parameters
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    match given.is_empty() {
        true => url.clone(),
        false => with_parameters(url, &given),
    }
}
