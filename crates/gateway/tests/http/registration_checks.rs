//! `/api/v1/registrations/check` and `…/{id}/check`: what is wrong, in words.

use practice_lms::KeysetBehaviour;
use serde_json::{Value, json};

use crate::{
    handshake::{School, draft, lms},
    registrations::{PATH, create},
    support::{Answer, CONTOSO, FABRIKAM, TestGateway},
};

fn codes(check: &Answer) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = check.json()["findings"].as_array().unwrap().clone();
    findings
        .iter()
        .map(|finding| (text(&finding["code"]), text(&finding["severity"])))
        .collect()
}

fn has(check: &Answer, code: &str, severity: &str) -> bool {
    codes(check).contains(&(code.to_owned(), severity.to_owned()))
}

#[tokio::test]
async fn a_check_says_in_words_what_is_wrong_and_stores_nothing() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let lms = lms(&gateway);
    let good = draft(&lms);
    let check = |draft: Value| {
        let (gateway, token) = (&gateway, &token);
        async move { gateway.post("/api/v1/registrations/check", token, &draft).await }
    };
    let answer = check(good.clone()).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["passed"]),
        (200, &json!(true)),
        "{answer:?}"
    );
    assert!(
        has(&answer, "keyset.reachable", "info") && has(&answer, "issuer.http", "info"),
        "{answer:?}"
    );
    for (behaviour, code) in [
        (KeysetBehaviour::Html, "keyset.unreadable"),
        (KeysetBehaviour::ServerError, "keyset.status"),
        (
            KeysetBehaviour::Redirect("http://127.0.0.1:9/".to_owned()),
            "keyset.redirected",
        ),
        (KeysetBehaviour::Huge, "keyset.unreachable"),
        (KeysetBehaviour::Empty, "keyset.no_usable_key"),
    ] {
        lms.set_keyset(behaviour);
        let answer = check(good.clone()).await;
        assert!(
            has(&answer, code, "error") && answer.json()["passed"] == false,
            "{code}: {answer:?}"
        );
        assert!(answer.json()["findings"][0]["remedy"].is_string(), "errors first: {answer:?}");
    }
    lms.set_keyset(KeysetBehaviour::JunkAmongGood);
    let answer = check(good.clone()).await;
    assert!(
        has(&answer, "keyset.key_ignored", "info") && answer.json()["passed"] == true,
        "{answer:?}"
    );
    lms.set_keyset(KeysetBehaviour::Good);

    let with = |name: &str, value: Value| {
        let mut draft = good.clone();
        draft[name] = value;
        draft
    };
    let port = crate::support::free_port();
    let answer = check(with("keysetUrl", json!(format!("http://127.0.0.1:{port}/")))).await;
    assert!(has(&answer, "keyset.unreachable", "error"), "{answer:?}");
    let answer = check(with("issuer", json!(format!("{}/", lms.issuer())))).await;
    assert!(
        has(&answer, "issuer.trailing_slash", "warning") && answer.json()["passed"] == true,
        "{answer:?}"
    );
    let answer = check(json!({ "name": "" })).await;
    assert_eq!(
        codes(&answer).iter().filter(|(code, _)| code == "value.invalid").count(),
        7,
        "{answer:?}"
    );

    assert_eq!(
        gateway.get(PATH, &token).await.json()["value"],
        json!([]),
        "nothing was stored"
    );
    create(&gateway, &token, &good).await;
    let answer = check(good.clone()).await;
    assert!(has(&answer, "registration.duplicate", "error"), "{answer:?}");
    let stranger = gateway.tenant(FABRIKAM).await;
    let answer = gateway.post("/api/v1/registrations/check", &stranger, &good).await;
    assert!(has(&answer, "registration.taken", "error"), "{answer:?}");
}

#[tokio::test]
async fn checking_a_saved_registration_sets_its_health() {
    let school = School::open().await;
    let path = format!("{PATH}/{}", school.id());
    for (behaviour, state, passed) in [
        (KeysetBehaviour::Good, "good", true),
        (KeysetBehaviour::Html, "bad", false),
        (KeysetBehaviour::Good, "good", true),
    ] {
        school.lms.set_keyset(behaviour);
        let answer = school.gateway.post(&format!("{path}/check"), &school.token, &json!({})).await;
        assert_eq!(answer.json()["passed"], passed, "{answer:?}");
        // The health is written beside the answer.
        let mut health = Value::Null;
        for _ in 0..50 {
            health = school.gateway.get(&path, &school.token).await.json()["health"].clone();
            if health["state"] == state {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(health["state"], state);
        assert_eq!(health["detail"].is_string(), !passed, "{health}");
        assert!(health["since"].is_string(), "{health}");
    }
}
