//! Client credentials: programs without a person.

use base64::engine::general_purpose::STANDARD;
use dev_identity::{
    API_CLIENT_ID, APPLICATION_ROLES, AUTOMATION_CLIENT_ID, AUTOMATION_CLIENT_WITHOUT_ROLES_ID, AUTOMATION_SECRET,
    PORTAL_CLIENT_ID,
};
use serde_json::json;

use crate::*;

fn request<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("client_id", AUTOMATION_CLIENT_ID),
        ("client_secret", AUTOMATION_SECRET),
        ("grant_type", "client_credentials"),
        ("scope", "api://lms-gateway/.default"),
        ("client_info", "1"),
    ];
    changed(&usual, changes)
}

#[actix_web::test]
async fn a_program_gets_an_app_token_in_every_tenant() {
    let world = World::new();
    let mut oids = Vec::new();
    for tenant in [CONTOSO, FABRIKAM, GCC, OPERATIONS] {
        let tokens = world.post(&format!("{tenant}/oauth2/v2.0/token"), &request(&[])).await.json();
        assert!(tokens["id_token"].is_null() && tokens["refresh_token"].is_null() && tokens["client_info"].is_null());
        let access = world.verify(tokens["access_token"].as_str().unwrap()).await;
        let expected = json!({
            "aud": API_CLIENT_ID, "iss": format!("{PUBLIC}/dev/identity/{tenant}/v2.0"), "tid": tenant, "azp": AUTOMATION_CLIENT_ID,
            "azpacr": "1", "idtyp": "app", "roles": APPLICATION_ROLES, "ver": "2.0", "sub": access["oid"], "scp": null, "name": null,
        });
        for (claim, value) in expected.as_object().unwrap() {
            assert_eq!(&access[claim], value, "{claim}");
        }
        oids.push(access["oid"].clone());
    }
    let again = world
        .post(&format!("{CONTOSO}/oauth2/v2.0/token"), &request(&[]))
        .await
        .json();
    assert_eq!(
        world.verify(again["access_token"].as_str().unwrap()).await["oid"],
        oids[0],
        "stable in a tenant"
    );
    assert!((1..4).all(|index| oids[index] != oids[0]), "and another one in each");
}

#[actix_web::test]
async fn a_program_without_roles_gets_a_token_without_the_claim() {
    let world = World::new();
    let changes = [
        ("client_id", AUTOMATION_CLIENT_WITHOUT_ROLES_ID),
        ("scope", "c0ffee00-0000-4000-8000-0000000000a0/.default"),
    ];
    let tokens = world
        .post(&format!("{CONTOSO}/oauth2/v2.0/token"), &request(&changes))
        .await
        .json();
    let access = world.verify(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!((&access["idtyp"], access.get("roles")), (&json!("app"), None));
}

#[actix_web::test]
async fn the_secret_may_come_by_http_basic() {
    let world = World::new();
    let send = async |credentials: &str, changes: &[(&str, &str)]| {
        let authorization = format!("Basic {}", STANDARD.encode(credentials));
        let parameters = request(&[&[("client_id", ""), ("client_secret", "")], changes].concat());
        world
            .send(form(&format!("{CONTOSO}/oauth2/v2.0/token"), &parameters).insert_header(("Authorization", authorization)))
            .await
    };
    let plain = format!("{AUTOMATION_CLIENT_ID}:{AUTOMATION_SECRET}");
    assert_eq!(send(&plain, &[]).await.status, 200);
    assert_eq!(
        send(&plain.replace('-', "%2D"), &[]).await.status,
        200,
        "form-encoded, as RFC 6749 asks and oauth4webapi does"
    );
    let wrong = send(&format!("{AUTOMATION_CLIENT_ID}:wrong"), &[]).await;
    wrong.assert_refused(401, "invalid_client", 7_000_215);
    assert!(wrong.header("www-authenticate").unwrap().starts_with("Basic "));
    send("no colon", &[]).await.assert_refused(401, "invalid_client", 90014);
    let other = request(&[("client_id", AUTOMATION_CLIENT_WITHOUT_ROLES_ID), ("client_secret", "")]);
    let mixed = form(&format!("{CONTOSO}/oauth2/v2.0/token"), &other)
        .insert_header(("Authorization", format!("Basic {}", STANDARD.encode(&plain))));
    world.send(mixed).await.assert_refused(401, "invalid_client", 90014);
}

#[actix_web::test]
async fn whoever_cannot_prove_it_gets_nothing() {
    let world = World::new();
    for (tenant, changes, status, error, number) in [
        (CONTOSO, vec![("client_secret", "wrong")], 401, "invalid_client", 7_000_215),
        (CONTOSO, vec![("client_secret", "")], 401, "invalid_client", 7_000_218),
        (
            CONTOSO,
            vec![("client_id", PORTAL_CLIENT_ID), ("client_secret", "")],
            401,
            "invalid_client",
            7_000_218,
        ),
        (CONTOSO, vec![("client_id", PORTAL_CLIENT_ID)], 401, "invalid_client", 700_025),
        (
            CONTOSO,
            vec![("client_id", API_CLIENT_ID)],
            400,
            "unauthorized_client",
            700_016,
        ),
        (
            CONTOSO,
            vec![("scope", "api://lms-gateway/access_as_user")],
            400,
            "invalid_scope",
            1_002_012,
        ),
        (
            CONTOSO,
            vec![("scope", "https://graph.microsoft.com/.default")],
            400,
            "invalid_scope",
            1_002_012,
        ),
        (CONTOSO, vec![("scope", "")], 400, "invalid_request", 900_144),
        ("organizations", vec![], 400, "invalid_request", 50059),
        ("common", vec![], 400, "invalid_request", 50059),
        ("c0ffee00-0000-4000-8000-0000000000ee", vec![], 400, "invalid_tenant", 90002),
    ] {
        let answer = world.post(&format!("{tenant}/oauth2/v2.0/token"), &request(&changes)).await;
        answer.assert_refused(status, error, number);
    }
}
