//! More than the gateway can do at once: what is turned away, what goes on.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use practice_lms::KeysetBehaviour;

use crate::{
    access,
    command_line::{self, Folder},
    crashes::Process,
    databases::Lock,
    handshake::{School, assert_refused, logged_in},
    outage::assert_unavailable,
    problem_reports::{PATH, report},
    support::{Answer, CONTOSO, FABRIKAM, TestGateway, free_port, until},
};

/// A client that sends a request by and by.
pub struct SlowClient(TcpStream);

impl SlowClient {
    /// Sends the head of a form, and the first bytes of it.
    pub async fn begin(gateway: &TestGateway, path: &str, content_type: &str, length: usize, first: &str) -> Self {
        let url = reqwest::Url::parse(&gateway.url).unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], url.port().unwrap()));
        let mut client = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
        );
        client.write_all(head.as_bytes()).await.unwrap();
        client.write_all(first.as_bytes()).await.unwrap();
        Self(client)
    }

    /// Waits until the server has read the head and says so, which a client asks for by `Expect: 100-continue`.
    pub async fn until_heard(&mut self) {
        let mut heard = String::new();
        while !heard.ends_with("\r\n\r\n") {
            heard.push(char::from(self.0.read_u8().await.unwrap()));
        }
        assert_eq!(heard, "HTTP/1.1 100 Continue\r\n\r\n");
    }

    pub async fn send(&mut self, more: &str) {
        self.0.write_all(more.as_bytes()).await.unwrap();
    }

    /// Everything that is answered.
    pub async fn answer(mut self) -> String {
        let mut answer = String::new();
        // A server that has answered needn't hear the rest out.
        self.0.read_to_string(&mut answer).await.ok();
        answer
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// A gateway in a process of its own with two places each for launches and for everything else, and where its metrics are.
async fn with_two_places(folder: &Folder) -> (Process, Arc<TestGateway>, Metrics) {
    let metrics = Metrics::somewhere();
    let config = [("SERVER__MAX_REQUESTS", "2"), ("SERVER__REQUEST_SECONDS", "3600")];
    let (process, gateway) = metrics.serve(folder, &config).await;
    (process, gateway, metrics)
}

/// A gateway that tells how much is in progress.
pub struct Metrics(u16);

impl Metrics {
    pub fn somewhere() -> Self {
        Self(free_port())
    }

    /// Starts the gateway whose metrics these are.
    pub async fn serve(&self, folder: &Folder, config: &[(&str, &str)]) -> (Process, Arc<TestGateway>) {
        let port = free_port();
        let gateway = Arc::new(TestGateway::in_other_process(format!("http://localhost:{port}")));
        let (listen, metrics) = (format!("127.0.0.1:{port}"), format!("127.0.0.1:{}", self.0));
        let database = folder.database();
        let own = [
            ("SERVER__LISTEN", listen.as_str()),
            ("METRICS__LISTEN", &metrics),
            ("DATABASE__URL", &database),
        ];
        let command = command_line::gateway(&["serve", "--dev"], &[own.as_slice(), config].concat());
        (Process::start(command, &gateway).await, gateway)
    }

    /// Where they are, without the path.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.0)
    }

    /// Waits until so many requests are in progress.
    pub async fn until_in_progress(&self, count: usize) {
        let address = format!("{}/metrics", self.address());
        let wanted = format!("lms_gateway_requests_in_progress {count}\n");
        until(&wanted, async || {
            let metrics = crate::support::client().get(&address).send().await;
            metrics.unwrap().text().await.unwrap().contains(&wanted)
        })
        .await;
    }
}

/// The answer while both places of the API are taken by checks of a registration whose keyset doesn't come. A slow machine may need
/// more than one attempt.
async fn while_the_api_is_busy<T>(school: &School, metrics: &Metrics, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..6 {
        let slow = school.neighbour().await;
        slow.lms.set_keyset(KeysetBehaviour::Hang);
        let path = format!("/api/v1/registrations/{}/check", slow.id());
        let check = || school.gateway.post(&path, &school.token, &serde_json::Value::Null);
        let checks = async { tokio::join!(check(), check()) };
        let asked = async {
            metrics.until_in_progress(2).await;
            ask().await
        };
        let answer = tokio::select! {
            biased;
            answer = asked => answer,
            _ = checks => continue,
        };
        metrics.until_in_progress(0).await;
        if let Some(answer) = answer {
            return answer;
        }
    }
    panic!("no two checks waited at once")
}

#[tokio::test]
async fn beyond_its_places_the_gateway_says_at_once_when_to_come_again() {
    let folder = Folder::new();
    let (_process, gateway, metrics) = with_two_places(&folder).await;
    let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
    let turned_away = while_the_api_is_busy(&school, &metrics, async || {
        let turned_away = gateway.get("/api/v1/me", &school.token).await;
        // Keysets, health and launches have places of their own.
        for path in [
            "/health/live",
            "/health/ready",
            "/.well-known/jwks.json",
            "/.well-known/launch-jwks.json",
        ] {
            assert_eq!(gateway.get(path, "").await.status, 200, "{path}");
        }
        assert_eq!(school.launch(|spec| spec).await.status, 200);
        (turned_away.status == 503).then_some(turned_away)
    })
    .await;
    assert_unavailable(&turned_away);
    assert_eq!(turned_away.code(), "internal.busy");
    assert_eq!(turned_away.header("cache-control"), "no-store");
    assert_eq!(gateway.get("/api/v1/me", &school.token).await.status, 200);
}

#[tokio::test]
async fn a_body_that_arrives_when_all_places_are_taken_is_turned_away() {
    let folder = Folder::new();
    let (_process, gateway, metrics) = with_two_places(&folder).await;
    let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
    let authorized = format!("application/json\r\nAuthorization: Bearer {}", school.token);
    let body = report().to_string();
    let (first, rest) = body.split_at(20);
    // One for each look, and received as far as it goes before the places are taken.
    let mut slow = Vec::new();
    for _ in 0..6 {
        slow.push(SlowClient::begin(&gateway, PATH, &authorized, body.len(), first).await);
        metrics.until_in_progress(0).await;
    }
    let answer = while_the_api_is_busy(&school, &metrics, async || {
        let mut slow = slow.pop().unwrap();
        slow.send(rest).await;
        let answer = slow.answer().await;
        answer.starts_with("HTTP/1.1 503").then_some(answer)
    })
    .await;
    assert!(
        answer.contains("retry-after: 5") && answer.contains("internal.busy"),
        "{answer}"
    );
}

#[tokio::test]
async fn beyond_its_places_launches_get_a_page_and_are_not_used_up() {
    let folder = Folder::new();
    let (_process, gateway, metrics) = with_two_places(&folder).await;
    let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
    let started = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&started));
    // Two launches wait for the database, as long as it waits itself; a slow machine may need more than one look.
    let mut page = None;
    for round in 0.. {
        assert!(round < 6, "no two launches waited at once");
        let logins = [school.log_in().await, school.log_in().await];
        let id_tokens = logins.each_ref().map(|login| school.lms.id_token(&school.spec(login)));
        let lock = Lock::of(&folder).await;
        let waiting = async {
            tokio::join!(
                school.send_launch(&logins[0], &id_tokens[0]),
                school.send_launch(&logins[1], &id_tokens[1])
            )
        };
        let third = async {
            metrics.until_in_progress(2).await;
            school.send_launch(&started, "x").await
        };
        let answer = tokio::select! {
            biased;
            answer = third => answer,
            _ = waiting => continue,
        };
        lock.release().await;
        if answer.status == 503 {
            page = Some(answer);
            break;
        }
    }
    let page = page.unwrap();
    assert_unavailable(&page);
    assert!(page.text.contains("Try again in a minute."), "{}", page.text);

    metrics.until_in_progress(0).await;
    assert_eq!(school.send_launch(&started, &id_token).await.status, 200);
    let refused = gateway.get("/api/v1/launches?outcome=refused", &school.token).await.json();
    let refused = refused["value"].as_array().unwrap();
    assert!(
        refused.iter().all(|one| one["code"] != "internal.unavailable"),
        "nothing is kept of it: {refused:?}"
    );
}

/// Registered LMSs of a tenant whose keysets never answer.
async fn with_dead_keysets(gateway: &Arc<TestGateway>, tenant: &str, count: usize) -> Vec<School> {
    let mut schools = Vec::new();
    for _ in 0..count {
        let school = School::open_at(Arc::clone(gateway), tenant, |_| ()).await;
        school.lms.set_keyset(KeysetBehaviour::Hang);
        schools.push(school);
    }
    schools
}

#[tokio::test]
async fn launches_that_wait_for_a_keyset_take_no_place() {
    let folder = Folder::new();
    let (_process, gateway, metrics) = with_two_places(&folder).await;
    let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
    let dead = with_dead_keysets(&gateway, FABRIKAM, 2).await;
    let mut started = Vec::new();
    for dead in dead.iter().chain(&dead) {
        started.push((dead, dead.log_in().await));
    }
    let junk = started.iter().map(|(dead, login)| async move {
        let id_token = dead.lms.id_token(&dead.spec(login));
        dead.send_launch(login, &id_token).await
    });
    let others = async {
        until("the keysets are asked for", async || {
            dead.iter().all(|dead| dead.lms.keyset_requests() == 1)
        })
        .await;
        metrics.until_in_progress(0).await;
        for _ in 0..3 {
            assert_eq!(school.launch(|spec| spec).await.status, 200);
        }
    };
    let (junk, ()) = tokio::join!(join_all(junk), others);
    for answer in &junk {
        assert_refused(answer, "keyset_unavailable.unreachable");
    }
}

#[tokio::test]
async fn junk_for_dead_keysets_of_one_tenant_refuses_no_launch_of_another() {
    let gateway = Arc::new(TestGateway::start_with("[server]\nmax_requests = 64").await);
    let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
    let dead = with_dead_keysets(&gateway, FABRIKAM, 20).await;
    let dead: Vec<_> = dead.into_iter().map(Arc::new).collect();
    let over = Arc::new(AtomicBool::new(false));
    // Each sends one about every second, unless the last one waits still: twice as many as there are places.
    let junk = (0..128_u64).zip(dead.iter().cycle()).map(|(n, dead)| {
        let (dead, over) = (Arc::clone(dead), Arc::clone(&over));
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(30 * n)).await;
            let parameters = dead.login_parameters();
            while !over.load(Ordering::Relaxed) {
                let login = dead.send_login(&parameters).await;
                if login.status.is_redirection() {
                    let login = logged_in(&login);
                    let id_token = dead.lms.id_token(&dead.spec(&login));
                    dead.send_launch(&login, &id_token).await;
                }
                tokio::time::sleep(Duration::from_millis(800 + 3 * n)).await;
            }
        })
    });
    let junk: Vec<_> = junk.collect();
    let mut launches = 0;
    until("launches succeeded while keysets were fetched and failed", async || {
        assert_eq!(school.launch(|spec| spec).await.status, 200);
        launches += 1;
        launches >= 20 && dead.iter().all(|dead| dead.lms.keyset_requests() >= 2)
    })
    .await;
    // One whose keyset has to be fetched first.
    assert_eq!(school.neighbour().await.launch(|spec| spec).await.status, 200);
    over.store(true, Ordering::Relaxed);
    for one in junk {
        one.await.unwrap();
    }
}

#[tokio::test]
async fn bodies_that_never_arrive_keep_nobody_waiting() {
    let folder = Folder::new();
    let (_process, gateway, metrics) = with_two_places(&folder).await;
    let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
    let authorized = format!("application/json\r\nAuthorization: Bearer {}", school.token);
    let mut routes: Vec<(String, &str)> = [
        "/lti/launch",
        "/lti/login",
        "/lti/launch/confirm",
        "/lti/login/again",
        "/lti/login/probe",
        "/report",
        "/apps/launch-inspector/launch",
        "/.well-known/jwks.json",
        "/health/ready",
        "/nothing",
    ]
    .map(|path| (path.to_owned(), FORM))
    .into();
    let bodies = access::operations(&school)
        .await
        .into_iter()
        .filter(access::Operation::has_body);
    routes.extend(bodies.map(|operation| (operation.path, authorized.as_str())));
    assert!(routes.len() >= 16, "{routes:?}");
    let mut held = Vec::new();
    for (path, content_type) in &routes {
        for _ in 0..3 {
            held.push(SlowClient::begin(&gateway, path, content_type, 100, "{").await);
            // One after the other: before its permission is verified, a request of the API has a place.
            metrics.until_in_progress(0).await;
        }
        for path in [
            "/health/live",
            "/health/ready",
            "/.well-known/jwks.json",
            "/.well-known/launch-jwks.json",
            "/",
        ] {
            assert_eq!(gateway.get(path, "").await.status, 200, "{path}");
        }
        for _ in 0..5 {
            assert_eq!(gateway.get("/api/v1/me", &school.token).await.status, 200, "{path}");
        }
        assert_eq!(school.launch(|spec| spec).await.status, 200, "{path}");
    }
    metrics.until_in_progress(0).await;
}

#[tokio::test]
async fn a_body_that_comes_by_and_by_is_read_to_its_end() {
    let folder = Folder::new();
    let (_process, gateway, metrics) = with_two_places(&folder).await;
    let token = gateway.tenant(CONTOSO).await;
    let authorized = format!("application/json\r\nAuthorization: Bearer {token}");
    let body = report().to_string();
    let (first, rest) = body.split_at(20);
    let mut slow = Vec::new();
    for _ in 0..4 {
        slow.push(SlowClient::begin(&gateway, PATH, &authorized, body.len(), first).await);
        metrics.until_in_progress(0).await;
    }
    for mut slow in slow {
        slow.send(rest).await;
        let answer = slow.answer().await;
        assert!(
            answer.starts_with("HTTP/1.1 201") && answer.contains("Since this morning."),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_body_has_its_time_to_arrive() {
    let gateway = TestGateway::start_with("[server]\nrequest_seconds = 3").await;
    let token = gateway.tenant(CONTOSO).await;
    let authorized = format!("application/json\r\nAuthorization: Bearer {token}");
    let late = async |path, content_type, first| {
        SlowClient::begin(&gateway, path, content_type, 100, first)
            .await
            .answer()
            .await
    };
    let (launch, api) = tokio::join!(
        late("/lti/launch", FORM, "state="),
        late("/api/v1/registrations", &authorized, "{")
    );
    assert!(launch.starts_with("HTTP/1.1 400"), "{launch}");
    assert!(api.starts_with("HTTP/1.1 400"), "{api}");
}

#[tokio::test]
async fn a_flood_of_junk_stops_no_launch() {
    let school = Arc::new(School::open().await);
    let (over, junk) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let flood = (0..8).map(|client| {
        let (school, over, junk) = (Arc::clone(&school), Arc::clone(&over), Arc::clone(&junk));
        tokio::spawn(async move {
            let client_id = format!("junk-{client}");
            while !over.load(Ordering::Relaxed) {
                let mut login = school.login_parameters();
                login.retain(|(name, _)| name != "client_id");
                login.push(("client_id".to_owned(), client_id.clone()));
                let launch = [("state", "junk"), ("id_token", "a.b.c")];
                let answers = [school.send_login(&login).await, school.send_form(&launch, None).await];
                assert!(answers.iter().all(|answer| answer.status.is_client_error()), "{answers:?}");
                junk.fetch_add(answers.len(), Ordering::Relaxed);
            }
        })
    });
    let flood: Vec<_> = flood.collect();
    let mut launches = 0;
    until("launches and junk were answered", async || {
        assert_eq!(school.launch(|spec| spec).await.status, 200);
        launches += 1;
        launches >= 10 && junk.load(Ordering::Relaxed) >= 100
    })
    .await;
    over.store(true, Ordering::Relaxed);
    for client in flood {
        client.await.unwrap();
    }
    let path = "/api/v1/launches?outcome=accepted&limit=200";
    let accepted = school.gateway.get(path, &school.token).await.json();
    assert_eq!(accepted["value"].as_array().unwrap().len(), launches);
}

/// The answer to a request whose head alone is too much, or that is no HTTP at all.
pub async fn raw(gateway: &TestGateway, bytes: &[u8]) -> String {
    let url = reqwest::Url::parse(&gateway.url).unwrap();
    let mut client = TcpStream::connect(("127.0.0.1", url.port().unwrap())).await.unwrap();
    client.write_all(bytes).await.ok();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.ok();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn what_is_no_http_ends_its_own_connection_only() {
    let gateway = TestGateway::start().await;
    let endless = [b"GET /lti/login?".as_slice(), &[b'a'; 512 * 1024], b" HTTP/1.1\r\n\r\n"].concat();
    for bytes in [
        b"\x16\x03\x01\x02\x00".repeat(100),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        endless,
    ] {
        let answer = raw(&gateway, &bytes).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    let alive = Answer::of(gateway.client.get(gateway.at("/health/live")).send().await.unwrap()).await;
    assert_eq!(alive.status, 200);
}
