//! The texts of the portal. A browser fetches one language, as lines without keys; the types here say what each line is.

use crate::fill::fill;

include!(concat!(env!("OUT_DIR"), "/portal.rs"));

/// The lines of a language, in the order of the catalogue.
pub type Lines<'a> = dyn Iterator<Item = &'static str> + 'a;

/// A text with gaps for `N` values, in the order in which English names them.
#[derive(Debug)]
pub struct Template<const N: usize>(&'static str);

/// A text about a number of things.
#[derive(Debug)]
pub struct Plural {
    one: &'static str,
    other: &'static str,
}

impl<const N: usize> Template<N> {
    /// The text with these values.
    #[must_use]
    pub fn with(&self, values: [&str; N]) -> String {
        fill(self.0, &values)
    }
}

impl Template<1> {
    /// The text with a number.
    #[must_use]
    pub fn of(&self, number: usize) -> String {
        self.with([&number.to_string()])
    }

    /// The text before the value and the text after it, where the value is no string but an element of a page.
    #[must_use]
    pub fn around(&self) -> (&'static str, &'static str) {
        self.0.split_once("{0}").unwrap_or((self.0, ""))
    }
}

impl Plural {
    /// The text for this number.
    #[must_use]
    pub fn of(&self, count: usize) -> String {
        Template::<1>(if count == 1 { self.one } else { self.other }).of(count)
    }

    fn read(lines: &mut Lines<'_>) -> Self {
        Self {
            one: line(lines),
            other: line(lines),
        }
    }
}

#[inline(never)]
fn line(lines: &mut Lines<'_>) -> &'static str {
    lines.next().unwrap_or_default()
}
