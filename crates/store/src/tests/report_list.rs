use domain::{NewReport, ReportCategory, ReportState};

use super::problem_reports::{OF_CONTOSO, by, change, file, filing, report, sent};
use super::*;
use crate::{ReportCursor, ReportQuery};

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
