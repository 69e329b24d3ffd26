//! Sends the events of the outbox, until they arrive or are given up.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use store::{Channel, Delivery, Store, StoreError};
use time::OffsetDateTime;

use super::{
    SupportDesk,
    failure::{DeliveryError, store_failure},
};
use crate::{
    services::{clock::Clock, random},
    telemetry::{log::chain, metrics::Metrics},
};

/// How often the outbox is looked at, besides when this process writes to it.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often it is counted, for the metrics.
const COUNT_EVERY: Duration = Duration::from_secs(5);
/// How much is sent at once.
const BATCH: u32 = 10;
/// Nobody else sends meanwhile what was taken; an attempt must end before.
const LEASE: time::Duration = time::Duration::seconds(60);
/// How long an attempt may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The first pause, which doubles with every attempt, and the longest.
const PAUSES: (i64, i64) = (10, 3600);

/// Sends what is due and counts what isn't sent, for as long as the gateway runs.
pub struct Forwarder {
    /// Holds the outbox.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Counters.
    pub metrics: Metrics,
    /// The ways that are configured.
    pub desk: Arc<SupportDesk>,
    /// How long something is tried again.
    pub patience: time::Duration,
}

impl Forwarder {
    /// Never ends.
    pub async fn run(self) {
        tokio::join!(self.send_all(), self.count_all());
    }

    async fn send_all(&self) {
        loop {
            match self.send_due().await {
                // There may be more.
                Ok(sent) if sent > 0 => {}
                Ok(_) => wait(&self.desk).await,
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "the outbox of problem reports can't be used");
                    wait(&self.desk).await;
                }
            }
        }
    }

    async fn count_all(&self) {
        loop {
            // Where that fails, `send_all` says so.
            if let Ok(counts) = self.store.count_deliveries().await {
                self.metrics.deliveries_counted(counts);
            }
            tokio::time::sleep(COUNT_EVERY).await;
        }
    }

    async fn send_due(&self) -> Result<usize, StoreError> {
        let taken = self.store.claim_deliveries(self.clock.now(), LEASE, BATCH).await?;
        let sent = join_all(taken.iter().map(|delivery| self.send(delivery))).await;
        for outcome in &sent {
            if let Err(error) = outcome {
                // It is sent again when the lease ends.
                tracing::warn!(error = %chain(error), "the outcome of a delivery could not be saved");
            }
        }
        Ok(sent.len())
    }

    async fn send(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let attempt = async {
            match delivery.channel {
                Channel::Webhook => match &self.desk.webhook {
                    Some(webhook) => webhook.send(delivery, self.clock.unix()).await,
                    None => Err(DeliveryError::NotConfigured),
                },
                Channel::Email => match &self.desk.mail {
                    Some(mail) => mail.send(delivery).await,
                    None => Err(DeliveryError::NotConfigured),
                },
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, attempt)
            .await
            .unwrap_or(Err(DeliveryError::TimedOut));
        let Err(error) = outcome else {
            self.metrics.delivery_tried(delivery.channel, "arrived");
            return self.store.delivery_arrived(delivery.id).await;
        };
        let next = next_attempt(delivery, &error, self.clock.now(), self.patience);
        let outcome = if next.is_some() { "failed" } else { "given_up" };
        self.metrics.delivery_tried(delivery.channel, outcome);
        tracing::warn!(delivery = %delivery.id, channel = delivery.channel.code(), attempt = delivery.attempt, outcome, %error, "an event of a problem report did not arrive");
        self.store.delivery_failed(delivery.id, &store_failure(&error), next).await
    }
}

async fn wait(desk: &SupportDesk) {
    let written = desk.written.notified();
    tokio::time::timeout(LOOK_EVERY, written).await.ok();
}

/// When it is tried again; `None` where that would be too late, or make the same error again.
fn next_attempt(
    delivery: &Delivery,
    error: &DeliveryError,
    now: OffsetDateTime,
    patience: time::Duration,
) -> Option<OffsetDateTime> {
    let next = now + pause(delivery.attempt, random::bytes());
    (!matches!(error, DeliveryError::Unmakable(_)) && next <= delivery.created_at + patience).then_some(next)
}

/// The pause after an attempt, from 1: three to five quarters of what doubles each time, so that what failed together isn't
/// tried again together.
fn pause(attempt: u32, random: [u8; 1]) -> time::Duration {
    let (first, longest) = PAUSES;
    let doubled = first.saturating_mul(1 << (attempt.saturating_sub(1)).min(16)).min(longest);
    let share = 0.75 + f64::from(random[0]) / 510.0;
    time::Duration::seconds(doubled) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_made_is_given_up_at_once_and_says_why() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let delivery = Delivery {
            id: uuid::Uuid::nil(),
            event: "report.created".to_owned(),
            channel: Channel::Email,
            payload: String::new(),
            attempt: 1,
            created_at: now,
        };
        let tried_again = |error, hours| next_attempt(&delivery, &error, now, time::Duration::hours(hours)).is_some();
        let unmakable = || DeliveryError::Unmakable(anyhow::anyhow!("no @ in it").context("an e-mail address"));
        assert!(tried_again(DeliveryError::TimedOut, 1) && !tried_again(DeliveryError::TimedOut, 0));
        assert!(!tried_again(unmakable(), 1));
        assert_eq!(
            unmakable().to_string(),
            "the message can't be made: an e-mail address: no @ in it"
        );
    }

    #[test]
    fn pauses_double_up_to_an_hour_give_or_take_a_quarter() {
        let seconds = |attempt, random| pause(attempt, [random]).whole_milliseconds();
        assert_eq!((seconds(1, 0), seconds(1, 255)), (7_500, 12_500));
        assert_eq!((seconds(2, 0), seconds(3, 0)), (15_000, 30_000));
        for attempt in [10, 11, 60, u32::MAX] {
            assert_eq!(
                (seconds(attempt, 0), seconds(attempt, 255)),
                (2_700_000, 4_500_000),
                "{attempt}"
            );
        }
        assert_eq!(seconds(0, 0), seconds(1, 0));
    }
}
