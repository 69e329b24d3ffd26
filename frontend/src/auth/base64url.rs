//! URL-safe base64 (RFC 4648, section 5) without padding, for PKCE and JWTs. The `base64` crate would make the program a kilobyte
//! larger.

const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .enumerate()
            .fold(0, |bits, (place, byte)| bits | u32::from(*byte) << (16 - 8 * place));
        for place in 0..=chunk.len() {
            text.push(char::from(SYMBOLS[(bits >> (18 - 6 * place)) as usize & 63]));
        }
    }
    text
}

/// `None` if the text has other characters.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        let mut bits = 0;
        for (place, byte) in chunk.iter().enumerate() {
            let symbol = SYMBOLS.iter().position(|symbol| symbol == byte)?;
            bits |= symbol << (18 - 6 * place);
        }
        // One symbol holds less than a byte.
        let count = chunk.len().checked_sub(1).filter(|count| *count > 0)?;
        bytes.extend((0..count).map(|place| (bits >> (16 - 8 * place)) as u8));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn agrees_with_section_10() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(plain.as_bytes()), encoded);
            assert_eq!(decode(encoded).as_deref(), Some(plain.as_bytes()));
        }
    }

    #[test]
    fn every_byte_comes_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&bytes)), Some(bytes));
        assert_eq!(encode(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn refuses_other_text() {
        for text in ["Z", "Zm9vY", "Zg==", "Zm+v", "Zm 8", "Zé"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
