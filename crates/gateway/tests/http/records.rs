//! Records of launches: as data, short, and shown in the reader's language.

use std::sync::Arc;

use practice_lms::claim;
use reqwest::Method;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

use crate::{
    databases::on_each_database,
    handshake::{School, assert_refused, reference},
    problem_reports,
    support::{Answer, CONTOSO, TestGateway},
};

/// The checks of a refused launch as version 0.1 before data stored them.
const SENTENCES: &str = include_str!("records/sentences.json");

impl School {
    /// The failed check of a launch, in that language.
    async fn failed(&self, reference: &str, language: &str) -> Value {
        let launch = self.get_in(&format!("/api/v1/launches/{reference}"), language).await;
        let checks = launch["checks"].as_array().unwrap();
        checks.iter().find(|check| check["result"] == "failed").unwrap().clone()
    }

    async fn get_in(&self, path: &str, language: &str) -> Value {
        let request = self.gateway.request(Method::GET, path, &self.token);
        let answer = Answer::of(request.header("accept-language", language).send().await.unwrap()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

/// A number that a statement finds.
async fn number(db: &DatabaseConnection, sqlite: &str, postgres: &str) -> i64 {
    let backend = db.get_database_backend();
    let statement = if backend == DbBackend::Postgres { postgres } else { sqlite };
    let row = db.query_one_raw(Statement::from_string(backend, statement)).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn what_an_lms_sent_is_shown_byte_for_byte_in_every_language() {
    let school = School::open().await;
    for deployment in ["two", "absent", "an array", "null", "17 bytes", "(absent)"] {
        let mut parameters = school.login_parameters();
        parameters.retain(|(name, _)| name != "lti_deployment_id");
        let login = crate::handshake::logged_in(&school.send_login(&parameters).await);
        let spec = school.spec(&login).claim(claim::DEPLOYMENT_ID, deployment);
        let page = school.send_launch(&login, &school.lms.id_token(&spec)).await;
        let reference = assert_refused(&page, "registration_not_found.deployment_unlisted");
        for language in ["en", "de"] {
            let failed = school.failed(&reference, language).await;
            assert_eq!(
                (&failed["expected"], &failed["seen"]),
                (&json!("1"), &json!(deployment)),
                "{language}"
            );
            assert_eq!(
                (&failed["expectedKind"], &failed["seenKind"]),
                (&json!("text"), &json!("text"))
            );
        }
    }
}

#[tokio::test]
async fn the_inspector_sets_text_of_the_lms_as_code() {
    let school = School::open().await;
    let handed_over = school.launch(|spec| spec).await;
    let page = school.open_app(&handed_over).await.text;
    let launch = school.last_launch().await;
    let checks = launch["checks"].as_array().unwrap();
    let seen: Vec<_> = checks.iter().filter(|check| check["seen"].is_string()).collect();
    for check in &seen {
        let text = check["seen"].as_str().unwrap();
        let element = match check["seenKind"].as_str().unwrap() {
            "text" => format!("<code class=\"muted\">{text}</code>"),
            _ => format!("<span class=\"muted\">{text}</span>"),
        };
        assert!(page.contains(&element), "{check}: {page}");
    }
    for kind in ["text", "description"] {
        assert!(seen.iter().any(|check| check["seenKind"] == kind), "{kind}: {launch}");
    }
}

#[tokio::test]
async fn the_longest_ids_are_shown_byte_for_byte_in_every_language() {
    let school = School::open().await;
    let [accepted, sent] = ["a", "b"].map(|id| id.repeat(255));
    let path = format!(
        "/api/v1/registrations/{}/deployments",
        school.registration["id"].as_str().unwrap()
    );
    let answer = school
        .gateway
        .post(&path, &school.token, &json!({ "deploymentId": accepted }))
        .await;
    assert_eq!(answer.status, 201, "{answer:?}");

    let launch = async |hint: Option<&str>, code| {
        let mut parameters = school.login_parameters();
        parameters.retain(|(name, _)| name != "lti_deployment_id");
        parameters.extend(hint.map(|hint| ("lti_deployment_id".to_owned(), hint.to_owned())));
        let login = crate::handshake::logged_in(&school.send_login(&parameters).await);
        let spec = school.spec(&login).claim(claim::DEPLOYMENT_ID, sent.as_str());
        assert_refused(&school.send_launch(&login, &school.lms.id_token(&spec)).await, code)
    };
    let unlisted = launch(None, "registration_not_found.deployment_unlisted").await;
    let mismatch = launch(Some(&accepted), "launch_invalid.deployment_mismatch").await;
    for (language, open, close) in [("en", '“', '”'), ("de", '„', '“')] {
        let failed = school.failed(&unlisted, language).await;
        assert_eq!(
            (&failed["expected"], &failed["seen"]),
            (&json!(format!("{open}1{close}, {open}{accepted}{close}")), &json!(sent)),
            "{language}"
        );
        assert_eq!(
            (&failed["expectedKind"], &failed["seenKind"]),
            (&json!("description"), &json!("text"))
        );
        let failed = school.failed(&mismatch, language).await;
        assert_eq!(
            (&failed["expected"], &failed["seen"]),
            (&json!(accepted), &json!(sent)),
            "{language}"
        );
    }
}

#[tokio::test]
async fn a_missing_issuer_differs_from_one_of_that_name() {
    let school = School::open().await;
    let code = "launch_invalid.issuer";
    let missing = assert_refused(&school.launch(|spec| spec.without("iss")).await, code);
    let named = assert_refused(&school.launch(|spec| spec.claim("iss", "(absent)")).await, code);
    for (language, absent) in [("en", "(absent)"), ("de", "(fehlt)")] {
        let [missing, named] = [school.failed(&missing, language).await, school.failed(&named, language).await];
        assert_eq!(
            (&missing["seen"], &named["seen"]),
            (&json!(absent), &json!("(absent)")),
            "{language}"
        );
        assert_eq!((&missing["code"], &named["code"]), (&json!(code), &json!(code)));
        assert_eq!((&missing["seenKind"], &named["seenKind"]), (&json!("absent"), &json!("text")));
    }
}

#[tokio::test]
async fn a_launch_takes_little_place_and_lists_every_check() {
    on_each_database(async |database| {
        let school = School::open_at(Arc::new(TestGateway::start_on(database, "").await), CONTOSO, |_| ()).await;
        let handed_over = school.launch(|spec| spec).await;
        assert_eq!(handed_over.status, 200, "{handed_over:?}");
        let db = Database::connect(database).await.unwrap();
        let checks = "SELECT LENGTH(checks) FROM launches WHERE outcome = 'accepted'";
        let row = [
            "reference",
            "at",
            "tenant_id",
            "registration_id",
            "outcome",
            "class",
            "code",
            "message_type",
            "issuer",
            "client_id",
            "state_id",
            "checks",
        ]
        .map(|column| format!("COALESCE(LENGTH(CAST({column} AS BLOB)), 0)"));
        let sqlite = format!("SELECT {} FROM launches WHERE outcome = 'accepted'", row.join(" + "));
        let checks = number(&db, checks, &checks.replace("LENGTH(checks)", "OCTET_LENGTH(checks)::bigint")).await;
        let postgres = "SELECT PG_COLUMN_SIZE(launches.*)::bigint FROM launches WHERE outcome = 'accepted'";
        let row = number(&db, &sqlite, postgres).await;
        assert!(checks <= 900 && row <= 1_100, "{checks} bytes of checks, {row} in all");
        let launch = school.last_launch().await;
        let codes: Vec<_> = launch["checks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|check| &check["code"])
            .collect();
        assert_eq!(codes.len(), 27, "{launch}");
        assert!(codes.iter().all(|code| code.is_string()), "{launch}");
        db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_was_stored_as_sentences_is_shown_as_it_is() {
    on_each_database(async |database| {
        let school = School::open_at(Arc::new(TestGateway::start_on(database, "").await), CONTOSO, |_| ()).await;
        let page = school.launch(|spec| spec.claim("iss", "absent")).await;
        let reference = reference(&page);
        let db = Database::connect(database).await.unwrap();
        let sentences = SENTENCES.trim().replace('\'', "''");
        db.execute_unprepared(&format!("UPDATE launches SET checks = '{sentences}'"))
            .await
            .unwrap();
        let report = problem_reports::with(problem_reports::report(), "launchReference", reference.as_str());
        let report = problem_reports::with(report, "attachDiagnostics", true);
        let sent = school.gateway.post(problem_reports::PATH, &school.token, &report).await;
        assert_eq!(sent.status, 201, "{sent:?}");
        let sent = sent.json()["id"].as_str().unwrap().to_owned();
        let mut stored: Value = serde_json::from_str(SENTENCES).unwrap();
        for check in stored.as_array_mut().unwrap() {
            for field in ["code", "expectedKind", "seenKind"] {
                check[field] = Value::Null;
            }
        }
        for language in ["en", "de"] {
            let launch = school.get_in(&format!("/api/v1/launches/{reference}"), language).await;
            assert_eq!(launch["checks"], stored, "{language}");
            let report = school.get_in(&format!("{}/{sent}", problem_reports::PATH), language).await;
            assert_eq!(report["diagnostics"]["checks"], stored, "{language}");
        }
        db.close().await.unwrap();
    })
    .await;
}
