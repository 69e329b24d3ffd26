//! Sealed values, which browsers return unread and unchanged to the tool: `base64url(version ‖ nonce ‖ AES-256-GCM ciphertext and tag)`.
//! Base64url survives LMSs that clean values as text.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

const VERSION: u8 = 1;
pub(crate) const NONCE_LENGTH: usize = 12;

/// The keys that seal the `state` of a login, with AES-256-GCM, so that a tool keeps no rows of logins under way. Seals with the first; opens with any, so that keys can be replaced while logins are under way.
#[derive(Debug)]
pub struct StateKeys {
    current: LessSafeKey,
    previous: Vec<LessSafeKey>,
}

impl StateKeys {
    /// One key: 32 bytes from a cryptographic generator, secret, and the same on every instance of the tool.
    #[must_use]
    pub fn new(current: [u8; 32]) -> Self {
        Self {
            current: key(current),
            previous: Vec::new(),
        }
    }

    /// The same, also opening what `previous` sealed.
    #[must_use]
    pub fn with_previous(mut self, previous: [u8; 32]) -> Self {
        self.previous.push(key(previous));
        self
    }

    /// Seals a value; what was sealed for another purpose can't pass for it.
    pub(crate) fn seal(&self, purpose: &[u8], nonce: [u8; NONCE_LENGTH], value: &impl Serialize) -> String {
        let mut text = serde_json::to_vec(value).expect("text and bytes are JSON");
        self.current
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose), &mut text)
            .expect("what is sealed here is far below the limit of AES-GCM");
        let mut token = Vec::with_capacity(1 + NONCE_LENGTH + text.len());
        token.push(VERSION);
        token.extend_from_slice(&nonce);
        token.extend_from_slice(&text);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Opens what [`Self::seal`] sealed for the same purpose.
    pub(crate) fn open<T: DeserializeOwned>(&self, purpose: &[u8], token: &str) -> Option<T> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (&version, rest) = token.split_first()?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_LENGTH>()?;
        if version != VERSION {
            return None;
        }
        std::iter::once(&self.current).chain(&self.previous).find_map(|key| {
            let mut text = text.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let opened = key.open_in_place(nonce, Aad::from(purpose), &mut text).ok()?;
            serde_json::from_slice(opened).ok()
        })
    }
}

fn key(bytes: [u8; 32]) -> LessSafeKey {
    let unbound = UnboundKey::new(&AES_256_GCM, &bytes).expect("32 bytes are an AES-256 key");
    LessSafeKey::new(unbound)
}
