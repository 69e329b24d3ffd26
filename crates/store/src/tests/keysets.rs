use super::*;

async fn claim(store: &Store, before: i64, now: i64) -> Vec<String> {
    let claimed = store.claim_keysets(at(before), at(now), 10).await.unwrap();
    claimed.into_iter().map(String::from).collect()
}

fn moodle_at(site: &str, client_id: &str) -> NewRegistration {
    let mut new = moodle(client_id, &["1"]);
    new.lms.platform.keyset_url = format!("https://{site}.contoso.edu/certs").parse().unwrap();
    new
}

#[tokio::test]
async fn a_keyset_is_claimed_once_however_many_use_it_and_ask() {
    on_each_database(async |db| {
        let store = &db.store;
        for client_id in ["c-1", "c-2", "c-3"] {
            add(store, CONTOSO, &moodle_at("a", client_id)).await.unwrap();
        }
        add(store, CONTOSO, &moodle_at("b", "c-4")).await.unwrap();
        assert_eq!(claim(store, -1, 60).await, [""; 0], "added just now");

        let second = db.second_instance().await;
        let (mut one, other) = tokio::join!(claim(store, 0, 60), claim(&second, 0, 60));
        one.extend(other);
        one.sort();
        assert_eq!(one, ["https://a.contoso.edu/certs", "https://b.contoso.edu/certs"]);
        assert_eq!(claim(store, 0, 61).await, [""; 0]);
        assert_eq!(claim(store, 60, 120).await.len(), 2, "due again");
    })
    .await;
}

#[tokio::test]
async fn those_that_waited_longest_come_first_and_a_launch_counts() {
    on_each_database(async |db| {
        let store = &db.store;
        for (n, site) in (0..).zip(["a", "b", "c"]) {
            let new = moodle_at(site, &format!("c-{n}"));
            let id = RegistrationId(Uuid::new_v4());
            store.insert_registration(CONTOSO, id, &new, &ada(), at(n)).await.unwrap();
        }
        // Somebody fetched the first one meanwhile.
        let first = moodle_at("a", "").lms.platform.keyset_url;
        store
            .set_health(&first, domain::HealthState::Good, None, at(50))
            .await
            .unwrap();
        let claimed = store.claim_keysets(at(40), at(60), 1).await.unwrap();
        assert_eq!(claimed, [moodle_at("b", "").lms.platform.keyset_url]);
        assert_eq!(claim(store, 40, 60).await, ["https://c.contoso.edu/certs"]);
        assert_eq!(claim(store, 50, 70).await, ["https://a.contoso.edu/certs"]);
    })
    .await;
}

#[tokio::test]
async fn what_no_registration_uses_is_dropped() {
    on_each_database(async |db| {
        let store = &db.store;
        let gone = add(store, CONTOSO, &moodle_at("a", "c-1")).await.unwrap();
        let stays = add(store, CONTOSO, &moodle_at("b", "c-2")).await.unwrap();
        store.delete_registration(CONTOSO, gone.id, &ada(), at(1)).await.unwrap();
        assert_eq!(claim(store, 0, 60).await, [stays.lms.platform.keyset_url.as_str()]);
        // One that is added again is watched again.
        add(store, CONTOSO, &moodle_at("a", "c-1")).await.unwrap();
        assert_eq!(claim(store, 0, 60).await, ["https://a.contoso.edu/certs"]);
    })
    .await;
}

#[tokio::test]
async fn a_keyset_that_a_clock_ahead_looked_at_is_due() {
    const YEAR: i64 = 365 * 24 * 3600;
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle_at("a", "c-1")).await.unwrap();
        let url = &registration.lms.platform.keyset_url;
        assert_eq!(claim(store, YEAR, YEAR).await.len(), 1);
        assert_eq!(claim(store, 0, 60).await, [url.as_str()]);
        assert_eq!(claim(store, 0, 60).await, [""; 0], "it was looked at just now");

        let good = domain::HealthState::Good;
        store.set_health(url, good, None, at(YEAR)).await.unwrap();
        store.set_health(url, good, None, at(100)).await.unwrap();
        assert_eq!(claim(store, 60, 120).await, [""; 0]);
        assert_eq!(claim(store, 120, 180).await, [url.as_str()]);
    })
    .await;
}

#[tokio::test]
async fn keys_are_saved_until_their_keyset_is_dropped() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle_at("a", "c-1")).await.unwrap();
        let url = &registration.lms.platform.keyset_url;
        let saved = async || store.find_keyset(url).await.unwrap().and_then(|keyset| keyset.saved);
        assert_eq!(saved().await, None);
        let text = |text: &str| Some(text.to_owned());
        // By the keys that are saved, and when they were seen: at second 0, …
        for (keys, seen, kept) in [
            (text("one"), 0, Some(("one", 0))),
            (text("one"), 500, Some(("one", 0))),
            (text("one"), 600, Some(("one", 600))),
            (text("two"), 601, Some(("two", 601))),
            (text("two"), 300, Some(("two", 300))),
            (None, 301, None),
            (text("two"), 302, Some(("two", 302))),
        ] {
            store.save_keyset(url, keys.as_deref(), at(seen)).await.unwrap();
            assert_eq!(saved().await, kept.map(|(keys, seen)| (keys.to_owned(), at(seen))), "{seen}");
        }
        let unknown = "https://nobody.example/keys".parse().unwrap();
        store.save_keyset(&unknown, Some("one"), at(0)).await.unwrap();
        assert_eq!(store.find_keyset(&unknown).await.unwrap(), None);

        store
            .delete_registration(CONTOSO, registration.id, &ada(), at(1))
            .await
            .unwrap();
        assert_eq!(store.find_keyset(url).await.unwrap(), None);
        claim(store, 900, 900).await;
        add(store, CONTOSO, &moodle_at("a", "c-1")).await.unwrap();
        assert_eq!(saved().await, None, "it was dropped with its registration");
    })
    .await;
}

#[tokio::test]
async fn a_keyset_belongs_to_the_tenant_that_registered_it_first() {
    on_each_database(async |db| {
        let store = &db.store;
        let mut foreign = moodle_at("a", "c-2");
        foreign.lms.platform.issuer = "https://invented.example".to_owned();
        let first = store
            .insert_registration(CONTOSO, RegistrationId(Uuid::new_v4()), &moodle_at("a", "c-1"), &ada(), at(0))
            .await
            .unwrap();
        store
            .insert_registration(FABRIKAM, RegistrationId(Uuid::new_v4()), &foreign, &ada(), at(1))
            .await
            .unwrap();
        let owner = async || {
            store
                .find_keyset(&first.lms.platform.keyset_url)
                .await
                .unwrap()
                .map(|keyset| keyset.owner)
        };
        assert_eq!(owner().await, Some(CONTOSO));
        store.delete_registration(CONTOSO, first.id, &ada(), at(2)).await.unwrap();
        assert_eq!(owner().await, Some(FABRIKAM));
    })
    .await;
}
