//! The record of what was checked, in order: what an administrator reads when a launch fails.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Evidence, Refusal, Rule};

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
    /// Who issued the id_token.
    Issuer,
    /// For whom it was issued.
    Audience,
    /// When it was issued, and until when it counts.
    Times,
    /// Whether it answers this login.
    Nonce,
    /// The LTI message in it.
    Message,
    /// The deployment that it comes from.
    Deployment,
    /// Whether this launch was used before.
    SingleUse,
    /// The hand-over to the app.
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

    /// What the stage asks, in one sentence.
    #[must_use]
    pub fn asks(self) -> &'static str {
        match self {
            Self::Login => "The login initiation is complete, and its LMS is registered.",
            Self::Response => "The LMS answers the authentication request with an id_token.",
            Self::State => "The state is the one that was sent with the authentication request.",
            Self::Browser => "The browser is the one that started the login.",
            Self::Token => "The id_token is a JWT for RS256 that names its key.",
            Self::Keyset => "The LMS's public keyset holds the key that signed the id_token.",
            Self::Signature => "The id_token is signed by the LMS.",
            Self::Issuer => "The id_token is issued by the registered LMS.",
            Self::Audience => "The id_token is issued for the registered client ID.",
            Self::Times => "The id_token is neither expired, nor too old, nor from the future.",
            Self::Nonce => "The id_token answers this login.",
            Self::Message => "The message is a complete LTI 1.3 message that the app accepts.",
            Self::Deployment => "The deployment belongs to a registration.",
            Self::SingleUse => "The launch was not used before.",
            Self::HandOver => "The launch is handed over to the app.",
        }
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// In order.
    Passed,
    /// Not in order: the launch ended here.
    Failed,
    /// Not reached, or not applicable.
    Skipped,
}

/// One check of a launch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// The stage it belongs to.
    pub stage: Stage,
    /// What the rule asks, in one sentence.
    pub rule: Cow<'static, str>,
    /// How it ended.
    pub result: CheckResult,
    /// What was expected; only values of the allow-list.
    pub expected: Option<String>,
    /// What came; only values of the allow-list, else type and length.
    pub seen: Option<String>,
    /// What to do about it; on a passed check, what to look at all the same.
    pub remedy: Option<String>,
}

/// The recorder that a launch carries along.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checks(Vec<Check>);

impl Checks {
    /// An empty record.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that `rule` holds.
    pub fn pass(&mut self, rule: Rule, evidence: Evidence) {
        self.push(rule.stage(), rule, CheckResult::Passed, evidence);
    }

    /// Notes that `rule` does not apply to this launch.
    pub fn skip(&mut self, rule: Rule) {
        self.push(rule.stage(), rule, CheckResult::Skipped, Evidence::none());
    }

    /// Notes that `rule` is broken, and hands out the refusal.
    #[must_use = "a broken rule ends the launch"]
    pub fn fail(&mut self, rule: Rule, evidence: Evidence) -> Refusal {
        let refusal = Refusal::new(rule).with(evidence);
        self.refuse(&refusal);
        refusal
    }

    /// Notes whether `rule` holds.
    ///
    /// # Errors
    /// The refusal of `rule` if `holds` is false.
    pub fn judge(&mut self, holds: bool, rule: Rule, evidence: Evidence) -> Result<(), Refusal> {
        if holds {
            self.pass(rule, evidence);
            Ok(())
        } else {
            Err(self.fail(rule, evidence))
        }
    }

    /// Notes a refusal that came from a function without a recorder.
    pub fn refuse(&mut self, refusal: &Refusal) {
        let mut evidence = refusal.evidence().clone();
        evidence.remedy = Some(refusal.remedy().to_owned());
        self.push(refusal.stage(), refusal.rule(), CheckResult::Failed, evidence);
    }

    /// Notes the outcome of a function without a recorder: `rule` as passed, or the refusal it came back with.
    ///
    /// # Errors
    /// The refusal in `outcome`, as it is.
    pub fn record<T>(&mut self, rule: Rule, outcome: Result<T, Refusal>) -> Result<T, Refusal> {
        match &outcome {
            Ok(_) => self.pass(rule, Evidence::none()),
            Err(refusal) => self.refuse(refusal),
        }
        outcome
    }

    /// Whether something of `stage` passed, and nothing of it failed. Only `passed(Stage::Signature)` says that a launch
    /// comes from the LMS.
    #[must_use]
    pub fn passed(&self, stage: Stage) -> bool {
        let has = |result| self.0.iter().any(|check| check.stage == stage && check.result == result);
        has(CheckResult::Passed) && !has(CheckResult::Failed)
    }

    /// What was noted so far.
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
            self.0.push(Check {
                stage,
                rule: Cow::Borrowed(stage.asks()),
                result: CheckResult::Skipped,
                expected: None,
                seen: None,
                remedy: None,
            });
        }
        self.0
    }

    fn push(&mut self, stage: Stage, rule: Rule, result: CheckResult, evidence: Evidence) {
        let Evidence { expected, seen, remedy } = evidence;
        self.0.push(Check {
            stage,
            rule: Cow::Borrowed(rule.asks()),
            result,
            expected,
            seen,
            remedy,
        });
    }
}
