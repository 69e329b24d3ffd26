//! `/` with a portal and without one.

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
    // What the page leads to is there.
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
