use domain::{Deployment, DeploymentState};

use super::*;
use crate::Import;

fn import(new: NewRegistration, undecided: &[(&str, DeploymentState)]) -> Import {
    Import {
        id: RegistrationId(Uuid::new_v4()),
        new,
        undecided: undecided.iter().map(|(id, state)| ((*id).to_owned(), *state)).collect(),
        tool_keyset: None,
    }
}

async fn run(store: &Store, imports: &[Import], rehearsal: bool) -> Vec<Result<(), InsertError>> {
    store
        .import_registrations(CONTOSO, imports, rehearsal, &ada(), at(1))
        .await
        .unwrap()
}

async fn export(store: &Store, tenant: TenantId) -> Vec<(Registration, Vec<Deployment>)> {
    store.export_registrations(tenant, &ada(), at(2)).await.unwrap()
}

#[tokio::test]
async fn what_refuses_one_does_not_stop_the_others_and_a_rehearsal_says_the_same() {
    on_each_database(async |db| {
        let store = &db.store;
        add(store, FABRIKAM, &moodle("taken", &["1"])).await.unwrap();
        add(store, CONTOSO, &moodle("own", &["1"])).await.unwrap();
        let mut other_keys = moodle("new", &["2"]);
        other_keys.lms.platform.keyset_url = "https://elsewhere.example/keys".parse().unwrap();
        let imports = [
            import(moodle("taken", &["2"]), &[]),
            import(moodle("own", &["1"]), &[]),
            import(
                moodle("new", &["1"]),
                &[("8", DeploymentState::Waiting), ("9", DeploymentState::Rejected)],
            ),
            import(other_keys, &[]),
            import(moodle("open", &[]), &[]),
            import(moodle("open", &[]), &[]),
            import(blackboard(&["b-1"]), &[]),
        ];
        for rehearsal in [true, false] {
            let results = run(store, &imports, rehearsal).await;
            assert!(
                matches!(
                    results.as_slice(),
                    [
                        Err(InsertError::ClientTaken),
                        Err(InsertError::DeploymentTaken { own: Some(_), .. }),
                        Ok(()),
                        Err(InsertError::PlatformDiffers { field: "keysetUrl" }),
                        Ok(()),
                        Err(InsertError::AlreadyOpen { .. }),
                        Ok(()),
                    ]
                ),
                "{rehearsal}: {results:?}"
            );
            let count = export(store, CONTOSO).await.len();
            assert_eq!(count, if rehearsal { 1 } else { 4 });
        }
        let exported = export(store, CONTOSO).await;
        let (registration, deployments) = exported
            .iter()
            .find(|(registration, _)| registration.id == imports[2].id)
            .unwrap();
        assert_eq!(
            (registration.deployment_ids.as_slice(), registration.waiting_deployments),
            (["1".to_owned()].as_slice(), 1)
        );
        let states: Vec<_> = deployments
            .iter()
            .map(|deployment| (deployment.deployment_id.as_str(), deployment.state))
            .collect();
        assert_eq!(
            states,
            [
                ("1", DeploymentState::Accepted),
                ("8", DeploymentState::Waiting),
                ("9", DeploymentState::Rejected)
            ]
        );
        assert_eq!(export(store, FABRIKAM).await.len(), 1, "another tenant's own");
    })
    .await;
}

#[tokio::test]
async fn a_launch_gets_its_turn_during_an_import_of_one_client() {
    on_each_database(async |db| {
        let registration = add(&db.store, CONTOSO, &moodle("own", &["1"])).await.unwrap();
        let ids: Vec<_> = (0..600).map(|n| n.to_string()).collect();
        let imports: Vec<_> = ids.iter().map(|id| import(moodle("c-1", &[id.as_str()]), &[])).collect();
        for rehearsal in [true, false] {
            let store = db.store.clone();
            let imports = imports.clone();
            let importing = tokio::spawn(async move { run(&store, &imports, rehearsal).await });
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            assert!(!importing.is_finished());
            assert_eq!(
                launch(&db.store, &registration, "1", u8::from(rehearsal)).await,
                RecordedLaunch::Recorded
            );
            assert!(!importing.is_finished(), "the launch waited for the whole import");
            assert!(importing.await.unwrap().iter().all(Result::is_ok));
        }
    })
    .await;
}

#[tokio::test]
async fn imports_at_once_leave_each_registration_once() {
    on_each_database(async |db| {
        let second = db.second_instance().await;
        // In opposite orders, so that the locks of their clients must be taken in one.
        let imports = |reversed: bool| {
            let mut imports: Vec<_> = (0..120).map(|n| import(moodle(&format!("c-{n}"), &["1"]), &[])).collect();
            if reversed {
                imports.reverse();
            }
            imports
        };
        let (one, other) = (imports(false), imports(true));
        let (one, other) = tokio::join!(run(&db.store, &one, false), run(&second, &other, false));
        let stored = one.iter().chain(&other).filter(|result| result.is_ok()).count();
        assert_eq!(stored, 120);
        assert_eq!(export(&db.store, CONTOSO).await.len(), 120);
    })
    .await;
}

#[tokio::test]
async fn a_registration_with_more_deployments_than_parameters_is_moved() {
    on_each_database(async |db| {
        let ids: Vec<_> = (0..9_000).map(|n| n.to_string()).collect();
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        let results = run(&db.store, &[import(moodle("c-1", &ids), &[])], false).await;
        assert!(results[0].is_ok(), "{results:?}");
        assert_eq!(export(&db.store, CONTOSO).await[0].1.len(), 9_000);
    })
    .await;
}

#[tokio::test]
async fn a_deletion_and_a_replacement_at_once_never_both_succeed() {
    on_each_database(async |db| {
        let second = db.second_instance().await;
        for n in 0..8 {
            let mut new = moodle(&format!("c-{n}"), &["1"]);
            let old = add(&db.store, CONTOSO, &new).await.unwrap();
            new.replaces = Some(old.id);
            let (by, time) = (ada(), at(3));
            let (deleted, replaced) = tokio::join!(
                db.store.delete_registration(CONTOSO, old.id, &by, time),
                add(&second, CONTOSO, &new)
            );
            match (deleted.unwrap(), replaced) {
                (true, Err(InsertError::ReplacesNotFound)) => {}
                (false, Ok(registration)) => {
                    assert!(
                        db.store
                            .find_registration(CONTOSO, registration.id, at(0))
                            .await
                            .unwrap()
                            .is_some()
                    );
                }
                other => panic!("{other:?}"),
            }
            assert_eq!(db.store.find_registration(CONTOSO, old.id, at(0)).await.unwrap(), None);
        }
    })
    .await;
}
