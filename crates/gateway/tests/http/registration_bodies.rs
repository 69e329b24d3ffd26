//! Bodies that aren't what `POST /api/v1/registrations` takes.

use reqwest::{Method, header};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    registrations::{PATH, moodle},
    support::{Answer, CONTOSO, TestGateway},
};

async fn send(gateway: &TestGateway, token: &str, content_type: &str, body: Vec<u8>) -> Answer {
    let request = gateway
        .request(Method::POST, PATH, token)
        .header(header::CONTENT_TYPE, content_type);
    Answer::of(request.body(body).send().await.unwrap()).await
}

fn pointers(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    errors
        .iter()
        .map(|error| error["pointer"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn every_error_of_a_body_is_named_at_once() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let body = json!({ "name": "x", "appId": "none", "keysetUrl": "ftp://x" });
    let answer = gateway.post(PATH, &token, &body).await;
    answer.assert_problem(422, "request.invalid");
    assert_eq!(
        pointers(&answer),
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

#[tokio::test]
async fn wrong_kinds_and_broken_rules_are_named_together() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let mut draft = moodle(1);
    draft["name"] = json!(1);
    draft["issuer"] = json!("http://moodle.contoso.example/?x");
    draft["deploymentIds"] = json!(["1", 2, "\u{e9}", null]);
    draft["allowAnonymous"] = json!("yes");
    draft["isuer"] = json!("x");
    let answer = gateway.post(PATH, &token, &draft).await;
    answer.assert_problem(422, "request.invalid");
    let mut found = pointers(&answer);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "/allowAnonymous",
            "/deploymentIds/1",
            "/deploymentIds/2",
            "/deploymentIds/3",
            "/issuer",
            "/isuer",
            "/name"
        ]
    );
    let repeated = draft.to_string().replacen('{', "{\"clientId\":\"a\",", 1);
    let answer = send(&gateway, &token, "application/json", repeated.into_bytes()).await;
    answer.assert_problem(422, "request.invalid");
    assert!(pointers(&answer).contains(&"/clientId".to_owned()), "{answer:?}");
}

#[tokio::test]
async fn each_value_is_validated() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let rows: Vec<(&str, Value, &str)> = vec![
        ("name", json!(""), "/name"),
        ("name", json!(" \u{200b}\u{feff} "), "/name"),
        ("name", json!("x".repeat(201)), "/name"),
        ("name", json!("a\u{0}b"), "/name"),
        ("appId", json!("launch-inspector2"), "/appId"),
        ("platform", json!("Moodle"), "/platform"),
        ("issuer", json!("moodle.contoso.example"), "/issuer"),
        ("issuer", json!("https://moodle.contoso.example/?x=1"), "/issuer"),
        ("issuer", json!("https://moodle.contoso.example/#x"), "/issuer"),
        ("issuer", json!("https://user@moodle.contoso.example"), "/issuer"),
        ("issuer", json!("https://mo odle.contoso.example"), "/issuer"),
        ("issuer", json!("javascript:alert(1)"), "/issuer"),
        ("issuer", json!("https://canvas.instructure.com"), "/platform"),
        ("clientId", json!(""), "/clientId"),
        ("clientId", json!("x".repeat(256)), "/clientId"),
        ("clientId", json!("é"), "/clientId"),
        ("deploymentIds", json!(["1", ""]), "/deploymentIds/1"),
        ("deploymentIds", json!(["x".repeat(256)]), "/deploymentIds/0"),
        ("deploymentIds", json!(vec!["1"; 201]), "/deploymentIds"),
        ("deploymentIds", json!("1"), "/deploymentIds"),
        ("deploymentIds", json!(["1", 2]), "/deploymentIds/1"),
        ("authenticationUrl", json!("https://"), "/authenticationUrl"),
        (
            "authenticationUrl",
            json!("https://user:password@moodle.contoso.example/"),
            "/authenticationUrl",
        ),
        ("keysetUrl", json!("file:///etc/passwd"), "/keysetUrl"),
        (
            "keysetUrl",
            json!(format!("https://x.example/{}", "x".repeat(2048))),
            "/keysetUrl",
        ),
        ("accessTokenUrl", json!("gopher://x"), "/accessTokenUrl"),
        ("accessTokenAudience", json!("x".repeat(2049)), "/accessTokenAudience"),
        ("allowAnonymous", json!("yes"), "/allowAnonymous"),
        ("acceptAnyDeployment", json!(1), "/acceptAnyDeployment"),
        ("replaces", json!("not-an-id"), "/replaces"),
        ("name", json!(null), "/name"),
        ("name", json!({}), "/name"),
        ("isuer", json!("https://x.example"), "/isuer"),
    ];
    for (field, value, pointer) in rows {
        let mut draft = moodle(1);
        draft[field] = value.clone();
        let answer = gateway.post(PATH, &token, &draft).await;
        assert_eq!(answer.status, 422, "{field}: {value} → {answer:?}");
        answer.assert_problem(422, "request.invalid");
        assert_eq!(pointers(&answer), [pointer], "{field}: {value}");
    }
    assert_eq!(gateway.get(PATH, &token).await.json()["value"], json!([]));
    // Spaces and invisible characters around a value are a slip of the clipboard.
    let mut pasted = moodle(1);
    for field in ["name", "issuer", "clientId", "keysetUrl"] {
        pasted[field] = json!(format!("\u{feff} {}\u{200b}\n", pasted[field].as_str().unwrap()));
    }
    let answer = gateway.post(PATH, &token, &pasted).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.json()["issuer"], moodle(1)["issuer"]);
}

#[tokio::test]
async fn what_is_no_json_is_refused_with_a_problem() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let good = moodle(1).to_string();
    let deep = format!("{{\"id\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let rows: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("application/json", b"".to_vec(), 400, "request.malformed"),
        ("application/json", b"{".to_vec(), 400, "request.malformed"),
        ("application/json", b"[]".to_vec(), 400, "request.malformed"),
        ("application/json", b"null".to_vec(), 400, "request.malformed"),
        ("application/json", format!("{good}x").into_bytes(), 400, "request.malformed"),
        (
            "application/json",
            b"{\"name\":\"\xff\xfe\"}".to_vec(),
            400,
            "request.malformed",
        ),
        ("application/json", b"\xef\xbb\xbf{}".to_vec(), 400, "request.malformed"),
        ("application/json", deep.into_bytes(), 400, "request.malformed"),
        (
            "application/json",
            b"{\"name\":\"a\",\"name\":\"b\"}".to_vec(),
            422,
            "request.invalid",
        ),
        (
            "application/json",
            format!("{{\"name\":\"{}\"}}", "x".repeat(256 * 1024)).into_bytes(),
            413,
            "request.too_large",
        ),
        ("application/json", vec![b' '; 2_000_000], 413, "request.too_large"),
        ("text/plain", good.clone().into_bytes(), 415, "request.content_type"),
        (
            "application/x-www-form-urlencoded",
            b"name=x".to_vec(),
            415,
            "request.content_type",
        ),
        ("", good.clone().into_bytes(), 415, "request.content_type"),
        ("nonsense", good.clone().into_bytes(), 415, "request.content_type"),
    ];
    for (content_type, body, status, code) in rows {
        let begins = String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned();
        let answer = send(&gateway, &token, content_type, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (status, code),
            "{content_type}: {begins}: {answer:?}"
        );
        answer.assert_problem(status, code);
    }
    assert_eq!(gateway.get(PATH, &token).await.json()["value"], json!([]));
    let with_charset = send(&gateway, &token, "application/json; charset=utf-8", good.into_bytes()).await;
    assert_eq!(with_charset.status, 201, "{with_charset:?}");
}

#[tokio::test]
async fn ten_megabytes_do_not_hurt() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let answer = send(&gateway, &token, "application/json", vec![b' '; 10_000_000]).await;
    answer.assert_problem(413, "request.too_large");
}

#[tokio::test]
async fn what_cannot_be_an_id_names_nothing() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    for id in [
        "x",
        "1",
        "%00",
        "..%2f..",
        "00000000000040008000000000000000",
        "{00000000-0000-4000-8000-000000000000}",
        "%F0%9F%98%80",
        "'--",
    ] {
        let path = format!("{PATH}/{id}");
        for answer in [gateway.get(&path, &token).await, gateway.delete(&path, &token).await] {
            assert_eq!(answer.status, 404, "{id}: {answer:?}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        let check = gateway.post(&format!("{path}/check"), &token, &json!({})).await;
        assert_eq!(check.status, 404, "{id}: {check:?}");
    }
    for reference in ["x", "AAAA-AAAA", "0000-0000-0000", "%00", "AAAA-AAAA-AAAA-AAAA"] {
        gateway
            .get(&format!("/api/v1/launches/{reference}"), &token)
            .await
            .assert_problem(404, "launch.not_found");
    }
    let apps = "/api/v1/apps/none/tool-configuration?platform=moodle";
    assert_eq!(gateway.get(apps, &token).await.status, 404);
}

#[tokio::test]
async fn compressed_bodies_are_refused_unread() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    for path in [
        PATH,
        "/api/v1/registrations/import",
        "/report",
        "/apps/launch-inspector/launch",
        "/lti/launch",
        "/dev/identity/organizations/oauth2/v2.0/token",
    ] {
        for encoding in ["br", "gzip", "deflate", "zstd", "identity, br"] {
            let request = gateway
                .request(Method::POST, path, &token)
                .header(header::CONTENT_ENCODING, encoding);
            let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let answer = Answer::of(request.body(vec![0_u8; 200]).send().await.unwrap()).await;
            answer.assert_problem(415, "request.content_encoding");
            assert_eq!(answer.header("accept-encoding"), "identity", "{path}");
        }
    }
    let plain = gateway
        .request(Method::POST, PATH, &token)
        .header(header::CONTENT_ENCODING, "identity");
    assert_eq!(Answer::of(plain.json(&moodle(1)).send().await.unwrap()).await.status, 201);
}

#[tokio::test]
async fn a_body_is_received_from_those_only_who_may_send_it() {
    let gateway = TestGateway::start().await;
    gateway.tenant(CONTOSO).await;
    let port = gateway.url.rsplit(':').next().unwrap();
    let educator = gateway.user_token(CONTOSO, "educator").await;
    for (authorization, status) in [
        (String::new(), "401"),
        (format!("authorization: Bearer {educator}\r\n"), "403"),
    ] {
        // Sixteen megabytes are announced, and never come.
        let mut stream = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
        let head = format!(
            "POST /api/v1/registrations/import HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: 16000000\r\n{authorization}\r\n{{"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), format!("HTTP/1.1 {status}"));
    }
}

#[tokio::test]
async fn a_body_of_too_many_values_is_refused() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let many = format!("{{\"deploymentIds\":[{}0]}}", "0,".repeat(100_000)).into_bytes();
    let answer = send(&gateway, &token, "application/json", many).await;
    answer.assert_problem(413, "request.too_large");
}
