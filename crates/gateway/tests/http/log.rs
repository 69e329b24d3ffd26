//! The log tells what happened, and of nobody.

use std::sync::Arc;

use practice_lms::claim;
use reqwest::header;
use serde_json::json;

use crate::{
    command_line::{self, Folder},
    crashes::Process,
    handshake::School,
    support::{Answer, CONTOSO, HtmlForm, TestGateway, free_port},
};

const SECRET: &str = "a secret that no log may hold, of this test";

#[tokio::test]
async fn no_token_no_secret_and_no_person_is_ever_logged() {
    for format in ["json", "text"] {
        let (port, folder) = (free_port(), Folder::new());
        let gateway = Arc::new(TestGateway::in_other_process(format!("http://localhost:{port}")));
        let command = command_line::gateway(
            &["serve", "--dev"],
            &[
                ("SERVER__LISTEN", &format!("127.0.0.1:{port}")),
                ("DATABASE__URL", &folder.database()),
                ("SECURITY__SECRET", SECRET),
                ("LOG__FORMAT", format),
                ("LOG__FILTER", "debug,gateway=trace,store=trace,lti=trace,dev_identity=trace"),
            ],
        );
        let file = folder.path().join("log");
        let process = Process::start_with_log(command, &gateway, &file).await;

        let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
        let tokens = gateway.user_tokens(CONTOSO, "admin").await;
        let admin = tokens["access_token"].as_str().unwrap();
        assert_eq!(gateway.get("/api/v1/me?x=in-a-query", admin).await.status, 200);
        gateway.get("/api/v1/registrations?search=in-a-query", admin).await;
        gateway
            .get("/api/v1/registrations", "not.a.token-at-all")
            .await
            .assert_problem(401, "token.invalid");

        let login = school.log_in().await;
        let id_token = school.lms.id_token(&school.spec(&login));
        let handed_over = school.send_launch(&login, &id_token).await;
        let launch_token = HtmlForm::of(&handed_over.text).field("launch_token");
        assert_eq!(school.open_app(&handed_over).await.status, 200);
        assert_eq!(school.send_launch(&login, &id_token).await.status, 400, "used already");
        let refused = school.launch(|spec| spec.claim(claim::VERSION, "Tess Teacher")).await;
        assert_eq!(refused.status, 400);
        let report = json!({
            "category": "other", "summary": "Summary of Ada Lovelace", "description": "Ada was here",
            "contactEmail": "ada@contoso.example", "attachDiagnostics": false,
        });
        assert_eq!(gateway.post("/api/v1/problem-reports", admin, &report).await.status, 201);
        let junk = gateway
            .client
            .post(gateway.at("/lti/login?iss=in-a-query"))
            .header(header::COOKIE, "lti_x=in-a-cookie");
        assert_eq!(Answer::of(junk.send().await.unwrap()).await.status, 400);
        process.kill();

        let log = std::fs::read_to_string(&file).unwrap();
        assert!(log.contains("launch handed over") && log.contains("launch refused"), "{log}");
        assert!(log.contains("/api/v1/registrations") && log.contains("answered"), "{log}");
        let signature = |token: &str| token.rsplit('.').next().unwrap().to_owned();
        let cookie = login.cookie.split_once('=').unwrap().1.to_owned();
        for (what, held) in [
            ("a token of a person", signature(admin)),
            ("an id_token of a person", signature(tokens["id_token"].as_str().unwrap())),
            ("a refresh token", tokens["refresh_token"].as_str().unwrap().to_owned()),
            ("a token of an application", signature(&school.token)),
            ("something that is no token", "token-at-all".to_owned()),
            ("the launch of the LMS", signature(&id_token)),
            ("a launch token", signature(&launch_token)),
            ("a state", login.state()),
            ("a nonce", login.nonce()),
            ("the cookie of a login", cookie),
            ("another cookie", "in-a-cookie".to_owned()),
            ("a query", "in-a-query".to_owned()),
            ("the secret", SECRET.to_owned()),
            ("the secret of an application", "dev-only-secret".to_owned()),
            ("a teacher", "Tess".to_owned()),
            ("an administrator", "Megan".to_owned()),
            ("whoever reports", "Ada".to_owned()),
            ("an address", "contoso.example".to_owned()),
        ] {
            let line = log.lines().find(|line| line.contains(&held));
            assert_eq!(line, None, "{what}");
        }
    }
}
