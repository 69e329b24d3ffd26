//! An app with keys of its own.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use actix_web::{App, HttpResponse, HttpServer, web};
use aws_lc_rs::{
    encoding::AsDer as _,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, TestGateway, free_port};

pub const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
pub const LINE_ITEM: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
pub const LINE_ITEM_READ: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
pub const MEMBERS: &str = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";
pub const DEPLOYMENT_ID: &str = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";

/// A key of an app.
#[derive(Clone)]
pub struct AppKey {
    algorithm: Algorithm,
    private: EncodingKey,
    kid: Option<String>,
}

impl AppKey {
    pub fn es256(kid: Option<&str>) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self {
            algorithm: Algorithm::ES256,
            private: EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref()),
            kid: kid.map(str::to_owned),
        }
    }

    pub fn rs256(kid: Option<&str>) -> Self {
        let pair = aws_lc_rs::rsa::KeyPair::generate(KeySize::Rsa2048).unwrap();
        let pkcs8 = STANDARD.encode(pair.as_der().unwrap().as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{pkcs8}\n-----END PRIVATE KEY-----\n");
        Self {
            algorithm: Algorithm::RS256,
            private: EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap(),
            kid: kid.map(str::to_owned),
        }
    }

    fn public(&self) -> Value {
        let mut public = Jwk::from_encoding_key(&self.private, self.algorithm).unwrap();
        public.common.key_id.clone_from(&self.kid);
        serde_json::to_value(public).unwrap()
    }

    pub fn sign(&self, claims: &Value) -> String {
        let header = Header {
            kid: self.kid.clone(),
            ..Header::new(self.algorithm)
        };
        jsonwebtoken::encode(&header, claims, &self.private).unwrap()
    }
}

/// The server of an app, with its keyset at `/jwks`.
#[derive(Clone)]
pub struct AppServer {
    pub url: String,
    pub key: AppKey,
    keyset: Arc<Mutex<Value>>,
    fetches: Arc<AtomicUsize>,
}

impl AppServer {
    pub fn start() -> Self {
        Self::with_key(AppKey::es256(Some("key-1")))
    }

    pub fn with_key(key: AppKey) -> Self {
        let port = free_port();
        let app = Self {
            url: format!("http://127.0.0.1:{port}"),
            keyset: Arc::new(Mutex::new(json!({ "keys": [key.public()] }))),
            key,
            fetches: Arc::default(),
        };
        let data = app.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(data.clone()))
                .route("/jwks", web::get().to(keyset))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", port)).unwrap().run();
        std::thread::spawn(|| actix_web::rt::System::new().block_on(server));
        app
    }

    /// Publishes these keys and no others.
    pub fn publish(&self, keys: &[&AppKey]) {
        let keys: Vec<_> = keys.iter().map(|key| key.public()).collect();
        *self.keyset.lock().unwrap() = json!({ "keys": keys });
    }

    pub fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    /// The app in the configuration, with further lines.
    pub fn config(&self, id: &str, more: &str) -> String {
        let url = &self.url;
        format!("[[apps]]\nid = \"{id}\"\nname = \"{id}\"\nlaunch_url = \"{url}/launch\"\nkeyset_url = \"{url}/jwks\"\n{more}\n")
    }

    /// The claims of an assertion that is good.
    pub fn claims(gateway: &TestGateway, client_id: &str) -> Value {
        let now = gateway.now();
        json!({
            "iss": client_id, "sub": client_id, "aud": gateway.at("/platform/token"), "jti": Uuid::new_v4(),
            "iat": now, "exp": now + 300,
        })
    }

    /// Asks for a token by an assertion with these claims.
    pub async fn ask(&self, gateway: &TestGateway, claims: &Value, scope: &str) -> Answer {
        ask(gateway, &self.key.sign(claims), scope).await
    }

    /// An access token of the app.
    pub async fn token(&self, gateway: &TestGateway, client_id: &str, scope: &str) -> String {
        let answer = self.ask(gateway, &Self::claims(gateway, client_id), scope).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }
}

async fn keyset(app: web::Data<AppServer>) -> HttpResponse {
    app.fetches.fetch_add(1, Ordering::SeqCst);
    HttpResponse::Ok().json(&*app.keyset.lock().unwrap())
}

/// Asks for a token by this assertion.
pub async fn ask(gateway: &TestGateway, assertion: &str, scope: &str) -> Answer {
    post(
        gateway,
        &[
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion),
            ("scope", scope),
        ],
    )
    .await
}

/// Posts a form to the token endpoint.
pub async fn post(gateway: &TestGateway, form: &[(&str, &str)]) -> Answer {
    let request = gateway.client.post(gateway.at("/platform/token")).form(form);
    Answer::of(request.send().await.unwrap()).await
}
