//! The LMS's public keys (RFC 7517; 1EdTech Security Framework 1.0, 6).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::aws_lc;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value as Json};

use crate::report::shown;
use crate::{Checks, Evidence, Refusal, Rule, Term, Value};

/// The longest keyset that is read, in bytes.
pub const MAX_KEYSET_LENGTH: usize = 1024 * 1024;

/// The most keys that are looked at.
pub const MAX_KEYS: usize = 100;

const LONGEST_KID: usize = 512;
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A key that can verify RS256 signatures.
#[derive(Clone, Debug)]
pub struct VerificationKey {
    index: usize,
    kid: String,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    key: DecodingKey,
}

impl VerificationKey {
    /// The key's id.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Reads one JWK that has a name.
    fn parse(index: usize, kid: &str, jwk: &Map<String, Json>) -> Result<Self, FindingReason> {
        let text = |name| jwk.get(name).and_then(Json::as_str);
        if text("kty") != Some("RSA") {
            return Err(FindingReason::NotRsa);
        }
        if jwk.get("alg").is_some_and(|alg| alg.as_str() != Some("RS256")) {
            return Err(FindingReason::OtherAlgorithm);
        }
        if jwk.get("use").is_some_and(|usage| usage.as_str() != Some("sig")) || !signs(jwk.get("key_ops")) {
            return Err(FindingReason::NotForSignatures);
        }
        let modulus = text("n").and_then(unsigned).ok_or(FindingReason::Unreadable)?;
        let exponent = text("e").and_then(unsigned).ok_or(FindingReason::Unreadable)?;
        // Both are odd in every RSA key; an exponent of one would make any text its own signature.
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
        if !is_odd(&modulus) || !is_odd(&exponent) || exponent == [1] || exponent.len() > 4 {
            return Err(FindingReason::Unreadable);
        }
        if !MODULUS_BITS.contains(&bits(&modulus)) {
            return Err(FindingReason::Size);
        }
        let key = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
        Ok(Self {
            index,
            kid: kid.to_owned(),
            modulus,
            exponent,
            key,
        })
    }

    /// Whether `signature` is this key's RS256 signature of `message`. The provider is named, so that nothing depends on which one
    /// the process has installed.
    pub(crate) fn has_signed(&self, message: &str, signature: &[u8]) -> bool {
        let verifier = (aws_lc::DEFAULT_PROVIDER.verifier_factory)(&Algorithm::RS256, &self.key);
        verifier.is_ok_and(|verifier| verifier.verify(message.as_bytes(), &signature.to_vec()).is_ok())
    }

    fn is_same_key(&self, other: &Self) -> bool {
        self.modulus == other.modulus && self.exponent == other.exponent
    }
}

/// Why a key of a set is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FindingReason {
    /// It has no `kid`, so no id_token can name it.
    NoKid,
    /// Its `kty` is not RSA.
    NotRsa,
    /// Its `alg` is another than RS256.
    OtherAlgorithm,
    /// Its `use` or `key_ops` says that it is not for signatures.
    NotForSignatures,
    /// It has less than 2048 or more than 8192 bits.
    Size,
    /// It is no JSON object, or modulus or exponent can't be read.
    Unreadable,
    /// Another key has the same `kid`: neither is used, since nobody can tell which one is meant.
    Ambiguous,
    /// It comes after the first hundred.
    TooMany,
}

impl FindingReason {
    /// The reason in one sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoKid => "The key has no kid, so no launch can name it.",
            Self::NotRsa => "The key is not an RSA key.",
            Self::OtherAlgorithm => "The key is for another algorithm than RS256.",
            Self::NotForSignatures => "The key is not for signatures.",
            Self::Size => "The key has less than 2048 or more than 8192 bits.",
            Self::Unreadable => "The key can't be read.",
            Self::Ambiguous => "Two different keys have the same kid.",
            Self::TooMany => "The keyset has more than 100 keys; the rest is not used.",
        }
    }
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

/// Why an answer is no keyset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum KeySetFault {
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

impl From<KeySetFault> for Refusal {
    fn from(fault: KeySetFault) -> Self {
        Self::new(Rule::KeysetUnreadable).with(Evidence::expected(Term::KeySet).and_seen(fault))
    }
}

/// The keys of an LMS that can be used, by `kid`, and what was left out. One bad key does not spoil the set.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<VerificationKey>,
    findings: Vec<Finding>,
}

impl KeySet {
    /// Reads a JSON Web Key Set.
    ///
    /// # Errors
    /// A [`KeySetFault`] if it is none. A set without a usable key is no fault: see [`usable`](Self::usable).
    pub fn parse(bytes: &[u8]) -> Result<Self, KeySetFault> {
        if bytes.len() > MAX_KEYSET_LENGTH {
            return Err(KeySetFault::TooLarge);
        }
        let is_page = bytes.trim_ascii_start().first() == Some(&b'<');
        let fault = if is_page { KeySetFault::WebPage } else { KeySetFault::NotJson };
        let document: Json = serde_json::from_slice(bytes).map_err(|_| fault)?;
        let jwks = document.get("keys").and_then(Json::as_array).ok_or(KeySetFault::NotAKeySet)?;
        let mut set = Self::default();
        for (index, jwk) in jwks.iter().enumerate().take(MAX_KEYS) {
            set.add(index, jwk);
        }
        if jwks.len() > MAX_KEYS {
            set.findings.push(Finding {
                index: MAX_KEYS,
                kid: None,
                reason: FindingReason::TooMany,
            });
        }
        set.drop_ambiguous();
        Ok(set)
    }

    fn add(&mut self, index: usize, jwk: &Json) {
        let kid = jwk
            .get("kid")
            .and_then(Json::as_str)
            .filter(|kid| !kid.is_empty() && kid.len() <= LONGEST_KID);
        let key = match (jwk.as_object(), kid) {
            (None, _) => Err(FindingReason::Unreadable),
            (Some(_), None) => Err(FindingReason::NoKid),
            (Some(jwk), Some(kid)) => VerificationKey::parse(index, kid, jwk),
        };
        match key {
            Ok(key) if self.keys.iter().any(|known| known.kid == key.kid && known.is_same_key(&key)) => {}
            Ok(key) => self.keys.push(key),
            Err(reason) => self.findings.push(Finding {
                index,
                kid: kid.map(shown),
                reason,
            }),
        }
    }

    /// A `kid` names one key (Security Framework 6.3: it must not be reused for another key of the same type).
    fn drop_ambiguous(&mut self) {
        let is_ambiguous = |key: &VerificationKey| self.keys.iter().filter(|other| other.kid == key.kid).count() > 1;
        let (ambiguous, unique): (Vec<_>, Vec<_>) = self.keys.iter().cloned().partition(is_ambiguous);
        self.keys = unique;
        self.findings.extend(ambiguous.into_iter().map(|key| Finding {
            index: key.index,
            kid: Some(shown(&key.kid)),
            reason: FindingReason::Ambiguous,
        }));
    }

    /// The key with this `kid`.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&VerificationKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// The key with this `kid`, noted in `checks`.
    ///
    /// # Errors
    /// [`NoUsableKey`](Rule::NoUsableKey) or [`KeyNotFound`](Rule::KeyNotFound).
    pub fn require(&self, kid: &str, checks: &mut Checks) -> Result<&VerificationKey, Refusal> {
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

    /// What was left out, and why.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn kids(&self) -> Value {
        match self.keys.as_slice() {
            [] => Term::NoUsableKey.into(),
            keys => Value::list(keys.iter().map(|key| Value::text(key.kid()))),
        }
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
