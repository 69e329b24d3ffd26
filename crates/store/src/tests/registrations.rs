use domain::HealthState;

use super::*;
use crate::{LaunchTarget, RegistrationQuery};

#[tokio::test]
async fn what_was_stored_is_found() {
    on_each_database(async |db| {
        let new = NewRegistration {
            lms: LmsValues {
                access_token_audience: Some("aud".to_owned()),
                ..moodle("c-1", &["1", "2"]).lms
            },
            allow_anonymous: true,
            ..moodle("c-1", &["1", "2"])
        };
        let stored = add(&db.store, CONTOSO, &new).await.unwrap();
        assert_eq!(
            db.store.find_registration(CONTOSO, stored.id, at(0)).await.unwrap().as_ref(),
            Some(&stored)
        );
        assert_eq!(
            (&stored.lms.platform, &stored.deployment_ids),
            (&new.lms.platform, &new.deployment_ids)
        );
        assert_eq!(
            (stored.created_at, &stored.created_by, stored.last_launch_at),
            (at(0), &ada(), None)
        );
        assert_eq!(stored.health.state, HealthState::Unknown);
    })
    .await;
}

#[tokio::test]
async fn another_tenants_registration_is_not_there() {
    on_each_database(async |db| {
        let store = &db.store;
        let theirs = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert_eq!(store.find_registration(FABRIKAM, theirs.id, at(0)).await.unwrap(), None);
        assert!(!store.delete_registration(FABRIKAM, theirs.id, &ada(), at(1)).await.unwrap());
        let query = RegistrationQuery {
            limit: 10,
            ..RegistrationQuery::default()
        };
        assert_eq!(store.list_registrations(FABRIKAM, &query, at(0)).await.unwrap().value, []);
        let swap = NewRegistration {
            replaces: Some(theirs.id),
            ..moodle("c-2", &["1"])
        };
        assert!(matches!(
            add(store, FABRIKAM, &swap).await,
            Err(InsertError::ReplacesNotFound)
        ));
        assert_eq!(
            store.find_registration(CONTOSO, theirs.id, at(0)).await.unwrap(),
            Some(theirs)
        );
    })
    .await;
}

#[tokio::test]
async fn a_deployment_is_accepted_by_one_registration() {
    on_each_database(async |db| {
        let first = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let refused = add(&db.store, CONTOSO, &moodle("c-1", &["2", "1"])).await;
        let Err(InsertError::DeploymentTaken { deployment_id, own }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((deployment_id.as_str(), own), ("1", Some(first.id)));
        add(&db.store, CONTOSO, &moodle("c-1", &["2"])).await.unwrap();

        add(&db.store, CONTOSO, &blackboard(&["b-1"])).await.unwrap();
        let refused = add(&db.store, FABRIKAM, &blackboard(&["b-1"])).await;
        assert!(
            matches!(refused, Err(InsertError::DeploymentTaken { own: None, .. })),
            "{refused:?}"
        );
        add(&db.store, FABRIKAM, &blackboard(&["b-2"])).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_private_client_belongs_to_one_tenant() {
    on_each_database(async |db| {
        let first = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert!(matches!(
            add(&db.store, FABRIKAM, &moodle("c-1", &["2"])).await,
            Err(InsertError::ClientTaken)
        ));
        add(&db.store, FABRIKAM, &moodle("c-2", &["1"])).await.unwrap();
        db.store.delete_registration(CONTOSO, first.id, &ada(), at(1)).await.unwrap();
        add(&db.store, FABRIKAM, &moodle("c-1", &["2"])).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn registrations_of_one_client_have_the_same_urls() {
    on_each_database(async |db| {
        add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let elsewhere = || "https://elsewhere.contoso.edu/".parse::<url::Url>().unwrap();
        let mut keyset = moodle("c-1", &["2"]);
        keyset.lms.platform.keyset_url = elsewhere();
        let mut authentication = moodle("c-1", &["2"]);
        authentication.lms.platform.authentication_url = elsewhere();
        let family = NewRegistration {
            product: LmsProduct::OpenLms,
            ..moodle("c-1", &["2"])
        };
        let access_token = NewRegistration {
            lms: LmsValues {
                access_token_url: Some(elsewhere()),
                ..moodle("c-1", &["2"]).lms
            },
            ..moodle("c-1", &["2"])
        };
        for (new, expected) in [
            (keyset, "keysetUrl"),
            (authentication, "authenticationUrl"),
            (family, "platform"),
            (access_token, "accessTokenUrl"),
        ] {
            let refused = add(&db.store, CONTOSO, &new).await;
            assert!(
                matches!(refused, Err(InsertError::PlatformDiffers { field }) if field == expected),
                "{expected}: {refused:?}"
            );
        }
        add(
            &db.store,
            CONTOSO,
            &NewRegistration {
                lms: LmsValues {
                    access_token_url: None,
                    ..moodle("c-1", &["2"]).lms
                },
                ..moodle("c-1", &["2"])
            },
        )
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_registration_of_a_client_may_wait_for_its_deployment() {
    on_each_database(async |db| {
        let open = add(&db.store, CONTOSO, &moodle("c-1", &[])).await.unwrap();
        assert!(matches!(
            add(&db.store, CONTOSO, &moodle("c-1", &[])).await,
            Err(InsertError::AlreadyOpen { own }) if own == open.id
        ));
        add(&db.store, CONTOSO, &moodle("c-2", &[])).await.unwrap();
        add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        db.store
            .accept_deployment(CONTOSO, open.id, "2", &ada(), at(1))
            .await
            .unwrap();
        add(&db.store, CONTOSO, &moodle("c-1", &[])).await.unwrap();
        // Where clients are shared, every school may wait for its own.
        add(&db.store, CONTOSO, &blackboard(&[])).await.unwrap();
        add(&db.store, FABRIKAM, &blackboard(&[])).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn of_concurrent_registrations_exactly_one_succeeds() {
    on_each_database(async |db| {
        for round in 0..5 {
            let client = format!("client-{round}");
            let tasks = (0..8).map(|task| {
                let (store, other, client) = (db.store.clone(), db.second_instance(), client.clone());
                async move {
                    let store = if task % 2 == 0 { store } else { other.await };
                    let tenant = if task < 4 { CONTOSO } else { FABRIKAM };
                    tokio::spawn(async move { add(&store, tenant, &moodle(&client, &["1"])).await })
                        .await
                        .unwrap()
                }
            });
            let results = futures_util::future::join_all(tasks).await;
            assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
            for refused in results.into_iter().filter_map(Result::err) {
                assert!(
                    matches!(refused, InsertError::ClientTaken | InsertError::DeploymentTaken { .. }),
                    "{refused:?}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_replacement_takes_everything_over_or_nothing_happens() {
    on_each_database(async |db| {
        let store = &db.store;
        let old = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let other = add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();

        let taken = NewRegistration {
            replaces: Some(old.id),
            ..moodle("c-2", &["1"])
        };
        assert!(matches!(
            add(store, CONTOSO, &taken).await,
            Err(InsertError::DeploymentTaken { .. })
        ));
        assert!(
            store.find_registration(CONTOSO, old.id, at(0)).await.unwrap().is_some(),
            "rolled back"
        );

        let mut moved = NewRegistration {
            replaces: Some(old.id),
            ..moodle("c-1", &["1", "2"])
        };
        moved.lms.platform.keyset_url = "https://moodle.contoso.edu/new/certs.php".parse().unwrap();
        let new = add(store, CONTOSO, &moved).await.unwrap();
        assert_eq!(store.find_registration(CONTOSO, old.id, at(0)).await.unwrap(), None);
        let target = store
            .find_launch_target(&moved.lms.platform.issuer, "c-1", "1")
            .await
            .unwrap();
        assert!(matches!(target, LaunchTarget::Accepted(found) if found.id == new.id));
        let platform = store.find_platform(&moved.lms.platform.issuer, "c-1").await.unwrap();
        assert_eq!(
            platform,
            Some(moved.lms.platform.clone()),
            "the last registration's end lets the URLs change"
        );
        assert!(store.find_registration(CONTOSO, other.id, at(0)).await.unwrap().is_some());
        assert!(matches!(
            add(store, CONTOSO, &moved).await,
            Err(InsertError::ReplacesNotFound)
        ));
    })
    .await;
}

#[tokio::test]
async fn concurrent_replacements_of_one_registration_leave_one() {
    on_each_database(async |db| {
        let old = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let tasks = (0..6).map(|task| {
            let (store, id) = (db.store.clone(), old.id);
            tokio::spawn(async move {
                // Half of them move on to another client, half only delete: all take the locks of both.
                match task % 3 {
                    0 => store.delete_registration(CONTOSO, id, &ada(), at(1)).await.unwrap(),
                    1 => add(
                        &store,
                        CONTOSO,
                        &NewRegistration {
                            replaces: Some(id),
                            ..moodle("c-0", &["1"])
                        },
                    )
                    .await
                    .is_ok(),
                    _ => add(
                        &store,
                        CONTOSO,
                        &NewRegistration {
                            replaces: Some(id),
                            ..moodle("c-1", &["1"])
                        },
                    )
                    .await
                    .is_ok(),
                }
            })
        });
        let ended = futures_util::future::join_all(tasks)
            .await
            .into_iter()
            .filter(|done| *done.as_ref().unwrap())
            .count();
        assert_eq!(ended, 1);
    })
    .await;
}

#[tokio::test]
async fn an_obstacle_is_named_and_nothing_is_stored() {
    on_each_database(async |db| {
        let new = moodle("c-1", &["1"]);
        assert!(db.store.find_obstacle(CONTOSO, &new, &ada(), at(0)).await.unwrap().is_none());
        let platform = db.store.find_platform(&new.lms.platform.issuer, "c-1").await.unwrap();
        assert_eq!(platform, None);
        add(&db.store, CONTOSO, &new).await.unwrap();
        let seen = db.store.find_obstacle(FABRIKAM, &new, &ada(), at(0)).await.unwrap();
        assert!(matches!(seen, Some(InsertError::ClientTaken)));
    })
    .await;
}

#[tokio::test]
async fn a_deleted_registration_is_gone_at_once_and_everywhere() {
    on_each_database(async |db| {
        let other = db.second_instance().await;
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let issuer = registration.lms.platform.issuer.as_str();
        assert!(!other.was_deleted(issuer, "c-1").await.unwrap());
        assert!(
            db.store
                .delete_registration(CONTOSO, registration.id, &ada(), at(1))
                .await
                .unwrap()
        );
        assert!(
            !db.store
                .delete_registration(CONTOSO, registration.id, &ada(), at(2))
                .await
                .unwrap()
        );
        assert_eq!(other.find_registration(CONTOSO, registration.id, at(0)).await.unwrap(), None);
        assert_eq!(other.find_platform(issuer, "c-1").await.unwrap(), None);
        assert!(other.was_deleted(issuer, "c-1").await.unwrap());
        assert_eq!(
            other.find_launch_target(issuer, "c-1", "1").await.unwrap(),
            LaunchTarget::Deleted
        );
        assert_eq!(other.list_deployments(CONTOSO, registration.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn health_belongs_to_the_keyset() {
    on_each_database(async |db| {
        let store = &db.store;
        let first = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let second = add(store, FABRIKAM, &moodle("c-2", &["1"])).await.unwrap();
        let other = add(store, FABRIKAM, &blackboard(&["1"])).await.unwrap();
        let keyset = &first.lms.platform.keyset_url;
        store
            .set_health(keyset, HealthState::Bad, Some("unreachable"), at(10))
            .await
            .unwrap();
        store
            .set_health(keyset, HealthState::Bad, Some("not JSON"), at(20))
            .await
            .unwrap();
        for (tenant, id) in [(CONTOSO, first.id), (FABRIKAM, second.id)] {
            let health = store.find_registration(tenant, id, at(0)).await.unwrap().unwrap().health;
            assert_eq!(
                (health.state, health.since, health.detail.as_deref()),
                (HealthState::Bad, Some(at(10)), Some("not JSON"))
            );
        }
        store.set_health(keyset, HealthState::Good, None, at(30)).await.unwrap();
        let health = store
            .find_registration(CONTOSO, first.id, at(0))
            .await
            .unwrap()
            .unwrap()
            .health;
        assert_eq!(
            (health.state, health.since, health.detail),
            (HealthState::Good, Some(at(30)), None)
        );
        assert_eq!(
            store
                .find_registration(FABRIKAM, other.id, at(0))
                .await
                .unwrap()
                .unwrap()
                .health
                .state,
            HealthState::Unknown
        );
    })
    .await;
}

#[tokio::test]
async fn the_longest_values_fit_into_every_index() {
    on_each_database(async |db| {
        // Not compressible, as PostgreSQL's index entries would be.
        let long = |length: usize| (0..64).map(|_| Uuid::new_v4().simple().to_string()).collect::<String>()[..length].to_owned();
        let issuer = format!("https://{}", long(2040));
        let keyset = format!("https://contoso.edu/{}", long(2028));
        let deployment = long(255);
        let new = NewRegistration {
            name: "\u{10ffff}".repeat(200),
            lms: LmsValues {
                platform: ToolRegistration {
                    issuer: issuer.clone(),
                    client_id: long(255),
                    authentication_url: keyset.parse().unwrap(),
                    keyset_url: keyset.parse().unwrap(),
                },
                ..moodle("", &[&deployment]).lms
            },
            ..moodle("", &[&deployment])
        };
        let stored = add(&db.store, CONTOSO, &new).await.unwrap();
        let target = db
            .store
            .find_launch_target(&issuer, &new.lms.platform.client_id, &deployment)
            .await
            .unwrap();
        assert!(matches!(target, LaunchTarget::Accepted(found) if found.id == stored.id));
    })
    .await;
}
