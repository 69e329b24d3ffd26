//! Discovery: the OpenID Connect metadata and the keyset.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use serde_json::{Value, json};

use crate::{Identity, directory::Authority, refusal::Refusal};

/// In shared metadata a placeholder stands for the tenant, as with Entra.
const TENANT_PLACEHOLDER: &str = "{tenantid}";

pub(crate) async fn get_metadata(identity: Data<Identity>, segment: Path<String>) -> HttpResponse {
    match Authority::find(&segment) {
        Some(authority) => HttpResponse::Ok()
            .insert_header(("Cache-Control", "no-store"))
            .json(metadata(&identity, authority)),
        None => Refusal::unknown_tenant(&segment).to_json(identity.now()),
    }
}

fn metadata(identity: &Identity, authority: Authority) -> Value {
    let endpoints = format!("{}/{}", identity.base, authority.segment());
    let mut metadata = json!({
        "issuer": identity.issuer(TENANT_PLACEHOLDER),
        "authorization_endpoint": format!("{endpoints}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{endpoints}/oauth2/v2.0/token"),
        "end_session_endpoint": format!("{endpoints}/oauth2/v2.0/logout"),
        "jwks_uri": format!("{endpoints}/discovery/v2.0/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "select_account", "consent"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nbf", "nonce", "oid", "tid", "sid", "acct", "idp", "login_hint", "name", "preferred_username", "ver"],
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "tenant_region_scope": null,
    });
    if let Authority::Tenant(tenant) = authority {
        metadata["issuer"] = json!(identity.issuer(tenant.id));
        metadata["tenant_region_scope"] = json!("NA");
        if let Some(sub_scope) = tenant.region_sub_scope {
            metadata["tenant_region_sub_scope"] = json!(sub_scope);
        }
    }
    metadata
}

/// One key for all tenants; `issuer` says whose tokens it may sign (a template, as Entra publishes it).
pub(crate) async fn get_keys(identity: Data<Identity>, segment: Path<String>) -> HttpResponse {
    if Authority::find(&segment).is_none() {
        return Refusal::unknown_tenant(&segment).to_json(identity.now());
    }
    let mut key = json!(identity.key.jwk());
    key["issuer"] = json!(identity.issuer(TENANT_PLACEHOLDER));
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(json!({ "keys": [key] }))
}
