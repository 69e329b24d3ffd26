#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::OnceLock;

use jwt_simple::prelude::RS256KeyPair;
use serde_json::{Value, json};

use super::*;

const NOW: i64 = 1_795_000_000;
const TENANT: &str = "c0ffee00-0000-4000-8000-000000000001";
const OPERATOR: &str = "c0ffee00-0000-4000-8000-000000000009";
const AUDIENCE: &str = "c0ffee00-0000-4000-8000-0000000000a0";
const TEMPLATE: &str = "https://login.example/{tenantid}/v2.0";

fn key_pair() -> &'static RS256KeyPair {
    static KEY: OnceLock<RS256KeyPair> = OnceLock::new();
    KEY.get_or_init(|| RS256KeyPair::generate(2048).unwrap().with_key_id("key-1"))
}

fn key(issuer: Option<&str>) -> SigningKey {
    let public = key_pair().public_key().to_pem().unwrap();
    SigningKey {
        key: DecodingKey::from_rsa_pem(public.as_bytes()).unwrap(),
        issuer: issuer.map(ToOwned::to_owned),
    }
}

fn rules() -> Rules {
    let mut config = Config::default();
    config.identity.audiences = vec![AUDIENCE.to_owned()];
    config.operator.tenant_ids = vec![Uuid::parse_str(OPERATOR).unwrap()];
    Rules::new(&config)
}

/// Claims of a person's access token, as Entra issues them.
fn person() -> Value {
    json!({
        "iss": format!("https://login.example/{TENANT}/v2.0"), "aud": AUDIENCE, "tid": TENANT, "oid": "oid-1", "sub": "sub-1",
        "iat": NOW, "nbf": NOW, "exp": NOW + 3600, "ver": "2.0", "scp": "access_as_user", "roles": ["Admin"], "name": "Megan Bowen",
    })
}

fn app() -> Value {
    with(
        person(),
        &[
            ("scp", Value::Null),
            ("oid", json!("app")),
            ("sub", json!("app")),
            ("roles", json!(["Registrations.Read.All"])),
        ],
    )
}

fn with(mut claims: Value, changes: &[(&str, Value)]) -> Value {
    for (name, value) in changes {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(*name)),
            value => claims[*name] = value.clone(),
        }
    }
    claims
}

fn sign(header: &Value, claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(
        signed.as_bytes(),
        &jsonwebtoken::EncodingKey::from_rsa_pem(key_pair().to_pem().unwrap().as_bytes()).unwrap(),
        Algorithm::RS256,
    );
    format!("{signed}.{}", signature.unwrap())
}

fn token(claims: &Value) -> String {
    sign(&json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" }), claims)
}

/// Peeks and verifies, as `Issuers::verify` does.
fn judge(token: &str) -> Result<Caller, TokenFault> {
    let rules = rules();
    peek(token, &rules)?;
    verify(token, &key(Some(TEMPLATE)), TEMPLATE, &rules, NOW).map(|verified| verified.caller)
}

#[track_caller]
fn refused(changes: &[(&str, Value)], fault: &TokenFault) {
    assert_eq!(judge(&token(&with(person(), changes))).as_ref(), Err(fault), "{changes:?}");
}

#[test]
fn a_person_with_its_roles() {
    let caller = judge(&token(&person())).unwrap();
    assert_eq!(
        (caller.actor.id.as_str(), caller.actor.name.as_str(), caller.actor.kind),
        ("oid-1", "Megan Bowen", ActorKind::User)
    );
    assert_eq!(caller.tenant.to_string(), TENANT);
    assert_eq!(caller.roles, [Role::Admin]);
}

#[test]
fn an_app_by_what_it_says_or_by_its_form() {
    for claims in [app(), with(app(), &[("idtyp", json!("app")), ("sub", json!("other"))])] {
        let caller = judge(&token(&claims)).unwrap();
        assert_eq!(
            (caller.actor.kind, caller.roles.as_slice()),
            (ActorKind::App, [Role::RegistrationsReadAll].as_slice())
        );
    }
    assert!(
        judge(&token(&with(app(), &[("roles", Value::Null)])))
            .unwrap()
            .roles
            .is_empty()
    );
}

#[test]
fn roles_of_people_and_of_apps_are_not_mixed_up() {
    let roles = |claims: Value| judge(&token(&claims)).unwrap().roles;
    assert!(
        roles(with(
            person(),
            &[("roles", json!(["Registrations.ReadWrite.All", "Tenant.Register"]))]
        ))
        .is_empty()
    );
    assert!(roles(with(app(), &[("roles", json!(["Admin", "Educator", "Support"]))])).is_empty());
}

#[test]
fn directory_roles_make_an_admin_but_the_ordinary_member_role_does_not() {
    let wids = |id: &str| {
        judge(&token(&with(person(), &[("roles", Value::Null), ("wids", json!([id]))])))
            .unwrap()
            .roles
    };
    assert_eq!(wids("62e90394-69f5-4237-9190-012177145e10"), [Role::Admin]);
    assert!(wids("b79fbf4d-3ef9-4689-8143-76b194e85509").is_empty());
}

#[test]
fn support_counts_in_the_operators_tenant_only() {
    let support = |tenant: &str| {
        let iss = format!("https://login.example/{tenant}/v2.0");
        judge(&token(&with(
            person(),
            &[("roles", json!(["Support"])), ("tid", json!(tenant)), ("iss", json!(iss))],
        )))
        .unwrap()
        .roles
    };
    assert_eq!(support(OPERATOR), [Role::Support]);
    assert!(support(TENANT).is_empty());
}

#[test]
fn claims_that_do_not_fit() {
    refused(
        &[("aud", json!("c0ffee00-0000-4000-8000-0000000000b0"))],
        &TokenFault::Audience,
    );
    refused(&[("aud", Value::Null)], &TokenFault::Audience);
    refused(&[("aud", json!(GRAPH_AUDIENCE))], &TokenFault::GraphToken);
    refused(&[("tid", Value::Null)], &TokenFault::NoTenant);
    refused(&[("tid", json!(CONSUMER_TENANT))], &TokenFault::ConsumerAccount);
    refused(&[("tid", json!(OPERATOR))], &TokenFault::Issuer);
    refused(
        &[("iss", json!(format!("https://evil.example/{TENANT}/v2.0")))],
        &TokenFault::Issuer,
    );
    refused(
        &[("iss", json!(format!("https://login.example/{TENANT}/v2.0/")))],
        &TokenFault::Issuer,
    );
    refused(&[("iss", Value::Null)], &TokenFault::Issuer);
    refused(
        &[("iss", json!(format!("https://sts.windows.net/{TENANT}/")))],
        &TokenFault::VersionOne,
    );
    refused(&[("ver", json!("1.0"))], &TokenFault::VersionOne);
    refused(&[("ver", Value::Null)], &TokenFault::VersionOne);
    refused(&[("oid", Value::Null)], &TokenFault::NoObject);
    refused(&[("scp", json!("other access_as_user_too"))], &TokenFault::Scope);
    refused(&[("scp", Value::Null)], &TokenFault::Scope);
    refused(&[("scp", Value::Null), ("nonce", json!("n"))], &TokenFault::IdToken);
    refused(
        &[("idtyp", json!("user")), ("scp", Value::Null), ("sub", json!("oid-1"))],
        &TokenFault::Scope,
    );
}

#[test]
fn clocks_may_differ_by_a_minute() {
    let judge = |name: &str, value: i64| judge(&token(&with(person(), &[(name, json!(value))]))).map(|_| ());
    assert_eq!(judge("exp", NOW - 59), Ok(()));
    assert_eq!(judge("exp", NOW - 60), Err(TokenFault::Expired));
    assert_eq!(judge("nbf", NOW + 60), Ok(()));
    assert_eq!(judge("nbf", NOW + 61), Err(TokenFault::NotYetValid));
    refused(&[("exp", Value::Null)], &TokenFault::Expired);
}

#[test]
fn headers_and_signatures_that_do_not_fit() {
    let header = |header: Value| judge(&sign(&header, &person())).unwrap_err();
    assert_eq!(header(json!({ "alg": "none", "kid": "key-1" })), TokenFault::Algorithm);
    assert_eq!(header(json!({ "alg": "HS256", "kid": "key-1" })), TokenFault::Algorithm);
    assert_eq!(header(json!({ "alg": "RS256" })), TokenFault::NoKeyId);
    assert_eq!(
        header(json!({ "alg": "RS256", "kid": "key-1", "nonce": "graph" })),
        TokenFault::GraphToken
    );
    let good = token(&person());
    let other = token(&with(person(), &[("roles", json!(["Support"]))]));
    let (claims, signature) = (other.split('.').nth(1).unwrap(), good.rsplit('.').next().unwrap());
    let swapped = format!("{}.{claims}.{signature}", good.split('.').next().unwrap());
    assert_eq!(judge(&swapped), Err(TokenFault::Signature));
    for garbage in ["", "x", "a.b", "a.b.c.d", "..", &"a".repeat(MAX_LENGTH + 1)] {
        assert_eq!(judge(garbage), Err(TokenFault::Malformed), "{}", garbage.len());
    }
}

#[test]
fn a_key_signs_for_its_own_issuer_only() {
    let good = token(&person());
    let of_key = |issuer: Option<&str>| verify(&good, &key(issuer), TEMPLATE, &rules(), NOW).map(|_| ()).err();
    assert_eq!(of_key(None), None);
    assert_eq!(of_key(Some(TEMPLATE)), None);
    assert_eq!(of_key(Some(&format!("https://login.example/{TENANT}/v2.0"))), None);
    assert_eq!(
        of_key(Some(&format!("https://login.example/{OPERATOR}/v2.0"))),
        Some(TokenFault::KeyIssuer)
    );
}
