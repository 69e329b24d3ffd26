use sea_orm::{ConnectionTrait as _, DbBackend};

use super::*;
use crate::platforms::{ACCEPTING, ACCEPTING_OF_CONFIRMED_TENANTS, CONFIRMED, OF_CONFIRMED_TENANTS, OF_ISSUER};
use crate::{Difference, IssuerPlatform};

const ISSUER: &str = "https://moodle.contoso.edu";

/// The client that a login means which names none: `None` where nothing tells it.
async fn client_of(store: &Store, issuer: &str, deployment_id: Option<&str>) -> Option<String> {
    match store.find_platform_by_issuer(issuer, deployment_id).await.unwrap() {
        IssuerPlatform::Only(platform) => Some(platform.client_id),
        IssuerPlatform::Ambiguous => None,
        IssuerPlatform::Unknown => panic!("{issuer} is registered"),
    }
}

fn is(client_id: &str) -> Option<String> {
    Some(client_id.to_owned())
}

#[tokio::test]
async fn a_login_finds_its_platform() {
    on_each_database(async |db| {
        let store = &db.store;
        let unknown = store.find_platform_by_issuer(ISSUER, None).await.unwrap();
        assert_eq!(unknown, IssuerPlatform::Unknown);
        add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        add(store, CONTOSO, &moodle("c-1", &["2"])).await.unwrap();
        let without_client = store.find_platform_by_issuer(ISSUER, None).await.unwrap();
        let platform = moodle("c-1", &[]).lms.platform;
        assert_eq!(
            without_client,
            IssuerPlatform::Only(Box::new(platform.clone())),
            "two registrations, one platform"
        );
        add(store, FABRIKAM, &moodle("c-2", &["1"])).await.unwrap();
        assert_eq!(client_of(store, ISSUER, None).await, None, "ambiguous");
        assert_eq!(store.find_platform(ISSUER, "c-1").await.unwrap(), Some(platform));
        for (issuer, client_id) in [(ISSUER, "c-3"), ("https://moodle.contoso.edu/", "c-1")] {
            assert_eq!(store.find_platform(issuer, client_id).await.unwrap(), None);
        }
    })
    .await;
}

#[tokio::test]
async fn an_accepted_deployment_tells_which_client_of_an_issuer_is_meant() {
    on_each_database(async |db| {
        let store = &db.store;
        add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let second = add(store, CONTOSO, &moodle("c-2", &["2"])).await.unwrap();
        let client = async |deployment| client_of(store, ISSUER, Some(deployment)).await;
        assert_eq!(client("2").await, is("c-2"));
        assert_eq!(client("3").await, None);
        assert_eq!(client("\0").await, None);
        store.note_deployment(CONTOSO, second.id, "3", at(1)).await.unwrap();
        assert_eq!(client("3").await, None, "one that waits tells nothing");
        let third = add(store, FABRIKAM, &moodle("c-3", &["2"])).await.unwrap();
        assert_eq!(client("2").await, None, "ambiguous");
        store.delete_registration(CONTOSO, second.id, &ada(), at(2)).await.unwrap();
        assert_eq!(client("2").await, is("c-3"));
        store.delete_registration(FABRIKAM, third.id, &ada(), at(2)).await.unwrap();
        assert_eq!(client("2").await, is("c-1"), "the only one left");
    })
    .await;
}

#[tokio::test]
async fn what_a_launch_confirmed_goes_before_what_was_only_entered() {
    on_each_database(async |db| {
        let store = &db.store;
        let own = add(store, CONTOSO, &moodle("c-2", &["1", "2"])).await.unwrap();
        let copied = add(store, FABRIKAM, &moodle("c-1", &["1", "2", "9"])).await.unwrap();
        let client = async |deployment| client_of(store, ISSUER, deployment).await;

        // Keys that aren't the issuer's own confirm nothing.
        let by_own_keys = AcceptedLaunch {
            signed_by_issuer: false,
            ..accepted(&copied, "1", 1, at(1))
        };
        store.record_launch(&by_own_keys).await.unwrap();
        assert_eq!((client(Some("1")).await, client(None).await), (None, None));
        assert_eq!(client(Some("9")).await, is("c-1"), "nobody is confirmed");

        launch(store, &own, "1", 2).await;
        // Neither what both list, nor what the other one lists alone, nor what nobody lists yet.
        for deployment in [Some("1"), Some("2"), Some("9"), Some("10"), None] {
            assert_eq!(client(deployment).await, is("c-2"), "{deployment:?}");
        }
        // Of the same tenant, a client that no launch came from yet is as good.
        add(store, CONTOSO, &moodle("c-3", &["3"])).await.unwrap();
        for (deployment, expected) in [
            (Some("1"), is("c-2")),
            (Some("2"), is("c-2")),
            (Some("3"), is("c-3")),
            (Some("9"), None),
            (None, None),
        ] {
            assert_eq!(client(deployment).await, expected, "{deployment:?}");
        }
        // Another tenant of the same LMS counts from its first launch on.
        launch(store, &copied, "9", 3).await;
        assert_eq!((client(Some("9")).await, client(Some("1")).await), (is("c-1"), is("c-2")));
        store
            .remove_deployment(FABRIKAM, copied.id, "9", false, &ada(), at(4))
            .await
            .unwrap();
        assert_eq!(client(Some("9")).await, None);

        store
            .remove_deployment(CONTOSO, own.id, "1", false, &ada(), at(4))
            .await
            .unwrap();
        assert_eq!(client(Some("1")).await, is("c-1"), "nobody is confirmed any more");
        assert_eq!(client(None).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_replaced_registration_hands_on_what_a_launch_confirmed() {
    on_each_database(async |db| {
        let store = &db.store;
        let own = add(store, CONTOSO, &moodle("c-2", &["1", "2"])).await.unwrap();
        add(store, FABRIKAM, &moodle("c-1", &["1", "2"])).await.unwrap();
        launch(store, &own, "1", 1).await;
        let replacing = |old: &Registration, client_id: &str| NewRegistration {
            replaces: Some(old.id),
            ..moodle(client_id, &["1", "2"])
        };
        let client = async |deployment| client_of(store, ISSUER, deployment).await;
        let next = add(store, CONTOSO, &replacing(&own, "c-2")).await.unwrap();
        for deployment in [Some("1"), Some("2"), None] {
            assert_eq!(client(deployment).await, is("c-2"), "{deployment:?}");
        }
        // The launch was of another client.
        add(store, CONTOSO, &replacing(&next, "c-3")).await.unwrap();
        assert_eq!(client(Some("1")).await, None);
    })
    .await;
}

#[tokio::test]
async fn what_turns_out_to_be_signed_by_the_issuer_confirms_too() {
    on_each_database(async |db| {
        let store = &db.store;
        let own = add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        add(store, FABRIKAM, &moodle("c-1", &["1"])).await.unwrap();
        let record = async |state| {
            let launch = AcceptedLaunch {
                signed_by_issuer: false,
                ..accepted(&own, "1", state, at(1))
            };
            store.record_launch(&launch).await.unwrap()
        };
        assert_eq!(record(1).await, RecordedLaunch::RecordedUnconfirmed);
        assert_eq!(client_of(store, ISSUER, Some("1")).await, None);
        store.confirm_deployment(own.id, "1", at(2)).await.unwrap();
        assert_eq!(client_of(store, ISSUER, Some("1")).await, is("c-2"));
        assert_eq!(record(2).await, RecordedLaunch::Recorded);
    })
    .await;
}

#[tokio::test]
async fn where_schools_share_the_issuer_one_that_never_launched_is_as_likely() {
    on_each_database(async |db| {
        let store = &db.store;
        let of = |client_id: &str, deployments: &[&str]| {
            let mut new = blackboard(deployments);
            client_id.clone_into(&mut new.lms.platform.client_id);
            new
        };
        let launched = add(store, CONTOSO, &of("b-1", &["1", "3"])).await.unwrap();
        add(store, FABRIKAM, &of("b-2", &["2", "3"])).await.unwrap();
        launch(store, &launched, "1", 1).await;
        let client = async |deployment| client_of(store, "https://blackboard.com", deployment).await;
        assert_eq!((client(Some("1")).await, client(Some("2")).await), (is("b-1"), is("b-2")));
        for deployment in [Some("3"), Some("4"), None] {
            assert_eq!(client(deployment).await, None, "{deployment:?}");
        }
        launch(store, &launched, "3", 2).await;
        assert_eq!(client(Some("3")).await, is("b-1"));
    })
    .await;
}

#[tokio::test]
async fn who_was_shut_out_makes_no_login_ambiguous() {
    on_each_database(async |db| {
        let store = &db.store;
        let out = add(store, FABRIKAM, &moodle("c-1", &["1", "2"])).await.unwrap();
        add(store, FABRIKAM, &blackboard(&["1"])).await.unwrap();
        launch(store, &out, "1", 1).await;
        store.withdraw_approval(FABRIKAM, &ada(), at(2)).await.unwrap();
        let alone = store.find_platform_by_issuer(ISSUER, None).await.unwrap();
        assert_eq!(alone, IssuerPlatform::Unknown, "its launches would be refused");
        let deployments = [Some("1"), Some("2"), Some("9"), None];
        let are_all = async |expected: [Option<String>; 4]| {
            for (deployment, expected) in deployments.into_iter().zip(expected) {
                assert_eq!(client_of(store, ISSUER, deployment).await, expected, "{deployment:?}");
            }
        };
        add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        are_all([is("c-2"), is("c-2"), is("c-2"), is("c-2")]).await;
        add(store, CONTOSO, &moodle("c-3", &["2"])).await.unwrap();
        are_all([is("c-2"), is("c-3"), None, None]).await;
        let mut shared = blackboard(&["1"]);
        "another".clone_into(&mut shared.lms.platform.client_id);
        add(store, CONTOSO, &shared).await.unwrap();
        assert_eq!(client_of(store, "https://blackboard.com", None).await, is("another"));

        store.approve_tenant(FABRIKAM, &ada(), at(3)).await.unwrap();
        are_all([is("c-1"), is("c-1"), is("c-1"), is("c-1")]).await;
    })
    .await;
}

/// Anybody may send logins without a client ID, as many as he likes, and may have registered as many clients as he likes.
#[tokio::test]
async fn no_number_of_clients_makes_a_login_walk_through_them_for_each_of_them() {
    on_each_database(async |db| {
        let connection = db.store.connection();
        if connection.get_database_backend() != DbBackend::Sqlite {
            return;
        }
        for (statement, expected) in [
            (OF_ISSUER, &["p (issuer=?)", "r (issuer=? AND client_id=?)", "t (id=?)"][..]),
            (
                CONFIRMED,
                &[
                    "d (issuer=? AND deployment_id=?)",
                    "r (id=?)",
                    "p (issuer=? AND client_id=?)",
                    "t (id=?)",
                ],
            ),
            (
                ACCEPTING,
                &[
                    "d (issuer=? AND deployment_id=?)",
                    "r (id=?)",
                    "p (issuer=? AND client_id=?)",
                    "t (id=?)",
                ],
            ),
            (
                OF_CONFIRMED_TENANTS,
                &["d (issuer=?)", "r (id=?)", "t (id=?)", "p (issuer=? AND tenant_id=?)"],
            ),
            (
                ACCEPTING_OF_CONFIRMED_TENANTS,
                &[
                    "d (issuer=?)",
                    "r (id=?)",
                    "t (id=?)",
                    "p (issuer=? AND tenant_id=?)",
                    "d (issuer=? AND client_id=? AND deployment_id=?)",
                ],
            ),
        ] {
            let plan = format!("EXPLAIN QUERY PLAN {statement}");
            let values = [ISSUER.into(), "1".into()]
                .into_iter()
                .take(if statement.contains("$2") { 2 } else { 1 });
            let steps = connection.query_all_raw(crate::sql(connection, &plan, values)).await.unwrap();
            let steps: Vec<String> = steps.iter().map(|step| step.try_get("", "detail").unwrap()).collect();
            // A table and what it is searched by, without the index's name.
            let searched = steps.iter().filter_map(|step| {
                let (table, by) = step.strip_prefix("SEARCH ")?.split_once(' ')?;
                Some(format!("{table} {}", by.get(by.find('(')?..)?))
            });
            assert_eq!(searched.collect::<Vec<_>>(), expected, "{steps:?}");
            let walks = |step: &String| step.starts_with("SCAN") && step != "SCAN confirmed";
            assert!(!steps.iter().any(walks), "{steps:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_platform_lives_as_long_as_its_last_registration() {
    on_each_database(async |db| {
        let store = &db.store;
        let first = add(store, CONTOSO, &blackboard(&["1"])).await.unwrap();
        let second = add(store, FABRIKAM, &blackboard(&["2"])).await.unwrap();
        store.delete_registration(CONTOSO, first.id, &ada(), at(1)).await.unwrap();
        assert_eq!(client_of(store, "https://blackboard.com", None).await, is("027328b7"));
        store.delete_registration(FABRIKAM, second.id, &ada(), at(1)).await.unwrap();
        let gone = store.find_platform_by_issuer("https://blackboard.com", None).await.unwrap();
        assert_eq!(gone, IssuerPlatform::Unknown);
    })
    .await;
}

#[tokio::test]
async fn a_near_miss_is_named_to_the_tenant_that_missed() {
    on_each_database(async |db| {
        let store = &db.store;
        let mut other = moodle("c-2", &["1"]);
        other.name = "Another client".to_owned();
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        store
            .insert_registration(CONTOSO, RegistrationId(Uuid::new_v4()), &other, &ada(), at(1))
            .await
            .unwrap();
        let near = async |issuer: &str, client_id: &str| {
            assert_eq!(store.find_near_miss(FABRIKAM, issuer, client_id).await.unwrap(), None);
            let near = store.find_near_miss(CONTOSO, issuer, client_id).await.unwrap();
            near.map(|near| (near.name, near.difference, near.works))
        };
        let first = |difference, works| Some((registration.name.clone(), difference, works));
        for (issuer, difference) in [
            ("https://moodle.contoso.edu/", Difference::TrailingSlash),
            ("http://moodle.contoso.edu", Difference::Scheme),
            ("https://Moodle.Contoso.edu", Difference::Capitals),
            ("https://www.moodle.contoso.edu", Difference::Www),
            ("https://moodle.contoso.edu:8443", Difference::Port),
            ("https://moodle.contoso.edu/moodle", Difference::Path),
            ("http://www.moodle.contoso.edu/moodle/", Difference::Issuer),
        ] {
            assert_eq!(near(issuer, "c-1").await, first(difference, false), "{issuer}");
        }
        assert_eq!(
            near(ISSUER, "c-9").await.map(|(name, difference, _)| (name, difference)),
            Some(("Another client".to_owned(), Difference::ClientId))
        );
        assert_eq!(near(ISSUER, "c-1").await, None, "that one is a hit");
        assert_eq!(near("https://elsewhere.edu", "c-1").await, None);
        assert_eq!(near("not a URL", "c-1").await, None);

        assert_eq!(launch(store, &registration, "1", 1).await, RecordedLaunch::Recorded);
        assert_eq!(
            near("https://moodle.contoso.edu/", "c-1").await,
            first(Difference::TrailingSlash, true)
        );
        // A deleted one is named as itself, whatever else there is.
        store
            .delete_registration(CONTOSO, registration.id, &ada(), at(7))
            .await
            .unwrap();
        let deleted = Difference::Deleted {
            at: at(7),
            by: Some(ada().name),
        };
        assert_eq!(near(ISSUER, "c-1").await, first(deleted, true));
        assert_eq!(
            near("https://moodle.contoso.edu/", "c-1").await,
            None,
            "what is deleted is no near miss"
        );
        add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert_eq!(near(ISSUER, "c-1").await, None);
    })
    .await;
}
