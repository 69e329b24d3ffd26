#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use super::*;
use crate::services::identity::token::tests::{NOW, key, token, with};

const TENANT: &str = "c0ffee00-0000-4000-8000-000000000001";
const OPERATOR: &str = "c0ffee00-0000-4000-8000-000000000009";
const ELSEWHERE: &str = "5c400100-0000-4000-8000-000000000001";
const AUDIENCE: &str = "c0ffee00-0000-4000-8000-0000000000a0";
const PORTAL: &str = "c0ffee00-0000-4000-8000-0000000000b0";
const AUTOMATION: &str = "c0ffee00-0000-4000-8000-0000000000c0";

fn config() -> Config {
    let mut config = Config::default();
    config.identity.authority = "https://login.example".to_owned();
    config.identity.audiences = vec![AUDIENCE.to_owned()];
    config.identity.portal_client_id = PORTAL.to_owned();
    config.operator.tenant_ids = vec![Uuid::parse_str(OPERATOR).unwrap()];
    config.issuers = toml::from_str::<std::collections::BTreeMap<String, Vec<crate::config::Issuer>>>(&format!(
        "[[issuers]]\nissuer = \"https://keycloak.example\"\naudiences = [\"a\"]\ntenant_ids = [\"{ELSEWHERE}\"]"
    ))
    .unwrap()
    .remove("issuers")
    .unwrap();
    config
}

/// Claims of a person's access token, as Entra issues them.
fn person() -> Value {
    json!({
        "iss": format!("https://login.example/{TENANT}/v2.0"), "aud": AUDIENCE, "tid": TENANT, "oid": "oid-1", "sub": "sub-1",
        "iat": NOW, "nbf": NOW, "exp": NOW + 3600, "ver": "2.0", "scp": "access_as_user", "roles": ["Admin"], "name": "Megan Bowen",
        "azp": PORTAL, "azpacr": "0",
    })
}

fn app() -> Value {
    let roles = json!(["Registrations.Read.All"]);
    let changes = [
        ("scp", Value::Null),
        ("name", Value::Null),
        ("oid", json!("app")),
        ("sub", json!("app")),
        ("azp", json!(AUTOMATION)),
        ("roles", roles),
    ];
    with(person(), &changes)
}

/// All that happens to a token whose key was found.
fn validate_by(rules: &Rules, claims: &Value) -> Result<Caller, TokenError> {
    let text = token(claims);
    let token = Token::read(&text)?;
    let claimed = rules.claimed(&token)?;
    token.validate(
        &key(Some("https://login.example/{tenantid}/v2.0")),
        &claimed,
        &rules.audiences,
        NOW,
    )?;
    rules.caller(&token)
}

fn validate(claims: &Value) -> Result<Caller, TokenError> {
    validate_by(&Rules::new(&config()), claims)
}

fn roles(claims: Value, changes: &[(&str, Value)]) -> Vec<Role> {
    validate(&with(claims, changes)).unwrap().roles
}

#[track_caller]
fn refused(changes: &[(&str, Value)], error: &TokenError) {
    assert_eq!(validate(&with(person(), changes)).as_ref(), Err(error), "{changes:?}");
}

#[test]
fn a_person_with_its_roles() {
    let caller = validate(&person()).unwrap();
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
        let caller = validate(&claims).unwrap();
        assert_eq!(
            (caller.actor.kind, caller.roles.as_slice(), caller.actor.name.as_str()),
            (ActorKind::App, [Role::RegistrationsReadAll].as_slice(), AUTOMATION)
        );
    }
    assert!(roles(app(), &[("roles", Value::Null)]).is_empty());
}

#[test]
fn a_token_of_a_person_is_no_apps_and_the_other_way_round() {
    refused(&[("idtyp", json!("app"))], &TokenError::Kind);
    let scope = || TokenError::Scope("access_as_user".to_owned());
    refused(&[("scp", json!("other access_as_user_too"))], &scope());
    refused(&[("scp", Value::Null)], &scope());
    refused(
        &[("idtyp", json!("user")), ("scp", Value::Null), ("sub", json!("oid-1"))],
        &scope(),
    );
    refused(&[("scp", Value::Null), ("oid", Value::Null), ("sub", Value::Null)], &scope());
}

#[test]
fn roles_of_people_and_of_apps_are_not_mixed_up() {
    let of_apps = json!(["Registrations.ReadWrite.All", "Tenant.Register"]);
    assert!(roles(person(), &[("roles", of_apps)]).is_empty());
    let of_people = json!(["Admin", "Educator", "Support"]);
    assert!(roles(app(), &[("roles", of_people)]).is_empty());
    let admin = json!(["62e90394-69f5-4237-9190-012177145e10"]);
    assert!(roles(app(), &[("roles", Value::Null), ("wids", admin)]).is_empty());
}

#[test]
fn directory_roles_make_an_admin_but_the_ordinary_member_role_does_not() {
    let wids = |id: &str| roles(person(), &[("roles", Value::Null), ("wids", json!([id]))]);
    assert_eq!(wids("62e90394-69f5-4237-9190-012177145e10"), [Role::Admin]);
    assert_eq!(wids("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"), [Role::Admin]);
    assert_eq!(wids("158c047a-c907-4556-b7ef-446551a6b5f7"), [Role::Admin]);
    assert!(wids("b79fbf4d-3ef9-4689-8143-76b194e85509").is_empty());
    let both = [("wids", json!(["62e90394-69f5-4237-9190-012177145e10"]))];
    assert_eq!(roles(person(), &both), [Role::Admin], "once");
}

#[test]
fn support_counts_in_the_operators_tenant_only() {
    let support = |tenant: &str| {
        let iss = format!("https://login.example/{tenant}/v2.0");
        roles(
            person(),
            &[("roles", json!(["Support"])), ("tid", json!(tenant)), ("iss", json!(iss))],
        )
    };
    assert_eq!(support(OPERATOR), [Role::Support]);
    assert!(support(TENANT).is_empty());
}

#[test]
fn people_are_who_they_are_by_tenant_and_object_id() {
    // All of it can be set to anything by an administrator of some tenant ("nOAuth").
    let names = [
        ("email", json!("megan@contoso.example")),
        ("upn", json!("megan@contoso.example")),
        ("preferred_username", json!("megan@contoso.example")),
        ("unique_name", json!("megan@contoso.example")),
        ("name", json!("Megan Bowen")),
        ("sub", json!("sub-1")),
    ];
    let impostor = with(with(person(), &names), &[("oid", json!("oid-2"))]);
    assert_eq!(validate(&impostor).unwrap().actor.id, "oid-2");
    refused(
        &[("oid", Value::Null), ("email", json!("megan@contoso.example"))],
        &TokenError::NoObject,
    );
    // The same person's id in another tenant is somebody else.
    let iss = format!("https://login.example/{OPERATOR}/v2.0");
    let elsewhere = validate(&with(person(), &[("tid", json!(OPERATOR)), ("iss", json!(iss))])).unwrap();
    assert_ne!(elsewhere.tenant, validate(&person()).unwrap().tenant);
}

#[test]
fn the_tenant_is_the_one_of_the_issuer() {
    refused(&[("tid", Value::Null)], &TokenError::NoTenant);
    refused(&[("tid", json!("contoso.example"))], &TokenError::Malformed);
    refused(&[("tid", json!(CONSUMER_TENANT))], &TokenError::ConsumerAccount);
    refused(&[("tid", json!(OPERATOR))], &TokenError::Issuer);
    for iss in [
        format!("https://evil.example/{TENANT}/v2.0"),
        format!("https://login.example/{TENANT}/v2.0/"),
        format!("https://login.example/x/{TENANT}/v2.0"),
        "https://login.example/{tenantid}/v2.0".to_owned(),
        format!("http://login.example/{TENANT}/v2.0"),
    ] {
        refused(&[("iss", json!(iss))], &TokenError::Issuer);
    }
    refused(&[("iss", Value::Null)], &TokenError::Issuer);
    // A tenant that signs in elsewhere, by the configuration.
    let iss = format!("https://login.example/{ELSEWHERE}/v2.0");
    refused(&[("tid", json!(ELSEWHERE)), ("iss", json!(iss))], &TokenError::ForeignTenant);
}

#[test]
fn the_usual_mistakes_are_named() {
    refused(&[("aud", json!(PORTAL))], &TokenError::Audience);
    refused(&[("aud", json!(GRAPH_AUDIENCE))], &TokenError::GraphToken);
    refused(
        &[("iss", json!(format!("https://sts.windows.net/{TENANT}/")))],
        &TokenError::VersionOne,
    );
    refused(&[("ver", json!("1.0"))], &TokenError::VersionOne);
    refused(&[("ver", Value::Null)], &TokenError::VersionOne);
    refused(&[("ver", json!("3.0"))], &TokenError::VersionOne);
    refused(&[("scp", Value::Null), ("nonce", json!("n"))], &TokenError::IdToken);
}

#[test]
fn an_allow_list_is_for_applications() {
    let mut config = config();
    config.identity.allowed_clients = vec![AUTOMATION.to_owned()];
    let rules = Rules::new(&config);
    let validate = |claims: Value, changes: &[(&str, Value)]| validate_by(&rules, &with(claims, changes)).map(|_| ());
    assert_eq!(validate(person(), &[]), Ok(()), "the portal is always allowed");
    assert_eq!(validate(app(), &[("idtyp", json!("app"))]), Ok(()));
    for azp in [json!("another"), Value::Null] {
        assert_eq!(validate(person(), &[("azp", azp.clone())]), Err(TokenError::Client));
        assert_eq!(
            validate(app(), &[("idtyp", json!("app")), ("azp", azp)]),
            Err(TokenError::Client)
        );
    }
    assert_eq!(
        validate(app(), &[]),
        Err(TokenError::NoKind),
        "only where the token says that it is an application's"
    );
}
