use domain::{AuditAction, TenantState};

use super::audit::trail;
use super::*;
use crate::{AuditQuery, StoredKey, TenantDeletion, TenantInsertion};

#[tokio::test]
async fn a_tenant_is_registered_once() {
    on_each_database(async |db| {
        assert_eq!(db.store.find_tenant(CONTOSO).await.unwrap(), Some(tenant(CONTOSO)));
        let again = Tenant {
            display_name: "Contoso, again".to_owned(),
            ..tenant(CONTOSO)
        };
        assert_eq!(
            db.store.insert_tenant(&again).await.unwrap(),
            TenantInsertion::Existing(tenant(CONTOSO))
        );
        assert_eq!(trail(&db.store, CONTOSO, AuditQuery::default()).await.len(), 1);
        assert_eq!(db.store.find_tenant(TenantId(Uuid::from_u128(3))).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_waiting_tenant_is_let_in_and_shut_out() {
    on_each_database(async |db| {
        let id = TenantId(Uuid::from_u128(3));
        let approve = async |time| db.store.approve_tenant(id, &ada(), at(time)).await.unwrap();
        let withdraw = async |time| db.store.withdraw_approval(id, &ada(), at(time)).await.unwrap();
        assert!(!approve(1).await && !withdraw(1).await, "there is none");
        let waiting = Tenant {
            state: TenantState::Pending,
            registered_at: at(5),
            ..tenant(id)
        };
        db.store.insert_tenant(&waiting).await.unwrap();
        let list = async |state| db.store.list_tenants(state).await.unwrap();
        assert_eq!(list(Some(TenantState::Pending)).await, [waiting]);
        assert!(!withdraw(6).await && approve(7).await && !approve(8).await);
        assert_eq!(
            db.store.find_tenant(id).await.unwrap().unwrap().state,
            TenantState::Registered
        );
        assert_eq!(list(Some(TenantState::Pending)).await, []);
        let all = list(None).await.into_iter().map(|tenant| tenant.id);
        assert_eq!(all.collect::<Vec<_>>(), [CONTOSO, FABRIKAM, id]);
        assert!(withdraw(9).await && !withdraw(10).await);
        assert_eq!(db.store.find_tenant(id).await.unwrap().unwrap().state, TenantState::Pending);
        let trail = trail(&db.store, id, AuditQuery::default()).await;
        assert_eq!(
            trail.iter().map(|event| event.action).collect::<Vec<_>>(),
            [
                AuditAction::TenantApprovalWithdrawn,
                AuditAction::TenantApproved,
                AuditAction::TenantRegistered
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn launches_of_a_tenant_that_is_shut_out_are_refused() {
    on_each_database(async |db| {
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert_eq!(launch(&db.store, &registration, "1", 1).await, RecordedLaunch::Recorded);
        db.store.withdraw_approval(CONTOSO, &ada(), at(2)).await.unwrap();
        assert_eq!(
            launch(&db.store, &registration, "1", 2).await,
            RecordedLaunch::RegistrationGone
        );
        db.store.approve_tenant(CONTOSO, &ada(), at(3)).await.unwrap();
        assert_eq!(launch(&db.store, &registration, "1", 3).await, RecordedLaunch::Recorded);
    })
    .await;
}

#[tokio::test]
async fn a_tenant_with_registrations_stays() {
    on_each_database(async |db| {
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let delete = async || db.store.delete_tenant(CONTOSO, false, &ada(), at(9)).await.unwrap();
        assert_eq!(delete().await, TenantDeletion::HasRegistrations);
        assert!(
            db.store
                .delete_registration(CONTOSO, registration.id, &ada(), at(8))
                .await
                .unwrap()
        );
        assert_eq!(delete().await, TenantDeletion::Deleted);
        assert_eq!(delete().await, TenantDeletion::NotFound);
        assert_eq!(db.store.find_tenant(CONTOSO).await.unwrap(), None);
        assert!(db.store.find_tenant(FABRIKAM).await.unwrap().is_some());
        assert!(matches!(
            add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await,
            Err(InsertError::TenantNotFound)
        ));
    })
    .await;
}

#[tokio::test]
async fn one_signing_key_is_active_for_each_purpose() {
    on_each_database(async |db| {
        let key = |kid: &str, purpose: &str| StoredKey {
            kid: kid.to_owned(),
            purpose: purpose.to_owned(),
            sealed_private_key: vec![0, 1, 255],
            public_jwk: "{}".to_owned(),
            created_at: at(0),
            retired_at: None,
        };
        let other = db.second_instance().await;
        assert!(db.store.insert_signing_key(&key("k-1", "launch")).await.unwrap());
        assert!(!other.insert_signing_key(&key("k-2", "launch")).await.unwrap());
        assert!(other.insert_signing_key(&key("k-3", "platform")).await.unwrap());
        assert_eq!(other.signing_keys("launch").await.unwrap(), [key("k-1", "launch")]);
        assert!(
            !format!("{:?}", key("k-1", "launch")).contains("255"),
            "not even the sealed key is logged"
        );
    })
    .await;
}

#[tokio::test]
async fn the_database_answers_a_ping() {
    on_each_database(async |db| db.store.ping().await.unwrap()).await;
    let nowhere = crate::ConnectOptions {
        url: "sqlite:///nonexistent/directory/gateway.db".to_owned(),
        max_connections: 1,
    };
    assert!(matches!(
        Store::connect(&nowhere).await,
        Err(crate::StoreError::Unavailable(_))
    ));
}

#[tokio::test]
async fn a_new_signing_key_takes_the_place_of_its_purposes_one() {
    on_each_database(async |db| {
        let key = |kid: &str, purpose: &str, seconds: i64| StoredKey {
            kid: kid.to_owned(),
            purpose: purpose.to_owned(),
            sealed_private_key: vec![0, 1, 255],
            public_jwk: "{}".to_owned(),
            created_at: at(seconds),
            retired_at: None,
        };
        let retired = |key: StoredKey, seconds: i64| StoredKey {
            retired_at: Some(at(seconds)),
            ..key
        };
        let (lms, first, second, third) = (
            key("lms", "lms", 0),
            key("k-1", "launch", 0),
            key("k-2", "launch", 100),
            key("k-3", "launch", 200),
        );
        assert!(db.store.insert_signing_key(&lms).await.unwrap());
        assert!(db.store.insert_signing_key(&first).await.unwrap());
        assert!(db.store.replace_signing_key(&second, at(0)).await.unwrap());
        assert_eq!(
            db.store.signing_keys("launch").await.unwrap(),
            [second.clone(), retired(first.clone(), 100)]
        );
        assert!(
            db.store.replace_signing_key(&third, at(100)).await.unwrap(),
            "the first is gone"
        );
        let now = [third, retired(second.clone(), 200)];
        assert_eq!(db.store.signing_keys("launch").await.unwrap(), now);
        assert!(
            !db.store.replace_signing_key(&second, at(300)).await.unwrap(),
            "a key is made once, and nothing is changed by a rotation that fails"
        );
        assert_eq!(db.store.signing_keys("launch").await.unwrap(), now);
        assert_eq!(db.store.signing_keys("lms").await.unwrap(), [lms], "another purpose's");
    })
    .await;
}

#[tokio::test]
async fn a_tenant_that_waits_goes_only_where_it_may() {
    on_each_database(async |db| {
        db.store.withdraw_approval(CONTOSO, &ada(), at(2)).await.unwrap();
        let delete = async |though_pending| {
            let deleted = db.store.delete_tenant(CONTOSO, though_pending, &ada(), at(3)).await;
            deleted.unwrap()
        };
        assert_eq!(delete(false).await, TenantDeletion::Pending);
        assert!(db.store.find_tenant(CONTOSO).await.unwrap().is_some());
        assert_eq!(delete(true).await, TenantDeletion::Deleted);
    })
    .await;
}
