//! A report is stored once, within bounds, or not at all.

use domain::{AuditScope, ReportScope, ReportState, Reporter};
use futures_util::future::join_all;

use super::problem_reports::{OF_CONTOSO, answer, by, change, file, file_keyed, filing, ids, key, report, sent};
use super::*;
use crate::{AuditQuery, Filed, Filing, FilingError, IdempotencyKey, StoreError};

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

        // A change of the report since doesn't change the answer.
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
        assert!(matches!(other_body, Err(FilingError::KeyReused)), "{other_body:?}");
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
                .all(|refused| matches!(refused, Err(FilingError::ReferenceUsed))),
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
            refused.iter().all(|refused| matches!(refused, Err(FilingError::QuotaUsedUp))),
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
            Err(FilingError::QuotaUsedUp)
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
        assert!(matches!(refused, Err(FilingError::NumberTaken)), "{refused:?}");
        assert!(store.list_report_deliveries(taken.summary.id).await.unwrap().is_empty());
        let nowhere = sent(TenantId(Uuid::from_u128(9)), &ada, report("x"), 0);
        let refused = store.insert_report(&nowhere, &filing(&ada)).await;
        assert!(matches!(refused, Err(FilingError::TenantNotFound)), "{refused:?}");
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
async fn a_store_that_cannot_answer_says_so() {
    on_each_database(async |db| {
        use ::migrations::{Migrator, MigratorTrait};
        Migrator::down(db.store.connection(), None).await.unwrap();
        let refused = file_keyed(&db.store, CONTOSO, &by("ada"), None).await;
        assert!(
            matches!(refused, Err(FilingError::Store(StoreError::Unavailable(_)))),
            "{refused:?}"
        );
    })
    .await;
}
