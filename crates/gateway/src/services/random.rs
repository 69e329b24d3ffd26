//! Randomness from the operating system, through AWS-LC.

use aws_lc_rs::rand;

/// `N` random bytes.
///
/// # Panics
///
/// Where the operating system has no randomness to give: nothing safe could be done then.
#[expect(clippy::expect_used, reason = "without randomness nothing safe can be done")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// 128 random bits as a word of 26 lower-case letters and digits (RFC 4648, section 6, without padding): some tools lower-case what they
/// find in a header.
pub fn token() -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let bits = u128::from_be_bytes(bytes());
    let symbol = |place: u32| char::from(ALPHABET[usize::try_from((bits >> (5 * place)) & 31).unwrap_or_default()]);
    (0..26).map(symbol).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::token;

    #[test]
    fn tokens_are_lower_case_and_never_the_same() {
        let tokens: HashSet<_> = (0..100).map(|_| token()).collect();
        assert_eq!(tokens.len(), 100);
        for token in tokens {
            assert_eq!(token.len(), 26);
            assert!(token.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')), "{token}");
        }
    }
}
