//! Who gets where.

use contract::{Account, Role, Tenant, TenantAccess};
use leptos::prelude::*;

use super::Catalogue;
use super::parts::Part;
use super::sign_in_error::Refusal;
use crate::api::{Api, ApiError};
use crate::auth::{Auth, SignInError};
use crate::components::{Bar, Calm, ListPages, Narrow, Notice, PageFailed, Shell, live};
use crate::i18n::texts;
use crate::load::{Load, Loaded, load};
use crate::router::{Page, Router};

/// The person who is signed in, and their organization.
#[derive(Clone, Copy)]
pub(crate) struct Membership {
    account: StoredValue<Account>,
    reload: Callback<()>,
    tenant: Loaded<Option<Tenant>>,
}

impl Membership {
    pub(crate) fn account(&self) -> Account {
        self.account.get_value()
    }

    /// Asks once more who this is, after the organization was registered.
    pub(crate) fn reload(&self) {
        // Somebody may have gone on to another page.
        self.reload.try_run(());
    }

    pub(crate) fn tenant(&self) -> Loaded<Option<Tenant>> {
        self.tenant
    }

    /// The organization's name, once it is known.
    pub(crate) fn organization(&self) -> Option<String> {
        self.tenant.ready().flatten().map(|tenant| tenant.display_name)
    }

    pub(crate) fn standing(&self) -> Standing {
        self.account.with_value(standing)
    }

    /// Educators see the same and change nothing: what only administrators do is left out for them.
    pub(crate) fn is_administrator(&self) -> bool {
        self.account.with_value(|account| account.roles.contains(&Role::Admin))
    }
}

/// What an account may do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Member,
    /// May register the organization.
    AdminOfUnregistered,
    /// The organization waits for its approval.
    Pending,
    /// Support staff of the operator, who see the problem reports and nothing else.
    Support,
    Refused,
}

fn standing(account: &Account) -> Standing {
    let admin = account.roles.contains(&Role::Admin);
    let educator = account.roles.contains(&Role::Educator);
    let support = account.roles.contains(&Role::Support);
    match account.tenant_state {
        TenantAccess::Registered if admin || educator => Standing::Member,
        TenantAccess::Pending if admin || educator => Standing::Pending,
        TenantAccess::Unregistered if admin => Standing::AdminOfUnregistered,
        TenantAccess::Registered | TenantAccess::Pending | TenantAccess::Unregistered if support => Standing::Support,
        TenantAccess::Registered | TenantAccess::Pending | TenantAccess::Unregistered => Standing::Refused,
    }
}

/// Around everything that needs the API; whoever isn't signed in is sent to sign in.
#[component]
pub(crate) fn SignedIn() -> impl IntoView {
    let api = Api::new(expect_context::<Auth>());
    provide_context(api.clone());
    provide_context(Notice::new());
    provide_context(ListPages::new());
    let account = load(move || {
        let api = api.clone();
        async move { api.me().await }
    });
    let again = Callback::new(move |()| account.again());
    live(move || match account.get() {
        Load::Pending => view! { <Bar /> <Calm text=texts().sign_in.working /> }.into_any(),
        Load::Ready(account) => view! { <WithAccount account reload=again /> }.into_any(),
        Load::Failed(error) => refused(error, again),
    })
}

fn refused(error: ApiError, again: Callback<()>) -> AnyView {
    match error {
        ApiError::TokenRefused => view! { <Part of=SignInError::Failed("token_refused".to_owned()) /> }.into_any(),
        // A tenant that this gateway is closed to, in the gateway's words.
        ApiError::Problem(problem) if problem.status == 403 => view! { <Part of=Refusal::Told(problem.detail) /> }.into_any(),
        error => view! {
            <Narrow with_report=true>
                <div class="card">
                    <PageFailed error again />
                </div>
            </Narrow>
        }
        .into_any(),
    }
}

#[component]
fn WithAccount(account: Account, reload: Callback<()>) -> impl IntoView {
    let api = expect_context::<Api>();
    let has_tenant = account.tenant_state != TenantAccess::Unregistered && standing(&account) != Standing::Refused;
    let tenant = load(move || {
        let api = api.clone();
        async move { if has_tenant { api.tenant().await.map(Some) } else { Ok(None) } }
    });
    provide_context(Membership {
        account: StoredValue::new(account),
        reload,
        tenant,
    });
    let router = expect_context::<Router>();
    let is_tenant = Memo::new(move |_| router.page() == Page::Tenant);
    live(move || {
        if is_tenant.get() {
            view! { <Part of=Page::Tenant /> }.into_any()
        } else {
            view! { <Member /> }.into_any()
        }
    })
}

/// Around everything that takes a role in a registered organization.
#[component]
fn Member() -> impl IntoView {
    let membership = expect_context::<Membership>();
    match membership.standing() {
        Standing::Member => {
            provide_context(Catalogue::load(expect_context()));
            view! { <MemberPages /> }.into_any()
        }
        Standing::AdminOfUnregistered => view! { <Part of=Refusal::AdminOfUnregistered /> }.into_any(),
        Standing::Pending => view! { <Part of=Page::Tenant /> }.into_any(),
        Standing::Support => view! { <Shell><SupportPages /></Shell> }.into_any(),
        Standing::Refused => view! { <Part of=Refusal::NoRole /> }.into_any(),
    }
}

/// The reports; wherever else support staff arrive, they find the list.
#[component]
fn SupportPages() -> impl IntoView {
    let router = expect_context::<Router>();
    let page = Memo::new(move |_| match router.page() {
        page @ Page::Report(_) => page,
        _ => Page::Reports,
    });
    // Its filters stand in its own address.
    Effect::new(move |_| {
        if !matches!(router.page(), Page::Report(_) | Page::Reports) {
            router.replace("/reports");
        }
    });
    live(move || view! { <Part of=page.get() in_shell=true /> })
}

#[component]
fn MemberPages() -> impl IntoView {
    let router = expect_context::<Router>();
    let is_administrator = expect_context::<Membership>().is_administrator();
    let is_wizard = Memo::new(move |_| router.page() == Page::Wizard);
    let is_refused = Memo::new(move |_| router.page().is_for_administrators() && !is_administrator);
    live(move || {
        if is_refused.get() {
            view! { <Part of=Refusal::AdministratorsOnly /> }.into_any()
        } else if is_wizard.get() {
            view! { <Part of=Page::Wizard /> }.into_any()
        } else {
            view! { <Shell><ShellPages /></Shell> }.into_any()
        }
    })
}

#[component]
fn ShellPages() -> impl IntoView {
    let router = expect_context::<Router>();
    // The list stays as it is under the details of one registration.
    let page = Memo::new(move |_| match router.page() {
        Page::Registrations(_) => Page::Registrations(None),
        page => page,
    });
    live(move || view! { <Part of=page.get() in_shell=true /> })
}

#[cfg(test)]
mod tests {
    use contract::ActorKind;
    use uuid::Uuid;

    use super::*;

    fn stands(tenant_state: TenantAccess, roles: &[Role]) -> Standing {
        standing(&Account {
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
