//! The outbox.

use std::collections::HashSet;

use futures_util::future::join_all;

use super::problem_reports::{by, file};
use super::*;

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
        // Deliveries without a reported outcome are due again when the lease ends.
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
