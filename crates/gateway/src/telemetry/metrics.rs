//! Counters for Prometheus, on a listener of their own.

use std::sync::Arc;

use prometheus::{IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};
use store::{Channel, DeliveryCounts};

/// Work that takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LongWork {
    /// A request's body, to be read.
    Body,
    /// An answer, to be written.
    Answer,
}

/// The counters. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Counters>);

struct Counters {
    registry: Registry,
    in_progress: IntGauge,
    rejected: IntCounter,
    long_work: IntCounterVec,
    logins: IntCounter,
    accepted: IntCounter,
    refused: IntCounterVec,
    windows: IntCounter,
    storage: IntCounter,
    reports: IntCounterVec,
    delivery_attempts: IntCounterVec,
    deliveries: IntGaugeVec,
}

impl Metrics {
    /// All counters at zero.
    ///
    /// # Errors
    ///
    /// Where two counters have one name, which no configuration can cause.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let in_progress = IntGauge::new("lms_gateway_requests_in_progress", "Requests that are being answered")?;
        let rejected = IntCounter::new(
            "lms_gateway_requests_turned_away_total",
            "Requests that were answered 503 because too many were in progress",
        )?;
        let long_work = Opts::new(
            "lms_gateway_long_work_total",
            "Long bodies that were read and long answers that were written apart from the workers",
        );
        let long_work = IntCounterVec::new(long_work, &["kind"])?;
        let logins = IntCounter::new("lms_gateway_logins_total", "Logins that were begun")?;
        let accepted = IntCounter::new(
            "lms_gateway_launches_accepted_total",
            "Launches that were handed over to an app",
        )?;
        let refused = Opts::new(
            "lms_gateway_launches_refused_total",
            "Logins and launches that were refused, by stage and code",
        );
        let refused = IntCounterVec::new(refused, &["stage", "code"])?;
        let windows = IntCounter::new(
            "lms_gateway_windows_offered_total",
            "Logins in a frame whose browser kept no cookie, so that a window was offered",
        )?;
        let storage = IntCounter::new(
            "lms_gateway_storage_asked_total",
            "Launches without a cookie for which the storage of the LMS was asked",
        )?;
        let reports = Opts::new(
            "lms_gateway_problem_reports_total",
            "Problem reports that were stored, by how they came",
        );
        let reports = IntCounterVec::new(reports, &["sender"])?;
        let delivery_attempts = Opts::new(
            "lms_gateway_report_delivery_attempts_total",
            "Attempts to forward an event of a report, by channel and outcome",
        );
        let delivery_attempts = IntCounterVec::new(delivery_attempts, &["channel", "outcome"])?;
        let deliveries = Opts::new(
            "lms_gateway_report_deliveries",
            "Events of reports in the outbox: waiting, or dead because they were given up",
        );
        let deliveries = IntGaugeVec::new(deliveries, &["state"])?;
        registry.register(Box::new(in_progress.clone()))?;
        registry.register(Box::new(rejected.clone()))?;
        registry.register(Box::new(long_work.clone()))?;
        registry.register(Box::new(logins.clone()))?;
        registry.register(Box::new(accepted.clone()))?;
        registry.register(Box::new(refused.clone()))?;
        registry.register(Box::new(windows.clone()))?;
        registry.register(Box::new(storage.clone()))?;
        registry.register(Box::new(reports.clone()))?;
        registry.register(Box::new(delivery_attempts.clone()))?;
        registry.register(Box::new(deliveries.clone()))?;
        Ok(Self(Arc::new(Counters {
            registry,
            in_progress,
            rejected,
            long_work,
            logins,
            accepted,
            refused,
            windows,
            storage,
            reports,
            delivery_attempts,
            deliveries,
        })))
    }

    /// A request was answered 503 at once.
    pub fn request_rejected(&self) {
        self.0.rejected.inc();
    }

    /// A long body is being read, or a long answer written.
    pub fn count_long_work(&self, kind: LongWork) {
        let kind = match kind {
            LongWork::Body => "body",
            LongWork::Answer => "answer",
        };
        self.0.long_work.with_label_values(&[kind]).inc();
    }

    /// A browser was sent to an LMS's authentication URL.
    pub fn count_login(&self) {
        self.0.logins.inc();
    }

    /// A frame without cookies was offered a window of its own.
    pub fn window_offered(&self) {
        self.0.windows.inc();
    }

    /// The LMS's storage was asked for what the cookie would have said.
    pub fn storage_asked(&self) {
        self.0.storage.inc();
    }

    /// A launch was handed over.
    pub fn launch_accepted(&self) {
        self.0.accepted.inc();
    }

    /// A login or launch was refused.
    pub fn launch_refused(&self, refusal: &domain::Refusal) {
        let labels = [refusal.stage().as_str(), refusal.code()];
        self.0.refused.with_label_values(&labels).inc();
    }

    /// A problem report was stored.
    pub fn report_stored(&self, signed_in: bool) {
        let sender = if signed_in { "signed_in" } else { "signed_reference" };
        self.0.reports.with_label_values(&[sender]).inc();
    }

    /// An event of a report was sent, or couldn't be; `outcome` is `arrived`, `failed` or `given_up`.
    pub fn delivery_tried(&self, channel: Channel, outcome: &'static str) {
        self.0.delivery_attempts.with_label_values(&[channel.code(), outcome]).inc();
    }

    /// How much the outbox holds now.
    pub fn deliveries_counted(&self, counts: DeliveryCounts) {
        let DeliveryCounts { waiting, dead } = counts;
        for (state, count) in [("waiting", waiting), ("dead", dead)] {
            let gauge = self.0.deliveries.with_label_values(&[state]);
            gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// So many requests are in progress.
    pub fn requests_counted(&self, in_progress: usize) {
        self.0.in_progress.set(i64::try_from(in_progress).unwrap_or(i64::MAX));
    }

    /// Everything counted, in the text format of Prometheus.
    ///
    /// # Errors
    ///
    /// Prometheus's.
    pub fn written(&self) -> Result<String, prometheus::Error> {
        TextEncoder::new().encode_to_string(&self.0.registry.gather())
    }
}

#[cfg(test)]
mod tests {
    use domain::Refusal;
    use lti13::Rule;

    use super::*;

    #[test]
    fn every_metric_is_documented_and_no_other() {
        let metrics = Metrics::new().unwrap();
        metrics.launch_refused(&Refusal::new(Rule::Nonce));
        metrics.report_stored(true);
        metrics.count_long_work(LongWork::Body);
        metrics.delivery_tried(Channel::Email, "arrived");
        metrics.deliveries_counted(DeliveryCounts { waiting: 0, dead: 0 });
        let mut there: Vec<_> = metrics
            .0
            .registry
            .gather()
            .iter()
            .map(|family| family.name().to_owned())
            .collect();
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md")).unwrap();
        let rows = page.split("\n| `lms_gateway_").skip(1);
        let name = |row: &str| row.split(['`', '{']).next().map(|name| format!("lms_gateway_{name}"));
        let mut documented: Vec<_> = rows.filter_map(name).collect();
        there.sort();
        documented.sort();
        assert_eq!(documented, there);
    }

    #[test]
    fn a_refusal_is_counted_by_stage_and_code() {
        let metrics = Metrics::new().unwrap();
        metrics.launch_refused(&Refusal::new(Rule::Nonce));
        metrics.launch_refused(&Refusal::new(Rule::Nonce));
        let written = metrics.written().unwrap();
        let counted = "lms_gateway_launches_refused_total{code=\"launch_invalid.nonce\",stage=\"nonce\"} 2\n";
        assert!(written.contains(counted), "{written}");
    }
}
