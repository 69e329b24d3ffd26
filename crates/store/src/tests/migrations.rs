use ::migrations::{Migrator, MigratorTrait, migrate};

use super::*;

#[tokio::test]
async fn migrations_go_down_and_up_again_with_data() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        launch(store, &registration, "1", 1).await;
        store.record_refusal(&refused(None, true, at(2))).await.unwrap();
        migrate(store.connection()).await.unwrap();
        assert!(
            store.find_registration(CONTOSO, registration.id).await.unwrap().is_some(),
            "up again changes nothing"
        );

        Migrator::down(store.connection(), None).await.unwrap();
        assert!(store.find_tenant(CONTOSO).await.is_err(), "no tables");
        migrate(store.connection()).await.unwrap();
        assert_eq!(store.find_tenant(CONTOSO).await.unwrap(), None);
        store.insert_tenant(&tenant(CONTOSO)).await.unwrap();
        add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn instances_that_start_at_once_migrate_once() {
    on_each_database(async |db| {
        Migrator::down(db.store.connection(), None).await.unwrap();
        let (first, second) = (db.second_instance().await, db.second_instance().await);
        let (one, other) = tokio::join!(migrate(first.connection()), migrate(second.connection()));
        one.and(other).unwrap();
        first.insert_tenant(&tenant(CONTOSO)).await.unwrap();
    })
    .await;
}
