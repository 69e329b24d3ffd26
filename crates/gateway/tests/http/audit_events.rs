//! `/api/v1/audit-events` over HTTP: filters and pages.

use serde_json::{Value, json};

use crate::{
    registrations::{PATH, create, moodle},
    support::{Answer, CONTOSO, TestGateway},
};

const AUDIT: &str = "/api/v1/audit-events";

async fn events(gateway: &TestGateway, token: &str, query: &str) -> Vec<Value> {
    let answer = gateway.get(&format!("{AUDIT}?{query}"), token).await;
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    answer.json()["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_audit_trail_is_filtered_and_paged() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let first = create(&gateway, &token, &moodle(1)).await;
    let second = create(&gateway, &token, &moodle(2)).await;
    let id = first["id"].as_str().unwrap();
    let path = format!("{PATH}/{id}");
    let admin = gateway.user_token(CONTOSO, "admin").await;
    let accepted = gateway
        .post(&format!("{path}/deployments"), &admin, &json!({ "deploymentId": "2" }))
        .await;
    assert_eq!(accepted.status, 201);
    gateway.advance(3600);
    assert_eq!(gateway.delete(&path, &token).await.status, 204);

    let all = events(&gateway, &token, "").await;
    assert_eq!(all.len(), 5);
    let deployment = &all[1];
    assert_eq!(
        deployment["subject"],
        json!({
            "kind": "deployment", "id": "2", "registrationId": id,
            "registration": { "name": "Moodle 1", "appId": "launch-inspector", "platform": "moodle", "deleted": true },
        }),
        "the registration is named, though it is gone"
    );
    assert_eq!(deployment["by"]["kind"], "user");
    let deleted = all[0]["at"].as_str().unwrap().replace('+', "%2B");
    let person = deployment["by"]["id"].as_str().unwrap();
    for (query, count) in [
        ("action=registration.created".to_owned(), 2),
        ("action=deployment.accepted".to_owned(), 1),
        ("subjectKind=registration".to_owned(), 3),
        (format!("subjectKind=registration&subjectId={id}"), 2),
        (format!("registrationId={id}"), 3),
        (format!("registrationId={}", second["id"].as_str().unwrap()), 1),
        ("registrationId=00000000-0000-4000-8000-000000000000".to_owned(), 0),
        (format!("actorId={person}"), 1),
        ("actorId=nobody".to_owned(), 0),
        ("subjectId=%00".to_owned(), 0),
        (format!("from={deleted}"), 1),
        (format!("to={deleted}"), 4),
    ] {
        assert_eq!(events(&gateway, &token, &query).await.len(), count, "{query}");
    }
    // Filters stay in the links from page to page.
    let (mut next, mut seen) = (gateway.at(&format!("{AUDIT}?registrationId={id}&limit=1")), 0);
    loop {
        let page = Answer::of(gateway.client.get(&next).bearer_auth(&token).send().await.unwrap())
            .await
            .json();
        seen += page["value"].as_array().unwrap().len();
        match page["nextLink"].as_str() {
            Some(link) => next = link.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, 3);
    for query in [
        "action=registration.edited",
        "subjectKind=launch",
        "registrationId=x",
        "from=yesterday",
        "limit=0",
        "cursor=x",
        "actor=x",
        "action=registration.created&action=registration.created",
    ] {
        gateway
            .get(&format!("{AUDIT}?{query}"), &token)
            .await
            .assert_problem(400, "request.query");
    }
}

#[tokio::test]
async fn the_trail_shows_an_educator_no_reports_of_others() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    create(&gateway, &token, &moodle(1)).await;
    let report = json!({
        "category": "other", "summary": "Grades", "description": "They differ.", "attachDiagnostics": false,
    });
    let admin = gateway.user_token(CONTOSO, "admin").await;
    let sent = gateway.post("/api/v1/problem-reports", &admin, &report).await;
    assert_eq!(sent.status, 201);
    let report = sent.json()["id"].as_str().unwrap().to_owned();

    let educator = gateway.user_token(CONTOSO, "educator").await;
    let actions = |events: &[Value]| events.iter().map(|event| event["action"].clone()).collect::<Vec<_>>();
    let seen = events(&gateway, &educator, "").await;
    assert_eq!(actions(&seen), ["registration.created", "tenant.registered"]);
    for query in ["action=report.created", "subjectKind=report", &format!("subjectId={report}")] {
        assert_eq!(events(&gateway, &educator, query).await, Vec::<Value>::new(), "{query}");
        assert_eq!(events(&gateway, &admin, query).await.len(), 1, "{query}");
    }
    // The links from page to page lead past what is left out.
    let page = gateway.get(&format!("{AUDIT}?limit=1"), &educator).await.json();
    let next = page["nextLink"].as_str().unwrap();
    let next = Answer::of(gateway.client.get(next).bearer_auth(&educator).send().await.unwrap())
        .await
        .json();
    let both = [&page, &next].map(|page| page["value"][0]["action"].as_str().unwrap().to_owned());
    assert_eq!(both, ["registration.created", "tenant.registered"]);
    assert_eq!(next["nextLink"], Value::Null);
}
