//! Every way in which a launch is refused: one [`Rule`] each, with a code. The application that shows them has the texts.

use std::fmt;

use crate::claims::Presentation;
use crate::{Evidence, Hint, Stage, Term, Value};

mod rules;

pub use rules::Rule;

/// The kind of a rule, by who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The browser was not recognised.
    CookiesNotFound,
    /// The launch is not in line with LTI 1.3.
    LaunchInvalid,
    /// The LMS's keyset is unreachable, unreadable or without the key.
    KeysetUnavailable,
    /// The LMS itself answered with an error.
    PlatformError,
}

impl ErrorKind {
    /// The first part of the code, e.g. `launch_invalid`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CookiesNotFound => "cookies_not_found",
            Self::LaunchInvalid => "launch_invalid",
            Self::KeysetUnavailable => "keyset_unavailable",
            Self::PlatformError => "platform_error",
        }
    }
}

/// A refused launch: the rule that was broken, and the evidence. Holds no personal data and no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchError {
    rule: Rule,
    stage: Stage,
    about: Option<&'static str>,
    evidence: Box<Evidence>,
    presentation: Option<Box<Presentation>>,
}

impl LaunchError {
    /// An error by `rule`, without evidence.
    #[must_use]
    pub fn new(rule: Rule) -> Self {
        Self {
            rule,
            stage: rule.stage(),
            about: None,
            evidence: Box::default(),
            presentation: None,
        }
    }

    /// The same, with evidence.
    #[must_use]
    pub fn with(mut self, evidence: Evidence) -> Self {
        *self.evidence = evidence;
        self
    }

    /// The same, with the name of the parameter or claim that it is about.
    #[must_use]
    pub fn about(mut self, name: &'static str) -> Self {
        self.about = Some(name);
        self
    }

    /// The same, met at another stage than the rule's own.
    #[must_use]
    pub fn at(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }

    /// The same, of a launch whose signature, issuer and audience hold.
    #[cfg(feature = "tool")]
    #[must_use]
    pub(crate) fn presented_in(mut self, presentation: Presentation) -> Self {
        self.presentation = Some(Box::new(presentation));
        self
    }

    /// An LMS's error answer (OpenID Connect Core 3.1.2.6). Codes that the specifications do not know are kept as their length only.
    #[must_use]
    pub fn from_platform_error(error: &str) -> Self {
        let rule = Rule::of_platform_error(error);
        let seen = match rule {
            Rule::PlatformOther => Value::UnknownError(error.chars().count()),
            _ => Value::text(error),
        };
        Self::new(rule).with(Evidence::expected(Term::IdToken).and_seen(seen))
    }

    /// The rule that was broken.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Where in the launch it was noticed.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// ErrorKind and detail, e.g. `launch_invalid.nonce`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.rule.code()
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.rule.kind()
    }

    /// The language of the person and the way back, where signature, issuer and audience hold: a page that explains the refusal needs both.
    #[must_use]
    pub fn presentation(&self) -> Option<&Presentation> {
        self.presentation.as_deref()
    }

    /// The name of the parameter or claim that it is about. Nothing that the request chose.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.about
    }

    /// The remedy for the administrator, where the rule itself doesn't give it.
    #[must_use]
    pub fn hint(&self) -> Option<&Hint> {
        self.evidence.hint()
    }

    /// The expected value and the received value.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The same, without a copy.
    #[must_use]
    pub fn into_evidence(self) -> Evidence {
        *self.evidence
    }
}

impl fmt::Display for LaunchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        match self.about {
            Some(name) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for LaunchError {}
