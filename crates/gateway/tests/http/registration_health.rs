//! The health of a registration in the view, the list, its filter and a check: by its keyset, deployments and launches.

use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::{
    handshake::School,
    support::{Answer, until},
};

/// The registration, after the list, its filter and a check were held against it.
async fn look(school: &School) -> Value {
    let gateway = &school.gateway;
    let path = format!("/api/v1/registrations/{}", school.id());
    let registration = gateway.get(&path, &school.token).await.json();
    let listed = gateway.get("/api/v1/registrations", &school.token).await.json();
    assert_eq!(listed["value"], json!([registration]));
    let state = &registration["health"]["state"];
    for asked in ["good", "bad", "unknown"] {
        let listed = gateway
            .get(&format!("/api/v1/registrations?health={asked}"), &school.token)
            .await
            .json();
        let expected = if state == asked { json!([registration]) } else { json!([]) };
        assert_eq!(listed["value"], expected, "{asked}");
    }
    let check = gateway
        .post(&format!("{path}/check"), &school.token, &Value::Null)
        .await
        .json();
    assert_eq!(check["passed"], json!(state != "bad"), "{check}");
    registration
}

/// That its keyset can be used is written down shortly after the answer.
async fn until_good(school: &School) {
    let path = format!("/api/v1/registrations/{}", school.id());
    until("the registration is good", async || {
        school.gateway.get(&path, &school.token).await.json()["health"]["state"] == "good"
    })
    .await;
}

async fn detail_in_german(school: &School) -> Value {
    let path = format!("/api/v1/registrations/{}", school.id());
    let request = school.gateway.request(Method::GET, &path, &school.token);
    let german = Answer::of(request.header(header::ACCEPT_LANGUAGE, "de").send().await.unwrap()).await;
    german.json()["health"]["detail"].clone()
}

async fn findings(school: &School) -> Vec<String> {
    let path = format!("/api/v1/registrations/{}/check", school.id());
    let check = school.gateway.post(&path, &school.token, &Value::Null).await.json();
    let findings = check["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_registration_whose_only_deployment_was_rejected_is_bad() {
    let school = School::open().await;
    let deployments = format!("/api/v1/registrations/{}/deployments", school.id());
    let deployment = format!("{deployments}/{}", school.lms.deployment_id);
    assert_eq!(look(&school).await["health"]["state"], "unknown");
    assert_eq!(school.gateway.delete(&deployment, &school.token).await.status, 204);
    let health = look(&school).await["health"].clone();
    assert_eq!(health["state"], "bad");
    assert!(health["since"].is_string(), "{health}");
    assert_eq!(
        health["detail"],
        "Every deployment of this registration was rejected, so its launches are refused."
    );
    assert_eq!(
        detail_in_german(&school).await,
        "Alle Bereitstellungen dieser Registrierung wurden abgelehnt. Ihre Starts werden deshalb abgewiesen."
    );
    let found = findings(&school).await;
    assert!(found.contains(&"deployment.rejected".to_owned()), "{found:?}");
    assert!(!found.contains(&"deployment.missing".to_owned()), "{found:?}");
    let accept = json!({ "deploymentId": school.lms.deployment_id });
    assert!(
        school
            .gateway
            .post(&deployments, &school.token, &accept)
            .await
            .status
            .is_success()
    );
    until_good(&school).await;
    look(&school).await;
}

#[tokio::test]
async fn a_registration_whose_launches_are_all_refused_is_bad_until_one_is_accepted() {
    let school = School::open().await;
    for _ in 0..4 {
        assert_eq!(school.launch(|spec| spec.without("sub")).await.status, 400);
    }
    until_good(&school).await;
    look(&school).await;
    assert_eq!(school.launch(|spec| spec.without("sub")).await.status, 400);
    let health = look(&school).await["health"].clone();
    assert_eq!(health["state"], "bad");
    assert!(health["since"].is_string(), "{health}");
    assert_eq!(health["detail"], "None of the launches of the last 7 days was accepted.");
    assert_eq!(
        detail_in_german(&school).await,
        "Keiner der Starts der letzten 7 Tage wurde angenommen."
    );
    assert!(findings(&school).await.contains(&"launches.refused".to_owned()));
    assert_eq!(school.launch(|spec| spec).await.status, 200);
    let health = look(&school).await["health"].clone();
    assert_eq!(
        (&health["state"], &health["detail"]),
        (&json!("good"), &Value::Null),
        "{health}"
    );
}
