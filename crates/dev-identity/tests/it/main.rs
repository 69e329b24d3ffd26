//! The development sign-in over HTTP, as its clients see it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod consent;
mod logout;
mod metadata;
mod pages;
mod programs;
mod sessions;
mod sign_in;
mod token_refusals;

use std::{
    cell::RefCell,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use actix_web::{
    App,
    http::{StatusCode, header::HeaderMap},
    test::{self, TestRequest},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use dev_identity::{DevIdentity, PORTAL_CLIENT_ID, Settings};
use jwt_simple::prelude::{Duration, JWTClaims, RS256PublicKey, RSAPublicKeyLike, UnixTimeStamp, VerificationOptions};
use serde_json::Value;
use url::{Url, form_urlencoded};

const PUBLIC: &str = "http://localhost:8080";
const CALLBACK: &str = "http://localhost:8080/auth/callback";
const CONTOSO: &str = "c0ffee00-0000-4000-8000-000000000001";
const FABRIKAM: &str = "c0ffee00-0000-4000-8000-000000000002";
const GCC: &str = "c0ffee00-0000-4000-8000-000000000003";
const OPERATIONS: &str = "c0ffee00-0000-4000-8000-000000000009";
const MEGAN: &str = "c0ffee00-0001-4000-8000-000000000001";
const ISAIAH: &str = "c0ffee00-0001-4000-8000-000000000002";
const SCOPE: &str = "api://lms-gateway/access_as_user openid profile offline_access";
const START: u64 = 1_795_420_800;
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const STATE: &str = "eyJpZCI6IjEifQ==|user state/+&%";
const NONCE: &str = "5b1b2b9c-nonce";

/// One browser in front of one development sign-in, with a clock of its own.
struct World {
    identity: DevIdentity,
    now: Arc<AtomicU64>,
    cookie: RefCell<Option<String>>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn location(&self) -> Url {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        Url::parse(self.header("location").unwrap()).unwrap()
    }

    /// A parameter of the redirect's query.
    fn returned(&self, name: &str) -> Option<String> {
        self.location()
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The value of a hidden field of the page.
    fn field(&self, name: &str) -> String {
        let (_, rest) = self
            .body
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap_or_else(|| panic!("{}", self.body));
        rest.split_once('"').unwrap().0.to_owned()
    }

    fn assert_page(&self, status: u16, text: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.body.contains(text), "{text} is not in {}", self.body);
        assert_eq!(self.header("location"), None);
    }

    fn assert_refused(&self, status: u16, error: &str, number: u32) {
        assert_eq!(self.status, status, "{}", self.body);
        let json = self.json();
        assert_eq!(json["error"], error, "{json}");
        assert_eq!(json["error_codes"], serde_json::json!([number]));
        assert!(
            json["error_description"]
                .as_str()
                .unwrap()
                .starts_with(&format!("AADSTS{number}: "))
        );
        for member in ["timestamp", "trace_id", "correlation_id"] {
            assert!(json[member].is_string(), "{member}");
        }
        assert_eq!(self.header("cache-control"), Some("no-store"));
    }
}

impl World {
    fn new() -> Self {
        let now = Arc::new(AtomicU64::new(START));
        let clock = Arc::clone(&now);
        let identity = DevIdentity::new(Settings {
            public_url: Url::parse(PUBLIC).unwrap(),
            portal_redirect_uris: vec![CALLBACK.to_owned()],
            key_file: Some(key_file()),
            now: Arc::new(move || clock.load(Ordering::Relaxed)),
        });
        Self {
            identity: identity.unwrap(),
            now,
            cookie: RefCell::new(None),
        }
    }

    fn pass(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Sends a request with the browser's cookie and keeps the one that comes back.
    async fn send(&self, request: TestRequest) -> Answer {
        let app = test::init_service(App::new().configure(self.identity.configure())).await;
        let request = match &*self.cookie.borrow() {
            Some(cookie) => request.insert_header(("Cookie", cookie.as_str())),
            None => request,
        };
        let response = test::call_service(&app, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = String::from_utf8(test::read_body(response).await.to_vec()).unwrap();
        if let Some(set) = headers.get("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            *self.cookie.borrow_mut() = (!pair.ends_with('=')).then_some(pair);
        }
        Answer { status, headers, body }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(&format!("/dev/identity/{path}"))).await
    }

    async fn post(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        self.send(form(path, parameters)).await
    }

    async fn authorize(&self, tenant: &str, changes: &[(&str, &str)]) -> Answer {
        self.get(&authorize_path(tenant, changes)).await
    }

    /// The page, and the person chosen on it.
    async fn choose(&self, tenant: &str, oid: &str, changes: &[(&str, &str)]) -> Answer {
        let page = self.authorize(tenant, changes).await;
        self.post(
            &format!("{tenant}/login"),
            &[("request", &page.field("request")), ("person", oid)],
        )
        .await
    }

    async fn code(&self, tenant: &str, oid: &str) -> String {
        self.choose(tenant, oid, &[]).await.returned("code").unwrap()
    }

    async fn redeem(&self, tenant: &str, code: &str, changes: &[(&str, &str)]) -> Answer {
        let usual = [
            ("client_id", PORTAL_CLIENT_ID),
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.post(&format!("{tenant}/oauth2/v2.0/token"), &changed(&usual, changes))
            .await
    }

    async fn refresh(&self, tenant: &str, token: &str, changes: &[(&str, &str)]) -> Answer {
        let usual = [
            ("client_id", PORTAL_CLIENT_ID),
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
        ];
        self.post(&format!("{tenant}/oauth2/v2.0/token"), &changed(&usual, changes))
            .await
    }

    async fn sign_in(&self, tenant: &str, oid: &str) -> Value {
        let code = self.code(tenant, oid).await;
        let answer = self.redeem(tenant, &code, &[("client_info", "1")]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Verifies a token by the published keyset, and returns its claims.
    async fn verify(&self, token: &str) -> Value {
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
        let keys = self.get("common/discovery/v2.0/keys").await.json();
        let key = keys["keys"]
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["kid"] == header["kid"])
            .unwrap();
        assert_eq!((header["alg"].as_str(), header["typ"].as_str()), (Some("RS256"), Some("JWT")));
        let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
        let public = RS256PublicKey::from_components(&part("n"), &part("e")).unwrap();
        let options = VerificationOptions {
            artificial_time: Some(UnixTimeStamp::from_secs(self.now.load(Ordering::Relaxed))),
            time_tolerance: Some(Duration::from_secs(0)),
            ..Default::default()
        };
        let claims: JWTClaims<Value> = public.verify_token(token, Some(options)).unwrap();
        serde_json::to_value(&claims).unwrap()
    }
}

/// One key for the whole run.
fn key_file() -> std::path::PathBuf {
    static FILE: OnceLock<std::path::PathBuf> = OnceLock::new();
    let make = || {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("signing.pem");
        std::fs::remove_file(&path).ok();
        DevIdentity::new(Settings {
            public_url: Url::parse(PUBLIC).unwrap(),
            portal_redirect_uris: Vec::new(),
            key_file: Some(path.clone()),
            now: Arc::new(|| START),
        })
        .map(|_| path)
        .unwrap_or_else(|error| panic!("{error}"))
    };
    FILE.get_or_init(make).clone()
}

fn form(path: &str, parameters: &[(&str, &str)]) -> TestRequest {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    TestRequest::post()
        .uri(&format!("/dev/identity/{path}"))
        .insert_header(("Content-Type", "application/x-www-form-urlencoded;charset=utf-8"))
        .set_payload(body)
}

/// Replaces or adds parameters; one with an empty value is left out.
fn changed<'a>(usual: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = usual
        .iter()
        .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().filter(|(_, value)| !value.is_empty()))
        .copied()
        .collect()
}

/// The parameters that msal-browser sends, unknown ones included.
fn authorize_parameters<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("client_id", PORTAL_CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", SCOPE),
        ("state", STATE),
        ("nonce", NONCE),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("client_info", "1"),
        ("x-client-SKU", "msal.js.browser"),
        ("claims", "{\"id_token\":{\"login_hint\":{\"essential\":false}}}"),
    ];
    changed(&usual, changes)
}

fn authorize_path(tenant: &str, changes: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(authorize_parameters(changes))
        .finish();
    format!("{tenant}/oauth2/v2.0/authorize?{query}")
}
