//! Access tokens of apps: `POST /platform/token`.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    app_server::{self, AppKey, AppServer, DEPLOYMENT_ID, LINE_ITEM, LINE_ITEM_READ, MEMBERS, SCORE, ask},
    command_line::Folder,
    databases::on_postgres,
    handshake::School,
    support::{Answer, CONTOSO, TestGateway},
};

const SERVICES: &str = "services = [\"line_items\", \"scores\"]";

async fn start(app: &AppServer) -> TestGateway {
    TestGateway::start_with(&app.config("notes", SERVICES)).await
}

/// RFC 6749, section 5.2.
#[track_caller]
fn assert_refused(answer: &Answer, status: u16, error: &str, says: &str) {
    let body = answer.json();
    assert_eq!(
        (answer.status.as_u16(), body["error"].as_str()),
        (status, Some(error)),
        "{answer:?}"
    );
    let description = body["error_description"].as_str().unwrap();
    assert!(description.contains(says), "{says}: {description}");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(
        (answer.header("cache-control"), answer.header("pragma")),
        ("no-store", "no-cache")
    );
}

/// True if the token opens anything: the answer for an address that doesn't exist depends on it.
async fn opens(gateway: &TestGateway, token: &str) -> bool {
    let answer = gateway.get("/platform/nothing", token).await;
    match answer.status.as_u16() {
        404 => answer.assert_problem(404, "request.not_found"),
        _ => {
            answer.assert_problem(401, "token.invalid");
            assert!(answer.header("www-authenticate").contains("invalid_token"), "{answer:?}");
        }
    }
    answer.status == 404
}

#[tokio::test]
async fn an_app_gets_a_token_by_its_key() {
    for key in [
        AppKey::es256(Some("key-1")),
        AppKey::es256(None),
        AppKey::rs256(Some("key-1")),
        AppKey::rs256(None),
    ] {
        let app = AppServer::with_key(key);
        let gateway = start(&app).await;
        for audience in [
            json!(gateway.at("/platform/token")),
            json!([gateway.at("/platform/token")]),
            json!(gateway.url),
            json!([gateway.url]),
        ] {
            let mut claims = AppServer::claims(&gateway, "notes");
            claims["aud"] = audience;
            let answer = app.ask(&gateway, &claims, SCORE).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            let body = answer.json();
            assert_eq!(
                (&body["token_type"], &body["expires_in"], &body["scope"]),
                (&json!("Bearer"), &json!(3600), &json!(SCORE))
            );
            assert_eq!(answer.header("cache-control"), "no-store");
            assert!(opens(&gateway, body["access_token"].as_str().unwrap()).await);
        }
        assert_eq!(app.fetches(), 1);
    }
}

#[tokio::test]
async fn only_the_scopes_of_the_app_are_granted() {
    let app = AppServer::start();
    let gateway = start(&app).await;
    let ask = async |scope: &str| app.ask(&gateway, &AppServer::claims(&gateway, "notes"), scope).await;
    let granted = async |scope: &str| ask(scope).await.json()["scope"].as_str().unwrap().to_owned();
    assert_eq!(granted(&format!("{MEMBERS} {SCORE} openid")).await, SCORE);
    assert_eq!(granted(LINE_ITEM_READ).await, LINE_ITEM_READ, "changing includes reading");
    assert_eq!(
        granted(&format!("{SCORE} {LINE_ITEM}  {SCORE}")).await,
        format!("{LINE_ITEM} {SCORE}")
    );
    for scope in [MEMBERS, "openid", " "] {
        assert_refused(&ask(scope).await, 400, "invalid_scope", "");
    }
}

#[tokio::test]
async fn every_claim_of_an_assertion_counts() {
    let app = AppServer::start();
    let other = AppServer::start();
    let gateway = TestGateway::start_with(&format!(
        "{}{}",
        app.config("notes", SERVICES),
        other.config("other", SERVICES)
    ))
    .await;
    gateway.stop_clock();
    let now = gateway.now();
    let bend = |name: &str, value: Value| {
        let mut claims = AppServer::claims(&gateway, "notes");
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value,
        }
        claims
    };
    for (name, value, says) in [
        ("iss", json!("stranger"), "no app with this client ID"),
        ("iss", json!("other"), "signature"),
        ("iss", Value::Null, "iss"),
        ("sub", json!("other"), "sub"),
        ("sub", Value::Null, "sub"),
        ("aud", json!("https://other.example/token"), "aud"),
        ("aud", json!([gateway.url, "https://other.example"]), "aud"),
        ("aud", json!([]), "aud"),
        ("aud", Value::Null, "aud"),
        ("jti", Value::Null, "jti"),
        ("jti", json!(""), "jti"),
        ("iat", Value::Null, "iat"),
        ("exp", Value::Null, "exp"),
        ("exp", json!(now + 301), "exp"),
        ("exp", json!(now), "exp"),
        ("iat", json!(now + 61), ""),
        ("nbf", json!(now + 61), "nbf"),
    ] {
        let answer = app.ask(&gateway, &bend(name, value.clone()), SCORE).await;
        assert_refused(&answer, 401, "invalid_client", says);
    }
    for (iat, exp, good) in [
        (now - 300, now, true),
        (now - 359, now - 59, true),
        (now - 360, now - 60, false),
        (now + 60, now + 360, true),
        (now + 61, now + 361, false),
    ] {
        let mut claims = AppServer::claims(&gateway, "notes");
        (claims["iat"], claims["exp"]) = (json!(iat), json!(exp));
        let answer = app.ask(&gateway, &claims, SCORE).await;
        assert_eq!(answer.status == 200, good, "{} {}: {answer:?}", iat - now, exp - now);
    }
    let stolen = other.key.sign(&AppServer::claims(&gateway, "notes"));
    assert_refused(&ask(&gateway, &stolen, SCORE).await, 401, "invalid_client", "signature");
}

#[tokio::test]
async fn an_assertion_counts_once() {
    let app = AppServer::start();
    let gateway = start(&app).await;
    let claims = AppServer::claims(&gateway, "notes");
    assert_eq!(app.ask(&gateway, &claims, SCORE).await.status, 200);
    assert_refused(&app.ask(&gateway, &claims, SCORE).await, 401, "invalid_client", "jti");
    let mut later = claims;
    later["exp"] = json!(gateway.now() + 299);
    assert_refused(&app.ask(&gateway, &later, SCORE).await, 401, "invalid_client", "jti");
}

#[tokio::test]
async fn an_assertion_counts_once_for_all_instances_and_its_token_everywhere() {
    on_postgres(async |database| {
        let app = AppServer::start();
        let config = app.config("notes", SERVICES);
        let one = TestGateway::start_on(database, &config).await;
        let other = TestGateway::start_on(database, &config).await;
        let mut claims = AppServer::claims(&one, "notes");
        // The instances of this test have addresses of their own.
        let issued = app.ask(&one, &claims, SCORE).await;
        claims["aud"] = json!(other.url);
        assert_refused(&app.ask(&other, &claims, SCORE).await, 401, "invalid_client", "jti");
        assert!(opens(&other, issued.json()["access_token"].as_str().unwrap()).await);
    })
    .await;
}

#[tokio::test]
async fn requests_that_are_no_client_credentials_are_refused() {
    let app = AppServer::start();
    let gateway = TestGateway::start_with(&format!(
        "{}[[apps]]\nid = \"keyless\"\nname = \"K\"\nlaunch_url = \"http://localhost:9/\"\n{SERVICES}",
        app.config("notes", SERVICES)
    ))
    .await;
    let good = || {
        let assertion = app.key.sign(&AppServer::claims(&gateway, "notes"));
        vec![
            ("grant_type".to_owned(), "client_credentials".to_owned()),
            (
                "client_assertion_type".to_owned(),
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
            ),
            ("client_assertion".to_owned(), assertion),
            ("scope".to_owned(), SCORE.to_owned()),
        ]
    };
    let post = async |form: Vec<(String, String)>| {
        let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        app_server::post(&gateway, &form).await
    };
    assert_eq!(post(good()).await.status, 200);
    for (at, value, status, error) in [
        (0, "", 400, "invalid_request"),
        (0, "authorization_code", 400, "unsupported_grant_type"),
        (1, "", 401, "invalid_client"),
        (
            1,
            "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
            401,
            "invalid_client",
        ),
        (2, "", 400, "invalid_request"),
        (2, "a.b.c", 401, "invalid_client"),
        (3, "", 400, "invalid_scope"),
    ] {
        let mut form = good();
        value.clone_into(&mut form[at].1);
        assert_refused(&post(form).await, status, error, "");
    }
    let mut twice = good();
    twice.push(("scope".to_owned(), LINE_ITEM.to_owned()));
    assert_refused(&post(twice).await, 400, "invalid_request", "scope");
    let mut other = good();
    other.push(("client_id".to_owned(), "other".to_owned()));
    assert_refused(&post(other).await, 401, "invalid_client", "client_id");

    let keyless = app.ask(&gateway, &AppServer::claims(&gateway, "keyless"), SCORE).await;
    assert_refused(&keyless, 401, "invalid_client", "keyset_url");
    let unsigned = {
        let token = app.key.sign(&AppServer::claims(&gateway, "notes"));
        let (signed, _) = token.rsplit_once('.').unwrap();
        format!("{signed}.")
    };
    assert_refused(&ask(&gateway, &unsigned, SCORE).await, 401, "invalid_client", "signature");

    let url = gateway.at("/platform/token");
    let json = gateway.client.post(&url).json(&json!({ "grant_type": "client_credentials" }));
    let answer = Answer::of(json.send().await.unwrap()).await;
    assert_refused(&answer, 400, "invalid_request", "x-www-form-urlencoded");
    let answer = Answer::of(gateway.client.get(&url).send().await.unwrap()).await;
    assert_refused(&answer, 405, "invalid_request", "POST");
    assert_eq!(answer.header("allow"), "POST");
    let basic = gateway.client.post(&url).basic_auth("notes", Some("secret"));
    let form = basic.form(&[("grant_type", "client_credentials"), ("scope", SCORE)]);
    let answer = Answer::of(form.send().await.unwrap()).await;
    assert_refused(&answer, 401, "invalid_client", "");
    assert!(answer.header("www-authenticate").starts_with("Basic"), "{answer:?}");
}

#[tokio::test]
async fn an_app_may_change_its_keys() {
    let app = AppServer::start();
    let gateway = start(&app).await;
    app.token(&gateway, "notes", SCORE).await;
    let new = AppKey::rs256(Some("key-2"));
    app.publish(&[&new]);
    let by_new = async || ask(&gateway, &new.sign(&AppServer::claims(&gateway, "notes")), SCORE).await;
    assert_eq!(by_new().await.status, 200);
    let old = app.ask(&gateway, &AppServer::claims(&gateway, "notes"), SCORE).await;
    assert_refused(&old, 401, "invalid_client", "");
    // Keys under ids that nobody has don't make the gateway flood the app.
    for _ in 0..5 {
        let forged = AppKey::es256(Some("forged")).sign(&AppServer::claims(&gateway, "notes"));
        assert_refused(&ask(&gateway, &forged, SCORE).await, 401, "invalid_client", "");
    }
    assert_eq!(app.fetches(), 2);
}

#[tokio::test]
async fn a_token_ends_after_an_hour_and_with_its_app() {
    let app = AppServer::start();
    let folder = Folder::new();
    let database = folder.database();
    let gateway = TestGateway::start_on(&database, &app.config("notes", SERVICES)).await;
    let token = app.token(&gateway, "notes", SCORE).await;
    gateway.advance(3599);
    assert!(opens(&gateway, &token).await);
    gateway.advance(1);
    assert!(!opens(&gateway, &token).await);
    for token in ["", "x", "eyJhbGciOiJub25lIn0.e30."] {
        let answer = gateway.get("/platform/nothing", token).await;
        assert_eq!(answer.status, 401, "{answer:?}");
    }
    let answer = Answer::of(gateway.client.get(gateway.at("/platform/nothing")).send().await.unwrap()).await;
    answer.assert_problem(401, "token.missing");
    let token = app.token(&gateway, "notes", SCORE).await;
    drop(gateway);
    let without = TestGateway::start_ahead(&database, &app.config("other", SERVICES), 3600).await;
    assert!(!opens(&without, &token).await, "the app was taken away");
}

#[tokio::test]
async fn a_deployment_of_the_app_that_is_live_can_be_named() {
    let (app, other) = (AppServer::start(), AppServer::start());
    let config = format!("{}{}", app.config("notes", SERVICES), other.config("other", SERVICES));
    let gateway = Arc::new(TestGateway::start_with(&config).await);
    let school = School::open_at(Arc::clone(&gateway), CONTOSO, |draft| draft["appId"] = json!("notes")).await;
    let path = format!("/api/v1/registrations/{}", school.id());
    let deployment = school.registration["appDeploymentId"].as_str().unwrap();
    let ask = async |app: &AppServer, client_id: &str, deployment: Value| {
        let mut claims = AppServer::claims(&gateway, client_id);
        claims[DEPLOYMENT_ID] = deployment;
        app.ask(&gateway, &claims, SCORE).await
    };
    assert_eq!(ask(&app, "notes", json!(deployment)).await.status, 200);
    for unknown in ["1", "", "5c400100-0000-4000-8000-000000000001", &deployment.to_uppercase()] {
        let answer = ask(&app, "notes", json!(unknown)).await;
        assert!(answer.status.is_client_error(), "{unknown}: {answer:?}");
    }
    assert_refused(&ask(&app, "notes", json!("1")).await, 400, "invalid_request", "deployment_id");
    let of_other_app = ask(&other, "other", json!(deployment)).await;
    assert_refused(&of_other_app, 400, "invalid_request", "deployment_id");
    assert_eq!(gateway.delete(&path, &school.token).await.status, 204);
    assert_refused(
        &ask(&app, "notes", json!(deployment)).await,
        400,
        "invalid_request",
        "deployment_id",
    );
}
