//! Records of launches, in every place that shows them.

use std::{collections::BTreeSet, sync::Arc};

use domain::{LaunchRecord, OwnHint, OwnTerm, OwnValue, Rule};
use lti13::{Evidence, Hint, Term, Value as Recorded};
use practice_lms::{KeysetBehaviour, claim};
use reqwest::Method;
use sea_orm::{ConnectionTrait as _, Database};
use serde_json::json;

use super::{assert_json, assert_page, in_language_of_tests, in_qps, school, values_of};
use crate::{
    certification,
    command_line::Folder,
    handshake::{School, reference},
    problem_reports,
    report_page::report_link,
    support::{Answer, CONTOSO, TestGateway},
};

/// A value from an LMS, an operating system or an operator.
const SENT: &str = "sent from outside";

/// Names of specifications in records: parameters, claims, algorithms, errors; and a key of the certification tests.
const NAMES: [&str; 9] = [
    "resource_link.id",
    "id_token",
    "state",
    "iss",
    "client_id",
    "HS256",
    "login_required",
    "server_error",
    "imstester_66067",
];

/// A value of each kind.
fn values() -> Vec<Recorded> {
    let sent = || SENT.to_owned();
    let client = |client_id| Recorded::Client {
        issuer: sent(),
        client_id,
    };
    let others = [
        Recorded::Characters(1),
        Recorded::Characters(2),
        Recorded::Values(2),
        Recorded::Members(2),
        Recorded::Bytes(2),
        Recorded::BytesAtMost(2),
        Recorded::Age(2),
        Recorded::AgeAtMost(2),
        Recorded::Instant { at: 1, now: 2 },
        client(None),
        client(Some(sent())),
        OwnValue::Method(sent()).into(),
        Recorded::UnknownError(2),
        OwnValue::Blocked(OwnTerm::NotHttps).into(),
        OwnValue::NoConnection(sent()).into(),
        OwnValue::BadCertificate(OwnTerm::CertificateExpired).into(),
        OwnValue::HttpStatus(500).into(),
        OwnValue::Redirected(302).into(),
        Recorded::Cut {
            text: sent(),
            characters: 3000,
        },
        Recorded::Text(sent()),
        Recorded::List(vec![Recorded::Text(sent()), Term::More.into()]),
    ];
    let terms = Term::ALL.iter().map(|term| Recorded::from(*term));
    let own_terms = OwnTerm::ALL.iter().map(|term| Recorded::from(*term));
    terms.chain(own_terms).chain(others).collect()
}

/// A record in which every rule is broken, and every hint and every value stands.
fn everything() -> LaunchRecord {
    let mut record = LaunchRecord::new();
    let mut hints = Hint::ALL
        .iter()
        .cloned()
        .chain(OwnHint::ALL.iter().map(|hint| Hint::from(*hint)));
    let rules: Vec<_> = Rule::all().collect();
    for (value, rule) in values().into_iter().zip(rules.iter().copied().cycle()) {
        let evidence = Evidence::expected(value.clone()).and_seen(value);
        // A hint replaces the rule's own remedy.
        let evidence = match hints.next() {
            Some(hint) => evidence.and_hint(hint),
            None => evidence,
        };
        record.pass(rule, evidence);
    }
    assert_eq!(hints.next(), None);
    for rule in rules {
        let _ = record.fail(rule, Evidence::none());
    }
    record
}

#[tokio::test]
async fn every_rule_hint_and_value_of_a_record_is_of_the_catalogue() {
    let folder = Folder::new();
    let gateway = in_language_of_tests(TestGateway::start_on(&folder.database(), "").await);
    let school = School::open_at(Arc::new(gateway), CONTOSO, |_| ()).await;
    let refused = school.launch(|spec| in_qps(spec).without("sub")).await;
    let reference = reference(&refused);
    let db = Database::connect(folder.database()).await.unwrap();
    let checks = serde_json::to_string(&everything()).unwrap();
    db.execute_unprepared(&format!("UPDATE launches SET checks = '{checks}'"))
        .await
        .unwrap();
    let report = problem_reports::with(problem_reports::report(), "launchReference", reference.as_str());
    let report = problem_reports::with(report, "attachDiagnostics", true);
    let sent = school.gateway.post(problem_reports::PATH, &school.token, &report).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let sent = sent.json();
    let mut outside = values_of(&school).await;
    outside.extend([
        SENT.to_owned(),
        reference.clone(),
        sent["description"].as_str().unwrap().to_owned(),
    ]);
    for (path, pointer) in [
        (format!("/api/v1/launches/{reference}"), ""),
        (format!("/api/v1/problem-reports/diagnostics/{reference}"), ""),
        (
            format!("{}/{}", problem_reports::PATH, sent["id"].as_str().unwrap()),
            "/diagnostics",
        ),
    ] {
        let answer = school.gateway.get(&path, &school.token).await;
        assert_json(&path, &answer, &outside);
        let codes: BTreeSet<_> = answer
            .json()
            .pointer(&format!("{pointer}/checks"))
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .filter(|check| check["result"] == "failed" && check["rule"].is_string() && check["remedy"].is_string())
            .map(|check| check["code"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(codes, Rule::all().map(|rule| rule.code().to_owned()).collect(), "{path}");
    }
    let page = school.gateway.client.get(
        school
            .gateway
            .at(&format!("/report?{}", report_link(&refused).query().unwrap())),
    );
    let page = Answer::of(page.header("user-agent", "Browser/1").send().await.unwrap()).await;
    outside.extend([
        format!("{}/launches/{reference}", school.gateway.url),
        "Browser/1".to_owned(),
        "launch_invalid.subject".to_owned(),
    ]);
    assert_page("the report page", &page, &outside);
    db.close().await.unwrap();
}

#[tokio::test]
async fn what_launches_leave_is_of_the_catalogue() {
    let school = school().await;
    let mut outside = values_of(&school).await;
    outside.extend([
        SENT.to_owned(),
        format!("LMS-Gateway/{} (+{})", env!("CARGO_PKG_VERSION"), school.gateway.url),
    ]);
    outside.extend(NAMES.map(ToOwned::to_owned));
    let mut explained = BTreeSet::new();
    let mut explain = async |page: &Answer| {
        let path = format!("/api/v1/launches/{}", reference(page));
        let answer = school.gateway.get(&path, &school.token).await;
        assert_json(&path, &answer, &outside);
        assert_page(&path, page, &outside_of_page(&outside, page));
        explained.insert(page.code());
    };
    for (_, bend, _) in certification::BAD {
        explain(&school.launch(|spec| in_qps(bend(spec))).await).await;
    }
    for (name, value) in [
        ("iss", json!(SENT)),
        ("iss", json!([SENT])),
        ("aud", json!([school.lms.client_id, SENT])),
        ("aud", json!([7, null])),
        ("azp", json!(SENT)),
        ("exp", json!("never")),
        ("iat", json!(0)),
        ("nonce", json!(SENT)),
        (claim::DEPLOYMENT_ID, json!(SENT)),
        (claim::TARGET_LINK_URI, json!("javascript:alert(1)")),
        (claim::ROLES, json!("Instructor")),
        (claim::MESSAGE_TYPE, json!(SENT)),
        (claim::RESOURCE_LINK, json!({ "id": "x".repeat(256) })),
        ("sub", json!({ "a": 1 })),
    ] {
        explain(&school.launch(|spec| in_qps(spec).claim(name, value)).await).await;
    }
    explain(&school.launch(|spec| in_qps(spec).header("alg", "HS256")).await).await;
    explain(&school.launch(|spec| in_qps(spec).header("crit", json!(["b64"]))).await).await;
    for error in ["login_required", "server_error", SENT] {
        let login = school.log_in().await;
        explain(
            &school
                .send_form(&[("error", error), ("state", &login.state())], Some(&login.cookie))
                .await,
        )
        .await;
    }
    let login = school.log_in().await;
    explain(
        &school
            .send_form(&[("state", "forged"), ("id_token", "x")], Some(&login.cookie))
            .await,
    )
    .await;
    explain(&school.send_form(&[("state", &login.state())], Some(&login.cookie)).await).await;
    explain(
        &school
            .send_form(&[("state", &login.state()), ("id_token", "x")], Some(&login.cookie))
            .await,
    )
    .await;
    for (name, value) in [
        ("iss", None),
        ("client_id", Some("x".repeat(10_000))),
        ("client_id", Some(SENT.to_owned())),
    ] {
        let mut parameters = school.login_parameters();
        parameters.retain(|(other, _)| other != name);
        parameters.extend(value.map(|value| (name.to_owned(), value)));
        explain(&school.send_login(&parameters).await).await;
    }
    for behaviour in [
        KeysetBehaviour::Html,
        KeysetBehaviour::ServerError,
        KeysetBehaviour::Redirect("http://127.0.0.1:9/".to_owned()),
        KeysetBehaviour::Empty,
        KeysetBehaviour::Json("{".to_owned()),
        KeysetBehaviour::Json("[]".to_owned()),
    ] {
        let other = school.neighbour().await;
        let outside = values_of(&other).await;
        other.lms.set_keyset(behaviour);
        let page = other.launch(in_qps).await;
        assert_eq!(page.status, 502, "{page:?}");
        let path = format!("/api/v1/launches/{}", reference(&page));
        let request = school.gateway.request(Method::GET, &path, &school.token);
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_json(&path, &answer, &outside);
        // The health is kept beside the answer, and shown in the same words.
        let one = format!("/api/v1/registrations/{}", other.id());
        crate::support::until("the health is bad", async || {
            school.gateway.get(&one, &school.token).await.json()["health"]["state"] == "bad"
        })
        .await;
        assert_json(&one, &school.gateway.get(&one, &school.token).await, &[]);
    }
    assert!(explained.len() > 25, "{explained:?}");
}

/// The text on the page of a refusal that isn't from the catalogue: also its reference.
fn outside_of_page(outside: &[String], page: &Answer) -> Vec<String> {
    let own = [reference(page)];
    outside.iter().cloned().chain(own).collect()
}
