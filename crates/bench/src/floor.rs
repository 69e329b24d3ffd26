//! The floor: the least that a correct tool does, with the libraries that the gateway uses. It knows one platform, keeps its logins in
//! memory, verifies state, cookie, signature, issuer, audience, time and nonce, and hands over a token signed with ES256. No database,
//! no record, no pages of refusal: what costs less leaves something out that LTI 1.3 demands.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::cookie::Cookie;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use anyhow::{Context as _, Result};
use aws_lc_rs::rand;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::http::Connection;

/// The floor as a server of its own
#[derive(Args)]
pub(crate) struct Options {
    #[arg(long)]
    listen: String,
    #[arg(long)]
    issuer: String,
    #[arg(long)]
    client_id: String,
    #[arg(long)]
    keyset_url: Url,
    #[arg(long)]
    authentication_url: Url,
}

struct Floor {
    authentication_url: Url,
    client_id: String,
    redirect_uri: String,
    lms_key: DecodingKey,
    rules: Validation,
    own_key: EncodingKey,
    /// The nonce of each login under way, by its state.
    logins: Mutex<HashMap<String, String>>,
}

#[derive(Deserialize)]
struct Login {
    login_hint: String,
    lti_message_hint: String,
}

#[derive(Deserialize)]
struct Launch {
    state: String,
    id_token: String,
}

/// Serves until the process is ended.
pub(crate) async fn serve(options: Options) -> Result<()> {
    let keyset = Connection::open(&options.keyset_url)
        .await?
        .get(&options.keyset_url, None)
        .await?;
    let keyset: JwkSet = serde_json::from_slice(&keyset.body)?;
    let lms_key = DecodingKey::from_jwk(keyset.keys.first().context("the keyset is empty")?)?;
    let own_key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?.to_pkcs8v1()?;
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_issuer(&[&options.issuer]);
    rules.set_audience(&[&options.client_id]);
    let floor = web::Data::new(Floor {
        redirect_uri: format!("http://{}/launch", options.listen),
        authentication_url: options.authentication_url,
        client_id: options.client_id,
        lms_key,
        rules,
        own_key: EncodingKey::from_ec_der(own_key.as_ref()),
        logins: Mutex::default(),
    });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(floor.clone())
            .route("/", web::get().to(HttpResponse::Ok))
            .route("/login", web::post().to(login))
            .route("/launch", web::post().to(launch))
    });
    Ok(server.bind(options.listen)?.run().await?)
}

async fn login(floor: web::Data<Floor>, form: web::Form<Login>) -> HttpResponse {
    let (Some(state), Some(nonce)) = (random(), random()) else {
        return HttpResponse::InternalServerError().finish();
    };
    let mut location = floor.authentication_url.clone();
    location
        .query_pairs_mut()
        .append_pair("scope", "openid")
        .append_pair("response_type", "id_token")
        .append_pair("response_mode", "form_post")
        .append_pair("prompt", "none")
        .append_pair("client_id", &floor.client_id)
        .append_pair("redirect_uri", &floor.redirect_uri)
        .append_pair("login_hint", &form.login_hint)
        .append_pair("lti_message_hint", &form.lti_message_hint)
        .append_pair("nonce", &nonce)
        .append_pair("state", &state);
    let cookie = Cookie::build("state", state.clone())
        .path("/")
        .secure(true)
        .http_only(true)
        .finish();
    floor.logins().insert(state, nonce);
    HttpResponse::Found()
        .insert_header(("location", location.as_str()))
        .cookie(cookie)
        .finish()
}

async fn launch(floor: web::Data<Floor>, request: HttpRequest, form: web::Form<Launch>) -> HttpResponse {
    match validate(&floor, &request, &form) {
        Some(token) => HttpResponse::Ok().content_type("text/html; charset=utf-8").body(format!(
            "<!doctype html><form method=\"post\" action=\"https://app.example/launch\"><input name=\"launch_token\" value=\"{token}\"></form>"
        )),
        None => HttpResponse::BadRequest().finish(),
    }
}

fn validate(floor: &Floor, request: &HttpRequest, form: &Launch) -> Option<String> {
    request.cookie("state").filter(|cookie| cookie.value() == form.state)?;
    let nonce = floor.logins().remove(&form.state)?;
    let claims = jsonwebtoken::decode::<Map<String, Value>>(&form.id_token, &floor.lms_key, &floor.rules)
        .ok()?
        .claims;
    if claims.get("nonce")?.as_str()? != nonce {
        return None;
    }
    jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &floor.own_key).ok()
}

impl Floor {
    fn logins(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.logins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn random() -> Option<String> {
    let mut bytes = [0; 24];
    rand::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}
