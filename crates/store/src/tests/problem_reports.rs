use std::collections::HashSet;

use domain::{
    Comment, NewReport, ProblemReport, ReportCategory, ReportId, ReportNumber, ReportScope, ReportState, Reporter, StateChange,
};
use futures_util::future::join_all;

use super::*;
use crate::{
    AuditQuery, Channel, CommentAddition, Filed, Filing, FilingRefused, IdempotencyKey, NewDelivery, ReportCursor, ReportQuery,
    StoreError,
};

const OF_CONTOSO: ReportScope = ReportScope::Tenant(CONTOSO);
const OF_FABRIKAM: ReportScope = ReportScope::Tenant(FABRIKAM);

fn report(summary: &str) -> NewReport {
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

fn sent(tenant: TenantId, reporter: &Reporter, new: NewReport, seconds: i64) -> ProblemReport {
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

fn filing(reporter: &Reporter) -> Filing {
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

fn key(key: &str, body: u8) -> Option<IdempotencyKey> {
    Some(IdempotencyKey {
        key: key.to_owned(),
        body_hash: [body; 32],
    })
}

fn by(id: &str) -> Reporter {
    Reporter::Caller(Actor {
        id: id.to_owned(),
        ..ada()
    })
}

/// Stores a report that nothing stands in the way of.
async fn file(store: &Store, tenant: TenantId, reporter: &Reporter, summary: &str, seconds: i64) -> ProblemReport {
    let report = sent(tenant, reporter, report(summary), seconds);
    let filed = store.insert_report(&report, &filing(reporter)).await.unwrap();
    assert_eq!(filed, Filed::Stored);
    report
}

/// Sends a report with a key.
async fn file_keyed(store: &Store, tenant: TenantId, by: &Reporter, key: Option<IdempotencyKey>) -> Result<Filed, FilingRefused> {
    let filing = Filing { key, ..filing(by) };
    store.insert_report(&sent(tenant, by, report("x"), 0), &filing).await
}

async fn ids(store: &Store, scope: &ReportScope) -> HashSet<ReportId> {
    let query = ReportQuery {
        limit: 50,
        ..ReportQuery::default()
    };
    let page = store.list_reports(scope, &query).await.unwrap();
    page.value.into_iter().map(|report| report.id).collect()
}

fn answer(text: &str, seconds: i64) -> Comment {
    Comment {
        at: at(seconds),
        by: ada(),
        by_support: false,
        text: text.to_owned(),
    }
}

fn change(state: ReportState, seconds: i64) -> StateChange {
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
                CONTOSO,
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
                assert_eq!(commented == CommentAddition::Added, seen, "{scope:?}");
                let changed = store
                    .set_report_state(scope, id, &change(ReportState::Resolved, 6), &[])
                    .await;
                assert_eq!(changed.unwrap(), seen, "{scope:?}");
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
            assert!(
                store
                    .set_report_state(&OF_CONTOSO, id, &change(state, seconds), &[])
                    .await
                    .unwrap()
            );
        }
        let due = delivery(Channel::Webhook);
        assert!(
            store
                .set_report_state(&OF_CONTOSO, id, &change(ReportState::Open, 9), &[due])
                .await
                .unwrap()
        );
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
                CONTOSO,
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
async fn a_report_has_two_hundred_answers_at_the_most() {
    on_each_database(async |db| {
        let store = &db.store;
        let id = file(store, CONTOSO, &by("ada"), "x", 0).await.summary.id;
        for n in 0..200 {
            let added = store
                .insert_report_comment(&OF_CONTOSO, id, &answer("x", n), &[])
                .await
                .unwrap();
            assert_eq!(added, CommentAddition::Added);
        }
        let added = store
            .insert_report_comment(&OF_CONTOSO, id, &answer("x", 200), &[])
            .await
            .unwrap();
        assert_eq!(added, CommentAddition::Full);
    })
    .await;
}

#[tokio::test]
async fn the_same_key_and_body_store_one_report() {
    on_each_database(async |db| {
        let ada = by("ada");
        let filed = join_all((0..8).map(|_| async {
            let store = db.second_instance().await;
            file_keyed(&store, CONTOSO, &ada, key("k-1", 1)).await.unwrap()
        }))
        .await;
        assert_eq!(filed.iter().filter(|filed| **filed == Filed::Stored).count(), 1);
        let store = &db.store;
        let found = ids(store, &OF_CONTOSO).await;
        assert_eq!(found.len(), 1);

        // What became of it since doesn't change the answer.
        let id = *found.iter().next().unwrap();
        store
            .set_report_state(&OF_CONTOSO, id, &change(ReportState::Resolved, 5), &[])
            .await
            .unwrap();
        store
            .insert_report_comment(&OF_CONTOSO, id, &answer("x", 5), &[])
            .await
            .unwrap();
        let Filed::Repeated(again) = file_keyed(store, CONTOSO, &ada, key("k-1", 1)).await.unwrap() else {
            panic!("stored twice");
        };
        assert_eq!(
            (again.summary.id, again.summary.state, again.summary.updated_at),
            (id, ReportState::Open, at(0))
        );
        assert!(again.comments.is_empty() && again.history.is_empty());

        let other_body = file_keyed(store, CONTOSO, &ada, key("k-1", 2)).await;
        assert!(matches!(other_body, Err(FilingRefused::KeyReused)), "{other_body:?}");
        // Another caller's key is another key, in the same tenant and elsewhere.
        assert_eq!(
            file_keyed(store, CONTOSO, &by("bob"), key("k-1", 1)).await.unwrap(),
            Filed::Stored
        );
        assert_eq!(file_keyed(store, FABRIKAM, &ada, key("k-1", 1)).await.unwrap(), Filed::Stored);
        assert_eq!(ids(store, &OF_CONTOSO).await.len(), 2);

        store.purge_report_keys(at(1)).await.unwrap();
        assert_eq!(file_keyed(store, CONTOSO, &ada, key("k-1", 1)).await.unwrap(), Filed::Stored);
    })
    .await;
}

#[tokio::test]
async fn a_signed_reference_counts_once() {
    on_each_database(async |db| {
        let holder = Reporter::Holder(random_reference());
        let filed = join_all((0..8).map(|_| async {
            let store = db.second_instance().await;
            store
                .insert_report(&sent(CONTOSO, &holder, report("x"), 0), &filing(&holder))
                .await
        }))
        .await;
        let (stored, refused): (Vec<_>, Vec<_>) = filed.into_iter().partition(Result::is_ok);
        assert_eq!(stored.len(), 1);
        assert!(
            refused
                .iter()
                .all(|refused| matches!(refused, Err(FilingRefused::ReferenceUsed))),
            "{refused:?}"
        );
        assert_eq!(ids(&db.store, &ReportScope::Everything).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_tenant_sends_so_many_reports_a_day() {
    on_each_database(async |db| {
        let send = async |tenant, reporter: Reporter, seconds, key: Option<IdempotencyKey>| {
            let store = db.second_instance().await;
            let filing = Filing {
                daily_limit: 3,
                key,
                ..filing(&reporter)
            };
            store
                .insert_report(&sent(tenant, &reporter, report("x"), seconds), &filing)
                .await
        };
        let holder = || Reporter::Holder(random_reference());
        let filed = join_all((0..10).map(|_| send(CONTOSO, holder(), 0, None))).await;
        let (stored, refused): (Vec<_>, Vec<_>) = filed.into_iter().partition(Result::is_ok);
        assert_eq!(stored.len(), 3);
        assert!(
            refused
                .iter()
                .all(|refused| matches!(refused, Err(FilingRefused::QuotaUsedUp))),
            "{refused:?}"
        );
        // Others aren't concerned: who is signed in, other tenants, the next day.
        send(CONTOSO, by("ada"), 0, key("k", 1)).await.unwrap();
        send(FABRIKAM, holder(), 0, None).await.unwrap();
        send(CONTOSO, holder(), 86_400, None).await.unwrap();
        // A repeated request costs nothing, also when the quota is used up.
        for _ in 0..5 {
            assert!(matches!(
                send(CONTOSO, by("ada"), 0, key("k", 1)).await,
                Ok(Filed::Repeated(_))
            ));
        }
        send(CONTOSO, by("ada"), 0, None).await.unwrap();
        send(CONTOSO, by("ada"), 0, None).await.unwrap();
        assert!(matches!(
            send(CONTOSO, by("ada"), 0, None).await,
            Err(FilingRefused::QuotaUsedUp)
        ));
        assert!(matches!(
            send(CONTOSO, by("ada"), 0, key("k", 1)).await,
            Ok(Filed::Repeated(_))
        ));
    })
    .await;
}

#[tokio::test]
async fn a_refused_report_leaves_nothing() {
    on_each_database(async |db| {
        let (store, ada) = (&db.store, by("ada"));
        let first = file(store, CONTOSO, &ada, "x", 0).await;
        let mut taken = sent(CONTOSO, &ada, report("x"), 0);
        taken.summary.number = first.summary.number;
        let with_key = Filing {
            key: key("k", 1),
            ..filing(&ada)
        };
        let refused = store.insert_report(&taken, &with_key).await;
        assert!(matches!(refused, Err(FilingRefused::NumberTaken)), "{refused:?}");
        assert!(store.list_report_deliveries(taken.summary.id).await.unwrap().is_empty());
        let nowhere = sent(TenantId(Uuid::from_u128(9)), &ada, report("x"), 0);
        let refused = store.insert_report(&nowhere, &filing(&ada)).await;
        assert!(matches!(refused, Err(FilingRefused::TenantNotFound)), "{refused:?}");
        let events = store
            .list_audit_events(
                CONTOSO,
                &AuditQuery {
                    limit: 50,
                    ..AuditQuery::default()
                },
            )
            .await
            .unwrap()
            .value;
        assert_eq!(
            events.iter().filter(|event| event.action.code() == "report.created").count(),
            1
        );
        // The key of the refused one is free.
        assert_eq!(file_keyed(store, CONTOSO, &ada, key("k", 2)).await.unwrap(), Filed::Stored);
    })
    .await;
}

#[tokio::test]
async fn lists_are_paged_without_gaps_also_among_equals() {
    on_each_database(async |db| {
        for n in 0..9 {
            file(&db.store, CONTOSO, &by("ada"), "x", n / 3).await;
        }
        let walk = async |limit| {
            let mut query = ReportQuery {
                limit,
                ..ReportQuery::default()
            };
            let mut found = Vec::new();
            loop {
                let page = db.store.list_reports(&OF_CONTOSO, &query).await.unwrap();
                assert!(page.value.len() <= limit as usize);
                found.extend(page.value);
                let Some(next) = page.next else { return found };
                query.after = Some(ReportCursor::decode(&next.to_string()).unwrap());
            }
        };
        let whole = walk(50).await;
        assert_eq!(whole.len(), 9);
        assert!(whole.is_sorted_by_key(|report| std::cmp::Reverse((report.created_at, report.id))));
        for limit in [1, 2, 3, 9] {
            assert_eq!(walk(limit).await, whole, "{limit}");
        }
        assert_eq!(ReportCursor::decode("x"), None);
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_the_list() {
    on_each_database(async |db| {
        let store = &db.store;
        let first = file(store, CONTOSO, &by("ada"), "100% of CLASSES é", 10).await.summary;
        let second = file(store, CONTOSO, &by("ada"), "1000 others", 20).await.summary;
        store
            .set_report_state(&OF_CONTOSO, second.id, &change(ReportState::Resolved, 30), &[])
            .await
            .unwrap();
        let other = NewReport {
            category: ReportCategory::SignIn,
            launch_reference: None,
            ..report("sign-in")
        };
        let third = sent(CONTOSO, &by("ada"), other, 30);
        store.insert_report(&third, &filing(&by("ada"))).await.unwrap();
        let third = third.summary;
        let found = async |query: ReportQuery| {
            let query = ReportQuery { limit: 50, ..query };
            let page = store.list_reports(&OF_CONTOSO, &query).await.unwrap();
            page.value.into_iter().map(|report| report.id).collect::<Vec<_>>()
        };
        let all = ReportQuery::default;
        let search = |text: &str| ReportQuery {
            search: Some(text.to_owned()),
            ..all()
        };
        assert_eq!(found(all()).await, [third.id, second.id, first.id]);
        assert_eq!(found(search("100%")).await, [first.id]);
        assert_eq!(found(search("classes É")).await, [first.id]);
        assert_eq!(found(search("5tfa-r7yn")).await, [second.id, first.id]);
        assert_eq!(found(search(third.number.as_str())).await, [third.id]);
        assert_eq!(found(search("friday")).await.len(), 3);
        assert!(found(search("'; DROP TABLE problem_reports; --")).await.is_empty());
        assert!(found(search("a\0b")).await.is_empty());
        let state = |state| ReportQuery {
            state: Some(state),
            ..all()
        };
        assert_eq!(found(state(ReportState::Resolved)).await, [second.id]);
        assert_eq!(found(state(ReportState::Open)).await, [third.id, first.id]);
        let category = ReportQuery {
            category: Some(ReportCategory::SignIn),
            ..all()
        };
        assert_eq!(found(category).await, [third.id]);
        let between = ReportQuery {
            from: Some(at(20)),
            to: Some(at(30)),
            ..all()
        };
        assert_eq!(found(between).await, [second.id]);
        let undelivered = ReportQuery {
            undelivered: true,
            ..all()
        };
        assert!(found(undelivered.clone()).await.is_empty());
        let delivery = store.list_report_deliveries(first.id).await.unwrap()[0].id;
        store.delivery_failed(delivery, "gone", None).await.unwrap();
        assert_eq!(found(undelivered).await, [first.id]);
    })
    .await;
}

#[tokio::test]
async fn two_instances_share_what_is_due() {
    on_each_database(async |db| {
        for n in 0..10 {
            file(&db.store, CONTOSO, &by("ada"), "x", n).await;
        }
        let lease = Duration::seconds(60);
        let stores = [db.second_instance().await, db.second_instance().await];
        let claimed = join_all((0..8).map(|n| stores[n % 2].claim_deliveries(at(100), lease, 4))).await;
        let claimed: Vec<_> = claimed.into_iter().flat_map(Result::unwrap).collect();
        let different: HashSet<_> = claimed.iter().map(|delivery| delivery.id).collect();
        assert_eq!(different.len(), claimed.len(), "nothing is taken twice");
        assert!(claimed.len() >= 12, "{}", claimed.len());
        assert!(
            claimed
                .iter()
                .all(|delivery| delivery.attempt == 1 && delivery.payload == "{}")
        );
        // What its taker says nothing about is due again when the lease ends.
        let rest = db.store.claim_deliveries(at(159), lease, 50).await.unwrap();
        assert_eq!(rest.len(), 20 - claimed.len());
        let again = db.store.claim_deliveries(at(160), lease, 50).await.unwrap();
        assert_eq!(again.len(), claimed.len());
        assert!(again.iter().all(|delivery| delivery.attempt == 2));
    })
    .await;
}

#[tokio::test]
async fn a_delivery_ends_when_it_arrived_or_was_given_up() {
    on_each_database(async |db| {
        let store = &db.store;
        let id = file(store, CONTOSO, &by("ada"), "x", 0).await.summary.id;
        let claim = async |seconds| store.claim_deliveries(at(seconds), Duration::seconds(60), 10).await.unwrap();
        assert!(claim(-1).await.is_empty(), "not due yet");
        let taken = claim(0).await;
        assert_eq!(taken.len(), 2);
        store.delivery_arrived(taken[0].id).await.unwrap();
        store
            .delivery_failed(taken[1].id, "no connection\0", Some(at(300)))
            .await
            .unwrap();
        let left = store.list_report_deliveries(id).await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!((left[0].attempts, left[0].next_attempt_at), (1, Some(at(300))));
        assert_eq!(left[0].last_error.as_deref(), Some("no connection"));
        assert!(claim(299).await.is_empty());
        assert_eq!(claim(300).await.len(), 1);
        store.delivery_failed(taken[1].id, "still none", None).await.unwrap();
        assert!(claim(100_000).await.is_empty(), "given up");
        let counts = store.count_deliveries().await.unwrap();
        assert_eq!((counts.waiting, counts.dead), (0, 1));
        assert_eq!(store.list_report_deliveries(id).await.unwrap()[0].next_attempt_at, None);
        assert_eq!(store.revive_deliveries(at(200_000)).await.unwrap(), 1);
        assert_eq!(claim(200_000).await[0].created_at, at(200_000), "its time begins anew");
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

#[tokio::test]
async fn a_store_that_cannot_answer_says_so() {
    on_each_database(async |db| {
        use ::migrations::{Migrator, MigratorTrait};
        Migrator::down(db.store.connection(), None).await.unwrap();
        let refused = file_keyed(&db.store, CONTOSO, &by("ada"), None).await;
        assert!(
            matches!(refused, Err(FilingRefused::Store(StoreError::Unavailable(_)))),
            "{refused:?}"
        );
    })
    .await;
}
