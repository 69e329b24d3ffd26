//! The reference of a launch, which error pages show and people type.

/// Parses a typed reference: lower case, spaces, missing dashes, O for 0 and I or L for 1 (Crockford's base 32).
/// `None` if it doesn't have twelve symbols.
pub(crate) fn parse(typed: &str) -> Option<String> {
    let symbols: Option<Vec<char>> = typed
        .chars()
        .filter(|c| !matches!(c, '-' | '–' | '‑') && !c.is_whitespace())
        .map(|c| match c.to_ascii_uppercase() {
            'O' => Some('0'),
            'I' | 'L' => Some('1'),
            'U' => None,
            c if c.is_ascii_alphanumeric() => Some(c),
            _ => None,
        })
        .collect();
    let symbols = symbols.filter(|symbols| symbols.len() == 12)?;
    let groups: Vec<String> = symbols.chunks(4).map(|group| group.iter().collect()).collect();
    Some(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn takes_it_as_people_type_it() {
        for typed in ["5TFA-R7YN-2K8Q", "5tfar7yn2k8q", " 5tfa r7yn 2k8q ", "5TFA–R7YN–2K8Q"] {
            assert_eq!(parse(typed).as_deref(), Some("5TFA-R7YN-2K8Q"), "{typed}");
        }
        assert_eq!(parse("ooil-OOIL-0011").as_deref(), Some("0011-0011-0011"));
    }

    #[test]
    fn refuses_everything_else() {
        for typed in [
            "",
            "5TFA-R7YN",
            "5TFA-R7YN-2K8Q-7",
            "5TFA-R7YN-2K8U",
            "5TFA/R7YN/2K8Q",
            "5TFÄ-R7YN-2K8Q",
        ] {
            assert_eq!(parse(typed), None, "{typed}");
        }
    }
}
