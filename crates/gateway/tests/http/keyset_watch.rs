//! Keysets are looked at from time to time, also where nobody launches.

use std::time::Duration;

use practice_lms::KeysetBehaviour;
use serde_json::{Value, json};

use crate::{
    handshake::{School, draft},
    registrations::{PATH, create},
    support::{CONTOSO, TestGateway},
};

/// The health of a registration once it is in that state.
async fn health(school: &School, state: &str) -> Value {
    let path = format!("{PATH}/{}", school.id());
    let mut health = Value::Null;
    for _ in 0..600 {
        health = school.gateway.get(&path, &school.token).await.json()["health"].clone();
        if health["state"] == state {
            return health;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{state} was expected: {health}")
}

#[tokio::test]
async fn health_is_known_without_any_launch() {
    let gateway = TestGateway::start_with("[keysets]\ncheck_minutes = 1").await;
    gateway.stop_clock();
    let school = School::open_at(gateway.into(), CONTOSO, |_| ()).await;
    // A second registration of the same keyset costs no second fetch.
    let mut second = draft(&school.lms);
    second["deploymentIds"] = json!(["2"]);
    create(&school.gateway, &school.token, &second).await;
    assert_eq!(school.lms.keyset_requests(), 0, "adding fetches nothing");

    school.gateway.advance(61);
    let good = health(&school, "good").await;
    assert_eq!(school.lms.keyset_requests(), 1);
    let list = school.gateway.get(&format!("{PATH}?health=good"), &school.token).await.json();
    assert_eq!(list["value"].as_array().unwrap().len(), 2, "{list}");

    school.lms.set_keyset(KeysetBehaviour::Empty);
    school.gateway.advance(61);
    let bad = health(&school, "bad").await;
    assert!(bad["detail"].as_str().unwrap().contains("no key"), "{bad}");
    assert!(bad["since"].as_str() > good["since"].as_str(), "{good} {bad}");
    school.gateway.advance(61);
    while school.lms.keyset_requests() < 3 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(health(&school, "bad").await["since"], bad["since"], "still so");
    // A keyset that was just fetched for somebody else isn't fetched again.
    let path = format!("{PATH}/{}/check", school.id());
    school.lms.set_keyset(KeysetBehaviour::Good);
    school.gateway.advance(30);
    assert_eq!(
        school.gateway.post(&path, &school.token, &json!({})).await.json()["passed"],
        true
    );
    health(&school, "good").await;
    // Longer than a minute since the watch looked, less since the check did.
    school.gateway.advance(40);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(school.lms.keyset_requests(), 4);
}
