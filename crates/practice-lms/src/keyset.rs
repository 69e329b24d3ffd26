//! The public keyset, and the ways in which one can misbehave.

use std::time::Duration;

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};

use crate::lms::Lms;
use crate::signing::public_jwk;

/// More than any tool should read of a keyset.
const HUGE: usize = 20 * 1024 * 1024;

/// How the keyset address answers. It can be changed while the LMS runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum KeysetBehaviour {
    /// The platform's key as a JSON Web Key Set.
    #[default]
    Good,
    /// The good answer after a while.
    Slow(Duration),
    /// No answer at all.
    Hang,
    /// `500 Internal Server Error`.
    ServerError,
    /// A web page with status 200, as behind a login.
    Html,
    /// A keyset without a key.
    Empty,
    /// 20 MB of white space before the good keyset.
    Huge,
    /// The platform's key between keys that no tool can use.
    JunkAmongGood,
    /// `302 Found` to this address.
    Redirect(String),
    /// This text, as JSON.
    Json(String),
}

/// A Moodle's description of itself, in its own place (OpenID Connect Discovery).
pub(crate) async fn description(lms: web::Data<Lms>) -> HttpResponse {
    let address = |path: &str| format!("{}{path}", lms.public_url);
    HttpResponse::Ok().json(serde_json::json!({
        "issuer": lms.public_url,
        "authorization_endpoint": address("/mod/lti/auth.php"),
        "token_endpoint": address("/mod/lti/token.php"),
        "jwks_uri": address("/mod/lti/certs.php"),
    }))
}

pub(crate) async fn certs(lms: web::Data<Lms>) -> HttpResponse {
    lms.count_keyset_request();
    let good = jwks(&[&public_jwk(&lms.key())]);
    match lms.keyset_behaviour() {
        KeysetBehaviour::Good => json(good),
        KeysetBehaviour::Slow(wait) => {
            tokio::time::sleep(wait).await;
            json(good)
        }
        KeysetBehaviour::Hang => std::future::pending().await,
        KeysetBehaviour::ServerError => HttpResponse::InternalServerError().body("The keyset is not available."),
        KeysetBehaviour::Html => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body("<!doctype html><title>Log in</title><p>Log in to see this page.</p>"),
        KeysetBehaviour::Empty => json(jwks(&[])),
        KeysetBehaviour::Huge => json(" ".repeat(HUGE) + &good),
        KeysetBehaviour::JunkAmongGood => json(junk_around(&public_jwk(&lms.key()))),
        KeysetBehaviour::Redirect(to) => HttpResponse::Found().insert_header((LOCATION, to)).finish(),
        KeysetBehaviour::Json(text) => json(text),
    }
}

fn json(text: String) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json; charset=utf-8").body(text)
}

fn jwks(keys: &[&str]) -> String {
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

fn junk_around(good: &str) -> String {
    jwks(&[
        r#"{"kty":"AKP","alg":"ML-DSA-65","kid":"from-the-future","use":"sig","pub":"AA"}"#,
        r#"{"kty":"RSA","kid":"far-too-short","alg":"RS256","use":"sig","n":"AQAB","e":"AQAB"}"#,
        r#"{"kty":"RSA","kid":"without-modulus","alg":"RS256","use":"sig"}"#,
        good,
        r#"{"kty":"oct","kid":"symmetric","k":"c2VjcmV0"}"#,
        r#""not even an object""#,
    ])
}
