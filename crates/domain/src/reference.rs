use std::fmt;

/// The symbols of Crockford's base 32: without I, L, O and U, which are misread or make words.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The short id of a launch that error pages show and administrators look up: 60 random bits as three groups of four
/// symbols, e.g. `5TFA-R7YN-2K8Q`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference(String);

/// The text isn't a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a reference has three groups of four letters and digits")]
pub struct ReferenceFormatError;

impl Reference {
    /// Makes a reference of eight random bytes; the four topmost bits are left out.
    #[must_use]
    pub fn from_random(random: [u8; 8]) -> Self {
        let bits = u64::from_be_bytes(random);
        let symbols = (0..12)
            .rev()
            .map(|place| char::from(SYMBOLS[((bits >> (5 * place)) & 31) as usize]));
        Self::group(symbols)
    }

    /// Reads a reference as people type it: in lower case, with spaces, without dashes, with O for 0 and I or L for 1.
    ///
    /// # Errors
    /// [`ReferenceFormatError`] when that doesn't leave twelve symbols.
    pub fn parse(text: &str) -> Result<Self, ReferenceFormatError> {
        if text.len() > 64 {
            return Err(ReferenceFormatError);
        }
        let symbols = text
            .chars()
            .filter(|c| *c != '-' && !c.is_whitespace())
            .map(|c| match c.to_ascii_uppercase() {
                'O' => Ok('0'),
                'I' | 'L' => Ok('1'),
                c if u8::try_from(c).is_ok_and(|byte| SYMBOLS.contains(&byte)) => Ok(c),
                _ => Err(ReferenceFormatError),
            })
            .collect::<Result<Vec<_>, _>>()?;
        if symbols.len() != 12 {
            return Err(ReferenceFormatError);
        }
        Ok(Self::group(symbols.into_iter()))
    }

    fn group(symbols: impl Iterator<Item = char>) -> Self {
        let mut text = String::with_capacity(14);
        for (place, symbol) in symbols.enumerate() {
            if place == 4 || place == 8 {
                text.push('-');
            }
            text.push(symbol);
        }
        Self(text)
    }

    /// The reference as it is shown and stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn sixty_bits_make_twelve_symbols() {
        assert_eq!(Reference::from_random([0; 8]).as_str(), "0000-0000-0000");
        assert_eq!(Reference::from_random([0xff; 8]).as_str(), "ZZZZ-ZZZZ-ZZZZ");
        assert_eq!(Reference::from_random([0xf0, 0, 0, 0, 0, 0, 0, 1]).as_str(), "0000-0000-0001");
        assert_eq!(Reference::from_random([0x08, 0, 0, 0, 0, 0, 0, 0]).as_str(), "G000-0000-0000");
    }

    #[test]
    fn what_people_type_is_understood() {
        for typed in [
            "5TFA-R7YN-2K81",
            "5tfa-r7yn-2k81",
            "5TFAR7YN2K81",
            " 5tfa r7yn 2k8L ",
            "5TFA-R7YN-2K8i",
        ] {
            assert_eq!(Reference::parse(typed).unwrap().as_str(), "5TFA-R7YN-2K81", "{typed}");
        }
        assert_eq!(Reference::parse("oooo-oooo-oooo").unwrap().as_str(), "0000-0000-0000");
    }

    #[test]
    fn anything_else_is_refused() {
        for typed in [
            "",
            "5TFA-R7YN-2K8",
            "5TFA-R7YN-2K8QQ",
            "5TFA-R7YN-2K8U",
            "5TFA-R7YN-2K8%",
            "5TFA-R7YN-2K8ß",
            &" ".repeat(100),
        ] {
            assert_eq!(Reference::parse(typed), Err(ReferenceFormatError), "{typed}");
        }
    }
}
