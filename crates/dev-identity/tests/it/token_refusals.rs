//! The token endpoint for people: refreshing, and everything it refuses.

use dev_identity::{AUTOMATION_CLIENT_ID, AUTOMATION_SECRET, PORTAL_CLIENT_ID};
use serde_json::json;

use crate::*;

#[actix_web::test]
async fn a_code_is_redeemed_once() {
    let world = World::new();
    let code = world.code(CONTOSO, MEGAN).await;
    assert_eq!(world.redeem(CONTOSO, &code, &[]).await.status, 200);
    world
        .redeem(CONTOSO, &code, &[])
        .await
        .assert_refused(400, "invalid_grant", 54005);
}

#[actix_web::test]
async fn a_code_lives_ten_minutes() {
    let world = World::new();
    let (first, second) = (
        world.code(CONTOSO, MEGAN).await,
        world.choose(CONTOSO, MEGAN, &[("prompt", "login")]).await,
    );
    world.pass(599);
    assert_eq!(world.redeem(CONTOSO, &first, &[]).await.status, 200);
    world.pass(1);
    let late = world.redeem(CONTOSO, &second.returned("code").unwrap(), &[]).await;
    late.assert_refused(400, "invalid_grant", 70008);
}

#[actix_web::test]
async fn a_code_is_bound_to_verifier_address_client_and_tenant() {
    let world = World::new();
    let code = world.code(CONTOSO, MEGAN).await;
    let verifier = [("code_verifier", "another-verifier-another-verifier-another-v")];
    world
        .redeem(CONTOSO, &code, &verifier)
        .await
        .assert_refused(400, "invalid_grant", 501_481);
    world
        .redeem(CONTOSO, &code, &[("code_verifier", CHALLENGE)])
        .await
        .assert_refused(400, "invalid_grant", 501_481);
    world
        .redeem(CONTOSO, &code, &[("code_verifier", "")])
        .await
        .assert_refused(400, "invalid_request", 900_144);
    let address = [("redirect_uri", "http://localhost:1/")];
    world
        .redeem(CONTOSO, &code, &address)
        .await
        .assert_refused(400, "invalid_grant", 500_112);
    let client = [("client_id", AUTOMATION_CLIENT_ID), ("client_secret", AUTOMATION_SECRET)];
    world
        .redeem(CONTOSO, &code, &client)
        .await
        .assert_refused(400, "invalid_grant", 70000);
    world
        .redeem(FABRIKAM, &code, &[])
        .await
        .assert_refused(400, "invalid_grant", 700_005);
    world
        .redeem(CONTOSO, "guess", &[])
        .await
        .assert_refused(400, "invalid_grant", 70000);
    assert_eq!(
        world.redeem(CONTOSO, &code, &[]).await.status,
        200,
        "a refused attempt does not use the code up"
    );
}

#[actix_web::test]
async fn a_refresh_token_renews_rotates_and_ends_a_day_after_sign_in() {
    let world = World::new();
    let tokens = world.sign_in(CONTOSO, MEGAN).await;
    let first = tokens["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(tokens["refresh_token_expires_in"], json!(86_400));
    world.pass(3_600);
    let renewed = world
        .refresh(CONTOSO, &first, &[("client_info", "1"), ("scope", SCOPE)])
        .await
        .json();
    let access = world.verify(renewed["access_token"].as_str().unwrap()).await;
    assert_eq!((&access["oid"], &access["iat"]), (&json!(MEGAN), &json!(START + 3_600)));
    let id = world.verify(renewed["id_token"].as_str().unwrap()).await;
    assert!(id["nonce"].is_null() && renewed["client_info"].is_string());
    let second = renewed["refresh_token"].as_str().unwrap();
    assert_ne!(second, first);
    assert_eq!(
        renewed["refresh_token_expires_in"],
        json!(86_400 - 3_600),
        "use does not extend it"
    );
    assert_eq!(
        world.refresh(CONTOSO, &first, &[]).await.status,
        200,
        "another tab may still hold the old one"
    );
    world.pass(86_400 - 3_600);
    world
        .refresh(CONTOSO, second, &[])
        .await
        .assert_refused(400, "invalid_grant", 700_084);
}

#[actix_web::test]
async fn a_refresh_token_is_bound_to_client_and_tenant() {
    let world = World::new();
    let tokens = world.sign_in(CONTOSO, MEGAN).await;
    let token = tokens["refresh_token"].as_str().unwrap();
    let client = [("client_id", AUTOMATION_CLIENT_ID), ("client_secret", AUTOMATION_SECRET)];
    world
        .refresh(CONTOSO, token, &client)
        .await
        .assert_refused(400, "invalid_grant", 70000);
    world
        .refresh(FABRIKAM, token, &[])
        .await
        .assert_refused(400, "invalid_grant", 70000);
    world
        .refresh(CONTOSO, "guess", &[])
        .await
        .assert_refused(400, "invalid_grant", 70000);
    world
        .refresh(CONTOSO, token, &[("scope", "openid evil")])
        .await
        .assert_refused(400, "invalid_scope", 70011);
    let secret = [("client_secret", AUTOMATION_SECRET)];
    world
        .refresh(CONTOSO, token, &secret)
        .await
        .assert_refused(401, "invalid_client", 700_025);
}

#[actix_web::test]
async fn tokens_follow_the_scopes() {
    let world = World::new();
    let answer = world.choose(CONTOSO, MEGAN, &[("scope", "api://lms-gateway/.default")]).await;
    let tokens = world.redeem(CONTOSO, &answer.returned("code").unwrap(), &[]).await.json();
    assert!(tokens["id_token"].is_null() && tokens["refresh_token"].is_null() && tokens["client_info"].is_null());
    assert_eq!(tokens["scope"], "api://lms-gateway/access_as_user api://lms-gateway/.default");
    assert_eq!(
        world.verify(tokens["access_token"].as_str().unwrap()).await["scp"],
        "access_as_user"
    );

    let answer = world
        .choose(CONTOSO, MEGAN, &[("scope", "openid profile"), ("prompt", "login")])
        .await;
    let tokens = world.redeem(CONTOSO, &answer.returned("code").unwrap(), &[]).await.json();
    let graph = world.verify(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(
        (&graph["aud"], &graph["roles"]),
        (&json!("00000003-0000-0000-c000-000000000000"), &Value::Null)
    );
}

#[actix_web::test]
async fn requests_out_of_shape_are_refused() {
    let world = World::new();
    let path = format!("{CONTOSO}/oauth2/v2.0/token");
    world.post(&path, &[]).await.assert_refused(400, "invalid_request", 900_144);
    world
        .post(&path, &[("grant_type", "authorization_code")])
        .await
        .assert_refused(400, "invalid_request", 900_144);
    let password = [("grant_type", "password"), ("client_id", PORTAL_CLIENT_ID)];
    world
        .post(&path, &password)
        .await
        .assert_refused(400, "unsupported_grant_type", 70003);
    let unknown = [("grant_type", "refresh_token"), ("client_id", "someone")];
    world
        .post(&path, &unknown)
        .await
        .assert_refused(400, "unauthorized_client", 700_016);
    let twice = [("grant_type", "refresh_token"), ("grant_type", "refresh_token")];
    world
        .post(&path, &twice)
        .await
        .assert_refused(400, "invalid_request", 9_000_411);
    let elsewhere = "c0ffee00-0000-4000-8000-0000000000ee/oauth2/v2.0/token";
    world.post(elsewhere, &[]).await.assert_refused(400, "invalid_tenant", 90002);
    assert_eq!(world.get(&path).await.status, 405);
}

#[actix_web::test]
async fn pages_on_this_computer_may_read_answers_and_others_may_not_even_ask() {
    let world = World::new();
    let path = format!("{CONTOSO}/oauth2/v2.0/token?client-request-id=1");
    for origin in ["http://localhost:5173", "http://127.0.0.1:8090", "https://localhost"] {
        let refused = world.send(form(&path, &[]).insert_header(("Origin", origin))).await;
        refused.assert_refused(400, "invalid_request", 900_144);
        assert_eq!(
            refused.header("access-control-allow-origin"),
            Some(origin),
            "also on an error"
        );
        assert_eq!(refused.header("vary"), Some("Origin"));
    }
    let request = [
        ("grant_type", "client_credentials"),
        ("client_id", AUTOMATION_CLIENT_ID),
        ("client_secret", AUTOMATION_SECRET),
        ("scope", "api://lms-gateway/.default"),
    ];
    for origin in ["https://evil.example", "http://localhost.evil.example", "null"] {
        let refused = world.send(form(&path, &request).insert_header(("Origin", origin))).await;
        refused.assert_refused(400, "invalid_request", 9_002_326);
        assert_eq!(refused.header("access-control-allow-origin"), None);
    }
    let preflight = TestRequest::with_uri(&format!("/dev/identity/{path}"))
        .method(actix_web::http::Method::OPTIONS)
        .insert_header(("Origin", "http://localhost:8080"))
        .insert_header(("Access-Control-Request-Method", "POST"));
    let preflight = world.send(preflight).await;
    assert_eq!(
        (preflight.status.as_u16(), preflight.header("access-control-allow-origin")),
        (204, Some("http://localhost:8080"))
    );
    assert!(
        preflight
            .header("access-control-allow-headers")
            .unwrap()
            .contains("authorization")
    );
    assert!(preflight.header("access-control-allow-methods").unwrap().contains("POST"));
}
