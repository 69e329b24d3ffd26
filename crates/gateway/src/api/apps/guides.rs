//! How to set up each LMS: its names for the exchanged values, in the order in which it shows them, where its admin finds them, and the
//! steps.
//!
//! Labels are those of the LMS. Sources: Canvas `doc/api/lti_dev_key_config.md`,
//! <https://developers.schoology.com/app-platform/lti-apps>, <https://docs.anthology.com/docs/blackboard/lti>, the Moodle and
//! Brightspace pages of Microsoft's LTI documentation, Moodle's language file `mod_lti`, Brightspace's "Register an external learning
//! tool for LTI Advantage", the texts of Open edX `xblock-lti-consumer`, and Sakai's `ltiservice.properties`. No source was found for
//! the labels of Canvas's endpoints, which its interface doesn't show: those are descriptions.

use domain::{App, LmsProduct, Service, ServiceGroup, presets::LmsFieldName};
use messages::{Text, lms::any};

mod hosted;
mod own_servers;

/// The guide for registering with one LMS.
pub(super) struct Guide {
    /// The name of the LMS's own address, and where to find it; present where the issuer is another address.
    pub(super) site: Option<(Text, Text)>,
    /// The values that come from the LMS: what it calls each, and where its admin finds it.
    pub(super) fields: Vec<(LmsFieldName, Text, Text)>,
    /// The values that go into the LMS, each with the LMS's own label.
    pub(super) gateway_keys: Vec<(GatewayKeyName, Text)>,
    /// The settings to make in the LMS beside them.
    pub(super) settings: Vec<Setting>,
    /// The steps in that LMS.
    pub(super) steps: Vec<Text>,
}

/// A setting that an admin makes in an LMS for an app, beside the values to enter.
pub(super) struct Setting {
    /// The reason for the setting.
    pub(super) need: Need,
    /// The LMS's name for it.
    pub(super) label: Text,
    /// The choice to make.
    pub(super) choice: Text,
}

/// A value of the gateway that goes into the LMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GatewayKeyName {
    /// Where the LMS posts launches for the app.
    TargetLinkUrl,
    /// Where the LMS begins a launch.
    LoginUrl,
    /// Where the LMS posts the id_token.
    RedirectUrl,
    /// Where the gateway publishes its own keys.
    JwksUrl,
    /// Where the LMS posts deep linking requests for the app.
    DeepLinkingUrl,
    /// The custom parameters that the app wants, a line each.
    CustomParameters,
    /// The scopes of the LTI services that the app uses, a line each.
    Scopes,
    /// The client ID of the app that the operator has for all schools.
    ClientId,
    /// The app's icon.
    IconUrl,
}

impl GatewayKeyName {
    /// Its name in the API.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::TargetLinkUrl => "Target link URL",
            Self::LoginUrl => "OpenID Connect login URL",
            Self::RedirectUrl => "Redirect URL",
            Self::JwksUrl => "JWKS URL",
            Self::DeepLinkingUrl => "Deep linking URL",
            Self::CustomParameters => "Custom parameters",
            Self::Scopes => "Scopes",
            Self::ClientId => "Client ID",
            Self::IconUrl => "Icon URL",
        }
    }
}

/// A property of an app that needs settings in the LMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// An LTI launch with the person's name and email: every app.
    Launch,
    /// Deep linking requests (LTI Deep Linking 2.0).
    DeepLinking,
    /// Any of these LTI services.
    AnyService(&'static [Service]),
}

impl Need {
    /// True if the app has the need.
    pub(super) fn is_of(self, app: &App) -> bool {
        match self {
            Self::Launch => true,
            Self::DeepLinking => app.deep_linking,
            Self::AnyService(any) => any.iter().any(|service| app.services.contains(service)),
        }
    }
}

const GRADES: Need = Need::AnyService(&[
    Service::LineItems,
    Service::LineItemsRead,
    Service::ResultsRead,
    Service::Scores,
]);
const MEMBERS: Need = Need::AnyService(&[Service::NamesAndRoles]);

/// The need of an app that uses this group of services.
pub(super) const fn need_of(group: ServiceGroup) -> Need {
    match group {
        ServiceGroup::NamesAndRoles => MEMBERS,
        ServiceGroup::Grades => GRADES,
    }
}

/// Something to choose, in the LMS's words.
const fn choose(need: Need, label: Text, choice: Text) -> Setting {
    Setting { need, label, choice }
}

/// A box to check or a switch to turn on.
const fn check(need: Need, label: Text) -> Setting {
    choose(need, label, any::ON)
}

/// How to set up an LMS.
pub(super) fn guide(product: LmsProduct) -> Guide {
    match product {
        LmsProduct::Canvas | LmsProduct::CanvasBeta | LmsProduct::CanvasTest => hosted::canvas(),
        LmsProduct::CanvasSelfHosted => own_servers::canvas_self_hosted(),
        LmsProduct::Blackboard => hosted::blackboard(),
        LmsProduct::Moodle | LmsProduct::OpenLms => own_servers::moodle(),
        LmsProduct::Brightspace => own_servers::brightspace(),
        LmsProduct::Schoology => hosted::schoology(),
        LmsProduct::Sakai => own_servers::sakai(),
        LmsProduct::OpenEdx => own_servers::open_edx(),
        LmsProduct::Other => own_servers::other(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::HashSet;

    use domain::presets;
    use messages::Language;

    use super::*;
    use crate::{config::Config, services::apps::Apps};

    #[test]
    fn every_guide_is_about_the_values_of_its_preset() {
        for product in LmsProduct::ALL {
            let preset: HashSet<_> = presets::preset(product).fields.iter().map(|field| field.field).collect();
            let guide = guide(product);
            let named: HashSet<_> = guide.fields.iter().map(|(name, ..)| *name).collect();
            assert_eq!((named, guide.fields.len()), (preset.clone(), preset.len()), "{product:?}");
            for key in [
                GatewayKeyName::TargetLinkUrl,
                GatewayKeyName::LoginUrl,
                GatewayKeyName::RedirectUrl,
                GatewayKeyName::JwksUrl,
            ] {
                assert!(guide.gateway_keys.iter().any(|(name, _)| *name == key), "{product:?} {key:?}");
            }
            assert!(!guide.steps.is_empty(), "{product:?}");
            let by_site = |field: &presets::PresetField| field.pattern.is_some_and(|text| text.contains("{site}"));
            let by_site = presets::preset(product).fields.iter().any(by_site);
            assert_eq!(guide.site.is_some(), by_site, "{product:?}");
        }
    }

    fn app(deep_linking: bool, services: impl IntoIterator<Item = Service>) -> App {
        let mut config = Config::default();
        config.server.public_url = "https://gateway.example".to_owned();
        let inspector = Apps::new(&config).all().first().cloned();
        App {
            deep_linking,
            services: services.into_iter().collect(),
            ..inspector.unwrap()
        }
    }

    #[test]
    fn every_guide_says_what_deep_linking_and_services_ask_for() {
        let needed = |product: LmsProduct, app: &App| -> Vec<_> {
            let settings = guide(product).settings.into_iter();
            settings
                .filter(|setting| setting.need.is_of(app))
                .map(|setting| setting.label.of(Language::En))
                .collect()
        };
        for product in LmsProduct::ALL {
            let launch = needed(product, &app(false, []));
            assert!(!launch.is_empty(), "{product:?}");
            assert!(
                needed(product, &app(true, [])).len() > launch.len(),
                "{product:?}: deep linking"
            );
            for service in Service::ALL {
                assert!(
                    needed(product, &app(false, [service])).len() > launch.len(),
                    "{product:?}: {service:?}"
                );
            }
        }
    }
}
