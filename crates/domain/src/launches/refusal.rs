use std::fmt;

use lti13::{Evidence, Hint, LaunchError, Stage};

use super::{OwnHint, Rule, RuleFamily};

/// A refused launch: the rule that was broken, and the evidence. Holds no personal data and no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    rule: Rule,
    stage: Stage,
    parameter: Option<&'static str>,
    evidence: Box<Evidence>,
}

impl Refusal {
    /// A refusal by `rule`, without evidence.
    #[must_use]
    pub fn new(rule: impl Into<Rule>) -> Self {
        let rule = rule.into();
        Self {
            rule,
            stage: rule.stage(),
            parameter: None,
            evidence: Box::default(),
        }
    }

    /// The same, with evidence.
    #[must_use]
    pub fn with(mut self, evidence: Evidence) -> Self {
        *self.evidence = evidence;
        self
    }

    /// The same, with a hint.
    #[must_use]
    pub fn and_hint(mut self, hint: impl Into<Hint>) -> Self {
        *self.evidence = std::mem::take(&mut *self.evidence).and_hint(hint);
        self
    }

    /// The same, with the name of the parameter or claim that it is about.
    #[must_use]
    pub fn about(mut self, name: &'static str) -> Self {
        self.parameter = Some(name);
        self
    }

    /// The same, met at another stage than the rule's own.
    #[must_use]
    pub fn at(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
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

    /// Family and detail, e.g. `launch_invalid.nonce`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.rule.code()
    }

    /// The family.
    #[must_use]
    pub fn family(&self) -> RuleFamily {
        self.rule.family()
    }

    /// The name of the parameter or claim that it is about. Nothing that the request chose.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.parameter
    }

    /// The remedy for the administrator, where the rule itself doesn't give it.
    #[must_use]
    pub fn hint(&self) -> Option<&Hint> {
        self.evidence.hint()
    }

    /// The hint, where it is one of the gateway's own.
    #[must_use]
    pub fn own_hint(&self) -> Option<OwnHint> {
        match self.hint()? {
            Hint::Other(name) => OwnHint::by_name(name),
            _ => None,
        }
    }

    /// The expected value and the received value.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }
}

impl From<LaunchError> for Refusal {
    fn from(error: LaunchError) -> Self {
        Self {
            rule: error.rule().into(),
            stage: error.stage(),
            parameter: error.name(),
            evidence: Box::new(error.into_evidence()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        match self.parameter {
            Some(name) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}
