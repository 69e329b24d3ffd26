use crate::{Actor, AuditScope, ReportScope, TenantId};

/// A role in the caller's own tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A person who does everything in its tenant.
    Admin,
    /// A person who reads registrations, launches and who did what to them, and reports problems.
    Educator,
    /// A person of the operator's tenants who reads and answers problem reports.
    Support,
    /// Application role `Registrations.Read.All`.
    RegistrationsReadAll,
    /// Application role `Registrations.ReadWrite.All`.
    RegistrationsReadWriteAll,
    /// Application role `Reports.Read.All`.
    ReportsReadAll,
    /// Application role `Reports.ReadWrite.All`.
    ReportsReadWriteAll,
    /// Application role `Tenant.Register`.
    TenantRegister,
}

/// The caller, with the tenant and the roles there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The caller's own tenant; nothing of another one is ever visible.
    pub tenant: TenantId,
    /// The person or application.
    pub actor: Actor,
    /// Its roles.
    pub roles: Vec<Role>,
}

impl Caller {
    fn has_any_of(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }

    /// True if the caller has any role: without one only its own account answers.
    #[must_use]
    pub fn has_role(&self) -> bool {
        !self.roles.is_empty()
    }

    /// List and view registrations and their deployments.
    #[must_use]
    pub fn may_read_registrations(&self) -> bool {
        self.has_any_of(&[
            Role::Admin,
            Role::Educator,
            Role::RegistrationsReadAll,
            Role::RegistrationsReadWriteAll,
        ])
    }

    /// Create, check and delete registrations, accept and remove deployments.
    #[must_use]
    pub fn may_write_registrations(&self) -> bool {
        self.has_any_of(&[Role::Admin, Role::RegistrationsReadWriteAll])
    }

    /// Register the caller's tenant, and give that up again.
    #[must_use]
    pub fn may_register_tenant(&self) -> bool {
        self.has_any_of(&[Role::Admin, Role::TenantRegister])
    }

    /// Read launch records with their diagnostics.
    #[must_use]
    pub fn may_read_launches(&self) -> bool {
        self.may_read_registrations()
    }

    /// Send problem reports of the caller's tenant.
    #[must_use]
    pub fn may_send_reports(&self) -> bool {
        self.has_any_of(&[Role::Admin, Role::Educator, Role::ReportsReadWriteAll])
    }

    /// The problem reports that the caller sees; `None` where there are none to see.
    #[must_use]
    pub fn readable_reports(&self) -> Option<ReportScope> {
        if self.is_support() {
            return Some(ReportScope::Everything);
        }
        if self.has_any_of(&[Role::Admin, Role::ReportsReadAll, Role::ReportsReadWriteAll]) {
            return Some(ReportScope::Tenant(self.tenant));
        }
        self.has_any_of(&[Role::Educator])
            .then(|| ReportScope::Own(self.tenant, self.actor.id.clone()))
    }

    /// The problem reports that the caller may answer; `None` where there are none.
    #[must_use]
    pub fn answerable_reports(&self) -> Option<ReportScope> {
        let reads_only = !self.is_support() && !self.may_send_reports();
        self.readable_reports().filter(|_| !reads_only)
    }

    /// The problem reports whose state the caller may change: its sender follows it, others decide.
    #[must_use]
    pub fn decidable_reports(&self) -> Option<ReportScope> {
        self.answerable_reports()
            .filter(|scope| !matches!(scope, ReportScope::Own(..)))
    }

    /// Works on the problem reports of every tenant, for the operator.
    #[must_use]
    pub fn is_support(&self) -> bool {
        self.has_any_of(&[Role::Support])
    }

    /// The part of the audit trail that the caller sees; `None` where there is none. An educator sees
    /// only their own reports, in the trail too.
    #[must_use]
    pub fn readable_audit_events(&self) -> Option<AuditScope> {
        if self.has_any_of(&[Role::Admin, Role::RegistrationsReadAll, Role::RegistrationsReadWriteAll]) {
            return Some(AuditScope::Tenant(self.tenant));
        }
        self.has_any_of(&[Role::Educator])
            .then_some(AuditScope::WithoutReports(self.tenant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ActorKind;

    fn caller(roles: &[Role]) -> Caller {
        let actor = Actor {
            id: "oid".to_owned(),
            name: "Ada".to_owned(),
            kind: ActorKind::User,
        };
        Caller {
            tenant: TenantId(uuid::Uuid::nil()),
            actor,
            roles: roles.to_vec(),
        }
    }

    #[test]
    fn who_may_do_what() {
        use Role::{
            Admin, Educator, RegistrationsReadAll, RegistrationsReadWriteAll, ReportsReadAll, ReportsReadWriteAll, Support,
            TenantRegister,
        };
        let all = Some(AuditScope::Tenant(TenantId(uuid::Uuid::nil())));
        let without_reports = Some(AuditScope::WithoutReports(TenantId(uuid::Uuid::nil())));
        // role: read registrations, write registrations, register the tenant, read launches; read audit events
        for (role, expected, trail) in [
            (Admin, [true, true, true, true], all),
            (Educator, [true, false, false, true], without_reports),
            (Support, [false, false, false, false], None),
            (RegistrationsReadAll, [true, false, false, true], all),
            (RegistrationsReadWriteAll, [true, true, false, true], all),
            (ReportsReadAll, [false, false, false, false], None),
            (ReportsReadWriteAll, [false, false, false, false], None),
            (TenantRegister, [false, false, true, false], None),
        ] {
            let c = caller(&[role]);
            let seen = [
                c.may_read_registrations(),
                c.may_write_registrations(),
                c.may_register_tenant(),
                c.may_read_launches(),
            ];
            assert_eq!(seen, expected, "{role:?}");
            assert_eq!(c.readable_audit_events(), trail, "{role:?}");
            assert!(c.has_role(), "{role:?}");
        }
    }

    #[test]
    fn who_sees_answers_and_decides_which_reports() {
        use Role::{Admin, Educator, RegistrationsReadWriteAll, ReportsReadAll, ReportsReadWriteAll, Support, TenantRegister};
        let tenant = || Some(ReportScope::Tenant(TenantId(uuid::Uuid::nil())));
        let own = || Some(ReportScope::Own(TenantId(uuid::Uuid::nil()), "oid".to_owned()));
        let everything = || Some(ReportScope::Everything);
        // roles: send; read, answer, decide
        for (roles, sends, expected) in [
            (&[Admin][..], true, [tenant(), tenant(), tenant()]),
            (&[Educator], true, [own(), own(), None]),
            (&[Support], false, [everything(), everything(), everything()]),
            (&[ReportsReadAll], false, [tenant(), None, None]),
            (&[ReportsReadWriteAll], true, [tenant(), tenant(), tenant()]),
            (&[RegistrationsReadWriteAll], false, [None, None, None]),
            (&[TenantRegister], false, [None, None, None]),
            (&[], false, [None, None, None]),
            (&[Educator, Support], true, [everything(), everything(), everything()]),
        ] {
            let c = caller(roles);
            assert_eq!(c.may_send_reports(), sends, "{roles:?}");
            let seen = [c.readable_reports(), c.answerable_reports(), c.decidable_reports()];
            assert_eq!(seen, expected, "{roles:?}");
        }
    }

    #[test]
    fn without_a_role_nothing_is_allowed() {
        let c = caller(&[]);
        assert!(!c.has_role() && !c.may_read_registrations() && !c.may_write_registrations() && !c.may_register_tenant());
        assert!(!c.may_read_launches() && c.readable_audit_events().is_none());
    }

    #[test]
    fn roles_add_up() {
        let c = caller(&[Role::Educator, Role::TenantRegister]);
        assert!(c.may_read_registrations() && c.may_register_tenant() && !c.may_write_registrations());
    }
}
