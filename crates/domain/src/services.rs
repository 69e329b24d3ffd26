//! The LTI services that an app may use, and what an LMS must grant for them.

/// A service of LTI Advantage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Read the members of a course (Names and Role Provisioning Services 2.0).
    NamesAndRoles,
    /// Create, change, delete and read line items (Assignment and Grade Services 2.0).
    LineItems,
    /// Read line items.
    LineItemsRead,
    /// Read results.
    ResultsRead,
    /// Send scores.
    Scores,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::NamesAndRoles,
        Self::LineItems,
        Self::LineItemsRead,
        Self::ResultsRead,
        Self::Scores,
    ];

    /// Its name in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NamesAndRoles => "names_and_roles",
            Self::LineItems => "line_items",
            Self::LineItemsRead => "line_items.read",
            Self::ResultsRead => "results.read",
            Self::Scores => "scores",
        }
    }

    /// The scope that stands for it (Names and Role Provisioning Services 2.0, section 2.3; Assignment and Grade Services 2.0, section 3).
    #[must_use]
    pub const fn scope(self) -> &'static str {
        match self {
            Self::NamesAndRoles => "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
            Self::LineItems => "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
            Self::LineItemsRead => "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
            Self::ResultsRead => "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
            Self::Scores => "https://purl.imsglobal.org/spec/lti-ags/scope/score",
        }
    }

    /// The service of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// The service that a scope stands for.
    #[must_use]
    pub fn from_scope(scope: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.scope() == scope)
    }

    /// True if an app that may use `self` may use `other`: changing line items includes reading them.
    #[must_use]
    pub fn includes(self, other: Self) -> bool {
        self == other || (self == Self::LineItems && other == Self::LineItemsRead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_scopes_stand_for_one_service_each() {
        for service in Service::ALL {
            assert_eq!(Service::from_name(service.name()), Some(service));
            assert_eq!(Service::from_scope(service.scope()), Some(service));
        }
        assert_eq!(Service::from_name("grades"), None);
        assert_eq!(
            Service::from_scope("https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.all"),
            None
        );
    }

    #[test]
    fn changing_line_items_includes_reading_them_and_nothing_else_is_included() {
        for service in Service::ALL {
            let included: Vec<_> = Service::ALL.into_iter().filter(|other| service.includes(*other)).collect();
            match service {
                Service::LineItems => assert_eq!(included, [Service::LineItems, Service::LineItemsRead]),
                _ => assert_eq!(included, [service]),
            }
        }
    }
}
