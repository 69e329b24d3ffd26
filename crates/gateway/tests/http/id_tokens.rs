//! Forged, bent, late and misdirected id_tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use practice_lms::{LaunchSpec, Signature, claim};
use serde_json::{Value, json};

use crate::handshake::{School, other_key};

type Bend = fn(LaunchSpec) -> LaunchSpec;

/// The case, its claims by their distance from now in seconds, the refusal.
type TimesRow<'a> = (&'a str, &'a [(&'a str, i64)], Option<&'a str>);

fn part(id_token: &str, index: usize) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(index).unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn forged_signatures_are_refused() {
    let school = School::open().await;
    let rows: [(&str, Bend, &str); 6] = [
        (
            "alg none",
            |spec| spec.signature(Signature::Nothing),
            "launch_invalid.algorithm",
        ),
        (
            "HS256 with the public key as its secret",
            |spec| spec.signature(Signature::PublicKeyAsSecret),
            "launch_invalid.algorithm",
        ),
        (
            "HS256 in the header of an RS256 signature",
            |spec| spec.header("alg", "HS256"),
            "launch_invalid.algorithm",
        ),
        (
            "another RSA algorithm",
            |spec| spec.header("alg", "PS256"),
            "launch_invalid.algorithm",
        ),
        (
            "another key under the LMS's kid",
            |spec| spec.signature(Signature::by(other_key())),
            "launch_invalid.signature",
        ),
        (
            "a critical extension",
            |spec| spec.header("crit", json!(["b64"])),
            "launch_invalid.critical_header",
        ),
    ];
    for (name, bend, code) in rows {
        let answer = school.launch(bend).await;
        assert_eq!(answer.code(), code, "{name}");
        school.assert_explained(&answer, code).await;
    }
}

#[tokio::test]
async fn keys_in_the_header_count_for_nothing() {
    let school = School::open().await;
    // The attacker runs an LMS, whose keyset is where the header points.
    let attacker = school.neighbour().await;
    attacker.lms.rotate_key(other_key());
    let jwk: Value = serde_json::from_str(&other_key().public_key().with_key_id("attacker").to_jwk()).unwrap();
    let (jku, x5u) = (attacker.lms.keyset_url(), attacker.lms.keyset_url());
    let asked = attacker.lms.keyset_requests();
    let pointing = |spec: LaunchSpec| {
        let signed = spec.signature(Signature::by(other_key()));
        signed
            .header("jwk", jwk.clone())
            .header("jku", jku.clone())
            .header("x5u", x5u.clone())
            .header("x5c", json!(["MIIB"]))
    };
    let answer = school.launch(pointing).await;
    school.assert_explained(&answer, "launch_invalid.signature").await;
    let answer = school.launch(|spec| pointing(spec).header("kid", "attacker")).await;
    school.assert_explained(&answer, "keyset_unavailable.key_not_found").await;
    assert_eq!(attacker.lms.keyset_requests(), asked, "the gateway followed the header");
}

#[tokio::test]
async fn tampered_tokens_are_refused() {
    let school = School::open().await;
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&login));
    let parts: Vec<&str> = id_token.split('.').collect();
    let mut promoted = part(&id_token, 1);
    promoted[claim::ROLES] = json!(["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"]);
    let promoted = URL_SAFE_NO_PAD.encode(promoted.to_string());
    let flipped = if parts[2].starts_with('A') { 'B' } else { 'A' };
    for (name, forged, code) in [
        (
            "another payload",
            format!("{}.{promoted}.{}", parts[0], parts[2]),
            "launch_invalid.signature",
        ),
        (
            "another signature",
            format!("{}.{}.{flipped}{}", parts[0], parts[1], &parts[2][1..]),
            "launch_invalid.signature",
        ),
        (
            "no signature",
            format!("{}.{}.", parts[0], parts[1]),
            "launch_invalid.signature",
        ),
        ("two parts", format!("{}.{}", parts[0], parts[1]), "launch_invalid.token"),
        ("four parts", format!("{id_token}.{}", parts[2]), "launch_invalid.token"),
    ] {
        let answer = school.send_launch(&login, &forged).await;
        assert_eq!(answer.code(), code, "{name}");
        school.assert_explained(&answer, code).await;
    }
    // A refused post used nothing up.
    assert_eq!(school.send_launch(&login, &id_token).await.status, 200);
}

#[tokio::test]
async fn claims_for_somebody_else_are_refused() {
    let school = School::open().await;
    let (issuer, client) = (school.lms.issuer().to_owned(), school.lms.client_id.clone());
    let slash = format!("{issuer}/");
    let rows: Vec<(&str, &str, Value, &str)> = vec![
        ("issuer with a trailing slash", "iss", json!(slash), "launch_invalid.issuer"),
        (
            "issuer in capitals",
            "iss",
            json!(issuer.to_uppercase()),
            "launch_invalid.issuer",
        ),
        (
            "another issuer",
            "iss",
            json!("https://evil.example"),
            "launch_invalid.issuer",
        ),
        ("a list of issuers", "iss", json!([issuer]), "launch_invalid.issuer"),
        ("another client", "aud", json!("somebody-else"), "launch_invalid.audience"),
        ("no audience", "aud", json!([]), "launch_invalid.audience"),
        (
            "a further audience",
            "aud",
            json!([client, "somebody-else"]),
            "launch_invalid.audience",
        ),
        (
            "an audience that is no text",
            "aud",
            json!([client, 7]),
            "launch_invalid.audience",
        ),
        (
            "another party",
            "azp",
            json!("somebody-else"),
            "launch_invalid.authorized_party",
        ),
        ("a party that is no text", "azp", json!(7), "launch_invalid.authorized_party"),
        (
            "another nonce",
            "nonce",
            json!("AAAAAAAAAAAAAAAAAAAAAA"),
            "launch_invalid.nonce",
        ),
        ("an empty nonce", "nonce", json!(""), "launch_invalid.nonce"),
        (
            "another deployment than at login",
            claim::DEPLOYMENT_ID,
            json!("2"),
            "launch_invalid.deployment_mismatch",
        ),
        (
            "a deployment of 256 characters",
            claim::DEPLOYMENT_ID,
            json!("x".repeat(256)),
            "launch_invalid.too_long",
        ),
        (
            "no target",
            claim::TARGET_LINK_URI,
            json!(""),
            "launch_invalid.target_link_uri",
        ),
        (
            "a target that runs",
            claim::TARGET_LINK_URI,
            json!("javascript:alert(1)"),
            "launch_invalid.target_link_uri",
        ),
        (
            "roles that are no list",
            claim::ROLES,
            json!("Instructor"),
            "launch_invalid.roles",
        ),
        (
            "a link id of 256 characters",
            claim::RESOURCE_LINK,
            json!({ "id": "x".repeat(256) }),
            "launch_invalid.too_long",
        ),
        (
            "a subject of 256 characters",
            "sub",
            json!("x".repeat(256)),
            "launch_invalid.too_long",
        ),
    ];
    for (name, claim, value, code) in rows {
        let answer = school.launch(|spec| spec.claim(claim, value)).await;
        assert_eq!(answer.code(), code, "{name}");
        school.assert_explained(&answer, code).await;
    }
    for (name, value) in [("aud", json!([client])), ("azp", json!(client))] {
        assert_eq!(school.launch(|spec| spec.claim(name, value)).await.status, 200, "{name}");
    }
    for name in ["iss", "aud", "nonce", "exp", "iat", claim::TARGET_LINK_URI] {
        assert_eq!(school.launch(|spec| spec.without(name)).await.status, 400, "without {name}");
    }
    // The administrator learns what differs.
    let answer = school.launch(|spec| spec.claim("iss", slash.clone())).await;
    let failed = school.assert_explained(&answer, "launch_invalid.issuer").await;
    assert_eq!((&failed["expected"], &failed["seen"]), (&json!(issuer), &json!(slash)));
    assert!(failed["remedy"].as_str().unwrap().contains("slash"), "{failed}");
}

#[tokio::test]
async fn a_nonce_belongs_to_one_login() {
    let school = School::open().await;
    let (first, second) = (school.log_in().await, school.log_in().await);
    let of_first = school.lms.id_token(&school.spec(&first));
    let answer = school.send_launch(&second, &of_first).await;
    school.assert_explained(&answer, "launch_invalid.nonce").await;
    assert_eq!(school.send_launch(&first, &of_first).await.status, 200);
}

#[tokio::test]
async fn one_registration_cannot_finish_what_another_began() {
    let school = School::open().await;
    let other = school.neighbour().await;
    // Both LMSs sign with one key, so only the claims tell them apart.
    let login = school.log_in().await;
    let foreign = other.lms.id_token(&other.spec(&login));
    let answer = school.send_launch(&login, &foreign).await;
    school.assert_explained(&answer, "launch_invalid.issuer").await;
    // The same LMS, for its other client.
    let answer = school.launch(|spec| spec.claim("aud", other.lms.client_id.clone())).await;
    school.assert_explained(&answer, "launch_invalid.audience").await;
    // With a key of its own the other LMS doesn't come that far.
    other.lms.rotate_key(other_key());
    let login = school.log_in().await;
    let answer = school.send_launch(&login, &other.lms.id_token(&other.spec(&login))).await;
    school.assert_explained(&answer, "keyset_unavailable.key_not_found").await;
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute_and_a_launch_may_be_an_hour_old() {
    let school = School::open().await;
    school.gateway.stop_clock();
    let at = |seconds: i64| json!(school.gateway.now() + seconds);
    let rows: [TimesRow; 9] = [
        ("expired within the leeway", &[("iat", -110), ("exp", -59)], None),
        ("expired", &[("iat", -120), ("exp", -60)], Some("launch_invalid.expired")),
        ("from the future within the leeway", &[("iat", 60)], None),
        ("from the future", &[("iat", 61)], Some("launch_invalid.issued_in_future")),
        ("an hour old", &[("iat", -3600)], None),
        ("older than an hour", &[("iat", -3601)], Some("launch_invalid.too_old")),
        ("valid within the leeway", &[("nbf", 60)], None),
        ("not valid yet", &[("nbf", 61)], Some("launch_invalid.not_yet_valid")),
        (
            "made in 1970",
            &[("iat", -1_700_000_000), ("exp", 60)],
            Some("launch_invalid.too_old"),
        ),
    ];
    for (name, times, code) in rows {
        let bend = |spec| {
            times
                .iter()
                .fold(spec, |spec: LaunchSpec, (claim, seconds)| spec.claim(claim, at(*seconds)))
        };
        let answer = school.launch(bend).await;
        match code {
            None => assert_eq!(answer.status, 200, "{name}: {answer:?}"),
            Some(code) => {
                assert_eq!(answer.code(), code, "{name}");
                school.assert_explained(&answer, code).await;
            }
        }
    }
    for (name, code) in [
        ("exp", "launch_invalid.expiry"),
        ("iat", "launch_invalid.issued_at"),
        ("nbf", "launch_invalid.not_yet_valid"),
    ] {
        let answer = school.launch(|spec| spec.claim(name, "1700000000")).await;
        assert_eq!(answer.code(), code, "{name} as text");
    }
}

#[tokio::test]
async fn an_id_token_does_not_outlive_its_time_on_the_way() {
    let school = School::open().await;
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&login));
    school.gateway.advance(121);
    let answer = school.send_launch(&login, &id_token).await;
    school.assert_explained(&answer, "launch_invalid.expired").await;
}
