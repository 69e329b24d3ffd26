use super::*;
use crate::{IssuerPlatform, LaunchTarget};

const ISSUER: &str = "https://moodle.contoso.edu";

fn id(target: &LaunchTarget) -> Option<RegistrationId> {
    match target {
        LaunchTarget::Accepted(found) | LaunchTarget::Waiting(found) | LaunchTarget::Rejected(found) => Some(found.id),
        LaunchTarget::Unlisted(found) => found.as_ref().map(|found| found.id),
        LaunchTarget::Deleted | LaunchTarget::Unknown => None,
    }
}

#[tokio::test]
async fn a_private_clients_launch_finds_its_registration_in_every_state() {
    on_each_database(async |db| {
        let store = &db.store;
        assert_eq!(
            store.find_launch_target(ISSUER, "c-1", "1").await.unwrap(),
            LaunchTarget::Unknown
        );
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let target = async |deployment| store.find_launch_target(ISSUER, "c-1", deployment).await.unwrap();
        let accepted = target("1").await;
        assert!(
            matches!(&accepted, LaunchTarget::Accepted(found) if found.tenant_id == CONTOSO && found.app_id == "launch-inspector")
        );
        let unlisted = target("2").await;
        assert!(matches!(&unlisted, LaunchTarget::Unlisted(Some(_))), "{unlisted:?}");
        store.note_deployment(CONTOSO, registration.id, "2", at(1)).await.unwrap();
        let waiting = target("2").await;
        assert!(matches!(&waiting, LaunchTarget::Waiting(_)), "{waiting:?}");
        store
            .remove_deployment(CONTOSO, registration.id, "2", false, &ada(), at(2))
            .await
            .unwrap();
        let rejected = target("2").await;
        assert!(matches!(&rejected, LaunchTarget::Rejected(_)), "{rejected:?}");
        for found in [accepted, unlisted, waiting, rejected] {
            assert_eq!(id(&found), Some(registration.id));
        }
        assert_eq!(
            store
                .find_launch_target("https://moodle.contoso.edu/", "c-1", "1")
                .await
                .unwrap(),
            LaunchTarget::Unknown
        );
    })
    .await;
}

#[tokio::test]
async fn an_unlisted_deployment_goes_to_the_registration_that_is_open_for_it() {
    on_each_database(async |db| {
        let store = &db.store;
        let add_at = async |new: NewRegistration, seconds| {
            let id = RegistrationId(Uuid::new_v4());
            store
                .insert_registration(CONTOSO, id, &new, &ada(), at(seconds))
                .await
                .unwrap()
                .id
        };
        let oldest = add_at(moodle("c-1", &["1"]), 0).await;
        add_at(moodle("c-1", &["2"]), 1).await;
        let unlisted = async || id(&store.find_launch_target(ISSUER, "c-1", "9").await.unwrap());
        assert_eq!(unlisted().await, Some(oldest));
        let open = add_at(moodle("c-1", &[]), 2).await;
        assert_eq!(unlisted().await, Some(open));
        let any = add_at(
            NewRegistration {
                accept_any_deployment: true,
                ..moodle("c-1", &["3"])
            },
            3,
        )
        .await;
        assert_eq!(unlisted().await, Some(any));
    })
    .await;
}

#[tokio::test]
async fn a_shared_clients_unlisted_deployment_is_nobodys() {
    on_each_database(async |db| {
        let store = &db.store;
        let contosos = add(store, CONTOSO, &blackboard(&["b-1"])).await.unwrap();
        let fabrikams = add(store, FABRIKAM, &blackboard(&["b-2"])).await.unwrap();
        let target = async |deployment| {
            store
                .find_launch_target("https://blackboard.com", "027328b7", deployment)
                .await
                .unwrap()
        };
        assert_eq!(id(&target("b-1").await), Some(contosos.id));
        assert_eq!(id(&target("b-2").await), Some(fabrikams.id));
        assert_eq!(target("b-3").await, LaunchTarget::Unlisted(None));
        store.delete_registration(CONTOSO, contosos.id, &ada(), at(1)).await.unwrap();
        assert_eq!(target("b-1").await, LaunchTarget::Unlisted(None));
        store
            .delete_registration(FABRIKAM, fabrikams.id, &ada(), at(1))
            .await
            .unwrap();
        assert_eq!(target("b-1").await, LaunchTarget::Deleted);
    })
    .await;
}

#[tokio::test]
async fn texts_that_no_database_holds_find_nothing() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        for (issuer, client_id, deployment) in [("a\0", "c-1", "1"), (ISSUER, "c\0", "1"), (ISSUER, "c-1", "1\0")] {
            assert_eq!(
                store.find_launch_target(issuer, client_id, deployment).await.unwrap(),
                LaunchTarget::Unknown
            );
        }
        let unknown = store.find_platform_by_issuer("a\0", None).await.unwrap();
        assert_eq!(unknown, IssuerPlatform::Unknown);
        assert_eq!(store.find_platform(ISSUER, "\0").await.unwrap(), None);
        assert!(!store.was_deleted("\0", "\0").await.unwrap());
        assert_eq!(store.find_near_miss(CONTOSO, "\0", "\0").await.unwrap(), None);
        for deployment in ["\0", ".", ".."] {
            let noted = store.note_deployment(CONTOSO, registration.id, deployment, at(1)).await;
            assert_eq!(noted.unwrap(), None, "{deployment:?}");
        }
        let removed = store
            .remove_deployment(CONTOSO, registration.id, "\0", true, &ada(), at(1))
            .await;
        assert!(removed.unwrap(), "nothing to remove");
    })
    .await;
}

#[tokio::test]
async fn cached_targets_admit_nothing_that_ended_elsewhere() {
    on_each_database(async |db| {
        let (store, other) = (&db.store, db.second_instance().await);
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert_eq!(store.cached_launch_target(ISSUER, "c-1", "1").await, None);
        let found = store.find_launch_target(ISSUER, "c-1", "1").await.unwrap();
        let cached = store.cached_launch_target(ISSUER, "c-1", "1").await;
        assert_eq!(cached.clone().map(LaunchTarget::Accepted), Some(found));
        assert_eq!(cached.map(|cached| cached.platform), Some(registration.lms.platform.clone()));
        for (client_id, deployment) in [("c-2", "1"), ("c-1", "2")] {
            assert_eq!(store.cached_launch_target(ISSUER, client_id, deployment).await, None);
        }

        other
            .remove_deployment(CONTOSO, registration.id, "1", false, &ada(), at(1))
            .await
            .unwrap();
        assert!(
            store.cached_launch_target(ISSUER, "c-1", "1").await.is_some(),
            "it doesn't know yet"
        );
        let launch = accepted(&registration, "1", 1, at(2));
        assert_eq!(store.record_launch(&launch).await.unwrap(), RecordedLaunch::RegistrationGone);

        let now = store.find_launch_target(ISSUER, "c-1", "1").await.unwrap();
        assert!(matches!(now, LaunchTarget::Rejected(_)), "{now:?}");
        assert_eq!(store.cached_launch_target(ISSUER, "c-1", "1").await, None);
    })
    .await;
}
