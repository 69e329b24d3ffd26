use lti13::{Check, CheckResult, Checks, Evidence, Stage};

use super::{Refusal, Rule};

/// The checks of a launch, by the rules of LTI and by the gateway's own. It is data; the gateway's `records` has the texts. The serialized
/// form is short: checks that every launch passes are not written out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaunchRecord(pub(super) Checks);

impl LaunchRecord {
    /// An empty record.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// For what verifies LTI.
    pub fn checks(&mut self) -> &mut Checks {
        &mut self.0
    }

    /// Notes that `rule` holds.
    pub fn pass(&mut self, rule: impl Into<Rule>, evidence: Evidence) {
        let rule = rule.into();
        self.0
            .push(Check::new(rule.stage(), rule.into(), CheckResult::Passed, evidence));
    }

    /// Notes that `rule` is broken, and hands out the refusal.
    #[must_use = "a broken rule ends the launch"]
    pub fn fail(&mut self, rule: impl Into<Rule>, evidence: Evidence) -> Refusal {
        let refusal = Refusal::new(rule).with(evidence);
        self.refuse(&refusal);
        refusal
    }

    /// Notes a refusal.
    pub fn refuse(&mut self, refusal: &Refusal) {
        let evidence = refusal.evidence().clone();
        let check = Check::new(refusal.stage(), refusal.rule().into(), CheckResult::Failed, evidence);
        self.0.push(check);
    }

    /// A check failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.0.as_slice().iter().any(|check| check.result == CheckResult::Failed)
    }

    /// Something of `stage` passed, and nothing of it failed. Only `passed(Stage::Signature)` says that a launch comes from the LMS.
    #[must_use]
    pub fn passed(&self, stage: Stage) -> bool {
        self.0.passed(stage)
    }

    /// The whole record, by stage: stages that the launch did not reach are appended as skipped.
    #[must_use]
    pub fn finish(self) -> Vec<Check> {
        self.0.finish()
    }
}
