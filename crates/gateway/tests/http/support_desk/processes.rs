//! Through `kill -9`, and with two gateways on one outbox.

use std::{collections::HashSet, sync::Arc};

use sea_orm::{ConnectionTrait as _, Database};
use serde_json::Value;

use super::{
    deliveries,
    receiver::{Arrived, HANG, Receiver},
    smtp::SmtpServer,
    until,
};
use crate::{
    command_line::{self, Folder},
    crashes::Process,
    problem_reports::{PATH, report, send},
    support::{CONTOSO, TestGateway, free_port},
};

/// Two batches may be under way in an instance that dies: what was sent, and what was just taken.
const UNDER_WAY: usize = 20;

/// A database that outlives its gateways, and how they are started on it.
struct Operator {
    database: String,
    folder: Folder,
}

impl Operator {
    fn new(database: String, folder: Folder, config: &str) -> Self {
        std::fs::write(folder.path().join("gateway.toml"), config).unwrap();
        Self { database, folder }
    }

    async fn start(&self, instance: &Instance) -> Process {
        let config = self.folder.path().join("gateway.toml").display().to_string();
        let mut command = command_line::gateway(
            &["serve", "--dev", "--config", &config],
            &[
                ("SERVER__LISTEN", &format!("127.0.0.1:{}", instance.port)),
                ("DATABASE__URL", &self.database),
            ],
        );
        command.env("LMS_GATEWAY__METRICS__LISTEN", format!("127.0.0.1:{}", instance.metrics));
        Process::start(command, &instance.gateway).await
    }

    /// Deliveries that were claimed when a process died are due when their lease ends; that minute isn't waited for.
    async fn end_leases(&self) {
        let database = Database::connect(&self.database).await.unwrap();
        let due = "UPDATE problem_report_deliveries SET next_attempt_at = 0";
        database.execute_unprepared(due).await.unwrap();
        database.close().await.unwrap();
    }
}

/// Where one of the gateways is found once it is started.
struct Instance {
    port: u16,
    metrics: u16,
    gateway: Arc<TestGateway>,
}

impl Instance {
    fn new() -> Self {
        let port = free_port();
        Self {
            port,
            metrics: free_port(),
            gateway: Arc::new(TestGateway::in_other_process(format!("http://localhost:{port}"))),
        }
    }

    /// Attempts that it didn't hear the receiver's answer to: on a slow machine a good answer may come too late.
    async fn failed_attempts(&self) -> usize {
        let url = format!("http://127.0.0.1:{}/metrics", self.metrics);
        let metrics = self.gateway.client.get(url).send().await.unwrap().text().await.unwrap();
        let name = "lms_gateway_report_delivery_attempts_total{channel=\"webhook\",outcome=\"failed\"} ";
        let count = metrics.lines().find_map(|line| line.strip_prefix(name));
        count.map_or(0, |count| count.parse().unwrap())
    }
}

/// Runs a test on SQLite and, where `TEST_POSTGRES_URL` names one, on PostgreSQL.
async fn on_each_database(config: &str, test: impl AsyncFn(&Operator)) {
    let folder = Folder::new();
    test(&Operator::new(folder.database(), folder, config)).await;
    on_postgres(config, test).await;
}

#[allow(clippy::print_stderr)]
async fn on_postgres(config: &str, test: impl AsyncFn(&Operator)) {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        assert!(std::env::var("CI").is_err(), "TEST_POSTGRES_URL must be set in CI");
        eprintln!("PostgreSQL was left out: TEST_POSTGRES_URL isn't set");
        return;
    };
    let name = format!("test_{}", uuid::Uuid::new_v4().simple());
    let admin = Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let mut url = reqwest::Url::parse(&server).unwrap();
    url.set_path(&name);
    test(&Operator::new(url.to_string(), Folder::new(), config)).await;
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.execute_unprepared(&drop).await.unwrap();
    admin.close().await.unwrap();
}

/// Sends reports until the gateway is gone, or so many. Answers the ids that were acknowledged.
async fn send_reports(gateway: Arc<TestGateway>, token: String, most: usize) -> HashSet<String> {
    let mut acknowledged = HashSet::new();
    while acknowledged.len() < most {
        let request = gateway.request(reqwest::Method::POST, PATH, &token).json(&report());
        match request.send().await {
            Ok(answer) if answer.status() == 201 => match answer.json::<Value>().await {
                Ok(created) => acknowledged.insert(created["id"].as_str().unwrap().to_owned()),
                Err(_) => break,
            },
            Ok(answer) => panic!("{answer:?}"),
            Err(_) => break,
        };
    }
    acknowledged
}

fn reports_of(arrived: &[Arrived]) -> HashSet<String> {
    let id = |one: &Arrived| one.body["data"]["report"]["id"].as_str().unwrap().to_owned();
    arrived.iter().map(id).collect()
}

fn ids_of(arrived: &[Arrived]) -> HashSet<String> {
    arrived.iter().map(|one| one.id.clone()).collect()
}

#[tokio::test]
async fn a_killed_gateway_forwards_every_report_that_it_acknowledged() {
    let receiver = Receiver::start(200);
    let config = format!("{}reports_per_day = 100000\n", receiver.config());
    on_each_database(&config, async |operator| {
        receiver.clear();
        let instance = Instance::new();
        let gateway = Arc::clone(&instance.gateway);
        let process = operator.start(&instance).await;
        let token = gateway.tenant(CONTOSO).await;
        let load = tokio::spawn(send_reports(Arc::clone(&gateway), token, usize::MAX));
        until("some arrived", async || receiver.taken().len() >= 5).await;
        process.kill();
        let acknowledged = load.await.unwrap();
        assert!(acknowledged.len() >= 5);
        operator.end_leases().await;

        let _process = operator.start(&instance).await;
        until("every acknowledged report arrived", async || {
            reports_of(&receiver.taken()).is_superset(&acknowledged)
        })
        .await;
        // A repetition is recognized by its id: there are as many ids as reports.
        let taken = receiver.taken();
        assert_eq!(ids_of(&taken).len(), reports_of(&taken).len());
        let doubled = taken.len() - ids_of(&taken).len();
        assert!(doubled <= UNDER_WAY, "{doubled}");
        let token = gateway.app_token(CONTOSO).await;
        for id in &acknowledged {
            assert_eq!(gateway.get(&format!("{PATH}/{id}"), &token).await.status, 200);
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_under_way_when_a_gateway_was_killed_comes_again_with_its_id() {
    let Some(mail) = SmtpServer::start("none") else { return };
    let receiver = Receiver::start(HANG);
    let config = format!("{}{}", receiver.config(), mail.keys("none"));
    on_each_database(&config, async |operator| {
        receiver.clear();
        receiver.answer(HANG);
        mail.clear();
        mail.answer(Some("hold"));
        let instance = Instance::new();
        let gateway = Arc::clone(&instance.gateway);
        let process = operator.start(&instance).await;
        let token = gateway.tenant(CONTOSO).await;
        let id = send(&gateway, &token).await;
        // Both have it, and haven't said so.
        until("both channels are under way", async || {
            !receiver.all().is_empty() && !mail.messages().is_empty()
        })
        .await;
        process.kill();
        receiver.answer(200);
        mail.answer(None);
        operator.end_leases().await;

        let _process = operator.start(&instance).await;
        until("both arrived", async || {
            !receiver.taken().is_empty() && mail.messages().len() >= 2
        })
        .await;
        until("the outbox is empty", async || deliveries(&gateway, &id).await.is_empty()).await;
        assert_eq!((ids_of(&receiver.all()).len(), receiver.taken().len()), (1, 1));
        let messages = mail.messages();
        assert!(
            messages.iter().all(|message| *message == messages[0]),
            "with the ids of the first: {messages:?}"
        );
        assert!(messages[0].contains("X-LMS-Gateway-Delivery: "), "{}", messages[0]);
    })
    .await;
}

#[tokio::test]
async fn two_gateways_share_an_outbox_and_one_goes_on_alone() {
    const EACH: usize = 40;
    let receiver = Receiver::start(200);
    let config = format!("{}reports_per_day = 100000\n", receiver.config());
    on_postgres(&config, async |operator| {
        let (first, second) = (Instance::new(), Instance::new());
        let process = operator.start(&first).await;
        let _other = operator.start(&second).await;
        let token = first.gateway.tenant(CONTOSO).await;
        let other_token = second.gateway.app_token(CONTOSO).await;
        let (by_first, by_second) = tokio::join!(
            send_reports(Arc::clone(&first.gateway), token.clone(), EACH),
            send_reports(Arc::clone(&second.gateway), other_token, EACH),
        );
        let acknowledged = &by_first | &by_second;
        assert_eq!(acknowledged.len(), 2 * EACH);
        until("every report arrived", async || reports_of(&receiver.taken()) == acknowledged).await;
        let failed = first.failed_attempts().await + second.failed_attempts().await;
        let doubled = receiver.taken().len() - 2 * EACH;
        assert!(
            doubled <= failed,
            "while both live each is sent once: {doubled} doubled, {failed} failed"
        );

        // Under load one is killed; the other takes over what it had taken.
        let load = tokio::spawn(send_reports(Arc::clone(&first.gateway), token, usize::MAX));
        until("more arrived", async || receiver.taken().len() > 2 * EACH + 5).await;
        process.kill();
        let more = load.await.unwrap();
        operator.end_leases().await;
        until("every acknowledged report arrived", async || {
            reports_of(&receiver.taken()).is_superset(&more)
        })
        .await;
        let taken = receiver.taken();
        assert_eq!(ids_of(&taken).len(), reports_of(&taken).len());
        let doubled = taken.len() - ids_of(&taken).len();
        assert!(doubled <= 2 * UNDER_WAY, "{doubled}");
    })
    .await;
}
