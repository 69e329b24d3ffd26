//! `/` with a portal and without one; its files as browsers get them: compressed when they were built, never on the way out.

use reqwest::{StatusCode, header};

use crate::{
    command_line::Folder,
    support::{Answer, TestGateway},
};

fn with_portal(directory: &std::path::Path) -> String {
    format!("[portal]\ndirectory = {:?}", directory.to_str().unwrap())
}

#[tokio::test]
async fn without_a_portal_the_first_page_says_so() {
    let folder = Folder::new();
    let gateway = TestGateway::start_with(&with_portal(&folder.path().join("none"))).await;
    for path in ["/", "/registrations"] {
        let request = gateway.client.get(gateway.at(path)).header("accept", "text/html");
        let page = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(page.status, 200, "{page:?}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.text.contains("its portal isn’t built yet"), "{page:?}");
        assert!(page.text.contains("<code>cargo xtask portal</code>"), "{page:?}");
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{page:?}"
        );
        assert_eq!(
            page.header("cache-control"),
            "no-cache",
            "once it is built, a reload shows it"
        );
    }
    // The page's link leads to an existing page.
    assert!(gateway.get("/", "").await.text.contains("href=\"/docs/\""));
    assert_eq!(gateway.get("/docs/", "").await.status, 200);
    gateway
        .get("/api/v1/nothing", "")
        .await
        .assert_problem(404, "request.not_found");
}

#[tokio::test]
async fn a_portal_that_is_built_later_is_shown_at_once() {
    let folder = Folder::new();
    let gateway = TestGateway::start_with(&with_portal(folder.path())).await;
    assert!(gateway.get("/", "").await.text.contains("isn’t built yet"));
    std::fs::write(folder.path().join("index.html"), "<!doctype html><title>The portal</title>").unwrap();
    let page = gateway.get("/", "").await;
    assert!(page.text.contains("The portal"), "{page:?}");
    assert!(!page.text.contains("built yet"), "{page:?}");
}

/// Serves files whose variants say which they are.
async fn serve() -> (Folder, TestGateway) {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("assets")).unwrap();
    for name in ["index.html", "assets/app-1a2b.js"] {
        for (suffix, content) in [("", "as it is"), (".br", "by brotli"), (".gz", "by gzip")] {
            std::fs::write(folder.path().join(format!("{name}{suffix}")), content).unwrap();
        }
    }
    let gateway = TestGateway::start_with(&with_portal(folder.path())).await;
    (folder, gateway)
}

async fn get(gateway: &TestGateway, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
    let mut request = gateway.client.get(gateway.at(path)).header(header::ACCEPT, "text/html, */*");
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn files_come_as_they_were_compressed_when_they_were_built() {
    let (_folder, gateway) = serve().await;
    for (path, kind, cache_control) in [
        ("/", "text/html", "no-cache"),
        ("/registrations/anything", "text/html", "no-cache"),
        (
            "/assets/app-1a2b.js",
            "text/javascript",
            "public, max-age=31536000, immutable",
        ),
    ] {
        for (accepted, coding, content) in [
            ("gzip, deflate, br, zstd", "br", "by brotli"),
            ("gzip, br;q=0.9", "br", "by brotli"),
            ("br;q=0, gzip", "gzip", "by gzip"),
            ("gzip", "gzip", "by gzip"),
            ("identity", "", "as it is"),
            ("br;q=0, gzip;q=0", "", "as it is"),
        ] {
            let answer = get(&gateway, path, &[(header::ACCEPT_ENCODING, accepted)]).await;
            assert_eq!(
                (answer.status, answer.header("content-encoding"), answer.text.as_str()),
                (StatusCode::OK, coding, content),
                "{path} {accepted}"
            );
            assert!(answer.header("content-type").starts_with(kind), "{answer:?}");
            assert_eq!(answer.header("cache-control"), cache_control);
            assert_eq!(answer.header("vary"), "accept-encoding");
            assert_eq!(answer.header("content-length"), content.len().to_string());
            assert!(!answer.header("content-disposition").contains("attachment"), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn each_variant_is_revalidated_by_its_own_tag() {
    let (_folder, gateway) = serve().await;
    for path in ["/", "/assets/app-1a2b.js"] {
        let mut tags = Vec::new();
        for accepted in ["br", "gzip", "identity"] {
            let tag = get(&gateway, path, &[(header::ACCEPT_ENCODING, accepted)])
                .await
                .header("etag")
                .to_owned();
            assert!(!tag.is_empty() && !tags.contains(&tag), "{path} {accepted}: {tag} {tags:?}");
            let again = [(header::ACCEPT_ENCODING, accepted), (header::IF_NONE_MATCH, tag.as_str())];
            let answer = get(&gateway, path, &again).await;
            assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
            for name in ["etag", "cache-control", "vary"] {
                assert!(!answer.header(name).is_empty(), "{path} {accepted} {name}: {answer:?}");
            }
            let another = [(header::ACCEPT_ENCODING, "br"), (header::IF_NONE_MATCH, tag.as_str())];
            let changed = get(&gateway, path, &another).await.status == StatusCode::OK;
            assert_eq!(changed, accepted != "br", "another variant's tag tells nothing of this one");
            tags.push(tag);
        }
    }
}
