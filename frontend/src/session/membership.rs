use contract::{Account, Role, Tenant, TenantAccess};
use leptos::prelude::*;

use crate::load::Loaded;

/// The signed-in person and their organization.
#[derive(Clone, Copy)]
pub(crate) struct Membership {
    account: StoredValue<Account>,
    reload: Callback<()>,
    tenant: Loaded<Option<Tenant>>,
}

impl Membership {
    pub(crate) fn new(account: Account, reload: Callback<()>, tenant: Loaded<Option<Tenant>>) -> Self {
        Self {
            account: StoredValue::new(account),
            reload,
            tenant,
        }
    }

    pub(crate) fn account(&self) -> Account {
        self.account.get_value()
    }

    /// Loads the account again after the organization was registered.
    pub(crate) fn reload(&self) {
        // The person may have left the page.
        self.reload.try_run(());
    }

    pub(crate) fn tenant(&self) -> Loaded<Option<Tenant>> {
        self.tenant
    }

    /// The organization's name, once it is loaded.
    pub(crate) fn organization(&self) -> Option<String> {
        self.tenant.ready().flatten().map(|tenant| tenant.display_name)
    }

    pub(crate) fn standing(&self) -> Standing {
        self.account.with_value(Standing::of)
    }

    /// Educators see the same pages without the controls that change something.
    pub(crate) fn is_administrator(&self) -> bool {
        self.account.with_value(|account| account.roles.contains(&Role::Admin))
    }
}

/// The access of an account to the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Member,
    /// May register the organization.
    AdminOfUnregistered,
    /// The organization waits for approval.
    Pending,
    /// Support staff of the operator, who see only the problem reports.
    Support,
    Refused,
}

impl Standing {
    pub(crate) fn of(account: &Account) -> Self {
        let admin = account.roles.contains(&Role::Admin);
        let educator = account.roles.contains(&Role::Educator);
        let support = account.roles.contains(&Role::Support);
        match account.tenant_state {
            TenantAccess::Registered if admin || educator => Self::Member,
            TenantAccess::Pending if admin || educator => Self::Pending,
            TenantAccess::Unregistered if admin => Self::AdminOfUnregistered,
            TenantAccess::Registered | TenantAccess::Pending | TenantAccess::Unregistered if support => Self::Support,
            TenantAccess::Registered | TenantAccess::Pending | TenantAccess::Unregistered => Self::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use contract::ActorKind;
    use uuid::Uuid;

    use super::*;

    fn stands(tenant_state: TenantAccess, roles: &[Role]) -> Standing {
        Standing::of(&Account {
            id: String::new(),
            kind: ActorKind::User,
            display_name: String::new(),
            tenant_id: Uuid::nil(),
            tenant_state,
            roles: roles.to_vec(),
        })
    }

    #[test]
    fn admins_and_educators_of_registered_organizations_get_in() {
        assert_eq!(stands(TenantAccess::Registered, &[Role::Admin]), Standing::Member);
        assert_eq!(stands(TenantAccess::Registered, &[Role::Educator]), Standing::Member);
    }

    #[test]
    fn everybody_else_is_refused() {
        for state in [TenantAccess::Registered, TenantAccess::Pending, TenantAccess::Unregistered] {
            assert_eq!(stands(state, &[]), Standing::Refused);
            assert_eq!(stands(state, &[Role::RegistrationsReadAll]), Standing::Refused);
            assert_eq!(stands(state, &[Role::Support]), Standing::Support);
        }
        assert_eq!(stands(TenantAccess::Unregistered, &[Role::Educator]), Standing::Refused);
    }

    #[test]
    fn only_an_admin_registers_the_organization() {
        assert_eq!(
            stands(TenantAccess::Unregistered, &[Role::Admin]),
            Standing::AdminOfUnregistered
        );
        assert_eq!(stands(TenantAccess::Pending, &[Role::Admin]), Standing::Pending);
    }
}
