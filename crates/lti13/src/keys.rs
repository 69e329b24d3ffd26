//! The LMS's public keys (RFC 7517; 1EdTech Security Framework 1.0, 6).

use std::collections::BTreeMap;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::crypto::aws_lc;
use serde_json::{Map, Value as Json, json};

use crate::jose::{Algorithm, MAX_KID_LENGTH};
use crate::json::{member, without_byte_order_mark};
use crate::report::shown;
use crate::{Checks, Evidence, LaunchError, Rule, Term, Value};

/// The longest keyset that is read, in bytes.
pub const MAX_KEYSET_LENGTH: usize = 1024 * 1024;

/// How many findings are kept: a set within [`MAX_KEYSET_LENGTH`] can hold some hundred thousand things that are no key.
const MAX_FINDINGS: usize = 100;

const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A public key that can verify signatures of one algorithm.
#[derive(Clone, Debug)]
pub struct VerificationKey {
    kid: String,
    algorithm: Algorithm,
    /// The numbers of the key, by which two keys are compared.
    numbers: [Vec<u8>; 2],
    key: DecodingKey,
}

impl VerificationKey {
    /// Reads a JWK (RFC 7517, 4) that has a `kid`, as a key of `algorithm`.
    ///
    /// # Errors
    /// Why it is not used.
    pub fn from_jwk(jwk: &Json, algorithm: Algorithm) -> Result<Self, FindingReason> {
        let jwk = jwk.as_object().ok_or(FindingReason::Unreadable)?;
        let text = |name| member(jwk, name).and_then(Json::as_str);
        let kid = text("kid").filter(|kid| is_kid(kid)).ok_or(FindingReason::NoKid)?;
        if text("kty") != Some(key_type(algorithm)) {
            return Err(FindingReason::OtherKeyType);
        }
        if member(jwk, "alg").is_some_and(|alg| alg.as_str() != Some(algorithm.as_str())) {
            return Err(FindingReason::OtherAlgorithm);
        }
        if member(jwk, "use").is_some_and(|usage| usage.as_str() != Some("sig")) || !signs(member(jwk, "key_ops")) {
            return Err(FindingReason::NotForSignatures);
        }
        let (numbers, key) = match algorithm {
            Algorithm::Rs256 => rsa(jwk)?,
            Algorithm::Es256 => p256(jwk)?,
        };
        Ok(Self {
            kid: kid.to_owned(),
            algorithm,
            numbers,
            key,
        })
    }

    /// The key's id.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm that it verifies, and no other.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// True if `signature` is this key's signature of `message`. The provider is named, so that nothing depends on which one the process
    /// has installed.
    pub(crate) fn has_signed(&self, message: &str, signature: &[u8]) -> bool {
        let algorithm = match self.algorithm {
            Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
            Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
        };
        let verifier = (aws_lc::DEFAULT_PROVIDER.verifier_factory)(&algorithm, &self.key);
        verifier.is_ok_and(|verifier| verifier.verify(message.as_bytes(), &signature.to_vec()).is_ok())
    }

    /// The key as a JWK, as [`from_jwk`](Self::from_jwk) reads it.
    fn to_jwk(&self) -> Json {
        let [first, second] = self.numbers.each_ref().map(|number| URL_SAFE_NO_PAD.encode(number));
        let (kid, alg) = (&self.kid, self.algorithm.as_str());
        match self.algorithm {
            Algorithm::Rs256 => json!({ "kty": "RSA", "use": "sig", "alg": alg, "kid": kid, "n": first, "e": second }),
            Algorithm::Es256 => {
                json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": alg, "kid": kid, "x": first, "y": second })
            }
        }
    }

    /// About how many bytes it takes in memory: the library has the numbers once more.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of::<Self>() + self.kid.len() + 2 * self.numbers.iter().map(Vec::len).sum::<usize>()
    }

    fn is_same_key(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }
}

fn key_type(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Rs256 => "RSA",
        Algorithm::Es256 => "EC",
    }
}

fn is_kid(kid: &str) -> bool {
    !kid.is_empty() && kid.len() <= MAX_KID_LENGTH
}

/// An RSA key (RFC 7518, 6.3.1): modulus and exponent.
fn rsa(jwk: &Map<String, Json>) -> Result<([Vec<u8>; 2], DecodingKey), FindingReason> {
    let number = |name| unsigned(jwk.get(name)?.as_str()?);
    let modulus = number("n").ok_or(FindingReason::Unreadable)?;
    let exponent = number("e").ok_or(FindingReason::Unreadable)?;
    // Both are odd in every RSA key; an exponent of one would make any text its own signature.
    let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    if !is_odd(&modulus) || !is_odd(&exponent) || exponent == [1] || exponent.len() > 4 {
        return Err(FindingReason::Unreadable);
    }
    if !MODULUS_BITS.contains(&bits(&modulus)) {
        return Err(FindingReason::Size);
    }
    let key = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
    Ok(([modulus, exponent], key))
}

/// A key on the curve P-256 (RFC 7518, 6.2.1): both coordinates, of 32 bytes each, of a point on it.
fn p256(jwk: &Map<String, Json>) -> Result<([Vec<u8>; 2], DecodingKey), FindingReason> {
    let text = |name| jwk.get(name).and_then(Json::as_str);
    if text("crv") != Some("P-256") {
        return Err(FindingReason::Size);
    }
    let coordinate = |name| {
        let bytes = URL_SAFE_NO_PAD.decode(text(name)?).ok()?;
        (bytes.len() == 32).then_some(bytes)
    };
    let (Some(x), Some(y)) = (coordinate("x"), coordinate("y")) else {
        return Err(FindingReason::Unreadable);
    };
    // The library reads any coordinates; a point beside the curve would be a key that verifies nothing.
    let point = [&[4], &*x, &*y].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(|_| FindingReason::Unreadable)?;
    let key = DecodingKey::from_ec_components(text("x").unwrap_or_default(), text("y").unwrap_or_default());
    Ok(([x, y], key.map_err(|_| FindingReason::Unreadable)?))
}

/// Why a key of a set is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FindingReason {
    /// It has no `kid`, so no id_token can name it.
    NoKid,
    /// Its `kty` is not RSA.
    OtherKeyType,
    /// Its `alg` is another than RS256.
    OtherAlgorithm,
    /// Its `use` or `key_ops` says that it is not for signatures.
    NotForSignatures,
    /// An RSA key of less than 2048 or more than 8192 bits, or another curve than P-256.
    Size,
    /// It is no JSON object, its numbers can't be read, or they are no point on the curve.
    Unreadable,
    /// Another key has the same `kid`: neither is used, since nobody can tell which one is meant.
    Ambiguous,
    /// More keys than are listed are not used, from this one on.
    NotListed,
}

/// A key that is not used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its place in the set, from 0.
    pub index: usize,
    /// Its `kid`, without control characters.
    pub kid: Option<String>,
    /// Why.
    pub reason: FindingReason,
}

/// The first [`MAX_FINDINGS`], and whether there were more.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, index: usize, kid: Option<&str>, reason: FindingReason) {
        let finding = match self.0.len() {
            ..MAX_FINDINGS => Finding {
                index,
                kid: kid.map(shown),
                reason,
            },
            MAX_FINDINGS => Finding {
                index,
                kid: None,
                reason: FindingReason::NotListed,
            },
            _ => return,
        };
        self.0.push(finding);
    }
}

/// Why an answer is no keyset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum KeySetError {
    /// Longer than [`MAX_KEYSET_LENGTH`].
    #[error("the answer is longer than a keyset may be")]
    TooLarge,
    /// A web page.
    #[error("the answer is a web page, not JSON")]
    WebPage,
    /// Not JSON.
    #[error("the answer is not JSON")]
    NotJson,
    /// JSON, but without a list of keys.
    #[error("the answer is JSON, but has no list named keys")]
    NotAKeySet,
}

impl From<KeySetError> for LaunchError {
    fn from(error: KeySetError) -> Self {
        Self::new(Rule::KeysetUnreadable).with(Evidence::expected(Term::KeySet).and_seen(error))
    }
}

/// The keys of an LMS that can be used, by `kid`, and what was left out. One bad key does not spoil the set.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: BTreeMap<String, VerificationKey>,
    findings: Vec<Finding>,
}

impl KeySet {
    /// Reads a JSON Web Key Set for RS256, the algorithm of LTI 1.3.
    ///
    /// # Errors
    /// A [`KeySetError`] if it is none. A set without a usable key is no error: see [`usable`](Self::usable).
    pub fn parse(bytes: &[u8]) -> Result<Self, KeySetError> {
        Self::parse_for(Algorithm::Rs256, bytes)
    }

    /// Reads a JSON Web Key Set for another algorithm.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse).
    pub fn parse_for(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeySetError> {
        if bytes.len() > MAX_KEYSET_LENGTH {
            return Err(KeySetError::TooLarge);
        }
        let bytes = without_byte_order_mark(bytes);
        let is_page = bytes.trim_ascii_start().first() == Some(&b'<');
        let error = if is_page { KeySetError::WebPage } else { KeySetError::NotJson };
        let document: Json = serde_json::from_slice(bytes).map_err(|_| error)?;
        let jwks = document.get("keys").and_then(Json::as_array).ok_or(KeySetError::NotAKeySet)?;
        let mut findings = Findings::default();
        let mut by_kid: BTreeMap<String, Vec<(usize, VerificationKey)>> = BTreeMap::new();
        for (index, jwk) in jwks.iter().enumerate() {
            match VerificationKey::from_jwk(jwk, algorithm) {
                Ok(key) => {
                    let same_kid = by_kid.entry(key.kid.clone()).or_default();
                    if !same_kid.iter().any(|(_, known)| known.is_same_key(&key)) {
                        same_kid.push((index, key));
                    }
                }
                Err(reason) => {
                    let kid = jwk.get("kid").and_then(Json::as_str).filter(|kid| is_kid(kid));
                    findings.add(index, kid, reason);
                }
            }
        }
        // A `kid` names one key (Security Framework 6.3: it must not be reused for another key of the same type).
        let mut keys = BTreeMap::new();
        for (kid, same_kid) in by_kid {
            match <[_; 1]>::try_from(same_kid) {
                Ok([(_, key)]) => {
                    keys.insert(kid, key);
                }
                Err(several) => {
                    for (index, _) in several {
                        findings.add(index, Some(&kid), FindingReason::Ambiguous);
                    }
                }
            }
        }
        Ok(Self {
            keys,
            findings: findings.0,
        })
    }

    /// The key with this `kid`.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&VerificationKey> {
        self.keys.get(kid)
    }

    /// The keys that can be used, by their `kid`.
    pub fn iter(&self) -> impl Iterator<Item = &VerificationKey> {
        self.keys.values()
    }

    /// The key with this `kid`, noted in `checks`.
    ///
    /// # Errors
    /// [`NoUsableKey`](Rule::NoUsableKey) or [`KeyNotFound`](Rule::KeyNotFound).
    pub fn require(&self, kid: &str, checks: &mut Checks) -> Result<&VerificationKey, LaunchError> {
        let evidence = || Evidence::expected(kid).and_seen(self.kids());
        match self.find(kid) {
            Some(key) => {
                checks.pass(Rule::KeyNotFound, Evidence::seen(kid));
                Ok(key)
            }
            None if self.keys.is_empty() => Err(checks.fail(Rule::NoUsableKey, evidence())),
            None => Err(checks.fail(Rule::KeyNotFound, evidence())),
        }
    }

    /// How many keys can be used.
    #[must_use]
    pub fn usable(&self) -> usize {
        self.keys.len()
    }

    /// The keys that can be used as a JSON Web Key Set, and nothing else of the document that they came in.
    #[must_use]
    pub fn to_json(&self) -> String {
        let keys: Vec<_> = self.keys.values().map(VerificationKey::to_jwk).collect();
        json!({ "keys": keys }).to_string()
    }

    /// About how many bytes it takes in memory, however long the document was that it was read from.
    #[must_use]
    pub fn size(&self) -> usize {
        let keys = self.keys.iter().map(|(kid, key)| kid.len() + key.size()).sum::<usize>();
        let finding = |finding: &Finding| size_of::<Finding>() + finding.kid.as_ref().map_or(0, String::len);
        size_of::<Self>() + keys + self.findings.iter().map(finding).sum::<usize>()
    }

    /// The ignored keys, with the reason for each.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn kids(&self) -> Value {
        if self.keys.is_empty() {
            return Term::NoUsableKey.into();
        }
        Value::list(self.keys.keys().map(|kid| Value::text(kid)))
    }
}

/// `key_ops` is optional and often wrong; only a list that names neither of the two signature operations excludes a key.
fn signs(key_ops: Option<&Json>) -> bool {
    match key_ops.and_then(Json::as_array).map(Vec::as_slice) {
        None | Some([]) => true,
        Some(operations) => operations
            .iter()
            .any(|operation| matches!(operation.as_str(), Some("verify" | "sign"))),
    }
}

/// A base64url number without its leading zero bytes. Padding is tolerated.
fn unsigned(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    let leading_zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Some(bytes[leading_zeros..].to_vec())
}

fn bits(number: &[u8]) -> usize {
    number
        .first()
        .map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}
