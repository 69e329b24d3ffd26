//! The keysets that LMSs are given for the gateway's own signatures, and which registrations they sign for.
//!
//! No two schools trust the same key: a tenant that registers its own LMS with another school's client ID and access token URL would
//! otherwise get tokens for that school's LMS. Where schools share a client ID the LMS knows one keyset for all of them, so the app has
//! one, and it signs for the LMS's own addresses only, never for those that a tenant entered.

use url::Url;

use crate::presets::{self, LmsFieldName};
use crate::{LmsProduct, LmsValues, Registration, TenantId};

/// Whose keyset it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeysetOwner {
    /// A tenant, for its own LMSs.
    Tenant(TenantId),
    /// An app, by its id, where schools share its client ID.
    App(String),
}

/// The keyset that an LMS is given for a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolKeyset {
    /// The random part of its address.
    pub id: String,
    /// The LMS was given another address when this registration was added.
    pub outdated: bool,
}

/// Where an LMS gives out access tokens, and the audience of requests for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenEndpoint {
    /// Where requests are posted.
    pub url: Url,
    /// Their audience.
    pub audience: String,
}

impl KeysetOwner {
    /// The owner of the keyset that an LMS is given for an app. Where a product's client IDs are shared in part (hosted Canvas), an
    /// empty client ID stands for a school's own.
    #[must_use]
    pub fn new(product: LmsProduct, client_id: &str, tenant: TenantId, app_id: &str) -> Self {
        if product.client_ids_are_shared(client_id) {
            Self::App(app_id.to_owned())
        } else {
            Self::Tenant(tenant)
        }
    }
}

impl Registration {
    /// The owner of the keyset that the LMS is given.
    #[must_use]
    pub fn keyset_owner(&self) -> KeysetOwner {
        KeysetOwner::new(self.product, &self.lms.platform.client_id, self.tenant_id, &self.app_id)
    }

    /// The owner of the key that signs for this registration. There is none where schools share the client ID and an address isn't the
    /// LMS's own for all schools.
    #[must_use]
    pub fn signer(&self) -> Option<KeysetOwner> {
        let owner = self.keyset_owner();
        match owner {
            KeysetOwner::App(_) if !has_fixed_values(self.product, &self.lms) => None,
            owner => Some(owner),
        }
    }

    /// Where the LMS gives out access tokens, if that is known.
    #[must_use]
    pub fn token_endpoint(&self) -> Option<TokenEndpoint> {
        let fixed = || presets::fixed_value(self.product, LmsFieldName::AccessTokenUrl, "").and_then(|url| Url::parse(&url).ok());
        let url = self.lms.access_token_url.clone().or_else(fixed)?;
        let audience = self.lms.access_token_audience.as_deref().or(audience(self.product));
        Some(TokenEndpoint {
            audience: audience.unwrap_or(url.as_str()).to_owned(),
            url,
        })
    }
}

/// The audience that an LMS has for all schools where it isn't the access token URL.
const fn audience(product: LmsProduct) -> Option<&'static str> {
    match product {
        LmsProduct::Brightspace => Some("https://api.brightspace.com/auth/token"),
        _ => None,
    }
}

/// Issuer, keyset, authentication, and the URL and audience of access tokens are those that the LMS has for all schools.
fn has_fixed_values(product: LmsProduct, lms: &LmsValues) -> bool {
    let fixed = |field| presets::fixed_value(product, field, &lms.platform.client_id);
    let is_fixed = |field, value: &str| fixed(field).is_some_and(|fixed| fixed == value);
    let token_url = fixed(LmsFieldName::AccessTokenUrl);
    is_fixed(LmsFieldName::Issuer, &lms.platform.issuer)
        && is_fixed(LmsFieldName::KeysetUrl, lms.platform.keyset_url.as_str())
        && is_fixed(LmsFieldName::AuthenticationUrl, lms.platform.authentication_url.as_str())
        && token_url.is_some()
        && lms
            .access_token_url
            .as_ref()
            .is_none_or(|url| Some(url.as_str()) == token_url.as_deref())
        && lms
            .access_token_audience
            .as_ref()
            .is_none_or(|audience| Some(audience) == token_url.as_ref())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
