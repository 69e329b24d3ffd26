//! Proof Key for Code Exchange (RFC 7636), method S256.

use sha2::{Digest, Sha256};

use super::base64url;
use crate::browser;

/// 32 random bytes as 43 characters: the entropy that section 7.1 recommends, also right for state and nonce.
pub(crate) fn random_text() -> String {
    base64url::encode(&browser::random::<32>())
}

/// The challenge that goes with a verifier (section 4.2).
pub(crate) fn challenge(verifier: &str) -> String {
    base64url::encode(&Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::challenge;

    #[test]
    fn agrees_with_appendix_b() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
