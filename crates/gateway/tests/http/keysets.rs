//! The LMS's public keyset: cached, shared, rotated, broken, flooded, away and back.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::{FutureExt as _, join_all};
use practice_lms::{KeysetBehaviour, Signature, shared_key};
use sea_orm::{ConnectionTrait as _, Database, Statement};
use serde_json::{Value, json};
use std::{cell::RefCell, sync::Arc, time::Duration};

use crate::{
    databases::on_each_database,
    handshake::{School, assert_refused, other_key},
    support::{CONTOSO, TestGateway, until},
};

#[tokio::test]
async fn a_keyset_is_fetched_once_for_many_launches() {
    let school = School::open().await;
    assert_eq!(school.lms.keyset_requests(), 0, "adding a registration fetches nothing");
    for _ in 0..10 {
        assert_eq!(school.launch(|spec| spec).await.status, 200);
    }
    assert_eq!(school.lms.keyset_requests(), 1);
}

#[tokio::test]
async fn launches_that_start_together_share_one_fetch() {
    let school = School::open().await;
    school.lms.set_keyset(KeysetBehaviour::Slow(Duration::from_millis(500)));
    let answers = join_all((0..20).map(|_| school.launch(|spec| spec))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(school.lms.keyset_requests(), 1);
}

#[tokio::test]
async fn a_new_key_is_picked_up_and_the_old_one_dropped() {
    let school = School::open().await;
    school.gateway.stop_clock();
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&login));
    let old_kid = kid(&id_token);
    assert_eq!(school.send_launch(&login, &id_token).await.status, 200);

    school.lms.rotate_key(other_key());
    // Not within seconds of the last fetch.
    assert_refused(&school.launch(|spec| spec).await, "keyset_unavailable.key_not_found");
    assert_eq!(school.lms.keyset_requests(), 1);
    school.gateway.advance(10);
    assert_eq!(school.launch(|spec| spec).await.status, 200);
    assert_eq!(school.lms.keyset_requests(), 2);
    let with_old_key = |spec: practice_lms::LaunchSpec| spec.header("kid", old_kid).signature(Signature::by(shared_key()));
    assert_refused(&school.launch(with_old_key).await, "keyset_unavailable.key_not_found");
}

fn kid_of(id_token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(id_token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_new_key_under_the_old_id_works_at_the_next_launch() {
    let school = School::open().await;
    school.gateway.stop_clock();
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&login));
    assert_eq!(school.send_launch(&login, &id_token).await.status, 200);

    let key = other_key().public_key().to_components();
    let [n, e] = [key.n, key.e].map(|number| URL_SAFE_NO_PAD.encode(number));
    let jwk = json!({ "kty": "RSA", "kid": kid_of(&id_token), "n": n, "e": e, "alg": null, "use": null, "key_ops": null });
    let keys = format!("\u{feff}{}", json!({ "keys": [jwk] }));
    school.lms.set_keyset(KeysetBehaviour::Json(keys));
    assert_eq!(
        school.launch(|spec| spec.signature(Signature::by(other_key()))).await.status,
        200
    );
    assert_eq!(school.lms.keyset_requests(), 2);
    // The old one counts no more.
    let refused = school.launch(|spec| spec.signature(Signature::by(shared_key()))).await;
    school.assert_explained(&refused, "launch_invalid.signature").await;
    assert_eq!(
        school.launch(|spec| spec.signature(Signature::by(other_key()))).await.status,
        200
    );
}

#[tokio::test]
async fn forged_signatures_do_not_flood_the_lms() {
    let school = School::open().await;
    school.gateway.stop_clock();
    assert_eq!(school.launch(|spec| spec).await.status, 200);
    let forge = async || {
        let launches = (0..20).map(|_| school.launch(|spec| spec.signature(Signature::by(other_key()))));
        for answer in join_all(launches).await {
            assert_refused(&answer, "launch_invalid.signature");
        }
        school.lms.keyset_requests()
    };
    assert_eq!(forge().await, 2, "once more, whoever forges");
    school.gateway.advance(59);
    assert_eq!(forge().await, 2);
    school.gateway.advance(1);
    assert_eq!(forge().await, 3, "once a minute");
    assert_eq!(school.launch(|spec| spec).await.status, 200);
}

#[tokio::test]
async fn made_up_key_ids_do_not_flood_the_lms() {
    let school = School::open().await;
    school.gateway.stop_clock();
    assert_eq!(school.launch(|spec| spec).await.status, 200);
    let junk = |count: usize| {
        let school = &school;
        async move {
            let launches = (0..count).map(|n| school.launch(move |spec| spec.header("kid", format!("junk-{n}"))));
            for answer in join_all(launches).await {
                assert_refused(&answer, "keyset_unavailable.key_not_found");
            }
        }
    };
    junk(20).await;
    assert_eq!(
        school.lms.keyset_requests(),
        1,
        "a fetch of seconds ago would bring nothing else"
    );
    school.gateway.advance(10);
    junk(20).await;
    assert_eq!(school.lms.keyset_requests(), 2);
    school.gateway.advance(20);
    junk(20).await;
    assert_eq!(school.lms.keyset_requests(), 2);
    school.gateway.advance(45);
    junk(20).await;
    assert_eq!(school.lms.keyset_requests(), 3, "at the latest after a minute");
    // A key that came meanwhile isn't locked out by the junk for longer than that.
    school.lms.rotate_key(other_key());
    school.gateway.advance(61);
    assert_eq!(school.launch(|spec| spec).await.status, 200);
}

#[tokio::test]
async fn a_broken_keyset_is_named_and_recovers_by_itself() {
    let gateway = TestGateway::start_with("[operator]\naddresses = [\"203.0.113.7\"]").await;
    let school = School::open_at(Arc::new(gateway), CONTOSO, |_| ()).await;
    school.gateway.stop_clock();
    // Where a redirect leads, the right key would be.
    let elsewhere = school.neighbour().await;
    for (behaviour, code) in [
        (KeysetBehaviour::ServerError, "keyset_unavailable.unreachable"),
        (KeysetBehaviour::Html, "keyset_unavailable.unreadable"),
        (KeysetBehaviour::Empty, "keyset_unavailable.key_not_found"),
        (KeysetBehaviour::Huge, "keyset_unavailable.unreachable"),
        (
            KeysetBehaviour::Redirect(elsewhere.lms.keyset_url()),
            "keyset_unavailable.unreachable",
        ),
        (KeysetBehaviour::Json("{}".to_owned()), "keyset_unavailable.unreadable"),
        (KeysetBehaviour::Json("[]".to_owned()), "keyset_unavailable.unreadable"),
        (
            KeysetBehaviour::Json("{\"keys\":{}}".to_owned()),
            "keyset_unavailable.unreadable",
        ),
        (KeysetBehaviour::Json(String::new()), "keyset_unavailable.unreadable"),
        (KeysetBehaviour::Json("[".repeat(500_000)), "keyset_unavailable.unreadable"),
    ] {
        let school = school.neighbour().await;
        let name = format!("{behaviour:?}").chars().take(40).collect::<String>();
        school.lms.set_keyset(behaviour);
        let answer = school.launch(|spec| spec).await;
        assert_eq!(answer.code(), code, "{name}");
        school.assert_explained(&answer, code).await;
        let user_agent = format!("LMS-Gateway/0.1.0 (+{})", school.gateway.url);
        for named in ["203.0.113.7", &user_agent] {
            assert!(
                answer.text.contains(named),
                "for the school's firewall: {named} in {}",
                answer.text
            );
        }
        // For some seconds the failure is cached, then the next launch asks again.
        school.lms.set_keyset(KeysetBehaviour::Good);
        assert_eq!(school.launch(|spec| spec).await.status, 502, "{name}");
        assert_eq!(school.lms.keyset_requests(), 1, "{name}");
        school.gateway.advance(61);
        assert_eq!(school.launch(|spec| spec).await.status, 200, "{name}");
    }
    assert_eq!(elsewhere.lms.keyset_requests(), 0, "the redirect was followed");
}

#[tokio::test]
async fn a_keyset_that_hangs_is_left_after_five_seconds_is_asked_once_and_keeps_no_other_lms_waiting() {
    let school = School::open().await;
    school.gateway.stop_clock();
    let other = school.neighbour().await;
    school.lms.set_keyset(KeysetBehaviour::Hang);
    let mut first = None;
    // On a busy machine five seconds may be over before the other one had its turn.
    for round in 1..=5 {
        let hanging = async {
            let answers = join_all((0..5).map(|_| school.launch(|spec| spec))).await;
            for answer in &answers {
                let check = school.assert_explained(answer, "keyset_unavailable.unreachable").await;
                assert_eq!(check["seen"], "no complete answer within 5 seconds");
            }
            "hanging"
        };
        let meanwhile = async {
            assert_eq!(other.launch(|spec| spec).await.status, 200);
            "other"
        };
        let ended = RefCell::new(Vec::new());
        futures_util::join!(
            hanging.map(|who| ended.borrow_mut().push(who)),
            meanwhile.map(|who| ended.borrow_mut().push(who))
        );
        assert_eq!(school.lms.keyset_requests(), round);
        first = ended.into_inner().first().copied();
        if first == Some("other") {
            break;
        }
        school.gateway.advance(5);
    }
    assert_eq!(first, Some("other"), "another LMS waited");
}

#[tokio::test]
async fn an_lms_that_is_not_there_is_unreachable() {
    let port = crate::support::free_port();
    let school = School::open_with(|draft| draft["keysetUrl"] = json!(format!("http://127.0.0.1:{port}/certs"))).await;
    let answer = school.launch(|spec| spec).await;
    school.assert_explained(&answer, "keyset_unavailable.unreachable").await;
}

#[tokio::test]
async fn one_bad_key_does_not_spoil_the_set() {
    let school = School::open().await;
    school.lms.set_keyset(KeysetBehaviour::JunkAmongGood);
    assert_eq!(school.launch(|spec| spec).await.status, 200);
    for kid in ["from-the-future", "far-too-short", "without-modulus", "symmetric"] {
        assert_eq!(school.launch(|spec| spec.header("kid", kid)).await.status, 502, "{kid}");
    }
}

#[tokio::test]
async fn known_keys_outlive_an_outage_but_not_for_ever() {
    let school = School::open().await;
    assert_eq!(school.launch(|spec| spec).await.status, 200);
    school.lms.set_keyset(KeysetBehaviour::ServerError);
    school.gateway.stop_clock();
    for hours in [2, 10, 11] {
        school.gateway.advance(hours * 3600);
        assert_eq!(school.launch(|spec| spec).await.status, 200, "{hours} hours later");
    }
    assert!(school.lms.keyset_requests() > 1, "it was asked again in the background");
    school.gateway.advance(2 * 3600);
    assert_refused(&school.launch(|spec| spec).await, "keyset_unavailable.unreachable");
    school.lms.set_keyset(KeysetBehaviour::Good);
    school.gateway.advance(61);
    assert_eq!(school.launch(|spec| spec).await.status, 200);
}

#[tokio::test]
async fn a_new_key_is_picked_up_also_after_the_clock_was_set_back() {
    const YEAR: i64 = 365 * 24 * 3600;
    let school = School::open().await;
    school.gateway.step_clock(YEAR);
    assert_eq!(school.launch(|spec| spec).await.status, 200);
    school.gateway.step_clock(-YEAR);
    school.lms.rotate_key(other_key());
    school.gateway.advance(61);
    assert_eq!(school.launch(|spec| spec).await.status, 200);
}

/// Waits until the database has the keys of the one keyset in it.
async fn until_saved(database: &str) {
    let connection = Database::connect(database).await.unwrap();
    let saved = "SELECT url FROM keysets WHERE keys IS NOT NULL";
    until("the keys are saved", async || {
        let statement = Statement::from_string(connection.get_database_backend(), saved);
        !connection.query_all_raw(statement).await.unwrap().is_empty()
    })
    .await;
    connection.close().await.unwrap();
}

#[tokio::test]
async fn known_keys_outlive_a_restart_but_not_for_ever() {
    on_each_database(async |database| {
        let gateway = TestGateway::start_on(database, "").await;
        let mut school = School::open_at(Arc::new(gateway), CONTOSO, |_| ()).await;
        assert_eq!(school.launch(|spec| spec).await.status, 200);
        until_saved(database).await;
        school.lms.set_keyset(KeysetBehaviour::ServerError);
        for hours in [0, 23] {
            school.gateway = Arc::new(TestGateway::start_ahead(database, "", hours * 3600).await);
            assert_eq!(school.launch(|spec| spec).await.status, 200, "{hours} hours later");
        }
        school.gateway.advance(3600);
        assert_refused(&school.launch(|spec| spec).await, "keyset_unavailable.unreachable");
        // Nobody knows how old they are for a clock that is behind.
        for hours in [24, -1] {
            school.gateway = Arc::new(TestGateway::start_ahead(database, "", hours * 3600).await);
            assert_refused(&school.launch(|spec| spec).await, "keyset_unavailable.unreachable");
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_that_the_lms_removed_during_a_restart_is_not_honoured() {
    on_each_database(async |database| {
        let gateway = TestGateway::start_on(database, "").await;
        let mut school = School::open_at(Arc::new(gateway), CONTOSO, |_| ()).await;
        let login = school.log_in().await;
        let id_token = school.lms.id_token(&school.spec(&login));
        assert_eq!(school.send_launch(&login, &id_token).await.status, 200);
        until_saved(database).await;
        school.lms.rotate_key(other_key());
        school.gateway = Arc::new(TestGateway::start_ahead(database, "", 3600).await);
        let old_kid = kid(&id_token);
        let with_old_key = |spec: practice_lms::LaunchSpec| spec.header("kid", old_kid).signature(Signature::by(shared_key()));
        assert_refused(&school.launch(with_old_key).await, "keyset_unavailable.key_not_found");
        assert_eq!(school.launch(|spec| spec).await.status, 200);
    })
    .await;
}

/// The key that an id_token names.
fn kid(id_token: &str) -> Value {
    let header = URL_SAFE_NO_PAD.decode(id_token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].clone()
}
