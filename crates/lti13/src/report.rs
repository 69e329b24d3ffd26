//! The record of what was checked, in order: what an administrator reads when a launch fails. It is data; the application that shows it has the texts.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{LaunchError, Rule};

mod value;

pub use value::{Evidence, Hint, Term, Value};
pub(crate) use value::{described, shown, shown_or_described};

/// The stages of a launch, in the order in which they are passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The login initiation.
    Login,
    /// The LMS's answer to the authentication request.
    Response,
    /// The sealed state of the login.
    State,
    /// The browser that started the login.
    Browser,
    /// The id_token's form and header.
    Token,
    /// The LMS's public keys.
    Keyset,
    /// The signature of the id_token.
    Signature,
    /// The issuer of the id_token.
    Issuer,
    /// The audience of the id_token.
    Audience,
    /// The times of issue and expiry.
    Times,
    /// The nonce, which ties the id_token to this login.
    Nonce,
    /// The LTI message in it.
    Message,
    /// The deployment that it comes from.
    Deployment,
    /// The single use of the launch.
    SingleUse,
    /// The hand-over to the application.
    HandOver,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 15] = [
        Self::Login,
        Self::Response,
        Self::State,
        Self::Browser,
        Self::Token,
        Self::Keyset,
        Self::Signature,
        Self::Issuer,
        Self::Audience,
        Self::Times,
        Self::Nonce,
        Self::Message,
        Self::Deployment,
        Self::SingleUse,
        Self::HandOver,
    ];

    /// The name used on the wire, e.g. `single_use`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Response => "response",
            Self::State => "state",
            Self::Browser => "browser",
            Self::Token => "token",
            Self::Keyset => "keyset",
            Self::Signature => "signature",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Times => "times",
            Self::Nonce => "nonce",
            Self::Message => "message",
            Self::Deployment => "deployment",
            Self::SingleUse => "single_use",
            Self::HandOver => "hand_over",
        }
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckResult {
    /// In order.
    Passed,
    /// Not in order: the launch ended here.
    Failed,
    /// Not reached, or not applicable.
    Skipped,
}

/// The subject of a check.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A rule.
    Rule(Rule),
    /// A whole stage, which the launch did not reach.
    Stage(Stage),
    /// A rule of the caller's own, by its code.
    Other(Cow<'static, str>),
}

impl From<Rule> for Step {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}

impl Step {
    /// A stable name: the code of the rule, or `stage.` and the name of the stage.
    #[must_use]
    pub fn code(&self) -> Cow<'static, str> {
        match self {
            Self::Rule(rule) => rule.code().into(),
            Self::Stage(stage) => format!("stage.{}", stage.as_str()).into(),
            Self::Other(code) => code.clone(),
        }
    }
}

/// One check of a launch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The stage it belongs to.
    pub stage: Stage,
    /// The subject.
    pub step: Step,
    /// How it ended.
    pub result: CheckResult,
    /// The expected value; only values of the allow-list.
    pub expected: Option<Value>,
    /// The received value; only values of the allow-list, else type and length.
    pub seen: Option<Value>,
    /// The remedy, where the rule itself doesn't give it; on a passed check, a place to look at all the same.
    pub hint: Option<Hint>,
}

impl Check {
    /// A check.
    #[must_use]
    pub fn new(stage: Stage, step: Step, result: CheckResult, evidence: Evidence) -> Self {
        let Evidence { expected, seen, hint } = evidence;
        Self {
            stage,
            step,
            result,
            expected,
            seen,
            hint,
        }
    }
}

/// The recorder that a launch carries along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks(Vec<Check>);

impl Checks {
    /// An empty record.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that `rule` holds.
    pub fn pass(&mut self, rule: Rule, evidence: Evidence) {
        self.push(Check::new(rule.stage(), rule.into(), CheckResult::Passed, evidence));
    }

    /// Notes that `rule` does not apply to this launch.
    pub fn skip(&mut self, rule: Rule) {
        self.push(Check::new(rule.stage(), rule.into(), CheckResult::Skipped, Evidence::none()));
    }

    /// Notes that `rule` is broken, and hands out the error.
    #[must_use = "a broken rule ends the launch"]
    pub fn fail(&mut self, rule: Rule, evidence: Evidence) -> LaunchError {
        self.refuse(LaunchError::new(rule).with(evidence))
    }

    /// Notes that `rule` holds, or that it is broken.
    ///
    /// # Errors
    /// The error of `rule` if `holds` is false.
    pub fn validate(&mut self, holds: bool, rule: Rule, evidence: Evidence) -> Result<(), LaunchError> {
        if holds {
            self.pass(rule, evidence);
            Ok(())
        } else {
            Err(self.fail(rule, evidence))
        }
    }

    /// Notes an error that came from a function without a recorder, and hands it out again.
    #[must_use = "a broken rule ends the launch"]
    pub fn refuse(&mut self, error: LaunchError) -> LaunchError {
        let evidence = error.evidence().clone();
        self.push(Check::new(error.stage(), error.rule().into(), CheckResult::Failed, evidence));
        error
    }

    /// Notes a check of the caller's own.
    pub fn push(&mut self, check: Check) {
        self.0.push(check);
    }

    /// Something of `stage` passed, and nothing of it failed. Only `passed(Stage::Signature)` says that a launch
    /// comes from the LMS.
    #[must_use]
    pub fn passed(&self, stage: Stage) -> bool {
        let has = |result| self.0.iter().any(|check| check.stage == stage && check.result == result);
        has(CheckResult::Passed) && !has(CheckResult::Failed)
    }

    /// The checks so far.
    #[must_use]
    pub fn as_slice(&self) -> &[Check] {
        &self.0
    }

    /// The whole record, by stage: stages that the launch did not reach are appended as skipped.
    #[must_use]
    pub fn finish(mut self) -> Vec<Check> {
        self.0.sort_by_key(|check| check.stage);
        let furthest = self.0.last().map(|check| check.stage);
        for stage in Stage::ALL.into_iter().filter(|stage| Some(*stage) > furthest) {
            self.0
                .push(Check::new(stage, Step::Stage(stage), CheckResult::Skipped, Evidence::none()));
        }
        self.0
    }
}

impl From<Vec<Check>> for Checks {
    fn from(checks: Vec<Check>) -> Self {
        Self(checks)
    }
}
