//! The keysets that LMSs are given: one for each school, and one for each app whose client ID schools share.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::{
    command_line,
    databases::on_each_database,
    registrations::{PATH, create, moodle},
    support::{Answer, CONTOSO, FABRIKAM, TestGateway},
};

const IMPORT: &str = "/api/v1/registrations/import";

/// A registration of a client ID that schools share.
fn blackboard(deployment: &str) -> Value {
    let client_id = "027328b7-c2e3-4c9e-aaa1-07802dae6c89";
    let developer = "https://developer.blackboard.com/api/v1";
    json!({
        "name": "Blackboard", "appId": "launch-inspector", "platform": "blackboard",
        "issuer": "https://blackboard.com", "clientId": client_id, "deploymentIds": [deployment],
        "authenticationUrl": format!("{developer}/gateway/oidcauth"),
        "keysetUrl": format!("{developer}/management/applications/{client_id}/jwks.json"),
    })
}

/// A registration of hosted Canvas.
fn canvas(client_id: &str) -> Value {
    json!({
        "name": "Canvas", "appId": "launch-inspector", "platform": "canvas",
        "issuer": "https://canvas.instructure.com", "clientId": client_id, "deploymentIds": [format!("{client_id}:1")],
        "authenticationUrl": "https://sso.canvaslms.com/api/lti/authorize_redirect",
        "keysetUrl": "https://sso.canvaslms.com/api/lti/security/jwks",
    })
}

fn url(registration: &Value) -> String {
    registration["toolKeysetUrl"].as_str().unwrap().to_owned()
}

/// The JWKS URL that an admin is told for an LMS.
async fn told(gateway: &TestGateway, token: &str, platform: &str) -> (String, Value) {
    let path = format!("/api/v1/apps/launch-inspector/tool-configuration?platform={platform}");
    let configuration = gateway.get(&path, token).await.json();
    let keys = configuration["keys"].as_array().unwrap();
    let key = keys.iter().find(|key| key["name"] == "JWKS URL").unwrap();
    (key["value"].as_str().unwrap().to_owned(), configuration["document"].clone())
}

async fn fetch(gateway: &TestGateway, url: &str) -> Answer {
    Answer::of(gateway.client.get(url).send().await.unwrap()).await
}

/// The key IDs at an address, after the document was looked at.
async fn kids(gateway: &TestGateway, url: &str) -> Vec<String> {
    let answer = fetch(gateway, url).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    assert_eq!(answer.header("content-type"), "application/json");
    let keys = answer.json()["keys"].as_array().unwrap().clone();
    for key in &keys {
        assert_eq!(
            (&key["kty"], &key["alg"], &key["use"]),
            (&json!("RSA"), &json!("RS256"), &json!("sig"))
        );
        for private in ["d", "p", "q", "dp", "dq", "qi"] {
            assert!(key.get(private).is_none(), "{private}");
        }
    }
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_school_has_a_keyset_of_its_own_and_is_told_it_everywhere() {
    let gateway = TestGateway::start().await;
    let (contoso, fabrikam) = (gateway.tenant(CONTOSO).await, gateway.tenant(FABRIKAM).await);
    let (own, _) = told(&gateway, &contoso, "moodle").await;
    let registration = create(&gateway, &contoso, &moodle(1)).await;
    let other = create(&gateway, &fabrikam, &moodle(2)).await;
    assert_eq!(url(&registration), own, "it was made with the first tool configuration");
    assert_eq!(registration["toolKeysetOutdated"], false);
    assert_ne!(url(&other), own);
    let random = own
        .strip_prefix(&gateway.at("/lti/keys/"))
        .unwrap()
        .strip_suffix("/jwks.json")
        .unwrap();
    assert!(
        random.len() >= 26 && random.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
        "{random}"
    );

    let path = format!("{PATH}/{}", registration["id"].as_str().unwrap());
    let export = gateway.get("/api/v1/registrations/export", &contoso).await.json();
    for shown in [
        &gateway.get(&path, &contoso).await.json(),
        &gateway.get(PATH, &contoso).await.json()["value"][0],
        &export["registrations"][0],
    ] {
        assert_eq!(url(shown), own);
    }
    for platform in [
        "moodle",
        "open-lms",
        "brightspace",
        "sakai",
        "open-edx",
        "canvas-self-hosted",
        "other",
    ] {
        assert_eq!(told(&gateway, &contoso, platform).await.0, own, "{platform}");
    }
    let (canvas_url, document) = told(&gateway, &contoso, "canvas").await;
    assert_eq!((&canvas_url, &document["public_jwk_url"]), (&own, &json!(own)));

    let sets = [own, url(&other), gateway.at("/.well-known/jwks.json")];
    let mut all = HashSet::new();
    for set in &sets {
        all.extend(kids(&gateway, set).await);
    }
    assert_eq!(all.len(), 3, "no key is in two keysets");
}

#[tokio::test]
async fn schools_that_share_a_client_id_are_told_the_keyset_of_the_app() {
    let gateway = TestGateway::start().await;
    let (contoso, fabrikam) = (gateway.tenant(CONTOSO).await, gateway.tenant(FABRIKAM).await);
    let (of_app, _) = told(&gateway, &contoso, "blackboard").await;
    for (token, platform) in [(&fabrikam, "blackboard"), (&contoso, "schoology"), (&fabrikam, "schoology")] {
        assert_eq!(told(&gateway, token, platform).await.0, of_app, "{platform}");
    }
    for (token, draft) in [
        (&contoso, blackboard("a")),
        (&fabrikam, blackboard("b")),
        (&contoso, canvas("170000000000570")),
    ] {
        assert_eq!(url(&create(&gateway, token, &draft).await), of_app, "{draft}");
    }
    let own = create(&gateway, &contoso, &canvas("10000000000042")).await;
    assert_eq!(
        url(&own),
        told(&gateway, &contoso, "canvas").await.0,
        "a developer key of the school"
    );
    assert_ne!(url(&own), of_app);
}

#[tokio::test]
async fn a_keyset_that_nobody_has_is_not_there() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let own = told(&gateway, &token, "moodle").await.0;
    for path in [
        "/lti/keys/0123456789abcdef0123456789abcdef/jwks.json",
        "/lti/keys/%00/jwks.json",
        "/lti/keys/x",
    ] {
        fetch(&gateway, &gateway.at(path))
            .await
            .assert_problem(404, "request.not_found");
    }
    assert_eq!(fetch(&gateway, &own).await.status, 200);
    assert_eq!(gateway.delete("/api/v1/tenant", &token).await.status, 204);
    gateway.advance(60);
    fetch(&gateway, &own).await.assert_problem(404, "request.not_found");
}

#[tokio::test]
async fn all_instances_publish_the_same_keys_and_go_on_after_a_restart() {
    on_each_database(async |database| {
        let gateway = TestGateway::start_on(database, "").await;
        let other = TestGateway::start_on(database, "").await;
        let token = gateway.tenant(CONTOSO).await;
        let path = told(&gateway, &token, "moodle").await.0.replace(&gateway.url, "");
        let (here, there) = (gateway.at(&path), other.at(&path));
        let (keys, same) = tokio::join!(kids(&gateway, &here), kids(&other, &there));
        assert_eq!((keys.len(), &keys), (1, &same));
        drop(gateway);
        let again = TestGateway::start_on(database, "").await;
        assert_eq!(kids(&again, &again.at(&path)).await, keys);
    })
    .await;
}

#[tokio::test]
async fn an_operator_replaces_the_keys_of_one_keyset_or_of_all() {
    on_each_database(async |database| {
        let gateway = TestGateway::start_on(database, "").await;
        let (contoso, fabrikam) = (gateway.tenant(CONTOSO).await, gateway.tenant(FABRIKAM).await);
        let (one, other) = (
            told(&gateway, &contoso, "moodle").await.0,
            told(&gateway, &fabrikam, "moodle").await.0,
        );
        let before = (kids(&gateway, &one).await, kids(&gateway, &other).await);
        let rotate = |arguments: &[&str]| {
            let arguments = [&["rotate-keys", "--dev"], arguments].concat();
            command_line::gateway(&arguments, &[("DATABASE__URL", database)])
        };
        let random = one.split('/').rev().nth(1).unwrap();
        command_line::said(rotate(&["lms", "--keyset", random]));
        gateway.advance(60);
        let after = (kids(&gateway, &one).await, kids(&gateway, &other).await);
        assert!(after.0.len() == 2 && after.0.contains(&before.0[0]), "{after:?}");
        assert_eq!(after.1, before.1);

        command_line::said(rotate(&["lms", "--at-once"]));
        gateway.advance(60);
        for (now, before) in [(kids(&gateway, &one).await, after.0), (kids(&gateway, &other).await, after.1)] {
            assert!(now.len() == 1 && !before.contains(&now[0]), "{now:?} {before:?}");
        }
        for wrong in [&["lms", "--keyset", "x"][..], &["apps", "--keyset", random]] {
            assert!(!command_line::ended(rotate(wrong)).status.success(), "{wrong:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_registration_whose_lms_knows_another_keyset_says_so() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let own = told(&gateway, &token, "moodle").await.0;
    let elsewhere = "https://old.example/lti/keys/abc/jwks.json".to_owned();
    for (n, named, marked, outdated) in [
        (1, None, None, true),
        (2, Some(gateway.at("/.well-known/jwks.json")), None, true),
        (3, Some(elsewhere), Some(false), true),
        (4, Some(own.clone()), Some(true), true),
        (5, Some(own.clone()), Some(false), false),
    ] {
        let mut portable = moodle(n);
        portable.as_object_mut().unwrap().remove("deploymentIds");
        portable["toolKeysetUrl"] = json!(named);
        portable["toolKeysetOutdated"] = json!(marked);
        let document = json!({ "version": 1, "registrations": [portable] });
        let report = gateway.post(IMPORT, &token, &document).await.json();
        let path = format!("{PATH}/{}", report["value"][0]["id"].as_str().unwrap());
        let registration = gateway.get(&path, &token).await.json();
        assert_eq!(
            (url(&registration), &registration["toolKeysetOutdated"]),
            (own.clone(), &json!(outdated)),
            "{named:?}"
        );
        let check = gateway.post(&format!("{path}/check"), &token, &json!({})).await.json();
        let findings = check["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| finding["code"] == "tool_keyset.outdated");
        assert_eq!(finding.is_some(), outdated, "{named:?}: {check}");
        if let Some(finding) = finding {
            assert_eq!(
                (&finding["severity"], &finding["field"]),
                (&json!("warning"), &json!("toolKeysetUrl"))
            );
            assert!(finding["remedy"].as_str().unwrap().contains(&own), "{finding}");
        }
    }
    // The answer of a GET may be posted: the LMS is set up anew then.
    let list = gateway.get(PATH, &token).await.json();
    let mut again = list["value"][0].clone();
    again["replaces"] = again["id"].clone();
    assert_eq!(create(&gateway, &token, &again).await["toolKeysetOutdated"], false);
}
