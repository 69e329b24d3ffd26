//! The language of tests, read.

/// The part of a text in the language of tests that isn't the catalogue's: text outside of brackets, and the values in its texts. Names as
/// in code (`` `name` ``) are left out.
#[must_use]
pub fn foreign(text: &str) -> String {
    let mut open = Vec::new();
    let mut rest = String::new();
    for c in text.chars() {
        match c {
            '⟦' | '⟨' => open.push(c),
            '⟧' | '⟩' => {
                open.pop();
                rest.push(' ');
            }
            c if c == '`' || open.last() != Some(&'⟦') => rest.push(c),
            _ => (),
        }
    }
    let outside_of_code: String = rest.split('`').step_by(2).collect();
    outside_of_code.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::foreign;

    #[test]
    fn values_and_literals_are_foreign_and_texts_and_code_are_not() {
        for (text, rest) in [
            ("⟦A text⟧", ""),
            ("⟦A text⟧ and a literal", "and a literal"),
            ("⟦A text about ⟨a value⟩ of ⟨2⟩⟧", "a value 2"),
            ("⟦A text about ⟨⟦a text about ⟨a value⟩⟧⟩⟧", "a value"),
            ("⟦A `name` and `⟨name⟩` of ⟨`a`, `b`⟩⟧", ","),
        ] {
            assert_eq!(foreign(text), rest, "{text}");
        }
    }
}
