//! The errors of a draft: found before it is sent, or reported by the gateway.

use contract::{LmsField, LmsFieldName, Problem};

use super::draft::SITE;
use super::{Draft, Step};
use crate::text::clean;

/// A field of the wizard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DraftField {
    App,
    Name,
    Platform,
    /// The LMS's address, from which other values are derived. It isn't sent.
    Site,
    Lms(LmsFieldName),
    /// No particular field. Shown above the form.
    Form,
}

impl DraftField {
    /// The id of the input. Error summaries link to it.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Name => "name",
            Self::Platform => "platform",
            Self::Site => "site",
            Self::Lms(LmsFieldName::Issuer) => "issuer",
            Self::Lms(LmsFieldName::ClientId) => "client-id",
            Self::Lms(LmsFieldName::KeysetUrl) => "keyset-url",
            Self::Lms(LmsFieldName::AuthenticationUrl) => "authentication-url",
            Self::Lms(LmsFieldName::AccessTokenUrl) => "access-token-url",
            Self::Lms(LmsFieldName::AccessTokenAudience) => "access-token-audience",
            Self::Lms(LmsFieldName::DeploymentIds) => "deployment-id",
            Self::Form => "problem",
        }
    }

    /// The step that has the field.
    pub(crate) fn step(self) -> Step {
        match self {
            Self::App => Step::App,
            Self::Name | Self::Platform => Step::NameAndLms,
            Self::Site | Self::Lms(_) => Step::LmsKeys,
            Self::Form => Step::CheckAndSave,
        }
    }

    /// The field at a JSON pointer (RFC 6901) into the request.
    pub(crate) fn from_pointer(pointer: &str) -> Self {
        let first = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
        match first {
            "appId" => Self::App,
            "name" => Self::Name,
            "platform" => Self::Platform,
            "issuer" => Self::Lms(LmsFieldName::Issuer),
            "clientId" => Self::Lms(LmsFieldName::ClientId),
            "keysetUrl" => Self::Lms(LmsFieldName::KeysetUrl),
            "authenticationUrl" => Self::Lms(LmsFieldName::AuthenticationUrl),
            "accessTokenUrl" => Self::Lms(LmsFieldName::AccessTokenUrl),
            "accessTokenAudience" => Self::Lms(LmsFieldName::AccessTokenAudience),
            "deploymentIds" => Self::Lms(LmsFieldName::DeploymentIds),
            _ => Self::Form,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DraftErrorKind {
    Missing,
    TooLong(usize),
    NotHttps,
    NotAnAddress,
    /// The text comes from the gateway.
    FromGateway(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DraftError {
    pub(crate) field: DraftField,
    pub(crate) kind: DraftErrorKind,
}

impl DraftError {
    pub(super) fn new(field: DraftField, kind: DraftErrorKind) -> Self {
        Self { field, kind }
    }
}

/// The errors of a problem response, each at its field. A response without field errors gives one error for the whole form.
pub(crate) fn draft_errors(problem: &Problem) -> Vec<DraftError> {
    if problem.errors.is_empty() {
        return vec![DraftError::new(
            DraftField::Form,
            DraftErrorKind::FromGateway(problem.detail.clone()),
        )];
    }
    let from_gateway = |error: &contract::ProblemFault| {
        DraftError::new(
            DraftField::from_pointer(&error.pointer),
            DraftErrorKind::FromGateway(error.detail.clone()),
        )
    };
    problem.errors.iter().map(from_gateway).collect()
}

const MAX_ID: usize = 255;
const MAX_URL: usize = 2048;
pub(super) const MAX_NAME: usize = 200;

impl Draft {
    /// Validates a step before it is left. `dev` allows http.
    pub(crate) fn validate(&self, step: Step, fields: &[LmsField], dev: bool) -> Vec<DraftError> {
        let mut errors = Vec::new();
        let mut check = |field, kind: Option<DraftErrorKind>| errors.extend(kind.map(|kind| DraftError::new(field, kind)));
        match step {
            Step::App => check(DraftField::App, validate_presence(&self.app_id)),
            Step::NameAndLms => {
                check(DraftField::Name, validate_text(&self.name, true, MAX_NAME));
                check(DraftField::Platform, validate_presence(&self.platform));
            }
            Step::GatewayKeys | Step::CheckAndSave => {}
            Step::LmsKeys => {
                let follows = |field: &LmsField| field.pattern.as_deref().is_some_and(|pattern| pattern.contains(SITE));
                if fields.iter().any(follows) {
                    check(DraftField::Site, validate_address(clean(&self.site), dev));
                }
                for field in fields.iter().filter(|field| field.fixed.is_none()) {
                    check(DraftField::Lms(field.field), self.validate_lms_field(field, fields, dev));
                }
            }
        }
        errors
    }

    fn validate_lms_field(&self, field: &LmsField, fields: &[LmsField], dev: bool) -> Option<DraftErrorKind> {
        let value = self.value(field.field, fields);
        match field.field {
            LmsFieldName::ClientId => validate_text(&value, field.required, MAX_ID),
            // Usually an address, so the limit is that of an address.
            LmsFieldName::AccessTokenAudience => validate_text(&value, field.required, MAX_URL),
            LmsFieldName::DeploymentIds => {
                let ids = self.deployment_ids();
                if field.required && ids.is_empty() {
                    return Some(DraftErrorKind::Missing);
                }
                ids.iter().find_map(|id| validate_text(id, false, MAX_ID))
            }
            LmsFieldName::Issuer | LmsFieldName::KeysetUrl | LmsFieldName::AuthenticationUrl | LmsFieldName::AccessTokenUrl => {
                validate_text(&value, field.required, MAX_URL).or_else(|| validate_address(clean(&value), dev))
            }
        }
    }

    /// True if the issuer ends in a slash. Most LMSs' issuers don't, and the issuer must match exactly.
    pub(crate) fn issuer_has_slash(&self, fields: &[LmsField]) -> bool {
        let fixed = fields
            .iter()
            .any(|field| field.field == LmsFieldName::Issuer && field.fixed.is_some());
        // False while only the scheme has been typed.
        let typed = |address: &str| address.split_once("://").is_some_and(|(_, rest)| !rest.is_empty());
        !fixed && clean(&self.issuer).strip_suffix('/').is_some_and(typed)
    }
}

fn validate_presence(value: &str) -> Option<DraftErrorKind> {
    clean(value).is_empty().then_some(DraftErrorKind::Missing)
}

fn validate_text(value: &str, required: bool, max: usize) -> Option<DraftErrorKind> {
    let text = clean(value);
    if text.is_empty() {
        return required.then_some(DraftErrorKind::Missing);
    }
    (text.chars().count() > max).then_some(DraftErrorKind::TooLong(max))
}

/// Finds simple mistakes. The gateway validates the rest.
fn validate_address(address: &str, dev: bool) -> Option<DraftErrorKind> {
    if address.is_empty() {
        return None;
    }
    let Some((scheme, rest)) = address.split_once("://") else {
        return Some(DraftErrorKind::NotAnAddress);
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || address.contains(char::is_whitespace) {
        return Some(DraftErrorKind::NotAnAddress);
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" => None,
        "http" if dev => None,
        _ => Some(DraftErrorKind::NotHttps),
    }
}

#[cfg(test)]
mod tests {
    use contract::ProblemFault;

    use super::*;

    fn field(name: LmsFieldName, required: bool) -> LmsField {
        LmsField {
            field: name,
            label: String::new(),
            hint: String::new(),
            required,
            fixed: None,
            pattern: None,
        }
    }

    fn keyset_error(value: &str, dev: bool) -> Option<DraftErrorKind> {
        let draft = Draft {
            keyset_url: value.to_owned(),
            ..Draft::default()
        };
        let fields = [field(LmsFieldName::KeysetUrl, true)];
        draft.validate(Step::LmsKeys, &fields, dev).pop().map(|error| error.kind)
    }

    #[test]
    fn asks_for_what_is_required() {
        let draft = Draft {
            name: "\u{200b} ".to_owned(),
            ..Draft::default()
        };
        assert_eq!(
            draft.validate(Step::App, &[], false),
            [DraftError::new(DraftField::App, DraftErrorKind::Missing)]
        );
        assert_eq!(
            draft.validate(Step::NameAndLms, &[], false),
            [
                DraftError::new(DraftField::Name, DraftErrorKind::Missing),
                DraftError::new(DraftField::Platform, DraftErrorKind::Missing)
            ]
        );
        assert_eq!(keyset_error(" ", false), Some(DraftErrorKind::Missing));
        let optional = [
            field(LmsFieldName::AccessTokenUrl, false),
            field(LmsFieldName::DeploymentIds, false),
        ];
        assert_eq!(draft.validate(Step::LmsKeys, &optional, false), []);
        let required = [field(LmsFieldName::DeploymentIds, true)];
        assert_eq!(draft.validate(Step::LmsKeys, &required, false).len(), 1);
    }

    #[test]
    fn takes_addresses_with_https_only() {
        assert_eq!(keyset_error("https://moodle.example/mod/lti/certs.php", false), None);
        assert_eq!(keyset_error(" HTTPS://moodle.example ", false), None);
        assert_eq!(keyset_error("http://moodle.example/x", false), Some(DraftErrorKind::NotHttps));
        assert_eq!(keyset_error("http://127.0.0.1:8090/x", true), None);
        assert_eq!(keyset_error("javascript://x", true), Some(DraftErrorKind::NotHttps));
        for value in ["moodle.example", "https://", "https:///x", "https://moodle.example/a b"] {
            assert_eq!(keyset_error(value, false), Some(DraftErrorKind::NotAnAddress), "{value}");
        }
    }

    #[test]
    fn takes_an_address_that_others_follow_from_where_there_is_one() {
        let draft = |site: &str| Draft {
            site: site.to_owned(),
            keyset_url: "https://canvas.contoso.edu/api/lti/security/jwks".to_owned(),
            typed: vec![LmsFieldName::KeysetUrl],
            ..Draft::default()
        };
        let follows = [LmsField {
            pattern: Some("{site}/api/lti/security/jwks".to_owned()),
            ..field(LmsFieldName::KeysetUrl, true)
        }];
        let errors = |site| draft(site).validate(Step::LmsKeys, &follows, false);
        assert_eq!(
            errors("canvas.contoso.edu"),
            [DraftError::new(DraftField::Site, DraftErrorKind::NotAnAddress)]
        );
        assert_eq!(
            errors("http://canvas.contoso.edu"),
            [DraftError::new(DraftField::Site, DraftErrorKind::NotHttps)]
        );
        assert_eq!(errors("https://canvas.contoso.edu/courses/1"), []);
        assert_eq!(errors(""), []);
        // The site was entered for another LMS.
        let fields = [field(LmsFieldName::KeysetUrl, true)];
        assert_eq!(draft("canvas.contoso.edu").validate(Step::LmsKeys, &fields, false), []);
    }

    #[test]
    fn limits_lengths() {
        assert_eq!(
            keyset_error(&format!("https://{}", "a".repeat(2041)), false),
            Some(DraftErrorKind::TooLong(MAX_URL))
        );
        let audience = |length| Draft {
            access_token_audience: "a".repeat(length),
            ..Draft::default()
        };
        let fields = [field(LmsFieldName::AccessTokenAudience, false)];
        assert_eq!(audience(MAX_URL).validate(Step::LmsKeys, &fields, false), []);
        assert_eq!(audience(MAX_URL + 1).validate(Step::LmsKeys, &fields, false).len(), 1);
        let name = |length| Draft {
            name: "n".repeat(length),
            platform: "moodle".to_owned(),
            ..Draft::default()
        };
        assert_eq!(name(200).validate(Step::NameAndLms, &[], false), []);
        assert_eq!(name(201).validate(Step::NameAndLms, &[], false).len(), 1);
    }

    #[test]
    fn points_out_a_slash_that_the_admin_typed() {
        let draft = Draft {
            issuer: "https://moodle.example/ ".to_owned(),
            ..Draft::default()
        };
        assert!(draft.issuer_has_slash(&[field(LmsFieldName::Issuer, true)]));
        for issuer in ["https:/", "https://", "https://moodle.example"] {
            let draft = Draft {
                issuer: issuer.to_owned(),
                ..Draft::default()
            };
            assert!(!draft.issuer_has_slash(&[field(LmsFieldName::Issuer, true)]), "{issuer}");
        }
        let fixed = LmsField {
            fixed: Some("https://lms.example/".to_owned()),
            ..field(LmsFieldName::Issuer, true)
        };
        assert!(!draft.issuer_has_slash(&[fixed]));
    }

    #[test]
    fn puts_each_error_of_a_response_at_its_field() {
        let mut problem = Problem {
            r#type: String::new(),
            title: String::new(),
            status: 409,
            detail: "Taken already.".to_owned(),
            code: String::new(),
            request_id: String::new(),
            errors: Vec::new(),
            registration_id: None,
        };
        assert_eq!(
            draft_errors(&problem),
            [DraftError::new(
                DraftField::Form,
                DraftErrorKind::FromGateway("Taken already.".to_owned())
            )]
        );
        for (pointer, field) in [
            ("/deploymentIds/0", DraftField::Lms(LmsFieldName::DeploymentIds)),
            ("/keysetUrl", DraftField::Lms(LmsFieldName::KeysetUrl)),
            ("/name", DraftField::Name),
            ("/appId", DraftField::App),
            ("", DraftField::Form),
            ("/somethingNew", DraftField::Form),
        ] {
            problem.errors = vec![ProblemFault {
                detail: "d".to_owned(),
                pointer: pointer.to_owned(),
            }];
            assert_eq!(
                draft_errors(&problem),
                [DraftError::new(field, DraftErrorKind::FromGateway("d".to_owned()))],
                "{pointer}"
            );
        }
    }
}
