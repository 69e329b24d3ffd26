//! The gateway's keys are replaced while it runs.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::{
    command_line,
    databases::on_each_database,
    handshake::School,
    support::{Answer, CONTOSO, HtmlForm, TestGateway},
};

const MINUTE: i64 = 60;

/// The key IDs of a keyset.
async fn published(gateway: &TestGateway, set: &str) -> Vec<String> {
    let answer = gateway.get(&format!("/.well-known/{set}.json"), "").await.json();
    let keys = answer["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// The key that signed a launch token.
fn signer(handed_over: &Answer) -> String {
    let token = HtmlForm::of(&handed_over.text).field("launch_token");
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn rotate(database: &str, arguments: &[&str]) {
    let arguments = [&["rotate-keys", "--dev"], arguments].concat();
    command_line::said(command_line::gateway(&arguments, &[("DATABASE__URL", database)]));
}

#[tokio::test]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_until_its_tokens_are_over() {
    on_each_database(async |database| {
        let gateway = Arc::new(TestGateway::start_on(database, "").await);
        let other = TestGateway::start_on(database, "").await;
        let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
        let old = signer(&school.launch(|spec| spec).await);
        let lms = published(&gateway, "jwks").await;
        rotate(database, &["apps"]);

        for instance in [&*gateway, &other] {
            instance.advance(2 * MINUTE);
            let keys = published(instance, "launch-jwks").await;
            assert!(keys.len() == 2 && keys.contains(&old), "{keys:?}");
        }
        let handed_over = school.launch(|spec| spec).await;
        assert_eq!(signer(&handed_over), old, "apps may not know the new one yet");
        assert_eq!(school.open_app(&handed_over).await.status, 200);

        gateway.advance(23 * 60 * MINUTE);
        assert_eq!(signer(&school.launch(|spec| spec).await), old, "it isn't known for a day");

        gateway.advance(70 * MINUTE);
        let handed_over = school.launch(|spec| spec).await;
        let new = signer(&handed_over);
        assert_ne!(new, old);
        assert_eq!(school.open_app(&handed_over).await.status, 200);
        assert_eq!(
            published(&gateway, "launch-jwks").await,
            [&*new, &*old],
            "what it signed is still worth something"
        );

        gateway.advance(23 * 60 * MINUTE);
        assert_eq!(published(&gateway, "launch-jwks").await, [&*new, &*old], "nor is a day over");

        gateway.advance(70 * MINUTE);
        assert_eq!(published(&gateway, "launch-jwks").await, [new]);
        assert_eq!(published(&gateway, "jwks").await, lms, "the keys for LMSs are others");
    })
    .await;
}

#[tokio::test]
async fn a_key_that_leaked_is_withdrawn_at_once() {
    on_each_database(async |database| {
        let gateway = Arc::new(TestGateway::start_on(database, "").await);
        let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
        let handed_over = school.launch(|spec| spec).await;
        let old = signer(&handed_over);
        rotate(database, &["apps", "--at-once"]);

        gateway.advance(MINUTE);
        let keys = published(&gateway, "launch-jwks").await;
        assert!(keys.len() == 1 && !keys.contains(&old), "{keys:?}");
        assert_eq!(
            school.open_app(&handed_over).await.status,
            400,
            "signed by the key that leaked"
        );
        let handed_over = school.launch(|spec| spec).await;
        assert_eq!(signer(&handed_over), keys[0]);
        assert_eq!(school.open_app(&handed_over).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_new_key_is_seen_also_after_the_clock_was_set_back() {
    const YEAR: i64 = 365 * 24 * 60 * MINUTE;
    on_each_database(async |database| {
        let gateway = TestGateway::start_on(database, "").await;
        gateway.step_clock(YEAR);
        gateway.advance(2 * MINUTE);
        assert_eq!(published(&gateway, "launch-jwks").await.len(), 1);
        gateway.step_clock(-YEAR);
        rotate(database, &["apps"]);
        gateway.advance(2 * MINUTE);
        assert_eq!(published(&gateway, "launch-jwks").await.len(), 2);
    })
    .await;
}
