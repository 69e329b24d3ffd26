//! Access tokens and the members of the course.
#![allow(clippy::unwrap_used)]

mod browser;

use std::collections::HashSet;

use browser::{client, lms};
use practice_lms::{LaunchSpec, Person, RosterBehaviour, Running, TokenBehaviour};
use reqwest::{Response, StatusCode, header};
use serde_json::{Value, json};

const MEMBERS: &str = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";
const MEMBERS_TYPE: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";

/// The claims of a good assertion; the LMS's own keyset is the tool's.
fn claims(lms: &Running) -> Value {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    json!({
        "iss": lms.client_id, "sub": lms.client_id, "aud": lms.access_token_url(), "iat": now, "exp": now + 60,
        "jti": uuid::Uuid::new_v4().to_string(),
    })
}

fn sign(lms: &Running, claims: &Value) -> String {
    lms.id_token(&LaunchSpec::new(Person::Teacher, "").body(claims.to_string()))
}

async fn ask(lms: &Running, assertion: &str, scope: &str) -> Response {
    let form = [
        ("grant_type", "client_credentials"),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", assertion),
        ("scope", scope),
    ];
    client().post(lms.access_token_url()).form(&form).send().await.unwrap()
}

async fn refused(lms: &Running, assertion: &str, error: &str) {
    let answer = ask(lms, assertion, MEMBERS).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(answer["error"], error, "{answer}");
}

async fn token(lms: &Running) -> String {
    lms.set_tool_keyset(&lms.keyset_url());
    let answer = ask(lms, &sign(lms, &claims(lms)), MEMBERS).await;
    assert_eq!(
        answer.headers()[header::CONTENT_TYPE],
        "text/html; charset=utf-8",
        "as Moodle answers"
    );
    let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(
        (&answer["token_type"], &answer["scope"]),
        (&json!("Bearer"), &json!(MEMBERS)),
        "{answer}"
    );
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn page(url: &str, token: &str) -> Response {
    let request = client().get(url).header(header::ACCEPT, MEMBERS_TYPE).bearer_auth(token);
    request.send().await.unwrap()
}

fn roster(lms: &Running) -> String {
    format!("{}/mod/lti/services.php/CourseSection/2/bindings/1/memberships", lms.base_url)
}

#[actix_web::test]
async fn a_token_is_given_for_a_good_assertion_only() {
    let lms = lms();
    refused(&lms, &sign(&lms, &claims(&lms)), "invalid_client").await;
    token(&lms).await;
    for (name, wrong) in [
        ("iss", json!("another")),
        ("sub", json!("another")),
        ("aud", json!("https://lms.example/token")),
        ("exp", json!(0)),
        ("jti", Value::Null),
    ] {
        let mut claims = claims(&lms);
        claims[name] = wrong;
        refused(&lms, &sign(&lms, &claims), "invalid_client").await;
    }
    let mut long = claims(&lms);
    long["exp"] = json!(long["iat"].as_u64().unwrap() + 301);
    refused(&lms, &sign(&lms, &long), "invalid_client").await;
    let used = sign(&lms, &claims(&lms));
    assert_eq!(ask(&lms, &used, MEMBERS).await.status(), StatusCode::OK);
    refused(&lms, &used, "invalid_client").await;
    refused(&lms, "no token", "invalid_client").await;
    let scope = ask(&lms, &sign(&lms, &claims(&lms)), "other").await;
    assert_eq!(scope.status(), StatusCode::BAD_REQUEST);
    lms.set_tokens(TokenBehaviour::Status(503, "busy".to_owned()));
    assert_eq!(
        ask(&lms, &sign(&lms, &claims(&lms)), MEMBERS).await.status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(lms.token_requests().0, 2);
}

#[actix_web::test]
async fn members_are_answered_in_pages_where_that_is_asked_for() {
    let lms = lms();
    let token = token(&lms).await;
    lms.set_students(5);
    let all: Value = page(&roster(&lms), &token).await.json().await.unwrap();
    assert_eq!(all["members"].as_array().unwrap().len(), 7);
    let mut next = Some(format!("{}?limit=3", roster(&lms)));
    let (mut seen, mut pages) = (HashSet::new(), 0);
    while let Some(url) = next.take() {
        let answer = page(&url, &token).await;
        let link = answer
            .headers()
            .get(header::LINK)
            .map(|link| link.to_str().unwrap().to_owned());
        next = link.map(|link| link.trim_start_matches('<').split('>').next().unwrap().to_owned());
        let answer: Value = answer.json().await.unwrap();
        pages += 1;
        for member in answer["members"].as_array().unwrap() {
            assert!(seen.insert(member["user_id"].as_str().unwrap().to_owned()));
        }
    }
    assert_eq!((seen.len(), pages), (7, 3));
    let teachers: Value = page(&format!("{}?role=Instructor", roster(&lms)), &token)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(teachers["members"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn members_are_for_those_with_a_token_and_the_media_type() {
    let lms = lms();
    let token = token(&lms).await;
    assert_eq!(page(&roster(&lms), "another").await.status(), StatusCode::UNAUTHORIZED);
    let json = client()
        .get(roster(&lms))
        .header(header::ACCEPT, "application/json")
        .bearer_auth(&token);
    assert_eq!(
        json.send().await.unwrap().status(),
        StatusCode::BAD_REQUEST,
        "as Moodle answers"
    );
    lms.set_roster(RosterBehaviour::Text("<h1>Log in</h1>".to_owned()));
    assert_eq!(page(&roster(&lms), &token).await.text().await.unwrap(), "<h1>Log in</h1>");
    lms.set_roster(RosterBehaviour::Good);
    lms.withdraw_tokens();
    assert_eq!(page(&roster(&lms), &token).await.status(), StatusCode::UNAUTHORIZED);
}
