//! Signed tokens and keys of both algorithms, for readers of tokens other than id_tokens.

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair,
};
use lti13::jose::{Algorithm, JoseError, Jws, MAX_HEADER_LENGTH, MAX_KID_LENGTH, parse_claims};
use lti13::{FindingReason, KeySet, Term, VerificationKey};
use serde_json::{Value, json};

use crate::support::*;

const LIMIT: usize = 100_000;
const PAYLOAD: &[u8] = br#"{"sub":"user-7"}"#;

fn new_pair(algorithm: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    EcdsaKeyPair::generate(algorithm).unwrap()
}

fn pair() -> &'static EcdsaKeyPair {
    static PAIR: OnceLock<EcdsaKeyPair> = OnceLock::new();
    PAIR.get_or_init(|| new_pair(&ECDSA_P256_SHA256_FIXED_SIGNING))
}

/// The coordinates of a public key.
fn coordinates(pair: &EcdsaKeyPair) -> (&[u8], &[u8]) {
    let point = pair.public_key().as_ref();
    assert_eq!(point[0], 4, "an uncompressed point");
    point[1..].split_at(point.len() / 2)
}

fn jwk_of(pair: &EcdsaKeyPair) -> Value {
    let (x, y) = coordinates(pair);
    json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": KID, "x": base64url(x), "y": base64url(y) })
}

fn key() -> VerificationKey {
    VerificationKey::from_jwk(&jwk_of(pair()), Algorithm::Es256).unwrap()
}

fn es256() -> Value {
    json!({ "typ": "JWT", "alg": "ES256", "kid": KID })
}

fn message(header: &Value) -> String {
    format!("{}.{}", base64url(header.to_string()), base64url(PAYLOAD))
}

fn signed_by(pair: &EcdsaKeyPair, header: &Value) -> String {
    let message = message(header);
    let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", base64url(signature))
}

fn verify(token: &str, key: &VerificationKey) -> Result<Vec<u8>, &'static str> {
    let token = Jws::parse(token, LIMIT).map_err(|error| error.code())?;
    token.verify(key).map_err(|error| error.code())
}

#[test]
fn an_es256_token_is_verified_by_its_key() {
    let token = signed_by(pair(), &es256());
    let jws = Jws::parse(&token, LIMIT).unwrap();
    assert_eq!(jws.key_id(Algorithm::Es256), Ok(KID));
    assert_eq!(jws.header("typ"), Some(&json!("JWT")));
    assert_eq!(jws.header("nonce"), None);
    assert_eq!(jws.unverified_payload().unwrap(), PAYLOAD);
    assert_eq!(format!("{jws:?}"), "Jws { .. }", "neither payload nor signature is shown");
    assert_eq!(jws.verify(&key()).unwrap(), PAYLOAD);
    assert_eq!((key().kid(), key().algorithm()), (KID, Algorithm::Es256));
}

#[test]
fn a_set_is_read_for_one_algorithm() {
    let jwks = json!({ "keys": [jwk_of(pair()), lms().jwk("rsa")] }).to_string();
    let keys = KeySet::parse_for(Algorithm::Es256, jwks.as_bytes()).unwrap();
    assert_eq!(
        verify(&signed_by(pair(), &es256()), keys.find(KID).unwrap()).unwrap(),
        PAYLOAD
    );
    let left_out: Vec<_> = keys
        .findings()
        .iter()
        .map(|finding| (finding.index, finding.reason))
        .collect();
    assert_eq!(left_out, [(1, FindingReason::OtherKeyType)]);
    let keys = KeySet::parse(jwks.as_bytes()).unwrap();
    assert!(keys.find(KID).is_none() && keys.find("rsa").is_some());
}

#[test]
fn the_algorithm_is_the_keys() {
    let rs256 = VerificationKey::from_jwk(&lms().jwk(KID), Algorithm::Rs256).unwrap();
    let by_lms = sign(&header().to_string(), PAYLOAD, lms());
    assert_eq!(verify(&by_lms, &rs256).unwrap(), PAYLOAD);
    assert_eq!(verify(&by_lms, &key()), Err("algorithm"));
    assert_eq!(verify(&signed_by(pair(), &es256()), &rs256), Err("algorithm"));
    // The header names another algorithm than that of the signature.
    for alg in ["none", "None", "HS256", "ES384", "es256", ""] {
        assert_eq!(
            verify(&signed_by(pair(), &json!({ "alg": alg, "kid": KID })), &key()),
            Err("algorithm"),
            "{alg}"
        );
    }
    assert_eq!(verify(&signed_by(pair(), &header()), &rs256), Err("signature"));
    assert_eq!(verify(&sign(&es256().to_string(), PAYLOAD, lms()), &key()), Err("signature"));
}

#[test]
fn an_es256_signature_is_64_bytes_of_its_key() {
    let message = message(&es256());
    let good = pair().sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    let good = good.as_ref();
    assert_eq!(good.len(), 64);
    let by = |signature: &[u8]| verify(&format!("{message}.{}", base64url(signature)), &key());
    assert_eq!(by(good).unwrap(), PAYLOAD);
    for signature in [
        &[][..],
        &good[..63],
        &[good, &[0][..]].concat(),
        &[&[0][..], good].concat(),
        &[0; 64],
        &[good, good].concat(),
    ] {
        assert_eq!(by(signature), Err("signature"), "{} bytes", signature.len());
    }
    let der = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pair().to_pkcs8v1().unwrap().as_ref()).unwrap();
    let der = der.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    assert_eq!(by(der.as_ref()), Err("signature"), "as X.509 writes it (RFC 7518, 3.4)");
    let foreign = new_pair(&ECDSA_P256_SHA256_FIXED_SIGNING);
    assert_eq!(verify(&signed_by(&foreign, &es256()), &key()), Err("signature"));
    assert_eq!(verify(&format!("{message}.%%"), &key()), Err("signature"));
    assert_eq!(verify(&format!("{message}.{}=", base64url(good)), &key()), Err("signature"));
}

#[test]
fn a_p256_key_is_a_point_on_that_curve() {
    let reason = |changes: Value| {
        let mut jwk = jwk_of(pair());
        jwk.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        VerificationKey::from_jwk(&jwk, Algorithm::Es256).map(|key| key.kid().to_owned())
    };
    assert_eq!(reason(json!({})), Ok(KID.to_owned()));
    let (x, y) = coordinates(pair());
    let mut off = y.to_vec();
    off[31] ^= 1;
    let other_curve = new_pair(&ECDSA_P384_SHA384_FIXED_SIGNING);
    let (x384, y384) = coordinates(&other_curve);
    for (changes, expected) in [
        (json!({ "crv": "P-384" }), FindingReason::Size),
        (json!({ "crv": "secp256k1" }), FindingReason::Size),
        (json!({ "crv": null }), FindingReason::Size),
        (
            json!({ "crv": "P-384", "x": base64url(x384), "y": base64url(y384) }),
            FindingReason::Size,
        ),
        (
            json!({ "x": base64url(x384), "y": base64url(y384) }),
            FindingReason::Unreadable,
        ),
        (json!({ "x": base64url(&x[1..]) }), FindingReason::Unreadable),
        (json!({ "y": base64url([&[0][..], y].concat()) }), FindingReason::Unreadable),
        (json!({ "x": "" }), FindingReason::Unreadable),
        (json!({ "y": null }), FindingReason::Unreadable),
        (json!({ "y": base64url(&off) }), FindingReason::Unreadable),
        (
            json!({ "x": base64url([0; 32]), "y": base64url([0; 32]) }),
            FindingReason::Unreadable,
        ),
        (json!({ "x": base64url([0xff; 32]) }), FindingReason::Unreadable),
        (json!({ "kty": "RSA" }), FindingReason::OtherKeyType),
        (json!({ "alg": "ES384" }), FindingReason::OtherAlgorithm),
        (json!({ "use": "enc" }), FindingReason::NotForSignatures),
        (json!({ "kid": null }), FindingReason::NoKid),
    ] {
        assert_eq!(reason(changes.clone()), Err(expected), "{changes}");
    }
}

#[test]
fn lengths_are_counted_to_the_byte() {
    assert_eq!((MAX_HEADER_LENGTH, MAX_KID_LENGTH), (16 * 1024, 512));
    let token = signed_by(pair(), &es256());
    assert!(Jws::parse(&token, token.len()).is_ok());
    let (length, limit) = (token.len(), token.len() - 1);
    assert_eq!(Jws::parse(&token, limit).unwrap_err(), JoseError::TooLarge { length, limit });

    // 12,288 bytes are 16,384 of base64url; one more is one letter too long.
    let header = |length: usize| {
        let mut header = es256();
        header["pad"] = json!("");
        header["pad"] = json!("x".repeat(length - header.to_string().len()));
        signed_by(pair(), &header)
    };
    assert_eq!(verify(&header(12_288), &key()).unwrap(), PAYLOAD);
    assert_eq!(verify(&header(12_289), &key()), Err("malformed"));

    let kid = |kid: &str| signed_by(pair(), &json!({ "alg": "ES256", "kid": kid }));
    assert_eq!(verify(&kid(&"x".repeat(512)), &key()).unwrap(), PAYLOAD);
    assert_eq!(verify(&kid(&"x".repeat(513)), &key()), Err("kid"));
    let named = |kid: String| {
        let mut jwk = jwk_of(pair());
        jwk["kid"] = json!(kid);
        VerificationKey::from_jwk(&jwk, Algorithm::Es256).map(|key| key.kid().len())
    };
    assert_eq!(named("x".repeat(512)), Ok(512));
    assert_eq!(named("x".repeat(513)), Err(FindingReason::NoKid));
    assert_eq!(named("ä".repeat(257)), Err(FindingReason::NoKid), "bytes are counted");
}

#[test]
fn errors_have_codes() {
    let token = signed_by(pair(), &es256());
    let of = |header: Value| {
        let token = signed_by(pair(), &header);
        Jws::parse(&token, LIMIT).unwrap().verify(&key()).unwrap_err()
    };
    let foreign = new_pair(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let expected = Algorithm::Es256;
    for (error, same, code) in [
        (
            Jws::parse(&token, 1).unwrap_err(),
            JoseError::TooLarge {
                length: token.len(),
                limit: 1,
            },
            "too_large",
        ),
        (
            Jws::parse("a.b", 3).unwrap_err(),
            JoseError::Malformed { length: 3 },
            "malformed",
        ),
        (
            of(json!({ "alg": "RS256", "kid": KID })),
            JoseError::Algorithm {
                expected,
                seen: "RS256".into(),
            },
            "algorithm",
        ),
        (
            of(json!({ "kid": KID })),
            JoseError::Algorithm {
                expected,
                seen: Term::Absent.into(),
            },
            "algorithm",
        ),
        (
            of(json!({ "alg": "ES256", "kid": KID, "crit": true })),
            JoseError::CriticalHeader {
                seen: Term::Boolean.into(),
            },
            "critical_header",
        ),
        (
            of(json!({ "alg": "ES256" })),
            JoseError::KeyId {
                seen: Term::Absent.into(),
            },
            "kid",
        ),
        (
            Jws::parse(&signed_by(&foreign, &es256()), LIMIT)
                .unwrap()
                .verify(&key())
                .unwrap_err(),
            JoseError::Signature,
            "signature",
        ),
        (parse_claims(b"[]").unwrap_err(), JoseError::Claims { length: 2 }, "claims"),
    ] {
        assert_eq!((&error, error.code()), (&same, code));
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn claims_are_an_object_in_which_no_name_stands_twice() {
    assert_eq!(parse_claims(PAYLOAD).unwrap()["sub"], "user-7");
    // Below the top level the last one counts.
    assert_eq!(parse_claims(br#"{"a":{"b":1,"b":2}}"#).unwrap()["a"]["b"], 2);
    for payload in [
        &b""[..],
        b"null",
        b"[]",
        b"[1]",
        b"{",
        b"{}x",
        b"\xff",
        br#"{"sub":"a","sub":"a"}"#,
        br#"{"sub":"a","\u0073ub":"b"}"#,
    ] {
        assert_eq!(
            parse_claims(payload).unwrap_err(),
            JoseError::Claims { length: payload.len() }
        );
    }
    let token = format!("{}.%%%.AA", base64url(es256().to_string()));
    let malformed = Jws::parse(&token, LIMIT).unwrap().unverified_payload().unwrap_err();
    assert_eq!(malformed, JoseError::Malformed { length: token.len() });
}
