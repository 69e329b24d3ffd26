//! The texts in the reader's language. The catalogue is `crates/messages`. The browser fetches its lines in one language,
//! together with the program.

use std::sync::OnceLock;

use messages::portal::Texts;

/// All texts. Tests on the host get English.
#[inline(never)]
pub(crate) fn texts() -> &'static Texts {
    static CHOSEN: OnceLock<Texts> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        #[cfg(target_arch = "wasm32")]
        let lines = Box::leak(crate::browser::fetched_texts().into_boxed_str());
        #[cfg(not(target_arch = "wasm32"))]
        let lines = messages::portal::lines(messages::Language::FALLBACK);
        Texts::read(&mut lines.lines())
    })
}

/// Values joined to a list: "1, 2".
pub(crate) fn listed(values: Vec<String>) -> String {
    let add = |list: String, next: String| texts().common.list.with([&list, &next]);
    values.into_iter().reduce(add).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn lists_values_as_the_language_does() {
        let listed = |values: &[&str]| listed(values.iter().map(|&value| value.to_owned()).collect());
        assert_eq!(listed(&[]), "");
        assert_eq!(listed(&["1"]), "1");
        assert_eq!(listed(&["1", "2", "3"]), "1, 2, 3");
    }
}
