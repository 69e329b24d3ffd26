//! A request takes a permit before its handler starts, or is rejected.

use std::{pin::pin, rc::Rc, sync::Arc, task::Poll, time::Duration};

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web,
};
use futures_util::{future::LocalBoxFuture, poll};
use tokio::time::Instant;

use crate::{
    http::error::ApiError,
    services::concurrency::{NoRoom, RequestPermit, arrived, bounded, form_limit, is_launch},
    state::AppState,
};

/// The page for a launch that is turned away.
pub type LaunchRejection = for<'a> fn(&'a HttpRequest, &'a AppState) -> LocalBoxFuture<'a, HttpResponse>;

/// Middleware that turns away at once what would have to queue: nothing is kept of it, and the database isn't asked.
///
/// The body of a form arrives before its request takes a permit. That of the API arrives when the handler asks for it by [`wait_without_permit`]:
/// after the permission.
pub async fn admit(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    rejection: LaunchRejection,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(app) = request.app_data::<web::Data<AppState>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let lane = app.concurrency.lane(request.path());
    let deadline = Instant::now() + Duration::from_secs(app.config.server.request_seconds);
    let mut payload = request.take_payload();
    if request.path().starts_with("/api/") {
        payload = bounded(payload, deadline, Arc::clone(&lane.arriving), usize::MAX);
    } else if request.method() != Method::GET {
        // Of one that is too long, a byte too much is kept.
        let kept = form_limit(request.path()) + 1;
        let arriving = bounded(payload, deadline, Arc::clone(&lane.arriving), kept);
        payload = match arrived(arriving, kept).await {
            Ok(payload) => payload,
            Err(NoRoom) => return Ok(reject(request, &app, rejection).await),
        };
    }
    request.set_payload(payload);
    let Some(permit) = lane.try_acquire() else {
        return Ok(reject(request, &app, rejection).await);
    };
    request.extensions_mut().insert(Rc::clone(&permit));
    let response = next.call(request).await;
    permit.release();
    Ok(response?.map_into_boxed_body())
}

async fn reject(request: ServiceRequest, app: &AppState, rejection: LaunchRejection) -> ServiceResponse<BoxBody> {
    app.metrics.request_rejected();
    if !is_launch(request.path()) {
        return request.error_response(ApiError::Busy);
    }
    let page = rejection(request.request(), app).await;
    request.into_response(page)
}

/// Waits for what comes from outside: a body, or another server's answer. The request has no permit meanwhile, unless it is there already.
///
/// # Errors
///
/// 503 where all places are taken when it is there.
pub async fn wait_without_permit<T>(request: &HttpRequest, outside: impl Future<Output = T>) -> Result<T, ApiError> {
    let mut outside = pin!(outside);
    if let Poll::Ready(outcome) = poll!(&mut outside) {
        return Ok(outcome);
    }
    let permit = request.extensions().get::<Rc<RequestPermit>>().cloned();
    if let Some(permit) = &permit {
        permit.release();
    }
    let outcome = outside.await;
    let Some(permit) = permit else { return Ok(outcome) };
    if permit.take_again().await {
        return Ok(outcome);
    }
    if let Some(app) = request.app_data::<web::Data<AppState>>() {
        app.metrics.request_rejected();
    }
    Err(ApiError::Busy)
}
