use std::collections::HashSet;

use domain::{
    AuditScope, Comment, NewReport, ProblemReport, ReportCategory, ReportId, ReportNumber, ReportScope, ReportState, Reporter,
    StateChange,
};

use super::*;
use crate::{AuditQuery, Channel, Filed, Filing, FilingError, IdempotencyKey, NewDelivery, ReportQuery, ReportUpdate};

pub(super) const OF_CONTOSO: ReportScope = ReportScope::Tenant(CONTOSO);
const OF_FABRIKAM: ReportScope = ReportScope::Tenant(FABRIKAM);

pub(super) fn report(summary: &str) -> NewReport {
    NewReport {
        category: ReportCategory::Launch,
        summary: summary.to_owned(),
        description: "It worked on Friday.".to_owned(),
        contact_email: Some("ada@contoso.edu".to_owned()),
        launch_reference: Some(Reference::parse("5TFA-R7YN-2K8Q").unwrap()),
        attach_diagnostics: true,
        browser: Some("Edge 156".to_owned()),
        portal_version: None,
    }
}

pub(super) fn sent(tenant: TenantId, reporter: &Reporter, new: NewReport, seconds: i64) -> ProblemReport {
    let name = if tenant == CONTOSO {
        "Contoso University"
    } else {
        "Fabrikam College"
    };
    ProblemReport::sent(
        ReportId(Uuid::new_v4()),
        ReportNumber::from_random(Uuid::new_v4().as_u64_pair().1.to_be_bytes()),
        (tenant, Some(name.to_owned())),
        reporter,
        new,
        Some(r#"{"checks":[]}"#.to_owned()),
        at(seconds),
    )
}

pub(super) fn filing(reporter: &Reporter) -> Filing {
    Filing {
        reporter: reporter.clone(),
        key: None,
        daily_limit: 100,
        deliveries: vec![delivery(Channel::Webhook), delivery(Channel::Email)],
    }
}

fn delivery(channel: Channel) -> NewDelivery {
    NewDelivery {
        id: Uuid::new_v4(),
        event: "report.created",
        channel,
        payload: "{}".to_owned(),
    }
}

pub(super) fn key(key: &str, body: u8) -> Option<IdempotencyKey> {
    Some(IdempotencyKey {
        key: key.to_owned(),
        body_hash: [body; 32],
    })
}

pub(super) fn by(id: &str) -> Reporter {
    Reporter::Caller(Actor {
        id: id.to_owned(),
        ..ada()
    })
}

/// Stores a report that nothing prevents.
pub(super) async fn file(store: &Store, tenant: TenantId, reporter: &Reporter, summary: &str, seconds: i64) -> ProblemReport {
    let report = sent(tenant, reporter, report(summary), seconds);
    let filed = store.insert_report(&report, &filing(reporter)).await.unwrap();
    assert_eq!(filed, Filed::Stored);
    report
}

/// Sends a report with a key.
pub(super) async fn file_keyed(
    store: &Store,
    tenant: TenantId,
    by: &Reporter,
    key: Option<IdempotencyKey>,
) -> Result<Filed, FilingError> {
    let filing = Filing { key, ..filing(by) };
    store.insert_report(&sent(tenant, by, report("x"), 0), &filing).await
}

pub(super) async fn ids(store: &Store, scope: &ReportScope) -> HashSet<ReportId> {
    let query = ReportQuery {
        limit: 50,
        ..ReportQuery::default()
    };
    let page = store.list_reports(scope, &query).await.unwrap();
    page.value.into_iter().map(|report| report.id).collect()
}

pub(super) fn answer(text: &str, seconds: i64) -> Comment {
    Comment {
        at: at(seconds),
        by: ada(),
        by_support: false,
        text: text.to_owned(),
    }
}

pub(super) fn change(state: ReportState, seconds: i64) -> StateChange {
    StateChange {
        at: at(seconds),
        by: ada(),
        state,
    }
}

#[tokio::test]
async fn a_report_is_found_as_it_was_sent() {
    on_each_database(async |db| {
        let report = file(&db.store, CONTOSO, &by("ada"), "Meetings doesn’t open", 1).await;
        let found = db.store.find_report(&OF_CONTOSO, report.summary.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&report));
        let holder = Reporter::Holder(random_reference());
        let anonymous = file(&db.store, CONTOSO, &holder, "x", 0).await;
        let found = db
            .store
            .find_report(&OF_CONTOSO, anonymous.summary.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((found.summary.created_by.as_ref(), &found), (None, &anonymous));
        let events = db
            .store
            .list_audit_events(
                AuditScope::Tenant(CONTOSO),
                &AuditQuery {
                    limit: 10,
                    ..AuditQuery::default()
                },
            )
            .await
            .unwrap()
            .value;
        assert_eq!(events[0].action.code(), "report.created");
        assert_eq!(events[0].subject.id(), report.summary.id.to_string());
    })
    .await;
}

#[tokio::test]
async fn nobody_reaches_a_report_outside_the_own_scope() {
    on_each_database(async |db| {
        let store = &db.store;
        let mine = file(store, CONTOSO, &by("ada"), "mine", 1).await.summary.id;
        let colleague = file(store, CONTOSO, &by("bob"), "colleague", 2).await.summary.id;
        let other = file(store, FABRIKAM, &by("ada"), "other", 3).await.summary.id;
        let anonymous = Reporter::Holder(random_reference());
        let nobodys = file(store, CONTOSO, &anonymous, "by reference", 4).await.summary.id;
        let own = ReportScope::Own(CONTOSO, "ada".to_owned());
        for (scope, visible) in [
            (&own, vec![mine]),
            (&OF_CONTOSO, vec![mine, colleague, nobodys]),
            (&OF_FABRIKAM, vec![other]),
            (&ReportScope::Everything, vec![mine, colleague, other, nobodys]),
        ] {
            assert_eq!(ids(store, scope).await, visible.iter().copied().collect(), "{scope:?}");
            for id in [mine, colleague, other, nobodys] {
                let seen = visible.contains(&id);
                assert_eq!(store.find_report(scope, id).await.unwrap().is_some(), seen, "{scope:?}");
                let commented = store.insert_report_comment(scope, id, &answer("x", 5), &[]).await.unwrap();
                assert_eq!(commented == ReportUpdate::Done, seen, "{scope:?}");
                let changed = store
                    .set_report_state(scope, id, &change(ReportState::Resolved, 6), &[])
                    .await;
                assert_eq!(changed.unwrap() == ReportUpdate::Done, seen, "{scope:?}");
            }
        }
        // A tenant as a filter narrows a scope and never widens it.
        let query = ReportQuery {
            tenant: Some(FABRIKAM),
            limit: 50,
            ..ReportQuery::default()
        };
        assert!(store.list_reports(&OF_CONTOSO, &query).await.unwrap().value.is_empty());
        assert_eq!(
            store
                .list_reports(&ReportScope::Everything, &query)
                .await
                .unwrap()
                .value
                .len(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn answers_and_states_are_kept_in_order() {
    on_each_database(async |db| {
        let store = &db.store;
        let id = file(store, CONTOSO, &by("ada"), "x", 0).await.summary.id;
        for (n, state) in [ReportState::InProgress, ReportState::Resolved, ReportState::Open]
            .into_iter()
            .enumerate()
        {
            let seconds = i64::try_from(n).unwrap() + 1;
            let text = format!("answer {n}");
            store
                .insert_report_comment(&OF_CONTOSO, id, &answer(&text, seconds), &[])
                .await
                .unwrap();
            store
                .set_report_state(&OF_CONTOSO, id, &change(state, seconds), &[])
                .await
                .unwrap();
        }
        let due = delivery(Channel::Webhook);
        store
            .set_report_state(&OF_CONTOSO, id, &change(ReportState::Open, 9), &[due])
            .await
            .unwrap();
        let report = store.find_report(&OF_CONTOSO, id).await.unwrap().unwrap();
        let texts: Vec<_> = report.comments.iter().map(|comment| comment.text.as_str()).collect();
        assert_eq!(texts, ["answer 0", "answer 1", "answer 2"]);
        let states: Vec<_> = report.history.iter().map(|change| change.state.code()).collect();
        assert_eq!(
            states,
            ["in_progress", "resolved", "open"],
            "what was so already is no change"
        );
        assert_eq!((report.summary.state, report.summary.updated_at), (ReportState::Open, at(3)));
        assert_eq!(
            store.list_report_deliveries(id).await.unwrap().len(),
            2,
            "those of the report itself"
        );
        let events = store
            .list_audit_events(
                AuditScope::Tenant(CONTOSO),
                &AuditQuery {
                    limit: 50,
                    ..AuditQuery::default()
                },
            )
            .await
            .unwrap()
            .value;
        let count = |code: &str| events.iter().filter(|event| event.action.code() == code).count();
        assert_eq!((count("report.commented"), count("report.state_changed")), (3, 3));
    })
    .await;
}

#[tokio::test]
async fn a_report_has_two_hundred_answers_and_changes_of_state_at_the_most() {
    on_each_database(async |db| {
        let store = &db.store;
        let id = file(store, CONTOSO, &by("ada"), "x", 0).await.summary.id;
        for n in 0..=200 {
            let expected = if n < 200 { ReportUpdate::Done } else { ReportUpdate::Full };
            let added = store.insert_report_comment(&OF_CONTOSO, id, &answer("x", n), &[]).await;
            assert_eq!(added.unwrap(), expected, "{n}");
            let state = if n % 2 == 0 {
                ReportState::Resolved
            } else {
                ReportState::Open
            };
            let changed = store.set_report_state(&OF_CONTOSO, id, &change(state, n), &[]).await;
            assert_eq!(changed.unwrap(), expected, "{n}");
        }
        // Setting the same state is no change.
        let same = store
            .set_report_state(&OF_CONTOSO, id, &change(ReportState::Open, 300), &[])
            .await;
        assert_eq!(same.unwrap(), ReportUpdate::Done);
    })
    .await;
}

#[tokio::test]
async fn old_reports_go_with_everything_that_belongs_to_them() {
    on_each_database(async |db| {
        let store = &db.store;
        let ada = by("ada");
        file_keyed(store, CONTOSO, &ada, key("k", 1)).await.unwrap();
        let old = *ids(store, &OF_CONTOSO).await.iter().next().unwrap();
        let touched = file(store, CONTOSO, &by("ada"), "x", 1).await.summary.id;
        for id in [old, touched] {
            store
                .insert_report_comment(&OF_CONTOSO, id, &answer("x", 2), &[])
                .await
                .unwrap();
        }
        store
            .set_report_state(&OF_CONTOSO, touched, &change(ReportState::Resolved, 50), &[])
            .await
            .unwrap();
        assert_eq!(store.purge_reports(at(40)).await.unwrap(), 1);
        assert_eq!(store.purge_reports(at(40)).await.unwrap(), 0);
        assert_eq!(ids(store, &OF_CONTOSO).await, HashSet::from([touched]));
        assert!(store.list_report_deliveries(old).await.unwrap().is_empty());
        // Its key is free.
        assert_eq!(file_keyed(store, CONTOSO, &ada, key("k", 2)).await.unwrap(), Filed::Stored);
    })
    .await;
}
