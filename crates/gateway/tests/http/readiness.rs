//! Readiness is that the database can be written.

use std::{path::Path, process::Command, sync::Arc};

use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};

use crate::{
    command_line::{self, Folder},
    crashes::Process,
    databases::{Lock, on_postgres},
    support::{TestGateway, free_port, until},
};

/// Waits until the gateway is ready, or not ready for that reason.
async fn until_ready(gateway: &TestGateway, unready_because: Option<&str>) {
    let mut seen = String::new();
    until(unready_because.unwrap_or("ready"), async || {
        let answer = gateway.get("/health/ready", "").await;
        let expected = match unready_because {
            Some(reason) => answer.status == 503 && answer.json()["detail"] == reason,
            None => answer.status == 200,
        };
        seen.clone_from(&answer.text);
        expected
    })
    .await;
    assert!(!seen.is_empty());
    assert_eq!(gateway.get("/health/live", "").await.status, 200);
}

#[tokio::test]
async fn a_locked_database_is_not_ready() {
    let folder = Folder::new();
    let gateway = TestGateway::start_on(&folder.database(), "").await;
    until_ready(&gateway, None).await;
    let lock = Lock::of(&folder).await;
    until_ready(&gateway, Some("The database is locked by another program.")).await;
    lock.release().await;
    until_ready(&gateway, None).await;
}

/// Lets no file of a process grow, as a full disk does. It may be lifted again.
fn limit_files(process: &Process, limit: &str) {
    let mut command = Command::new("prlimit");
    command.args(["--pid", &process.id().to_string(), &format!("--fsize={limit}:")]);
    assert!(command.status().unwrap().success());
}

#[tokio::test]
async fn a_disk_that_takes_nothing_more_is_not_ready() {
    let folder = Folder::new();
    let gateway = Arc::new(TestGateway::in_other_process(format!("http://localhost:{}", free_port())));
    let listen = gateway.url.replace("http://localhost", "127.0.0.1");
    let database = folder.database();
    let binary = command_line::gateway(&[], &[("SERVER__LISTEN", &listen), ("DATABASE__URL", &database)]);
    // A process that goes beyond its limit gets a signal, which ends it unless it is ignored.
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; exec \"$0\" serve --dev"])
        .arg(binary.get_program());
    command.current_dir(binary.get_current_dir().unwrap_or(Path::new("/")));
    for (name, value) in binary.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let process = Process::start(command, &gateway).await;
    until_ready(&gateway, None).await;
    limit_files(&process, "0");
    until_ready(&gateway, Some("The database can't be written: the disk reports an error.")).await;
    limit_files(&process, "unlimited");
    until_ready(&gateway, None).await;
}

#[tokio::test]
async fn a_server_that_may_only_be_read_is_not_ready() {
    on_postgres(async |database| {
        let gateway = TestGateway::start_on(database, "").await;
        until_ready(&gateway, None).await;
        let admin = Database::connect(database).await.unwrap();
        let name = reqwest::Url::parse(database).unwrap().path().trim_start_matches('/').to_owned();
        let set_read_only = async |value: &str| {
            // Sessions may be such as only read, unless they ask.
            let setting = format!("BEGIN READ WRITE; ALTER DATABASE {name} SET default_transaction_read_only = {value}; COMMIT");
            admin.execute_unprepared(&setting).await.unwrap();
            let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
            admin.query_all_raw(Statement::from_string(DbBackend::Postgres, others)).await.unwrap();
        };
        set_read_only("on").await;
        until_ready(&gateway, Some("The database can't be written: it is read-only.")).await;
        set_read_only("off").await;
        until_ready(&gateway, None).await;
    })
    .await;
}

#[tokio::test]
async fn however_many_ask_one_write_answers_them() {
    let folder = Folder::new();
    let gateway = TestGateway::start_on(&folder.database(), "").await;
    gateway.stop_clock();
    let database = Database::connect(folder.database()).await.unwrap();
    let written = async || {
        let statement = Statement::from_string(DbBackend::Sqlite, "SELECT written_at FROM write_probes");
        let rows = database.query_all_raw(statement).await.unwrap();
        rows.first().map(|row| row.try_get::<i64>("", "written_at").unwrap())
    };
    assert_eq!(written().await, None);
    let ask = async || {
        let asked = (0..20).map(|_| gateway.get("/health/ready", ""));
        let answers = futures_util::future::join_all(asked).await;
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    };
    ask().await;
    let first = written().await.unwrap();
    gateway.advance(4);
    ask().await;
    assert_eq!(written().await, Some(first), "it was written some seconds ago");
    gateway.advance(1);
    ask().await;
    assert_eq!(written().await, Some(first + 5_000_000));
}
