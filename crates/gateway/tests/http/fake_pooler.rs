//! A pooler in front of PostgreSQL that gives each transaction another server than the client's last one had.
//!
//! It stands for PgBouncer in transaction mode: the releases before 1.21 pass on the names of prepared statements as they are, the newer
//! ones know each client's statements and prepare them on whatever server they are asked for.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

const SSL_REQUEST: i32 = 80_877_103;

pub struct FakePooler {
    /// The database, by way of this pooler.
    pub url: String,
    servers: Arc<Servers>,
    task: JoinHandle<()>,
}

impl FakePooler {
    pub async fn start(database: &str, knows_statements: bool) -> Self {
        let mut url = reqwest::Url::parse(database).unwrap();
        let servers = Arc::new(Servers {
            address: url.socket_addrs(|| Some(5432)).unwrap()[0],
            user: url.username().to_owned(),
            database: url.path().trim_start_matches('/').to_owned(),
            knows_statements: AtomicBool::new(knows_statements),
            free: Mutex::default(),
            opened: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let task = {
            let servers = Arc::clone(&servers);
            tokio::spawn(async move {
                for id in 0.. {
                    let Ok((client, _)) = listener.accept().await else { return };
                    let servers = Arc::clone(&servers);
                    tokio::spawn(async move { Client::new(id, client).serve(&servers).await });
                }
            })
        };
        Self {
            url: url.into(),
            servers,
            task,
        }
    }

    pub fn know_statements(&self, knows: bool) {
        self.servers.knows_statements.store(knows, Ordering::SeqCst);
    }
}

impl Drop for FakePooler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A message of PostgreSQL's protocol: its kind, and what follows its length.
struct Message {
    kind: u8,
    body: Vec<u8>,
}

impl Message {
    async fn read(stream: &mut TcpStream) -> io::Result<Self> {
        let kind = stream.read_u8().await?;
        let body = read_body(stream).await?;
        Ok(Self { kind, body })
    }

    async fn write(&self, stream: &mut TcpStream) -> io::Result<()> {
        let mut bytes = vec![self.kind];
        bytes.extend(with_length(&self.body));
        stream.write_all(&bytes).await
    }
}

async fn read_body(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let length = usize::try_from(stream.read_i32().await?).unwrap();
    let mut body = vec![0; length - 4];
    stream.read_exact(&mut body).await?;
    Ok(body)
}

fn with_length(body: &[u8]) -> Vec<u8> {
    let length = i32::try_from(body.len() + 4).unwrap();
    [&length.to_be_bytes(), body].concat()
}

/// The text up to the next zero, and what follows.
fn split_text(bytes: &[u8]) -> (&str, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap();
    (std::str::from_utf8(&bytes[..end]).unwrap(), &bytes[end + 1..])
}

/// A connection to PostgreSQL.
struct Server {
    id: usize,
    stream: TcpStream,
    /// The settings that it announced when it was opened.
    settings: Vec<Message>,
    /// The statements that were prepared here for clients.
    prepared: HashSet<String>,
}

struct Servers {
    address: SocketAddr,
    user: String,
    database: String,
    knows_statements: AtomicBool,
    free: Mutex<VecDeque<Server>>,
    opened: AtomicUsize,
}

impl Servers {
    /// Another one than the last.
    async fn take(&self, last: Option<usize>) -> io::Result<Server> {
        let other = {
            let mut free = self.free.lock().unwrap();
            let other = free.iter().position(|server| Some(server.id) != last);
            other.and_then(|index| free.remove(index))
        };
        match other {
            Some(server) => Ok(server),
            None => self.open().await,
        }
    }

    fn give_back(&self, server: Server) {
        self.free.lock().unwrap().push_back(server);
    }

    async fn open(&self) -> io::Result<Server> {
        let mut stream = TcpStream::connect(self.address).await?;
        let greeting = format!("\0\x03\0\0user\0{}\0database\0{}\0\0", self.user, self.database);
        stream.write_all(&with_length(greeting.as_bytes())).await?;
        let mut settings = Vec::new();
        loop {
            let message = Message::read(&mut stream).await?;
            match message.kind {
                b'Z' => break,
                b'S' => settings.push(message),
                _ => {}
            }
        }
        Ok(Server {
            id: self.opened.fetch_add(1, Ordering::SeqCst),
            stream,
            settings,
            prepared: HashSet::new(),
        })
    }
}

struct Client {
    id: usize,
    stream: TcpStream,
    last: Option<usize>,
    /// The prepared statements, without their names.
    statements: HashMap<String, Vec<u8>>,
}

impl Client {
    fn new(id: usize, stream: TcpStream) -> Self {
        Self {
            id,
            stream,
            last: None,
            statements: HashMap::new(),
        }
    }

    async fn serve(mut self, servers: &Servers) -> io::Result<()> {
        while read_body(&mut self.stream).await?.starts_with(&SSL_REQUEST.to_be_bytes()) {
            self.stream.write_all(b"N").await?;
        }
        let server = servers.take(None).await?;
        self.greet(&server).await?;
        servers.give_back(server);
        let (mut batch, mut held) = (Vec::new(), None);
        loop {
            let message = Message::read(&mut self.stream).await?;
            let complete = matches!(message.kind, b'Q' | b'S');
            if message.kind == b'X' {
                // A server whose transaction wasn't ended goes with the client.
                return Ok(());
            }
            batch.push(message);
            if !complete {
                continue;
            }
            let mut server: Server = match held.take() {
                Some(server) => server,
                None => servers.take(self.last).await?,
            };
            self.last = Some(server.id);
            let knows_statements = servers.knows_statements.load(Ordering::SeqCst);
            if self
                .pass_on(std::mem::take(&mut batch), &mut server, knows_statements)
                .await?
            {
                held = Some(server);
            } else {
                servers.give_back(server);
            }
        }
    }

    async fn greet(&mut self, server: &Server) -> io::Result<()> {
        let mut greeting = vec![(b'R', vec![0; 4])];
        greeting.extend(server.settings.iter().map(|setting| (setting.kind, setting.body.clone())));
        greeting.extend([(b'K', vec![0; 8]), (b'Z', b"I".to_vec())]);
        for (kind, body) in greeting {
            Message { kind, body }.write(&mut self.stream).await?;
        }
        Ok(())
    }

    /// Has a server answer. Answers whether a transaction is open there afterwards.
    async fn pass_on(&mut self, batch: Vec<Message>, server: &mut Server, knows_statements: bool) -> io::Result<bool> {
        // Of each statement that is prepared with this batch: its name there, and whether the client asked for it.
        let mut prepares = VecDeque::new();
        for mut message in batch {
            let statement = statement_of(&message);
            if let Some((_, name, after)) = &statement
                && message.kind == b'P'
            {
                self.statements.insert(name.clone(), after.clone());
            }
            if knows_statements && let Some((before, name, after)) = statement {
                let known = format!("client_{}_{name}", self.id);
                if message.kind == b'P' {
                    prepares.push_back((known.clone(), true));
                } else if let Some(text) = self.statements.get(&name)
                    && !server.prepared.contains(&known)
                    && !prepares.iter().any(|(prepared, _)| *prepared == known)
                {
                    let body = [known.as_bytes(), b"\0", text].concat();
                    Message { kind: b'P', body }.write(&mut server.stream).await?;
                    prepares.push_back((known.clone(), false));
                }
                message.body = [before.as_slice(), known.as_bytes(), b"\0", &after].concat();
            } else if message.kind == b'P' {
                prepares.push_back((String::new(), true));
            }
            message.write(&mut server.stream).await?;
        }
        loop {
            let answer = Message::read(&mut server.stream).await?;
            if answer.kind == b'1' {
                let (name, asked_for) = prepares.pop_front().unwrap();
                server.prepared.insert(name);
                if !asked_for {
                    continue;
                }
            }
            answer.write(&mut self.stream).await?;
            if answer.kind == b'Z' {
                return Ok(answer.body != b"I");
            }
        }
    }
}

/// The named statement that a message is about, with what stands before and after its name.
fn statement_of(message: &Message) -> Option<(Vec<u8>, String, Vec<u8>)> {
    let before = match message.kind {
        b'P' => 0,
        // Its portal comes first.
        b'B' => message.body.iter().position(|byte| *byte == 0)? + 1,
        b'D' | b'C' if message.body.first() == Some(&b'S') => 1,
        _ => return None,
    };
    let (before, rest) = message.body.split_at(before);
    let (name, after) = split_text(rest);
    (!name.is_empty()).then(|| (before.to_vec(), name.to_owned(), after.to_vec()))
}
