//! Services of an LMS that a launch named, and what of the LMS's claims goes on to the app.

use url::Url;

use crate::{App, AppDeploymentId, Service, TenantId};

/// A kind of service of an LMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LmsServiceKind {
    /// The members of a course (Names and Role Provisioning Services).
    Memberships,
    /// The line items of a course, or one of them where the LMS names no more (Assignment and Grade Services).
    LineItems,
}

/// A service of an LMS, as a launch named it for an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LmsService {
    /// The random part of the address that the app knows.
    pub id: String,
    /// The app's deployment: it stays when a registration takes the place of another one.
    pub app_deployment_id: AppDeploymentId,
    /// Its kind.
    pub kind: LmsServiceKind,
    /// Where the LMS has it.
    pub url: Url,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The app.
    pub app_id: String,
    /// The LMS's issuer.
    pub issuer: String,
    /// The scopes that the last launch that named it granted to the app.
    pub scopes: Vec<String>,
    /// The course of that launch.
    pub context_id: Option<String>,
}

impl LmsService {
    /// True if the last launch granted this use of it.
    #[must_use]
    pub fn grants(&self, service: Service) -> bool {
        self.scopes.iter().any(|scope| scope == service.scope())
    }
}

/// The services of Assignment and Grade Services.
const OF_GRADES: [Service; 4] = [
    Service::LineItems,
    Service::LineItemsRead,
    Service::ResultsRead,
    Service::Scores,
];

/// The scopes of an LMS's claim for assignments and grades that go on to an app: of those that the LMS grants, the ones of the app's
/// services. Changing line items includes reading them, also where the LMS names only one of the two.
#[must_use]
pub fn grade_scopes(app: &App, granted_by_lms: &[&str]) -> Vec<&'static str> {
    let by_lms = |service: Service| {
        let granted = granted_by_lms.iter().filter_map(|scope| Service::from_scope(scope));
        granted.into_iter().any(|granted| granted.includes(service))
    };
    OF_GRADES
        .into_iter()
        .filter(|service| app.may_use(*service) && by_lms(*service))
        .map(Service::scope)
        .collect()
}

/// Services that an LMS switches on together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceGroup {
    /// Names and Role Provisioning Services.
    NamesAndRoles,
    /// Assignment and Grade Services.
    Grades,
}

/// An LMS's offer of the services that an app uses, by its launches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceOffer {
    /// A launch granted all of them.
    Offered,
    /// There were launches, and none granted all of them.
    NotOffered,
    /// There was no launch yet.
    Unknown,
}

/// The offer of each group of services that an app uses: by the scopes that launches granted, and whether there was a launch.
#[must_use]
pub fn service_offers(app: &App, granted: &[String], was_launched: bool) -> Vec<(ServiceGroup, ServiceOffer)> {
    let groups = [
        (ServiceGroup::NamesAndRoles, &[Service::NamesAndRoles][..]),
        (ServiceGroup::Grades, &OF_GRADES[..]),
    ];
    let offer = |services: &[Service]| {
        let mut used = app.services.iter().filter(|service| services.contains(service)).peekable();
        used.peek()?;
        let is_granted = |service: &Service| granted.iter().any(|scope| scope == service.scope());
        Some(match (used.all(is_granted), was_launched) {
            (true, _) => ServiceOffer::Offered,
            (false, true) => ServiceOffer::NotOffered,
            (false, false) => ServiceOffer::Unknown,
        })
    };
    groups
        .into_iter()
        .filter_map(|(group, services)| Some((group, offer(services)?)))
        .collect()
}
