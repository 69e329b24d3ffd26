//! Databases that several gateways use, or that go away.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};
use uuid::Uuid;

use crate::{command_line::Folder, support::until};

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

/// Another program that writes in an SQLite file, and lets nobody else do so until it has ended.
pub struct Lock(DatabaseConnection);

impl Lock {
    pub async fn of(folder: &Folder) -> Self {
        let mut options = ConnectOptions::new(folder.database());
        options.max_connections(1);
        let connection = Database::connect(options).await.unwrap();
        // A launch or a job may write just now.
        until("the database is locked", async || {
            connection.execute_unprepared("BEGIN IMMEDIATE").await.is_ok()
        })
        .await;
        Self(connection)
    }

    pub async fn release(self) {
        self.0.execute_unprepared("ROLLBACK").await.unwrap();
        self.0.close().await.unwrap();
    }
}

/// A line to a server that can be cut, or fall silent.
pub struct Line {
    address: SocketAddr,
    state: watch::Sender<State>,
    /// How many connections are silent and still open at this end.
    silent: Arc<AtomicUsize>,
    /// How many fell silent.
    fell_silent: Arc<AtomicUsize>,
    relay: JoinHandle<()>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// All bytes are passed on.
    Whole,
    /// Traffic breaks off, and new connections are closed at once.
    Cut,
    /// Connections of before pass nothing on, and aren't hung up on either; new ones work.
    Silent,
    /// The same once each passed on one more answer.
    SilentAfterAnswer,
}

impl Line {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (state, watched) = watch::channel(State::Whole);
        let (silent, fell_silent) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counted = (Arc::clone(&silent), Arc::clone(&fell_silent));
        let relay = tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut watched = watched.clone();
                let (silent, fell_silent) = counted.clone();
                tokio::spawn(async move {
                    if *watched.borrow_and_update() == State::Cut {
                        return;
                    }
                    let Ok(mut far) = TcpStream::connect(server).await else {
                        return;
                    };
                    if relay(&mut near, &mut far, &mut watched).await == Some(State::Silent) {
                        silent.fetch_add(1, Ordering::SeqCst);
                        fell_silent.fetch_add(1, Ordering::SeqCst);
                        tokio::io::copy(&mut near, &mut tokio::io::sink()).await.ok();
                        silent.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        Self {
            address,
            state,
            silent,
            fell_silent,
            relay,
        }
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
        self.state.send_replace(State::Cut);
    }

    pub fn mend(&self) {
        self.state.send_replace(State::Whole);
    }

    pub fn silence(&self) {
        self.state.send_replace(State::Silent);
    }

    pub fn silence_after_answer(&self) {
        self.state.send_replace(State::SilentAfterAnswer);
    }

    pub fn silent_connections(&self) -> usize {
        self.silent.load(Ordering::SeqCst)
    }

    pub fn fell_silent(&self) -> usize {
        self.fell_silent.load(Ordering::SeqCst)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.relay.abort();
    }
}

/// Passes on what comes from either side until one hangs up, or the line's state changes. Answers the state that ended it.
async fn relay(near: &mut TcpStream, far: &mut TcpStream, watched: &mut watch::Receiver<State>) -> Option<State> {
    let (mut questions, mut answers) = (vec![0; 8192], vec![0; 8192]);
    let mut state = State::Whole;
    loop {
        tokio::select! {
            read = near.read(&mut questions) => match read {
                Ok(0) | Err(_) => return None,
                Ok(length) => far.write_all(&questions[..length]).await.ok()?,
            },
            read = far.read(&mut answers) => {
                match read {
                    Ok(0) | Err(_) => return None,
                    Ok(length) => near.write_all(&answers[..length]).await.ok()?,
                }
                if watched.has_changed().ok()? {
                    state = *watched.borrow_and_update();
                }
                match state {
                    State::Whole => {}
                    State::Cut => return Some(state),
                    State::Silent | State::SilentAfterAnswer => return Some(State::Silent),
                }
            }
            changed = watched.changed() => {
                changed.ok()?;
                state = *watched.borrow_and_update();
                if matches!(state, State::Cut | State::Silent) {
                    return Some(state);
                }
            }
        }
    }
}
