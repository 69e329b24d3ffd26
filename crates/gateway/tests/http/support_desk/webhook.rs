//! By webhook, to a receiver that fails, hangs, and recovers.

use std::{
    collections::{HashMap, HashSet},
    io::{BufRead as _, BufReader},
    path::Path,
    process::Stdio,
};

use serde_json::json;

use super::{
    deliveries,
    receiver::{HANG, Receiver, secret},
    smtp::{python, script},
    until,
};
use crate::{
    command_line::{self, Folder},
    crashes::Process,
    problem_reports::{PATH, report, send},
    support::{CONTOSO, OPERATOR, TestGateway, free_port},
};

#[tokio::test]
async fn every_event_is_posted_signed_and_in_a_versioned_form() {
    let receiver = Receiver::start(200);
    let gateway = TestGateway::start_with(&receiver.config()).await;
    let token = gateway.tenant(CONTOSO).await;
    let id = send(&gateway, &token).await;
    gateway
        .post(&format!("{PATH}/{id}/comments"), &token, &json!({ "text": "Still so." }))
        .await;
    let request = gateway.request(reqwest::Method::PUT, &format!("{PATH}/{id}/state"), &token);
    request.json(&json!({ "state": "resolved" })).send().await.unwrap();
    until("three events arrived", async || receiver.taken().len() == 3).await;
    let events: HashMap<_, _> = receiver
        .taken()
        .into_iter()
        .map(|one| (one.body["type"].as_str().unwrap().to_owned(), one.body))
        .collect();
    for body in events.values() {
        assert_eq!(
            (&body["version"], &body["data"]["report"]["id"]),
            (&json!(1), &json!(id)),
            "{body}"
        );
        assert!(
            body["timestamp"].is_string() && body["data"]["report"]["deliveries"].is_null(),
            "{body}"
        );
        assert_eq!(body["data"]["portalUrl"], gateway.at(&format!("/reports/{id}")));
    }
    assert_eq!(events["report.created"]["data"]["report"]["summary"], report()["summary"]);
    assert_eq!(events["report.commented"]["data"]["comment"]["text"], "Still so.");
    assert_eq!(events["report.state_changed"]["data"]["change"]["state"], "resolved");
    // Each brings what is new: all that was said before would come again and again.
    let changed = &events["report.state_changed"]["data"]["report"];
    assert_eq!((&changed["comments"], &changed["history"]), (&json!([]), &json!([])));
    until("the outbox is empty", async || deliveries(&gateway, &id).await.is_empty()).await;
    // The same again changes nothing and tells nobody.
    let request = gateway.request(reqwest::Method::PUT, &format!("{PATH}/{id}/state"), &token);
    request.json(&json!({ "state": "resolved" })).send().await.unwrap();
    assert!(deliveries(&gateway, &id).await.is_empty());
}

#[tokio::test]
async fn what_people_write_is_text_in_its_own_field() {
    const EVIL: &str = "<script>alert(1)</script>\r\nBcc: x\u{2028}Bcc: y\u{202e}\0\",\"admin\":true}{{7*7}}";
    const LINE: &str = "<script>alert(1)</script> Bcc: x Bcc: y\",\"admin\":true}{{7*7}}";
    const PROSE: &str = "<script>alert(1)</script>\nBcc: x\nBcc: y\",\"admin\":true}{{7*7}}";
    let receiver = Receiver::start(200);
    let gateway = TestGateway::start_with(&receiver.config()).await;
    let token = gateway.app_token(CONTOSO).await;
    let image = "<img src=x onerror=alert(2)>";
    gateway.post("/api/v1/tenant", &token, &json!({ "displayName": image })).await;
    let invalid =
        json!({ "category": EVIL, "contactEmail": EVIL, "launchReference": EVIL, "summary": EVIL, "description": EVIL });
    let refused = gateway.post(PATH, &token, &invalid).await;
    refused.assert_problem(422, "request.invalid");
    assert_eq!(refused.json()["errors"].as_array().unwrap().len(), 3, "{refused:?}");

    let body = json!({ "category": "other", "summary": EVIL, "description": EVIL, "browser": EVIL, "portalVersion": image });
    let answer = gateway.post(PATH, &token, &body).await;
    let created = answer.json();
    let id = created["id"].as_str().unwrap();
    for (field, text) in [
        ("summary", LINE),
        ("description", PROSE),
        ("browser", LINE),
        ("portalVersion", image),
        ("tenantName", image),
    ] {
        assert_eq!(created[field], text, "{field}");
    }
    let comments = format!("{PATH}/{id}/comments");
    let comment = gateway.post(&comments, &token, &json!({ "text": EVIL })).await;
    assert_eq!(comment.json()["text"], PROSE);
    let found = gateway.get(&format!("{PATH}/{id}"), &token).await;
    for answer in [&answer, &comment, &found] {
        assert_eq!(answer.header("content-type"), "application/json", "{answer:?}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{answer:?}");
    }
    until("both events arrived", async || receiver.taken().len() == 2).await;
    for one in receiver.taken() {
        let data = &one.body["data"];
        assert_eq!(data["report"], created, "{}", one.body);
        if one.body["type"] == "report.commented" {
            assert_eq!(data["comment"], comment.json());
        }
    }
}

#[tokio::test]
async fn a_receiver_that_fails_hangs_and_recovers_gets_everything_once() {
    let receiver = Receiver::start(500);
    let gateway = TestGateway::start_with(&receiver.config()).await;
    let token = gateway.tenant(CONTOSO).await;
    let failed = send(&gateway, &token).await;
    until("a refused attempt", async || receiver.all().len() == 1).await;
    until("that it is known", async || {
        deliveries(&gateway, &failed).await[0]["lastError"].is_string()
    })
    .await;
    let waiting = &deliveries(&gateway, &failed).await[0];
    assert_eq!(
        (&waiting["state"], &waiting["channel"]),
        (&json!("waiting"), &json!("webhook")),
        "{waiting}"
    );
    assert!(waiting["lastError"].as_str().unwrap().contains("500"), "{waiting}");

    receiver.answer(HANG);
    let hung = send(&gateway, &token).await;
    until("a hanging attempt", async || receiver.all().len() == 2).await;
    until("that it was left", async || {
        deliveries(&gateway, &hung).await[0]["lastError"].is_string()
    })
    .await;

    receiver.answer(200);
    assert_eq!(receiver.taken().len(), 0);
    gateway.advance(60);
    until("both arrived", async || receiver.taken().len() == 2).await;
    let fresh = send(&gateway, &token).await;
    until("a new one arrived", async || receiver.taken().len() == 3).await;
    for id in [&failed, &hung, &fresh] {
        until("it left the outbox", async || deliveries(&gateway, id).await.is_empty()).await;
    }
    gateway.advance(7200);
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    let taken = receiver.taken();
    let different: HashSet<_> = taken.iter().map(|one| &one.id).collect();
    assert_eq!(
        (taken.len(), different.len()),
        (3, 3),
        "nothing comes twice once it was taken"
    );
    // The repetition had the id of the first attempt.
    let all = receiver.all();
    assert_eq!(all[0].id, taken.iter().find(|one| one.body == all[0].body).unwrap().id);
}

#[tokio::test]
async fn what_never_arrives_is_given_up_where_support_and_metrics_see_it() {
    let port = free_port();
    let metrics = free_port();
    let folder = Folder::new();
    let config = folder.path().join("gateway.toml");
    let receiver = Receiver::at(free_port(), 200);
    std::fs::write(&config, format!("{}give_up_hours = 1\n", receiver.config())).unwrap();
    // A receiver that isn't there, and a clock that nobody moves: the row is aged by hand.
    let gateway = TestGateway::in_other_process(format!("http://localhost:{port}"));
    let mut command = command_line::gateway(
        &["serve", "--dev", "--config", &config.display().to_string()],
        &[
            ("SERVER__LISTEN", &format!("127.0.0.1:{port}")),
            ("DATABASE__URL", &folder.database()),
        ],
    );
    command.env("LMS_GATEWAY__METRICS__LISTEN", format!("127.0.0.1:{metrics}"));
    let _process = Process::start(command, &gateway).await;
    let token = gateway.tenant(CONTOSO).await;
    let id = send(&gateway, &token).await;
    until("a failed attempt", async || {
        deliveries(&gateway, &id).await[0]["lastError"].is_string()
    })
    .await;
    let store = store::Store::connect(&store::ConnectOptions {
        url: folder.database(),
        max_connections: 1,
    })
    .await
    .unwrap();
    let age = "UPDATE problem_report_deliveries SET created_at = created_at - 7200000000, next_attempt_at = 0";
    sea_orm::ConnectionTrait::execute_unprepared(store.connection(), age)
        .await
        .unwrap();
    until("it was given up", async || {
        deliveries(&gateway, &id).await[0]["state"] == "dead"
    })
    .await;
    let support = gateway.user_token(OPERATOR, "support").await;
    let list = gateway.get(&format!("{PATH}?undelivered=true"), &support).await.json();
    assert_eq!(list["value"][0]["id"], json!(id));
    let scrape = async || {
        let answer = gateway
            .client
            .get(format!("http://127.0.0.1:{metrics}/metrics"))
            .send()
            .await
            .unwrap();
        answer.text().await.unwrap()
    };
    until("metrics show it", async || {
        scrape().await.contains("lms_gateway_report_deliveries{state=\"dead\"} 1")
    })
    .await;
    let scraped = scrape().await;
    assert!(
        scraped.contains("lms_gateway_report_delivery_attempts_total{channel=\"webhook\",outcome=\"given_up\"} 1"),
        "{scraped}"
    );
    assert!(
        scraped.contains("lms_gateway_problem_reports_total{sender=\"signed_in\"} 1"),
        "{scraped}"
    );

    // The operator repairs it and has everything tried again.
    let receiver = receiver.serve();
    let said = command_line::said(command_line::gateway(
        &["retry-deliveries", "--dev", "--config", &config.display().to_string()],
        &[("DATABASE__URL", &folder.database())],
    ));
    assert!(said.contains("1 delivery"), "{said}");
    until("it arrived", async || receiver.taken().len() == 1).await;
}

/// The receiver of the documentation and the library written by others both verify the gateway's requests.
#[tokio::test]
async fn the_documentations_receiver_and_the_library_of_standard_webhooks_take_our_signatures() {
    let receiver = Receiver::start(200);
    let gateway = TestGateway::start_with(&receiver.config()).await;
    let token = gateway.tenant(CONTOSO).await;
    send(&gateway, &token).await;
    until("an event arrived", async || receiver.taken().len() == 1).await;
    let request = receiver.taken().remove(0).request;
    let Some(mut library) = python() else { return };
    let mut library = library
        .arg(script("standard_webhooks.py"))
        .arg(secret())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    serde_json::to_writer(library.stdin.take().unwrap(), &request).unwrap();
    assert!(library.wait().unwrap().success(), "{request}");

    let folder = Folder::new();
    let file = folder.path().join("secret");
    std::fs::write(&file, secret()).unwrap();
    let port = free_port();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/samples/webhook_receiver.py");
    let mut sample = python()
        .unwrap()
        .arg(sample)
        .arg(port.to_string())
        .arg(&file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut printed = BufReader::new(sample.stdout.take().unwrap()).lines();
    assert_eq!(printed.next().unwrap().unwrap(), "ready");
    let post = async |body: &str, change: &dyn Fn(&str, &str) -> String| {
        let mut post = gateway
            .client
            .post(format!("http://127.0.0.1:{port}/hook"))
            .body(body.to_owned());
        for (name, value) in request["headers"].as_object().unwrap() {
            post = post.header(name, change(name, value.as_str().unwrap()));
        }
        post.send().await.unwrap().status().as_u16()
    };
    let body = request["body"].as_str().unwrap();
    let as_it_came = |_: &str, value: &str| value.to_owned();
    let changed = |which: &'static str, to: String| {
        move |name: &str, value: &str| if name == which { to.clone() } else { value.to_owned() }
    };
    let at = request["headers"]["webhook-timestamp"].as_str().unwrap();
    let later = (at.parse::<i64>().unwrap() - 301).to_string();
    assert_eq!(
        post(&body.replace("Friday", "Monday"), &as_it_came).await,
        401,
        "another body"
    );
    assert_eq!(post(body, &changed("webhook-id", "x".to_owned())).await, 401, "another event");
    assert_eq!(post(body, &changed("webhook-timestamp", later)).await, 401, "another time");
    assert_eq!(
        post(body, &changed("webhook-signature", "v1,".to_owned())).await,
        401,
        "no signature"
    );
    for _ in 0..2 {
        assert_eq!(post(body, &as_it_came).await, 204);
    }
    sample.kill().unwrap();
    sample.wait().unwrap();
    let printed: Vec<_> = printed.map(Result::unwrap).collect();
    assert_eq!(printed, [body], "the same event once");
}
