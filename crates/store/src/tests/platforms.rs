use super::*;
use crate::Difference;

const ISSUER: &str = "https://moodle.contoso.edu";

#[tokio::test]
async fn a_login_finds_its_platform() {
    on_each_database(async |db| {
        let store = &db.store;
        add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        add(store, CONTOSO, &moodle("c-1", &["2"])).await.unwrap();
        let without_client = store.find_platforms(ISSUER, None).await.unwrap();
        assert_eq!(without_client.len(), 1, "two registrations, one platform");
        assert_eq!(without_client[0].platform, moodle("c-1", &[]).platform);
        assert_eq!(
            (without_client[0].family, without_client[0].shared),
            (PlatformFamily::Moodle, false)
        );
        add(store, FABRIKAM, &moodle("c-2", &["1"])).await.unwrap();
        assert_eq!(store.find_platforms(ISSUER, None).await.unwrap().len(), 2, "ambiguous");
        assert_eq!(store.find_platforms(ISSUER, Some("c-2")).await.unwrap().len(), 1);
        assert!(store.find_platforms(ISSUER, Some("c-3")).await.unwrap().is_empty());
        assert!(
            store
                .find_platforms("https://moodle.contoso.edu/", Some("c-1"))
                .await
                .unwrap()
                .is_empty()
        );
        add(store, CONTOSO, &blackboard(&["1"])).await.unwrap();
        assert!(store.find_platforms("https://blackboard.com", None).await.unwrap()[0].shared);
    })
    .await;
}

#[tokio::test]
async fn an_accepted_deployment_tells_which_client_of_an_issuer_is_meant() {
    on_each_database(async |db| {
        let store = &db.store;
        add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let second = add(store, CONTOSO, &moodle("c-2", &["2"])).await.unwrap();
        let clients = async |deployment: &str| {
            let found = store.find_platforms_of_deployment(ISSUER, deployment).await.unwrap();
            found.into_iter().map(|known| known.platform.client_id).collect::<Vec<_>>()
        };
        assert_eq!(clients("2").await, ["c-2"]);
        assert_eq!(clients("3").await, [""; 0]);
        assert_eq!(clients("\0").await, [""; 0]);
        store.note_deployment(CONTOSO, second.id, "3", at(1)).await.unwrap();
        assert_eq!(clients("3").await, [""; 0], "one that waits tells nothing");
        add(store, FABRIKAM, &moodle("c-3", &["2"])).await.unwrap();
        assert_eq!(clients("2").await, ["c-2", "c-3"], "ambiguous");
        store.delete_registration(CONTOSO, second.id, &ada(), at(2)).await.unwrap();
        assert_eq!(clients("2").await, ["c-3"]);
    })
    .await;
}

#[tokio::test]
async fn what_a_launch_confirmed_goes_before_what_was_only_entered() {
    on_each_database(async |db| {
        let store = &db.store;
        let own = add(store, CONTOSO, &moodle("c-2", &["1", "2"])).await.unwrap();
        let copied = add(store, FABRIKAM, &moodle("c-1", &["1", "9"])).await.unwrap();
        let clients =
            |found: Vec<crate::KnownPlatform>| found.into_iter().map(|known| known.platform.client_id).collect::<Vec<_>>();
        let of_deployment = async |id: &str| clients(store.find_platforms_of_deployment(ISSUER, id).await.unwrap());
        let of_confirmed = async || clients(store.find_platforms_of_confirmed(ISSUER).await.unwrap());

        // Keys that aren't the issuer's own confirm nothing.
        let by_own_keys = AcceptedLaunch {
            signed_by_issuer: false,
            ..accepted(&copied, "1", 1, at(1))
        };
        store.record_launch(&by_own_keys).await.unwrap();
        assert_eq!(of_deployment("1").await, ["c-1", "c-2"]);
        assert_eq!(of_confirmed().await, [""; 0]);

        launch(store, &own, "1", 2).await;
        assert_eq!(of_deployment("1").await, ["c-2"]);
        assert_eq!(of_confirmed().await, ["c-2"]);
        assert_eq!(of_deployment("9").await, ["c-1"]);
        assert_eq!(of_deployment("2").await, ["c-2"]);
        // Of the same tenant, a client that no launch came from yet is as good.
        add(store, CONTOSO, &moodle("c-3", &["3"])).await.unwrap();
        assert_eq!(of_confirmed().await, ["c-2", "c-3"]);

        store.remove_deployment(CONTOSO, own.id, "1", &ada(), at(3)).await.unwrap();
        assert_eq!(of_deployment("1").await, ["c-1"]);
        assert_eq!(of_confirmed().await, [""; 0]);
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
        assert_eq!(store.find_platforms("https://blackboard.com", None).await.unwrap().len(), 1);
        store.delete_registration(FABRIKAM, second.id, &ada(), at(1)).await.unwrap();
        assert!(store.find_platforms("https://blackboard.com", None).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_near_miss_is_named_to_the_tenant_that_missed() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        for (issuer, client_id, difference) in [
            ("https://moodle.contoso.edu/", "c-1", Difference::TrailingSlash),
            ("http://moodle.contoso.edu", "c-1", Difference::Scheme),
            (ISSUER, "c-9", Difference::ClientId),
        ] {
            let near = store.find_near_misses(CONTOSO, issuer, client_id).await.unwrap();
            assert_eq!(
                near,
                [crate::NearMiss {
                    registration_id: registration.id,
                    difference
                }]
            );
            assert!(store.find_near_misses(FABRIKAM, issuer, client_id).await.unwrap().is_empty());
        }
        assert!(
            store.find_near_misses(CONTOSO, ISSUER, "c-1").await.unwrap().is_empty(),
            "that one is a hit"
        );
        assert!(
            store
                .find_near_misses(CONTOSO, "https://elsewhere.edu", "c-1")
                .await
                .unwrap()
                .is_empty()
        );
    })
    .await;
}
