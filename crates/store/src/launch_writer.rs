//! Writes the records of launches that wait, together: one statement and one commit for all of them.
//!
//! The first caller starts to write; callers that come meanwhile wait for the next statement. Each of them gets the outcome of its own
//! record, and only after the commit.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::RegistrationId;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::entities::{deployments, launches, registrations};
use crate::launches::{LAST_LAUNCH_PRECISION, confirm_deployment};
use crate::{Session, Store, StoreError, sql};

/// How many records one statement writes at the most.
const BATCH: usize = 128;
/// How often the other tasks of the thread go first, as long as that brings further records. A launch that is alone waits for one
/// turn of tasks that are ready, not for time to pass.
const TURNS: usize = 4;
/// The time limit of a record, with the statement before it.
const RECORD_LIMIT: Duration = Duration::from_secs(10);

/// The outcome of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Yes,
    /// The same, but no launch confirmed the deployment.
    Unconfirmed,
    No,
}

type Answer = Result<Written, StoreError>;

/// The records that wait.
#[derive(Clone, Debug, Default)]
pub(crate) struct LaunchWriter(Arc<Mutex<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// A task writes, and takes what waits when it is done.
    writing: bool,
}

#[derive(Debug)]
struct Waiting {
    record: LaunchRow,
    written: oneshot::Sender<Answer>,
    /// Where the next statement is run, if this one waits the longest.
    runtime: Handle,
}

/// A record, as JSON for the statement. UUIDs and bytes are in hexadecimal.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LaunchRow {
    #[serde(skip)]
    pub(crate) note: Option<Note>,
    pub(crate) reference: String,
    pub(crate) at: i64,
    pub(crate) tenant_id: Option<String>,
    pub(crate) registration_id: Option<String>,
    /// Of an accepted launch, whose registration has to accept this deployment.
    pub(crate) deployment_id: Option<String>,
    pub(crate) class: &'static str,
    pub(crate) code: Option<String>,
    pub(crate) message_type: Option<String>,
    /// Of a refused launch; that of an accepted one is its registration's.
    pub(crate) issuer: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) state_id: Option<String>,
    pub(crate) checks: String,
}

/// The note beside a record that was written.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    /// Launched at the time of the record.
    pub(crate) registration_id: RegistrationId,
    pub(crate) deployment_id: String,
    /// The launch confirms the deployment.
    pub(crate) confirms: bool,
}

/// `waiting` are the records. An accepted launch is only recorded for a live registration that accepts the deployment, of a registered
/// tenant. CROSS JOIN: SQLite begins with the records then.
const INSERT: &str = "
    INSERT INTO launches
        (reference, at, tenant_id, registration_id, outcome, class, code, message_type, issuer, client_id, state_id, checks)
    SELECT w.reference, w.at, r.tenant_id, r.id, 'accepted', w.class, w.code, w.message_type, r.issuer, r.client_id, w.state_id,
        w.checks
    FROM waiting w CROSS JOIN registrations r CROSS JOIN deployments d CROSS JOIN tenants t
    WHERE w.class = 'accepted' AND r.id = w.registration_id AND r.tenant_id = w.tenant_id AND r.deleted_at IS NULL
        AND d.registration_id = r.id AND d.deployment_id = w.deployment_id AND d.state = 'accepted'
        AND t.id = r.tenant_id AND t.state = 'registered'
    UNION ALL
    SELECT w.reference, w.at, w.tenant_id, w.registration_id, 'refused', w.class, w.code, w.message_type, w.issuer, w.client_id,
        w.state_id, w.checks
    FROM waiting w WHERE w.class <> 'accepted'
    ON CONFLICT DO NOTHING";

const WAITING_SQLITE: &str = "WITH waiting AS (
        SELECT value ->> 'reference' AS reference, value ->> 'at' AS at, unhex(value ->> 'tenant_id') AS tenant_id,
            unhex(value ->> 'registration_id') AS registration_id, value ->> 'deployment_id' AS deployment_id,
            value ->> 'class' AS class, value ->> 'code' AS code, value ->> 'message_type' AS message_type,
            value ->> 'issuer' AS issuer, value ->> 'client_id' AS client_id, unhex(value ->> 'state_id') AS state_id,
            value ->> 'checks' AS checks
        FROM json_each($1))";

const WAITING_POSTGRES: &str = "WITH waiting AS (
        SELECT reference, at, tenant_id, registration_id, deployment_id, class, code, message_type, issuer, client_id,
            decode(state_id, 'hex') AS state_id, checks
        FROM json_to_recordset($1::json) AS w (reference text, at bigint, tenant_id uuid, registration_id uuid, deployment_id text,
            class text, code text, message_type text, issuer text, client_id text, state_id text, checks text))";

impl Store {
    /// Has a record written with those of others; answers what became of it.
    pub(crate) async fn write_launch(&self, record: LaunchRow) -> Answer {
        let (written, answer) = oneshot::channel();
        let waiting = Waiting {
            record,
            written,
            runtime: Handle::current(),
        };
        let begins = {
            let mut queue = self.launch_writer.queue();
            queue.waiting.push(waiting);
            !std::mem::replace(&mut queue.writing, true)
        };
        if begins {
            // A task of its own: the others' records don't depend on this launch's browser.
            tokio::spawn(Writer::new(self).write());
        }
        match timeout(RECORD_LIMIT, answer).await {
            Ok(Ok(written)) => written,
            _ => Err(StoreError::Unavailable(Box::new(OverdueError))),
        }
    }
}

impl LaunchWriter {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that wait the longest.
    fn take_batch(&self) -> (Vec<LaunchRow>, Vec<oneshot::Sender<Answer>>) {
        let mut queue = self.queue();
        let size = queue.waiting.len().min(BATCH);
        queue.waiting.drain(..size).map(|each| (each.record, each.written)).unzip()
    }
}

/// The one that writes at the moment. Dropped, it passes that on: also where the thread that runs it comes to its end.
struct Writer {
    store: Store,
    /// It took its batch out of the queue.
    took: bool,
}

impl Writer {
    fn new(store: &Store) -> Self {
        Self {
            store: store.clone(),
            took: false,
        }
    }

    async fn write(mut self) {
        let store = &self.store;
        let mut waiting = store.launch_writer.queue().waiting.len();
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
            let before = std::mem::replace(&mut waiting, store.launch_writer.queue().waiting.len());
            if waiting == before || waiting >= BATCH {
                break;
            }
        }
        let (records, senders) = store.launch_writer.take_batch();
        self.took = true;
        let answers = store.insert_launches(&records).await;
        let answers = answers.unwrap_or_else(|error| {
            let error = Arc::new(error);
            records.iter().map(|_| Err(shared(&error))).collect()
        });
        for (sender, answer) in senders.into_iter().zip(answers) {
            // A caller that gave up waiting has its record none the less.
            sender.send(answer).ok();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let next = {
            let mut queue = self.store.launch_writer.queue();
            if !self.took && !queue.waiting.is_empty() {
                // It ran where the first one waits, and there nothing runs any longer.
                queue.waiting.remove(0);
            }
            queue.writing = !queue.waiting.is_empty();
            queue.waiting.first().map(|waiting| waiting.runtime.clone())
        };
        if let Some(runtime) = next {
            runtime.spawn(Self::new(&self.store).write());
        }
    }
}

impl Store {
    /// Writes the records with one statement; answers of each what became of it.
    async fn insert_launches(&self, records: &[LaunchRow]) -> Result<Vec<Answer>, StoreError> {
        let json = serde_json::to_string(records).map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        // One turn for all of it: to queue anew for the notes would keep the launches waiting again.
        let (_turn, db) = self.writing_session().await?;
        let waiting = match db.get_database_backend() {
            DbBackend::Postgres => WAITING_POSTGRES,
            _ => WAITING_SQLITE,
        };
        let statement = sql(&db, &format!("{waiting} {INSERT}"), [json.into()]);
        let written = if db.execute_raw(statement).await?.rows_affected() == records.len() as u64 {
            vec![true; records.len()]
        } else {
            which_are_written(&db, records).await?
        };
        let mut answers = Vec::with_capacity(records.len());
        for (record, written) in records.iter().zip(written) {
            answers.push(Ok(match &record.note {
                _ if !written => Written::No,
                None => Written::Yes,
                // The launch is recorded whatever becomes of this.
                Some(note) => match write_note(&db, note, record.at).await {
                    Ok(written) => written,
                    Err(error) => {
                        tracing::warn!(%error, "the time of the last launch couldn't be kept");
                        self.launch_cache.forget_note(note.registration_id, &note.deployment_id).await;
                        Written::Yes
                    }
                },
            }));
        }
        Ok(answers)
    }
}

async fn which_are_written(db: &Session, records: &[LaunchRow]) -> Result<Vec<bool>, StoreError> {
    let references = records.iter().map(|record| record.reference.as_str());
    let rows: Vec<(String, Option<Vec<u8>>)> = launches::Entity::find()
        .select_only()
        .columns([launches::Column::Reference, launches::Column::StateId])
        .filter(launches::Column::Reference.is_in(references))
        .into_tuple()
        .all(db)
        .await?;
    let rows: HashMap<String, Option<Vec<u8>>> = rows.into_iter().collect();
    let is_written = |record: &LaunchRow| {
        let row = rows.get(&record.reference);
        row.is_some_and(|state_id| state_id.as_deref().map(hex) == record.state_id)
    };
    Ok(records.iter().map(is_written).collect())
}

async fn write_note(db: &Session, note: &Note, at: i64) -> Result<Written, StoreError> {
    registrations::Entity::update_many()
        .set(registrations::ActiveModel {
            last_launch_at: Set(at),
            ..Default::default()
        })
        .filter(registrations::Column::Id.eq(note.registration_id.0))
        .filter(registrations::Column::LastLaunchAt.lte(at.saturating_sub(LAST_LAUNCH_PRECISION)))
        .exec(db)
        .await?;
    if note.confirms {
        confirm_deployment(db, note.registration_id, &note.deployment_id, at).await?;
        return Ok(Written::Yes);
    }
    let unconfirmed = deployments::Entity::find()
        .filter(deployments::Column::RegistrationId.eq(note.registration_id.0))
        .filter(deployments::Column::DeploymentId.eq(note.deployment_id.as_str()))
        .filter(deployments::Column::ConfirmedAt.is_null())
        .count(db)
        .await?;
    Ok(if unconfirmed == 0 {
        Written::Yes
    } else {
        Written::Unconfirmed
    })
}

/// The error of a statement, for one of those who waited for it.
fn shared(error: &Arc<StoreError>) -> StoreError {
    match **error {
        StoreError::Untrusted(error) => StoreError::Untrusted(error),
        _ => StoreError::Unavailable(Box::new(Shared(Arc::clone(error)))),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no word of the record of the launch came in time")]
struct OverdueError;

#[derive(Debug, thiserror::Error)]
#[error("the record of the launch couldn't be written")]
struct Shared(#[source] Arc<StoreError>);

/// As the statement takes bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
