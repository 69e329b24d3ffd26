//! A serving process that is killed keeps its word.

use std::{
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::{Method, RequestBuilder};

use crate::{
    command_line,
    databases::{on_each_database, on_postgres},
    handshake::{LoggedIn, School, assert_refused, logged_in},
    problem_reports,
    registrations::{PATH, moodle},
    support::{Answer, CONTOSO, TestGateway, free_port, until},
};

/// A gateway in a process of its own, killed when dropped.
pub struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Process {
    pub async fn start(mut command: Command, gateway: &TestGateway) -> Self {
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Self::start_saying(command, gateway).await
    }

    /// With everything that it says in a file.
    pub async fn start_with_log(mut command: Command, gateway: &TestGateway, log: &Path) -> Self {
        let log = File::create(log).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log);
        Self::start_saying(command, gateway).await
    }

    async fn start_saying(mut command: Command, gateway: &TestGateway) -> Self {
        let process = Self(command.spawn().unwrap());
        for _ in 0..1_200 {
            let ready = gateway.client.get(gateway.at("/health/ready")).send().await;
            if ready.is_ok_and(|answer| answer.status() == 200) {
                return process;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the gateway isn't ready after a minute");
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Waits until it ends by itself.
    pub async fn end(&mut self) -> std::process::ExitStatus {
        let mut status = None;
        until("the gateway ends", async || {
            status = self.0.try_wait().unwrap();
            status.is_some()
        })
        .await;
        status.unwrap()
    }

    /// As `kill -9` does it.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A gateway in a process of its own on this database.
async fn serve(database: &str, gateway: &TestGateway) -> Process {
    let listen = gateway.url.replace("http://localhost", "127.0.0.1");
    let command = command_line::gateway(
        &["serve", "--dev"],
        &[("SERVER__LISTEN", &listen), ("DATABASE__URL", database)],
    );
    Process::start(command, gateway).await
}

fn somewhere() -> Arc<TestGateway> {
    Arc::new(TestGateway::in_other_process(format!("http://localhost:{}", free_port())))
}

/// The answer, unless the gateway died before it was complete.
async fn answer(request: RequestBuilder) -> Option<Answer> {
    let response = request.send().await.ok()?;
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.ok()?;
    Some(Answer { status, headers, text })
}

/// The requests that a gateway has acknowledged.
#[derive(Default)]
struct Acknowledged {
    added: Vec<String>,
    deleted: Vec<String>,
    reports: Vec<String>,
    launches: Vec<(LoggedIn, String)>,
}

/// Adds registrations, deletes every other one, sends reports and launches, all at once, until the gateway dies. Counts in `rounds`.
async fn load(school: &School, rounds: &[AtomicUsize; 3]) -> Acknowledged {
    let gateway = &school.gateway;
    let registrations = async {
        let (mut added, mut deleted) = (Vec::new(), Vec::new());
        for n in 0.. {
            let Some(created) = answer(gateway.request(Method::POST, PATH, &school.token).json(&moodle(n))).await else {
                break;
            };
            assert_eq!(created.status, 201, "{created:?}");
            let id = created.json()["id"].as_str().unwrap().to_owned();
            if n % 2 == 0 {
                added.push(id);
            } else {
                let path = format!("{PATH}/{id}");
                let Some(gone) = answer(gateway.request(Method::DELETE, &path, &school.token)).await else {
                    break;
                };
                assert_eq!(gone.status, 204, "{gone:?}");
                deleted.push(id);
            }
            rounds[0].fetch_add(1, Ordering::Relaxed);
        }
        (added, deleted)
    };
    let reports = async {
        let mut reports = Vec::new();
        let send = || gateway.request(Method::POST, "/api/v1/problem-reports", &school.token);
        while let Some(sent) = answer(send().json(&problem_reports::report())).await {
            assert_eq!(sent.status, 201, "{sent:?}");
            reports.push(sent.json()["id"].as_str().unwrap().to_owned());
            rounds[1].fetch_add(1, Ordering::Relaxed);
        }
        reports
    };
    let launches = async {
        let mut launches = Vec::new();
        loop {
            let begin = gateway.client.post(gateway.at("/lti/login")).form(&school.login_parameters());
            let Some(started) = answer(begin).await else { break };
            let login = logged_in(&started);
            let id_token = school.lms.id_token(&school.spec(&login));
            let launch = gateway.client.post(gateway.at("/lti/launch")).header("cookie", &login.cookie);
            let Some(answer) = answer(launch.form(&[("state", login.state()), ("id_token", id_token.clone())])).await else {
                break;
            };
            assert_eq!(answer.status, 200, "{answer:?}");
            launches.push((login, id_token));
            rounds[2].fetch_add(1, Ordering::Relaxed);
        }
        launches
    };
    let ((added, deleted), reports, launches) = tokio::join!(registrations, reports, launches);
    Acknowledged {
        added,
        deleted,
        reports,
        launches,
    }
}

/// Loads the gateway and kills it in the middle.
async fn kill_under_load(school: &School, process: Process) -> Acknowledged {
    let rounds = [const { AtomicUsize::new(0) }; 3];
    let (acknowledged, ()) = tokio::join!(load(school, &rounds), async {
        let busy = async || rounds.iter().all(|rounds| rounds.load(Ordering::Relaxed) >= 4);
        until("everything was acknowledged a few times", busy).await;
        process.kill();
    });
    acknowledged
}

/// Asserts that everything is there, and that no launch gets through a second time.
async fn assert_kept(school: &School, acknowledged: &Acknowledged) {
    let gateway = &school.gateway;
    let Acknowledged {
        added,
        deleted,
        reports,
        launches,
    } = acknowledged;
    let registration = |id: &String| format!("{PATH}/{id}");
    let report = |id: &String| format!("/api/v1/problem-reports/{id}");
    let there = added
        .iter()
        .map(registration)
        .chain(reports.iter().map(report))
        .map(|path| (path, 200));
    for (path, status) in there.chain(deleted.iter().map(registration).map(|path| (path, 404))) {
        let answer = gateway.get(&path, &school.token).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
    }
    for (login, id_token) in launches {
        assert_refused(&school.send_launch(login, id_token).await, "launch_invalid.replayed");
    }
    let listed = gateway
        .get("/api/v1/launches?outcome=accepted&limit=200", &school.token)
        .await
        .json();
    let recorded = listed["value"].as_array().unwrap().len();
    // One more may have been recorded whose answer didn't arrive.
    assert!(
        (launches.len()..=launches.len() + 1).contains(&recorded),
        "{recorded} of {}",
        launches.len()
    );
}

#[tokio::test]
async fn a_killed_gateway_keeps_what_it_acknowledged_and_lets_no_replay_through() {
    on_each_database(async |database| {
        let gateway = somewhere();
        let process = serve(database, &gateway).await;
        let mut school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
        let under_way = school.log_in().await;
        let acknowledged = kill_under_load(&school, process).await;

        let _process = serve(database, &gateway).await;
        // Tokens of the development sign-in end with their process where no file keeps its key.
        school.token = gateway.app_token(CONTOSO).await;
        assert_kept(&school, &acknowledged).await;
        // A person who had logged in before finishes after.
        let id_token = school.lms.id_token(&school.spec(&under_way));
        assert_eq!(school.send_launch(&under_way, &id_token).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn what_a_killed_instance_acknowledged_the_other_one_has() {
    on_postgres(async |database| {
        let (gateway, other) = (somewhere(), somewhere());
        let process = serve(database, &gateway).await;
        let _other_process = serve(database, &other).await;
        let mut school = School::open_at(gateway, CONTOSO, |_| ()).await;
        let under_way = school.log_in().await;
        let acknowledged = kill_under_load(&school, process).await;

        // Tokens of the development sign-in are its instance's own.
        school.token = other.app_token(CONTOSO).await;
        school.gateway = other;
        assert_kept(&school, &acknowledged).await;
        let id_token = school.lms.id_token(&school.spec(&under_way));
        assert_eq!(school.send_launch(&under_way, &id_token).await.status, 200);
    })
    .await;
}
