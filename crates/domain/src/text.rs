use std::borrow::Cow;

use crate::{FieldError, FieldErrorReason};

/// Characters that a copied value carries unseen: marks of direction, joiners, soft hyphens, byte order marks, tags.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text without spaces and invisible characters at both ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// The characters that a text field may hold.
#[derive(Clone, Copy)]
pub(crate) enum Alphabet {
    /// Anything that can be seen.
    Any,
    /// Printable ASCII, as OAuth 2.0 asks of a client ID (RFC 6749, appendix A.1) and LTI of a deployment ID.
    Ascii,
}

/// Trims a text and validates what is left: 1 to `max` visible characters.
pub(crate) fn parse(
    field: impl Into<Cow<'static, str>>,
    raw: &str,
    max: usize,
    alphabet: Alphabet,
) -> Result<String, FieldError> {
    let field = field.into();
    let text = trim(raw);
    if text.is_empty() {
        return Err(FieldError::new(field, FieldErrorReason::Required));
    }
    if text.chars().count() > max {
        return Err(FieldError::new(field, FieldErrorReason::TooLong { max }));
    }
    if let Some((position, character)) = (1..).zip(text.chars()).find(|(_, c)| is_invisible(*c)) {
        return Err(FieldError::new(
            field,
            FieldErrorReason::InvisibleCharacter { character, position },
        ));
    }
    if matches!(alphabet, Alphabet::Ascii)
        && let Some(character) = text.chars().find(|c| !matches!(c, ' '..='~'))
    {
        return Err(FieldError::new(field, FieldErrorReason::NotAscii { character }));
    }
    Ok(text.to_owned())
}

/// True for characters that no text of a person needs: control characters, and marks that turn the direction of what follows, by which a
/// text can look like another.
fn is_dropped(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The characters of a text in one line that are kept.
pub(crate) fn without_marks(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !is_dropped(*c))
}

/// Something that a person wrote, in several lines: lines end in `\n`, what is never meant is dropped, joiners of scripts
/// and emoji stay. 1 to `max` characters.
pub(crate) fn parse_prose(field: &'static str, raw: &str, max: usize) -> Result<String, FieldError> {
    let lines = raw.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let cleaned: String = lines
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || !is_dropped(*c))
        .collect();
    validate(field, trim(&cleaned), max)
}

/// The same in one line: ends of lines become spaces.
pub(crate) fn parse_line(field: &'static str, raw: &str, max: usize) -> Result<String, FieldError> {
    let prose = parse_prose(field, raw, usize::MAX)?;
    let words: Vec<_> = prose
        .split(['\n', '\t'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    validate(field, &words.join(" "), max)
}

fn validate(field: &'static str, text: &str, max: usize) -> Result<String, FieldError> {
    if text.is_empty() {
        return Err(FieldError::new(field, FieldErrorReason::Required));
    }
    if text.chars().count() > max {
        return Err(FieldError::new(field, FieldErrorReason::TooLong { max }));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_trimmed_of_spaces_and_invisible_characters() {
        assert_eq!(
            parse("name", "\u{feff}\u{200b} Contoso Moodle\t\u{a0}\r\n", 200, Alphabet::Any).unwrap(),
            "Contoso Moodle"
        );
    }

    #[test]
    fn invisible_characters_inside_are_refused_with_their_place() {
        for c in ['\u{200b}', '\u{0}', '\n', '\u{202e}', '\u{ad}', '\u{feff}'] {
            let error = parse("name", &format!("Con{c}toso"), 200, Alphabet::Any).unwrap_err();
            assert_eq!(
                error.reason,
                FieldErrorReason::InvisibleCharacter {
                    character: c,
                    position: 4
                }
            );
        }
    }

    /// All that turn the direction of what follows.
    const MARKS: [char; 12] = [
        '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}',
        '\u{2068}', '\u{2069}',
    ];

    #[test]
    fn no_text_that_people_see_turns_its_direction() {
        for mark in MARKS {
            let text = format!("Con{mark}toso");
            let refused = parse("name", &text, 200, Alphabet::Any).unwrap_err().reason;
            assert!(matches!(refused, FieldErrorReason::InvisibleCharacter { .. }), "{mark:?}");
            assert_eq!(parse_line("summary", &text, 200).unwrap(), "Contoso", "{mark:?}");
            assert_eq!(parse_prose("description", &text, 200).unwrap(), "Contoso", "{mark:?}");
            assert_eq!(crate::Actor::display_name(&text), "Contoso", "{mark:?}");
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(parse("name", &"ü".repeat(200), 200, Alphabet::Any).is_ok());
        assert_eq!(
            parse("name", &"ü".repeat(201), 200, Alphabet::Any).unwrap_err().reason,
            FieldErrorReason::TooLong { max: 200 }
        );
        assert_eq!(
            parse("name", " \u{200b} ", 200, Alphabet::Any).unwrap_err().reason,
            FieldErrorReason::Required
        );
    }

    #[test]
    fn identifiers_are_printable_ascii() {
        assert_eq!(
            parse("clientId", "10000000000042", 255, Alphabet::Ascii).unwrap(),
            "10000000000042"
        );
        assert_eq!(
            parse("clientId", "café", 255, Alphabet::Ascii).unwrap_err().reason,
            FieldErrorReason::NotAscii { character: 'é' }
        );
    }
}
