//! Monograms of apps and LMSs. They decorate a name and never replace it.

/// One of the accent colours, chosen by the id.
pub(crate) fn tone(id: &str) -> &'static str {
    const TONES: [&str; 6] = [
        "tone-blue",
        "tone-lavender",
        "tone-pumpkin",
        "tone-teal",
        "tone-forest",
        "tone-steel",
    ];
    // FNV-1a: ids that differ in few letters get different tones.
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    TONES[(hash >> 8) as usize % TONES.len()]
}

/// The initials of a name: "LI" for Launch inspector, "Mo" for Moodle, "MB" for Megan Bowen. Letters beyond ASCII are not
/// capitalised: the Unicode tables would make the program larger.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name
        .split(' ')
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphanumeric() || !c.is_ascii()));
    let Some(first) = words.next() else {
        return String::new();
    };
    match words.next_back() {
        Some(last) => {
            let letters = first.chars().take(1).chain(last.chars().take(1));
            letters.map(|letter| letter.to_ascii_uppercase()).collect()
        }
        None => first.chars().take(2).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_first_letters() {
        assert_eq!(initials("Launch inspector"), "LI");
        assert_eq!(initials("Moodle"), "Mo");
        assert_eq!(initials("Other LTI 1.3 LMS"), "OL");
        assert_eq!(initials("Ärzte & Ölm"), "ÄÖ");
        assert_eq!(initials(" "), "");
    }

    #[test]
    fn an_id_keeps_its_tone() {
        assert_eq!(tone("moodle"), tone("moodle"));
        assert!(tone("").starts_with("tone-"));
    }
}
