//! HEAD is answered wherever GET is: as GET, without the body. The routes are read from the source, so that none is forgotten.

use std::path::Path;

use reqwest::Method;

use crate::{
    access,
    command_line::Folder,
    handshake::School,
    overload::{Metrics, raw},
    support::{FABRIKAM, TestGateway},
};

/// The gateway's Rust sources.
fn sources() -> Vec<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                texts.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    texts
}

/// The first string of a text.
fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

/// The paths that have GET, as the source writes them. Fails where it writes one in a way that this doesn't read.
fn paths() -> Vec<String> {
    let mut paths = Vec::new();
    for text in sources() {
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let mut read = Vec::new();
        read.extend(text.split("#[get(").skip(1).filter_map(quoted));
        for resource in text.split("web::resource(").skip(1) {
            let chain = resource.split(".service(").next().unwrap();
            read.extend(chain.contains(".route(web::get()").then(|| quoted(chain).unwrap()));
        }
        for route in text.split(".route(\"").skip(1) {
            let (path, method) = route.split_once("\", ").unwrap();
            read.extend(method.starts_with("web::get()").then_some(path));
        }
        let written = text.matches("#[get(").count() + text.matches("web::get()").count();
        assert_eq!(read.len(), written, "a route is written in another way: {read:?}");
        paths.extend(read.into_iter().map(ToOwned::to_owned));
    }
    paths
}

/// Every path of the gateway that has GET, filled in.
async fn addresses(school: &School) -> Vec<String> {
    let operations = access::operations(school).await.into_iter();
    let documented: Vec<_> = operations
        .filter(|operation| operation.method == Method::GET)
        .map(|operation| operation.path)
        .collect();
    let api = school.gateway.get("/openapi.json", "").await.json()["paths"].clone();
    let style_sheet = {
        let page = school.launch(|spec| spec.without("sub")).await;
        page.text
            .split("href=\"/lti/assets/")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let keyset = school.registration["toolKeysetUrl"].as_str().unwrap();
    let keyset = keyset.strip_prefix(&school.gateway.url).unwrap();
    let mut addresses = documented;
    for path in paths() {
        if api[format!("/api/v1{path}")].is_object() || path == "/metrics" {
            continue;
        }
        let path = path
            .replace("/lti/assets/{hash}/{name}", &format!("/lti/assets/{style_sheet}"))
            .replace("/assets/{name}", "/assets/app-1a2b.js")
            .replace("/lti/keys/{keyset}/jwks.json", keyset)
            .replace("{service}", "x")
            .replace("{item}", "y")
            .replace("{app_id}", "launch-inspector");
        assert!(!path.contains('{'), "no value for a parameter of {path}");
        addresses.push(path);
    }
    // The pages of the portal, and what others serve.
    let more = [
        "/",
        "/registrations",
        "/openapi.json",
        "/docs/",
        "/docs/swagger-ui.css",
        "/dev/identity/assets/sign-in.css",
        "/nothing",
        "/api/v1/nothing",
    ];
    addresses.extend(more.map(ToOwned::to_owned));
    let metadata = format!("/dev/identity/{FABRIKAM}/v2.0/.well-known/openid-configuration");
    addresses.push(metadata);
    addresses
}

/// Status and headers of an answer, without what two answers never share, and its body.
fn parts(answer: &str) -> (Vec<String>, String) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head: {answer:?}"));
    let mut lines: Vec<_> = head
        .split("\r\n")
        .filter(|line| !line.starts_with("date: ") && !line.starts_with("x-request-id: "))
        .map(|line| match line.split_once('=') {
            // Of a cookie the name.
            Some((name, _)) if line.starts_with("set-cookie: ") => name.to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    lines[1..].sort();
    (lines, body.to_owned())
}

async fn ask(gateway: &TestGateway, method: &str, path: &str, headers: &str) -> (Vec<String>, String) {
    let request =
        format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: text/html, */*\r\n{headers}\r\n");
    parts(&raw(gateway, request.as_bytes()).await)
}

async fn with_portal(folder: &Folder) -> TestGateway {
    std::fs::create_dir(folder.path().join("assets")).unwrap();
    for (name, content) in [
        ("index.html", "<!doctype html>"),
        ("assets/app-1a2b.js", "// as it is"),
        ("assets/app-1a2b.js.gz", "gz"),
    ] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    TestGateway::start_with(&format!("[portal]\ndirectory = {:?}", folder.path().to_str().unwrap())).await
}

#[tokio::test]
async fn head_is_answered_as_get_wherever_get_is() {
    let folder = Folder::new();
    let gateway = with_portal(&folder).await;
    let school = School::open_at(gateway.into(), FABRIKAM, |_| ()).await;
    // An answer that holds the time is as long the second time.
    school.gateway.stop_clock();
    let gateway = &school.gateway;
    let admin = gateway.user_token(FABRIKAM, "admin").await;
    let addresses = addresses(&school).await;
    assert!(addresses.len() >= 35, "{addresses:?}");
    let (mut lengths, mut good) = (0, 0);
    for path in &addresses {
        for encoding in ["", "Accept-Encoding: gzip\r\n"] {
            let headers = if path.starts_with("/api/") {
                format!("Authorization: Bearer {admin}\r\n{encoding}")
            } else {
                encoding.to_owned()
            };
            let (get, _) = ask(gateway, "GET", path, &headers).await;
            let (head, body) = ask(gateway, "HEAD", path, &headers).await;
            assert_eq!(head, get, "{path}");
            assert_eq!(body, "", "{path}");
            lengths += usize::from(head.iter().any(|line| line.starts_with("content-length: ")));
            good += usize::from(head[0] == "HTTP/1.1 200 OK");
        }
    }
    assert!(
        good >= addresses.len() && lengths >= addresses.len(),
        "{good} and {lengths} of {addresses:?}"
    );
}

#[tokio::test]
async fn allow_names_head_wherever_it_names_get() {
    let school = School::open().await;
    let token = format!("Authorization: Bearer {}\r\n", school.token);
    let mut allowing = 0;
    for path in addresses(&school).await {
        let (answer, _) = ask(&school.gateway, "PATCH", &path, &token).await;
        if let Some(allow) = answer.iter().find_map(|line| line.strip_prefix("allow: ")) {
            assert!(allow.contains("GET, HEAD"), "{path}: {allow}");
            allowing += 1;
        }
    }
    assert!(allowing >= 20, "{allowing}");
}

#[tokio::test]
async fn metrics_answer_head() {
    let folder = Folder::new();
    let metrics = Metrics::somewhere();
    let (_process, _gateway) = metrics.serve(&folder, &[]).await;
    let metrics = TestGateway::in_other_process(metrics.address());
    let (head, body) = ask(&metrics, "HEAD", "/metrics", "").await;
    assert_eq!((head[0].as_str(), body.as_str()), ("HTTP/1.1 200 OK", ""));
    assert!(
        head.iter().any(|line| line.starts_with("content-type: text/plain")),
        "{head:?}"
    );
}

#[tokio::test]
async fn nothing_follows_the_answer_to_head_also_where_the_next_request_is_there_already() {
    let gateway = TestGateway::start().await;
    // The second request is read while the first one waits for the database.
    let requests = "HEAD /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n\
                    GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answers = raw(&gateway, requests.as_bytes()).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
    assert_eq!(answers.matches("{\"status\":\"ok\"}").count(), 1, "{answers}");
    assert!(answers.ends_with("\r\n\r\n{\"status\":\"ok\"}"), "{answers}");
    // Of a file, the whole length, whatever part of it was asked for.
    let folder = Folder::new();
    let gateway = with_portal(&folder).await;
    let (head, _) = ask(&gateway, "HEAD", "/assets/app-1a2b.js", "Range: bytes=0-2\r\n").await;
    assert_eq!(head[0], "HTTP/1.1 200 OK", "{head:?}");
    assert!(head.contains(&"content-length: 11".to_owned()), "{head:?}");
}
