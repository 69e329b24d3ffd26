use std::collections::HashSet;

use domain::{DeploymentState, KeysetOwner, ToolKeyset};
use futures_util::future::join_all;

use super::*;
use crate::{Import, StoredKey, StoredToolKeyset, TenantDeletion};

fn keyset(registration: Registration) -> ToolKeyset {
    registration.tool_keyset.unwrap()
}

#[tokio::test]
async fn each_tenant_has_a_keyset_and_each_app_one_for_shared_client_ids() {
    on_each_database(async |db| {
        let store = &db.store;
        let first = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let second = add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        let other = add(store, FABRIKAM, &moodle("c-3", &["1"])).await.unwrap();
        let shared = add(store, CONTOSO, &blackboard(&["a"])).await.unwrap();
        let also_shared = add(store, FABRIKAM, &blackboard(&["b"])).await.unwrap();
        let of_other_app = NewRegistration {
            app_id: "notes".to_owned(),
            ..blackboard(&["c"])
        };
        let of_other_app = add(store, FABRIKAM, &of_other_app).await.unwrap();
        let (id, found) = (first.id, first.clone());
        let [first, second, other, shared, also_shared, of_other_app] =
            [first, second, other, shared, also_shared, of_other_app].map(keyset);
        assert_eq!((&first, &shared), (&second, &also_shared));
        let all: HashSet<_> = [&first, &other, &shared, &of_other_app].map(|keyset| &keyset.id).into();
        assert_eq!(all.len(), 4, "{all:?}");
        assert!(!first.outdated);
        assert_eq!(store.find_registration(CONTOSO, id, at(0)).await.unwrap().unwrap(), found);
        for (owner, keyset) in [
            (KeysetOwner::Tenant(CONTOSO), &first),
            (KeysetOwner::Tenant(FABRIKAM), &other),
            (KeysetOwner::App("launch-inspector".to_owned()), &shared),
            (KeysetOwner::App("notes".to_owned()), &of_other_app),
        ] {
            let stored = StoredToolKeyset {
                id: keyset.id.clone(),
                owner: owner.clone(),
            };
            assert_eq!(store.find_tool_keyset(&keyset.id).await.unwrap(), Some(stored.clone()));
            assert_eq!(store.ensure_tool_keyset(&owner, at(9)).await.unwrap(), keyset.id);
            assert!(store.list_tool_keysets().await.unwrap().contains(&stored));
        }
        for unknown in ["", "x", "\0"] {
            assert_eq!(store.find_tool_keyset(unknown).await.unwrap(), None);
        }
    })
    .await;
}

#[tokio::test]
async fn instances_that_make_a_keyset_at_once_agree() {
    on_each_database(async |db| {
        let other = db.second_instance().await;
        let owner = KeysetOwner::App("notes".to_owned());
        let made = (0..10).map(|n| {
            let store = if n % 2 == 0 { &db.store } else { &other };
            store.ensure_tool_keyset(&owner, at(n))
        });
        let ids: HashSet<_> = join_all(made).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(ids.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_keyset_of_a_tenant_goes_with_it() {
    on_each_database(async |db| {
        let store = &db.store;
        let id = store.ensure_tool_keyset(&KeysetOwner::Tenant(CONTOSO), at(0)).await.unwrap();
        let others = store.ensure_tool_keyset(&KeysetOwner::Tenant(FABRIKAM), at(0)).await.unwrap();
        for id in [&id, &others] {
            let key = StoredKey {
                kid: id.clone(),
                purpose: StoredToolKeyset::purpose(id),
                sealed_private_key: vec![1],
                public_jwk: "{}".to_owned(),
                created_at: at(0),
                retired_at: None,
            };
            assert!(store.insert_signing_key(&key).await.unwrap());
        }
        let deleted = store.delete_tenant(CONTOSO, false, &ada(), at(1)).await.unwrap();
        assert_eq!(deleted, TenantDeletion::Deleted);
        assert_eq!(store.find_tool_keyset(&id).await.unwrap(), None);
        assert!(store.signing_keys(&StoredToolKeyset::purpose(&id)).await.unwrap().is_empty());
        assert!(store.find_tool_keyset(&others).await.unwrap().is_some());
        assert_eq!(
            store.signing_keys(&StoredToolKeyset::purpose(&others)).await.unwrap().len(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn an_imported_registration_says_whether_its_lms_knows_the_keyset() {
    on_each_database(async |db| {
        let store = &db.store;
        let id = store.ensure_tool_keyset(&KeysetOwner::Tenant(CONTOSO), at(0)).await.unwrap();
        let keysets = [(Some(id), false), (None, true), (Some("other".to_owned()), true)];
        let imports: Vec<_> = keysets
            .iter()
            .enumerate()
            .map(|(n, (tool_keyset, _))| Import {
                id: RegistrationId(Uuid::new_v4()),
                new: moodle(&format!("c-{n}"), &["1"]),
                undecided: vec![("2".to_owned(), DeploymentState::Waiting)],
                tool_keyset: tool_keyset.clone(),
            })
            .collect();
        let stored = store
            .import_registrations(CONTOSO, &imports, false, &ada(), at(0))
            .await
            .unwrap();
        assert!(stored.iter().all(Result::is_ok), "{stored:?}");
        for (import, (named, outdated)) in imports.iter().zip(keysets) {
            let found = store.find_registration(CONTOSO, import.id, at(0)).await.unwrap().unwrap();
            assert_eq!(keyset(found).outdated, outdated, "{named:?}");
            store.confirm_tool_keyset(import.id).await.unwrap();
            let found = store.find_registration(CONTOSO, import.id, at(0)).await.unwrap().unwrap();
            assert!(!keyset(found).outdated);
        }
    })
    .await;
}
