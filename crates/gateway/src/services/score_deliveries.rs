//! No grade is lost: a score that the LMS can't take now waits, sealed, and is sent again until the LMS takes or refuses it, a newer one
//! takes its place, or it is too old.

use std::time::Duration;

use domain::{CallFault, CallOutcome, LmsService, Registration};
use futures_util::future::join_all;
use lti13::services::{
    access_token::SCORE,
    ags::{SCORE_TYPE, scores_url},
};
use reqwest::Method;
use store::{NewWaitingScore, ScoreIntake, ScoreKey, Store, StoreError, WaitingScore};
use time::OffsetDateTime;
use tokio::sync::Notify;
use url::Url;
use uuid::Uuid;

use crate::{
    services::{
        clock::Clock,
        grades::{Body, Grades},
        lms_tokens::{LmsCallError, LmsTokenError, LmsTokens},
        random,
        roster::RosterError,
        secrets::Secrets,
        service_calls::{ServiceCalls, fault},
    },
    telemetry::log::{chain, log_store_error},
};

const PURPOSE: &str = "waiting-score";
/// How often this instance looks for scores that are due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Scores that are sent at once.
const BATCH: u32 = 10;
/// Nobody else sends a score meanwhile; an attempt ends before.
const LEASE: time::Duration = time::Duration::seconds(60);
/// The first pause, which doubles with every attempt, and the longest, in seconds.
const PAUSES: (i64, i64) = (5, 1800);
/// The longest pause that an LMS may ask for, in seconds.
const LONGEST_RETRY_AFTER: u64 = 6 * 60 * 60;

/// Lets scores wait and delivers them.
pub struct ScoreDeliveries {
    store: Store,
    clock: Clock,
    secrets: Secrets,
    tokens: LmsTokens,
    calls: ServiceCalls,
    settings: ScoreSettings,
    written: Notify,
}

/// The bounds of scores that wait.
#[derive(Clone, Copy, Debug)]
pub struct ScoreSettings {
    /// The age at which a score is given up.
    pub give_up: time::Duration,
    /// Scores of one registration that wait at the same time.
    pub share: u32,
}

/// A score that is about to be sent.
pub struct Sending<'a> {
    /// The person and the line item.
    pub key: &'a ScoreKey,
    /// The LMS's address of the line item.
    pub line_item: &'a Url,
    /// The score, as the LMS gets it.
    pub body: Vec<u8>,
    /// Its time, in microseconds since 1970.
    pub timestamp: i64,
}

/// The end of an attempt to deliver a score that came from an app.
#[derive(Debug)]
pub enum Delivered {
    /// The LMS has it.
    AtOnce,
    /// It waits.
    Waits,
    /// A newer one waits or was delivered.
    Outdated,
    /// As many wait as may.
    Full,
}

/// Why a score is neither delivered nor waits.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The LMS refuses it.
    #[error(transparent)]
    Lms(#[from] RosterError),
    /// The database can't answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The next step after an error of the LMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NextStep {
    /// It is sent again, not before so many seconds; the LMS may have taken it.
    Again { after: Option<u64>, unclear: bool },
    /// It is not sent again.
    Never,
}

fn next_step(error: &RosterError) -> NextStep {
    let again = |after, unclear| NextStep::Again { after, unclear };
    match error {
        RosterError::Call(LmsCallError::Unreachable(_)) => again(None, true),
        RosterError::Call(LmsCallError::Token(LmsTokenError::Unreachable(_))) => again(None, false),
        RosterError::Call(LmsCallError::Token(LmsTokenError::Refused { status, .. })) if *status == 429 || *status >= 500 => {
            again(None, false)
        }
        RosterError::Call(LmsCallError::Token(_)) => NextStep::Never,
        RosterError::Status {
            status: 429,
            retry_after,
            ..
        } => again(*retry_after, false),
        RosterError::Status { status, retry_after, .. } if *status >= 500 => again(*retry_after, true),
        RosterError::Status { .. } => NextStep::Never,
        // It took the score; only its answer is odd.
        RosterError::Unusable { .. } => again(None, true),
    }
}

impl ScoreDeliveries {
    /// With a key of its own, derived from the configured secret.
    pub fn new(
        store: Store,
        secrets: Secrets,
        clock: Clock,
        tokens: LmsTokens,
        calls: ServiceCalls,
        settings: ScoreSettings,
    ) -> Self {
        Self {
            store,
            clock,
            secrets,
            tokens,
            calls,
            settings,
            written: Notify::new(),
        }
    }

    /// Sends a score now, or lets it wait where the LMS can't take it now.
    ///
    /// # Errors
    ///
    /// [`DeliveryError`].
    pub async fn deliver(
        &self,
        registration: &Registration,
        service: &LmsService,
        sending: Sending<'_>,
    ) -> Result<Delivered, DeliveryError> {
        let Sending {
            key,
            line_item,
            body,
            timestamp,
        } = sending;
        let Err(error) = self.send(registration, service, line_item, body.clone()).await else {
            self.arrived(registration, service, key, timestamp).await?;
            return Ok(Delivered::AtOnce);
        };
        let NextStep::Again { after, unclear } = next_step(&error) else {
            return Err(error.into());
        };
        let (id, now) = (Uuid::now_v7(), self.clock.now());
        let new = NewWaitingScore {
            id,
            key: key.clone(),
            service_id: service.id.clone(),
            body: self.secrets.seal(PURPOSE, &body),
            timestamp,
            next_attempt_at: now + pause(1, after),
            repeated: unclear,
        };
        match self.store.let_score_wait(&new, self.settings.share, now).await? {
            ScoreIntake::Waits { replaced } => {
                if let Some(replaced) = replaced {
                    let reason = (CallFault::Replaced, None);
                    self.calls
                        .score(replaced, service, registration.id, CallOutcome::GivenUp, reason)
                        .await;
                }
                self.calls
                    .score(id, service, registration.id, CallOutcome::Waiting, fault(&error))
                    .await;
                Ok(Delivered::Waits)
            }
            ScoreIntake::Outdated => Ok(Delivered::Outdated),
            ScoreIntake::Full => Ok(Delivered::Full),
        }
    }

    /// A line item was deleted: what waits for it is dropped.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn line_item_gone(
        &self,
        registration: &Registration,
        service: &LmsService,
        line_item: &str,
    ) -> Result<(), StoreError> {
        for id in self.store.drop_scores_of(line_item).await? {
            let reason = (CallFault::LineItemGone, None);
            self.calls
                .score(id, service, registration.id, CallOutcome::GivenUp, reason)
                .await;
        }
        Ok(())
    }

    /// Sends the scores that are due, for as long as the gateway runs.
    pub async fn run(&self) {
        loop {
            match self.send_due().await {
                // There may be more.
                Ok(sent) if sent > 0 => continue,
                Ok(_) => {}
                Err(error) => log_store_error(&error, "scores that wait can't be looked for"),
            }
            tokio::time::timeout(LOOK_EVERY, self.written.notified()).await.ok();
        }
    }

    /// Looks for scores that are due now.
    pub fn look(&self) {
        self.written.notify_one();
    }

    async fn send_due(&self) -> Result<usize, StoreError> {
        let due = self.store.claim_scores(self.clock.now(), LEASE, BATCH).await?;
        for outcome in join_all(due.iter().map(|score| self.send_again(score))).await {
            if let Err(error) = outcome {
                // It is sent again when the lease ends.
                tracing::warn!(error = %chain(&error), "the outcome of a delivery could not be saved");
            }
        }
        Ok(due.len())
    }

    async fn send_again(&self, score: &WaitingScore) -> Result<(), StoreError> {
        let service = self.store.find_lms_service(&score.service_id).await?;
        let Some(service) = service else {
            return self.store.drop_score(score.id).await;
        };
        let now = self.clock.now();
        let registration = self.store.find_registration_of_service(&service, now).await?;
        let line_item = self.store.find_line_item(&service.id, &score.key.line_item_id).await?;
        let body = self.secrets.open(PURPOSE, &score.body).ok();
        let (Some(registration), Some(line_item), Some(body)) = (registration, line_item, body) else {
            return self.end_without_registration(score, &service).await;
        };
        if score.since + self.settings.give_up <= now {
            return self.give_up(score, &service, &registration, (CallFault::TooOld, None)).await;
        }
        let Err(error) = self.send(&registration, &service, &line_item, body).await else {
            return self.arrived(&registration, &service, &score.key, score.timestamp).await;
        };
        let reason = fault(&error);
        match next_step(&error) {
            NextStep::Again { after, unclear } => {
                let next = now + pause(score.attempt + 1, after);
                self.store.postpone_score(score.id, next, unclear).await?;
                self.calls
                    .score(score.id, &service, registration.id, CallOutcome::Waiting, reason)
                    .await;
                Ok(())
            }
            // The LMS took the attempt that ended unclearly: of two scores with one time, it refuses the second.
            NextStep::Never if score.repeated && matches!(reason.1, Some(400 | 409)) => {
                self.arrived(&registration, &service, &score.key, score.timestamp).await
            }
            NextStep::Never => self.give_up(score, &service, &registration, reason).await,
        }
    }

    async fn end_without_registration(&self, score: &WaitingScore, service: &LmsService) -> Result<(), StoreError> {
        self.store.drop_score(score.id).await?;
        if let Some(call) = self.store.find_service_call(service.tenant_id, score.id).await? {
            let reason = (CallFault::RegistrationGone, None);
            self.calls
                .score(score.id, service, call.registration_id, CallOutcome::GivenUp, reason)
                .await;
        }
        Ok(())
    }

    async fn give_up(
        &self,
        score: &WaitingScore,
        service: &LmsService,
        registration: &Registration,
        reason: (CallFault, Option<u16>),
    ) -> Result<(), StoreError> {
        self.store.drop_score(score.id).await?;
        self.calls
            .score(score.id, service, registration.id, CallOutcome::GivenUp, reason)
            .await;
        Ok(())
    }

    async fn arrived(
        &self,
        registration: &Registration,
        service: &LmsService,
        key: &ScoreKey,
        timestamp: i64,
    ) -> Result<(), StoreError> {
        let ended = self
            .store
            .score_arrived(key, &service.id, timestamp, self.clock.now())
            .await?;
        let Some(id) = ended else { return Ok(()) };
        let known = self.store.find_service_call(service.tenant_id, id).await?;
        let reason = known.map_or((CallFault::Unreachable, None), |call| (call.fault, call.upstream_status));
        self.calls
            .score(id, service, registration.id, CallOutcome::Delivered, reason)
            .await;
        Ok(())
    }

    async fn send(
        &self,
        registration: &Registration,
        service: &LmsService,
        line_item: &Url,
        bytes: Vec<u8>,
    ) -> Result<(), RosterError> {
        let grades = Grades {
            tokens: &self.tokens,
            registration,
            service,
        };
        let body = Body {
            media_type: SCORE_TYPE,
            bytes,
        };
        let url = scores_url(line_item);
        grades.call(Method::POST, url, SCORE, None, Some(body)).await.map(|_| ())
    }
}

/// The pause before an attempt, from the second: three to five quarters of a pause that doubles each time, and not less than the LMS
/// asks for.
fn pause(attempt: u32, retry_after: Option<u64>) -> time::Duration {
    let (first, longest) = PAUSES;
    let doubled = first.saturating_mul(1 << (attempt.saturating_sub(1)).min(16)).min(longest);
    let [random]: [u8; 1] = random::bytes();
    let pause = time::Duration::seconds(doubled) * (0.75 + f64::from(random) / 510.0);
    let asked = retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
    pause.max(time::Duration::seconds(asked.cast_signed()))
}

/// The time of a score that is sent: a millisecond after the last one that was delivered, where both have the same.
pub fn newer_than(timestamp: i64, last: Option<i64>) -> i64 {
    match last {
        Some(last) if last == timestamp => timestamp.saturating_add(1_000),
        _ => timestamp,
    }
}

/// The moment of a time in microseconds, to compare it with the clock.
pub fn is_ahead(timestamp: i64, now: OffsetDateTime, seconds: i64) -> bool {
    let now = now.unix_timestamp_nanos() / 1_000;
    i128::from(timestamp) > now + i128::from(seconds) * 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::outbound::FetchError;

    fn status(status: u16, retry_after: Option<u64>) -> RosterError {
        RosterError::Status {
            status,
            retry_after,
            excerpt: String::new(),
        }
    }

    #[test]
    fn errors_that_pass_are_tried_again() {
        let again = |after, unclear| NextStep::Again { after, unclear };
        assert_eq!(next_step(&status(429, Some(7))), again(Some(7), false));
        assert_eq!(next_step(&status(503, None)), again(None, true));
        for refused in [400, 401, 403, 404, 409, 422, 302] {
            assert_eq!(next_step(&status(refused, None)), NextStep::Never, "{refused}");
        }
        let unreachable = RosterError::Call(LmsCallError::Unreachable(FetchError::TimedOut));
        assert_eq!(next_step(&unreachable), again(None, true));
        let token = |status| {
            RosterError::Call(LmsCallError::Token(LmsTokenError::Refused {
                status,
                reason: String::new(),
                excerpt: String::new(),
            }))
        };
        assert_eq!(next_step(&token(503)), again(None, false));
        assert_eq!(next_step(&token(400)), NextStep::Never);
        assert_eq!(
            next_step(&RosterError::Call(LmsCallError::Token(LmsTokenError::NoTokenUrl))),
            NextStep::Never
        );
    }

    #[test]
    fn pauses_double_and_are_not_shorter_than_asked_for() {
        for attempt in 1..40 {
            let seconds = pause(attempt, None).whole_seconds();
            assert!((3..=2_250).contains(&seconds), "{attempt}: {seconds}");
        }
        assert_eq!(pause(1, Some(100)).whole_seconds(), 100);
        assert_eq!(pause(1, Some(u64::MAX)).whole_seconds(), 21_600);
    }

    #[test]
    fn a_score_of_the_same_time_is_sent_a_millisecond_later() {
        assert_eq!(newer_than(5, None), 5);
        assert_eq!(newer_than(5, Some(4)), 5);
        assert_eq!(newer_than(5, Some(5)), 1_005);
    }

    #[test]
    fn a_time_may_be_a_little_ahead() {
        let now = OffsetDateTime::from_unix_timestamp(1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        assert!(!is_ahead(1_300_000_000, now, 300));
        assert!(is_ahead(1_300_000_001, now, 300));
    }
}
