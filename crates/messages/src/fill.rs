/// A text with values in its numbered gaps. A value is copied as it is, also where it has a brace in it.
#[cfg_attr(not(any(feature = "server", feature = "portal")), allow(dead_code))]
pub(crate) fn fill(text: &str, values: &[&str]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut pieces = text.split('{');
    filled.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (gap, rest) = piece.split_once('}').unwrap_or_default();
        let value = gap.parse().ok().and_then(|number: usize| values.get(number));
        filled.push_str(value.copied().unwrap_or_default());
        filled.push_str(rest);
    }
    filled
}
