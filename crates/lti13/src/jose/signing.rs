//! Signing, by RS256: the algorithm that every party of LTI 1.3 verifies, and one that needs no randomness.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value as Json, json};

use super::Algorithm;

/// Why a private key can't sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SigningKeyError {
    /// It is no RSA key in PKCS#8, or has less than 2048 bits.
    #[error("not an RSA key of at least 2048 bits in PKCS#8")]
    Unreadable,
    /// The library refuses to sign with it.
    #[error("the key does not sign")]
    Failed,
}

impl SigningKeyError {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Failed => "failed",
        }
    }
}

/// A private RSA key and the `kid` under which its public key is published (Security Framework, 6.1: every key has one).
pub struct SigningKey {
    kid: String,
    pair: RsaKeyPair,
}

impl SigningKey {
    /// Reads a private key (PKCS#8, DER).
    ///
    /// # Errors
    /// [`Unreadable`](SigningKeyError::Unreadable).
    pub fn from_pkcs8(kid: &str, der: &[u8]) -> Result<Self, SigningKeyError> {
        let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| SigningKeyError::Unreadable)?;
        Ok(Self {
            kid: kid.to_owned(),
            pair,
        })
    }

    /// The key's id.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// A JSON Web Token with these claims, in compact form.
    ///
    /// # Errors
    /// [`Failed`](SigningKeyError::Failed).
    pub fn sign(&self, claims: &Map<String, Json>) -> Result<String, SigningKeyError> {
        let header = json!({ "typ": "JWT", "alg": Algorithm::Rs256.as_str(), "kid": self.kid });
        let payload = serde_json::to_vec(claims).map_err(|_| SigningKeyError::Failed)?;
        let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        // The generator is there for other paddings; this one is deterministic (RFC 8017, 8.2.1).
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| SigningKeyError::Failed)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

/// Shows nothing of the key but its id.
impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}
