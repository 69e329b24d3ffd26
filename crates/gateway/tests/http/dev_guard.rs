//! `--dev` stays on this computer, and every answer carries its security headers.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use reqwest::{Method, header};

use crate::{
    handshake::School,
    support::{Answer, CONTOSO, TestGateway},
};

const PATHS: [&str; 16] = [
    "/",
    "/registrations",
    "/portal/config.json",
    "/assets/x.js",
    "/api/v1/me",
    "/api/v1/registrations",
    "/lti/login",
    "/lti/launch",
    "/apps/launch-inspector/launch",
    "/apps/launch-inspector/icon.svg",
    "/.well-known/jwks.json",
    "/openapi.json",
    "/docs/",
    "/health/live",
    "/dev/identity/organizations/v2.0/.well-known/openid-configuration",
    "/dev/identity/organizations/oauth2/v2.0/token",
];

async fn ask(gateway: &TestGateway, method: Method, path: &str, name: &str, value: &str) -> Answer {
    let request = gateway.client.request(method, gateway.at(path)).header(name, value);
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn another_name_of_this_computer_opens_nothing() {
    let gateway = TestGateway::start().await;
    let port = gateway.url.rsplit(':').next().unwrap();
    for path in PATHS {
        for method in [Method::GET, Method::POST] {
            for host in [
                "gateway.example",
                "192.168.1.2:8080",
                "localhost.evil.example",
                "0.0.0.0",
                "127.0.0.1.evil.example",
                "evil.example:80",
            ] {
                let answer = ask(&gateway, method.clone(), path, "host", host).await;
                assert_eq!(answer.status, 421, "{method} {path} as {host}: {answer:?}");
                answer.assert_problem(421, "dev.host");
            }
        }
        for host in [format!("127.0.0.1:{port}"), format!("[::1]:{port}"), "localhost".to_owned()] {
            let answer = ask(&gateway, Method::GET, path, "host", &host).await;
            assert_ne!(answer.status, 421, "{path} as {host}");
        }
    }
    // HTTP/1.0 needs no Host at all.
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    stream.write_all(b"GET /api/v1/me HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.0 421") || answer.starts_with("HTTP/1.1 421"),
        "{answer}"
    );
}

#[tokio::test]
async fn behind_a_proxy_it_serves_nobody() {
    let gateway = TestGateway::start().await;
    let headers = [
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
        "x-forwarded-port",
        "x-original-host",
        "cf-connecting-ip",
    ];
    for path in PATHS {
        for method in [Method::GET, Method::POST] {
            for name in headers {
                let answer = ask(&gateway, method.clone(), path, name, "127.0.0.1").await;
                answer.assert_problem(400, "dev.forwarded");
                assert!(answer.text.contains(name), "the header is named: {answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn every_answer_carries_security_headers() {
    let school = School::open().await;
    let gateway = &school.gateway;
    for path in PATHS {
        let answer = ask(gateway, Method::GET, path, "accept", "text/html").await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") || path.starts_with("/dev/"),
            "{path}: {policy}"
        );
        if path.starts_with("/docs") {
            // Swagger UI sets style attributes; scripts stay strict, and it asks the sign-in authority for a token.
            assert!(
                policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"),
                "{policy}"
            );
            assert!(policy.contains(&format!("connect-src 'self' {}", gateway.url)), "{policy}");
        } else {
            assert!(
                !policy.is_empty() && !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
                "{path}: {policy}"
            );
        }
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        assert!(
            answer.headers.get(header::SERVER).is_none() && answer.headers.get("x-powered-by").is_none(),
            "{path}"
        );
    }
    // The portal can't be framed; a launch must be, and posts on to an app elsewhere.
    let portal = ask(gateway, Method::GET, "/", "accept", "text/html").await;
    assert!(
        portal.header("content-security-policy").contains("frame-ancestors 'none'"),
        "{portal:?}"
    );
    assert_eq!(portal.header("cross-origin-opener-policy"), "same-origin");
    let handed_over = school.launch(|spec| spec).await;
    let refused = school.launch(|spec| spec.without("sub")).await;
    let inspector = school.open_app(&handed_over).await;
    for page in [&handed_over, &refused, &inspector] {
        let policy = page.header("content-security-policy");
        assert!(
            !policy.contains("frame-ancestors") && !policy.contains("form-action"),
            "{policy}"
        );
        assert!(page.headers.get(header::X_FRAME_OPTIONS).is_none(), "{page:?}");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(
            !page.text.contains("<script>") && !page.text.contains(" onload=") && !page.text.contains(" style="),
            "{}",
            page.text
        );
    }
}

#[tokio::test]
async fn answers_with_somebodys_data_are_not_kept() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    for path in ["/api/v1/me", "/api/v1/registrations", "/api/v1/tenant"] {
        let answer = gateway.get(path, &token).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn a_request_keeps_its_id() {
    let gateway = TestGateway::start().await;
    for path in ["/api/v1/me", "/lti/launch", "/nowhere", "/health/live"] {
        let answer = ask(&gateway, Method::GET, path, "x-request-id", "my-request_1.2").await;
        assert_eq!(answer.header("x-request-id"), "my-request_1.2", "{path}");
        let long = "x".repeat(65);
        for id in ["", "with space", "<script>", "a\"b", long.as_str()] {
            let answer = ask(&gateway, Method::GET, path, "x-request-id", id).await;
            let made = answer.header("x-request-id");
            assert!(made != id && uuid::Uuid::parse_str(made).is_ok(), "{path}: {id} → {made}");
        }
    }
    let problem = ask(&gateway, Method::GET, "/api/v1/me", "x-request-id", "mine").await;
    assert_eq!(problem.json()["requestId"], "mine");
}
