use domain::DeploymentState::{Accepted, Rejected, Waiting};
use domain::{AuditAction, Subject};

use super::audit::trail;
use super::*;
use crate::{AcceptError, AuditQuery};

async fn states(store: &Store, registration: &Registration) -> Vec<(String, domain::DeploymentState)> {
    let found = store
        .list_deployments(registration.tenant_id, registration.id)
        .await
        .unwrap()
        .unwrap();
    found
        .into_iter()
        .map(|deployment| (deployment.deployment_id, deployment.state))
        .collect()
}

fn is(id: &str, state: domain::DeploymentState) -> (String, domain::DeploymentState) {
    (id.to_owned(), state)
}

#[tokio::test]
async fn an_unlisted_deployment_waits_until_it_is_accepted() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert_eq!(
            store.note_deployment(CONTOSO, registration.id, "2", at(1)).await.unwrap(),
            Some(Waiting)
        );
        assert_eq!(
            store.note_deployment(CONTOSO, registration.id, "2", at(2)).await.unwrap(),
            Some(Waiting)
        );
        assert_eq!(states(store, &registration).await, [is("1", Accepted), is("2", Waiting)]);
        let found = store
            .find_registration(CONTOSO, registration.id, at(0))
            .await
            .unwrap()
            .unwrap();
        assert_eq!((found.waiting_deployments, found.deployment_ids), (1, vec!["1".to_owned()]));

        let accepted = store
            .accept_deployment(CONTOSO, registration.id, "2", &ada(), at(3))
            .await
            .unwrap();
        assert_eq!((accepted.state, accepted.first_seen_at), (Accepted, at(1)));
        let again = store
            .accept_deployment(CONTOSO, registration.id, "2", &ada(), at(4))
            .await
            .unwrap();
        assert_eq!(again, accepted);
        assert_eq!(launch(store, &registration, "2", 1).await, RecordedLaunch::Recorded);
    })
    .await;
}

#[tokio::test]
async fn a_registration_that_takes_any_deployment_accepts_at_once() {
    on_each_database(async |db| {
        let new = NewRegistration {
            accept_any_deployment: true,
            ..moodle("c-1", &[])
        };
        let registration = add(&db.store, CONTOSO, &new).await.unwrap();
        assert_eq!(
            db.store
                .note_deployment(CONTOSO, registration.id, "course-7", at(1))
                .await
                .unwrap(),
            Some(Accepted)
        );
        let query = AuditQuery {
            action: Some(AuditAction::DeploymentAccepted),
            ..AuditQuery::default()
        };
        let events = trail(&db.store, CONTOSO, query).await;
        let [event] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((&event.by, event.at), (&Actor::gateway(), at(1)));
        assert_eq!(
            event.subject,
            Subject::Deployment {
                registration: Some(registration.id),
                id: "course-7".to_owned()
            }
        );
        assert_eq!(
            launch(&db.store, &registration, "course-7", 1).await,
            RecordedLaunch::Recorded
        );
        db.store
            .remove_deployment(CONTOSO, registration.id, "course-7", false, &ada(), at(2))
            .await
            .unwrap();
        let noted = db
            .store
            .note_deployment(CONTOSO, registration.id, "course-7", at(3))
            .await
            .unwrap();
        assert_eq!(noted, Some(Rejected), "removed stays removed");
    })
    .await;
}

#[tokio::test]
async fn the_accepted_deployments_of_a_registration_are_its_tenants_only() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1", "2", "3"])).await.unwrap();
        store.note_deployment(CONTOSO, registration.id, "0", at(1)).await.unwrap();
        let accepted = async |tenant, limit| store.list_accepted_deployments(tenant, registration.id, limit).await.unwrap();
        assert_eq!(accepted(CONTOSO, 2).await, ["1", "2"]);
        assert_eq!(accepted(CONTOSO, 9).await, ["1", "2", "3"]);
        assert_eq!(accepted(FABRIKAM, 9).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_removed_deployment_is_rejected_and_forgotten_on_demand_only() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let remove = async |tenant, forget| {
            store
                .remove_deployment(tenant, registration.id, "1", forget, &ada(), at(1))
                .await
                .unwrap()
        };
        assert!(!remove(FABRIKAM, true).await, "another tenant's");
        for _ in 0..2 {
            assert!(remove(CONTOSO, false).await);
            assert_eq!(states(store, &registration).await, [is("1", Rejected)]);
        }
        assert_eq!(launch(store, &registration, "1", 1).await, RecordedLaunch::RegistrationGone);
        for _ in 0..2 {
            assert!(remove(CONTOSO, true).await);
            assert_eq!(states(store, &registration).await, []);
        }
        store
            .accept_deployment(CONTOSO, registration.id, "1", &ada(), at(2))
            .await
            .unwrap();
        assert_eq!(launch(store, &registration, "1", 1).await, RecordedLaunch::Recorded);
    })
    .await;
}

#[tokio::test]
async fn shared_clients_note_nothing() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &blackboard(&["b-1"])).await.unwrap();
        assert_eq!(
            store.note_deployment(CONTOSO, registration.id, "b-2", at(1)).await.unwrap(),
            None
        );
        assert!(
            store
                .remove_deployment(CONTOSO, registration.id, "b-1", false, &ada(), at(1))
                .await
                .unwrap()
        );
        assert_eq!(states(store, &registration).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_deployment_of_another_registration_cannot_be_accepted() {
    on_each_database(async |db| {
        let store = &db.store;
        let first = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let second = add(store, CONTOSO, &moodle("c-1", &["2"])).await.unwrap();
        let refused = store.accept_deployment(CONTOSO, second.id, "1", &ada(), at(1)).await;
        assert!(matches!(refused, Err(AcceptError::Taken { own: Some(_) })), "{refused:?}");

        add(store, CONTOSO, &blackboard(&["b-1"])).await.unwrap();
        let theirs = add(store, FABRIKAM, &blackboard(&["b-2"])).await.unwrap();
        let refused = store.accept_deployment(FABRIKAM, theirs.id, "b-1", &ada(), at(1)).await;
        assert!(matches!(refused, Err(AcceptError::Taken { own: None })), "{refused:?}");

        // A deployment that one registration rejected or noted may be accepted by another one of the tenant.
        store
            .remove_deployment(CONTOSO, first.id, "1", false, &ada(), at(2))
            .await
            .unwrap();
        store.accept_deployment(CONTOSO, second.id, "1", &ada(), at(3)).await.unwrap();
        assert_eq!(states(store, &first).await, []);
        assert_eq!(store.note_deployment(CONTOSO, first.id, "1", at(4)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn few_may_wait() {
    on_each_database(async |db| {
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        for n in 0..100 {
            let noted = db
                .store
                .note_deployment(CONTOSO, registration.id, &format!("w-{n}"), at(n))
                .await
                .unwrap();
            assert_eq!(noted, Some(Waiting));
        }
        assert_eq!(
            db.store
                .note_deployment(CONTOSO, registration.id, "one more", at(100))
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            db.store
                .note_deployment(CONTOSO, registration.id, "w-7", at(100))
                .await
                .unwrap(),
            Some(Waiting)
        );
    })
    .await;
}

#[tokio::test]
async fn another_tenants_deployments_are_not_there() {
    on_each_database(async |db| {
        let store = &db.store;
        let theirs = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert_eq!(store.list_deployments(FABRIKAM, theirs.id).await.unwrap(), None);
        let refused = store.accept_deployment(FABRIKAM, theirs.id, "2", &ada(), at(1)).await;
        assert!(matches!(refused, Err(AcceptError::NotFound)), "{refused:?}");
        assert!(
            !store
                .remove_deployment(FABRIKAM, theirs.id, "1", false, &ada(), at(1))
                .await
                .unwrap()
        );
        assert_eq!(store.note_deployment(FABRIKAM, theirs.id, "2", at(1)).await.unwrap(), None);
        assert_eq!(states(store, &theirs).await, [is("1", Accepted)]);
    })
    .await;
}
