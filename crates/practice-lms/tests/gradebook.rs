//! Line items, scores and results.
#![allow(clippy::unwrap_used)]

mod browser;

use browser::{client, lms};
use practice_lms::{GradesBehaviour, LaunchSpec, Person, Running};
use reqwest::{Method, Response, header};
use serde_json::{Value, json};

const AGS: &str = "https://purl.imsglobal.org/spec/lti-ags/scope";
const LINE_ITEM: &str = "application/vnd.ims.lis.v2.lineitem+json";
const LINE_ITEMS: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";
const SCORE: &str = "application/vnd.ims.lis.v1.score+json";

async fn token(lms: &Running, scopes: &str) -> String {
    lms.set_tool_keyset(&lms.keyset_url());
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let claims = json!({
        "iss": lms.client_id, "sub": lms.client_id, "aud": lms.access_token_url(), "iat": now, "exp": now + 60,
        "jti": uuid::Uuid::new_v4().to_string(),
    });
    let assertion = lms.id_token(&LaunchSpec::new(Person::Teacher, "").body(claims.to_string()));
    let form = [
        ("grant_type", "client_credentials"),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", &assertion),
        ("scope", scopes),
    ];
    let answer = client().post(lms.access_token_url()).form(&form).send().await.unwrap();
    let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn call(method: Method, url: &str, token: &str, media_type: &str, body: Value) -> Response {
    let request = client()
        .request(method, url)
        .bearer_auth(token)
        .header(header::ACCEPT, media_type);
    let request = request.header(header::CONTENT_TYPE, media_type).body(body.to_string());
    request.send().await.unwrap()
}

fn items(lms: &Running) -> String {
    format!("{}/mod/lti/services.php/2/lineitems?type_id=1", lms.base_url)
}

fn scores(lms: &Running) -> String {
    format!(
        "{}/mod/lti/services.php/2/lineitems/2/lineitem/scores?type_id=1",
        lms.base_url
    )
}

fn score(timestamp: &str) -> Value {
    json!({
        "userId": "4", "timestamp": timestamp, "activityProgress": "Completed", "gradingProgress": "FullyGraded",
        "scoreGiven": 83, "scoreMaximum": 100,
    })
}

#[tokio::test]
async fn line_items_are_made_changed_and_removed() {
    let lms = lms();
    let token = token(&lms, &format!("{AGS}/lineitem")).await;
    let new = json!({ "label": "Quiz", "scoreMaximum": 10, "tag": "q" });
    let made = call(Method::POST, &items(&lms), &token, LINE_ITEM, new).await;
    assert_eq!(made.status(), 201);
    let made: Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
    let url = made["id"].as_str().unwrap();
    let list = call(
        Method::GET,
        &format!("{}&tag=q", items(&lms)),
        &token,
        LINE_ITEMS,
        Value::Null,
    )
    .await;
    let list: Value = serde_json::from_str(&list.text().await.unwrap()).unwrap();
    assert_eq!(list, json!([made]));
    let changed = json!({ "label": "Exam", "scoreMaximum": 10 });
    assert_eq!(call(Method::PUT, url, &token, LINE_ITEM, changed).await.status(), 200);
    let read = call(Method::GET, url, &token, LINE_ITEM, Value::Null)
        .await
        .text()
        .await
        .unwrap();
    assert!(read.contains("Exam"), "{read}");
    assert_eq!(call(Method::DELETE, url, &token, LINE_ITEM, Value::Null).await.status(), 204);
    assert_eq!(call(Method::GET, url, &token, LINE_ITEM, Value::Null).await.status(), 404);
    let half = json!({ "label": "Quiz", "scoreMaximum": 10.0 });
    assert_eq!(call(Method::POST, &items(&lms), &token, LINE_ITEM, half).await.status(), 400);
    assert_eq!(
        call(Method::GET, &items(&lms), &token, "*/*", Value::Null).await.status(),
        400
    );
    let lost = items(&lms).replace("?type_id=1", "");
    assert_eq!(call(Method::GET, &lost, &token, LINE_ITEMS, Value::Null).await.status(), 400);
    assert_eq!(
        call(Method::POST, &scores(&lms), &token, SCORE, json!({})).await.status(),
        403
    );
}

#[tokio::test]
async fn the_gradebook_shows_scores_that_are_newer() {
    let lms = lms();
    let token = token(&lms, &format!("{AGS}/score")).await;
    let post = async |timestamp: &str| {
        call(Method::POST, &scores(&lms), &token, SCORE, score(timestamp))
            .await
            .status()
    };
    assert_eq!(post("2026-11-30T10:00:00.000Z").await, 200);
    assert_eq!(post("2026-11-30T10:00:00.000Z").await, 409);
    assert_eq!(post("2026-11-30T09:00:00.000Z").await, 409);
    assert_eq!(post("2026-11-30T10:00:00.001Z").await, 200);
    assert_eq!(post("2026-11-30T10:00:00+01:00").await, 400);
    assert_eq!(lms.score_of(Person::Student).unwrap()["scoreGiven"], 83);
    let page = client()
        .get(format!("{}/course/gradebook", lms.base_url))
        .send()
        .await
        .unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("<th scope=\"row\">Sam Student</th><td>83 / 100</td>"), "{page}");
    lms.set_grades(GradesBehaviour::LosesAnswers(500));
    assert_eq!(post("2026-11-30T11:00:00.000Z").await, 500);
    assert_eq!(
        lms.score_of(Person::Student).unwrap()["timestamp"],
        "2026-11-30T11:00:00.000Z"
    );
    assert_eq!(lms.score_posts(), 6);
    lms.set_grades(GradesBehaviour::Good);
    lms.remove_line_item();
    assert_eq!(post("2026-11-30T12:00:00.000Z").await, 404);
}
