use super::*;
use crate::{Import, RegistrationLimits};

fn limited(store: &Store, registrations: u32, unconfirmed: u32) -> Store {
    store.clone().with_registration_limits(RegistrationLimits {
        registrations,
        unconfirmed,
    })
}

async fn count(store: &Store) -> usize {
    store.export_registrations(CONTOSO, &ada(), at(9)).await.unwrap().len()
}

fn imports(clients: std::ops::Range<u32>) -> Vec<Import> {
    let import = |n| Import {
        id: RegistrationId(Uuid::new_v4()),
        new: moodle(&format!("c-{n}"), &["1"]),
        undecided: Vec::new(),
        tool_keyset: None,
    };
    clients.map(import).collect()
}

#[tokio::test]
async fn a_tenant_has_so_many_registrations_and_so_many_unconfirmed_clients() {
    on_each_database(async |db| {
        let store = limited(&db.store, 3, 2);
        let confirmed = add(&store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let open = add(&store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        let third = add(&store, CONTOSO, &moodle("c-3", &["1"])).await;
        assert!(
            matches!(third, Err(InsertError::TooManyUnconfirmed { limit: 2 })),
            "{third:?}"
        );
        let seen = store
            .find_obstacle(CONTOSO, &moodle("c-3", &["1"]), &ada(), at(1))
            .await
            .unwrap();
        assert!(matches!(seen, Some(InsertError::TooManyUnconfirmed { limit: 2 })), "{seen:?}");
        let again = add(&store, CONTOSO, &moodle("c-2", &["2"])).await.unwrap();
        let fourth = add(&store, CONTOSO, &moodle("c-2", &["3"])).await;
        assert!(matches!(fourth, Err(InsertError::TooMany { limit: 3 })), "{fourth:?}");
        add(&store, FABRIKAM, &moodle("f-1", &["1"])).await.unwrap();

        // A launch makes room for another client, and a deletion for another registration.
        assert_eq!(launch(&store, &confirmed, "1", 1).await, RecordedLaunch::Recorded);
        store.delete_registration(CONTOSO, again.id, &ada(), at(2)).await.unwrap();
        add(&store, CONTOSO, &moodle("c-3", &["1"])).await.unwrap();

        // A registration makes room for the one that replaces it.
        for (old, client) in [(confirmed.id, "c-1"), (open.id, "c-9")] {
            let replacing = NewRegistration {
                replaces: Some(old),
                ..moodle(client, &["1"])
            };
            add(&store, CONTOSO, &replacing).await.unwrap();
        }
        assert_eq!(count(&store).await, 3);
    })
    .await;
}

#[tokio::test]
async fn what_is_there_above_the_limits_stays_and_can_be_replaced() {
    on_each_database(async |db| {
        let mut registrations = Vec::new();
        for n in 0..4 {
            registrations.push(add(&db.store, CONTOSO, &moodle(&format!("c-{n}"), &["1"])).await.unwrap());
        }
        let store = limited(&db.store, 2, 1);
        let more = add(&store, CONTOSO, &moodle("c-9", &["1"])).await;
        assert!(matches!(more, Err(InsertError::TooMany { limit: 2 })), "{more:?}");
        let replacing = NewRegistration {
            replaces: Some(registrations[0].id),
            ..moodle("c-9", &["1"])
        };
        add(&store, CONTOSO, &replacing).await.unwrap();
        assert_eq!(count(&store).await, 4);
        assert_eq!(launch(&store, &registrations[1], "1", 1).await, RecordedLaunch::Recorded);
    })
    .await;
}

#[tokio::test]
async fn requests_at_once_on_two_instances_add_no_more_than_there_may_be() {
    on_each_database(async |db| {
        let other = db.second_instance().await;
        let tasks = (0..16).map(|n| {
            let store = limited(if n % 2 == 0 { &db.store } else { &other }, 5_000, 5);
            tokio::spawn(async move {
                if n % 4 < 2 {
                    let added = add(&store, CONTOSO, &moodle(&format!("c-{n}"), &["1"])).await;
                    return usize::from(added.is_ok());
                }
                let imports = imports(100 + 10 * n..102 + 10 * n);
                let results = store.import_registrations(CONTOSO, &imports, false, &ada(), at(1)).await;
                results.unwrap().iter().filter(|result| result.is_ok()).count()
            })
        });
        let added: usize = futures_util::future::join_all(tasks)
            .await
            .into_iter()
            .map(Result::unwrap)
            .sum();
        assert_eq!((added, count(&db.store).await), (5, 5));
    })
    .await;
}

#[tokio::test]
async fn an_import_is_refused_what_is_too_much_and_its_rehearsal_says_the_same() {
    on_each_database(async |db| {
        // More than one transaction of an import holds.
        let store = limited(&db.store, 5_000, 55);
        add(&store, CONTOSO, &moodle("c-70", &["1"])).await.unwrap();
        let imports = imports(10..80);
        for rehearsal in [true, false] {
            let results = store
                .import_registrations(CONTOSO, &imports, rehearsal, &ada(), at(1))
                .await
                .unwrap();
            let stored = results.iter().filter(|result| result.is_ok()).count();
            let refused =
                |result: &&Result<(), InsertError>| matches!(result, Err(InsertError::TooManyUnconfirmed { limit: 55 }));
            assert_eq!((stored, results.iter().filter(refused).count()), (54, 15), "{rehearsal}");
            let there = InsertError::DeploymentTaken {
                deployment_id: "1".to_owned(),
                own: None,
            };
            assert_eq!(results[60].as_ref().unwrap_err().to_string(), there.to_string());
            assert_eq!(count(&store).await, if rehearsal { 1 } else { 55 });
        }
    })
    .await;
}
