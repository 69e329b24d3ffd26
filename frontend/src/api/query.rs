//! The queries of lists.

use crate::dates;

/// The number of entries on a page.
const PAGE: &str = "50";

/// A list of the API, and the page that shows it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListRoute {
    /// The page's address, without a query.
    pub(crate) address: &'static str,
    path: &'static str,
    /// The query parameters. The names are the same in the address and in the API, except for `days`.
    names: &'static [Name],
    /// The id of the first of the page's filters.
    pub(crate) first: &'static str,
}

/// A query parameter.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    name: &'static str,
    /// The allowed values. Empty if any value is allowed.
    values: &'static [&'static str],
}

const fn any(name: &'static str) -> Name {
    Name { name, values: &[] }
}

const fn one_of(name: &'static str, values: &'static [&'static str]) -> Name {
    Name { name, values }
}

pub(crate) static REGISTRATIONS: ListRoute = ListRoute {
    address: "/registrations",
    path: "/api/v1/registrations",
    names: &[
        any("search"),
        any("appId"),
        any("platform"),
        one_of("health", &["good", "bad", "unknown"]),
        // Without it the list is sorted by name.
        one_of(SORT, &["-name", "createdAt", "-createdAt", "lastLaunchAt", "-lastLaunchAt"]),
    ],
    first: "search",
};

pub(crate) static LAUNCHES: ListRoute = ListRoute {
    address: "/launches",
    path: "/api/v1/launches",
    names: &[
        any("registrationId"),
        one_of("outcome", &["accepted", "refused"]),
        one_of(DAYS, &["1", "7", "14", "30"]),
    ],
    first: "registrationId",
};

pub(crate) static REPORTS: ListRoute = ListRoute {
    address: "/reports",
    path: "/api/v1/problem-reports",
    names: &[
        any("search"),
        one_of("state", &["open", "in_progress", "resolved"]),
        one_of("category", &["launch", "registration", "sign_in", "other"]),
        one_of("mine", &["true"]),
        one_of("undelivered", &["true"]),
    ],
    first: "search",
};

pub(crate) static AUDIT_EVENTS: ListRoute = ListRoute {
    address: "/audit",
    path: "/api/v1/audit-events",
    names: &[any("action")],
    first: "action",
};

pub(crate) static CONTESTS: ListRoute = ListRoute {
    address: "/contests",
    path: "/api/v1/contests",
    names: &[],
    first: "",
};

/// The order of a list. It isn't a filter.
const SORT: &str = "sort";
/// A number of days until now. The API takes a timestamp.
const DAYS: &str = "days";

/// The query of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListQuery {
    of: &'static ListRoute,
    /// In the order of the names. Empty if the parameter is not set.
    values: Vec<String>,
}

impl ListQuery {
    /// The query without filters, in the default order.
    pub(crate) fn all(of: &'static ListRoute) -> Self {
        Self::from_address(of, "")
    }

    /// Parses an address or its query string. [`Self::address`] is the inverse.
    pub(crate) fn from_address(of: &'static ListRoute, address: &str) -> Self {
        let query = address.split_once('?').map_or(address, |(_, query)| query);
        let mut all = Self {
            of,
            values: vec![String::new(); of.names.len()],
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            all.set(&name, &value);
        }
        all
    }

    /// Ignores unknown parameters.
    fn set(&mut self, name: &str, value: &str) {
        for (known, place) in self.of.names.iter().zip(&mut self.values) {
            if known.name == name {
                let is_allowed = known.values.is_empty() || known.values.contains(&value);
                *place = if is_allowed { value.to_owned() } else { String::new() };
            }
        }
    }

    fn named(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = self.of.names.iter().map(|name| name.name);
        names.zip(self.values.iter().map(|value| value.trim()))
    }

    /// The value of a parameter. Empty if it is not set.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.named().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut query = self.clone();
        query.set(name, value);
        query
    }

    /// The query without filters, in the same order.
    pub(crate) fn without_filters(&self) -> Self {
        Self::all(self.of).with(SORT, self.get(SORT))
    }

    /// True if it has a filter.
    pub(crate) fn is_filter(&self) -> bool {
        self.named().any(|(name, value)| name != SORT && !value.is_empty())
    }

    /// `ascending` or `descending`, if the list is sorted by this column.
    pub(crate) fn order(&self, column: &str) -> Option<&'static str> {
        let sort = Some(self.get(SORT)).filter(|sort| !sort.is_empty()).unwrap_or("name");
        match sort.strip_prefix('-') {
            Some(by) => (by == column).then_some("descending"),
            None => (sort == column).then_some("ascending"),
        }
    }

    /// The query after a click on a column header: sorted by the column, or in reverse order.
    pub(crate) fn sorted(&self, column: &str) -> Self {
        let turn = self.order(column) == Some("ascending");
        self.with(SORT, &format!("{}{column}", if turn { "-" } else { "" }))
    }

    /// The address of the portal's page.
    pub(crate) fn address(&self) -> String {
        path(self.of.address, self.named())
    }

    /// The API path of the first page.
    pub(crate) fn path(&self) -> String {
        let from = self.get(DAYS).parse().map(dates::days_ago).unwrap_or_default();
        let parameters = self.named().map(|(name, value)| {
            if name == DAYS {
                ("from", from.as_str())
            } else {
                (name, value)
            }
        });
        path(self.of.path, parameters.chain([("limit", PAGE)]))
    }
}

/// A path with a query string. Parameters without a value are left out.
pub(super) fn path<'a>(base: &str, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters.into_iter().filter(|(_, value)| !value.is_empty()))
        .finish();
    if query.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{query}")
    }
}

/// Path and query of a `nextLink`. The token is sent only to the portal's own origin, whatever host the link names.
pub(crate) fn own_path(next_link: &str) -> Option<String> {
    let rest = next_link
        .strip_prefix("https://")
        .or_else(|| next_link.strip_prefix("http://"))?;
    let path = &rest[rest.find('/')?..];
    path.starts_with("/api/v1/").then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_unset_parameters() {
        let all = ListQuery::all(&REGISTRATIONS);
        assert_eq!(all.path(), "/api/v1/registrations?limit=50");
        let query = all
            .with("search", " a&b ")
            .with("platform", "moodle")
            .with("sort", "-createdAt");
        assert_eq!(
            query.path(),
            "/api/v1/registrations?search=a%26b&platform=moodle&sort=-createdAt&limit=50"
        );
        assert!(query.is_filter());
        let nothing_left_out = query.without_filters();
        assert!(!nothing_left_out.is_filter());
        assert_eq!(nothing_left_out.address(), "/registrations?sort=-createdAt");
        assert!(!all.with("search", "  ").is_filter());
    }

    #[test]
    fn a_second_click_turns_the_order_round() {
        let query = ListQuery::all(&REGISTRATIONS);
        assert_eq!(query.order("name"), Some("ascending"));
        assert_eq!(query.order("createdAt"), None);
        assert_eq!(query.sorted("name").order("name"), Some("descending"));
        assert_eq!(query.sorted("name").sorted("name"), query);
        let sorted = query.sorted("createdAt");
        assert_eq!(sorted.order("createdAt"), Some("ascending"));
        assert_eq!(sorted.order("name"), None);
        assert_eq!(sorted.sorted("createdAt").order("createdAt"), Some("descending"));
        assert_eq!(sorted.sorted("createdAt").sorted("name"), query);
    }

    #[test]
    fn an_address_has_the_parameters() {
        for (of, address, path) in [
            (&REGISTRATIONS, "/registrations", "/api/v1/registrations?limit=50"),
            (
                &REGISTRATIONS,
                "/registrations?search=a%26b&health=bad&sort=-createdAt",
                "/api/v1/registrations?search=a%26b&health=bad&sort=-createdAt&limit=50",
            ),
            (&LAUNCHES, "/launches", "/api/v1/launches?limit=50"),
            (
                &LAUNCHES,
                "/launches?registrationId=r&outcome=refused",
                "/api/v1/launches?registrationId=r&outcome=refused&limit=50",
            ),
            (
                &REPORTS,
                "/reports?search=4&state=open&category=sign_in&mine=true",
                "/api/v1/problem-reports?search=4&state=open&category=sign_in&mine=true&limit=50",
            ),
            (
                &AUDIT_EVENTS,
                "/audit?action=registration.deleted",
                "/api/v1/audit-events?action=registration.deleted&limit=50",
            ),
        ] {
            let query = ListQuery::from_address(of, address);
            assert_eq!(query.address(), address);
            assert_eq!(query.path(), path);
            assert_eq!(query.is_filter(), address.contains('?'), "{address}");
        }
        assert_eq!(
            ListQuery::from_address(&LAUNCHES, "/launches?days=7").address(),
            "/launches?days=7"
        );
    }

    #[test]
    fn ignores_unknown_parameters() {
        for (of, address) in [
            (&LAUNCHES, "/launches?outcome=maybe&days=x&other=1"),
            (&REGISTRATIONS, "/registrations?sort=-clientId&health=fine"),
            (&REPORTS, "/reports?mine=1&state=closed"),
        ] {
            assert_eq!(ListQuery::from_address(of, address), ListQuery::all(of));
        }
    }

    #[test]
    fn a_next_link_is_followed_on_the_own_origin() {
        assert_eq!(
            own_path("https://gateway.example/api/v1/registrations?cursor=x").as_deref(),
            Some("/api/v1/registrations?cursor=x")
        );
        for link in [
            "https://evil.example",
            "https://evil.example/x",
            "javascript:alert(1)",
            "//evil.example/api/v1/",
        ] {
            assert_eq!(own_path(link), None, "{link}");
        }
    }
}
