//! A person in a tenant, and how requests name one.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::directory::{Authority, Person, Tenant};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Account {
    pub(crate) tenant: &'static Tenant,
    pub(crate) person: &'static Person,
}

impl PartialEq for Account {
    fn eq(&self, other: &Self) -> bool {
        (self.tenant.id, self.person.oid) == (other.tenant.id, other.person.oid)
    }
}

impl Account {
    /// Everyone who may sign in at this authority, tenant by tenant.
    pub(crate) fn all(authority: Authority) -> impl Iterator<Item = Self> {
        authority
            .tenants()
            .iter()
            .flat_map(|tenant| tenant.people.iter().map(move |person| Self { tenant, person }))
    }

    pub(crate) fn by_oid(authority: Authority, oid: &str) -> Option<Self> {
        Self::all(authority).find(|account| account.person.oid == oid)
    }

    /// True if a `login_hint` or `logout_hint` names this account: by user name, or by the `login_hint` claim of its id_token.
    pub(crate) fn is_hinted(&self, hint: &str) -> bool {
        self.person.user_name.eq_ignore_ascii_case(hint) || self.login_hint() == hint
    }

    /// The opaque `login_hint` claim.
    pub(crate) fn login_hint(&self) -> String {
        format!(
            "O.{}",
            URL_SAFE_NO_PAD.encode(format!("{}.{}", self.person.oid, self.tenant.id))
        )
    }

    /// `client_info` of a token response: MSAL's home account ID, `{uid}.{utid}`.
    pub(crate) fn client_info(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::json!({ "uid": self.person.oid, "utid": self.tenant.id }).to_string())
    }
}
