//! Asked to stop, the gateway finishes what it has started, within its time.

use std::process::Command;

use crate::{
    command_line::Folder,
    crashes::Process,
    overload::{Metrics, SlowClient},
    registrations::moodle,
    support::{CONTOSO, TestGateway, client, until},
};

fn ask_to_stop(process: &Process) {
    let sent = Command::new("kill").arg(process.id().to_string()).status().unwrap();
    assert!(sent.success());
}

/// A registration, half of which is sent.
async fn begin(gateway: &TestGateway) -> (SlowClient, String) {
    let token = gateway.tenant(CONTOSO).await;
    let body = moodle(1).to_string();
    let (first, rest) = body.split_at(body.len() / 2);
    let authorized = format!("application/json\r\nExpect: 100-continue\r\nAuthorization: Bearer {token}");
    let mut half = SlowClient::begin(gateway, "/api/v1/registrations", &authorized, body.len(), first).await;
    half.until_heard().await;
    (half, rest.to_owned())
}

#[tokio::test]
async fn what_is_in_progress_finishes_and_nothing_new_begins() {
    let (folder, metrics) = (Folder::new(), Metrics::somewhere());
    let (mut process, gateway) = metrics.serve(&folder, &[("SERVER__SHUTDOWN_SECONDS", "3600")]).await;
    let (mut half, rest) = begin(&gateway).await;
    ask_to_stop(&process);
    until("nothing new begins", async || {
        client().get(gateway.at("/health/live")).send().await.is_err()
    })
    .await;
    half.send(&rest).await;
    let answer = half.answer().await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(process.end().await.success());
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_cut_off() {
    let (folder, metrics) = (Folder::new(), Metrics::somewhere());
    let config = [("SERVER__SHUTDOWN_SECONDS", "1"), ("SERVER__REQUEST_SECONDS", "3600")];
    let (mut process, gateway) = metrics.serve(&folder, &config).await;
    let (half, _) = begin(&gateway).await;
    ask_to_stop(&process);
    assert!(process.end().await.success());
    assert_eq!(half.answer().await, "");
}
