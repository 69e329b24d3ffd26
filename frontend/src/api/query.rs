//! The addresses of lists.

use contract::LaunchOutcome;

use crate::dates;

/// How many entries a page has.
const PAGE: &str = "50";

/// Which registrations, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RegistrationQuery {
    pub(crate) search: String,
    pub(crate) app_id: String,
    pub(crate) platform: String,
    /// `good`, `bad`, `unknown`, or empty for all.
    pub(crate) health: String,
    pub(crate) sort: Sort,
}

/// A column to sort by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SortBy {
    #[default]
    Name,
    CreatedAt,
    LastLaunchAt,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sort {
    pub(crate) by: SortBy,
    pub(crate) descending: bool,
}

impl Sort {
    /// What a click on a column's header does: sorts by it, or turns the order round.
    pub(crate) fn clicked(self, by: SortBy) -> Self {
        Self {
            by,
            descending: self.by == by && !self.descending,
        }
    }

    /// By name, where the text says nothing else.
    fn of_text(text: &str) -> Self {
        let (descending, by) = text.strip_prefix('-').map_or((false, text), |by| (true, by));
        let by = match by {
            "name" => SortBy::Name,
            "createdAt" => SortBy::CreatedAt,
            "lastLaunchAt" => SortBy::LastLaunchAt,
            _ => return Self::default(),
        };
        Self { by, descending }
    }

    fn as_text(self) -> String {
        let by = match self.by {
            SortBy::Name => "name",
            SortBy::CreatedAt => "createdAt",
            SortBy::LastLaunchAt => "lastLaunchAt",
        };
        format!("{}{by}", if self.descending { "-" } else { "" })
    }
}

impl RegistrationQuery {
    pub(crate) fn path(&self) -> String {
        let sort = self.sort.as_text();
        path(
            "/api/v1/registrations",
            &[
                ("search", self.search.trim()),
                ("appId", &self.app_id),
                ("platform", &self.platform),
                ("health", &self.health),
                ("sort", &sort),
                ("limit", PAGE),
            ],
        )
    }

    /// The address of the page that shows this; [`Self::of_address`] reads it back.
    pub(crate) fn address(&self) -> String {
        let sort = if self.sort == Sort::default() {
            String::new()
        } else {
            self.sort.as_text()
        };
        path(
            "/registrations",
            &[
                ("search", self.search.trim()),
                ("appId", &self.app_id),
                ("platform", &self.platform),
                ("health", &self.health),
                ("sort", &sort),
            ],
        )
    }

    pub(crate) fn of_address(value: &dyn Fn(&str) -> String) -> Self {
        Self {
            search: value("search"),
            app_id: value("appId"),
            platform: value("platform"),
            health: value("health"),
            sort: Sort::of_text(&value("sort")),
        }
    }

    /// As many as one answer holds, by name.
    pub(crate) fn all() -> String {
        path("/api/v1/registrations", &[("sort", "name"), ("limit", "200")])
    }

    /// Whether it leaves anything out.
    pub(crate) fn is_filter(&self) -> bool {
        !(self.search.trim().is_empty() && self.app_id.is_empty() && self.platform.is_empty() && self.health.is_empty())
    }
}

/// Which launches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LaunchQuery {
    pub(crate) registration_id: String,
    pub(crate) outcome: Option<LaunchOutcome>,
    /// How many days back, as it was chosen; empty for all.
    pub(crate) days: String,
    /// The moment that is, as it was when it was chosen.
    pub(crate) from: String,
}

impl LaunchQuery {
    pub(crate) fn path(&self) -> String {
        self.path_with_limit(PAGE)
    }

    fn outcome_code(&self) -> &'static str {
        match self.outcome {
            Some(LaunchOutcome::Accepted) => "accepted",
            Some(LaunchOutcome::Refused) => "refused",
            None => "",
        }
    }

    /// Back to so many days, or all the way.
    pub(crate) fn back_to(&mut self, days: String) {
        self.from = days.parse().map(dates::days_ago).unwrap_or_default();
        self.days = days;
    }

    /// The address of the page that shows this; [`Self::of_address`] reads it back.
    pub(crate) fn address(&self) -> String {
        path(
            "/launches",
            &[
                ("registrationId", &self.registration_id),
                ("outcome", self.outcome_code()),
                ("days", &self.days),
            ],
        )
    }

    pub(crate) fn of_address(value: &dyn Fn(&str) -> String) -> Self {
        let mut query = Self {
            registration_id: value("registrationId"),
            outcome: match value("outcome").as_str() {
                "accepted" => Some(LaunchOutcome::Accepted),
                "refused" => Some(LaunchOutcome::Refused),
                _ => None,
            },
            ..Self::default()
        };
        query.back_to(value("days"));
        query
    }

    pub(crate) fn path_with_limit(&self, limit: &str) -> String {
        path(
            "/api/v1/launches",
            &[
                ("registrationId", &self.registration_id),
                ("outcome", self.outcome_code()),
                ("from", &self.from),
                ("limit", limit),
            ],
        )
    }
}

/// Which audit events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AuditQuery {
    /// A deed, or empty for all.
    pub(crate) action: String,
}

impl AuditQuery {
    pub(crate) fn path(&self) -> String {
        path("/api/v1/audit-events", &[("action", &self.action), ("limit", PAGE)])
    }
}

/// Which problem reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReportQuery {
    pub(crate) search: String,
    /// `open`, `in_progress`, `resolved`, or empty for all.
    pub(crate) state: String,
    /// `launch`, `registration`, `sign_in`, `other`, or empty for all.
    pub(crate) category: String,
    /// Only those that the person sent.
    pub(crate) mine: bool,
    /// Only those of which something never reached the support desk: for support staff.
    pub(crate) undelivered: bool,
}

impl ReportQuery {
    pub(crate) fn path(&self) -> String {
        path(
            "/api/v1/problem-reports",
            &[
                ("search", &self.search),
                ("state", &self.state),
                ("category", &self.category),
                ("mine", if self.mine { "true" } else { "" }),
                ("undelivered", if self.undelivered { "true" } else { "" }),
                ("limit", PAGE),
            ],
        )
    }

    /// Whether it leaves anything out.
    pub(crate) fn is_filter(&self) -> bool {
        *self != Self::default()
    }
}

/// Parameters without a value are left out.
pub(super) fn path(base: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty()))
        .finish();
    if query.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{query}")
    }
}

/// Path and query of a `nextLink`: the token goes to this portal's own origin, whatever an answer names.
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
    fn names_only_what_was_asked_for() {
        assert_eq!(
            RegistrationQuery::default().path(),
            "/api/v1/registrations?sort=name&limit=50"
        );
        let query = RegistrationQuery {
            search: " a&b ".to_owned(),
            platform: "moodle".to_owned(),
            sort: Sort {
                by: SortBy::CreatedAt,
                descending: true,
            },
            ..RegistrationQuery::default()
        };
        assert_eq!(
            query.path(),
            "/api/v1/registrations?search=a%26b&platform=moodle&sort=-createdAt&limit=50"
        );
        assert!(query.is_filter());
        assert!(
            !RegistrationQuery {
                search: "  ".to_owned(),
                ..RegistrationQuery::default()
            }
            .is_filter()
        );
    }

    #[test]
    fn a_second_click_turns_the_order_round() {
        let sort = Sort::default().clicked(SortBy::CreatedAt);
        assert_eq!(
            sort,
            Sort {
                by: SortBy::CreatedAt,
                descending: false
            }
        );
        assert!(sort.clicked(SortBy::CreatedAt).descending);
        assert!(!sort.clicked(SortBy::CreatedAt).clicked(SortBy::Name).descending);
    }

    #[test]
    fn filters_launches() {
        let query = LaunchQuery {
            registration_id: "r".to_owned(),
            outcome: Some(LaunchOutcome::Refused),
            days: "7".to_owned(),
            from: "2026-11-17T08:00:00Z".to_owned(),
        };
        assert_eq!(
            query.path(),
            "/api/v1/launches?registrationId=r&outcome=refused&from=2026-11-17T08%3A00%3A00Z&limit=50"
        );
        assert_eq!(LaunchQuery::default().path_with_limit("5"), "/api/v1/launches?limit=5");
    }

    /// Reads an address as the router does.
    fn read<T>(address: &str, of_address: fn(&dyn Fn(&str) -> String) -> T) -> T {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        of_address(&|name| {
            let found = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        })
    }

    #[test]
    fn an_address_says_what_was_asked_for() {
        assert_eq!(RegistrationQuery::default().address(), "/registrations");
        assert_eq!(LaunchQuery::default().address(), "/launches");
        let registrations = RegistrationQuery {
            search: "a&b".to_owned(),
            health: "bad".to_owned(),
            sort: Sort::default().clicked(SortBy::CreatedAt).clicked(SortBy::CreatedAt),
            ..RegistrationQuery::default()
        };
        assert_eq!(
            registrations.address(),
            "/registrations?search=a%26b&health=bad&sort=-createdAt"
        );
        assert_eq!(read(&registrations.address(), RegistrationQuery::of_address), registrations);
        let launches = LaunchQuery {
            registration_id: "r".to_owned(),
            outcome: Some(LaunchOutcome::Refused),
            ..LaunchQuery::default()
        };
        assert_eq!(launches.address(), "/launches?registrationId=r&outcome=refused");
        assert_eq!(read(&launches.address(), LaunchQuery::of_address), launches);
    }

    #[test]
    fn an_address_that_says_something_else_asks_for_nothing() {
        assert_eq!(
            read("/launches?outcome=maybe&days=x&other=1", LaunchQuery::of_address).path(),
            LaunchQuery::default().path()
        );
        assert_eq!(
            read("/registrations?sort=-clientId", RegistrationQuery::of_address),
            RegistrationQuery::default()
        );
    }

    #[test]
    fn filters_audit_events() {
        assert_eq!(AuditQuery::default().path(), "/api/v1/audit-events?limit=50");
        let query = AuditQuery {
            action: "registration.deleted".to_owned(),
        };
        assert_eq!(query.path(), "/api/v1/audit-events?action=registration.deleted&limit=50");
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
