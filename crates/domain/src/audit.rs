use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Actor, ContestId, RegistrationId, RegistrationSummary, ReportId, TenantId};

/// One entry of the audit trail: who did what, when, to what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// The event's id.
    pub id: Uuid,
    /// When it happened.
    pub at: OffsetDateTime,
    /// The tenant of the trail.
    pub tenant_id: TenantId,
    /// The actor.
    pub by: Actor,
    /// The action.
    pub action: AuditAction,
    /// To what it was done.
    pub subject: Subject,
    /// The registration that the subject is or belongs to.
    pub registration: Option<RegistrationSummary>,
}

/// The part of a tenant's audit trail that somebody sees. Every query of it carries one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditScope {
    /// All of it.
    Tenant(TenantId),
    /// All but the events of problem reports.
    WithoutReports(TenantId),
}

/// An action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditAction {
    /// `tenant.registered`
    TenantRegistered,
    /// `tenant.approved`
    TenantApproved,
    /// `tenant.approval_withdrawn`
    TenantApprovalWithdrawn,
    /// `tenant.deleted`
    TenantDeleted,
    /// `registration.created`
    RegistrationCreated,
    /// `registration.deleted`
    RegistrationDeleted,
    /// `registration.released`: it ended because the LMS isn't the tenant's.
    RegistrationReleased,
    /// `deployment.accepted`
    DeploymentAccepted,
    /// `deployment.removed`
    DeploymentRemoved,
    /// `deployment.released`: it was taken away because it isn't the tenant's.
    DeploymentReleased,
    /// `client.released`: another tenant's claim to an LMS ended in favour of this one.
    ClientReleased,
    /// `contest.created`
    ContestCreated,
    /// `contest.withdrawn`
    ContestWithdrawn,
    /// `contest.proven`: the tenant has the LMS now.
    ContestProven,
    /// `claim.lost`: another tenant proved that the LMS is its own.
    ClaimLost,
    /// `registrations.exported`
    RegistrationsExported,
    /// `report.created`
    ReportCreated,
    /// `report.commented`
    ReportCommented,
    /// `report.state_changed`
    ReportStateChanged,
}

impl AuditAction {
    /// All actions.
    pub const ALL: [Self; 19] = [
        Self::TenantRegistered,
        Self::TenantApproved,
        Self::TenantApprovalWithdrawn,
        Self::TenantDeleted,
        Self::RegistrationCreated,
        Self::RegistrationDeleted,
        Self::RegistrationReleased,
        Self::DeploymentAccepted,
        Self::DeploymentRemoved,
        Self::DeploymentReleased,
        Self::ClientReleased,
        Self::ContestCreated,
        Self::ContestWithdrawn,
        Self::ContestProven,
        Self::ClaimLost,
        Self::RegistrationsExported,
        Self::ReportCreated,
        Self::ReportCommented,
        Self::ReportStateChanged,
    ];

    /// The stable name, e.g. `registration.created`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TenantRegistered => "tenant.registered",
            Self::TenantApproved => "tenant.approved",
            Self::TenantApprovalWithdrawn => "tenant.approval_withdrawn",
            Self::TenantDeleted => "tenant.deleted",
            Self::RegistrationCreated => "registration.created",
            Self::RegistrationDeleted => "registration.deleted",
            Self::RegistrationReleased => "registration.released",
            Self::DeploymentAccepted => "deployment.accepted",
            Self::DeploymentRemoved => "deployment.removed",
            Self::DeploymentReleased => "deployment.released",
            Self::ClientReleased => "client.released",
            Self::ContestCreated => "contest.created",
            Self::ContestWithdrawn => "contest.withdrawn",
            Self::ContestProven => "contest.proven",
            Self::ClaimLost => "claim.lost",
            Self::RegistrationsExported => "registrations.exported",
            Self::ReportCreated => "report.created",
            Self::ReportCommented => "report.commented",
            Self::ReportStateChanged => "report.state_changed",
        }
    }

    /// The action of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }
}

/// The subject of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The tenant itself.
    Tenant(TenantId),
    /// A registration.
    Registration(RegistrationId),
    /// A deployment.
    Deployment {
        /// Whose; events of before this was noted don't say.
        registration: Option<RegistrationId>,
        /// The LMS's id of it.
        id: String,
    },
    /// A problem report.
    Report(ReportId),
    /// A contest of another tenant's claim to an LMS.
    Contest(ContestId),
}

impl Subject {
    /// The kind's stable name: `tenant`, `registration`, `deployment`, `report`, `contest`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Tenant(_) => "tenant",
            Self::Registration(_) => "registration",
            Self::Deployment { .. } => "deployment",
            Self::Report(_) => "report",
            Self::Contest(_) => "contest",
        }
    }

    /// The id as text.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Tenant(id) => id.to_string(),
            Self::Registration(id) => id.to_string(),
            Self::Deployment { id, .. } => id.clone(),
            Self::Report(id) => id.to_string(),
            Self::Contest(id) => id.to_string(),
        }
    }

    /// The registration that it is, or belongs to.
    #[must_use]
    pub const fn registration(&self) -> Option<RegistrationId> {
        match self {
            Self::Tenant(_) | Self::Report(_) | Self::Contest(_) => None,
            Self::Registration(id) => Some(*id),
            Self::Deployment { registration, .. } => *registration,
        }
    }

    /// The subject of that kind and id; `registration` is what a deployment belongs to.
    #[must_use]
    pub fn from_parts(kind: &str, id: &str, registration: Option<RegistrationId>) -> Option<Self> {
        match kind {
            "tenant" => Uuid::parse_str(id).ok().map(|id| Self::Tenant(TenantId(id))),
            "registration" => Uuid::parse_str(id).ok().map(|id| Self::Registration(RegistrationId(id))),
            "deployment" => Some(Self::Deployment {
                registration,
                id: id.to_owned(),
            }),
            "report" => Uuid::parse_str(id).ok().map(|id| Self::Report(ReportId(id))),
            "contest" => Uuid::parse_str(id).ok().map(|id| Self::Contest(ContestId(id))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::from_code(action.code()), Some(action));
        }
        assert_eq!(AuditAction::from_code("registration.edited"), None);
    }

    #[test]
    fn subjects_are_read_back() {
        let id = Uuid::from_u128(7);
        for subject in [
            Subject::Tenant(TenantId(id)),
            Subject::Registration(RegistrationId(id)),
            Subject::Deployment {
                registration: Some(RegistrationId(Uuid::from_u128(8))),
                id: "10408:7db438".to_owned(),
            },
            Subject::Report(ReportId(id)),
            Subject::Contest(ContestId(id)),
        ] {
            assert_eq!(
                Subject::from_parts(subject.kind(), &subject.id(), subject.registration()),
                Some(subject)
            );
        }
        assert_eq!(Subject::from_parts("registration", "not a uuid", None), None);
        assert_eq!(Subject::from_parts("launch", "1", None), None);
    }
}
