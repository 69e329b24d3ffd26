//! Pasted text.

/// Invisible characters in copied values: direction marks, joiners, soft hyphens, byte order marks.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The text without spaces and invisible characters at both ends. They would break launches.
pub(crate) fn clean(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn removes_invisible_characters_at_the_ends() {
        assert_eq!(clean(" \u{feff}https://moodle.example\u{200b}\n"), "https://moodle.example");
        assert_eq!(clean("\u{a0}"), "");
    }

    #[test]
    fn leaves_the_rest_as_it_is() {
        assert_eq!(clean("Contoso Moodle – A"), "Contoso Moodle – A");
        assert_eq!(clean("https://moodle.example/"), "https://moodle.example/");
    }
}
