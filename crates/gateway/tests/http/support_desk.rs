//! Events of reports reach the support desk: nothing is lost, and a repetition has the same id.

mod email;
mod processes;
mod receiver;
mod smtp;
mod webhook;

use serde_json::Value;

use crate::{
    problem_reports::PATH,
    support::{OPERATOR, TestGateway, until},
};

/// The deliveries of a report that are not made yet, as support sees them.
async fn deliveries(gateway: &TestGateway, id: &str) -> Vec<Value> {
    let support = gateway.user_token(OPERATOR, "support").await;
    let report = gateway.get(&format!("{PATH}/{id}"), &support).await.json();
    report["deliveries"].as_array().unwrap().clone()
}

/// Why the last attempt of a report's only delivery failed, once there was one.
async fn last_error(gateway: &TestGateway, id: &str) -> String {
    let error = async || deliveries(gateway, id).await[0]["lastError"].as_str().map(ToOwned::to_owned);
    until("a failed attempt", async || error().await.is_some()).await;
    error().await.unwrap()
}
