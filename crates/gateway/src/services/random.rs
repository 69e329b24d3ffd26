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
