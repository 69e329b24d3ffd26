//! `[[issuers]]`: OpenID providers beside Microsoft Entra ID.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use super::{Config, DEV_AUDIENCE, validate::without_userinfo};

/// An OpenID provider, such as a Keycloak realm, where the people of some tenants sign in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The `iss` of its tokens; its metadata are below it, at `/.well-known/openid-configuration`.
    pub issuer: String,
    /// The accepted values of `aud` in an access token.
    pub audiences: Vec<String>,
    /// The required entry of `scope` (or `scp`) in a person's token.
    #[serde(default = "default_scope")]
    pub scope: String,
    /// The tenants that it speaks for, by the tenant IDs that they have here.
    pub tenant_ids: Vec<Uuid>,
    /// JSON pointer of the claim with the tenant ID; needed where there are several.
    #[serde(default)]
    pub tenant_claim: String,
    /// JSON pointer of the claim with the roles.
    #[serde(default = "default_roles_claim")]
    pub roles_claim: String,
}

fn default_scope() -> String {
    "access_as_user".to_owned()
}

fn default_roles_claim() -> String {
    "/roles".to_owned()
}

impl Config {
    pub(super) fn validate_issuers(&self, errors: &mut Vec<String>) {
        let mut names = HashSet::new();
        let mut tenants = HashSet::new();
        for issuer in &self.issuers {
            let name = &issuer.issuer;
            let shown = without_userinfo(name);
            let mut error = |sentence: &str| errors.push(format!("issuers: {sentence} (\"{shown}\")."));
            if !names.insert(name) {
                error("an issuer is listed twice");
            }
            match Url::parse(name) {
                Ok(url) if url.query().is_some() || url.fragment().is_some() => {
                    error("the issuer must have neither query nor fragment");
                }
                Ok(url) if self.dev || (url.scheme() == "https" && !url.path().starts_with("/dev/identity")) => {}
                Ok(_) => error("outside --dev the issuer must be https and not the development sign-in"),
                Err(_) => error("the issuer must be a URL like https://keycloak.example/realms/school"),
            }
            if issuer.audiences.is_empty() || issuer.audiences.iter().any(String::is_empty) {
                error("audiences must name the API, as its access tokens have it in aud");
            }
            if !self.dev && issuer.audiences.iter().any(|audience| audience == DEV_AUDIENCE) {
                error("audiences names the development sign-in's API");
            }
            if issuer.scope.is_empty() || issuer.scope.contains(' ') {
                error("scope must be one scope");
            }
            match issuer.tenant_ids.as_slice() {
                [] => error("tenant_ids must name the tenants that it speaks for"),
                [_, _, ..] if issuer.tenant_claim.is_empty() => {
                    error("tenant_claim must say which of its tenants a token is about");
                }
                _ => {}
            }
            for tenant in &issuer.tenant_ids {
                if !tenants.insert(tenant) {
                    error(&format!("the tenant {tenant} is listed twice"));
                }
            }
            if !issuer.tenant_claim.is_empty() && !issuer.tenant_claim.starts_with('/') {
                error("tenant_claim must be a JSON pointer like /tenant_id");
            }
            if !issuer.roles_claim.starts_with('/') {
                error("roles_claim must be a JSON pointer like /realm_access/roles");
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::{production, sentence};

    const KEYCLOAK: &str = r#"
[[issuers]]
issuer = "https://keycloak.example/realms/school"
audiences = ["lms-gateway"]
tenant_ids = ["5c400100-0000-4000-8000-000000000001"]
"#;

    #[test]
    fn an_issuer_needs_little() {
        let config = production(KEYCLOAK).unwrap();
        let [issuer] = config.issuers.as_slice() else { unreachable!() };
        assert_eq!(
            (
                issuer.scope.as_str(),
                issuer.roles_claim.as_str(),
                issuer.tenant_claim.as_str()
            ),
            ("access_as_user", "/roles", "")
        );
    }

    #[test]
    fn errors_of_an_issuer_are_named() {
        for (from, to, says) in [
            ("https://keycloak.example/realms/school", "keycloak", "must be a URL"),
            ("https://keycloak", "http://keycloak", "must be https"),
            ("/realms/school", "/dev/identity/x", "development sign-in"),
            ("/realms/school", "/realms/school?x", "query"),
            ("[\"lms-gateway\"]", "[]", "audiences"),
            ("lms-gateway", super::DEV_AUDIENCE, "development sign-in's API"),
            ("[\"5c400100-0000-4000-8000-000000000001\"]", "[]", "tenant_ids"),
            (
                "\"5c400100-0000-4000-8000-000000000001\"",
                "\"5c400100-0000-4000-8000-000000000001\", \"5c400100-0000-4000-8000-000000000002\"",
                "tenant_claim",
            ),
            ("tenant_ids", "roles_claim = \"roles\"\ntenant_ids", "roles_claim"),
            ("tenant_ids", "tenant_claim = \"tenant\"\ntenant_ids", "tenant_claim"),
            ("tenant_ids", "scope = \"a b\"\ntenant_ids", "scope"),
            ("tenant_ids", "rolls = \"\"\ntenant_ids", "rolls"),
            ("5c400100-0000-4000-8000-000000000001", "school", "UUID"),
        ] {
            let said = sentence(production(&KEYCLOAK.replace(from, to)));
            assert!(said.contains(says), "{to}: {said}");
        }
        let twice = sentence(production(&KEYCLOAK.repeat(2)));
        assert!(
            twice.contains("an issuer is listed twice") && twice.contains("the tenant"),
            "{twice}"
        );
    }
}
