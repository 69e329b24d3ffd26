//! The findings of a check, as the API shows them: those of the domain, and those that need the network or the database.

use contract::{Finding, Severity};
use domain::{CheckFinding, FindingSeverity};
use messages::Text;

use crate::{http::language::Language, services::document_cache::KeyError, services::outbound::FetchError};

mod texts;

pub(super) use texts::failure;

/// Something that a check found.
pub(super) enum GatewayFinding {
    /// By the values, the keyset or the LMS's metadata.
    Domain(CheckFinding),
    /// There is no keyset.
    NoKeyset(KeyError),
    /// Another registration prevents it.
    Taken {
        /// The code of the conflict.
        code: &'static str,
        /// About which field.
        field: String,
        /// The same for people.
        detail: Text,
    },
    /// The LMS was given another keyset URL of the gateway.
    KeysetOutdated {
        /// The one that belongs there.
        url: String,
        /// Something of the app depends on it.
        needed: bool,
    },
}

impl From<CheckFinding> for GatewayFinding {
    fn from(finding: CheckFinding) -> Self {
        Self::Domain(finding)
    }
}

impl GatewayFinding {
    fn code(&self) -> &'static str {
        match self {
            Self::Domain(finding) => finding.code(),
            Self::NoKeyset(KeyError::Fetch(error)) => match error {
                FetchError::Blocked(_) => "keyset.blocked",
                FetchError::Certificate(_) => "keyset.certificate",
                FetchError::Status(_) => "keyset.status",
                FetchError::Redirected(_) => "keyset.redirected",
                _ => "keyset.unreachable",
            },
            Self::NoKeyset(_) => "keyset.unreadable",
            Self::Taken { code, .. } => code,
            Self::KeysetOutdated { .. } => "tool_keyset.outdated",
        }
    }

    fn severity(&self) -> Severity {
        match self {
            Self::Domain(finding) => match finding.severity() {
                FindingSeverity::Error => Severity::Error,
                FindingSeverity::Warning => Severity::Warning,
                FindingSeverity::Info => Severity::Info,
            },
            Self::NoKeyset(_) | Self::Taken { .. } => Severity::Error,
            Self::KeysetOutdated { needed: true, .. } => Severity::Warning,
            Self::KeysetOutdated { needed: false, .. } => Severity::Info,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Domain(finding) => finding.field(),
            Self::NoKeyset(_) => Some("keysetUrl"),
            Self::Taken { field, .. } => Some(field),
            Self::KeysetOutdated { .. } => Some("toolKeysetUrl"),
        }
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
