use super::*;
use domain::AppDeploymentId;

#[tokio::test]
async fn a_registration_takes_over_the_deployment_of_the_one_that_it_replaces() {
    on_each_database(async |db| {
        let store = &db.store;
        let first = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert_eq!(first.app_deployment_id, AppDeploymentId(first.id.0));
        let replacing = |client_id: &str, replaces| NewRegistration {
            replaces: Some(replaces),
            ..moodle(client_id, &["1"])
        };
        let second = add(store, CONTOSO, &replacing("c-2", first.id)).await.unwrap();
        assert_eq!(second.app_deployment_id, first.app_deployment_id);
        let found = store.find_registration(CONTOSO, second.id, at(9)).await.unwrap().unwrap();
        assert_eq!(found.app_deployment_id, first.app_deployment_id);

        let other_app = NewRegistration {
            app_id: "notes".to_owned(),
            ..replacing("c-3", second.id)
        };
        let third = add(store, CONTOSO, &other_app).await.unwrap();
        assert_eq!(third.app_deployment_id, AppDeploymentId(third.id.0), "of another app");

        let mut elsewhere = NewRegistration {
            app_id: "notes".to_owned(),
            ..replacing("c-3", third.id)
        };
        elsewhere.lms.platform.issuer = "https://moodle.fabrikam.edu".to_owned();
        let fourth = add(store, CONTOSO, &elsewhere).await.unwrap();
        assert_eq!(fourth.app_deployment_id, AppDeploymentId(fourth.id.0), "of another issuer");
    })
    .await;
}

#[tokio::test]
async fn a_registration_that_is_added_again_is_the_deployment_of_before() {
    on_each_database(async |db| {
        let store = &db.store;
        let first = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert!(store.delete_registration(CONTOSO, first.id, &ada(), at(2)).await.unwrap());
        let fabrikam = add(store, FABRIKAM, &moodle("c-1", &["1"])).await.unwrap();
        assert_ne!(fabrikam.app_deployment_id, first.app_deployment_id, "of another tenant");
        assert!(store.delete_registration(FABRIKAM, fabrikam.id, &ada(), at(3)).await.unwrap());

        let other_client = add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        assert_ne!(other_client.app_deployment_id, first.app_deployment_id);
        let again = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert_eq!(again.app_deployment_id, first.app_deployment_id);
        let beside = add(store, CONTOSO, &moodle("c-1", &["2"])).await.unwrap();
        assert_eq!(
            beside.app_deployment_id,
            AppDeploymentId(beside.id.0),
            "the other one is live"
        );

        let has = async |app: &str, deployment| store.has_app_deployment(app, deployment).await.unwrap();
        assert!(has("launch-inspector", again.app_deployment_id).await);
        assert!(!has("notes", again.app_deployment_id).await);
        store.delete_registration(CONTOSO, again.id, &ada(), at(4)).await.unwrap();
        assert!(!has("launch-inspector", again.app_deployment_id).await);
    })
    .await;
}
