//! Findings of a check of a registration: values that look like mistakes but might be meant, and problems of keysets and metadata.

use std::collections::HashSet;

use lti13::{FindingReason, KeySet};
use url::Url;

use super::{FailureReason, PartialLmsValues, ReadDraft, Registration};
use crate::addresses::is_loopback;
use crate::presets::{self, LmsFieldName};
use crate::{FieldErrorReason, LmsProduct};

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckFinding {
    /// The issuer ends in a slash.
    TrailingSlash,
    /// An address isn't https.
    Http {
        /// Which one.
        field: LmsFieldName,
    },
    /// An address is on another host than the issuer, and no preset says what it usually is.
    OtherHost {
        /// Which one.
        field: LmsFieldName,
        /// Its host.
        host: String,
    },
    /// Two addresses are the same.
    SameAddress {
        /// One.
        field: LmsFieldName,
        /// The other.
        other: LmsFieldName,
    },
    /// An address isn't what that LMS usually has.
    Unusual {
        /// Which one.
        field: LmsFieldName,
        /// The usual address.
        usual: String,
        /// The LMS.
        product: LmsProduct,
    },
    /// Canvas on own servers has an address at hosted Canvas.
    HostedCanvas {
        /// Which one.
        field: LmsFieldName,
        /// Its host.
        host: String,
    },
    /// An address is the gateway's own, and should be the LMS's.
    OwnAddress {
        /// Which one.
        field: LmsFieldName,
    },
    /// Canvas on own servers has the issuer of hosted Canvas, as it comes: others have it too.
    DefaultCanvasIssuer,
    /// A value has something around it that doesn't belong to it.
    PastedTooMuch {
        /// Which one.
        field: LmsFieldName,
        /// The surplus text.
        what: Surplus,
    },
    /// Brightspace has an audience, and none was entered.
    NoAudience,
    /// No access token URL was entered.
    NoAccessTokenUrl,
    /// No deployment was entered.
    NoDeployment {
        /// True if other schools use the client ID.
        shared: bool,
    },
    /// The LMS's own metadata says the same.
    MetadataAgrees,
    /// The LMS's own metadata says something else.
    MetadataDiffers {
        /// Of which field.
        field: LmsFieldName,
        /// The LMS's own value, short enough to be shown.
        theirs: String,
    },
    /// A key of the keyset isn't used.
    KeyIgnored {
        /// Which.
        key: KeyName,
        /// Why.
        reason: FindingReason,
    },
    /// None of the keys can be used.
    NoUsableKey,
    /// The keyset is in order.
    Keyset {
        /// How many keys can be used.
        usable: usize,
    },
    /// Launches fail, whatever the values are.
    Fails(FailureReason),
    /// A value breaks a rule.
    FieldError {
        /// Where.
        field: String,
        /// The value, as far as it can be shown.
        entered: String,
        /// Which rule.
        reason: FieldErrorReason,
    },
}

/// How a key of a keyset is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyName {
    /// Its `kid`.
    Id(String),
    /// Its place, counted from 1.
    Place(usize),
}

/// Text that was pasted beside a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surplus {
    /// Its label: `Deployment ID: 5`.
    Label,
    /// It is the place for a value: `{clientId}`, `<issuer>`.
    Placeholder,
    /// Quotation marks around it.
    Quotes,
    /// The beginning of a URL twice.
    SecondScheme,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingSeverity {
    /// Launches won't work.
    Error,
    /// Probably a mistake.
    Warning,
    /// Good to know.
    Info,
}

/// An LMS's description of itself (OpenID Connect Discovery), as far as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LmsMetadata {
    /// Its issuer.
    pub issuer: String,
    /// Where browsers are sent to be authenticated.
    pub authentication_url: Option<String>,
    /// Where it publishes its keys.
    pub keyset_url: Option<String>,
    /// Where it gives out access tokens.
    pub access_token_url: Option<String>,
}

/// The values of a registration that are checked, stored or not. Invalid values of a draft are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationUnderTest {
    /// The LMS.
    pub product: Option<LmsProduct>,
    /// The values from the LMS.
    pub lms: PartialLmsValues,
    deployment_ids: Vec<String>,
    has_deployment: bool,
    /// Fields whose values have errors: those aren't missing.
    invalid_fields: HashSet<String>,
}

impl CheckFinding {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TrailingSlash => "issuer.trailing_slash",
            Self::Http {
                field: LmsFieldName::Issuer,
            } => "issuer.http",
            Self::Http { .. } => "url.http",
            Self::OtherHost { .. } => "url.other_host",
            Self::SameAddress { .. } => "url.repeated",
            Self::Unusual { .. } => "url.unusual",
            Self::HostedCanvas { .. } => "url.hosted_canvas",
            Self::OwnAddress {
                field: LmsFieldName::Issuer,
            } => "issuer.own_address",
            Self::OwnAddress { .. } => "url.own_address",
            Self::DefaultCanvasIssuer => "issuer.canvas_default",
            Self::PastedTooMuch { .. } => "value.pasted_too_much",
            Self::NoAudience => "access_token_audience.missing",
            Self::NoAccessTokenUrl => "access_token_url.missing",
            Self::NoDeployment { .. } => "deployment.missing",
            Self::MetadataAgrees => "discovery.agrees",
            Self::MetadataDiffers { .. } => "discovery.differs",
            Self::KeyIgnored { .. } => "keyset.key_ignored",
            Self::NoUsableKey => "keyset.no_usable_key",
            Self::Keyset { .. } => "keyset.reachable",
            Self::Fails(FailureReason::DeploymentsRejected) => "deployment.rejected",
            Self::Fails(FailureReason::LaunchesRefused) => "launches.refused",
            Self::FieldError { .. } => "value.invalid",
        }
    }

    /// How grave it is.
    #[must_use]
    pub const fn severity(&self) -> FindingSeverity {
        match self {
            Self::NoUsableKey | Self::Fails(_) | Self::FieldError { .. } | Self::OwnAddress { .. } => FindingSeverity::Error,
            Self::TrailingSlash
            | Self::SameAddress { .. }
            | Self::Unusual { .. }
            | Self::HostedCanvas { .. }
            | Self::DefaultCanvasIssuer
            | Self::PastedTooMuch { .. }
            | Self::NoAudience
            | Self::NoDeployment { shared: true }
            | Self::MetadataDiffers { .. } => FindingSeverity::Warning,
            Self::Http { .. }
            | Self::OtherHost { .. }
            | Self::NoAccessTokenUrl
            | Self::NoDeployment { shared: false }
            | Self::MetadataAgrees
            | Self::KeyIgnored { .. }
            | Self::Keyset { .. } => FindingSeverity::Info,
        }
    }

    /// The field that it is about, by its name on the wire.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        let name = match self {
            Self::FieldError { field, .. } => return Some(field),
            Self::Fails(FailureReason::LaunchesRefused) => return None,
            Self::TrailingSlash | Self::MetadataAgrees | Self::DefaultCanvasIssuer => LmsFieldName::Issuer,
            Self::Http { field }
            | Self::OtherHost { field, .. }
            | Self::SameAddress { field, .. }
            | Self::Unusual { field, .. }
            | Self::HostedCanvas { field, .. }
            | Self::OwnAddress { field }
            | Self::PastedTooMuch { field, .. }
            | Self::MetadataDiffers { field, .. } => *field,
            Self::NoAudience => LmsFieldName::AccessTokenAudience,
            Self::NoAccessTokenUrl => LmsFieldName::AccessTokenUrl,
            Self::NoDeployment { .. } | Self::Fails(FailureReason::DeploymentsRejected) => LmsFieldName::DeploymentIds,
            Self::KeyIgnored { .. } | Self::NoUsableKey | Self::Keyset { .. } => LmsFieldName::KeysetUrl,
        };
        Some(name.as_str())
    }
}

/// Checks an issuer as it was typed, also where other values have errors.
#[must_use]
pub fn check_issuer(issuer: &str) -> Vec<CheckFinding> {
    let issuer = issuer.trim();
    let mut findings = Vec::new();
    if issuer.ends_with('/') {
        findings.push(CheckFinding::TrailingSlash);
    }
    if issuer.starts_with("http://") {
        findings.push(CheckFinding::Http {
            field: LmsFieldName::Issuer,
        });
    }
    findings
}

/// Checks the keys of a keyset.
#[must_use]
pub fn check_keyset(keys: &KeySet) -> Vec<CheckFinding> {
    let ignored = keys.findings().iter().map(|ignored| CheckFinding::KeyIgnored {
        key: ignored
            .kid
            .as_ref()
            .map_or(KeyName::Place(ignored.index + 1), |kid| KeyName::Id(kid.clone())),
        reason: ignored.reason,
    });
    let verdict = match keys.usable() {
        0 => CheckFinding::NoUsableKey,
        usable => CheckFinding::Keyset { usable },
    };
    ignored.chain([verdict]).collect()
}

impl From<&ReadDraft> for RegistrationUnderTest {
    fn from(draft: &ReadDraft) -> Self {
        let field = |error: &crate::FieldError| error.field.split('/').next().map(ToOwned::to_owned);
        Self {
            product: draft.product,
            lms: draft.lms.clone(),
            deployment_ids: draft.deployment_ids.clone(),
            has_deployment: draft.accept_any_deployment || !draft.deployment_ids.is_empty(),
            invalid_fields: draft.errors.iter().filter_map(field).collect(),
        }
    }
}

impl From<&Registration> for RegistrationUnderTest {
    fn from(registration: &Registration) -> Self {
        let failure = registration.failure.map(|failure| failure.reason);
        Self {
            product: Some(registration.product),
            lms: registration.lms.clone().into(),
            deployment_ids: registration.deployment_ids.clone(),
            has_deployment: registration.accept_any_deployment
                || !registration.deployment_ids.is_empty()
                || failure == Some(FailureReason::DeploymentsRejected),
            invalid_fields: HashSet::new(),
        }
    }
}

impl RegistrationUnderTest {
    /// Finds probable mistakes that might be meant, and values that can't be an LMS's: addresses of the gateway, which is at `gateway`.
    #[must_use]
    pub fn check(&self, gateway: &Url) -> Vec<CheckFinding> {
        let addresses = self.addresses();
        let mut findings = self.own_addresses(gateway);
        findings.extend(self.pasted_too_much());
        let is_default_canvas = self.product == Some(LmsProduct::CanvasSelfHosted)
            && self.lms.issuer.as_deref().and_then(presets::owner_by_issuer) == Some(LmsProduct::Canvas);
        findings.extend(is_default_canvas.then_some(CheckFinding::DefaultCanvasIssuer));
        for (index, (field, url)) in addresses.iter().enumerate() {
            let field = *field;
            if url.scheme() == "http" {
                findings.push(CheckFinding::Http { field });
            }
            if let Some((other, _)) = addresses.iter().take(index).find(|(_, other)| other == url) {
                findings.push(CheckFinding::SameAddress { field, other: *other });
            }
            findings.extend(self.check_address(field, url));
        }
        findings.extend(self.check_missing());
        findings
    }

    /// Compares the LMS's metadata with the entered values.
    #[must_use]
    pub fn compare(&self, metadata: LmsMetadata) -> Vec<CheckFinding> {
        let LmsMetadata {
            issuer,
            authentication_url,
            keyset_url,
            access_token_url,
        } = metadata;
        let differs = |field, theirs: &str| CheckFinding::MetadataDiffers {
            field,
            theirs: theirs.chars().filter(|c| !c.is_control()).take(300).collect(),
        };
        let mut findings = Vec::new();
        if self.lms.issuer.as_ref().is_some_and(|ours| *ours != issuer) {
            findings.push(differs(LmsFieldName::Issuer, &issuer));
        }
        for (field, ours, theirs) in [
            (
                LmsFieldName::AuthenticationUrl,
                &self.lms.authentication_url,
                authentication_url,
            ),
            (LmsFieldName::KeysetUrl, &self.lms.keyset_url, keyset_url),
            (LmsFieldName::AccessTokenUrl, &self.lms.access_token_url, access_token_url),
        ] {
            if let (Some(ours), Some(theirs)) = (ours, theirs)
                && Url::parse(&theirs).ok().as_ref() != Some(ours)
            {
                findings.push(differs(field, &theirs));
            }
        }
        if findings.is_empty() {
            findings.push(CheckFinding::MetadataAgrees);
        }
        findings
    }

    fn own_addresses(&self, gateway: &Url) -> Vec<CheckFinding> {
        let texts = [
            (LmsFieldName::Issuer, &self.lms.issuer),
            (LmsFieldName::AccessTokenAudience, &self.lms.access_token_audience),
        ];
        let parsed = texts
            .into_iter()
            .filter_map(|(field, text)| Some((field, Url::parse(text.as_deref()?).ok()?)));
        let urls = self.addresses().into_iter().map(|(field, url)| (field, url.clone()));
        parsed
            .chain(urls)
            .filter(|(_, url)| is_at(url, gateway))
            .map(|(field, _)| CheckFinding::OwnAddress { field })
            .collect()
    }

    fn pasted_too_much(&self) -> Vec<CheckFinding> {
        let texts = [
            (LmsFieldName::Issuer, &self.lms.issuer),
            (LmsFieldName::ClientId, &self.lms.client_id),
            (LmsFieldName::AccessTokenAudience, &self.lms.access_token_audience),
        ];
        let texts = texts.into_iter().filter_map(|(field, text)| Some((field, text.as_deref()?)));
        let deployments = self
            .deployment_ids
            .iter()
            .map(|id| (LmsFieldName::DeploymentIds, id.as_str()));
        let urls = self.addresses().into_iter().map(|(field, url)| (field, url.as_str()));
        texts
            .chain(deployments)
            .chain(urls)
            .filter_map(|(field, text)| {
                Some(CheckFinding::PastedTooMuch {
                    field,
                    what: surplus(text)?,
                })
            })
            .collect()
    }

    fn addresses(&self) -> Vec<(LmsFieldName, &Url)> {
        let addresses = [
            (LmsFieldName::KeysetUrl, &self.lms.keyset_url),
            (LmsFieldName::AuthenticationUrl, &self.lms.authentication_url),
            (LmsFieldName::AccessTokenUrl, &self.lms.access_token_url),
        ];
        addresses
            .into_iter()
            .filter_map(|(name, url)| Some((name, url.as_ref()?)))
            .collect()
    }

    /// Finds values that weren't entered. An invalid value isn't a missing one.
    fn check_missing(&self) -> impl Iterator<Item = CheckFinding> {
        let no_audience = self.product == Some(LmsProduct::Brightspace) && self.lms.access_token_audience.is_none();
        let shared = self
            .product
            .zip(self.lms.client_id.as_deref())
            .is_some_and(|(product, client_id)| product.client_ids_are_shared(client_id));
        let missing = [
            self.lms.access_token_url.is_none().then_some(CheckFinding::NoAccessTokenUrl),
            no_audience.then_some(CheckFinding::NoAudience),
            (!self.has_deployment).then_some(CheckFinding::NoDeployment { shared }),
        ];
        let is_invalid = |finding: &CheckFinding| finding.field().is_some_and(|field| self.invalid_fields.contains(field));
        missing.into_iter().flatten().filter(move |finding| !is_invalid(finding))
    }

    /// Compares an address with the LMS's usual one. An address that is the same for every school is checked by a rule.
    fn check_address(&self, field: LmsFieldName, url: &Url) -> Option<CheckFinding> {
        let product = self.product?;
        let preset = presets::preset(product).fields.iter().find(|preset| preset.field == field)?;
        if preset.fixed.is_some() {
            return None;
        }
        let host = url.host_str().unwrap_or_default();
        // Canvas on own servers mostly has the hosted issuer, and nothing else of hosted Canvas.
        if product == LmsProduct::CanvasSelfHosted && presets::is_hosted_canvas(host) {
            return Some(CheckFinding::HostedCanvas {
                field,
                host: host.to_owned(),
            });
        }
        match preset.pattern {
            Some(pattern) => {
                let usual = self.filled(pattern)?;
                (url.as_str() != usual).then_some(CheckFinding::Unusual { field, usual, product })
            }
            None => {
                let home = Url::parse(self.lms.issuer.as_deref()?).ok()?;
                (url.host() != home.host()).then(|| CheckFinding::OtherHost {
                    field,
                    host: host.to_owned(),
                })
            }
        }
    }

    /// The usual value, where the values in the pattern are known. The LMS's own address is that of the keyset URL.
    fn filled(&self, pattern: &str) -> Option<String> {
        Some(if pattern.contains("{issuer}") {
            pattern.replace("{issuer}", self.lms.issuer.as_deref()?.trim_end_matches('/'))
        } else if pattern.contains("{site}") {
            pattern.replace("{site}", &self.lms.keyset_url.as_ref()?.origin().ascii_serialization())
        } else {
            pattern.to_owned()
        })
    }
}

/// True if an address is at the same host and port, by any of its names where that is this very machine.
fn is_at(url: &Url, gateway: &Url) -> bool {
    let host = |url: &Url| url.host_str().map(|host| host.trim_end_matches('.').to_ascii_lowercase());
    let same_host = host(url) == host(gateway) || (is_loopback(url) && is_loopback(gateway));
    let is_default = |url: &Url| url.port().is_none();
    same_host && (url.port_or_known_default() == gateway.port_or_known_default() || (is_default(url) && is_default(gateway)))
}

/// The text around a value that doesn't belong to it.
fn surplus(text: &str) -> Option<Surplus> {
    let quotes = ['"', '\'', '`'];
    let is_quoted = text
        .chars()
        .next()
        .is_some_and(|first| quotes.contains(&first) && text.len() > 1 && text.ends_with(first));
    if is_quoted {
        return Some(Surplus::Quotes);
    }
    let encloses = |open: char, close: char| text.find(open).is_some_and(|at| text[at..].contains(close));
    if encloses('{', '}') || encloses('<', '>') || encloses('[', ']') || text.contains("%7B") || text.contains("%3C") {
        return Some(Surplus::Placeholder);
    }
    if let Some((_, rest)) = text.split_once("://") {
        let rest = rest.to_ascii_lowercase();
        return (rest.starts_with("http:")
            || rest.starts_with("https:")
            || rest.starts_with("http//")
            || rest.starts_with("https//"))
        .then_some(Surplus::SecondScheme);
    }
    has_label(text).then_some(Surplus::Label)
}

/// `Deployment ID: 5`, `client_id=5`: words before a sign that no id has after words.
fn has_label(text: &str) -> bool {
    let Some((label, value)) = text.split_once([':', '=']) else {
        return false;
    };
    let is_of_words = label.len() > 1
        && label.starts_with(|c: char| c.is_ascii_alphabetic())
        && label
            .chars()
            .all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '_' | '-' | '(' | ')'));
    let word: String = label.to_ascii_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    let names_an_id = ["id", "key", "issuer", "audience", "iss", "aud"]
        .iter()
        .any(|end| word.ends_with(end));
    is_of_words && !value.trim().is_empty() && (value.starts_with(' ') || names_an_id)
}

#[cfg(test)]
mod tests;
