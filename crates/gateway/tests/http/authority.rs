//! A sign-in service that a test bends as it likes: its metadata, its keys, its tokens.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use jwt_simple::algorithms::RS256KeyPair;
use practice_lms::shared_key;
use serde_json::{Map, Value, json};

use crate::{
    handshake::other_key,
    support::{Answer, TestGateway},
};

pub const API: &str = "c0ffee00-0000-4000-8000-0000000000a0";
pub const KID: &str = "key-1";

type Pages = Mutex<HashMap<String, (u16, Value)>>;

pub struct Authority {
    pub url: String,
    pages: Arc<Pages>,
    requests: Arc<Mutex<Vec<String>>>,
    handle: actix_web::dev::ServerHandle,
}

impl Drop for Authority {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

impl Authority {
    /// One that knows no tenant yet.
    pub async fn start() -> Self {
        let pages = Arc::new(Pages::default());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (shown, counted) = (Arc::clone(&pages), Arc::clone(&requests));
        let (started, wait) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let (shown, counted) = (Arc::clone(&shown), Arc::clone(&counted));
                    App::new().default_service(web::to(move |request: HttpRequest| {
                        let path = request.path().to_owned();
                        let page = shown.lock().unwrap().get(&path).cloned();
                        counted.lock().unwrap().push(path);
                        let (status, body) = page.unwrap_or((400, json!({ "error": "invalid_tenant" })));
                        async move {
                            HttpResponse::build(status.try_into().unwrap())
                                .insert_header(("cache-control", "max-age=86400"))
                                .json(body)
                        }
                    }))
                });
                let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
                let address = server.addrs()[0];
                let running = server.run();
                started.send((address, running.handle())).ok();
                running.await.unwrap();
            });
        });
        let (address, handle) = wait.await.unwrap();
        Self {
            url: format!("http://{address}"),
            pages,
            requests,
            handle,
        }
    }

    /// A gateway whose people sign in here; with more configuration, as TOML.
    pub async fn gateway(&self, toml: &str) -> TestGateway {
        self.gateway_on("sqlite::memory:", toml).await
    }

    /// The same on a database that may have served another one before.
    pub async fn gateway_on(&self, database: &str, toml: &str) -> TestGateway {
        TestGateway::start_on(database, &format!("[identity]\nauthority = \"{}\"\n{toml}", self.url)).await
    }

    pub fn serve(&self, path: &str, status: u16, body: Value) {
        self.pages.lock().unwrap().insert(path.to_owned(), (status, body));
    }

    /// How often something was asked for whose address ends so.
    pub fn requests(&self, end: &str) -> usize {
        self.requests
            .lock()
            .unwrap()
            .iter()
            .filter(|path| path.ends_with(end))
            .count()
    }

    pub fn issuer(&self, tenant: &str) -> String {
        format!("{}/{tenant}/v2.0", self.url)
    }

    /// Knows a tenant from now on, with some metadata changed; `null` takes one out.
    pub fn add_tenant(&self, tenant: &str, changes: &[(&str, Value)]) {
        let metadata = json!({
            "issuer": self.issuer(tenant), "jwks_uri": format!("{}/{tenant}/keys", self.url),
            "cloud_instance_name": "microsoftonline.com", "tenant_region_scope": "EU",
        });
        self.serve(
            &format!("/{tenant}/v2.0/.well-known/openid-configuration"),
            200,
            with(metadata, changes),
        );
        self.serve_keys(&format!("/{tenant}/keys"), &[(KID, &shared_key(), Some("{tenantid}"))]);
    }

    /// Serves keys, each with the tenant for which it signs.
    pub fn serve_keys(&self, path: &str, keys: &[(&str, &RS256KeyPair, Option<&str>)]) {
        let jwk = |(kid, key, tenant): &(&str, &RS256KeyPair, Option<&str>)| {
            let mut jwk: Value = serde_json::from_str(&key.public_key().to_jwk()).unwrap();
            jwk["kid"] = json!(kid);
            if let Some(tenant) = tenant {
                jwk["issuer"] = json!(self.issuer(tenant));
            }
            jwk
        };
        // A key of another kind in the same set spoils nothing.
        let mut set = vec![json!({ "kty": "post-quantum", "kid": "later" })];
        set.extend(keys.iter().map(jwk));
        self.serve(path, 200, json!({ "keys": set }));
    }

    /// Claims of an administrator's access token.
    pub fn person(&self, tenant: &str) -> Value {
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        json!({
            "iss": self.issuer(tenant), "aud": API, "tid": tenant, "oid": "0b1ec700-0000-4000-8000-000000000001", "sub": "pairwise",
            "iat": now, "nbf": now, "exp": now + 4000, "ver": "2.0", "scp": "access_as_user", "roles": ["Admin"],
            "azp": "c0ffee00-0000-4000-8000-0000000000b0", "azpacr": "0", "name": "Megan Bowen",
            "preferred_username": "megan@contoso.example", "uti": "x",
        })
    }

    pub fn token(&self, claims: &Value) -> String {
        sign(&header(&[]), claims, &shared_key())
    }

    /// A good token of an administrator.
    pub fn admin(&self, tenant: &str) -> String {
        self.token(&self.person(tenant))
    }
}

/// A header with some members changed; `null` takes one out.
pub fn header(changes: &[(&str, Value)]) -> Value {
    with(json!({ "alg": "RS256", "typ": "JWT", "kid": KID }), changes)
}

/// An object with some members changed; `null` takes one out.
pub fn with(object: Value, changes: &[(&str, Value)]) -> Value {
    let mut object: Map<String, Value> = serde_json::from_value(object).unwrap();
    for (name, value) in changes {
        match value {
            Value::Null => drop(object.remove(*name)),
            value => drop(object.insert((*name).to_owned(), value.clone())),
        }
    }
    Value::Object(object)
}

/// Signed with RS256, whatever the header says.
pub fn sign(header: &Value, claims: &Value, key: &RS256KeyPair) -> String {
    let private = EncodingKey::from_rsa_pem(key.to_pem().unwrap().as_bytes()).unwrap();
    signed(header, claims, &private, Algorithm::RS256)
}

/// Signed with HS256 by these bytes: what passes where a public key is taken for a secret.
pub fn authenticate(header: &Value, claims: &Value, secret: &[u8]) -> String {
    signed(header, claims, &EncodingKey::from_secret(secret), Algorithm::HS256)
}

fn signed(header: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), key, algorithm).unwrap();
    format!("{signed}.{signature}")
}

/// Tokens that hold in everything but one thing, each with that thing's name and the word by which the refusal names it.
pub fn bad_tokens(authority: &Authority, tenant: &str, other_tenant: &str) -> Vec<(&'static str, String, &'static str)> {
    let claims = |changes: &[(&str, Value)]| authority.token(&with(authority.person(tenant), changes));
    let headed = |changes: &[(&str, Value)]| sign(&header(changes), &authority.person(tenant), &shared_key());
    let by_other = |changes: &[(&str, Value)]| sign(&header(changes), &authority.person(tenant), &other_key());
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let public = shared_key().public_key();
    let public_pem = public.to_pem().unwrap();
    let other_jwk: Value = serde_json::from_str(&other_key().public_key().to_jwk()).unwrap();
    let elsewhere = authority.issuer(other_tenant);
    let evil = format!("https://evil.example/{tenant}/v2.0");
    let v1 = format!("https://sts.windows.net/{tenant}/");
    let hs256 = header(&[("alg", json!("HS256"))]);
    let none = headed(&[("alg", json!("none"))]);
    vec![
        ("expired", claims(&[("exp", json!(now - 61))]), "expired"),
        ("without exp", claims(&[("exp", Value::Null)]), "expired"),
        ("not valid yet", claims(&[("nbf", json!(now + 120))]), "isn't valid yet"),
        (
            "for the portal",
            claims(&[("aud", json!("c0ffee00-0000-4000-8000-0000000000b0"))]),
            "aud",
        ),
        ("for nobody", claims(&[("aud", Value::Null)]), "aud"),
        (
            "for Graph",
            claims(&[("aud", json!("00000003-0000-0000-c000-000000000000"))]),
            "Graph",
        ),
        ("with Graph's header", headed(&[("nonce", json!("n"))]), "Graph"),
        ("of another issuer", claims(&[("iss", json!(evil))]), "issuer"),
        ("of another tenant's issuer", claims(&[("iss", json!(elsewhere))]), "issuer"),
        ("with another tenant's tid", claims(&[("tid", json!(other_tenant))]), "issuer"),
        ("v1.0 by its issuer", claims(&[("iss", json!(v1))]), "v1.0"),
        ("v1.0 by its version", claims(&[("ver", json!("1.0"))]), "v1.0"),
        ("without version", claims(&[("ver", Value::Null)]), "v1.0"),
        (
            "an id_token",
            claims(&[("scp", Value::Null), ("nonce", json!("n"))]),
            "id_token",
        ),
        (
            "of a personal account",
            claims(&[("tid", json!("9188040d-6c67-4c5b-b112-36a304b66dad"))]),
            "Personal",
        ),
        (
            "with a domain for a tid",
            claims(&[("tid", json!("contoso.example"))]),
            "JSON Web Token",
        ),
        ("without tid", claims(&[("tid", Value::Null)]), "tid"),
        ("without oid", claims(&[("oid", Value::Null)]), "oid"),
        (
            "with oid that no directory makes",
            claims(&[("oid", json!("a\u{0}b"))]),
            "oid",
        ),
        ("both app's and person's", claims(&[("idtyp", json!("app"))]), "idtyp"),
        ("alg none", format!("{}.", none.rsplit_once('.').unwrap().0), "RS256"),
        ("alg none with a signature", none, "RS256"),
        (
            "alg HS256",
            authenticate(&hs256, &authority.person(tenant), public_pem.as_bytes()),
            "RS256",
        ),
        (
            "HS256 under an RS256 header",
            authenticate(&header(&[]), &authority.person(tenant), public_pem.as_bytes()),
            "signature",
        ),
        ("alg PS256", headed(&[("alg", json!("PS256"))]), "RS256"),
        ("signed by another key", by_other(&[]), "signature"),
        ("with its key in the header", by_other(&[("jwk", other_jwk)]), "signature"),
        (
            "with its keyset in the header",
            by_other(&[
                ("jku", json!("https://evil.example/keys")),
                ("x5u", json!("https://evil.example/cert")),
            ]),
            "signature",
        ),
        ("of an unknown key", by_other(&[("kid", json!("evil"))]), "key"),
        ("of no key", headed(&[("kid", Value::Null)]), "kid"),
        (
            "with an unknown extension",
            headed(&[("crit", json!(["b64"])), ("b64", json!(false))]),
            "crit",
        ),
        (
            "by a key of another tenant",
            sign(&header(&[("kid", json!("fixed"))]), &authority.person(tenant), &other_key()),
            "another issuer",
        ),
    ]
}

/// Tokens that hold, of callers who may not call.
pub fn useless_tokens(authority: &Authority, tenant: &str) -> Vec<(&'static str, String)> {
    let claims = |changes: &[(&str, Value)]| authority.token(&with(authority.person(tenant), changes));
    vec![
        ("without scope", claims(&[("scp", Value::Null)])),
        (
            "with another scope",
            claims(&[("scp", json!("User.Read access_as_user_too"))]),
        ),
    ]
}

/// Asks for the own account.
pub async fn me(gateway: &TestGateway, token: &str) -> Answer {
    gateway.get("/api/v1/me", token).await
}
