//! Problem reports over the API: who sends, sees, answers and decides.

use std::{collections::HashSet, sync::Arc};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    handshake::{School, assert_refused},
    support::{Answer, CONTOSO, FABRIKAM, OPERATOR, TestGateway},
};

pub const PATH: &str = "/api/v1/problem-reports";

pub fn report() -> Value {
    json!({
        "category": "launch", "summary": "Meetings doesn’t open in Moodle",
        "description": "Since this morning.\nIt worked on Friday.", "attachDiagnostics": false,
    })
}

pub fn with(mut body: Value, field: &str, value: impl Into<Value>) -> Value {
    body[field] = value.into();
    body
}

/// Sends a report. Answers its id.
pub async fn send(gateway: &TestGateway, token: &str) -> String {
    let answer = gateway.post(PATH, token, &report()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn put_state(gateway: &TestGateway, token: &str, id: &str, state: &str) -> Answer {
    let request = gateway.request(Method::PUT, &format!("{PATH}/{id}/state"), token);
    Answer::of(request.json(&json!({ "state": state })).send().await.unwrap()).await
}

async fn comment(gateway: &TestGateway, token: &str, id: &str, text: &str) -> Answer {
    gateway
        .post(&format!("{PATH}/{id}/comments"), token, &json!({ "text": text }))
        .await
}

async fn ids(gateway: &TestGateway, token: &str, query: &str) -> Vec<String> {
    let answer = gateway.get(&format!("{PATH}{query}"), token).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let list = answer.json();
    let id = |report: &Value| report["id"].as_str().unwrap().to_owned();
    list["value"].as_array().unwrap().iter().map(id).collect()
}

/// A gateway with two registered tenants and people in each; the operator's tenant isn't registered.
struct World {
    gateway: Arc<TestGateway>,
    admin: String,
    educator: String,
    fabrikam: String,
    support: String,
}

async fn world() -> World {
    let gateway = Arc::new(TestGateway::start().await);
    for tenant in [CONTOSO, FABRIKAM] {
        gateway.tenant(tenant).await;
    }
    World {
        admin: gateway.user_token(CONTOSO, "admin").await,
        educator: gateway.user_token(CONTOSO, "educator").await,
        fabrikam: gateway.user_token(FABRIKAM, "admin").await,
        support: gateway.user_token(OPERATOR, "support").await,
        gateway,
    }
}

#[tokio::test]
async fn a_report_is_answered_with_its_number_and_address() {
    let World { gateway, educator, .. } = world().await;
    let body = with(with(report(), "contactEmail", " megan@contoso.edu "), "browser", "Edge 156");
    let answer = gateway.post(PATH, &educator, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let created = answer.json();
    let id = created["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), gateway.at(&format!("{PATH}/{id}")));
    assert_eq!(
        (&created["state"], &created["comments"], &created["history"]),
        (&json!("open"), &json!([]), &json!([]))
    );
    assert_eq!(
        (&created["contactEmail"], &created["browser"]),
        (&json!("megan@contoso.edu"), &json!("Edge 156"))
    );
    assert_eq!(
        (&created["launchReference"], &created["diagnostics"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&created["tenantId"], &created["createdBy"]["kind"]),
        (&json!(CONTOSO), &json!("user"))
    );
    let number = created["number"].as_str().unwrap();
    assert_eq!(
        (number.len(), number.chars().filter(char::is_ascii_digit).count()),
        (9, 8),
        "{number}"
    );
    assert_eq!(gateway.get(&format!("{PATH}/{id}"), &educator).await.json(), created);
    // A report can be posted as it was answered.
    let again = gateway.post(PATH, &educator, &created).await;
    assert_eq!(again.status, 201, "{again:?}");
    assert_ne!(again.json()["id"], created["id"]);
}

#[tokio::test]
async fn every_error_is_named_at_once() {
    let World { gateway, educator, .. } = world().await;
    let answer = gateway
        .post(
            PATH,
            &educator,
            &json!({ "contactEmail": "nobody", "launchReference": "5TFA" }),
        )
        .await;
    answer.assert_problem(422, "request.invalid");
    let errors = answer.json()["errors"].clone();
    let pointers: HashSet<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(
        pointers,
        HashSet::from(["/category", "/summary", "/description", "/contactEmail", "/launchReference"])
    );
    for (body, pointer) in [
        (with(report(), "category", "billing"), "/category"),
        (with(report(), "priority", "high"), "/priority"),
        (with(report(), "attachDiagnostics", "yes"), "/attachDiagnostics"),
        (with(report(), "summary", "x".repeat(161)), "/summary"),
    ] {
        let answer = gateway.post(PATH, &educator, &body).await;
        answer.assert_problem(422, "request.invalid");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{answer:?}");
    }
    let id = send(&gateway, &educator).await;
    comment(&gateway, &educator, &id, " \n")
        .await
        .assert_problem(422, "request.invalid");
    let admin = gateway.user_token(CONTOSO, "admin").await;
    put_state(&gateway, &admin, &id, "closed")
        .await
        .assert_problem(422, "request.invalid");
    let request = gateway
        .request(Method::PUT, &format!("{PATH}/{id}/state"), &admin)
        .json(&json!({}));
    Answer::of(request.send().await.unwrap())
        .await
        .assert_problem(422, "request.invalid");
}

#[tokio::test]
async fn educators_see_their_own_admins_the_organizations_support_everything() {
    let World {
        gateway,
        admin,
        educator,
        fabrikam,
        support,
    } = world().await;
    let by_educator = send(&gateway, &educator).await;
    let by_admin = send(&gateway, &admin).await;
    let by_fabrikam = send(&gateway, &fabrikam).await;
    let app = gateway.app_token(CONTOSO).await;
    for (who, token, visible) in [
        ("educator", &educator, vec![&by_educator]),
        ("admin", &admin, vec![&by_admin, &by_educator]),
        ("app", &app, vec![&by_admin, &by_educator]),
        ("another tenant's admin", &fabrikam, vec![&by_fabrikam]),
        ("support", &support, vec![&by_fabrikam, &by_admin, &by_educator]),
    ] {
        assert_eq!(ids(&gateway, token, "").await.iter().collect::<Vec<_>>(), visible, "{who}");
        for id in [&by_educator, &by_admin, &by_fabrikam] {
            let found = gateway.get(&format!("{PATH}/{id}"), token).await;
            let answered = comment(&gateway, token, id, "An answer.").await;
            if visible.contains(&id) {
                assert_eq!(
                    (found.status.as_u16(), answered.status.as_u16()),
                    (200, 201),
                    "{who}: {answered:?}"
                );
                assert_eq!(found.json()["deliveries"].is_array(), who == "support", "{who}");
                assert_eq!(answered.json()["bySupport"], who == "support", "{who}");
            } else {
                found.assert_problem(404, "report.not_found");
                answered.assert_problem(404, "report.not_found");
            }
        }
    }
    assert_eq!(ids(&gateway, &admin, "?mine=true").await, [by_admin.as_str()]);
    assert_eq!(
        ids(&gateway, &support, &format!("?tenantId={FABRIKAM}")).await,
        [by_fabrikam.as_str()]
    );
    assert!(ids(&gateway, &support, "?undelivered=true").await.is_empty());
    for query in [format!("?tenantId={FABRIKAM}"), "?undelivered=true".to_owned()] {
        gateway
            .get(&format!("{PATH}{query}"), &admin)
            .await
            .assert_problem(400, "request.query");
    }
    // Ids that are none.
    for id in ["x", "00000000-0000-0000-0000-000000000000"] {
        gateway
            .get(&format!("{PATH}/{id}"), &support)
            .await
            .assert_problem(404, "report.not_found");
    }
}

#[tokio::test]
async fn support_of_a_customers_tenant_is_nobody() {
    // The role is given by each tenant's own admin: here the operator is somebody else.
    let gateway = TestGateway::start_with(&format!("[operator]\ntenant_ids = [\"{FABRIKAM}\"]")).await;
    for tenant in [CONTOSO, OPERATOR] {
        gateway.tenant(tenant).await;
    }
    let id = send(&gateway, &gateway.app_token(CONTOSO).await).await;
    let impostor = gateway.user_token(OPERATOR, "support").await;
    assert_eq!(gateway.get("/api/v1/me", &impostor).await.json()["roles"], json!([]));
    for path in [PATH.to_owned(), format!("{PATH}/{id}")] {
        gateway.get(&path, &impostor).await.assert_problem(403, "role.missing");
    }
    gateway
        .post(PATH, &impostor, &report())
        .await
        .assert_problem(403, "role.missing");
    comment(&gateway, &impostor, &id, "x")
        .await
        .assert_problem(403, "role.missing");
    put_state(&gateway, &impostor, &id, "resolved")
        .await
        .assert_problem(403, "role.missing");
}

#[tokio::test]
async fn support_reads_and_answers_reports_and_nothing_else() {
    let school = School::open().await;
    let (gateway, support) = (&school.gateway, school.gateway.user_token(OPERATOR, "support").await);
    for path in [
        "/api/v1/registrations",
        "/api/v1/launches",
        "/api/v1/audit-events",
        "/api/v1/apps",
    ] {
        gateway.get(path, &support).await.assert_problem(403, "role.missing");
    }
    gateway
        .post(PATH, &support, &report())
        .await
        .assert_problem(403, "role.missing");
}

#[tokio::test]
async fn the_state_has_a_history() {
    let World {
        gateway,
        admin,
        educator,
        fabrikam,
        support,
    } = world().await;
    let id = send(&gateway, &educator).await;
    put_state(&gateway, &educator, &id, "resolved")
        .await
        .assert_problem(403, "role.missing");
    put_state(&gateway, &fabrikam, &id, "resolved")
        .await
        .assert_problem(404, "report.not_found");
    for state in ["in_progress", "in_progress", "resolved", "open"] {
        let answer = put_state(&gateway, &support, &id, state).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["state"]),
            (200, &json!(state)),
            "{answer:?}"
        );
    }
    assert_eq!(put_state(&gateway, &admin, &id, "resolved").await.status, 200);
    comment(&gateway, &support, &id, "Line one.\r\nLine two.").await;
    let report = gateway.get(&format!("{PATH}/{id}"), &educator).await.json();
    let states: Vec<_> = report["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["in_progress", "resolved", "open", "resolved"]);
    assert_eq!(report["state"], "resolved");
    assert_eq!(report["comments"][0]["text"], "Line one.\nLine two.");
    assert_eq!(ids(&gateway, &admin, "?state=resolved&category=launch").await, [id.as_str()]);
    assert!(ids(&gateway, &admin, "?state=open").await.is_empty());

    // The trail is the reporter's tenant's, also of what support did.
    let events = gateway.get("/api/v1/audit-events", &admin).await.json();
    let of_report: Vec<_> = events["value"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["subject"]["kind"] == "report")
        .inspect(|event| assert_eq!(event["subject"]["id"], json!(id)))
        .map(|event| event["action"].as_str().unwrap())
        .collect();
    let changed = "report.state_changed";
    assert_eq!(
        of_report,
        ["report.commented", changed, changed, changed, changed, "report.created"]
    );
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let World { gateway, admin, .. } = world().await;
    for n in 0..5 {
        let body = with(
            with(report(), "summary", format!("Number {n} 100% ÉCOLE")),
            "category",
            if n == 3 { "sign_in" } else { "other" },
        );
        assert_eq!(gateway.post(PATH, &admin, &body).await.status, 201);
    }
    let all = ids(&gateway, &admin, "").await;
    let mut walked = Vec::new();
    let mut next = Some(gateway.at(&format!("{PATH}?limit=2&search=école")));
    while let Some(url) = next {
        let answer = Answer::of(gateway.client.get(url).bearer_auth(&admin).send().await.unwrap()).await;
        let page = answer.json();
        walked.extend(
            page["value"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["id"].as_str().unwrap().to_owned()),
        );
        next = page["nextLink"].as_str().map(ToOwned::to_owned);
    }
    assert_eq!((walked.len(), &walked), (5, &all));
    assert_eq!(ids(&gateway, &admin, "?category=sign_in").await, [all[1].clone()]);
    assert_eq!(ids(&gateway, &admin, "?search=NUMBER%204").await, [all[0].clone()]);
    assert!(ids(&gateway, &admin, "?from=2100-01-01T00:00:00Z").await.is_empty());
    assert_eq!(ids(&gateway, &admin, "?to=2100-01-01T00:00:00Z").await.len(), 5);
    for query in [
        "limit=0",
        "limit=201",
        "cursor=x",
        "state=closed",
        "from=yesterday",
        "unknown=1",
    ] {
        gateway
            .get(&format!("{PATH}?{query}"), &admin)
            .await
            .assert_problem(400, "request.query");
    }
    let long = "x".repeat(201);
    gateway
        .get(&format!("{PATH}?search={long}"), &admin)
        .await
        .assert_problem(400, "request.query");
}

#[tokio::test]
async fn a_request_sent_again_with_its_key_stores_nothing_twice() {
    let World {
        gateway,
        admin,
        educator,
        ..
    } = world().await;
    let send = async |token: &str, key: &str, body: &Value| {
        let request = gateway.request(Method::POST, PATH, token).header("idempotency-key", key);
        Answer::of(request.json(body).send().await.unwrap()).await
    };
    let answers = join_all((0..6).map(|_| async { send(&educator, "k-1", &report()).await })).await;
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.text), (201, &answers[0].text), "{answer:?}");
        assert_eq!(answer.header("location"), answers[0].header("location"));
    }
    let id = answers[0].json()["id"].as_str().unwrap().to_owned();
    put_state(&gateway, &admin, &id, "resolved").await;
    assert_eq!(
        send(&educator, "k-1", &report()).await.text,
        answers[0].text,
        "the same answer, whatever became of it"
    );
    let other = with(report(), "summary", "Something else");
    send(&educator, "k-1", &other)
        .await
        .assert_problem(409, "idempotency_key.reused");
    assert_eq!(send(&admin, "k-1", &other).await.status, 201, "somebody else's key");
    assert_eq!(send(&educator, "k-2", &other).await.status, 201);
    assert_eq!(ids(&gateway, &educator, "").await.len(), 2);
    for key in ["", " ", "a b", "é", &"x".repeat(256)] {
        send(&educator, key, &report())
            .await
            .assert_problem(400, "idempotency_key.malformed");
    }
    let twice = gateway
        .request(Method::POST, PATH, &educator)
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    Answer::of(twice.json(&report()).send().await.unwrap())
        .await
        .assert_problem(400, "idempotency_key.malformed");
}

#[tokio::test]
async fn diagnostics_come_with_consent_and_for_the_own_launch_only() {
    let school = School::open().await;
    let gateway = &school.gateway;
    gateway.tenant(FABRIKAM).await;
    let reference = assert_refused(&school.launch(|spec| spec.without("sub")).await, "launch_invalid.subject");
    let educator = gateway.user_token(CONTOSO, "educator").await;
    let fabrikam = gateway.user_token(FABRIKAM, "admin").await;
    let body = with(report(), "launchReference", reference.to_lowercase());
    let consented = with(body.clone(), "attachDiagnostics", true);

    let preview = gateway.get(&format!("{PATH}/diagnostics/{reference}"), &educator).await;
    assert_eq!(preview.status, 200, "{preview:?}");
    let with_consent = gateway.post(PATH, &educator, &consented).await.json();
    assert_eq!(with_consent["diagnostics"], preview.json(), "what was shown is what is sent");
    let diagnostics = &with_consent["diagnostics"];
    assert_eq!(
        (&diagnostics["code"], &diagnostics["reference"]),
        (&json!("launch_invalid.subject"), &json!(reference))
    );
    assert_eq!(
        (&diagnostics["registrationName"], &diagnostics["platform"]),
        (&json!("Practice LMS"), &json!("moodle"))
    );
    let admins = gateway
        .get(&format!("/api/v1/launches/{reference}"), &school.token)
        .await
        .json();
    assert_eq!(diagnostics["checks"], admins["checks"]);
    for personal in ["Tess", "tess", "@", "eyJ"] {
        assert!(!diagnostics.to_string().contains(personal), "{personal} in {diagnostics}");
    }
    // Support sees them, though it may not see launches.
    let support = gateway.user_token(OPERATOR, "support").await;
    let id = with_consent["id"].as_str().unwrap();
    assert_eq!(
        &gateway.get(&format!("{PATH}/{id}"), &support).await.json()["diagnostics"],
        diagnostics
    );

    let without = gateway.post(PATH, &educator, &body).await.json();
    assert_eq!(
        (&without["diagnostics"], &without["launchReference"]),
        (&Value::Null, &json!(reference))
    );
    let elsewhere = gateway.post(PATH, &fabrikam, &consented).await.json();
    assert_eq!(elsewhere["diagnostics"], Value::Null, "another tenant's launch");
    for path in [
        format!("{PATH}/diagnostics/{reference}"),
        format!("{PATH}/diagnostics/nonsense"),
    ] {
        gateway.get(&path, &fabrikam).await.assert_problem(404, "launch.not_found");
    }
    gateway
        .get(&format!("{PATH}/diagnostics/{reference}"), &support)
        .await
        .assert_problem(403, "role.missing");
    assert_eq!(ids(gateway, &educator, &format!("?search={reference}")).await.len(), 2);
}

#[tokio::test]
async fn an_organization_sends_so_many_a_day() {
    let gateway = TestGateway::start_with("[support]\nreports_per_day = 2").await;
    gateway.stop_clock();
    let contoso = gateway.tenant(CONTOSO).await;
    let fabrikam = gateway.tenant(FABRIKAM).await;
    let answers = join_all((0..6).map(|_| async { gateway.post(PATH, &contoso, &report()).await })).await;
    let (stored, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(stored.len(), 2);
    for answer in refused {
        answer.assert_problem(429, "report.quota");
        assert!(
            (1..=86_400).contains(&answer.header("retry-after").parse::<i64>().unwrap()),
            "{answer:?}"
        );
    }
    send(&gateway, &fabrikam).await;
    gateway.advance(24 * 3600);
    let contoso = gateway.app_token(CONTOSO).await;
    send(&gateway, &contoso).await;
}
