//! `/api/v1/tenant` and `/api/v1/me`.

use serde_json::{Value, json};

use crate::{
    authority::{Authority, with},
    registrations::moodle,
    support::{CONTOSO, FABRIKAM, GOVERNMENT, OPERATOR, TestGateway},
};

const TENANT: &str = "/api/v1/tenant";

#[tokio::test]
async fn a_tenant_registers_once_and_withdraws_when_it_has_nothing_left() {
    let gateway = TestGateway::start().await;
    let admin = gateway.user_token(CONTOSO, "admin").await;
    gateway.get(TENANT, &admin).await.assert_problem(404, "tenant.not_found");
    gateway.delete(TENANT, &admin).await.assert_problem(404, "tenant.not_found");
    let created = gateway
        .post(TENANT, &admin, &json!({ "displayName": "Contoso University" }))
        .await;
    assert_eq!(created.status, 201, "{created:?}");
    let tenant = created.json();
    assert_eq!((&tenant["id"], &tenant["state"]), (&json!(CONTOSO), &json!("registered")));
    let again = gateway.post(TENANT, &admin, &json!({ "displayName": "Another name" })).await;
    assert_eq!(
        (again.status.as_u16(), again.json()),
        (200, tenant.clone()),
        "the first name stays"
    );
    assert_eq!(gateway.get(TENANT, &admin).await.json(), tenant);

    let registration = gateway.post("/api/v1/registrations", &admin, &moodle(1)).await.json();
    gateway
        .delete(TENANT, &admin)
        .await
        .assert_problem(409, "tenant.has_registrations");
    let path = format!("/api/v1/registrations/{}", registration["id"].as_str().unwrap());
    assert_eq!(gateway.delete(&path, &admin).await.status, 204);
    assert_eq!(gateway.delete(TENANT, &admin).await.status, 204);
    gateway
        .post("/api/v1/registrations", &admin, &moodle(1))
        .await
        .assert_problem(403, "tenant.not_registered");
    assert_eq!(gateway.get("/api/v1/me", &admin).await.json()["tenantState"], "unregistered");
    assert_eq!(
        gateway.post(TENANT, &admin, &json!({ "displayName": "Back" })).await.status,
        201
    );
}

#[tokio::test]
async fn a_name_is_validated() {
    let gateway = TestGateway::start().await;
    let admin = gateway.user_token(CONTOSO, "admin").await;
    for body in [
        json!({}),
        json!({ "displayName": "" }),
        json!({ "displayName": " \u{200b}" }),
        json!({ "displayName": "x".repeat(300) }),
    ] {
        let answer = gateway.post(TENANT, &admin, &body).await;
        answer.assert_problem(422, "request.invalid");
    }
    let other = json!({ "displayName": "x", "id": FABRIKAM, "tenantId": FABRIKAM });
    let answer = gateway.post(TENANT, &admin, &other).await;
    assert!(answer.status == 422 || answer.json()["id"] == CONTOSO, "{answer:?}");
    assert_eq!(gateway.get(TENANT, &gateway.app_token(FABRIKAM).await).await.status, 404);
}

#[tokio::test]
async fn government_clouds_are_refused_in_the_documented_words() {
    let gateway = TestGateway::start().await;
    for token in [
        gateway.user_token(GOVERNMENT, "admin").await,
        gateway.app_token(GOVERNMENT).await,
    ] {
        let answer = gateway.post(TENANT, &token, &json!({ "displayName": "Government" })).await;
        answer.assert_problem(403, "tenant.government_cloud");
        assert_eq!(
            answer.json()["detail"],
            "The LMS Gateway is only available to public cloud tenants. DoD, GCC, and GCC High tenants can't access it."
        );
        gateway
            .get("/api/v1/registrations", &token)
            .await
            .assert_problem(403, "tenant.not_registered");
    }
}

#[tokio::test]
async fn a_tenants_cloud_is_read_from_its_discovery_document() {
    let clouds = [
        // Scope, sub-scope, cloud instance; whether it is the public cloud.
        (json!("EU"), Value::Null, json!("microsoftonline.com"), true),
        (json!("NA"), json!(""), json!("microsoftonline.com"), true),
        (json!("WW"), Value::Null, Value::Null, true),
        (Value::Null, Value::Null, json!("microsoftonline.com"), true),
        (json!("NA"), json!("GCC"), json!("microsoftonline.com"), false),
        (json!("WW"), json!("GCC"), json!("microsoftonline.com"), false),
        (json!("USGov"), json!("DODCON"), json!("microsoftonline.us"), false),
        (json!("USG"), Value::Null, json!("microsoftonline.com"), false),
        (json!("USGOV"), Value::Null, json!("microsoftonline.com"), false),
        (json!("DOD"), json!("DOD"), json!("microsoftonline.com"), false),
        (json!("NA"), Value::Null, json!("microsoftonline.us"), false),
        (json!("CN"), Value::Null, json!("partner.microsoftonline.cn"), false),
        // Nobody knows these.
        (json!("NA"), json!("NEW"), json!("microsoftonline.com"), false),
        (json!("NEWGOV"), Value::Null, json!("microsoftonline.com"), false),
    ];
    let authority = Authority::start().await;
    let gateway = authority.gateway("").await;
    for (n, (scope, sub_scope, cloud, public)) in clouds.into_iter().enumerate() {
        let tenant = format!("7e4a4700-0000-4000-8000-0000000000{n:02}");
        let metadata = [
            ("tenant_region_scope", scope),
            ("tenant_region_sub_scope", sub_scope),
            ("cloud_instance_name", cloud),
        ];
        authority.add_tenant(&tenant, &metadata);
        let admin = authority.admin(&tenant);
        let answer = gateway.post(TENANT, &admin, &json!({ "displayName": "A University" })).await;
        if public {
            assert_eq!(answer.status, 201, "{metadata:?}: {answer:?}");
        } else {
            answer.assert_problem(403, "tenant.government_cloud");
            gateway.get(TENANT, &admin).await.assert_problem(404, "tenant.not_found");
        }
    }
}

#[tokio::test]
async fn a_tenant_that_moves_to_a_government_cloud_is_shut_out() {
    let authority = Authority::start().await;
    authority.add_tenant(CONTOSO, &[]);
    let gateway = authority.gateway("").await;
    let admin = authority.token(&with(authority.person(CONTOSO), &[("exp", json!(4_000_000_000_i64))]));
    gateway.post(TENANT, &admin, &json!({ "displayName": "Contoso" })).await;
    assert_eq!(gateway.get("/api/v1/registrations", &admin).await.status, 200);
    authority.add_tenant(CONTOSO, &[("tenant_region_sub_scope", json!("GCC"))]);
    // Within a day, whatever is cached.
    gateway.advance(24 * 3_600 + 1);
    gateway
        .get("/api/v1/registrations", &admin)
        .await
        .assert_problem(403, "tenant.government_cloud");
    assert_eq!(gateway.delete(TENANT, &admin).await.status, 204, "it may still leave");
}

#[tokio::test]
async fn the_operator_decides_who_may_register() {
    let body = json!({ "displayName": "A University" });
    let gateway = TestGateway::start_with("[tenants]\nregistration = \"approval\"").await;
    let token = gateway.app_token(CONTOSO).await;
    let answer = gateway.post(TENANT, &token, &body).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["state"]), (201, &json!("pending")));
    gateway
        .get("/api/v1/registrations", &token)
        .await
        .assert_problem(403, "tenant.pending");
    gateway
        .post("/api/v1/registrations", &token, &moodle(1))
        .await
        .assert_problem(403, "tenant.pending");
    assert_eq!(gateway.get("/api/v1/me", &token).await.json()["tenantState"], "pending");

    let listed = format!("[tenants]\nregistration = \"listed\"\nlisted = [\"{FABRIKAM}\"]");
    let gateway = TestGateway::start_with(&listed).await;
    let refused = gateway.post(TENANT, &gateway.app_token(CONTOSO).await, &body).await;
    refused.assert_problem(403, "tenant.not_listed");
    assert_eq!(
        gateway.post(TENANT, &gateway.app_token(FABRIKAM).await, &body).await.status,
        201
    );
}

#[tokio::test]
async fn everybody_sees_the_own_account() {
    let gateway = TestGateway::start().await;
    gateway.tenant(CONTOSO).await;
    let me = |token: String| {
        let gateway = &gateway;
        async move { gateway.get("/api/v1/me", &token).await.json() }
    };
    for (tenant, position, roles) in [
        (CONTOSO, "admin", json!(["admin"])),
        (CONTOSO, "educator", json!(["educator"])),
        (CONTOSO, "student", json!([])),
        (CONTOSO, "guest", json!([])),
        (OPERATOR, "support", json!(["support"])),
        (FABRIKAM, "admin", json!(["admin"])),
    ] {
        let account = me(gateway.user_token(tenant, position).await).await;
        assert_eq!(account["roles"], roles, "{position}: {account}");
        assert_eq!(
            (&account["kind"], &account["tenantId"]),
            (&json!("user"), &json!(tenant)),
            "{account}"
        );
        let state = if tenant == CONTOSO { "registered" } else { "unregistered" };
        assert_eq!(account["tenantState"], state);
        assert!(
            account["displayName"].as_str().is_some_and(|name| name.contains(' ')),
            "{account}"
        );
    }
    let account = me(gateway.app_token(CONTOSO).await).await;
    assert_eq!(account["kind"], "app");
    let roles: Vec<&str> = account["roles"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(
        roles.contains(&"Registrations.ReadWrite.All") && roles.contains(&"Tenant.Register"),
        "{account}"
    );
    assert_eq!(me(gateway.app_token_without_roles(CONTOSO).await).await["roles"], json!([]));
}

#[tokio::test]
async fn support_reads_no_registrations() {
    let gateway = TestGateway::start().await;
    gateway.tenant(OPERATOR).await;
    let support = gateway.user_token(OPERATOR, "support").await;
    for path in [
        "/api/v1/registrations",
        "/api/v1/launches",
        "/api/v1/audit-events",
        "/api/v1/apps",
    ] {
        gateway.get(path, &support).await.assert_problem(403, "role.missing");
    }
    // Where the operator's tenants don't include it, the role is none at all.
    let elsewhere = TestGateway::start_with("[operator]\ntenant_ids = []").await;
    let support = elsewhere.user_token(OPERATOR, "support").await;
    assert_eq!(elsewhere.get("/api/v1/me", &support).await.json()["roles"], json!([]));
}
