//! The one-time codes of contests: 128 random bits, known to the browser only. The database has their hash.

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::services::random;

/// A fresh code.
pub fn generate() -> String {
    URL_SAFE_NO_PAD.encode(random::bytes::<16>())
}

/// The SHA-256 by which the database knows a code.
pub fn hash(code: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, code.as_bytes()).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_128_bits_and_stands_in_an_address_as_it_is() {
        let code = generate();
        assert_eq!(code.len(), 22);
        assert!(code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_ne!(code, generate());
        assert_ne!(hash(&code), hash(&generate()));
    }
}
