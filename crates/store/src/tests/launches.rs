use domain::LaunchOutcome;

use super::*;
use crate::{LaunchCursor, LaunchQuery, RefusalQuotas};

#[tokio::test]
async fn a_state_is_used_once_on_whatever_instance() {
    on_each_database(async |db| {
        let other = db.second_instance().await;
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert!(!db.store.is_state_used([1; 16]).await.unwrap());
        assert_eq!(launch(&db.store, &registration, "1", 1).await, RecordedLaunch::Recorded);
        assert!(other.is_state_used([1; 16]).await.unwrap());
        assert_eq!(launch(&other, &registration, "1", 1).await, RecordedLaunch::Replayed);
        assert_eq!(launch(&other, &registration, "1", 2).await, RecordedLaunch::Recorded);
    })
    .await;
}

#[tokio::test]
async fn of_concurrent_launches_with_one_state_one_is_recorded() {
    on_each_database(async |db| {
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let tasks = (0..8).map(|_| {
            let (store, registration) = (db.store.clone(), registration.clone());
            tokio::spawn(async move { launch(&store, &registration, "1", 7).await })
        });
        let results = futures_util::future::join_all(tasks).await;
        let recorded = results
            .iter()
            .filter(|result| matches!(result, Ok(RecordedLaunch::Recorded)))
            .count();
        let replayed = results
            .iter()
            .filter(|result| matches!(result, Ok(RecordedLaunch::Replayed)))
            .count();
        assert_eq!((recorded, replayed), (1, 7));
    })
    .await;
}

#[tokio::test]
async fn a_deletion_wins_against_a_launch_under_way() {
    on_each_database(async |db| {
        let other = db.second_instance().await;
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        other
            .delete_registration(CONTOSO, registration.id, &ada(), at(1))
            .await
            .unwrap();
        assert_eq!(
            launch(&db.store, &registration, "1", 1).await,
            RecordedLaunch::RegistrationGone
        );
        let query = LaunchQuery {
            limit: 10,
            ..LaunchQuery::default()
        };
        assert_eq!(db.store.list_launches(CONTOSO, &query).await.unwrap().value, []);
    })
    .await;
}

#[tokio::test]
async fn a_launch_needs_its_tenants_registration_and_an_accepted_deployment() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        store.note_deployment(CONTOSO, registration.id, "2", at(1)).await.unwrap();
        assert_eq!(launch(store, &registration, "2", 1).await, RecordedLaunch::RegistrationGone);
        assert_eq!(launch(store, &registration, "3", 1).await, RecordedLaunch::RegistrationGone);
        assert_eq!(launch(store, &registration, "\0", 1).await, RecordedLaunch::RegistrationGone);
        let stolen = Registration {
            tenant_id: FABRIKAM,
            ..registration
        };
        assert_eq!(launch(store, &stolen, "1", 1).await, RecordedLaunch::RegistrationGone);
    })
    .await;
}

#[tokio::test]
async fn the_last_launch_is_kept_to_the_minute() {
    on_each_database(async |db| {
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let mut state = 0;
        for (second, stored) in [(0, 0), (59, 0), (60, 60), (30, 60), (200, 200)] {
            state += 1;
            db.store
                .record_launch(&accepted(&registration, "1", state, at(second)))
                .await
                .unwrap();
            let found = db
                .store
                .find_registration(CONTOSO, registration.id, at(0))
                .await
                .unwrap()
                .unwrap();
            assert_eq!(found.last_launch_at, Some(at(stored)), "after {second} s");
        }
    })
    .await;
}

#[tokio::test]
async fn a_launch_is_found_by_its_tenant_and_a_refusal_of_nobodys_by_its_reference() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let good = accepted(&registration, "1", 1, at(1));
        let bad = refused(Some(&registration), true, at(2));
        let nobodys = refused(None, false, at(3));
        store.record_launch(&good).await.unwrap();
        store.record_refusal(&bad).await.unwrap();
        store.record_refusal(&nobodys).await.unwrap();

        let found = store.find_launch(CONTOSO, &good.reference).await.unwrap().unwrap();
        assert_eq!(
            (found.launch.outcome, found.launch.at, found.checks.as_str()),
            (LaunchOutcome::Accepted, at(1), "[]")
        );
        assert_eq!(found.issuer.as_deref(), Some("https://moodle.contoso.edu"));
        let found = store.find_launch(CONTOSO, &bad.reference).await.unwrap().unwrap();
        assert_eq!(found.launch.code.as_deref(), Some("launch_invalid.nonce"));
        for reference in [&good.reference, &bad.reference, &random_reference()] {
            assert_eq!(store.find_launch(FABRIKAM, reference).await.unwrap(), None);
        }
        for tenant in [CONTOSO, FABRIKAM] {
            let found = store.find_launch(tenant, &nobodys.reference).await.unwrap().unwrap();
            assert_eq!(
                (found.launch.registration_id, found.client_id.as_deref()),
                (None, Some("c-1"))
            );
        }
        let query = LaunchQuery {
            limit: 10,
            ..LaunchQuery::default()
        };
        assert_eq!(store.list_launches(FABRIKAM, &query).await.unwrap().value, []);
        let listed: Vec<_> = store
            .list_launches(CONTOSO, &query)
            .await
            .unwrap()
            .value
            .into_iter()
            .map(|l| l.reference)
            .collect();
        assert_eq!(
            listed,
            [&bad.reference, &good.reference].map(Clone::clone),
            "newest first, nobody's left out"
        );

        // Its registration is named, also once it is deleted.
        let named = async |reference| {
            let found = store.find_launch(CONTOSO, reference).await.unwrap().unwrap().launch;
            let listed = store.list_launches(CONTOSO, &query).await.unwrap().value;
            assert!(
                listed
                    .iter()
                    .filter(|launch| &launch.reference == reference)
                    .all(|launch| *launch == found)
            );
            found
                .registration
                .map(|registration| (registration.name, registration.deleted))
        };
        let name = || "Contoso Moodle".to_owned();
        assert_eq!(named(&good.reference).await, Some((name(), false)));
        store
            .delete_registration(CONTOSO, registration.id, &ada(), at(4))
            .await
            .unwrap();
        assert_eq!(named(&good.reference).await, Some((name(), true)));
        assert_eq!(named(&nobodys.reference).await, None);
    })
    .await;
}

#[tokio::test]
async fn launches_are_filtered_and_paged() {
    on_each_database(async |db| {
        let store = &db.store;
        let first = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let second = add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        for state in 0..6 {
            // Two at each moment, so that the reference has to decide.
            store
                .record_launch(&accepted(
                    if state < 3 { &first } else { &second },
                    "1",
                    state,
                    at(i64::from(state / 2)),
                ))
                .await
                .unwrap();
        }
        store.record_refusal(&refused(Some(&first), true, at(9))).await.unwrap();
        let all = || LaunchQuery {
            limit: 50,
            ..LaunchQuery::default()
        };
        let count = async |query: LaunchQuery| store.list_launches(CONTOSO, &query).await.unwrap().value.len();
        assert_eq!(count(all()).await, 7);
        assert_eq!(
            count(LaunchQuery {
                registration_id: Some(first.id),
                ..all()
            })
            .await,
            4
        );
        assert_eq!(
            count(LaunchQuery {
                outcome: Some(LaunchOutcome::Refused),
                ..all()
            })
            .await,
            1
        );
        assert_eq!(
            count(LaunchQuery {
                from: Some(at(1)),
                to: Some(at(2)),
                ..all()
            })
            .await,
            2
        );

        let whole = store.list_launches(CONTOSO, &all()).await.unwrap().value;
        assert!(whole.is_sorted_by(|a, b| (a.at, &a.reference) > (b.at, &b.reference)));
        let mut paged = Vec::new();
        let mut query = LaunchQuery { limit: 2, ..all() };
        loop {
            let page = store.list_launches(CONTOSO, &query).await.unwrap();
            paged.extend(page.value);
            let Some(next) = page.next else { break };
            query.after = Some(LaunchCursor::decode(&next.to_string()).unwrap());
        }
        assert_eq!(paged, whole);
    })
    .await;
}

/// The last symbol decides which insertion cleans up: the 40th does.
fn reference_of(second: u8, signed: bool, attributed: bool) -> Reference {
    Reference::from_random([
        0,
        second,
        u8::from(signed),
        u8::from(attributed),
        0,
        0,
        0,
        u8::from(second < 39),
    ])
}

#[tokio::test]
async fn refusals_are_kept_within_quotas_that_do_not_touch_each_other() {
    on_each_database(async |db| {
        let quotas = RefusalQuotas {
            signed_attributed: 8,
            signed_unattributed: 6,
            unsigned_attributed: 5,
            unsigned_unattributed: 4,
            daily_samples: 0,
        };
        let store = db.store.clone().with_quotas(quotas);
        let contosos = add(&store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let fabrikams = add(&store, FABRIKAM, &moodle("c-2", &["1"])).await.unwrap();
        launch(&store, &contosos, "1", 1).await;
        for second in 0_u8..40 {
            for (registration, signed) in [(Some(&contosos), true), (Some(&contosos), false), (None, true), (None, false)] {
                let reference = reference_of(second, signed, registration.is_some());
                let refusal = RefusedLaunch {
                    reference,
                    ..refused(registration, signed, at(second.into()))
                };
                store.record_refusal(&refusal).await.unwrap();
            }
        }
        store.record_refusal(&refused(Some(&fabrikams), false, at(0))).await.unwrap();
        let count = async |tenant, outcome| {
            let query = LaunchQuery {
                outcome: Some(outcome),
                limit: 200,
                ..LaunchQuery::default()
            };
            store.list_launches(tenant, &query).await.unwrap().value
        };
        let stored = count(CONTOSO, LaunchOutcome::Refused).await;
        assert_eq!(stored.len(), 8 + 5);
        assert_eq!(
            stored.iter().map(|launch| launch.at).min(),
            Some(at(32)),
            "the newest are kept"
        );
        assert_eq!(count(CONTOSO, LaunchOutcome::Accepted).await.len(), 1);
        assert_eq!(
            count(FABRIKAM, LaunchOutcome::Refused).await.len(),
            1,
            "another tenant's quota is its own"
        );
        for (second, signed, there) in [(33, true, false), (34, true, true), (35, false, false), (36, false, true)] {
            let reference = reference_of(second, signed, false);
            assert_eq!(
                store.find_launch(FABRIKAM, &reference).await.unwrap().is_some(),
                there,
                "{second} {signed}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn junk_does_not_push_out_the_first_refusals_of_a_kind_and_day() {
    on_each_database(async |db| {
        const DAY: i64 = 86_400;
        let quotas = RefusalQuotas {
            unsigned_attributed: 8,
            daily_samples: 2,
            ..RefusalQuotas::default()
        };
        let store = db.store.clone().with_quotas(quotas);
        let attacked = add(&store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let other = add(&store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        let send = async |registration, code: &str, second| {
            let refusal = RefusedLaunch {
                code: code.to_owned(),
                ..refused(Some(registration), false, at(second))
            };
            store.record_refusal(&refusal).await.unwrap();
        };
        // The last one cleans up.
        let flood = async |day: u8, code: &str| {
            for n in 0_u8..40 {
                let refusal = RefusedLaunch {
                    reference: Reference::from_random([1, day, n, 0, 0, 0, 0, u8::from(n < 39)]),
                    code: code.to_owned(),
                    ..refused(Some(&attacked), false, at(i64::from(day) * DAY + 100 + i64::from(n)))
                };
                store.record_refusal(&refusal).await.unwrap();
            }
        };
        let stored = async |code: &str| {
            let query = LaunchQuery {
                outcome: Some(LaunchOutcome::Refused),
                limit: 200,
                ..LaunchQuery::default()
            };
            let found = store.list_launches(CONTOSO, &query).await.unwrap().value;
            let mut seconds: Vec<_> = found
                .into_iter()
                .filter(|launch| launch.code.as_deref() == Some(code))
                .map(|launch| (launch.at - at(0)).whole_seconds())
                .collect();
            seconds.sort_unstable();
            seconds
        };
        for second in 0..3 {
            send(&attacked, "cookies_not_found.cookie_missing", second).await;
            send(&other, "cookies_not_found.cookie_missing", 10 + second).await;
        }
        flood(0, "launch_invalid.token").await;
        assert_eq!(stored("cookies_not_found.cookie_missing").await, [0, 1, 10, 11]);
        let newest = 132..140;
        assert_eq!(
            stored("launch_invalid.token").await,
            [100, 101].into_iter().chain(newest).collect::<Vec<_>>()
        );

        // As many older ones as newest ones, the youngest of them.
        for day in 1..4 {
            flood(day, "launch_invalid.state").await;
        }
        assert_eq!(stored("cookies_not_found.cookie_missing").await, [0; 0]);
        assert_eq!(stored("launch_invalid.token").await, [100, 101]);
        assert_eq!(stored("launch_invalid.state").await.len(), 6 + 8);
    })
    .await;
}

#[tokio::test]
async fn texts_from_outside_are_bounded_and_storable() {
    on_each_database(async |db| {
        let refusal = RefusedLaunch {
            issuer: Some("i".repeat(10_000)),
            client_id: Some("\0c".to_owned()),
            message_type: Some("\0".repeat(3)),
            checks: "[\0]".to_owned(),
            ..refused(None, false, at(0))
        };
        db.store.record_refusal(&refusal).await.unwrap();
        let found = db.store.find_launch(CONTOSO, &refusal.reference).await.unwrap().unwrap();
        assert_eq!(
            (found.issuer.unwrap().len(), found.client_id.as_deref(), found.checks.as_str()),
            (500, Some("c"), "[]")
        );
    })
    .await;
}

#[tokio::test]
async fn old_records_are_purged() {
    on_each_database(async |db| {
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        for state in 0..4 {
            db.store
                .record_launch(&accepted(&registration, "1", state, at(i64::from(state))))
                .await
                .unwrap();
        }
        assert_eq!(db.store.purge_launches(at(2)).await.unwrap(), 2);
        assert_eq!(db.store.purge_launches(at(2)).await.unwrap(), 0);
        assert_eq!(launch(&db.store, &registration, "1", 3).await, RecordedLaunch::Replayed);
    })
    .await;
}

#[tokio::test]
async fn the_newest_record_is_a_launch_or_a_report_from_before_a_time() {
    on_each_database(async |db| {
        let store = &db.store;
        let newest = async |before| store.newest_record(at(before)).await.unwrap();
        assert_eq!(newest(100).await, None);
        for seconds in [1, 5, 9] {
            store.record_refusal(&refused(None, true, at(seconds))).await.unwrap();
        }
        assert_eq!(newest(100).await, Some(at(9)));
        assert_eq!(newest(9).await, Some(at(5)));
        assert_eq!(newest(1).await, None);
    })
    .await;
}
