//! `/api/v1/registrations` over HTTP.

use serde_json::json;

use crate::support::{CONTOSO, TestGateway};

#[tokio::test]
async fn every_fault_of_a_body_is_named_at_once() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let answer = gateway
        .post(
            "/api/v1/registrations",
            &token,
            &json!({ "name": "x", "appId": "none", "keysetUrl": "ftp://x" }),
        )
        .await;
    answer.assert_problem(422, "request.invalid");
    let pointers: Vec<_> = answer.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["pointer"].clone())
        .collect();
    assert_eq!(
        pointers,
        [
            "/appId",
            "/platform",
            "/issuer",
            "/clientId",
            "/authenticationUrl",
            "/keysetUrl"
        ]
    );
}
