//! What happens to reports reaches the support desk: nothing lost, and a repetition has the same id.

use std::{
    collections::{HashMap, HashSet},
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    command_line,
    crashes::Process,
    problem_reports::{PATH, report, send, with},
    support::{CONTOSO, OPERATOR, TestGateway, free_port},
};

const KEY: &[u8; 32] = b"0123456789abcdef0123456789abcdef";

/// What the receiver answers: a status, or nothing at all.
const HANG: u16 = 0;

/// A webhook receiver of the operator.
#[derive(Clone)]
struct Receiver {
    port: u16,
    answer: Arc<AtomicU16>,
    /// Everything that arrived, also what it then refused.
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

#[derive(Clone, Debug)]
struct Arrived {
    id: String,
    answered: u16,
    body: Value,
}

impl Receiver {
    fn start(answer: u16) -> Self {
        Self::at(free_port(), answer).serve()
    }

    /// One that isn't there yet.
    fn at(port: u16, answer: u16) -> Self {
        Self {
            port,
            answer: Arc::new(AtomicU16::new(answer)),
            arrived: Arc::default(),
        }
    }

    fn serve(self) -> Self {
        let receiver = self;
        let data = receiver.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(data.clone()))
                .default_service(web::to(receive))
        });
        let server = server
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", receiver.port))
            .unwrap()
            .run();
        std::thread::spawn(|| actix_web::rt::System::new().block_on(server));
        receiver
    }

    fn config(&self) -> String {
        format!(
            "[support]\nwebhook_url = \"http://127.0.0.1:{}/hook\"\nwebhook_secret = \"whsec_{}\"\n",
            self.port,
            STANDARD.encode(KEY)
        )
    }

    fn answer(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    fn all(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    fn taken(&self) -> Vec<Arrived> {
        self.all().into_iter().filter(|one| one.answered == 200).collect()
    }
}

async fn receive(request: HttpRequest, body: web::Bytes, receiver: web::Data<Receiver>) -> HttpResponse {
    let header = |name: &str| request.headers().get(name).unwrap().to_str().unwrap().to_owned();
    let (id, at, signature) = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    let signed = [id.as_bytes(), b".", at.as_bytes(), b".", &body].concat();
    let tag = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY);
    hmac::verify(&key, &signed, &tag).expect("a good signature");
    let answered = receiver.answer.load(Ordering::SeqCst);
    receiver.arrived.lock().unwrap().push(Arrived {
        id,
        answered,
        body: serde_json::from_slice(&body).unwrap(),
    });
    if answered == HANG {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    HttpResponse::build(actix_web::http::StatusCode::from_u16(answered).unwrap_or_default()).finish()
}

/// Waits until something is so, for as long as a slow machine may need.
async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} not after 30 seconds");
}

/// What of a report isn't forwarded yet, as support sees it.
async fn deliveries(gateway: &TestGateway, id: &str) -> Vec<Value> {
    let support = gateway.user_token(OPERATOR, "support").await;
    let report = gateway.get(&format!("{PATH}/{id}"), &support).await.json();
    report["deliveries"].as_array().unwrap().clone()
}

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
    until("the outbox is empty", async || deliveries(&gateway, &id).await.is_empty()).await;
    // The same again changes nothing and tells nobody.
    let request = gateway.request(reqwest::Method::PUT, &format!("{PATH}/{id}/state"), &token);
    request.json(&json!({ "state": "resolved" })).send().await.unwrap();
    assert!(deliveries(&gateway, &id).await.is_empty());
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
    tokio::time::sleep(Duration::from_millis(1500)).await;
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
    let folder = command_line::Folder::new();
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

#[tokio::test]
async fn a_killed_gateway_forwards_every_report_that_it_acknowledged() {
    let receiver = Receiver::start(200);
    let port = free_port();
    let folder = command_line::Folder::new();
    let config = folder.path().join("gateway.toml");
    std::fs::write(&config, format!("{}reports_per_day = 100000\n", receiver.config())).unwrap();
    let gateway = Arc::new(TestGateway::in_other_process(format!("http://localhost:{port}")));
    let command = || {
        command_line::gateway(
            &["serve", "--dev", "--config", &config.display().to_string()],
            &[
                ("SERVER__LISTEN", &format!("127.0.0.1:{port}")),
                ("DATABASE__URL", &folder.database()),
            ],
        )
    };
    let process = Process::start(command(), &gateway).await;
    let token = gateway.tenant(CONTOSO).await;
    let load = {
        let (gateway, token) = (Arc::clone(&gateway), token.clone());
        tokio::spawn(async move {
            let mut acknowledged = HashSet::new();
            loop {
                let request = gateway.request(reqwest::Method::POST, PATH, &token).json(&report());
                match request.send().await {
                    Ok(answer) if answer.status() == 201 => match answer.json::<Value>().await {
                        Ok(created) => acknowledged.insert(created["id"].as_str().unwrap().to_owned()),
                        Err(_) => return acknowledged,
                    },
                    Ok(answer) => panic!("{answer:?}"),
                    Err(_) => return acknowledged,
                };
            }
        })
    };
    until("some arrived", async || receiver.taken().len() >= 5).await;
    process.kill();
    let acknowledged = load.await.unwrap();
    assert!(acknowledged.len() >= 5);
    // What was taken when the process died is due when its lease ends; that minute isn't waited for.
    let store = store::Store::connect(&store::ConnectOptions {
        url: folder.database(),
        max_connections: 1,
    })
    .await
    .unwrap();
    let due = "UPDATE problem_report_deliveries SET next_attempt_at = 0";
    sea_orm::ConnectionTrait::execute_unprepared(store.connection(), due)
        .await
        .unwrap();
    drop(store);

    let _process = Process::start(command(), &gateway).await;
    let arrived = || {
        let id = |one: &Arrived| one.body["data"]["report"]["id"].as_str().unwrap().to_owned();
        receiver.taken().iter().map(id).collect::<HashSet<_>>()
    };
    until("every acknowledged report arrived", async || {
        arrived().is_superset(&acknowledged)
    })
    .await;
    // A repetition is told by its id: there are as many ids as reports.
    let ids: HashSet<_> = receiver.taken().into_iter().map(|one| one.id).collect();
    assert_eq!(ids.len(), arrived().len());
    let doubled = receiver.taken().len() - ids.len();
    assert!(doubled <= 10, "at most what was under way: {doubled}");
    for id in &acknowledged {
        assert_eq!(gateway.get(&format!("{PATH}/{id}"), &token).await.status, 200);
    }
}

/// An SMTP server in a process of its own.
struct SmtpServer {
    process: Child,
    port: u16,
    folder: PathBuf,
    _kept: command_line::Folder,
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl SmtpServer {
    /// `None` where there is no Python with aiosmtpd; in continuous integration there must be.
    #[allow(clippy::print_stderr)]
    fn start() -> Option<Self> {
        let Ok(python) = std::env::var("PYTHON") else {
            assert!(
                std::env::var("CI").is_err(),
                "PYTHON must name an interpreter with aiosmtpd in CI"
            );
            eprintln!("SMTP was left out: PYTHON isn't set");
            return None;
        };
        let kept = command_line::Folder::new();
        let folder = kept.path().join("mail");
        std::fs::create_dir(&folder).unwrap();
        let port = free_port();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/smtp_server.py");
        let mut process = Command::new(python)
            .arg(script)
            .arg(port.to_string())
            .arg(&folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Some(Self {
            process,
            port,
            folder,
            _kept: kept,
        })
    }

    fn config(&self) -> String {
        format!(
            "[support]\nmail_to = \"desk@example.org\"\nmail_from = \"gateway@example.org\"\nsmtp_host = \"127.0.0.1\"\nsmtp_port = {}\nsmtp_tls = \"none\"",
            self.port
        )
    }

    fn down(&self, down: bool) {
        let file = self.folder.join("down");
        if down {
            std::fs::write(file, "").unwrap();
        } else {
            std::fs::remove_file(file).unwrap();
        }
    }

    fn messages(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(&self.folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        names.retain(|name| name.extension().is_some_and(|extension| extension == "eml"));
        names.sort();
        names.iter().map(|name| std::fs::read_to_string(name).unwrap()).collect()
    }
}

#[tokio::test]
async fn e_mails_arrive_at_a_real_server_once_it_takes_them() {
    let Some(server) = SmtpServer::start() else { return };
    let gateway = TestGateway::start_with(&server.config()).await;
    let token = gateway.tenant(CONTOSO).await;
    server.down(true);
    let evil = "Meetings\r\nBcc: everybody@contoso.edu\r\n\r\n.\r\n<script>alert(1)</script> ü";
    let body = with(
        with(with(report(), "summary", evil), "description", evil),
        "contactEmail",
        "tess@contoso.edu",
    );
    let answer = gateway.post(PATH, &token, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    until("a refused attempt", async || {
        deliveries(&gateway, &id).await[0]["lastError"].is_string()
    })
    .await;
    let waiting = &deliveries(&gateway, &id).await[0];
    assert!(
        waiting["lastError"].as_str().unwrap().contains("Try again later"),
        "{waiting}"
    );
    assert!(server.messages().is_empty());

    server.down(false);
    gateway.advance(60);
    until("the e-mail arrived", async || server.messages().len() == 1).await;
    until("it left the outbox", async || deliveries(&gateway, &id).await.is_empty()).await;
    gateway
        .post(&format!("{PATH}/{id}/comments"), &token, &json!({ "text": "Still so." }))
        .await;
    let support = gateway.user_token(OPERATOR, "support").await;
    gateway
        .post(
            &format!("{PATH}/{id}/comments"),
            &support,
            &json!({ "text": "We are on it." }),
        )
        .await;
    until("the answer arrived", async || server.messages().len() == 2).await;

    let messages = server.messages();
    assert!(
        messages[0].starts_with("gateway@example.org>desk@example.org\r\n"),
        "{}",
        messages[0]
    );
    let head = messages[0].split("\r\n\r\n").next().unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    assert!(
        head.contains("Reply-To: tess@contoso.edu") && head.contains(&format!("Message-ID: <{id}@localhost>")),
        "{head}"
    );
    assert!(messages[0].contains("Content-Type: text/plain"), "{head}");
    assert!(
        messages[1].contains("Still so.") && messages[1].contains(&format!("In-Reply-To: <{id}@localhost>")),
        "{}",
        messages[1]
    );
    assert!(
        !messages.iter().any(|message| message.contains("on it")),
        "support isn't told what it said itself"
    );
}
