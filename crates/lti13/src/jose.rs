//! Signed JSON Web Tokens in compact form (RFC 7515, RFC 7519, RFC 8725): the one place where a token is taken apart and where its
//! signature is verified.
//!
//! Nothing that a token says is trusted before [`Jws::verify`]. The algorithm is the key's, never the token's choice (RFC 8725, 3.1), and
//! keys or addresses in a header (`jwk`, `jku`, `x5c`, `x5u`) count for nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value as Json};

use crate::keys::VerificationKey;
use crate::report::{described, shown, shown_or_described};
use crate::{KeySet, Value, json};

mod signing;

pub use signing::{SigningKey, SigningKeyError};

/// The longest header that is read, in bytes of base64url.
pub const MAX_HEADER_LENGTH: usize = 16 * 1024;

/// The longest key id, in bytes.
pub const MAX_KID_LENGTH: usize = 512;

/// How many keys are tried for a token that names none.
pub const MAX_KEYS_TRIED: usize = 100;

/// A signature algorithm (RFC 7518, 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256: the one that LTI 1.3 asks for.
    Rs256,
    /// ECDSA with P-256 and SHA-256.
    Es256,
}

impl Algorithm {
    /// The algorithm with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        [Self::Rs256, Self::Es256].into_iter().find(|one| one.as_str() == name)
    }

    /// The name in headers and keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

/// Why a token is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum JoseError {
    /// The token is longer than the caller reads.
    #[error("the token has {length} bytes, more than {limit}")]
    TooLarge {
        /// Its length, in bytes.
        length: usize,
        /// The greatest length.
        limit: usize,
    },
    /// Not three parts of base64url, or the header is no JSON object with unique names.
    #[error("not a signed token in compact form")]
    Malformed {
        /// Its length, in bytes.
        length: usize,
    },
    /// `alg` is another one.
    #[error("signed by another algorithm than {}", expected.as_str())]
    Algorithm {
        /// The one that is accepted.
        expected: Algorithm,
        /// `alg` of the header.
        seen: Value,
    },
    /// The header has extensions that must be understood (`crit`, RFC 7515 4.1.11). There are none that are.
    #[error("the header has critical extensions")]
    CriticalHeader {
        /// Type and length of `crit`.
        seen: Value,
    },
    /// `kid` is absent, empty, too long or no text.
    #[error("the header names no key")]
    KeyId {
        /// Type and length of `kid`.
        seen: Value,
    },
    /// No usable key of the set has the `kid` of the header.
    #[error("the keyset has no usable key {}", kid)]
    KeyNotFound {
        /// The `kid`, without control characters.
        kid: String,
    },
    /// The key did not sign the token.
    #[error("the signature does not match")]
    Signature,
    /// The payload is no JSON object with unique names.
    #[error("the payload holds no claims")]
    Claims {
        /// Its length, in bytes.
        length: usize,
    },
}

impl JoseError {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::Malformed { .. } => "malformed",
            Self::Algorithm { .. } => "algorithm",
            Self::CriticalHeader { .. } => "critical_header",
            Self::KeyId { .. } => "kid",
            Self::KeyNotFound { .. } => "key_not_found",
            Self::Signature => "signature",
            Self::Claims { .. } => "claims",
        }
    }
}

/// Reads the claims of a payload: a JSON object in which no name stands twice at the top level. It verifies nothing: the claims are worth
/// as much as the payload.
///
/// # Errors
/// [`Claims`](JoseError::Claims).
pub fn parse_claims(payload: &[u8]) -> Result<Map<String, Json>, JoseError> {
    json::object(payload).map_err(|_| JoseError::Claims { length: payload.len() })
}

/// A token that was taken apart and is not verified.
#[derive(Clone)]
pub struct Jws<'a> {
    /// Header and payload, as they were signed.
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
    header: Map<String, Json>,
}

impl<'a> Jws<'a> {
    /// Takes a token apart, of at most `limit` bytes.
    ///
    /// # Errors
    /// [`TooLarge`](JoseError::TooLarge) or [`Malformed`](JoseError::Malformed).
    pub fn parse(token: &'a str, limit: usize) -> Result<Self, JoseError> {
        let length = token.len();
        if length > limit {
            return Err(JoseError::TooLarge { length, limit });
        }
        Self::split(token).ok_or(JoseError::Malformed { length })
    }

    fn split(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.').filter(|(_, payload)| !payload.contains('.'))?;
        let header = Some(header).filter(|header| header.len() <= MAX_HEADER_LENGTH)?;
        let header = json::object(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        Some(Self {
            signed,
            payload,
            signature,
            header,
        })
    }

    /// A parameter of the header. Not verified: it may choose a key or explain a refusal, nothing more.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&Json> {
        self.header.get(name)
    }

    /// The algorithm that the header names, if it is one that can be verified: to choose the keys of a set.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.header("alg").and_then(Json::as_str).and_then(Algorithm::by_name)
    }

    /// The id of the key that signed, where the header is one that is accepted at all.
    ///
    /// # Errors
    /// [`Algorithm`](JoseError::Algorithm), [`CriticalHeader`](JoseError::CriticalHeader) or [`KeyId`](JoseError::KeyId).
    pub fn key_id(&self, algorithm: Algorithm) -> Result<&str, JoseError> {
        self.validate_header(algorithm)?;
        self.optional_key_id()?.ok_or(JoseError::KeyId {
            seen: described(self.header("kid")),
        })
    }

    fn validate_header(&self, algorithm: Algorithm) -> Result<(), JoseError> {
        let alg = self.header("alg");
        if alg.and_then(Json::as_str) != Some(algorithm.as_str()) {
            return Err(JoseError::Algorithm {
                expected: algorithm,
                seen: shown_or_described(alg),
            });
        }
        if self.header.contains_key("crit") {
            return Err(JoseError::CriticalHeader {
                seen: described(self.header("crit")),
            });
        }
        Ok(())
    }

    fn optional_key_id(&self) -> Result<Option<&str>, JoseError> {
        match (self.header("kid"), self.header("kid").and_then(Json::as_str)) {
            (None, _) => Ok(None),
            (_, Some(kid)) if !kid.is_empty() && kid.len() <= MAX_KID_LENGTH => Ok(Some(kid)),
            (seen, _) => Err(JoseError::KeyId { seen: described(seen) }),
        }
    }

    /// The payload, before anything is verified: for applications with several issuers, which must learn which keys to ask for.
    ///
    /// # Errors
    /// [`Malformed`](JoseError::Malformed): it is no base64url.
    pub fn unverified_payload(&self) -> Result<Vec<u8>, JoseError> {
        let length = self.signed.len() + 1 + self.signature.len();
        URL_SAFE_NO_PAD
            .decode(self.payload)
            .map_err(|_| JoseError::Malformed { length })
    }

    /// The payload, once header and signature hold.
    ///
    /// # Errors
    /// Those of [`key_id`](Self::key_id) for the algorithm of `key`; [`Signature`](JoseError::Signature); then
    /// [`Malformed`](JoseError::Malformed).
    pub fn verify(&self, key: &VerificationKey) -> Result<Vec<u8>, JoseError> {
        self.key_id(key.algorithm())?;
        self.verified_by([key])
    }

    /// The payload, once header and signature hold, by the key of `keys` that the header names. Where it names none (RFC 7515, 4.1.4:
    /// `kid` is optional), the first [`MAX_KEYS_TRIED`] keys are tried.
    ///
    /// # Errors
    /// [`Algorithm`](JoseError::Algorithm), [`CriticalHeader`](JoseError::CriticalHeader), [`KeyId`](JoseError::KeyId),
    /// [`KeyNotFound`](JoseError::KeyNotFound), [`Signature`](JoseError::Signature), [`Malformed`](JoseError::Malformed).
    pub fn verify_by(&self, algorithm: Algorithm, keys: &KeySet) -> Result<Vec<u8>, JoseError> {
        self.validate_header(algorithm)?;
        let keys = keys.iter().filter(|key| key.algorithm() == algorithm);
        let Some(kid) = self.optional_key_id()? else {
            return self.verified_by(keys.take(MAX_KEYS_TRIED));
        };
        let mut keys = keys.filter(|key| key.kid() == kid).peekable();
        match keys.peek() {
            Some(_) => self.verified_by(keys),
            None => Err(JoseError::KeyNotFound { kid: shown(kid) }),
        }
    }

    /// The payload, if one of these keys has signed it; each by its own algorithm.
    fn verified_by<'k>(&self, keys: impl IntoIterator<Item = &'k VerificationKey>) -> Result<Vec<u8>, JoseError> {
        let signature = URL_SAFE_NO_PAD.decode(self.signature).map_err(|_| JoseError::Signature)?;
        if !keys.into_iter().any(|key| key.has_signed(self.signed, &signature)) {
            return Err(JoseError::Signature);
        }
        self.unverified_payload()
    }
}

/// Shows nothing of the payload and the signature.
impl std::fmt::Debug for Jws<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jws").finish_non_exhaustive()
    }
}
