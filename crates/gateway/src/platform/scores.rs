//! `POST /platform/lineitems/{service}/{item}/scores` (Assignment and Grade Services 2.0, section 3.4).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use domain::{CalledService, LmsServiceKind, Service};
use lti13::services::ags::{MAX_SCORE_LENGTH, Score, Timestamp};
use messages::api;
use serde_json::Value;
use store::ScoreKey;

use super::{
    authorization::CallingApp,
    line_items::{invalid, too_large},
    lms_services::find_service,
    problem::PlatformError,
};
use crate::{
    request::{admission::wait_without_permit, form::read_bytes},
    services::score_deliveries::{Delivered, DeliveryError, Sending, is_ahead, newer_than},
    state::AppState,
};

/// How far the time of a score may be ahead, in seconds.
const AHEAD: i64 = 5 * 60;
/// Seconds after which a score may be sent again where as many wait as may.
const RETRY_WHEN_FULL: u64 = 300;

/// Takes a score: 200 where the LMS has it, 202 where it waits.
pub(super) async fn add_score(
    caller: CallingApp,
    request: HttpRequest,
    app: web::Data<AppState>,
    ids: web::Path<(String, String)>,
    payload: web::Payload,
) -> Result<HttpResponse, PlatformError> {
    let (service, item) = ids.into_inner();
    caller.require(&[Service::Scores])?;
    let usable = find_service(&app, &caller, &service, LmsServiceKind::LineItems).await?;
    usable.require(&[Service::Scores])?;
    let line_item = usable.line_item(&app, &item).await?;
    let bytes = read_bytes(payload.into_inner(), MAX_SCORE_LENGTH).await;
    let bytes = bytes.map_err(|_| too_large("score.too_large"))?;
    let score = Score::parse(&bytes).map_err(|error| invalid("score.invalid", &error))?;
    let sent_at = score.timestamp().unix_microseconds();
    if is_ahead(sent_at, app.clock.now(), AHEAD) {
        return Err(PlatformError::bad_request("score.timestamp", api::lms_service::SCORE_AHEAD));
    }
    let lms_id = usable.person(&app, score.user_id()).await?;
    let grader = match score.scoring_user_id() {
        Some(grader) => usable.person(&app, grader).await.ok(),
        None => None,
    };
    let key = ScoreKey {
        line_item_id: item,
        subject: score.user_id().to_owned(),
    };
    let times = app.store.score_times(&key).await?;
    let timestamp = newer_than(newer_than(sent_at, times.delivered), times.waiting);
    if times.waiting.is_some_and(|waiting| waiting > timestamp) {
        return Err(outdated());
    }
    let time = Timestamp::from_unix_microseconds(timestamp).unwrap_or(score.timestamp());
    let body = Value::Object(score.for_platform(&lms_id, grader.as_deref(), time)).to_string();
    let sending = Sending {
        key: &key,
        line_item: &line_item,
        body: body.into_bytes(),
        timestamp,
    };
    let delivery = app.score_deliveries.deliver(&usable.registration, &usable.service, sending);
    match wait_without_permit(&request, Box::pin(delivery)).await? {
        Ok(Delivered::AtOnce) => Ok(HttpResponse::Ok().finish()),
        Ok(Delivered::Waits) => Ok(HttpResponse::Accepted().finish()),
        Ok(Delivered::Outdated) => Err(outdated()),
        Ok(Delivered::Full) => {
            let error = PlatformError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "score.too_many_waiting",
                api::lms_service::TOO_MANY_WAITING,
            );
            Err(error.with_retry_after(RETRY_WHEN_FULL))
        }
        Err(DeliveryError::Lms(error)) => {
            app.service_calls
                .failed(&usable.registration, CalledService::Scores, &error)
                .await;
            Err(error.into())
        }
        Err(DeliveryError::Store(error)) => Err(error.into()),
    }
}

/// Answers a method that scores have not.
pub(super) async fn other_method(_: CallingApp) -> Result<HttpResponse, PlatformError> {
    Err(PlatformError::method_not_allowed("POST"))
}

fn outdated() -> PlatformError {
    PlatformError::new(StatusCode::CONFLICT, "score.outdated", api::lms_service::SCORE_OUTDATED)
}
