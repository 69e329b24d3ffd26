use domain::{AppDeploymentId, LmsService, LmsServiceKind};

use super::*;
use crate::NamedService;

fn named(registration: &Registration, id: &str, hash: u8, scopes: &[&str]) -> NamedService {
    NamedService {
        service: LmsService {
            id: id.to_owned(),
            app_deployment_id: registration.app_deployment_id,
            kind: LmsServiceKind::Memberships,
            url: format!("https://moodle.contoso.edu/members?{}", "x".repeat(2000))
                .parse()
                .unwrap(),
            tenant_id: registration.tenant_id,
            app_id: registration.app_id.clone(),
            issuer: registration.lms.platform.issuer.clone(),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            context_id: Some("2".to_owned()),
        },
        url_hash: [hash; 32],
    }
}

#[tokio::test]
async fn a_service_keeps_its_id_and_has_what_the_last_launch_granted() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let first = named(&registration, "first", 1, &["a", "b"]);
        assert_eq!(store.name_lms_service(&first, at(0)).await.unwrap(), "first");
        assert_eq!(store.find_lms_service("first").await.unwrap(), Some(first.service));
        let again = named(&registration, "again", 1, &["c"]);
        assert_eq!(store.name_lms_service(&again, at(1)).await.unwrap(), "first");
        assert_eq!(store.find_lms_service("first").await.unwrap().unwrap().scopes, ["c"]);
        assert_eq!(store.find_lms_service("again").await.unwrap(), None);
        let other = named(&registration, "other", 2, &[]);
        assert_eq!(store.name_lms_service(&other, at(1)).await.unwrap(), "other");
        assert!(store.find_lms_service("other").await.unwrap().unwrap().scopes.is_empty());
        assert_eq!(store.find_lms_service("\0").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_line_item_counts_under_its_service_only() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        for (id, hash) in [("one", 1), ("two", 2)] {
            store
                .name_lms_service(&named(&registration, id, hash, &[]), at(0))
                .await
                .unwrap();
        }
        let url = "https://moodle.contoso.edu/items/1".parse().unwrap();
        assert_eq!(
            store.name_line_item("one", "item", &url, [7; 32], at(0)).await.unwrap(),
            "item"
        );
        assert_eq!(
            store.name_line_item("one", "new", &url, [7; 32], at(1)).await.unwrap(),
            "item"
        );
        assert_eq!(store.name_line_item("two", "new", &url, [7; 32], at(1)).await.unwrap(), "new");
        assert_eq!(store.find_line_item("one", "item").await.unwrap(), Some(url));
        for (service, item) in [("two", "item"), ("one", "new"), ("one", "x"), ("x", "item"), ("one", "\0")] {
            assert_eq!(store.find_line_item(service, item).await.unwrap(), None, "{service} {item}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_service_has_the_live_registration_of_its_deployment_and_issuer() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let service = named(&registration, "one", 1, &[]).service;
        let found = async |service: &LmsService| {
            let found = store.find_registration_of_service(service, at(1)).await.unwrap();
            found.map(|registration| registration.id)
        };
        assert_eq!(found(&service).await, Some(registration.id));
        for other in [
            LmsService {
                tenant_id: FABRIKAM,
                ..service.clone()
            },
            LmsService {
                app_id: "notes".to_owned(),
                ..service.clone()
            },
            LmsService {
                issuer: "https://moodle.fabrikam.edu".to_owned(),
                ..service.clone()
            },
            LmsService {
                app_deployment_id: AppDeploymentId(Uuid::new_v4()),
                ..service.clone()
            },
        ] {
            assert_eq!(found(&other).await, None, "{other:?}");
        }
        assert!(store.withdraw_approval(CONTOSO, &ada(), at(1)).await.unwrap());
        assert_eq!(found(&service).await, None, "its tenant is shut out");
        assert!(store.approve_tenant(CONTOSO, &ada(), at(1)).await.unwrap());
        assert!(
            store
                .delete_registration(CONTOSO, registration.id, &ada(), at(2))
                .await
                .unwrap()
        );
        assert_eq!(found(&service).await, None, "it was deleted");
        let again = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert_eq!(found(&service).await, Some(again.id), "it was added again");
    })
    .await;
}

#[tokio::test]
async fn the_services_of_a_tenant_go_with_it() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        store
            .name_lms_service(&named(&registration, "one", 1, &[]), at(0))
            .await
            .unwrap();
        let url = "https://moodle.contoso.edu/items/1".parse().unwrap();
        store.name_line_item("one", "item", &url, [7; 32], at(0)).await.unwrap();
        assert!(
            store
                .delete_registration(CONTOSO, registration.id, &ada(), at(1))
                .await
                .unwrap()
        );
        store.delete_tenant(CONTOSO, false, &ada(), at(2)).await.unwrap();
        assert_eq!(store.find_lms_service("one").await.unwrap(), None);
        assert_eq!(store.find_line_item("one", "item").await.unwrap(), None);
    })
    .await;
}
