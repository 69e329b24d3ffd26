//! The database behind a pooler.

use std::{
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use store::{ConnectOptions, Store};

use crate::{
    command_line::{assert_error, gateway},
    databases::on_postgres,
    fake_pooler::FakePooler,
    handshake::School,
    outage::assert_unavailable,
    registrations::PATH,
    support::{CONTOSO, TestGateway, free_port, until},
};

/// A pooler of Debian's, in front of a server.
struct PgBouncer {
    process: Child,
    folder: PathBuf,
    url: String,
}

impl PgBouncer {
    /// `None` where it isn't installed. In continuous integration it may not be left out.
    #[allow(clippy::print_stderr)]
    async fn start(database: &str, settings: &str) -> Option<Self> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"];
        let Some(program) = program.into_iter().find(|path| std::path::Path::new(path).is_file()) else {
            assert!(std::env::var("CI").is_err(), "pgbouncer must be there in CI");
            eprintln!("PgBouncer was left out: it isn't installed");
            return None;
        };
        let mut url = reqwest::Url::parse(database).unwrap();
        let (server, port) = (url.socket_addrs(|| Some(5432)).unwrap()[0], free_port());
        // It doesn't run as root, and must be able to read its configuration as somebody else.
        let folder = std::env::temp_dir().join(format!("pgbouncer-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        let configuration = format!(
            "[databases]\n* = host={} port={} user={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = any\nignore_startup_parameters = extra_float_digits\n{settings}\n",
            server.ip(),
            server.port(),
            url.username(),
        );
        let file = folder.join("pgbouncer.ini");
        std::fs::write(&file, configuration).unwrap();
        let mut command = Command::new(program);
        let user = Command::new("id").arg("-u").output().unwrap();
        if user.stdout.trim_ascii() == b"0" {
            command.args(["-u", "postgres"]);
        }
        let process = command
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(port)).unwrap();
        let running = Self {
            process,
            folder,
            url: url.into(),
        };
        until("PgBouncer listens", async || TcpStream::connect(("127.0.0.1", port)).is_ok()).await;
        Some(running)
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// Asserts that a gateway doesn't start there, and that what it says helps.
fn assert_not_served(url: &str) {
    let listen = format!("127.0.0.1:{}", free_port());
    for command in ["serve", "migrate"] {
        let command = gateway(&[command, "--dev"], &[("SERVER__LISTEN", &listen), ("DATABASE__URL", url)]);
        let said = assert_error(command, &["database.url"]);
        assert!(
            said.contains("session mode") && said.contains("1.21") && said.contains("max_prepared_statements"),
            "{said}"
        );
    }
}

/// Asserts that a gateway serves there: several requests at once, and a launch.
async fn assert_served(url: &str) {
    let gateway = Arc::new(TestGateway::start_on(url, "[database]\nmax_connections = 4").await);
    let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
    let lists = futures_util::future::join_all((0..20).map(|_| gateway.get(PATH, &school.token))).await;
    for list in lists {
        assert_eq!(list.json()["value"][0]["id"], school.id());
    }
    assert_eq!(school.launch(|spec| spec).await.status, 200);
}

#[tokio::test]
async fn a_pgbouncer_that_shares_servers_without_knowing_statements_is_refused() {
    on_postgres(async |database| {
        for settings in ["pool_mode = transaction", "pool_mode = transaction\ndefault_pool_size = 1"] {
            let Some(pooler) = PgBouncer::start(database, settings).await else {
                return;
            };
            // One server is enough to mix statements up, and many don't hide it.
            assert_not_served(&pooler.url);
        }
    })
    .await;
}

#[tokio::test]
async fn a_pgbouncer_in_session_mode_is_as_good_as_the_server() {
    on_postgres(async |database| {
        let Some(pooler) = PgBouncer::start(database, "pool_mode = session").await else {
            return;
        };
        assert_served(&pooler.url).await;
    })
    .await;
}

#[tokio::test]
async fn a_session_pool_of_one_server_is_no_error() {
    on_postgres(async |database| {
        let Some(pooler) = PgBouncer::start(database, "pool_mode = session\ndefault_pool_size = 1").await else {
            return;
        };
        let options = ConnectOptions {
            url: pooler.url.clone(),
            max_connections: 1,
        };
        let store = Store::connect(&options).await.unwrap();
        store.probe_pooler().await.unwrap();
        store.ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_pooler_that_swaps_servers_is_served_where_it_knows_each_clients_statements() {
    on_postgres(async |database| {
        assert_served(&FakePooler::start(database, true).await.url).await;
        let mixes = FakePooler::start(database, false).await;
        let url = mixes.url.clone();
        tokio::task::spawn_blocking(move || assert_not_served(&url)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_ordinary_server_passes_however_often_it_is_probed() {
    on_postgres(async |database| {
        let options = ConnectOptions {
            url: database.to_owned(),
            max_connections: 1,
        };
        let store = Store::connect(&options).await.unwrap();
        for _ in 0..5 {
            store.probe_pooler().await.unwrap();
            store.ping().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn while_statements_are_mixed_up_nothing_is_served() {
    on_postgres(async |database| {
        let pooler = FakePooler::start(database, true).await;
        let gateway = Arc::new(TestGateway::start_on(&pooler.url, "").await);
        let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
        let ready = async || gateway.get("/health/ready", "").await.status == 200;
        // It is probed every minute.
        let within_minutes = async |wanted: bool| {
            for _ in 0..180 {
                if ready().await == wanted {
                    return;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            panic!("ready isn't {wanted}");
        };
        pooler.know_statements(false);
        within_minutes(false).await;
        assert_unavailable(&gateway.get(PATH, &school.token).await);
        until("logins are turned away", async || {
            school.send_login(&school.login_parameters()).await.status == 503
        })
        .await;
        assert_unavailable(&school.send_login(&school.login_parameters()).await);
        assert_eq!(gateway.get("/health/live", "").await.status, 200);
        pooler.know_statements(true);
        within_minutes(true).await;
        assert_eq!(school.launch(|spec| spec).await.status, 200);
    })
    .await;
}
