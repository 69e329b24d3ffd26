//! The LTI apps behind the gateway.

use std::collections::{BTreeMap, BTreeSet};

use lti13::services::target::HostPattern;
use url::Url;

use crate::{LmsProduct, Service};

/// The id of the built-in app, the launch inspector.
pub const INSPECTOR_ID: &str = "launch-inspector";

/// An app behind the gateway, as its operator configured it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Lower-case letters, digits and hyphens; the audience of its launch tokens.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its purpose.
    pub description: String,
    /// The same in German; empty for none.
    pub description_de: String,
    /// Where launch tokens are posted, other than those of deep linking requests.
    pub launch_url: Url,
    /// Its icon; empty for a monogram.
    pub icon_url: String,
    /// It takes deep linking requests.
    pub deep_linking: bool,
    /// Where Canvas shows it, by Canvas's names; empty for the course navigation, and links where it takes deep linking requests.
    pub placements: Vec<String>,
    /// Custom parameters that the LMS is asked to send.
    pub custom_parameters: BTreeMap<String, String>,
    /// Where deep linking requests are posted.
    pub deep_linking_url: Url,
    /// Where its public keys are; without them it can't prove who it is, so it has no access tokens and can't answer a deep linking request.
    pub keyset_url: Option<Url>,
    /// Its client ID at this gateway; of no other app.
    pub client_id: String,
    /// The LTI services that it uses.
    pub services: BTreeSet<Service>,
    /// Where content may be that it opens.
    pub hosts: Vec<HostPattern>,
    /// The client IDs that the operator has for it at LMSs where schools share one.
    pub client_ids: BTreeMap<LmsProduct, String>,
}

impl App {
    /// True if it may use the service.
    #[must_use]
    pub fn may_use(&self, service: Service) -> bool {
        self.services.iter().any(|own| own.includes(service))
    }

    /// The scopes that an LMS must grant for its services: one for each.
    pub fn scopes(&self) -> impl Iterator<Item = &'static str> {
        self.services.iter().map(|service| service.scope())
    }
}

/// The placement that an app of Canvas has where the operator names none.
pub const COURSE_NAVIGATION: &str = "course_navigation";

/// The names of Canvas's placements, each with whether it asks for content by deep linking where the app can do that.
pub const CANVAS_PLACEMENTS: [(&str, bool); 12] = [
    ("account_navigation", false),
    ("assignment_edit", false),
    ("assignment_selection", true),
    ("assignment_view", false),
    ("collaboration", true),
    (COURSE_NAVIGATION, false),
    ("course_home_sub_navigation", false),
    ("editor_button", true),
    ("homework_submission", true),
    ("link_selection", true),
    ("migration_selection", true),
    ("user_navigation", false),
];

/// Canvas has a placement of that name.
#[must_use]
pub fn is_canvas_placement(name: &str) -> bool {
    CANVAS_PLACEMENTS.iter().any(|(known, _)| *known == name)
}
