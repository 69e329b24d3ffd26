//! A serving process that is killed keeps its word.

use std::{
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;

use crate::{
    command_line,
    handshake::{School, assert_refused},
    registrations::{PATH, moodle},
    support::{CONTOSO, TestGateway, free_port},
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

    /// As `kill -9` does it.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[tokio::test]
async fn a_killed_gateway_keeps_what_it_acknowledged_and_lets_no_replay_through() {
    let port = free_port();
    let gateway = Arc::new(TestGateway::in_other_process(format!("http://localhost:{port}")));
    let folder = command_line::Folder::new();
    let database = folder.database();
    let command = || {
        let listen = format!("127.0.0.1:{port}");
        command_line::gateway(
            &["serve", "--dev"],
            &[("SERVER__LISTEN", &listen), ("DATABASE__URL", &database)],
        )
    };
    let process = Process::start(command(), &gateway).await;
    let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
    let used = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&used));
    let under_way = school.log_in().await;

    // Under load: registrations are added while the process dies; only what was acknowledged counts.
    let acknowledged = Arc::<Mutex<Vec<String>>>::default();
    let load = {
        let (gateway, token, acknowledged) = (Arc::clone(&gateway), school.token.clone(), Arc::clone(&acknowledged));
        tokio::spawn(async move {
            for n in 0..10_000 {
                let request = gateway.request(reqwest::Method::POST, PATH, &token).json(&moodle(n));
                match request.send().await {
                    Ok(answer) if answer.status() == 201 => match answer.json::<Value>().await {
                        Ok(created) => acknowledged.lock().unwrap().push(created["id"].as_str().unwrap().to_owned()),
                        Err(_) => break,
                    },
                    Ok(answer) => panic!("{answer:?}"),
                    Err(_) => break,
                }
            }
        })
    };
    while acknowledged.lock().unwrap().len() < 20 {
        assert!(!load.is_finished(), "the load ended before the process did");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(school.send_launch(&used, &id_token).await.status, 200);
    process.kill();
    load.await.unwrap();
    let acknowledged = acknowledged.lock().unwrap().clone();

    let _process = Process::start(command(), &gateway).await;
    assert_refused(&school.send_launch(&used, &id_token).await, "launch_invalid.replayed");
    for id in acknowledged.iter().map(String::as_str).chain([school.id()]) {
        let answer = gateway.get(&format!("{PATH}/{id}"), &school.token).await;
        assert_eq!(answer.status, 200, "{id} of {}: {answer:?}", acknowledged.len());
    }
    let launches = gateway.get("/api/v1/launches?outcome=accepted", &school.token).await.json();
    assert_eq!(launches["value"].as_array().unwrap().len(), 1, "{launches}");
    // Who had logged in before finishes after.
    let id_token = school.lms.id_token(&school.spec(&under_way));
    assert_eq!(school.send_launch(&under_way, &id_token).await.status, 200);
}
