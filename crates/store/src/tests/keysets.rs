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
