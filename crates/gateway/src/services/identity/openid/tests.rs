#![allow(clippy::unwrap_used, clippy::panic)]

use domain::Role;
use serde_json::json;

use super::*;
use crate::services::identity::token::tests::{NOW, key, token, with};

const ISSUER: &str = "https://keycloak.example/realms/school";
const SCHOOL: &str = "5c400100-0000-4000-8000-000000000001";
const OTHER_SCHOOL: &str = "5c400100-0000-4000-8000-000000000002";

fn rules(change: impl FnOnce(&mut Issuer)) -> Rules {
    let mut config = Issuer {
        issuer: ISSUER.to_owned(),
        audiences: vec!["lms-gateway".to_owned()],
        scope: "access_as_user".to_owned(),
        tenant_ids: vec![Uuid::parse_str(SCHOOL).unwrap()],
        tenant_claim: String::new(),
        roles_claim: "/realm_access/roles".to_owned(),
    };
    change(&mut config);
    Rules {
        config,
        operator_tenants: Vec::new(),
    }
}

/// A person's access token, as Keycloak issues it.
fn person() -> Value {
    json!({
        "iss": ISSUER, "aud": ["lms-gateway", "account"], "sub": "f:1:anna", "typ": "Bearer", "azp": "portal", "iat": NOW, "exp": NOW + 300,
        "scope": "openid access_as_user email", "realm_access": { "roles": ["Admin", "offline_access"] },
        "name": "Anna Schmidt", "preferred_username": "anna", "email": "anna@school.example",
    })
}

/// An application's, by RFC 9068.
fn app() -> Value {
    json!({
        "iss": ISSUER, "aud": "lms-gateway", "sub": "scripts", "client_id": "scripts", "iat": NOW, "exp": NOW + 300,
        "realm_access": { "roles": ["Registrations.ReadWrite.All", "Admin"] },
    })
}

fn validate_by(rules: &Rules, claims: &Value) -> Result<Caller, TokenError> {
    let text = token(claims);
    let token = Token::read(&text)?;
    let claimed = rules.claimed(&token)?;
    token.validate(&key(None), &claimed, &rules.config.audiences, NOW)?;
    rules.caller(&token)
}

fn validate(claims: Value, changes: &[(&str, Value)]) -> Result<Caller, TokenError> {
    validate_by(&rules(|_| ()), &with(claims, changes))
}

#[test]
fn people_and_apps_of_a_realm() {
    let person = validate(person(), &[]).unwrap();
    assert_eq!(
        (person.actor.id.as_str(), person.actor.name.as_str()),
        ("f:1:anna", "Anna Schmidt")
    );
    assert_eq!(
        (person.tenant.to_string().as_str(), person.roles.as_slice()),
        (SCHOOL, [Role::Admin].as_slice())
    );
    let app = validate(app(), &[]).unwrap();
    assert_eq!((app.actor.kind, app.actor.name.as_str()), (ActorKind::App, "scripts"));
    assert_eq!(app.roles, [Role::RegistrationsReadWriteAll], "an app gets no role of people");
    let by_mapper = [("sub", json!("2f1c")), ("azp", json!("scripts")), ("idtyp", json!("app"))];
    assert_eq!(validate(self::app(), &by_mapper).unwrap().actor.kind, ActorKind::App);
}

#[test]
fn a_person_needs_the_scope_of_this_api() {
    let scope = TokenError::Scope("access_as_user".to_owned());
    for value in [json!("openid email"), json!("access_as_user2"), json!(""), Value::Null] {
        assert_eq!(
            validate(person(), &[("scope", value.clone())]).as_ref(),
            Err(&scope),
            "{value}"
        );
    }
    let as_list = [("scope", Value::Null), ("scp", json!(["openid", "access_as_user"]))];
    assert!(validate(person(), &as_list).is_ok());
    let id_token = [("scope", Value::Null), ("nonce", json!("n"))];
    assert_eq!(validate(person(), &id_token), Err(TokenError::IdToken));
}

#[test]
fn issuer_audience_and_subject_must_fit() {
    for (name, value, error) in [
        ("iss", json!("https://keycloak.example/realms/other"), TokenError::Issuer),
        ("iss", json!("https://keycloak.example/realms/school/"), TokenError::Issuer),
        ("aud", json!("account"), TokenError::Audience),
        ("aud", Value::Null, TokenError::Audience),
        ("sub", Value::Null, TokenError::NoObject),
        ("exp", json!(NOW - 60), TokenError::Expired),
    ] {
        assert_eq!(validate(person(), &[(name, value)]), Err(error), "{name}");
    }
}

#[test]
fn an_issuer_speaks_for_its_own_tenants_only() {
    let rules = rules(|issuer| {
        issuer.tenant_ids.push(Uuid::parse_str(OTHER_SCHOOL).unwrap());
        issuer.tenant_claim = "/tenant".to_owned();
    });
    let tenant =
        |value: Value| validate_by(&rules, &with(person(), &[("tenant", value)])).map(|caller| caller.tenant.to_string());
    assert_eq!(tenant(json!(OTHER_SCHOOL)).unwrap(), OTHER_SCHOOL);
    let entra = "c0ffee00-0000-4000-8000-000000000001";
    assert_eq!(tenant(json!(entra)), Err(TokenError::ForeignTenant));
    assert_eq!(tenant(json!("school")), Err(TokenError::NoTenant));
    assert_eq!(tenant(Value::Null), Err(TokenError::NoTenant));
    // Where the tenant is fixed, no claim moves it.
    let moved = validate(person(), &[("tid", json!(entra)), ("tenant", json!(entra))]).unwrap();
    assert_eq!(moved.tenant.to_string(), SCHOOL);
}

#[test]
fn roles_are_found_where_the_configuration_says() {
    let roles = |pointer: &str, changes: &[(&str, Value)]| {
        let rules = rules(|issuer| issuer.roles_claim = pointer.to_owned());
        validate_by(&rules, &with(person(), changes)).unwrap().roles
    };
    assert_eq!(roles("/roles", &[("roles", json!(["Educator"]))]), [Role::Educator]);
    assert_eq!(roles("/roles", &[("roles", json!("Educator"))]), [Role::Educator]);
    let of_client = json!({ "lms-gateway": { "roles": ["Educator"] } });
    assert_eq!(
        roles("/resource_access/lms-gateway/roles", &[("resource_access", of_client)]),
        [Role::Educator]
    );
    assert_eq!(
        roles(
            "/https:~1~1school.example~1roles",
            &[("https://school.example/roles", json!(["Admin"]))]
        ),
        [Role::Admin]
    );
    assert!(roles("/nowhere", &[]).is_empty());
    assert!(roles("/roles", &[("roles", json!(7))]).is_empty());
    assert!(
        roles("/roles", &[("roles", json!(["Support"]))]).is_empty(),
        "not the operator's tenant"
    );
}
