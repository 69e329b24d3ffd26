//! The example of a whole tool, over HTTP, against a platform on loopback.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::web::{Data, get};
use actix_web::{App, HttpResponse, HttpServer, rt};
use lti13::claims::names::DEPLOYMENT_ID;
use lti13::test_support::TestPlatform;
use lti13::tool::ToolRegistration;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

#[allow(dead_code, reason = "its main() is for those who run it")]
#[path = "../examples/tool.rs"]
mod tool;

/// A tool, the platform that it is registered at, and the keyset that the platform publishes.
struct Bench {
    tool: String,
    platform: TestPlatform,
    jwks: Arc<Mutex<String>>,
    http: reqwest::Client,
}

/// A login that waits for the platform's answer: what the tool sent with the browser.
struct Login {
    state: String,
    nonce: String,
    cookie: String,
}

impl Bench {
    async fn start() -> Self {
        let platform = TestPlatform::new();
        let jwks = Arc::new(Mutex::new(platform.jwks()));
        let published = jwks.clone();
        let keyset = HttpServer::new(move || {
            let published = published.clone();
            let jwks = move || {
                let body = published.lock().unwrap().clone();
                async { HttpResponse::Ok().content_type("application/json").body(body) }
            };
            App::new().route("/jwks", get().to(jwks))
        });
        let keyset = keyset.workers(1).bind(("127.0.0.1", 0)).unwrap();
        let registration = ToolRegistration {
            keyset_url: format!("http://{}/jwks", keyset.addrs()[0]).parse().unwrap(),
            ..platform.registration().clone()
        };
        rt::spawn(keyset.run());

        let mut tool = tool::Tool::new("http://127.0.0.1".to_owned(), registration, vec!["1".to_owned()]).unwrap();
        tool.keyset_pause = Duration::ZERO;
        let tool = Data::new(tool);
        let server = HttpServer::new(move || App::new().app_data(tool.clone()).configure(tool::routes));
        let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", server.addrs()[0]);
        rt::spawn(server.run());
        Self {
            tool: address,
            platform,
            jwks,
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    /// The platform's login initiation, with `iss` for an issuer.
    async fn initiate(&self, iss: &str) -> reqwest::Response {
        let form = [
            ("iss", iss),
            ("login_hint", "3"),
            ("target_link_uri", "https://tool.example/launch"),
        ];
        self.http
            .post(format!("{}/login", self.tool))
            .form(&form)
            .send()
            .await
            .unwrap()
    }

    async fn log_in(&self) -> Login {
        let answer = self.initiate("https://lms.example.edu").await;
        assert_eq!(answer.status(), 302);
        let url: Url = answer.headers()[LOCATION].to_str().unwrap().parse().unwrap();
        assert!(url.as_str().starts_with("https://lms.example.edu/auth?"));
        let sent: HashMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(sent["redirect_uri"], "http://127.0.0.1/launch");
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("; HttpOnly"));
        Login {
            state: sent["state"].clone(),
            nonce: sent["nonce"].clone(),
            cookie: cookie.split(';').next().unwrap().to_owned(),
        }
    }

    fn claims(&self, login: &Login) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        self.platform.claims(&login.nonce, now.try_into().unwrap())
    }

    /// The browser posts the platform's answer; status and page.
    async fn launch(&self, login: &Login, id_token: &str) -> (u16, String) {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("state", login.state.as_str()), ("id_token", id_token)])
            .finish();
        let request = self.http.post(format!("{}/launch", self.tool)).header(COOKIE, &login.cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn assert_refused(&self, login: &Login, id_token: &str, code: &str) {
        let (status, page) = self.launch(login, id_token).await;
        assert_eq!(status, 400);
        assert!(page.contains(&format!("<code>{code}</code>")), "{page}");
        assert!(page.contains("Failed "), "no record: {page}");
    }
}

#[actix_web::test]
async fn a_launch_is_accepted() {
    let bench = Bench::start().await;
    let login = bench.log_in().await;
    let mut claims = bench.claims(&login);
    claims["name"] = json!("Terry <b>Teacher</b>");
    let (status, page) = bench.launch(&login, &bench.platform.id_token(&claims)).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("Hello, Terry &lt;b>Teacher&lt;/b>"), "{page}");
    assert!(page.contains("Course one"), "{page}");
}

#[actix_web::test]
async fn another_browser_is_refused() {
    let bench = Bench::start().await;
    let mut login = bench.log_in().await;
    let id_token = bench.platform.id_token(&bench.claims(&login));
    let (name, _) = login.cookie.split_once('=').unwrap();
    login.cookie = format!("{name}=stolen");
    bench
        .assert_refused(&login, &id_token, "cookies_not_found.cookie_mismatch")
        .await;
    login.cookie = bench.log_in().await.cookie;
    bench
        .assert_refused(&login, &id_token, "cookies_not_found.cookie_missing")
        .await;
}

#[actix_web::test]
async fn a_launch_counts_once() {
    let bench = Bench::start().await;
    let login = bench.log_in().await;
    let id_token = bench.platform.id_token(&bench.claims(&login));
    assert_eq!(bench.launch(&login, &id_token).await.0, 200);
    bench.assert_refused(&login, &id_token, "launch_invalid.replayed").await;
}

#[actix_web::test]
async fn an_unknown_deployment_is_refused() {
    let bench = Bench::start().await;
    let login = bench.log_in().await;
    let mut claims = bench.claims(&login);
    claims[DEPLOYMENT_ID] = json!("2");
    let id_token = bench.platform.id_token(&claims);
    bench.assert_refused(&login, &id_token, "deployment_unknown").await;
}

#[actix_web::test]
async fn an_unknown_platform_is_refused() {
    let bench = Bench::start().await;
    let answer = bench.initiate("https://other.example.edu").await;
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("<code>registration_unknown</code>"));
}

#[actix_web::test]
async fn a_new_key_is_fetched() {
    let bench = Bench::start().await;
    let login = bench.log_in().await;
    let id_token = bench.platform.id_token(&bench.claims(&login));
    assert_eq!(bench.launch(&login, &id_token).await.0, 200);

    let rotated = TestPlatform::new();
    let login = bench.log_in().await;
    let header = json!({ "typ": "JWT", "alg": "RS256", "kid": "lms-key-2" }).to_string();
    let id_token = rotated.sign(&header, bench.claims(&login).to_string().as_bytes());
    bench
        .assert_refused(&login, &id_token, "keyset_unavailable.key_not_found")
        .await;
    *bench.jwks.lock().unwrap() = json!({ "keys": [rotated.jwk("lms-key-2")] }).to_string();
    assert_eq!(bench.launch(&login, &id_token).await.0, 200);
}

#[actix_web::test]
async fn an_answer_that_is_no_keyset_is_refused() {
    let bench = Bench::start().await;
    let login = bench.log_in().await;
    let id_token = bench.platform.id_token(&bench.claims(&login));
    *bench.jwks.lock().unwrap() = "<html>".to_owned();
    bench.assert_refused(&login, &id_token, "keyset_unavailable.unreadable").await;
}
