//! People and applications of another OpenID provider than Entra, by configuration.

use serde_json::{Value, json};

use crate::{
    authority::{Authority, me, with},
    registrations::moodle,
    support::{CONTOSO, FABRIKAM, TestGateway},
};

const SCHOOL: &str = "5c400100-0000-4000-8000-000000000001";
const COLLEGE: &str = "5c400100-0000-4000-8000-000000000002";
const REALM: &str = "/realms/school";

/// A provider with one realm, and a gateway that takes its tokens for the tenants given.
async fn realm(more: &str) -> (Authority, TestGateway) {
    let provider = Authority::start().await;
    let issuer = format!("{}{REALM}", provider.url);
    let metadata = json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/certs") });
    provider.serve(&format!("{REALM}/.well-known/openid-configuration"), 200, metadata);
    provider.serve_keys(
        &format!("{REALM}/certs"),
        &[(crate::authority::KID, &practice_lms::shared_key(), None)],
    );
    let toml = format!(
        "[[issuers]]\nissuer = \"{issuer}\"\naudiences = [\"lms-gateway\"]\nroles_claim = \"/realm_access/roles\"\n{more}"
    );
    let gateway = TestGateway::start_with(&toml).await;
    (provider, gateway)
}

fn person(provider: &Authority, changes: &[(&str, Value)]) -> String {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let claims = json!({
        "iss": format!("{}{REALM}", provider.url), "aud": ["lms-gateway", "account"], "sub": "anna-1", "azp": "portal", "typ": "Bearer",
        "iat": now, "exp": now + 300, "scope": "openid access_as_user", "realm_access": { "roles": ["Admin"] }, "name": "Anna Schmidt",
    });
    provider.token(&with(claims, changes))
}

fn app(provider: &Authority) -> String {
    let roles = json!({ "roles": ["Registrations.Read.All"] });
    let changes = [
        ("sub", json!("scripts")),
        ("client_id", json!("scripts")),
        ("scope", Value::Null),
        ("realm_access", roles),
    ];
    person(provider, &changes)
}

#[tokio::test]
async fn an_administrator_of_a_realm_registers_its_school_and_works() {
    let (provider, gateway) = realm(&format!("tenant_ids = [\"{SCHOOL}\"]")).await;
    let admin = person(&provider, &[]);
    let account = me(&gateway, &admin).await.json();
    assert_eq!(
        (
            &account["id"],
            &account["tenantId"],
            &account["roles"],
            &account["displayName"]
        ),
        (&json!("anna-1"), &json!(SCHOOL), &json!(["admin"]), &json!("Anna Schmidt"))
    );
    let registered = gateway
        .post("/api/v1/tenant", &admin, &json!({ "displayName": "School" }))
        .await;
    assert_eq!(registered.status, 201, "{registered:?}");
    assert_eq!(gateway.post("/api/v1/registrations", &admin, &moodle(1)).await.status, 201);
    let app = app(&provider);
    assert_eq!(
        gateway.get("/api/v1/registrations", &app).await.json()["value"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    gateway
        .post("/api/v1/registrations", &app, &moodle(2))
        .await
        .assert_problem(403, "role.missing");
    let student = person(&provider, &[("realm_access", json!({ "roles": [] }))]);
    gateway
        .get("/api/v1/registrations", &student)
        .await
        .assert_problem(403, "role.missing");
    // Entra's tenants are here as before, and apart.
    let contoso = gateway.tenant(CONTOSO).await;
    assert_eq!(
        gateway.get("/api/v1/registrations", &contoso).await.json()["value"],
        json!([])
    );
}

#[tokio::test]
async fn a_realms_token_with_a_error_opens_nothing() {
    let (provider, gateway) = realm(&format!("tenant_ids = [\"{SCHOOL}\"]")).await;
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    for (changes, status, word) in [
        (vec![("aud", json!("account"))], 401, "aud"),
        (vec![("exp", json!(now - 61))], 401, "expired"),
        (vec![("sub", Value::Null)], 401, "sub"),
        (vec![("iss", json!(format!("{}/realms/master", provider.url)))], 401, "issuer"),
        (vec![("iss", json!(format!("{}{REALM}/", provider.url)))], 401, "issuer"),
        (vec![("scope", Value::Null), ("nonce", json!("n"))], 401, "id_token"),
        (vec![("scope", json!("openid"))], 403, "access_as_user"),
    ] {
        let answer = me(&gateway, &person(&provider, &changes)).await;
        assert_eq!(answer.status, status, "{changes:?}: {answer:?}");
        assert!(answer.text.contains(word), "{changes:?}: {answer:?}");
    }
    // Metadata that are another issuer's.
    let (provider, gateway) = realm(&format!("tenant_ids = [\"{SCHOOL}\"]")).await;
    let metadata = json!({ "issuer": "https://evil.example", "jwks_uri": format!("{}{REALM}/certs", provider.url) });
    provider.serve(&format!("{REALM}/.well-known/openid-configuration"), 200, metadata);
    let answer = me(&gateway, &person(&provider, &[])).await;
    answer.assert_problem(401, "token.invalid");
}

#[tokio::test]
async fn a_realm_speaks_for_no_tenant_but_its_own() {
    let tenants = format!("tenant_ids = [\"{SCHOOL}\", \"{COLLEGE}\", \"{FABRIKAM}\"]\ntenant_claim = \"/organization\"");
    let (provider, gateway) = realm(&tenants).await;
    let of = |tenant: &str| person(&provider, &[("organization", json!(tenant))]);
    for tenant in [SCHOOL, COLLEGE] {
        assert_eq!(me(&gateway, &of(tenant)).await.json()["tenantId"], tenant);
    }
    me(&gateway, &of(CONTOSO)).await.assert_problem(401, "token.invalid");
    me(&gateway, &person(&provider, &[]))
        .await
        .assert_problem(401, "token.invalid");
    let admin = of(SCHOOL);
    gateway
        .post("/api/v1/tenant", &admin, &json!({ "displayName": "School" }))
        .await;
    let registration = gateway.post("/api/v1/registrations", &admin, &moodle(1)).await.json();
    let college = of(COLLEGE);
    gateway
        .post("/api/v1/tenant", &college, &json!({ "displayName": "College" }))
        .await;
    let path = format!("/api/v1/registrations/{}", registration["id"].as_str().unwrap());
    assert_eq!(gateway.get(&path, &college).await.status, 404);
    // A tenant that signs in there signs in there only: Entra's own token for it is refused.
    let answer = me(&gateway, &gateway.app_token(FABRIKAM).await).await;
    answer.assert_problem(401, "token.invalid");
    assert!(answer.text.contains("elsewhere"), "{answer:?}");
}
