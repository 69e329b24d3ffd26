//! What is known of a launch while it is judged: enough to record a refusal and to show its page.

use domain::{Reference, RefusedLaunch, RegistrationId, TenantId};
use lti13::{Checks, Launch, Refusal, Stage};
use time::OffsetDateTime;
use url::Url;

use crate::{random, state::AppState};

/// A login or a launch under way.
pub(super) struct Attempt {
    /// The id that the page shows.
    pub(super) reference: Reference,
    /// When the request arrived.
    pub(super) at: OffsetDateTime,
    /// What was checked so far.
    pub(super) checks: Checks,
    /// Issuer and client ID, as far as the request named them.
    pub(super) issuer: Option<String>,
    pub(super) client_id: Option<String>,
    /// Whose launch it is, once that is known.
    pub(super) registration: Option<(TenantId, RegistrationId)>,
    /// What the verified launch said, for the page.
    pub(super) verified: Option<Verified>,
    /// The login, sealed, where the LMS was not asked yet: the page offers to try again.
    pub(super) unspent: Option<String>,
}

/// What a refusal's page may use of a launch, because its signature and claims hold.
pub(super) struct Verified {
    message_type: &'static str,
    /// The language of the person.
    pub(super) locale: Option<String>,
    /// The way back to the course.
    pub(super) return_url: Option<Url>,
    /// Shown to LMS administrators where a deployment isn't listed.
    pub(super) deployment_for_administrator: Option<String>,
}

impl Attempt {
    /// A new attempt, now.
    pub(super) fn begin(state: &AppState) -> Self {
        Self {
            reference: Reference::from_random(random::bytes()),
            at: state.clock.now(),
            checks: Checks::new(),
            issuer: None,
            client_id: None,
            registration: None,
            verified: None,
            unspent: None,
        }
    }

    /// The time in Unix seconds.
    pub(super) fn now(&self) -> i64 {
        self.at.unix_timestamp()
    }

    /// Notes a verified launch.
    pub(super) fn verified(&mut self, launch: &Launch, allow_http: bool) {
        self.verified = Some(Verified {
            message_type: launch.message.message_type(),
            locale: launch.locale(),
            return_url: launch.return_url(allow_http),
            deployment_for_administrator: launch.is_lms_administrator().then(|| launch.deployment_id.clone()),
        });
    }

    /// The record as JSON, for the database.
    pub(super) fn checks_json(checks: &Checks) -> String {
        serde_json::to_string(&checks).unwrap_or_else(|_| "[]".to_owned())
    }

    /// The record of a refusal. It is noted among the checks, unless the check that failed noted itself.
    pub(super) fn refused(&mut self, refusal: &Refusal) -> RefusedLaunch {
        if !self
            .checks
            .as_slice()
            .iter()
            .any(|check| check.result == lti13::CheckResult::Failed)
        {
            self.checks.refuse(refusal);
        }
        let checks = std::mem::take(&mut self.checks);
        let signed = checks.passed(Stage::Signature);
        RefusedLaunch {
            reference: self.reference.clone(),
            at: self.at,
            registration: self.registration,
            code: refusal.code().to_owned(),
            message_type: self.verified.as_ref().map(|verified| verified.message_type.to_owned()),
            signed,
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            checks: Self::checks_json(&checks),
        }
    }
}
