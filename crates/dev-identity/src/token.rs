//! `/oauth2/v2.0/token`: redeems codes, refresh tokens and client secrets.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap},
    web::{Bytes, Data, Path},
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde::Serialize;
use url::form_urlencoded;

use crate::{
    Identity,
    account::Account,
    authorize::Grant,
    cors,
    directory::{AUTOMATION_SECRET, Authority, Client, ClientKind, find_client},
    expiring::Lookup,
    parameters::Parameters,
    random,
    refusal::Refusal,
    scopes::{self, Scopes},
    tokens::TOKEN_LIFETIME,
};

/// Entra's lifetime for refresh tokens of single-page apps: fixed, not renewed by use.
const REFRESH_LIFETIME: u64 = 24 * 60 * 60;

/// The grant behind a refresh token.
#[derive(Clone)]
pub(crate) struct RefreshGrant {
    account: Account,
    client: &'static Client,
    scopes: Scopes,
    sid: String,
    expires_at: u64,
}

#[derive(Serialize)]
struct TokenResponse {
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    expires_in: u64,
    ext_expires_in: u64,
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_expires_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<String>,
}

pub(crate) async fn issue_token(
    identity: Data<Identity>,
    segment: Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    match answer(&identity, &segment, request.headers(), &body) {
        Ok(tokens) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::PRAGMA, "no-cache"))
            .insert_header(("x-ms-request-id", random::guid()))
            .json(tokens),
        Err(refusal) => {
            tracing::info!(error = refusal.error, aadsts = refusal.number, "development token refused");
            refusal.to_json(identity.now())
        }
    }
}

fn answer(identity: &Identity, segment: &str, headers: &HeaderMap, body: &[u8]) -> Result<TokenResponse, Refusal> {
    if cors::is_foreign(headers) {
        let message = "Cross-origin token redemption is permitted only for pages on this computer.";
        return Err(Refusal::new("invalid_request", 9_002_326, message));
    }
    let authority = Authority::find(segment).ok_or_else(|| Refusal::unknown_tenant(segment))?;
    let parameters = Parameters::parse(body)?;
    let grant_type = parameters.require("grant_type")?;
    let client = authenticate(authority, headers, &parameters)?;
    match grant_type {
        "authorization_code" => redeem_code(identity, authority, client, &parameters),
        "refresh_token" => refresh(identity, authority, client, &parameters),
        "client_credentials" => issue_app_token(identity, authority, client, &parameters),
        other => {
            let message = format!("The app requested an unsupported grant type '{other}'.");
            Err(Refusal::new("unsupported_grant_type", 70003, message))
        }
    }
}

/// The client, proven by its secret if it has one: in the body, or by HTTP Basic (RFC 6749, section 2.3.1).
fn authenticate(authority: Authority, headers: &HeaderMap, parameters: &Parameters) -> Result<&'static Client, Refusal> {
    let basic = basic_credentials(headers)?;
    let by_basic = basic.is_some();
    let (id, secret) = match basic {
        Some((id, secret)) => (id, Some(secret)),
        None => (
            parameters.require("client_id")?.to_owned(),
            parameters.get("client_secret").map(str::to_owned),
        ),
    };
    let refuse = |number, message: &str| Err(Refusal::new("invalid_client", number, message).unauthorized(by_basic));
    if parameters.get("client_id").is_some_and(|in_body| in_body != id) {
        return refuse(
            90014,
            "The client_id in the body differs from the one in the Authorization header.",
        );
    }
    let client = find_client(&id).ok_or_else(|| Refusal::unknown_client(&id, authority))?;
    match (&client.kind, secret.as_deref()) {
        (ClientKind::Public, None) => Ok(client),
        (ClientKind::Public, Some(_)) => refuse(
            700_025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        ),
        (ClientKind::Confidential { .. }, Some(AUTOMATION_SECRET)) => Ok(client),
        (ClientKind::Confidential { .. }, Some(_)) => refuse(
            7_000_215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
        ),
        (ClientKind::Confidential { .. }, None) => refuse(
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        ),
    }
}

/// ID and secret are form-encoded inside the Base64 (RFC 6749, section 2.3.1).
fn basic_credentials(headers: &HeaderMap) -> Result<Option<(String, String)>, Refusal> {
    let Some(authorization) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let malformed =
        || Refusal::new("invalid_client", 90014, "The Authorization header is not valid HTTP Basic.").unauthorized(true);
    let (scheme, encoded) = authorization
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(malformed());
    }
    let decoded = STANDARD
        .decode(encoded.trim())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let (id, secret) = decoded
        .as_deref()
        .and_then(|pair| pair.split_once(':'))
        .ok_or_else(malformed)?;
    Ok(Some((form_decode(id), form_decode(secret))))
}

fn form_decode(value: &str) -> String {
    form_urlencoded::parse(value.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}

fn redeem_code(
    identity: &Identity,
    authority: Authority,
    client: &'static Client,
    parameters: &Parameters,
) -> Result<TokenResponse, Refusal> {
    let code = parameters.require("code")?;
    let redirect_uri = parameters.require("redirect_uri")?;
    let verifier = parameters.require("code_verifier")?;
    let redeemed = identity.grants.change(identity.now(), code, |grant| {
        check_grant(grant, authority, client, redirect_uri, verifier)?;
        grant.redeemed = true;
        Ok(grant.clone())
    });
    let grant = match redeemed {
        Lookup::Live(result) => result?,
        Lookup::Expired => {
            return Err(Refusal::new(
                "invalid_grant",
                70008,
                "The provided authorization code has expired. Sign in again.",
            ));
        }
        Lookup::Missing => {
            let message = "The provided value for the input parameter 'code' is not valid.";
            return Err(Refusal::new("invalid_grant", 70000, message));
        }
    };
    let expires_at = identity.now() + REFRESH_LIFETIME;
    let Grant {
        account,
        client,
        scopes,
        sid,
        nonce,
        ..
    } = grant;
    issue_user_tokens(
        identity,
        &RefreshGrant {
            account,
            client,
            scopes,
            sid,
            expires_at,
        },
        nonce.as_deref(),
        parameters,
    )
}

fn check_grant(grant: &Grant, authority: Authority, client: &Client, uri: &str, verifier: &str) -> Result<(), Refusal> {
    let refuse = |number, message: &str| Err(Refusal::new("invalid_grant", number, message));
    if grant.redeemed {
        return refuse(
            54005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
        );
    }
    if grant.client != client {
        return refuse(70000, "The provided authorization code was issued to another application.");
    }
    if !authority.admits(grant.account.tenant) {
        return refuse(
            700_005,
            "The provided authorization code is intended to use against other tenant, thus rejected.",
        );
    }
    if grant.redirect_uri != uri {
        return refuse(
            500_112,
            "The reply address does not match the reply address provided when requesting the authorization code.",
        );
    }
    if grant.challenge != URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())) {
        return refuse(
            501_481,
            "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
        );
    }
    Ok(())
}

/// A new refresh token with each use; the old one stays good until its end, as with Entra, so that two tabs can't lock each
/// other out.
fn refresh(
    identity: &Identity,
    authority: Authority,
    client: &'static Client,
    parameters: &Parameters,
) -> Result<TokenResponse, Refusal> {
    let invalid = |number, message: &str| Err(Refusal::new("invalid_grant", number, message));
    let token = parameters.require("refresh_token")?;
    let mut grant = match identity.refresh_grants.change(identity.now(), token, |grant| grant.clone()) {
        Lookup::Live(grant) if grant.client == client && authority.admits(grant.account.tenant) => grant,
        Lookup::Live(_) => {
            return invalid(
                70000,
                "The provided refresh token was issued to another application or tenant.",
            );
        }
        Lookup::Expired => {
            return invalid(
                700_084,
                "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 24 hours, which can't be extended. It is now expired and a new sign in request must be sent.",
            );
        }
        Lookup::Missing => {
            return invalid(
                70000,
                "The provided value for the input parameter 'refresh_token' is not valid.",
            );
        }
    };
    if let Some(scope) = parameters.get("scope") {
        grant.scopes = Scopes::parse(scope)?;
    }
    issue_user_tokens(identity, &grant, None, parameters)
}

fn issue_user_tokens(
    identity: &Identity,
    grant: &RefreshGrant,
    nonce: Option<&str>,
    parameters: &Parameters,
) -> Result<TokenResponse, Refusal> {
    let now = identity.now();
    let RefreshGrant {
        account,
        client,
        scopes,
        sid,
        expires_at,
    } = grant;
    let access_token = identity.user_token(*account, client, scopes, sid).map_err(unsigned)?;
    let id_token = scopes
        .wants_id_token()
        .then(|| identity.id_token(*account, client, nonce, sid))
        .transpose()
        .map_err(unsigned)?;
    let renewable = scopes.wants_refresh_token();
    Ok(TokenResponse {
        token_type: "Bearer",
        scope: Some(scopes.granted()),
        expires_in: TOKEN_LIFETIME,
        ext_expires_in: TOKEN_LIFETIME,
        access_token,
        id_token,
        client_info: (parameters.get("client_info") == Some("1")).then(|| account.client_info()),
        refresh_token_expires_in: renewable.then(|| expires_at.saturating_sub(now)),
        refresh_token: renewable.then(|| identity.refresh_grants.insert(now, *expires_at, grant.clone())),
    })
}

fn issue_app_token(
    identity: &Identity,
    authority: Authority,
    client: &Client,
    parameters: &Parameters,
) -> Result<TokenResponse, Refusal> {
    let ClientKind::Confidential { roles } = client.kind else {
        let message = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        return Err(Refusal::new("invalid_client", 7_000_218, message).unauthorized(false));
    };
    let Authority::Tenant(tenant) = authority else {
        let message = "No tenant-identifying information found in either the request or implied by any provided credentials.";
        return Err(Refusal::new("invalid_request", 50059, message));
    };
    let scope = parameters.require("scope")?;
    if !scopes::is_api_default(scope) {
        let message = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(Refusal::new("invalid_scope", 1_002_012, message));
    }
    Ok(TokenResponse {
        token_type: "Bearer",
        scope: None,
        expires_in: TOKEN_LIFETIME,
        ext_expires_in: TOKEN_LIFETIME,
        access_token: identity.app_token(tenant, client, roles).map_err(unsigned)?,
        refresh_token: None,
        refresh_token_expires_in: None,
        id_token: None,
        client_info: None,
    })
}

#[allow(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn unsigned(error: jwt_simple::Error) -> Refusal {
    tracing::error!(%error, "a token cannot be signed");
    Refusal::new("server_error", 90033, "A transient error has occurred. Please try again.").broken()
}
