//! The values that each LMS provides, and those that are the same everywhere.

use lti13::tool::ToolRegistration;
use url::Url;

use crate::LmsProduct;

mod hosted;
mod own_servers;

/// A field of a registration that an LMS provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LmsFieldName {
    /// `issuer`
    Issuer,
    /// `clientId`
    ClientId,
    /// `keysetUrl`
    KeysetUrl,
    /// `authenticationUrl`
    AuthenticationUrl,
    /// `accessTokenUrl`
    AccessTokenUrl,
    /// `accessTokenAudience`
    AccessTokenAudience,
    /// `deploymentIds`
    DeploymentIds,
}

impl LmsFieldName {
    /// The field's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::ClientId => "clientId",
            Self::KeysetUrl => "keysetUrl",
            Self::AuthenticationUrl => "authenticationUrl",
            Self::AccessTokenUrl => "accessTokenUrl",
            Self::AccessTokenAudience => "accessTokenAudience",
            Self::DeploymentIds => "deploymentIds",
        }
    }
}

/// A value that the LMS's admin enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresetField {
    /// The field of the registration.
    pub field: LmsFieldName,
    /// True if it must be entered.
    pub required: bool,
    /// The value, where it is the same for every school; `{clientId}` stands for the client ID.
    pub fixed: Option<&'static str>,
    /// The usual value: `{issuer}` stands for the issuer, `{site}` for the LMS's own address. A suggestion, not a rule.
    pub pattern: Option<&'static str>,
}

impl PresetField {
    const fn new(field: LmsFieldName) -> Self {
        let required = !matches!(
            field,
            LmsFieldName::AccessTokenUrl | LmsFieldName::AccessTokenAudience | LmsFieldName::DeploymentIds
        );
        Self {
            field,
            required,
            fixed: None,
            pattern: None,
        }
    }

    const fn fixed(self, value: &'static str) -> Self {
        Self {
            fixed: Some(value),
            ..self
        }
    }

    const fn pattern(self, pattern: &'static str) -> Self {
        Self {
            pattern: Some(pattern),
            ..self
        }
    }
}

/// The known values of an LMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The LMS.
    pub product: LmsProduct,
    /// The values that come from the LMS.
    pub fields: &'static [PresetField],
}

/// The preset of an LMS.
#[must_use]
pub fn preset(product: LmsProduct) -> &'static Preset {
    match product {
        LmsProduct::Canvas => &hosted::CANVAS,
        LmsProduct::CanvasBeta => &hosted::CANVAS_BETA,
        LmsProduct::CanvasTest => &hosted::CANVAS_TEST,
        LmsProduct::CanvasSelfHosted => &own_servers::CANVAS_SELF_HOSTED,
        LmsProduct::Blackboard => &hosted::BLACKBOARD,
        LmsProduct::Moodle => &own_servers::MOODLE,
        LmsProduct::OpenLms => &own_servers::OPEN_LMS,
        LmsProduct::Brightspace => &own_servers::BRIGHTSPACE,
        LmsProduct::Schoology => &hosted::SCHOOLOGY,
        LmsProduct::Sakai => &own_servers::SAKAI,
        LmsProduct::OpenEdx => &own_servers::OPEN_EDX,
        LmsProduct::Other => &own_servers::OTHER,
    }
}

/// True if Instructure hosts Canvas under this name: schools have names of their own there (`contoso.instructure.com`).
#[must_use]
pub fn is_hosted_canvas(host: &str) -> bool {
    ["instructure.com", "canvaslms.com"].into_iter().any(|domain| {
        host.strip_suffix(domain)
            .is_some_and(|name| name.is_empty() || name.ends_with('.'))
    })
}

/// The value that a product has for all schools, if it has one there: with this client ID in it, where it names the client.
#[must_use]
pub fn fixed_value(product: LmsProduct, name: LmsFieldName, client_id: &str) -> Option<String> {
    let field = preset(product).fields.iter().find(|field| field.field == name)?;
    Some(field.fixed?.replace("{clientId}", client_id))
}

/// The product whose schools all have this issuer.
#[must_use]
pub fn owner_by_issuer(issuer: &str) -> Option<LmsProduct> {
    LmsProduct::ALL.into_iter().find(|product| {
        preset(*product)
            .fields
            .iter()
            .any(|field| field.field == LmsFieldName::Issuer && field.fixed == Some(issuer))
    })
}

/// True if the platform's keys are the issuer's own: at its origin, or where the LMS has them for all its schools. A person who enters
/// somebody else's issuer can enter a keyset of their own, so only such a signature says that the issuer knows the client.
#[must_use]
pub fn signs_for_issuer(platform: &ToolRegistration) -> bool {
    let ToolRegistration {
        issuer,
        client_id,
        keyset_url,
        ..
    } = platform;
    let Some(owner) = owner_by_issuer(issuer) else {
        return Url::parse(issuer).is_ok_and(|issuer| issuer.origin() == keyset_url.origin());
    };
    fixed_value(owner, LmsFieldName::KeysetUrl, client_id).is_some_and(|fixed| fixed == keyset_url.as_str())
}

/// True if a preset names this keyset: it is the LMS's own, for all its schools.
#[must_use]
pub fn is_fixed_keyset(url: &Url) -> bool {
    let mut fixed = LmsProduct::ALL
        .into_iter()
        .flat_map(|product| preset(product).fields)
        .filter(|field| field.field == LmsFieldName::KeysetUrl)
        .filter_map(|field| field.fixed);
    fixed.any(|fixed| match fixed.split_once("{clientId}") {
        Some((begin, end)) => url.as_str().strip_prefix(begin).is_some_and(|rest| rest.ends_with(end)),
        None => url.as_str() == fixed,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{Draft, LmsDraft, NewRegistration, Rules};

    #[test]
    fn every_preset_asks_for_every_mandatory_value_once() {
        for product in LmsProduct::ALL {
            let preset = preset(product);
            assert_eq!(preset.product, product);
            for name in [
                LmsFieldName::Issuer,
                LmsFieldName::ClientId,
                LmsFieldName::KeysetUrl,
                LmsFieldName::AuthenticationUrl,
                LmsFieldName::DeploymentIds,
            ] {
                assert_eq!(
                    preset.fields.iter().filter(|field| field.field == name).count(),
                    1,
                    "{product:?} {name:?}"
                );
            }
        }
    }

    #[test]
    fn a_registration_filled_from_its_preset_passes() {
        for product in LmsProduct::ALL {
            let site = "https://lms.contoso.edu";
            let value = |name: LmsFieldName| {
                let field = preset(product).fields.iter().find(|field| field.field == name)?;
                let text = field.fixed.or(field.pattern)?;
                let text = text.replace("{clientId}", "c-1").replace("{issuer}", site);
                Some(text.replace("{site}", site))
            };
            let draft = Draft {
                name: product.name().to_owned(),
                app_id: "launch-inspector".to_owned(),
                platform: product.id().to_owned(),
                lms: LmsDraft {
                    issuer: value(LmsFieldName::Issuer).unwrap_or_else(|| site.to_owned()),
                    client_id: "c-1".to_owned(),
                    authentication_url: value(LmsFieldName::AuthenticationUrl).unwrap_or_else(|| format!("{site}/auth")),
                    keyset_url: value(LmsFieldName::KeysetUrl).unwrap_or_else(|| format!("{site}/jwks")),
                    access_token_url: value(LmsFieldName::AccessTokenUrl),
                    ..LmsDraft::default()
                },
                ..Draft::default()
            };
            let rules = Rules {
                allow_http: false,
                allowed_hosts: &[],
                app_ids: Some(&["launch-inspector".to_owned()]),
                max_deployments: 200,
            };
            assert_eq!(
                NewRegistration::parse(draft, &rules).map(|registration| registration.product),
                Ok(product)
            );
        }
    }

    #[test]
    fn hosted_canvas_is_known_by_its_names() {
        for (host, hosted) in [
            ("sso.canvaslms.com", true),
            ("canvas.instructure.com", true),
            ("contoso.beta.instructure.com", true),
            ("instructure.com", true),
            ("canvas.contoso.edu", false),
            ("notinstructure.com", false),
            ("instructure.com.contoso.edu", false),
        ] {
            assert_eq!(is_hosted_canvas(host), hosted, "{host}");
        }
    }

    #[test]
    fn keys_are_the_issuers_own_at_its_origin_or_where_the_preset_has_them() {
        for (issuer, keyset_url, own) in [
            (
                "https://moodle.contoso.edu",
                "https://moodle.contoso.edu/mod/lti/certs.php",
                true,
            ),
            ("https://moodle.contoso.edu/", "https://moodle.contoso.edu:443/certs", true),
            ("https://moodle.contoso.edu", "https://moodle.contoso.edu:8443/certs", false),
            (
                "https://moodle.contoso.edu",
                "https://moodle.contoso.edu.evil.example/certs",
                false,
            ),
            ("https://moodle.contoso.edu", "https://evil.example/certs", false),
            ("not a url", "https://evil.example/certs", false),
            (
                "https://blackboard.com",
                "https://developer.blackboard.com/api/v1/management/applications/c-1/jwks.json",
                true,
            ),
            (
                "https://blackboard.com",
                "https://developer.blackboard.com/api/v1/management/applications/c-2/jwks.json",
                false,
            ),
            // Canvas on own servers that kept the hosted issuer.
            (
                "https://canvas.instructure.com",
                "https://canvas.contoso.edu/api/lti/security/jwks",
                false,
            ),
        ] {
            let platform = ToolRegistration {
                issuer: issuer.to_owned(),
                client_id: "c-1".to_owned(),
                authentication_url: "https://lms.example/auth".parse().unwrap(),
                keyset_url: keyset_url.parse().unwrap(),
            };
            assert_eq!(signs_for_issuer(&platform), own, "{issuer} {keyset_url}");
        }
    }

    #[test]
    fn keysets_that_presets_name_are_known() {
        for (url, fixed) in [
            ("https://sso.canvaslms.com/api/lti/security/jwks", true),
            ("https://sso.canvaslms.com/api/lti/security/jwks2", false),
            (
                "https://developer.blackboard.com/api/v1/management/applications/c-1/jwks.json",
                true,
            ),
            ("https://developer.blackboard.com/api/v1/management/applications/c-1", false),
            ("https://moodle.contoso.edu/mod/lti/certs.php", false),
        ] {
            assert_eq!(is_fixed_keyset(&url.parse().unwrap()), fixed, "{url}");
        }
    }

    #[test]
    fn hosted_issuers_have_their_owner() {
        assert_eq!(owner_by_issuer("https://canvas.instructure.com"), Some(LmsProduct::Canvas));
        assert_eq!(owner_by_issuer("https://blackboard.com"), Some(LmsProduct::Blackboard));
        assert_eq!(owner_by_issuer("https://moodle.contoso.edu"), None);
    }
}
