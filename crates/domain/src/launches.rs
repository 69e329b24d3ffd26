//! A launch: the rules that can end it, the record of its checks, and its stored form.

mod record;
mod refusal;
mod rule;
mod stored;
mod value;

use time::{Date, OffsetDateTime};

pub use record::LaunchRecord;
pub use refusal::Refusal;
pub use rule::{Rule, RuleFamily};
pub use value::{OwnHint, OwnTerm, OwnValue};

use crate::{Reference, RegistrationId, RegistrationSummary, TenantId};

/// A launch about to be handed over: its row is the guard against replay, the audit record and the diagnostics in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedLaunch {
    /// The id that people see.
    pub reference: Reference,
    /// When the LMS's post arrived.
    pub at: OffsetDateTime,
    /// The tenant of the launch.
    pub tenant_id: TenantId,
    /// The registration that it was validated against.
    pub registration_id: RegistrationId,
    /// The verified deployment.
    pub deployment_id: String,
    /// True if the issuer's own keys signed it ([`crate::presets::signs_for_issuer`]).
    pub signed_by_issuer: bool,
    /// The LTI message type.
    pub message_type: String,
    /// The id of the sealed state that this launch consumes.
    pub state_id: [u8; 16],
    /// The checks, as JSON.
    pub checks: String,
}

/// A launch that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLaunch {
    /// The id that the error page shows.
    pub reference: Reference,
    /// When the request arrived.
    pub at: OffsetDateTime,
    /// The registration that it belongs to, with its tenant, where that is known.
    pub registration: Option<(TenantId, RegistrationId)>,
    /// Why it was refused: `<product>.<detail>`.
    pub code: String,
    /// The LTI message type, where it got that far.
    pub message_type: Option<String>,
    /// True if the LMS's signature was verified before the refusal.
    pub signed: bool,
    /// The issuer that the request named.
    pub issuer: Option<String>,
    /// The client ID that the request named.
    pub client_id: Option<String>,
    /// The checks, as JSON.
    pub checks: String,
}

impl RefusedLaunch {
    /// The quota that this refusal is kept in.
    #[must_use]
    pub fn class(&self) -> RefusalClass {
        match (self.signed, self.registration.is_some()) {
            (true, true) => RefusalClass::SignedAttributed,
            (true, false) => RefusalClass::SignedUnattributed,
            (false, true) => RefusalClass::UnsignedAttributed,
            (false, false) => RefusalClass::UnsignedUnattributed,
        }
    }
}

/// The quotas that refusals are kept in, so that junk can't push out what an administrator needs to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalClass {
    /// Signature verified, registration known.
    SignedAttributed,
    /// Signature verified, but no registration takes that deployment.
    SignedUnattributed,
    /// Registration known, signature not verified: anybody can send that.
    UnsignedAttributed,
    /// Neither: anybody can send that.
    UnsignedUnattributed,
}

/// How a launch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LaunchOutcome {
    /// Handed over to the app.
    Accepted,
    /// Refused.
    Refused,
}

/// A recorded launch, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// The id that people see.
    pub reference: Reference,
    /// When it arrived.
    pub at: OffsetDateTime,
    /// Handed over, or refused.
    pub outcome: LaunchOutcome,
    /// Why it was refused: `<product>.<detail>`.
    pub code: Option<String>,
    /// The registration that it belongs to.
    pub registration_id: Option<RegistrationId>,
    /// That registration.
    pub registration: Option<RegistrationSummary>,
    /// The LTI message type.
    pub message_type: Option<String>,
}

/// A recorded launch with everything that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchDetails {
    /// The part that a list shows.
    pub launch: Launch,
    /// The issuer that the request named.
    pub issuer: Option<String>,
    /// The client ID that the request named.
    pub client_id: Option<String>,
    /// The checks, as JSON.
    pub checks: String,
}

/// The launches of one day, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyLaunches {
    /// The day.
    pub date: Date,
    /// How many were handed over.
    pub accepted: u64,
    /// How many were refused.
    pub refused: u64,
}
