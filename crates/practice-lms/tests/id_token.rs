//! The instrument: every way in which an id_token or a keyset can differ from a proper one.
#![allow(clippy::unwrap_used)]

mod browser;

use std::time::{Duration as Wait, Instant};

use browser::{client, get, lms, page};
use jwt_simple::prelude::*;
use practice_lms::{KeysetBehaviour, LaunchSpec, Message, Person, Running, Signature, claim, shared_key};
use serde_json::{Value, json};

fn proper() -> LaunchSpec {
    LaunchSpec::new(Person::Teacher, "nonce")
}

fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).unwrap();
    use base64::Engine as _;
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

fn header(token: &str) -> Value {
    part(token, 0)
}

fn payload(token: &str) -> Value {
    part(token, 1)
}

async fn published_key(lms: &Running) -> RS256PublicKey {
    let keyset: Value = serde_json::from_str(&page(lms, "/mod/lti/certs.php").await).unwrap();
    RS256PublicKey::from_jwk(&keyset["keys"][0].to_string()).unwrap()
}

#[actix_web::test]
async fn a_proper_token_verifies_and_its_key_id_is_twenty_hex_digits() {
    let lms = lms();
    let token = lms.id_token(&proper());
    let key = published_key(&lms).await;
    assert!(key.verify_token::<NoCustomClaims>(&token, None).is_ok());
    let header = header(&token);
    assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
    let kid = header["kid"].as_str().unwrap();
    assert_eq!(Some(kid), key.key_id().as_deref());
    assert!(kid.len() == 20 && kid.chars().all(|digit| digit.is_ascii_hexdigit()), "{kid}");
}

#[actix_web::test]
async fn claims_and_header_are_what_the_test_wants() {
    let lms = lms();
    let launch = proper().claim("aud", json!(["a", "b"])).without("sub");
    let token = lms.id_token(&launch.header("jku", "https://evil.example/keys").without_header("kid"));
    assert_eq!(payload(&token)["aud"], json!(["a", "b"]));
    assert_eq!(payload(&token).get("sub"), None);
    assert_eq!(
        header(&token),
        json!({ "alg": "RS256", "typ": "JWT", "jku": "https://evil.example/keys" })
    );
    let key = published_key(&lms).await;
    assert!(key.verify_token::<NoCustomClaims>(&token, None).is_ok());

    let embedded = lms.id_token(&proper().header("jwk", json!({ "kty": "RSA" })));
    assert_eq!(header(&embedded)["jwk"]["kty"], "RSA");
}

#[actix_web::test]
async fn the_times_move_together() {
    let lms = lms();
    let now = payload(&lms.id_token(&proper()))["iat"].as_i64().unwrap();
    let late = payload(&lms.id_token(&proper().issued_later(-3600)));
    assert!((late["iat"].as_i64().unwrap() + 3600 - now).abs() <= 2);
    assert_eq!(late["exp"].as_i64().unwrap() - late["iat"].as_i64().unwrap(), 60);
}

#[actix_web::test]
async fn a_body_replaces_the_claims() {
    let lms = lms();
    let token = lms.id_token(&proper().body(r#"{"name":"badltilaunch"}"#));
    assert_eq!(payload(&token), json!({ "name": "badltilaunch" }));
}

#[actix_web::test]
async fn a_deep_linking_request_has_settings_and_no_resource_link() {
    let lms = lms();
    let claims = payload(&lms.id_token(&proper().message(Message::DeepLinking)));
    assert_eq!(claims[claim::MESSAGE_TYPE], "LtiDeepLinkingRequest");
    assert_eq!(
        claims[claim::DEEP_LINKING_SETTINGS]["accept_types"],
        json!(["ltiResourceLink", "link"])
    );
    assert_eq!(claims.get(claim::RESOURCE_LINK), None);
    assert_eq!(claims.get(claim::BASIC_OUTCOME), None);
}

#[actix_web::test]
async fn another_key_signs_under_the_same_key_id() {
    let lms = lms();
    let good = lms.id_token(&proper());
    let other = RS256KeyPair::generate(2048).unwrap();
    let forged = lms.id_token(&proper().signature(Signature::by(other.clone())));
    assert_eq!(header(&forged), header(&good));
    assert!(
        published_key(&lms)
            .await
            .verify_token::<NoCustomClaims>(&forged, None)
            .is_err()
    );
    assert!(other.public_key().verify_token::<NoCustomClaims>(&forged, None).is_ok());

    lms.rotate_key(other);
    let rotated = lms.id_token(&proper());
    assert_ne!(header(&rotated)["kid"], header(&good)["kid"]);
    let key = published_key(&lms).await;
    assert!(key.verify_token::<NoCustomClaims>(&rotated, None).is_ok());
    assert!(key.verify_token::<NoCustomClaims>(&good, None).is_err());
}

#[actix_web::test]
async fn the_public_key_can_be_the_secret_of_hs256() {
    let lms = lms();
    let token = lms.id_token(&proper().signature(Signature::PublicKeyAsSecret).without(claim::ROLES));
    assert_eq!(header(&token)["alg"], "HS256");
    assert_eq!(header(&token)["kid"], header(&lms.id_token(&proper()))["kid"]);
    let secret = HS256Key::from_bytes(shared_key().public_key().to_pem().unwrap().as_bytes());
    assert!(secret.verify_token::<NoCustomClaims>(&token, None).is_ok());
    assert_eq!(payload(&token)["nonce"], "nonce");
    assert_eq!(payload(&token).get(claim::ROLES), None);
}

#[actix_web::test]
async fn nothing_signs_under_alg_none() {
    let lms = lms();
    let token = lms.id_token(&proper().signature(Signature::Nothing));
    assert_eq!(header(&token)["alg"], "none");
    assert!(token.ends_with('.'));
}

#[actix_web::test]
async fn requests_for_the_keyset_are_counted() {
    let lms = lms();
    assert_eq!(lms.keyset_requests(), 0);
    page(&lms, "/mod/lti/certs.php").await;
    page(&lms, "/mod/lti/certs.php").await;
    assert_eq!(lms.keyset_requests(), 2);
}

async fn keyset_text(lms: &Running, behaviour: KeysetBehaviour) -> String {
    lms.set_keyset(behaviour);
    page(lms, "/mod/lti/certs.php").await
}

#[actix_web::test]
async fn the_keyset_misbehaves_on_demand() {
    let lms = lms();
    let good = keyset_text(&lms, KeysetBehaviour::Good).await;
    let good: Value = serde_json::from_str(&good).unwrap();

    assert!(keyset_text(&lms, KeysetBehaviour::Html).await.starts_with("<!doctype html>"));
    assert_eq!(keyset_text(&lms, KeysetBehaviour::Empty).await, r#"{"keys":[]}"#);
    assert_eq!(keyset_text(&lms, KeysetBehaviour::Json("{".to_owned())).await, "{");
    assert!(keyset_text(&lms, KeysetBehaviour::Huge).await.len() > 20_000_000);

    let junk: Value = serde_json::from_str(&keyset_text(&lms, KeysetBehaviour::JunkAmongGood).await).unwrap();
    let junk = junk["keys"].as_array().unwrap();
    assert!(junk.len() > 3 && junk.contains(&good["keys"][0]));

    lms.set_keyset(KeysetBehaviour::ServerError);
    assert_eq!(get(&lms, "/mod/lti/certs.php").await.status(), 500);
    lms.set_keyset(KeysetBehaviour::Redirect("https://elsewhere.example/".to_owned()));
    let redirect = get(&lms, "/mod/lti/certs.php").await;
    assert_eq!(
        (redirect.status().as_u16(), &redirect.headers()["location"]),
        (302, &"https://elsewhere.example/".parse().unwrap())
    );
}

#[actix_web::test]
async fn the_keyset_comes_late_or_never() {
    let lms = lms();
    let before = Instant::now();
    keyset_text(&lms, KeysetBehaviour::Slow(Wait::from_millis(150))).await;
    assert!(before.elapsed() >= Wait::from_millis(150));

    lms.set_keyset(KeysetBehaviour::Hang);
    let never = client().get(lms.keyset_url()).timeout(Wait::from_millis(300)).send().await;
    assert!(never.unwrap_err().is_timeout());
    // Others are served meanwhile.
    page(&lms, "/course").await;
}
