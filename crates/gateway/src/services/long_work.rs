//! Reads long bodies and writes long responses on separate threads, so that a worker can answer other requests: a few at
//! a time, and one at a time for each tenant.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_web::{HttpResponse, http::header::ContentType, web};
use domain::TenantId;
use serde::Serialize;
use store::{Store, StoreError};
use tokio::{runtime::Handle, sync::Semaphore, time::timeout};

use crate::{http::error::ApiError, telemetry::metrics::LongWork, telemetry::metrics::Metrics};

/// A body of more bytes is a long one.
pub const LONG_BODY: usize = 64 * 1024;
/// An answer of more rows is a long one.
pub const LONG_ANSWER: usize = 1_000;
/// How many of one tenant may wait or be worked on: each of them may hold a body.
const MOST_QUEUED: usize = 8;

/// The threads for long work. Cheap to clone.
#[derive(Clone)]
pub struct BlockingPool(Arc<Pool>);

struct Pool {
    permits: Arc<Semaphore>,
    queues: Mutex<HashMap<TenantId, Queue>>,
    patience: Duration,
    metrics: Metrics,
}

struct Queue {
    length: usize,
    turn: Arc<Semaphore>,
}

/// A place in a tenant's queue.
pub struct Ticket {
    pool: BlockingPool,
    tenant: TenantId,
    kind: LongWork,
    turn: Arc<Semaphore>,
    /// How long to wait at the most.
    patience: Option<Duration>,
}

impl BlockingPool {
    /// With so many permits, for work that waits so long for one.
    pub fn new(permits: usize, patience: Duration, metrics: Metrics) -> Self {
        Self(Arc::new(Pool {
            permits: Arc::new(Semaphore::new(permits)),
            queues: Mutex::default(),
            patience,
            metrics,
        }))
    }

    /// Half as many permits as there are processors, so that the workers have the others.
    pub fn default_permits() -> usize {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        (processors / 2).max(2)
    }

    /// Queues for one piece of work.
    ///
    /// # Errors
    ///
    /// 503 where too many of the tenant's are queued already.
    pub fn enter(&self, tenant: TenantId, kind: LongWork) -> Result<Ticket, ApiError> {
        let ticket = self.join(tenant, kind, MOST_QUEUED, Some(self.0.patience));
        if ticket.is_err() {
            self.0.metrics.request_rejected();
        }
        ticket
    }

    /// How many of the tenant's wait or are worked on.
    pub fn queued(&self, tenant: TenantId) -> usize {
        let queues = self.0.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.get(&tenant).map_or(0, |queue| queue.length)
    }

    fn join(&self, tenant: TenantId, kind: LongWork, most: usize, patience: Option<Duration>) -> Result<Ticket, ApiError> {
        let mut queues = self.0.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.entry(tenant).or_insert_with(|| Queue {
            length: 0,
            turn: Arc::new(Semaphore::new(1)),
        });
        if queue.length >= most {
            return Err(ApiError::Busy);
        }
        queue.length += 1;
        Ok(Ticket {
            pool: self.clone(),
            tenant,
            kind,
            turn: Arc::clone(&queue.turn),
            patience,
        })
    }

    /// Answers 200 with JSON of rows from the database: at once where they are few, else in the tenant's turn, which comes before they
    /// are read. The store's deadline begins after that.
    ///
    /// # Errors
    ///
    /// 503 where its turn doesn't come in time, or the database can't answer.
    pub async fn answer_rows<R, T, F>(
        &self,
        store: &Store,
        tenant: TenantId,
        read: impl Fn(Store) -> F + Send + 'static,
        present: impl FnOnce(R) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<HttpResponse, ApiError>
    where
        T: Serialize,
        F: Future<Output = Result<R, StoreError>>,
    {
        let store = store.clone();
        match read(store.clone().with_row_limit(LONG_ANSWER)).await {
            Err(StoreError::TooManyRows) => {
                self.answer_all(tenant, move || async move { present(read(store).await?) })
                    .await
            }
            rows => Ok(HttpResponse::Ok().json(present(rows?)?)),
        }
    }

    /// Answers 200 with JSON of all that is read from the database: in turn from the first row on, however many there are.
    ///
    /// # Errors
    ///
    /// 503 where its turn doesn't come in time, or the database can't answer.
    pub async fn answer_all<T, F>(
        &self,
        tenant: TenantId,
        read: impl FnOnce() -> F + Send + 'static,
    ) -> Result<HttpResponse, ApiError>
    where
        T: Serialize,
        F: Future<Output = Result<T, ApiError>>,
    {
        let runtime = Handle::current();
        let json = move || Ok(serde_json::to_vec(&runtime.block_on(read())?));
        let json: Result<_, ApiError> = self.enter(tenant, LongWork::Answer)?.run(json).await?;
        json_answer(json?)
    }

    /// Answers 200 with JSON of so many rows that tell what was done already, however long that takes.
    ///
    /// # Errors
    ///
    /// 500 where it can't be written.
    pub async fn report<T: Serialize>(
        &self,
        tenant: TenantId,
        rows: usize,
        make: impl FnOnce() -> T + Send + 'static,
    ) -> Result<HttpResponse, ApiError> {
        if rows <= LONG_ANSWER {
            return Ok(HttpResponse::Ok().json(make()));
        }
        let ticket = self.join(tenant, LongWork::Answer, usize::MAX, None)?;
        json_answer(ticket.run(move || serde_json::to_vec(&make())).await?)
    }
}

fn json_answer(json: serde_json::Result<Vec<u8>>) -> Result<HttpResponse, ApiError> {
    let json = json.map_err(|error| ApiError::Internal(error.into()))?;
    Ok(HttpResponse::Ok().insert_header(ContentType::json()).body(json))
}

impl Ticket {
    /// Does the work when its turn has come. If nobody waits for it any more, it is finished all the same before the tenant's next begins.
    ///
    /// # Errors
    ///
    /// 503 where its turn doesn't come in time, 500 where the work panics.
    pub async fn run<R: Send + 'static>(self, work: impl FnOnce() -> R + Send + 'static) -> Result<R, ApiError> {
        let permits = async {
            let turn = Arc::clone(&self.turn).acquire_owned().await?;
            let permit = Arc::clone(&self.pool.0.permits).acquire_owned().await?;
            Ok::<_, tokio::sync::AcquireError>((turn, permit))
        };
        let permits = match self.patience {
            Some(patience) => timeout(patience, permits).await.map_err(|_| {
                self.pool.0.metrics.request_rejected();
                ApiError::Busy
            })?,
            None => permits.await,
        };
        let permits = permits.map_err(|closed| ApiError::Internal(closed.into()))?;
        self.pool.0.metrics.count_long_work(self.kind);
        let done = web::block(move || {
            let result = work();
            drop((permits, self));
            result
        });
        done.await.map_err(|error| ApiError::Internal(error.into()))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut queues = self.pool.0.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get_mut(&self.tenant) {
            queue.length -= 1;
            if queue.length == 0 {
                queues.remove(&self.tenant);
            }
        }
    }
}

#[cfg(test)]
#[path = "long_work/tests.rs"]
mod tests;
