//! What keeps the gateway upright when more comes than it can do: requests in progress are bounded, and each must arrive in time.
//!
//! Launches and everything else have places of their own, so that neither keeps the other waiting. A place is for work: a launch gets
//! its own once its form has arrived, or a few hundred slow clients would hold them all.

use std::{io, time::Duration};

use actix_web::{
    Error, HttpMessage as _,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    middleware::Next,
    web::{self, Bytes, BytesMut},
};
use futures_util::{StreamExt as _, stream};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

use crate::{error::ApiError, input::BODY_LIMIT, lti, state::AppState};

/// Seconds after which somebody who was turned away may come again.
pub const RETRY_AFTER: &str = "5";
/// A form that is too long is received up to here, so that the browser gets to read the page that says so.
const DRAIN_LIMIT: usize = 32 * 1024 * 1024;

/// The places for requests in progress.
pub struct Places {
    of_each: usize,
    launches: Semaphore,
    others: Semaphore,
}

impl Places {
    /// So many for launches, and as many for everything else.
    pub fn new(of_each: usize) -> Self {
        Self {
            of_each,
            launches: Semaphore::new(of_each),
            others: Semaphore::new(of_each),
        }
    }

    /// How many are taken.
    pub fn taken(&self) -> usize {
        2 * self.of_each - self.launches.available_permits() - self.others.available_permits()
    }
}

/// Middleware that turns away at once what would have to queue: nothing is kept of it, and the database isn't asked. Whether the process
/// lives and can work is answered all the same.
pub async fn bound(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(state) = request.app_data::<web::Data<AppState>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    if request.path().starts_with("/health/") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let deadline = Instant::now() + Duration::from_secs(state.config.server.request_seconds);
    let mut payload = in_time(request.take_payload(), deadline);
    let launch = request.path().starts_with("/lti/");
    let places = if launch {
        payload = arrived(payload).await;
        &state.places.launches
    } else {
        &state.places.others
    };
    let Ok(_place) = places.try_acquire() else {
        state.metrics.turned_away();
        if !launch {
            return Ok(request.error_response(ApiError::Busy));
        }
        let page = lti::turn_away(request.request(), &state).await;
        return Ok(request.into_response(page));
    };
    request.set_payload(payload);
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// A body that breaks off when its client takes too long.
fn in_time(payload: Payload, deadline: Instant) -> Payload {
    if matches!(payload, Payload::None) {
        return payload;
    }
    let too_late = || Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into())));
    let payload = stream::unfold(payload, move |mut payload| async move {
        let chunk = timeout_at(deadline, payload.next()).await.unwrap_or_else(|_| too_late());
        chunk.map(|chunk| (chunk, payload))
    });
    Payload::Stream {
        payload: payload.boxed_local(),
    }
}

/// A body once it is complete, or broken off. Of one that is too long, a byte too much is kept.
async fn arrived(mut payload: Payload) -> Payload {
    if matches!(payload, Payload::None) {
        return payload;
    }
    let (mut body, mut received) = (BytesMut::new(), 0);
    let mut end: Option<Result<Bytes, PayloadError>> = None;
    while let Some(chunk) = payload.next().await {
        let Ok(chunk) = chunk else {
            end = Some(chunk);
            break;
        };
        received += chunk.len();
        let room = (BODY_LIMIT + 1).saturating_sub(body.len());
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if received > DRAIN_LIMIT {
            break;
        }
    }
    let whole = stream::iter([Ok(body.freeze())].into_iter().chain(end));
    Payload::Stream {
        payload: whole.boxed_local(),
    }
}
