//! Encryption with the configured secret: login states that pass through browsers, and private keys at rest.
//!
//! Each purpose has its own key, derived by HKDF-SHA-256 (RFC 5869), so that a value sealed for one can't be opened for another.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf,
};

use crate::{config::Config, services::random};

/// Keys derived from the configured secret.
#[derive(Clone)]
pub struct Secrets(hkdf::Prk);

/// A sealed value can't be opened: it was changed, or sealed with another secret.
#[derive(Debug, thiserror::Error)]
#[error("sealed with another secret, or damaged")]
pub struct UnsealError;

impl Secrets {
    /// Derives from `security.secret`.
    pub fn new(config: &Config) -> Self {
        Self(hkdf::Salt::new(hkdf::HKDF_SHA256, b"lms-gateway").extract(config.security.secret.as_bytes()))
    }

    /// The key that seals login states.
    pub fn state_key(&self) -> [u8; 32] {
        self.key("login-state")
    }

    /// The key that signs the references of error pages.
    pub fn reference_key(&self) -> [u8; 32] {
        self.key("signed-reference")
    }

    /// Seals with AES-256-GCM; the nonce stands before the ciphertext.
    #[expect(
        clippy::expect_used,
        reason = "only texts of 64 GB can't be sealed, and none may be stored as it is"
    )]
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = random::bytes();
        let mut sealed = plain.to_vec();
        self.aead(purpose)
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed)
            .expect("a text far below the limit of AES-GCM");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what [`Self::seal`] sealed for the same purpose.
    ///
    /// # Errors
    ///
    /// Where it was sealed with another secret, for another purpose, or changed.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, UnsealError> {
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN).ok_or(UnsealError)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| UnsealError)?;
        let mut plain = ciphertext.to_vec();
        let length = self
            .aead(purpose)
            .open_in_place(nonce, Aad::empty(), &mut plain)
            .map_err(|_| UnsealError)?
            .len();
        plain.truncate(length);
        Ok(plain)
    }

    #[expect(clippy::expect_used, reason = "32 bytes are the length of the key and of the hash")]
    fn key(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        let info = [purpose.as_bytes()];
        self.0
            .expand(&info, hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut key))
            .expect("32 bytes can be derived");
        key
    }

    #[expect(clippy::expect_used, reason = "the key has the length that AES-256 wants")]
    fn aead(&self, purpose: &str) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &self.key(purpose)).expect("a key of 32 bytes"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn secrets(secret: &str) -> Secrets {
        let mut config = Config::default();
        secret.clone_into(&mut config.security.secret);
        Secrets::new(&config)
    }

    #[test]
    fn what_was_sealed_opens_with_the_same_secret_and_purpose_only() {
        let sealed = secrets("a").seal("keys", b"plain");
        assert_eq!(secrets("a").open("keys", &sealed).unwrap(), b"plain");
        assert!(secrets("b").open("keys", &sealed).is_err());
        assert!(secrets("a").open("states", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(secrets("a").open("keys", &changed).is_err(), "byte {at}");
        }
        assert!(secrets("a").open("keys", &sealed[..5]).is_err());
    }

    #[test]
    fn each_purpose_has_its_own_key() {
        let secrets = secrets("a");
        assert_ne!(secrets.key("a"), secrets.key("b"));
        assert_ne!(secrets.seal("a", b"x"), secrets.seal("a", b"x"));
    }
}
