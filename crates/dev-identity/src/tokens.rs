//! Tokens with the claims of Entra v2.0.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_simple::prelude::{Duration, JWTClaims, UnixTimeStamp};
use serde::Serialize;
use uuid::Builder;

use crate::{
    Identity,
    account::Account,
    directory::{API_CLIENT_ID, Client, Position, Tenant},
    random,
    scopes::Scopes,
};

/// Entra draws 60 to 90 minutes; clients must not count on 3600 s.
pub(crate) const TOKEN_LIFETIME: u64 = 75 * 60;
const GRAPH_CLIENT_ID: &str = "00000003-0000-0000-c000-000000000000";
/// The role every ordinary member has in `wids`, beside which an administrator's would stand.
const ORDINARY_MEMBER: &str = "b79fbf4d-3ef9-4689-8143-76b194e85509";
const VERSION: &str = "2.0";

#[derive(Serialize)]
struct UserTokenClaims<'a> {
    azp: &'a str,
    azpacr: &'a str,
    oid: &'a str,
    tid: &'a str,
    scp: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    roles: &'a [&'a str],
    idtyp: &'a str,
    #[serde(flatten)]
    membership: Membership,
    name: &'a str,
    preferred_username: &'a str,
    sid: &'a str,
    uti: String,
    ver: &'a str,
}

#[derive(Serialize)]
struct AppTokenClaims<'a> {
    azp: &'a str,
    azpacr: &'a str,
    oid: &'a str,
    tid: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    roles: &'a [&'a str],
    idtyp: &'a str,
    uti: String,
    ver: &'a str,
}

#[derive(Serialize)]
struct IdTokenClaims<'a> {
    oid: &'a str,
    tid: &'a str,
    name: &'a str,
    preferred_username: &'a str,
    login_hint: String,
    sid: &'a str,
    #[serde(flatten)]
    membership: Membership,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_region_sub_scope: Option<&'a str>,
    uti: String,
    ver: &'a str,
}

/// Member or guest of the tenant.
#[derive(Serialize)]
struct Membership {
    acct: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    idp: Option<&'static str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    wids: &'static [&'static str],
}

impl Membership {
    fn of(account: Account) -> Self {
        match account.person.position {
            Position::Guest => Self {
                acct: 1,
                idp: Some("mail"),
                wids: &[],
            },
            _ => Self {
                acct: 0,
                idp: None,
                wids: &[ORDINARY_MEMBER],
            },
        }
    }
}

impl Identity {
    /// An access token of a person. Without a scope of the API it is one for Microsoft Graph, as Entra does it.
    pub(crate) fn user_token(
        &self,
        account: Account,
        client: &Client,
        scopes: &Scopes,
        sid: &str,
    ) -> Result<String, jwt_simple::Error> {
        let Account { tenant, person } = account;
        let audience = if scopes.is_for_api() { API_CLIENT_ID } else { GRAPH_CLIENT_ID };
        let custom = UserTokenClaims {
            azp: client.id,
            azpacr: "0",
            oid: person.oid,
            tid: tenant.id,
            scp: scopes.claim(),
            roles: if scopes.is_for_api() { person.position.roles() } else { &[] },
            idtyp: "user",
            membership: Membership::of(account),
            name: person.name,
            preferred_username: person.user_name,
            sid,
            uti: random::opaque(),
            ver: VERSION,
        };
        let subject = pairwise_subject(audience, tenant, person.oid);
        self.key.sign(self.claims(custom, tenant, audience, &subject))
    }

    /// An access token of a program.
    pub(crate) fn app_token(&self, tenant: &Tenant, client: &Client, roles: &[&str]) -> Result<String, jwt_simple::Error> {
        let oid = service_principal(tenant, client);
        let custom = AppTokenClaims {
            azp: client.id,
            azpacr: "1",
            oid: &oid,
            tid: tenant.id,
            roles,
            idtyp: "app",
            uti: random::opaque(),
            ver: VERSION,
        };
        self.key.sign(self.claims(custom, tenant, API_CLIENT_ID, &oid))
    }

    pub(crate) fn id_token(
        &self,
        account: Account,
        client: &Client,
        nonce: Option<&str>,
        sid: &str,
    ) -> Result<String, jwt_simple::Error> {
        let Account { tenant, person } = account;
        let custom = IdTokenClaims {
            oid: person.oid,
            tid: tenant.id,
            name: person.name,
            preferred_username: person.user_name,
            login_hint: account.login_hint(),
            sid,
            membership: Membership::of(account),
            tenant_region_sub_scope: tenant.region_sub_scope,
            uti: random::opaque(),
            ver: VERSION,
        };
        let subject = pairwise_subject(client.id, tenant, person.oid);
        let mut claims = self.claims(custom, tenant, client.id, &subject);
        claims.nonce = nonce.map(str::to_owned);
        self.key.sign(claims)
    }

    fn claims<C: Serialize>(&self, custom: C, tenant: &Tenant, audience: &str, subject: &str) -> JWTClaims<C> {
        let now = UnixTimeStamp::from_secs(self.now());
        let lifetime = Duration::from_secs(TOKEN_LIFETIME);
        JWTClaims {
            issuer: Some(self.issuer(tenant.id)),
            audiences: Some(audience.into()),
            subject: Some(subject.to_owned()),
            issued_at: Some(now),
            invalid_before: Some(now),
            expires_at: Some(now + lifetime),
            jwt_id: None,
            nonce: None,
            custom,
        }
    }
}

/// Entra's `sub` differs from app to app, so that people cannot be followed across them.
fn pairwise_subject(audience: &str, tenant: &Tenant, oid: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, format!("{audience}/{}/{oid}", tenant.id).as_bytes()))
}

/// The object ID of a client in a tenant: stable, and another one in each tenant.
fn service_principal(tenant: &Tenant, client: &Client) -> String {
    let hash = digest(&SHA256, format!("{}/{}", tenant.id, client.id).as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    Builder::from_random_bytes(bytes).into_uuid().to_string()
}
