//! Keysets as LMSs publish them, and as they should not.

use lti13::{Checks, FindingReason, KeySet, KeySetError, LaunchError, MAX_KEYSET_LENGTH};
use serde_json::{Value, json};

use crate::support::*;

fn set(keys: &[Value]) -> KeySet {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// The LMS's key, with one member changed; null removes it.
fn changed(name: &str, value: Value) -> Value {
    let mut jwk = lms().jwk(KID);
    if value.is_null() {
        remove(&mut jwk, name);
    } else {
        jwk[name] = value;
    }
    jwk
}

/// A number of `bits` bits with its lowest bit as given.
fn modulus(bits: usize, lowest: u8) -> Value {
    let mut bytes = vec![0x5a; bits.div_ceil(8)];
    bytes[0] = 1 << ((bits - 1) % 8);
    *bytes.last_mut().unwrap() = 0x10 | lowest;
    json!(base64url(bytes))
}

#[test]
fn a_key_of_a_set_verifies() {
    let keys = set(&[other().jwk("another"), lms().jwk(KID)]);
    assert_eq!((keys.usable(), keys.findings().len()), (2, 0));
    assert_eq!(keys.find(KID).unwrap().kid(), KID);
    assert!(keys.find("unheard of").is_none());
}

#[test]
fn a_set_is_written_with_its_usable_keys_alone() {
    let junk = json!({ "kty": "oct", "kid": "symmetric", "k": "c2VjcmV0" });
    let document = json!({ "keys": [other().jwk("another"), junk, lms().jwk(KID)], "more": " ".repeat(100_000) }).to_string();
    let keys = KeySet::parse(document.as_bytes()).unwrap();
    let written = keys.to_json();
    let read = KeySet::parse(written.as_bytes()).unwrap();
    assert_eq!((read.usable(), read.findings().len()), (2, 0));
    assert_eq!(read.to_json(), written);
    assert!(read.find(KID).is_some() && read.find("another").is_some());
    assert!(
        written.len() < 2_000 && (1_000..4_000).contains(&keys.size()),
        "{} {}",
        written.len(),
        keys.size()
    );
}

#[test]
fn tolerated_shapes_are_usable() {
    for (name, value) in [
        ("alg", json!(null)),
        ("use", json!(null)),
        ("key_ops", json!(["verify"])),
        ("key_ops", json!(["sign"])),
        ("key_ops", json!([])),
        ("key_ops", json!("verify")),
        ("x5c", json!(["MIIB"])),
        ("e", json!("AAEAAQ")),
        ("e", json!("AQAB==")),
        ("e", json!("_____w")),
        ("n", modulus(2048, 1)),
        ("n", modulus(8192, 1)),
        ("kid", json!("x".repeat(512))),
    ] {
        assert_eq!(set(&[changed(name, value)]).usable(), 1, "{name}");
    }
}

#[test]
fn a_leading_zero_does_not_change_the_key() {
    let modulus = changed("n", json!(null));
    let mut padded = lms().jwk(KID);
    let n = base64::Engine::decode(
        &base64::engine::general_purpose::URL_SAFE_NO_PAD,
        padded["n"].as_str().unwrap(),
    )
    .unwrap();
    padded["n"] = json!(base64url([&[0][..], &n].concat()));
    let keys = set(&[padded]);
    let token = token(&claims());
    assert!(verify_with(&keys, &token, &expected(), &mut Checks::new()).is_ok());
    assert_eq!(set(&[modulus]).usable(), 0);
}

#[test]
fn unusable_keys_are_left_out_by_name() {
    for (name, value, reason) in [
        ("kid", json!(null), FindingReason::NoKid),
        ("kid", json!(""), FindingReason::NoKid),
        ("kid", json!(7), FindingReason::NoKid),
        ("kid", json!("x".repeat(513)), FindingReason::NoKid),
        ("kty", json!("EC"), FindingReason::OtherKeyType),
        ("kty", json!("oct"), FindingReason::OtherKeyType),
        ("kty", json!(null), FindingReason::OtherKeyType),
        ("alg", json!("RS512"), FindingReason::OtherAlgorithm),
        ("alg", json!("HS256"), FindingReason::OtherAlgorithm),
        ("alg", json!(["RS256"]), FindingReason::OtherAlgorithm),
        ("use", json!("enc"), FindingReason::NotForSignatures),
        ("key_ops", json!(["encrypt"]), FindingReason::NotForSignatures),
        ("n", modulus(2047, 1), FindingReason::Size),
        ("n", modulus(1024, 1), FindingReason::Size),
        ("n", modulus(8193, 1), FindingReason::Size),
        ("n", modulus(2048, 0), FindingReason::Unreadable),
        ("n", json!(null), FindingReason::Unreadable),
        ("n", json!("+/+/"), FindingReason::Unreadable),
        ("n", json!(""), FindingReason::Unreadable),
        ("e", json!(null), FindingReason::Unreadable),
        ("e", json!("AQ"), FindingReason::Unreadable),
        ("e", json!("AA"), FindingReason::Unreadable),
        ("e", json!("AQAA"), FindingReason::Unreadable),
        ("e", json!("AQAAAAE"), FindingReason::Unreadable),
    ] {
        // One bad key does not spoil the set.
        let keys = set(&[changed(name, value.clone()), other().jwk("good")]);
        assert_eq!(keys.usable(), 1, "{name} = {value}");
        assert_eq!(keys.findings().len(), 1);
        assert_eq!(
            (keys.findings()[0].index, keys.findings()[0].reason),
            (0, reason),
            "{name} = {value}"
        );
        assert!(keys.find("good").is_some());
    }
    let keys = set(&[json!("not an object"), json!(null), lms().jwk(KID)]);
    assert_eq!(keys.usable(), 1);
    assert!(
        keys.findings()
            .iter()
            .all(|finding| finding.reason == FindingReason::Unreadable)
    );
}

#[test]
fn findings_say_which_key_and_why() {
    let keys = set(&[other().jwk("good"), changed("kty", json!("EC"))]);
    let finding = &keys.findings()[0];
    assert_eq!((finding.index, finding.kid.as_deref()), (1, Some(KID)));
    assert_eq!(finding.reason, FindingReason::OtherKeyType);
}

#[test]
fn two_keys_of_one_name_are_both_left_out() {
    let keys = set(&[other().jwk("good"), lms().jwk(KID), other().jwk(KID)]);
    assert_eq!(keys.usable(), 1);
    assert!(keys.find(KID).is_none());
    let places: Vec<_> = keys
        .findings()
        .iter()
        .map(|finding| (finding.index, finding.reason))
        .collect();
    assert_eq!(places, [(1, FindingReason::Ambiguous), (2, FindingReason::Ambiguous)]);

    // The same key twice, or a key of another type with the same name, leaves no doubt.
    let keys = set(&[lms().jwk(KID), lms().jwk(KID), changed("kty", json!("EC"))]);
    assert_eq!(keys.usable(), 1);
    assert!(keys.find(KID).is_some());
    // The same modulus with another exponent is another key.
    assert!(set(&[lms().jwk(KID), changed("e", json!("Aw"))]).find(KID).is_none());
}

#[test]
fn what_is_no_keyset_is_named() {
    for (answer, error) in [
        (&b"<!DOCTYPE html><html>"[..], KeySetError::WebPage),
        (b" \n<html>", KeySetError::WebPage),
        (b"", KeySetError::NotJson),
        (b"{", KeySetError::NotJson),
        (b"\xff\xfe", KeySetError::NotJson),
        (b"{\"keys\":[]}{}", KeySetError::NotJson),
        (b"[]", KeySetError::NotAKeySet),
        (b"{}", KeySetError::NotAKeySet),
        (b"null", KeySetError::NotAKeySet),
        (br#"{"keys":{}}"#, KeySetError::NotAKeySet),
    ] {
        assert_eq!(KeySet::parse(answer).unwrap_err(), error);
        let refusal = LaunchError::from(error);
        assert_eq!(refusal.code(), "keyset_unavailable.unreadable");
    }
    assert_eq!(MAX_KEYSET_LENGTH, 1_048_576);
    let mut long = br#"{"keys":[]}"#.to_vec();
    long.resize(MAX_KEYSET_LENGTH, b' ');
    assert!(KeySet::parse(&long).is_ok());
    long.push(b' ');
    assert_eq!(KeySet::parse(&long).unwrap_err(), KeySetError::TooLarge);
}

#[test]
fn a_member_of_a_key_that_is_null_is_absent() {
    for name in ["alg", "use", "key_ops", "x5c", "x5t", "x5t#S256", "x5u", "d", "unheard of"] {
        let mut jwk = lms().jwk(KID);
        jwk[name] = json!(null);
        assert_eq!(set(&[jwk]).usable(), 1, "{name}");
    }
    for (name, reason) in [
        ("kid", FindingReason::NoKid),
        ("kty", FindingReason::OtherKeyType),
        ("n", FindingReason::Unreadable),
        ("e", FindingReason::Unreadable),
    ] {
        let mut jwk = lms().jwk(KID);
        jwk[name] = json!(null);
        assert_eq!(set(&[jwk]).findings()[0].reason, reason, "{name}");
    }
}

#[test]
fn a_byte_order_mark_before_the_set_is_ignored() {
    let good = json!({ "keys": [lms().jwk(KID)] }).to_string();
    let marked = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    assert!(KeySet::parse(&marked(&good)).unwrap().find(KID).is_some());
    assert_eq!(KeySet::parse(&marked("<html>")).unwrap_err(), KeySetError::WebPage);
    assert_eq!(KeySet::parse(&marked("")).unwrap_err(), KeySetError::NotJson);
    let twice = [b"\xef\xbb\xbf", &*marked(&good)].concat();
    assert_eq!(KeySet::parse(&twice).unwrap_err(), KeySetError::NotJson);
}

/// Brightspace has one keyset for a whole site, with a key for each tool.
#[test]
fn the_wanted_key_is_found_among_however_many() {
    let mut jwks: Vec<Value> = (0..2000).map(|n| other().jwk(&format!("key-{n}"))).collect();
    jwks.push(lms().jwk(KID));
    let keys = set(&jwks);
    assert_eq!((keys.usable(), keys.findings().len()), (2001, 0));
    let token = token(&claims());
    assert!(verify_with(&keys, &token, &expected(), &mut Checks::new()).is_ok());
    assert!(keys.find("key-0").is_some() && keys.find("key-1999").is_some() && keys.find("key-2000").is_none());
}

#[test]
fn findings_are_bounded_and_spoil_no_key() {
    let mut jwks: Vec<Value> = (0..100).map(|index| json!({ "kid": index.to_string() })).collect();
    let reasons = |jwks: &[Value]| {
        let keys = set(jwks);
        let reasons: Vec<_> = keys
            .findings()
            .iter()
            .map(|finding| (finding.index, finding.reason))
            .collect();
        (keys.find(KID).is_some(), reasons)
    };
    let hundred: Vec<_> = (0..100).map(|index| (index, FindingReason::OtherKeyType)).collect();
    assert_eq!(reasons(&jwks), (false, hundred.clone()));
    jwks.extend(vec![json!({}); 100_000]);
    jwks.push(lms().jwk(KID));
    let more = [hundred, vec![(100, FindingReason::NotListed)]].concat();
    assert_eq!(reasons(&jwks), (true, more));
}

#[test]
fn a_missing_key_differs_from_an_empty_set() {
    let mut checks = Checks::new();
    let refusal = keyset().require("another", &mut checks).unwrap_err();
    assert_eq!(refusal.code(), "keyset_unavailable.key_not_found");
    let check = &checks.as_slice()[0];
    assert_eq!((&check.expected, &check.seen), (&Some("another".into()), &Some(KID.into())));
    assert_eq!(
        set(&[]).require(KID, &mut checks).unwrap_err().code(),
        "keyset_unavailable.no_usable_key"
    );
    assert!(keyset().require(KID, &mut checks).is_ok());
    assert_eq!(checks.as_slice().last().unwrap().result, lti13::CheckResult::Passed);
}
