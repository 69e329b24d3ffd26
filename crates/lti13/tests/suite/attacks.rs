//! Attacks that LTI tools and JWT libraries have suffered (advisories, and flaws visible in other tools).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::signature::KeyPair;
use jwt_simple::algorithms::{HS256Key, MACLike, RS256KeyPair, RSAKeyPairLike};
use jwt_simple::claims::{Audiences, JWTClaims};
use jwt_simple::prelude::UnixTimeStamp;
use lti13::jose::{Algorithm, Jws};
use lti13::tool::IdToken;
use lti13::{Checks, VerificationKey};
use serde_json::{Value, json};

use crate::support::*;

fn refused(token: &str) -> &'static str {
    verify(token, &expected()).0.unwrap_err().code()
}

fn payload() -> Vec<u8> {
    claims().to_string().into_bytes()
}

/// The launch's claims for the other JWT library.
fn foreign_claims() -> JWTClaims<Value> {
    let mut custom = claims();
    for name in ["iss", "aud", "sub", "nonce", "iat", "exp"] {
        remove(&mut custom, name);
    }
    let time = |seconds: i64| Some(UnixTimeStamp::from_secs(u64::try_from(seconds).unwrap()));
    JWTClaims {
        issued_at: time(NOW - 5),
        expires_at: time(NOW + 55),
        invalid_before: None,
        issuer: Some(ISSUER.to_owned()),
        subject: Some("user-7".to_owned()),
        audiences: Some(Audiences::AsString(CLIENT_ID.to_owned())),
        jwt_id: None,
        nonce: Some(NONCE.to_owned()),
        custom,
    }
}

#[test]
fn tokens_of_another_library_are_understood() {
    let der: Pkcs8V1Der<'_> = lms().key().as_der().unwrap();
    let key = RS256KeyPair::from_der(der.as_ref()).unwrap().with_key_id(KID);
    let token = key.sign(foreign_claims()).unwrap();
    assert_eq!(
        verify(&token, &expected())
            .0
            .unwrap()
            .admit(&ANY, &mut Checks::new())
            .unwrap()
            .subject
            .as_deref(),
        Some("user-7")
    );
}

#[test]
fn unsigned_tokens_are_refused() {
    for alg in ["none", "None", "nOnE", ""] {
        let header = base64url(json!({ "alg": alg, "kid": KID }).to_string());
        assert_eq!(
            refused(&format!("{header}.{}.", base64url(payload()))),
            "launch_invalid.algorithm",
            "{alg}"
        );
    }
    let good = token(&claims());
    let (message, _) = good.rsplit_once('.').unwrap();
    assert_eq!(refused(&format!("{message}.")), "launch_invalid.signature");
}

#[test]
fn the_public_key_is_no_hmac_secret() {
    let public: PublicKeyX509Der<'_> = lms().key().public_key().as_der().unwrap();
    let token = HS256Key::from_bytes(public.as_ref())
        .with_key_id(KID)
        .authenticate(foreign_claims())
        .unwrap();
    assert_eq!(refused(&token), "launch_invalid.algorithm");
    // The same signature under a header that says RS256.
    let (_, signature) = token.rsplit_once('.').unwrap();
    let message = format!("{}.{}", base64url(header().to_string()), base64url(payload()));
    assert_eq!(refused(&format!("{message}.{signature}")), "launch_invalid.signature");
}

#[test]
fn other_algorithms_are_refused_by_name() {
    for alg in ["HS256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256"] {
        let token = sign(&json!({ "alg": alg, "kid": KID }).to_string(), &payload(), lms());
        let (refusal, checks) = verify(&token, &expected());
        assert_eq!(refusal.unwrap_err().code(), "launch_invalid.algorithm");
        assert_eq!(checks[0].seen, Some(alg.into()));
    }
    for alg in [json!(null), json!(["RS256"]), json!(256)] {
        let token = sign(&json!({ "alg": alg, "kid": KID }).to_string(), &payload(), lms());
        assert_eq!(refused(&token), "launch_invalid.algorithm");
    }
}

#[test]
fn keys_in_the_header_count_for_nothing() {
    let mut header = header();
    header["jwk"] = other().jwk(KID);
    header["jku"] = json!("https://evil.example/jwks");
    header["x5u"] = json!("https://evil.example/cert");
    header["x5c"] = json!(["MIIB"]);
    let forged = sign(&header.to_string(), &payload(), other());
    assert_eq!(refused(&forged), "launch_invalid.signature");
    // They do no harm either, if the LMS itself signed.
    let real = sign(&header.to_string(), &payload(), lms());
    assert!(verify(&real, &expected()).0.is_ok());
}

#[test]
fn foreign_signatures_are_refused() {
    let forged = sign(&header().to_string(), &payload(), other());
    assert_eq!(refused(&forged), "launch_invalid.signature");
}

#[test]
fn changed_payloads_are_refused() {
    let good = token(&claims());
    let parts: Vec<&str> = good.split('.').collect();
    let mut admin = claims();
    admin["sub"] = json!("admin");
    let changed = format!("{}.{}.{}", parts[0], base64url(admin.to_string()), parts[2]);
    assert_eq!(refused(&changed), "launch_invalid.signature");
}

#[test]
fn changed_signatures_are_refused() {
    let good = token(&claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { 'B' } else { 'A' };
    assert_eq!(
        refused(&format!("{message}.{flipped}{}", &signature[1..])),
        "launch_invalid.signature"
    );
    assert_eq!(
        refused(&format!("{message}.{}", &signature[..signature.len() - 2])),
        "launch_invalid.signature"
    );
    assert_eq!(refused(&format!("{message}.{signature}=")), "launch_invalid.signature");
}

#[test]
fn nothing_of_an_unverified_payload_is_read() {
    // If it were, this would be refused by its claims.
    let forged = sign(&header().to_string(), br#"{"iss":"https://evil.example"}"#, other());
    assert_eq!(refused(&forged), "launch_invalid.signature");
}

#[test]
fn a_key_serves_only_the_tokens_that_name_it() {
    let header = json!({ "alg": "RS256", "kid": "another" }).to_string();
    assert_eq!(refused(&sign(&header, &payload(), lms())), "keyset_unavailable.key_not_found");
}

#[test]
fn a_token_that_its_key_cannot_have_signed_is_refused_whoever_asks() {
    let key = VerificationKey::from_jwk(&lms().jwk(KID), Algorithm::Rs256).unwrap();
    let code = |token: &str| Jws::parse(token, 100_000).unwrap().verify(&key).map_err(|error| error.code());
    let header = |alg: &str| json!({ "alg": alg, "kid": KID }).to_string();
    assert_eq!(code(&sign(&header("RS256"), &payload(), lms())), Ok(payload()));
    assert_eq!(code(&sign(&header("none"), &payload(), lms())), Err("algorithm"));
    assert_eq!(code(&sign(&header("ES256"), &payload(), lms())), Err("algorithm"));
    assert_eq!(code(&sign(&header("RS256"), &payload(), other())), Err("signature"));
}

#[test]
fn critical_extensions_are_refused() {
    for crit in [json!(["b64"]), json!([]), json!("b64")] {
        let token = sign(
            &json!({ "alg": "RS256", "kid": KID, "crit": crit, "b64": false }).to_string(),
            &payload(),
            lms(),
        );
        assert_eq!(refused(&token), "launch_invalid.critical_header");
    }
}

#[test]
fn a_member_of_the_header_that_is_null_is_absent() {
    let mut header = header();
    for name in ["crit", "typ", "jku", "jwk", "x5t", "cty", "b64"] {
        header[name] = json!(null);
    }
    assert!(verify(&sign(&header.to_string(), &payload(), lms()), &expected()).0.is_ok());
}

#[test]
fn kids_are_text_of_bounded_length() {
    for kid in [json!(""), json!(7), json!(null), json!([KID]), json!("x".repeat(513))] {
        let token = sign(&json!({ "alg": "RS256", "kid": kid }).to_string(), &payload(), lms());
        assert_eq!(refused(&token), "launch_invalid.kid");
    }
    let longest = sign(
        &json!({ "alg": "RS256", "kid": "x".repeat(512) }).to_string(),
        &payload(),
        lms(),
    );
    assert_eq!(refused(&longest), "keyset_unavailable.key_not_found");
}

#[test]
fn a_header_in_which_a_name_stands_twice_is_refused() {
    let twice = format!(r#"{{"alg":"RS256","alg":"RS256","kid":"{KID}"}}"#);
    assert_eq!(refused(&sign(&twice, &payload(), lms())), "launch_invalid.token");
}

#[test]
fn what_is_no_jwt_is_refused() {
    let header = base64url(header().to_string());
    for text in [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c.d",
        "a.b.c.d.e",
        "%%%.e30.e30",
        " ",
        &format!("{header}=.e30.AA"),
        &format!("{}.e30.AA", base64url("[]")),
        &format!("{}.e30.AA", base64url("\u{0}")),
    ] {
        assert_eq!(refused(text), "launch_invalid.token", "{text:?}");
    }
}

#[test]
fn signed_nonsense_is_refused() {
    for payload in [
        &b"[]"[..],
        b"",
        b"null",
        b"{",
        b"{}x",
        b"\xff",
        &[b"[".repeat(100_000)].concat(),
    ] {
        assert_eq!(refused(&sign(&header().to_string(), payload, lms())), "launch_invalid.claims");
    }
    let deep = format!(r#"{{"deep":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(
        refused(&sign(&header().to_string(), deep.as_bytes(), lms())),
        "launch_invalid.claims"
    );
    let message = format!("{}.%%%", base64url(header().to_string()));
    assert_eq!(
        refused(&format!("{message}.{}", lms().signature(&message))),
        "launch_invalid.token"
    );
}

#[test]
fn sizes_are_bounded() {
    assert_eq!(lti13::tool::MAX_ID_TOKEN_LENGTH, 1_000_000);
    let longest = format!("{}.e30.AA", base64url(header().to_string()));
    let fill = |length: usize| format!("{longest}{}", "A".repeat(length - longest.len()));
    assert_eq!(IdToken::parse(&fill(lti13::tool::MAX_ID_TOKEN_LENGTH)).unwrap().kid(), KID);
    assert_eq!(
        IdToken::parse(&fill(lti13::tool::MAX_ID_TOKEN_LENGTH + 1))
            .unwrap_err()
            .code(),
        "launch_invalid.too_large"
    );
    let padded = |length: usize| {
        let empty = json!({ "alg": "RS256", "kid": KID, "x": "" }).to_string();
        format!(
            "{}.e30.AA",
            base64url(json!({ "alg": "RS256", "kid": KID, "x": "x".repeat(length - empty.len()) }).to_string())
        )
    };
    assert!(IdToken::parse(&padded(12 * 1024)).is_ok());
    assert_eq!(
        IdToken::parse(&padded(12 * 1024 + 1)).unwrap_err().code(),
        "launch_invalid.token"
    );
}

#[test]
fn the_launch_of_another_registration_is_refused() {
    // Mix-up: the same LMS signed it, but for its other client, or as its other issuer.
    let other_client = Expected {
        client_id: "another-client",
        ..expected()
    };
    assert_eq!(
        verify(&token(&claims()), &other_client).0.unwrap_err().code(),
        "launch_invalid.audience"
    );
    let other_issuer = Expected {
        issuer: "https://other.example.edu",
        ..expected()
    };
    assert_eq!(
        verify(&token(&claims()), &other_issuer).0.unwrap_err().code(),
        "launch_invalid.issuer"
    );
}
