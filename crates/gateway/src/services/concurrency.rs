//! Protects the gateway from overload: requests in progress are limited, and each must arrive in time.
//!
//! Launches, key sets, health and everything else have limits of their own, so that none delays the others. A permit is for work: a
//! request holds none while its body arrives, or a few hundred slow clients would hold them all, and a launch none while a keyset is
//! fetched, or a few LMSs that don't answer would. Partly received bodies take memory, which is limited too.

use std::{
    cell::RefCell,
    collections::VecDeque,
    io,
    rc::Rc,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::{
    dev::Payload,
    error::PayloadError,
    web::{Bytes, BytesMut},
};
use futures_util::{StreamExt as _, stream};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout, timeout_at},
};

use crate::http::json::{BODY_LIMIT, LAUNCH_LIMIT};

/// A form that is too long is received up to here, so that the browser gets to read the page that says so.
const DRAIN_LIMIT: usize = 32 * 1024 * 1024;

/// Partly received bodies take this many bytes at the most, in each lane.
const ARRIVING_LIMIT: usize = 128 * 1024 * 1024;
/// How long a body waits for the room of one that was given up.
const ROOM_PATIENCE: Duration = Duration::from_secs(2);

/// The permits for requests in progress.
pub struct ConcurrencyLimits {
    of_each: usize,
    launches: Lane,
    keysets: Lane,
    health: Lane,
    others: Lane,
}

/// Permits, and the memory for bodies on their way to one, that no other requests can take.
pub struct Lane {
    permits: Arc<Semaphore>,
    /// How many of these those may have that come back from a wait.
    returning: Arc<Semaphore>,
    /// The memory.
    pub arriving: Arc<Arriving>,
}

/// The memory for bodies on their way. Where there is no room for a further one, the oldest is given up: a client that means to
/// finish sends its body within moments, so stalled clients make room, however many they are.
pub struct Arriving {
    room: Arc<Semaphore>,
    /// The bodies on their way, the oldest first.
    bodies: Mutex<VecDeque<Weak<Arrival>>>,
}

/// A body on its way.
#[derive(Default)]
struct Arrival {
    bytes: AtomicUsize,
    given_up: Notify,
}

/// The permit of a request in progress.
pub struct RequestPermit {
    permits: Arc<Semaphore>,
    returning: Arc<Semaphore>,
    permit: RefCell<Option<OwnedSemaphorePermit>>,
    returned: RefCell<Option<OwnedSemaphorePermit>>,
}

impl ConcurrencyLimits {
    /// So many in each lane.
    pub fn new(of_each: usize) -> Self {
        let lane = || Lane::new(of_each, of_each, ARRIVING_LIMIT);
        Self {
            of_each,
            // Many launches may have waited for the same keyset: they leave as much to others.
            launches: Lane::new(of_each, of_each.div_ceil(2), ARRIVING_LIMIT),
            keysets: lane(),
            health: lane(),
            others: lane(),
        }
    }

    /// How many are taken.
    pub fn taken(&self) -> usize {
        let lanes = [&self.launches, &self.keysets, &self.health, &self.others];
        lanes.map(|lane| self.of_each - lane.permits.available_permits()).iter().sum()
    }

    /// The lane of a request to that path.
    pub fn lane(&self, path: &str) -> &Lane {
        if is_keyset(path) {
            &self.keysets
        } else if is_launch(path) {
            &self.launches
        } else if path.starts_with("/health/") {
            &self.health
        } else {
            &self.others
        }
    }
}

impl Lane {
    fn new(permits: usize, returning: usize, bytes: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            returning: Arc::new(Semaphore::new(returning)),
            arriving: Arc::new(Arriving {
                room: Arc::new(Semaphore::new(bytes)),
                bodies: Mutex::default(),
            }),
        }
    }

    /// A permit, if there is one.
    pub fn try_acquire(&self) -> Option<Rc<RequestPermit>> {
        let permit = RequestPermit {
            permits: Arc::clone(&self.permits),
            returning: Arc::clone(&self.returning),
            permit: RefCell::new(None),
            returned: RefCell::new(None),
        };
        permit.take().then(|| Rc::new(permit))
    }
}

impl RequestPermit {
    /// Takes it again after a wait, if there is one when its turn has come.
    pub async fn take_again(&self) -> bool {
        let turn = Arc::clone(&self.returning).acquire_owned().await.ok();
        let taken = turn.is_some() && self.take();
        self.returned.replace(turn.filter(|_| taken));
        taken
    }

    /// Takes it, if there is one.
    fn take(&self) -> bool {
        let permit = Arc::clone(&self.permits).try_acquire_owned().ok();
        let taken = permit.is_some();
        self.permit.replace(permit);
        taken
    }

    /// Leaves it to others.
    pub fn release(&self) {
        self.permit.replace(None);
        self.returned.replace(None);
    }
}

/// A path of the gateway's own keysets, which have permits of their own.
fn is_keyset(path: &str) -> bool {
    path.starts_with("/.well-known/") || path.starts_with("/lti/keys/")
}

/// A path of launches, which have permits of their own.
pub fn is_launch(path: &str) -> bool {
    let first = path.split('/').find(|segment| !segment.is_empty());
    first.is_some_and(|first| first.eq_ignore_ascii_case("lti")) && !is_keyset(path)
}

/// The longest form at this path, in bytes.
pub fn form_limit(path: &str) -> usize {
    let takes_tokens = ["/lti/open/", "/platform/deep-links/"];
    match path {
        "/lti/launch" | "/lti/launch/confirm" => LAUNCH_LIMIT,
        path if takes_tokens.iter().any(|prefix| path.starts_with(prefix)) => LAUNCH_LIMIT,
        _ => BODY_LIMIT,
    }
}

/// True if reading a body was broken off for lack of room.
pub fn is_no_room(error: &PayloadError) -> bool {
    matches!(error, PayloadError::Io(error) if error.kind() == io::ErrorKind::QuotaExceeded)
}

impl Arriving {
    fn begin(&self) -> Arc<Arrival> {
        let arrival = Arc::new(Arrival::default());
        let mut bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        bodies.retain(|body| body.strong_count() > 0);
        bodies.push_back(Arc::downgrade(&arrival));
        arrival
    }

    /// Gives up the oldest bodies, until so many bytes get free or `arrival` itself is the oldest.
    fn make_room(&self, bytes: usize, arrival: &Arc<Arrival>) {
        let mut bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        let mut freed = 0;
        while freed < bytes
            && let Some(oldest) = bodies.pop_front()
        {
            let Some(oldest) = oldest.upgrade() else { continue };
            if Arc::ptr_eq(&oldest, arrival) {
                bodies.push_front(Arc::downgrade(arrival));
                return;
            }
            freed += oldest.bytes.load(Ordering::Relaxed);
            oldest.given_up.notify_one();
        }
    }

    /// Takes room for so many bytes more of a body.
    async fn take_room(
        &self,
        arrival: &Arc<Arrival>,
        room: &mut Option<OwnedSemaphorePermit>,
        more: usize,
    ) -> Result<(), PayloadError> {
        let count = u32::try_from(more).map_err(|_| no_room())?;
        let taken = match Arc::clone(&self.room).try_acquire_many_owned(count) {
            Ok(taken) => taken,
            Err(_) => {
                self.make_room(more, arrival);
                let freed = timeout(ROOM_PATIENCE, Arc::clone(&self.room).acquire_many_owned(count)).await;
                freed.map_err(|_| no_room())?.map_err(|_| no_room())?
            }
        };
        arrival.bytes.fetch_add(more, Ordering::Relaxed);
        match room {
            Some(room) => room.merge(taken),
            None => *room = Some(taken),
        }
        Ok(())
    }
}

/// A body that breaks off when its client takes too long, or when it is given up for others. Its first `counted` bytes take memory.
pub fn bounded(payload: Payload, deadline: Instant, arriving: Arc<Arriving>, counted: usize) -> Payload {
    if matches!(payload, Payload::None) {
        return payload;
    }
    let arrival = arriving.begin();
    let payload = stream::unfold((payload, None), move |(mut payload, mut room)| {
        let (arriving, arrival) = (Arc::clone(&arriving), Arc::clone(&arrival));
        async move {
            let next = async {
                let late = |_| Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into())));
                let chunk = timeout_at(deadline, payload.next()).await.unwrap_or_else(late)?;
                let Ok(chunk) = chunk else { return Some(chunk) };
                let left_to_count = counted.saturating_sub(arrival.bytes.load(Ordering::Relaxed));
                let taken = arriving.take_room(&arrival, &mut room, chunk.len().min(left_to_count)).await;
                Some(taken.map(|()| chunk))
            };
            let chunk = tokio::select! {
                chunk = next => chunk,
                () = arrival.given_up.notified() => {
                    room = None;
                    Some(Err(no_room()))
                }
            };
            Some((chunk?, (payload, room)))
        }
    });
    Payload::Stream {
        payload: payload.boxed_local(),
    }
}

fn no_room() -> PayloadError {
    PayloadError::Io(io::ErrorKind::QuotaExceeded.into())
}

/// Bodies under way take as much memory as they may.
#[derive(Debug)]
pub struct NoRoom;

/// A body once it is complete, or broken off, of which `kept` bytes are kept.
///
/// # Errors
///
/// [`NoRoom`].
pub async fn arrived(mut payload: Payload, kept: usize) -> Result<Payload, NoRoom> {
    if matches!(payload, Payload::None) {
        return Ok(payload);
    }
    let (mut body, mut received) = (BytesMut::new(), 0);
    let mut end: Option<Result<Bytes, PayloadError>> = None;
    while let Some(chunk) = payload.next().await {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(error) if is_no_room(&error) => return Err(NoRoom),
            Err(_) => {
                end = Some(chunk);
                break;
            }
        };
        received += chunk.len();
        let room = kept.saturating_sub(body.len());
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if received > DRAIN_LIMIT {
            break;
        }
    }
    let whole = stream::iter([Ok(body.freeze())].into_iter().chain(end));
    Ok(Payload::Stream {
        payload: whole.boxed_local(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(chunks: &[usize]) -> Payload {
        let chunks: Vec<_> = chunks.iter().map(|length| Ok(Bytes::from(vec![b'x'; *length]))).collect();
        Payload::Stream {
            payload: stream::iter(chunks).boxed_local(),
        }
    }

    fn bounded_by(lane: &Lane, body: Payload, counted: usize) -> Payload {
        let deadline = Instant::now() + Duration::from_secs(60);
        bounded(body, deadline, Arc::clone(&lane.arriving), counted)
    }

    #[actix_web::test]
    async fn bodies_under_way_take_no_more_memory_than_they_may() {
        let lane = Lane::new(1, 1, 100);
        let mut first = bounded_by(&lane, body(&[40, 40]), usize::MAX);
        assert_eq!(first.next().await.unwrap().unwrap().len(), 40);
        let too_much = bounded_by(&lane, body(&[40, 80]), usize::MAX);
        assert!(arrived(too_much, usize::MAX).await.is_err());
        drop(first);
        assert_eq!(lane.arriving.room.available_permits(), 100);
    }

    /// A body of which so much has arrived, and the rest never does.
    fn stalled(length: usize) -> Payload {
        let chunks = stream::iter([Ok(Bytes::from(vec![b'x'; length]))]).chain(stream::pending());
        Payload::Stream {
            payload: chunks.boxed_local(),
        }
    }

    #[actix_web::test]
    async fn those_that_come_back_from_a_wait_leave_places_to_others() {
        let lane = Lane::new(4, 2, 100);
        let waiting: Vec<_> = (0..3).map(|_| lane.try_acquire().unwrap()).collect();
        for permit in &waiting {
            permit.release();
        }
        assert!(waiting[0].take_again().await && waiting[1].take_again().await);
        let third = timeout(Duration::from_millis(10), waiting[2].take_again()).await;
        assert!(third.is_err(), "it waits for its turn");
        let others: Vec<_> = (0..2).map(|_| lane.try_acquire().unwrap()).collect();
        assert!(lane.try_acquire().is_none());
        waiting[0].release();
        let newcomer = lane.try_acquire().unwrap();
        assert!(!waiting[2].take_again().await, "all places are taken");
        drop((newcomer, others));
        assert!(waiting[2].take_again().await);
    }

    #[actix_web::test]
    async fn bodies_that_stall_make_room_the_oldest_first() {
        let lane = Lane::new(1, 1, 100);
        let mut stalling = Vec::new();
        for _ in 0..2 {
            let mut body = bounded_by(&lane, stalled(50), usize::MAX);
            assert_eq!(body.next().await.unwrap().unwrap().len(), 50);
            stalling.push(actix_web::rt::spawn(async move { body.next().await }));
        }
        assert!(
            arrived(bounded_by(&lane, body(&[20, 20]), usize::MAX), usize::MAX)
                .await
                .is_ok()
        );
        let newer = stalling.pop().unwrap();
        let oldest = stalling.pop().unwrap().await.unwrap();
        assert!(oldest.is_some_and(|chunk| chunk.is_err_and(|error| is_no_room(&error))));
        assert!(!newer.is_finished());
        newer.abort();
    }

    #[actix_web::test]
    async fn what_is_not_kept_of_a_long_body_takes_no_memory() {
        let lane = Lane::new(1, 1, 100);
        let mut long = bounded_by(&lane, body(&[60, 60, 60]), 70);
        for _ in 0..3 {
            assert_eq!(long.next().await.unwrap().unwrap().len(), 60);
        }
        assert_eq!(lane.arriving.room.available_permits(), 30);
    }
}
