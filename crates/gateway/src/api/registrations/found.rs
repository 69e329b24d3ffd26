//! What a check can find, and how grave it is.

use contract::{Finding, Severity};
use domain::{
    FailureReason, FaultReason, PlatformFamily,
    presets::{self, LmsFieldName},
};
use lti13::FindingReason;
use messages::Text;
use url::Url;

use crate::{http::language::Language, services::jwks_cache::KeyFault};

mod texts;

pub(super) use texts::failure;

/// Something that a check found.
pub enum Found {
    /// The issuer ends in a slash.
    TrailingSlash,
    /// An address isn't https.
    Http {
        /// Which one.
        field: &'static str,
    },
    /// An address is on another host than the issuer, and no preset says what it usually is.
    OtherHost {
        /// Which one.
        field: &'static str,
        /// Its host.
        host: String,
    },
    /// Two addresses are the same.
    SameAddress {
        /// One.
        field: &'static str,
        /// The other.
        other: &'static str,
    },
    /// An address isn't what that LMS usually has.
    Unusual {
        /// Which one.
        field: &'static str,
        /// What is usual.
        usual: String,
        /// The LMS's name.
        lms: &'static str,
    },
    /// Canvas on own servers has an address at hosted Canvas.
    HostedCanvas {
        /// Which one.
        field: &'static str,
        /// Its host.
        host: String,
    },
    /// Brightspace has an audience, and none was entered.
    NoAudience,
    /// No access token URL was entered.
    NoAccessTokenUrl,
    /// No deployment was entered.
    NoDeployment {
        /// Whether other schools use the client ID.
        shared: bool,
    },
    /// The LMS's own description says the same.
    Discovered,
    /// The LMS's own description says something else.
    Undiscovered {
        /// Of which field.
        field: &'static str,
        /// What it says.
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
    /// There is no keyset.
    NoKeyset(KeyFault),
    /// Launches come to nothing, whatever the values are.
    Fails(FailureReason),
    /// A value breaks a rule.
    Fault {
        /// Where.
        field: String,
        /// The value, as far as it can be shown.
        entered: String,
        /// Which rule.
        reason: FaultReason,
    },
    /// Another registration stands in the way.
    Taken {
        /// The code of the conflict.
        code: &'static str,
        /// About which field.
        field: String,
        /// The same for people.
        detail: Text,
    },
}

/// What a key of a keyset is called.
pub enum KeyName {
    /// Its `kid`.
    Id(String),
    /// Its place, counted from 1.
    Place(usize),
}

impl Found {
    fn code(&self) -> &'static str {
        match self {
            Self::TrailingSlash => "issuer.trailing_slash",
            Self::Http { field: "issuer" } => "issuer.http",
            Self::Http { .. } => "url.http",
            Self::OtherHost { .. } => "url.other_host",
            Self::SameAddress { .. } => "url.repeated",
            Self::Unusual { .. } => "url.unusual",
            Self::HostedCanvas { .. } => "url.hosted_canvas",
            Self::NoAudience => "access_token_audience.missing",
            Self::NoAccessTokenUrl => "access_token_url.missing",
            Self::NoDeployment { .. } => "deployment.missing",
            Self::Discovered => "discovery.agrees",
            Self::Undiscovered { .. } => "discovery.differs",
            Self::KeyIgnored { .. } => "keyset.key_ignored",
            Self::NoUsableKey => "keyset.no_usable_key",
            Self::Keyset { .. } => "keyset.reachable",
            Self::NoKeyset(KeyFault::Fetch(fault)) => match fault {
                crate::services::outbound::FetchError::Blocked(_) => "keyset.blocked",
                crate::services::outbound::FetchError::Certificate(_) => "keyset.certificate",
                crate::services::outbound::FetchError::Status(_) => "keyset.status",
                crate::services::outbound::FetchError::Redirected(_) => "keyset.redirected",
                _ => "keyset.unreachable",
            },
            Self::NoKeyset(_) => "keyset.unreadable",
            Self::Fails(FailureReason::DeploymentsRejected) => "deployment.rejected",
            Self::Fails(FailureReason::LaunchesRefused) => "launches.refused",
            Self::Fault { .. } => "value.invalid",
            Self::Taken { code, .. } => code,
        }
    }

    fn severity(&self) -> Severity {
        match self {
            Self::NoUsableKey | Self::NoKeyset(_) | Self::Fails(_) | Self::Fault { .. } | Self::Taken { .. } => Severity::Error,
            Self::TrailingSlash
            | Self::SameAddress { .. }
            | Self::Unusual { .. }
            | Self::HostedCanvas { .. }
            | Self::NoAudience
            | Self::NoDeployment { shared: true }
            | Self::Undiscovered { .. } => Severity::Warning,
            Self::Http { .. }
            | Self::OtherHost { .. }
            | Self::NoAccessTokenUrl
            | Self::NoDeployment { shared: false }
            | Self::Discovered
            | Self::KeyIgnored { .. }
            | Self::Keyset { .. } => Severity::Info,
        }
    }

    /// Whether it is about a value that wasn't entered.
    pub(super) fn is_about_what_is_missing(&self) -> bool {
        matches!(self, Self::NoAudience | Self::NoAccessTokenUrl | Self::NoDeployment { .. })
    }

    pub(super) fn field(&self) -> Option<&str> {
        Some(match self {
            Self::Fails(FailureReason::LaunchesRefused) => return None,
            Self::TrailingSlash | Self::Discovered => "issuer",
            Self::Http { field }
            | Self::OtherHost { field, .. }
            | Self::SameAddress { field, .. }
            | Self::Unusual { field, .. }
            | Self::HostedCanvas { field, .. }
            | Self::Undiscovered { field, .. } => field,
            Self::NoAudience => "accessTokenAudience",
            Self::NoAccessTokenUrl => "accessTokenUrl",
            Self::NoDeployment { .. } | Self::Fails(FailureReason::DeploymentsRejected) => "deploymentIds",
            Self::KeyIgnored { .. } | Self::NoUsableKey | Self::Keyset { .. } | Self::NoKeyset(_) => "keysetUrl",
            Self::Fault { field, .. } | Self::Taken { field, .. } => field,
        })
    }

    /// The finding as the API shows it.
    pub(super) fn finding(&self, language: Language) -> Finding {
        let (seen, remedy) = texts::texts(self);
        Finding {
            code: self.code().to_owned(),
            severity: self.severity(),
            field: self.field().filter(|field| !field.is_empty()).map(ToOwned::to_owned),
            seen: seen.of(language).into_owned(),
            remedy: remedy.of(language).into_owned(),
        }
    }
}

/// What is judged of a registration, stored or not; a draft's faulty values are left out.
pub(super) struct Candidate<'a> {
    pub(super) family: Option<PlatformFamily>,
    pub(super) issuer: Option<&'a str>,
    pub(super) client_id: Option<&'a str>,
    pub(super) authentication_url: Option<&'a Url>,
    pub(super) keyset_url: Option<&'a Url>,
    pub(super) access_token_url: Option<&'a Url>,
    pub(super) access_token_audience: Option<&'a str>,
    /// Whether it has or takes some deployment.
    pub(super) has_deployment: bool,
}

/// What an issuer looks like as it was typed, also where the rest has faults.
pub(super) fn judge_issuer(issuer: &str) -> Vec<Found> {
    let issuer = issuer.trim();
    let mut found = Vec::new();
    if issuer.ends_with('/') {
        found.push(Found::TrailingSlash);
    }
    if issuer.starts_with("http://") {
        found.push(Found::Http { field: "issuer" });
    }
    found
}

impl Candidate<'_> {
    /// What is probably a mistake, but might be meant.
    pub(super) fn judge(&self) -> Vec<Found> {
        let mut found = Vec::new();
        let addresses = self.addresses();
        for (index, (name, url)) in addresses.iter().enumerate() {
            let field = name.as_str();
            if url.scheme() == "http" {
                found.push(Found::Http { field });
            }
            if let Some((other, _)) = addresses.iter().take(index).find(|(_, other)| other == url) {
                found.push(Found::SameAddress {
                    field,
                    other: other.as_str(),
                });
            }
            found.extend(self.judge_form(*name, url));
        }
        if self.access_token_url.is_none() {
            found.push(Found::NoAccessTokenUrl);
        }
        if self.family == Some(PlatformFamily::Brightspace) && self.access_token_audience.is_none() {
            found.push(Found::NoAudience);
        }
        if !self.has_deployment {
            found.push(Found::NoDeployment {
                shared: self
                    .family
                    .zip(self.client_id)
                    .is_some_and(|(family, client_id)| family.client_ids_are_shared(client_id)),
            });
        }
        found
    }

    fn addresses(&self) -> Vec<(LmsFieldName, &Url)> {
        let addresses = [
            (LmsFieldName::KeysetUrl, self.keyset_url),
            (LmsFieldName::AuthenticationUrl, self.authentication_url),
            (LmsFieldName::AccessTokenUrl, self.access_token_url),
        ];
        addresses.into_iter().filter_map(|(name, url)| Some((name, url?))).collect()
    }

    /// Beside what the LMS usually has in this place; what is the same for every school was judged already.
    fn judge_form(&self, name: LmsFieldName, url: &Url) -> Option<Found> {
        let family = self.family?;
        let field = presets::preset(family).fields.iter().find(|field| field.field == name)?;
        if field.fixed.is_some() {
            return None;
        }
        let host = url.host_str().unwrap_or_default();
        // Canvas on own servers mostly has the hosted issuer, and nothing else of hosted Canvas.
        if family == PlatformFamily::CanvasSelfHosted && presets::is_hosted_canvas(host) {
            return Some(Found::HostedCanvas {
                field: name.as_str(),
                host: host.to_owned(),
            });
        }
        match field.pattern {
            Some(pattern) => {
                let usual = self.filled(pattern)?;
                (url.as_str() != usual).then_some(Found::Unusual {
                    field: name.as_str(),
                    usual,
                    lms: family.name(),
                })
            }
            None => {
                let home = Url::parse(self.issuer?).ok()?;
                (url.host() != home.host()).then(|| Found::OtherHost {
                    field: name.as_str(),
                    host: host.to_owned(),
                })
            }
        }
    }

    /// What a value usually is, where what it follows from is known. The keyset stands for the LMS's own address.
    fn filled(&self, pattern: &str) -> Option<String> {
        Some(if pattern.contains("{issuer}") {
            pattern.replace("{issuer}", self.issuer?.trim_end_matches('/'))
        } else if pattern.contains("{site}") {
            pattern.replace("{site}", &self.keyset_url?.origin().ascii_serialization())
        } else {
            pattern.to_owned()
        })
    }
}
