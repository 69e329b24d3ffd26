//! Refusals instead of the requested answer: problems of the API, and pages.

use std::{sync::Arc, time::Duration};

use practice_lms::KeysetBehaviour;
use reqwest::{Method, header};
use sea_orm::{ConnectionTrait as _, Database};
use serde_json::{Value, json};

use super::{assert_json, assert_page, gateway, in_language_of_tests, in_qps};
use crate::{
    authority::Authority,
    command_line::Folder,
    handshake::{School, reference},
    problem_reports,
    report_page::report_link,
    support::{Answer, CONTOSO, HtmlForm, TestGateway},
};

const REGISTRATIONS: &str = "/api/v1/registrations";

#[tokio::test]
async fn wrong_queries_are_explained_from_the_catalogue() {
    let gateway = gateway().await;
    let token = gateway.tenant(CONTOSO).await;
    let import = "/api/v1/registrations/import";
    for (method, path) in [
        (Method::GET, "/api/v1/registrations?limit=many"),
        (Method::GET, "/api/v1/registrations?limit=-1"),
        (Method::GET, "/api/v1/registrations?limit=1&limit=2"),
        (Method::GET, "/api/v1/registrations?url=x"),
        (Method::GET, "/api/v1/registrations?health=fine"),
        (Method::GET, "/api/v1/registrations?sort=x"),
        (Method::GET, "/api/v1/launches?registrationId=x"),
        (Method::GET, "/api/v1/launches?from=today"),
        (Method::GET, "/api/v1/launches/daily?days=70000"),
        (Method::GET, "/api/v1/problem-reports?mine=perhaps"),
        (Method::GET, "/api/v1/audit-events?action=x"),
        (Method::GET, "/api/v1/apps/launch-inspector/tool-configuration"),
        (Method::POST, "/api/v1/registrations/import?dryRun=perhaps"),
        (Method::GET, "/report?reference=1&reference=2"),
    ] {
        let request = gateway.request(method, path, &token);
        let request = if path.starts_with(import) {
            request.json(&json!({}))
        } else {
            request
        };
        let answer = Answer::of(request.send().await.unwrap()).await;
        answer.assert_problem(400, "request.query");
        assert_json(path, &answer, &[]);
    }
}

#[tokio::test]
async fn errors_of_bodies_are_explained_from_the_catalogue() {
    let gateway = gateway().await;
    let token = gateway.tenant(CONTOSO).await;
    for (path, body, status) in [
        (REGISTRATIONS, "{", 400),
        (REGISTRATIONS, "[]", 400),
        (REGISTRATIONS, "{} {}", 400),
        (
            REGISTRATIONS,
            r#"{ "name": 1, "allowAnonymous": "x", "deploymentIds": {}, "isuer": null }"#,
            422,
        ),
        (
            REGISTRATIONS,
            r#"{ "name": "a", "name": "b", "replaces": "x", "deploymentIds": [1] }"#,
            422,
        ),
        (
            "/api/v1/problem-reports",
            r#"{ "category": "weather", "attachDiagnostics": 1 }"#,
            422,
        ),
        (
            "/api/v1/registrations/import",
            r#"{ "version": -1, "registrations": 1 }"#,
            422,
        ),
        (
            "/api/v1/registrations/import",
            r#"{ "version": 2, "registrations": [] }"#,
            422,
        ),
        (
            "/api/v1/registrations/import",
            r#"{ "version": 1, "registrations": [7, { "deployments": [7] }] }"#,
            200,
        ),
    ] {
        let request = gateway.request(Method::POST, path, &token);
        let request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, status, "{body}: {answer:?}");
        assert_json(body, &answer, &[]);
    }
}

#[tokio::test]
async fn what_is_not_there_is_explained_from_the_catalogue() {
    let gateway = gateway().await;
    for path in [
        "/apps/no-such-app/icon.svg",
        "/lti/assets/0123456789abcdef/pages.css",
        "/assets/no-such-file.js",
        "/api/v1/no-such-thing",
        "/no-such-page",
    ] {
        let request = gateway.client.get(gateway.at(path)).header(header::ACCEPT, "*/*");
        let answer = Answer::of(request.send().await.unwrap()).await;
        answer.assert_problem(404, &answer.code());
        assert_json(path, &answer, &[]);
    }
}

#[tokio::test]
async fn a_gateway_without_portal_says_so_from_the_catalogue() {
    let gateway = gateway().await;
    let answer = Answer::of(gateway.client.get(gateway.at("/")).send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    // A command, and an address.
    assert_page(
        "without portal",
        &answer,
        &["cargo xtask portal".to_owned(), "/docs".to_owned()],
    );
}

#[tokio::test]
async fn what_is_too_much_is_refused_from_the_catalogue() {
    let limits = "[support]\nreports_per_day = 1\nunsigned_in_reports_per_day = 1";
    let gateway = in_language_of_tests(TestGateway::start_with(limits).await);
    gateway.stop_clock();
    let school = School::open_at(Arc::new(gateway), CONTOSO, |_| ()).await;
    let (gateway, token) = (&school.gateway, &school.token);
    let values = format!("{{ \"deploymentIds\": [{}0] }}", "0,".repeat(40_000));
    for body in ["x".repeat(300_000), values] {
        let request = gateway.request(Method::POST, REGISTRATIONS, token);
        let request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        let answer = Answer::of(request.send().await.unwrap()).await;
        answer.assert_problem(413, "request.too_large");
        assert_json("a long body", &answer, &[]);
    }
    let request = gateway
        .client
        .post(gateway.at("/report"))
        .form(&[("summary", "x".repeat(300_000))]);
    let answer = Answer::of(request.send().await.unwrap()).await;
    answer.assert_problem(413, "request.unreadable");
    assert_json("a long form", &answer, &[]);

    let educator = gateway.user_token(CONTOSO, "educator").await;
    problem_reports::send(gateway, &educator).await;
    let answer = gateway
        .post(problem_reports::PATH, &educator, &problem_reports::report())
        .await;
    answer.assert_problem(429, "report.quota");
    assert_json("too many reports", &answer, &[]);
    let check = format!("{REGISTRATIONS}/{}/check", school.id());
    let mut answer = gateway.post(&check, token, &json!(null)).await;
    for _ in 0..100 {
        if answer.status == 429 {
            break;
        }
        answer = gateway.post(&check, token, &json!(null)).await;
    }
    answer.assert_problem(429, "check.quota");
    assert_json("too many checks", &answer, &[]);

    let mut pages = Vec::new();
    for _ in 0..2 {
        let refused = school.launch(|spec| in_qps(spec).without("sub")).await;
        let link = gateway.at(&format!("/report?{}", report_link(&refused).query().unwrap()));
        let page = Answer::of(gateway.client.get(link).send().await.unwrap()).await;
        let form = [
            ("signed", HtmlForm::of(&page.text).field("signed")),
            ("summary", "1".to_owned()),
            ("description", "2".to_owned()),
        ];
        let sent = gateway.client.post(gateway.at("/report")).form(&form).send().await.unwrap();
        pages.push((reference(&refused), Answer::of(sent).await));
    }
    let (reference, page) = &pages[1];
    assert_eq!((pages[0].1.status.as_u16(), page.status.as_u16()), (201, 422), "{pages:?}");
    assert!(page.text.contains("Your school sent many reports today"), "{page:?}");
    let link = format!("{}/launches/{reference}", gateway.url);
    assert_page("the quota", page, &[reference.clone(), link]);
}

#[tokio::test]
async fn what_is_sent_wrongly_is_refused_from_the_catalogue() {
    let gateway = gateway().await;
    let token = gateway.tenant(CONTOSO).await;
    for (name, value, status, code) in [
        ("host", "gateway.example", 421, "dev.host"),
        ("x-forwarded-for", "192.0.2.1", 400, "dev.forwarded"),
        ("content-encoding", "gzip", 415, "request.content_encoding"),
        ("content-type", "text/plain", 415, "request.content_type"),
    ] {
        let request = gateway.request(Method::POST, REGISTRATIONS, &token).body("x");
        let answer = Answer::of(request.header(name, value).send().await.unwrap()).await;
        answer.assert_problem(status, code);
        assert_json(name, &answer, &["x-forwarded-for".to_owned()]);
    }
    let request = gateway
        .request(Method::POST, problem_reports::PATH, &token)
        .json(&problem_reports::report());
    let answer = Answer::of(request.header("idempotency-key", "é").send().await.unwrap()).await;
    answer.assert_problem(400, "idempotency_key.malformed");
    assert_json("a key", &answer, &[]);
}

#[tokio::test]
async fn what_is_not_available_is_refused_from_the_catalogue() {
    let authority = Authority::start().await;
    authority.serve(&format!("/{CONTOSO}/v2.0/.well-known/openid-configuration"), 500, json!({}));
    let gateway = in_language_of_tests(authority.gateway("").await);
    let answer = gateway.get("/api/v1/me", &authority.admin(CONTOSO)).await;
    answer.assert_problem(503, "identity.unavailable");
    assert_json("sign-in", &answer, &[]);

    let folder = Folder::new();
    let gateway = in_language_of_tests(TestGateway::start_on(&folder.database(), "").await);
    let school = School::open_at(Arc::new(gateway), CONTOSO, |_| ()).await;
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&in_qps(school.spec(&login)));
    let db = Database::connect(folder.database()).await.unwrap();
    db.execute_unprepared("ALTER TABLE launches RENAME TO gone").await.unwrap();
    db.close().await.unwrap();
    let answer = school.gateway.get("/api/v1/launches", &school.token).await;
    answer.assert_problem(503, "internal.unavailable");
    assert_json("the database", &answer, &[]);
    let page = school.send_launch(&login, &id_token).await;
    assert_eq!(
        (page.status.as_u16(), page.code().as_str()),
        (503, "internal.unavailable"),
        "{page:?}"
    );
    assert_page("a launch", &page, &[reference(&page)]);
}

/// The answer while two requests that wait for a keyset have both permits. Where one of these is rejected itself, they are sent
/// again.
async fn while_busy(occupy: impl AsyncFn() -> Answer, ask: impl AsyncFn() -> Answer) -> Answer {
    let rejected = async {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let answer = ask().await;
            if answer.status == 503 {
                return answer;
            }
        }
    };
    let occupied = async {
        for _ in 0..6 {
            tokio::join!(occupy(), occupy());
        }
    };
    tokio::select! {
        answer = rejected => answer,
        () = occupied => panic!("nothing was rejected"),
    }
}

#[tokio::test]
async fn what_there_is_no_permit_for_is_refused_from_the_catalogue() {
    let gateway = in_language_of_tests(TestGateway::start_with("[server]\nmax_requests = 2").await);
    let school = School::open_at(Arc::new(gateway), CONTOSO, |_| ()).await;
    let slow = school.neighbour().await;
    slow.lms.set_keyset(KeysetBehaviour::Hang);
    let (gateway, token) = (&school.gateway, &school.token);

    let check = format!("{REGISTRATIONS}/{}/check", slow.id());
    let answer = while_busy(
        async || gateway.post(&check, token, &Value::Null).await,
        async || gateway.get("/api/v1/me", token).await,
    )
    .await;
    answer.assert_problem(503, "internal.busy");
    assert_json("the API", &answer, &[]);
}
