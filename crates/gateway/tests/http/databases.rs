//! Databases that several gateways use, or that go away.

use std::net::SocketAddr;

use sea_orm::{ConnectionTrait as _, Database};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};
use uuid::Uuid;

use crate::command_line::Folder;

/// Runs a test on a database of its own on each kind of server. In continuous integration PostgreSQL may not be left out.
pub async fn on_each_database(test: impl AsyncFn(&str)) {
    test(&Folder::new().database()).await;
    on_postgres(test).await;
}

/// The same on PostgreSQL only.
#[allow(clippy::print_stderr)]
pub async fn on_postgres(test: impl AsyncFn(&str)) {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        assert!(std::env::var("CI").is_err(), "TEST_POSTGRES_URL must be set in CI");
        eprintln!("PostgreSQL was left out: TEST_POSTGRES_URL isn't set");
        return;
    };
    let name = format!("http_{}", Uuid::new_v4().simple());
    let admin = Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let mut url = reqwest::Url::parse(&server).unwrap();
    url.set_path(&name);
    test(url.as_str()).await;
    admin
        .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
        .await
        .unwrap();
    admin.close().await.unwrap();
}

/// A line to a server that can be cut: what runs over it breaks off, and who connects anew is hung up on.
pub struct Line {
    address: SocketAddr,
    whole: watch::Sender<bool>,
    relay: JoinHandle<()>,
}

impl Line {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (whole, watched) = watch::channel(true);
        let relay = tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut watched = watched.clone();
                tokio::spawn(async move {
                    if !*watched.borrow() {
                        return;
                    }
                    if let Ok(mut far) = TcpStream::connect(server).await {
                        tokio::select! {
                            _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                            _ = watched.wait_for(|whole| !whole) => {}
                        }
                    }
                });
            }
        });
        Self { address, whole, relay }
    }

    /// The database at `url`, reached over a line of its own.
    pub async fn to_database(url: &str) -> (Self, String) {
        let mut url = reqwest::Url::parse(url).unwrap();
        let server = url.socket_addrs(|| Some(5432)).unwrap()[0];
        let line = Self::to(server).await;
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(line.address.port())).unwrap();
        (line, url.into())
    }

    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    pub fn mend(&self) {
        self.whole.send_replace(true);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.relay.abort();
    }
}
