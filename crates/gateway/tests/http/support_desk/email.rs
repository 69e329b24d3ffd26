//! By e-mail, to a server that wants TLS and a password, refuses, and recovers.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{
    deliveries, last_error,
    smtp::{PASSWORD, SmtpServer},
    until,
};
use crate::{
    command_line::{self, Folder},
    crashes::Process,
    problem_reports::{PATH, report, send, with},
    support::{CONTOSO, OPERATOR, TestGateway, free_port},
};

#[tokio::test]
async fn e_mails_arrive_at_a_real_server_once_it_takes_them() {
    let Some(server) = SmtpServer::start("none") else { return };
    let gateway = TestGateway::start_with(&format!("[support]\n{}", server.keys("none"))).await;
    let token = gateway.tenant(CONTOSO).await;
    server.answer(Some("451 Try again later"));
    let evil = "Meetings\r\nBcc: everybody@contoso.edu\r\n\r\n.\r\n<script>alert(1)</script> ü";
    let body = with(
        with(with(report(), "summary", evil), "description", evil),
        "contactEmail",
        "tess@contoso.edu",
    );
    let answer = gateway.post(PATH, &token, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let error = last_error(&gateway, &id).await;
    assert!(error.contains("transient error (451): Try again later"), "{error}");
    assert!(server.messages().is_empty());

    server.answer(None);
    gateway.advance(60);
    until("the e-mail arrived", async || server.messages().len() == 1).await;
    until("it left the outbox", async || deliveries(&gateway, &id).await.is_empty()).await;
    gateway
        .post(&format!("{PATH}/{id}/comments"), &token, &json!({ "text": "Still so." }))
        .await;
    let support = gateway.user_token(OPERATOR, "support").await;
    gateway
        .post(
            &format!("{PATH}/{id}/comments"),
            &support,
            &json!({ "text": "We are on it." }),
        )
        .await;
    until("the answer arrived", async || server.messages().len() == 2).await;

    let messages = server.messages();
    assert!(
        messages[0].starts_with("gateway@example.org>desk@example.org\r\n"),
        "{}",
        messages[0]
    );
    let head = messages[0].split("\r\n\r\n").next().unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    assert!(
        head.contains("Reply-To: tess@contoso.edu") && head.contains(&format!("Message-ID: <{id}@localhost>")),
        "{head}"
    );
    assert!(messages[0].contains("Content-Type: text/plain"), "{head}");
    assert!(
        messages[1].contains("Still so.") && messages[1].contains(&format!("In-Reply-To: <{id}@localhost>")),
        "{}",
        messages[1]
    );
    assert!(
        !messages.iter().any(|message| message.contains("on it")),
        "support isn't told what it said itself"
    );
}

#[tokio::test]
async fn what_a_server_refuses_for_good_is_tried_again_as_well() {
    // Mostly it is the server that isn't ready for the gateway yet, and somebody will see to it.
    let Some(server) = SmtpServer::start("none") else { return };
    let gateway = TestGateway::start_with(&format!("[support]\n{}", server.keys("none"))).await;
    let token = gateway.tenant(CONTOSO).await;
    server.answer(Some("554 5.7.1 Relaying denied"));
    let id = send(&gateway, &token).await;
    let error = last_error(&gateway, &id).await;
    assert!(error.contains("permanent error (554): 5.7.1 Relaying denied"), "{error}");
    assert_eq!(deliveries(&gateway, &id).await[0]["state"], "waiting");
    server.answer(None);
    gateway.advance(60);
    until("the e-mail arrived", async || server.messages().len() == 1).await;
    until("it left the outbox", async || deliveries(&gateway, &id).await.is_empty()).await;
}

/// A gateway in a process that trusts one certificate, and what it logs.
struct Trusting {
    gateway: TestGateway,
    folder: Folder,
    _process: Process,
}

impl Trusting {
    async fn start(keys: &str, certificate: &Path) -> Self {
        let (port, folder) = (free_port(), Folder::new());
        let config = folder.path().join("gateway.toml");
        std::fs::write(&config, format!("[support]\n{keys}")).unwrap();
        let mut command = command_line::gateway(
            &["serve", "--dev", "--config", &config.display().to_string()],
            &[
                ("SERVER__LISTEN", &format!("127.0.0.1:{port}")),
                ("DATABASE__URL", &folder.database()),
                ("LOG__FILTER", "debug"),
            ],
        );
        command.env("SSL_CERT_FILE", certificate);
        let gateway = TestGateway::in_other_process(format!("http://localhost:{port}"));
        let process = Process::start_with_log(command, &gateway, &folder.path().join("log")).await;
        Self {
            gateway,
            folder,
            _process: process,
        }
    }

    async fn send(&self) -> String {
        let token = self.gateway.tenant(CONTOSO).await;
        let body = with(report(), "contactEmail", "tess@contoso.edu");
        let answer = self.gateway.post(PATH, &token, &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// The log has lines, and in none of them a secret, an address or somebody's words.
    fn assert_discreet(&self, password: &str) {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap();
        assert!(log.contains("problem report stored"), "{log}");
        let plain = STANDARD.encode(format!("\0gateway\0{password}"));
        let login = STANDARD.encode(password);
        for secret in [password, &plain, &login, "tess@contoso.edu", "It worked on Friday"] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
    }
}

fn signing_in(keys: &str, password: &str) -> String {
    format!("{keys}smtp_user = \"gateway\"\nsmtp_password = \"{password}\"\n")
}

#[tokio::test]
async fn the_gateway_signs_in_over_tls_from_the_start_or_by_starttls() {
    for tls in ["starttls", "tls"] {
        let Some(server) = SmtpServer::start(tls) else { return };
        let keys = signing_in(&server.keys(tls), PASSWORD);
        let trusting = Trusting::start(&keys, &server.certificate()).await;
        let id = trusting.send().await;
        until("the e-mail arrived", async || server.messages().len() == 1).await;
        until("it left the outbox", async || {
            deliveries(&trusting.gateway, &id).await.is_empty()
        })
        .await;
        assert!(server.messages()[0].contains("Reply-To: tess@contoso.edu"), "{tls}");
        trusting.assert_discreet(PASSWORD);
    }
}

#[tokio::test]
async fn a_wrong_password_is_reported_and_not_shown() {
    let Some(server) = SmtpServer::start("starttls") else { return };
    let keys = signing_in(&server.keys("starttls"), "hunter2 hunter2");
    let trusting = Trusting::start(&keys, &server.certificate()).await;
    let error = last_error(&trusting.gateway, &trusting.send().await).await;
    assert!(
        error.contains("535") && error.contains("Authentication credentials invalid"),
        "{error}"
    );
    assert!(server.messages().is_empty());
    trusting.assert_discreet("hunter2 hunter2");
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_cannot_prove_who_it_is() {
    let (Some(other), Some(plain)) = (SmtpServer::start("tls"), SmtpServer::start("none")) else {
        return;
    };
    for tls in ["starttls", "tls"] {
        let server = SmtpServer::start(tls).unwrap();
        let keys = signing_in(&server.keys(tls), PASSWORD);
        let trusting = Trusting::start(&keys, &other.certificate()).await;
        let error = last_error(&trusting.gateway, &trusting.send().await).await;
        assert!(error.contains("certificate"), "{tls}: {error}");
        assert!(server.messages().is_empty(), "{tls}");
        trusting.assert_discreet(PASSWORD);
    }
    // One that offers no TLS, or in whose place somebody took the offer away.
    let trusting = Trusting::start(&plain.keys("starttls"), &other.certificate()).await;
    let error = last_error(&trusting.gateway, &trusting.send().await).await;
    assert!(error.to_lowercase().contains("starttls"), "{error}");
    assert!(plain.messages().is_empty());
}
