use domain::HealthState;

use super::*;
use crate::{RegistrationCursor, RegistrationOrder, RegistrationQuery, RegistrationSort, StoreError};

async fn add_named(store: &Store, name: &str, client_id: &str, created: i64) -> Registration {
    let new = NewRegistration {
        name: name.to_owned(),
        ..moodle(client_id, &["1"])
    };
    store
        .insert_registration(CONTOSO, RegistrationId(Uuid::new_v4()), &new, &ada(), at(created))
        .await
        .unwrap()
}

async fn names(store: &Store, query: RegistrationQuery) -> Vec<String> {
    let query = RegistrationQuery { limit: 50, ..query };
    store
        .list_registrations(CONTOSO, &query, at(0))
        .await
        .unwrap()
        .value
        .into_iter()
        .map(|found| found.name)
        .collect()
}

/// Walks through all pages by the cursors' texts.
async fn walk(store: &Store, sort: RegistrationSort, limit: u32) -> Vec<Registration> {
    let mut query = RegistrationQuery {
        sort,
        limit,
        ..RegistrationQuery::default()
    };
    let mut found = Vec::new();
    loop {
        let page = store.list_registrations(CONTOSO, &query, at(0)).await.unwrap();
        assert!(page.value.len() <= limit as usize);
        found.extend(page.value);
        let Some(next) = page.next else { return found };
        query.after = Some(RegistrationCursor::decode(&next.to_string(), sort).unwrap());
    }
}

#[tokio::test]
async fn every_order_is_paged_without_gaps_also_among_equals() {
    on_each_database(async |db| {
        for n in 0_u8..9 {
            // Three names, each three times in another case; three times of creation.
            let name = ["Moodle", "MOODLE b", "moodle É"][usize::from(n % 3)];
            let registration = add_named(&db.store, name, &format!("c-{n}"), i64::from(n / 3)).await;
            if n % 2 == 0 {
                launch(&db.store, &registration, "1", n).await;
            }
        }
        for by in [
            RegistrationOrder::Name,
            RegistrationOrder::CreatedAt,
            RegistrationOrder::LastLaunchAt,
        ] {
            let whole = walk(&db.store, RegistrationSort { by, descending: false }, 50).await;
            assert_eq!(whole.len(), 9);
            let ordered = match by {
                RegistrationOrder::Name => whole.is_sorted_by_key(|found| (found.name.to_lowercase(), found.id)),
                RegistrationOrder::CreatedAt => whole.is_sorted_by_key(|found| (found.created_at, found.id)),
                RegistrationOrder::LastLaunchAt => whole.is_sorted_by_key(|found| (found.last_launch_at, found.id)),
            };
            assert!(ordered, "{by:?}: {whole:#?}");
            for limit in [1, 2, 4, 9] {
                assert_eq!(
                    walk(&db.store, RegistrationSort { by, descending: false }, limit).await,
                    whole,
                    "{by:?} {limit}"
                );
                let mut backwards = walk(&db.store, RegistrationSort { by, descending: true }, limit).await;
                backwards.reverse();
                assert_eq!(backwards, whole, "{by:?} {limit}");
            }
        }
        let page = async |limit| {
            let query = RegistrationQuery {
                limit,
                ..RegistrationQuery::default()
            };
            db.store.list_registrations(CONTOSO, &query, at(100)).await.unwrap()
        };
        let (full, short) = (page(9).await, page(8).await);
        assert!(full.next.is_none() && short.next.is_some(), "a full last page is the last");
    })
    .await;
}

#[tokio::test]
async fn issuer_and_client_are_found_byte_for_byte() {
    on_each_database(async |db| {
        let one = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let two = add(&db.store, CONTOSO, &moodle("c-1", &["2"])).await.unwrap();
        add(&db.store, CONTOSO, &moodle("C-1", &["1"])).await.unwrap();
        add(&db.store, CONTOSO, &blackboard(&["b-1"])).await.unwrap();
        let found = async |tenant, issuer: Option<&str>, client_id: Option<&str>| {
            let query = RegistrationQuery {
                issuer: issuer.map(ToOwned::to_owned),
                client_id: client_id.map(ToOwned::to_owned),
                limit: 10,
                ..RegistrationQuery::default()
            };
            let page = db.store.list_registrations(tenant, &query, at(100)).await.unwrap();
            let mut ids: Vec<_> = page.value.into_iter().map(|found| found.id).collect();
            ids.sort_unstable();
            ids
        };
        let issuer = one.lms.platform.issuer.as_str();
        let mut both = vec![one.id, two.id];
        both.sort_unstable();
        assert_eq!(found(CONTOSO, Some(issuer), Some("c-1")).await, both);
        assert_eq!(found(CONTOSO, None, Some("c-1")).await, both);
        assert_eq!(found(CONTOSO, Some(issuer), None).await.len(), 3);
        for (tenant, issuer, client_id) in [
            (FABRIKAM, issuer, "c-1"),
            (CONTOSO, &*issuer.to_uppercase(), "c-1"),
            (CONTOSO, issuer, "c-"),
            (CONTOSO, issuer, "\0"),
        ] {
            assert_eq!(
                found(tenant, Some(issuer), Some(client_id)).await,
                [],
                "{issuer} {client_id:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn search_takes_the_text_as_it_stands() {
    on_each_database(async |db| {
        for (name, client) in [
            ("100% Moodle", "c-1"),
            ("1000 Moodle", "c-2"),
            ("under_score", "c-3"),
            ("ÉCOLE!", "c-4"),
        ] {
            add_named(&db.store, name, client, 0).await;
        }
        for (search, expected) in [
            ("100%", vec!["100% Moodle"]),
            ("r_s", vec!["under_score"]),
            ("école!", vec!["ÉCOLE!"]),
            ("1000 MOOD", vec!["1000 Moodle"]),
            ("C-3", vec!["under_score"]),
            ("moodle.contoso", vec!["100% Moodle", "1000 Moodle", "under_score", "ÉCOLE!"]),
            ("'; DROP TABLE registrations; --", vec![]),
            ("a\0b", vec![]),
        ] {
            let query = RegistrationQuery {
                search: Some(search.to_owned()),
                ..RegistrationQuery::default()
            };
            assert_eq!(names(&db.store, query).await, expected, "{search}");
        }
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_the_list() {
    on_each_database(async |db| {
        let store = &db.store;
        add_named(store, "Moodle", "c-1", 0).await;
        let board = add(
            store,
            CONTOSO,
            &NewRegistration {
                app_id: "chess".to_owned(),
                ..blackboard(&["1"])
            },
        )
        .await
        .unwrap();
        let deleted = add_named(store, "Gone", "c-2", 0).await;
        store.delete_registration(CONTOSO, deleted.id, &ada(), at(1)).await.unwrap();
        store
            .set_health(&board.lms.platform.keyset_url, HealthState::Bad, None, at(1))
            .await
            .unwrap();
        let all = RegistrationQuery::default;
        assert_eq!(names(store, all()).await, ["Blackboard", "Moodle"]);
        assert_eq!(
            names(
                store,
                RegistrationQuery {
                    app_id: Some("chess".to_owned()),
                    ..all()
                }
            )
            .await,
            ["Blackboard"]
        );
        assert_eq!(
            names(
                store,
                RegistrationQuery {
                    product: Some(LmsProduct::Moodle),
                    ..all()
                }
            )
            .await,
            ["Moodle"]
        );
        assert_eq!(
            names(
                store,
                RegistrationQuery {
                    health: Some(HealthState::Bad),
                    ..all()
                }
            )
            .await,
            ["Blackboard"]
        );
        assert_eq!(
            names(
                store,
                RegistrationQuery {
                    health: Some(HealthState::Good),
                    ..all()
                }
            )
            .await,
            [""; 0]
        );
    })
    .await;
}

#[tokio::test]
async fn cursors_that_were_tampered_with_are_refused() {
    on_each_database(async |db| {
        add_named(&db.store, "a", "c-1", 0).await;
        add_named(&db.store, "b", "c-2", 0).await;
        let sort = RegistrationSort::default();
        let query = RegistrationQuery {
            limit: 1,
            ..RegistrationQuery::default()
        };
        let next = db
            .store
            .list_registrations(CONTOSO, &query, at(0))
            .await
            .unwrap()
            .next
            .unwrap()
            .to_string();
        assert!(RegistrationCursor::decode(&next, sort).is_some());
        for by in [RegistrationOrder::CreatedAt, RegistrationOrder::LastLaunchAt] {
            assert_eq!(
                RegistrationCursor::decode(&next, RegistrationSort { by, descending: false }),
                None
            );
        }
        assert_eq!(
            RegistrationCursor::decode(
                &next,
                RegistrationSort {
                    descending: true,
                    ..sort
                }
            ),
            None
        );
        for text in [
            "",
            "e30",
            "%%%",
            &next[1..],
            &next[..next.len() - 3],
            &format!("{next}="),
            &"A".repeat(10_000),
        ] {
            assert_eq!(RegistrationCursor::decode(text, sort), None, "{text}");
        }
    })
    .await;
}

#[test]
fn a_cursor_carries_nothing_that_a_database_would_choke_on() {
    use base64::Engine;
    let forge = |json: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json);
    let id = Uuid::nil();
    let sort = RegistrationSort::default();
    let good = forge(&format!(r#"{{"sort":"name","key":{{"text":"a"}},"id":"{id}"}}"#));
    assert!(RegistrationCursor::decode(&good, sort).is_some());
    for json in [
        format!(r#"{{"sort":"name","key":{{"text":"a\u0000"}},"id":"{id}"}}"#),
        format!(r#"{{"sort":"name","key":{{"micros":1}},"id":"{id}"}}"#),
        format!(r#"{{"sort":"name","key":{{"text":"a"}},"id":"{id}","more":1}}"#),
        r#"{"sort":"name","key":{"text":"a"},"id":"1"}"#.to_owned(),
    ] {
        assert_eq!(RegistrationCursor::decode(&forge(&json), sort), None, "{json}");
    }
    assert_eq!(
        crate::LaunchCursor::decode(&forge(r#"{"launched_at":1,"reference":"x"}"#)),
        None
    );
    assert_eq!(crate::AuditCursor::decode(&forge(r#"{"done_at":1,"id":"x"}"#)), None);
}

#[tokio::test]
async fn more_rows_than_may_be_read_at_once_are_refused() {
    on_each_database(async |db| {
        let registration = add_named(&db.store, "A", "c-1", 1).await;
        add_named(&db.store, "B", "c-2", 2).await;
        for deployment in ["2", "3"] {
            db.store
                .accept_deployment(CONTOSO, registration.id, deployment, &ada(), at(3))
                .await
                .unwrap();
        }
        let read = async |rows| {
            let (store, id) = (db.store.clone().with_row_limit(rows), registration.id);
            let query = RegistrationQuery {
                limit: 50,
                ..RegistrationQuery::default()
            };
            [
                store.list_deployments(CONTOSO, id).await.map(drop),
                store.find_registration(CONTOSO, id, at(4)).await.map(drop),
                store.list_registrations(CONTOSO, &query, at(4)).await.map(drop),
            ]
        };
        // 3 deployments; with their registration; 2 registrations with 4 deployments.
        for (index, rows) in [3, 4, 6].into_iter().enumerate() {
            assert!(read(rows).await[index].is_ok());
            assert!(matches!(read(rows - 1).await[index], Err(StoreError::TooManyRows)));
        }
    })
    .await;
}
