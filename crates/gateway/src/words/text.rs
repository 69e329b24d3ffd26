use std::borrow::Cow;

use crate::language::Language;

/// A sentence in every language. They stand side by side, so that none can be forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    english: Cow<'static, str>,
    german: Cow<'static, str>,
}

impl Text {
    /// A sentence as it is.
    pub const fn new(english: &'static str, german: &'static str) -> Self {
        Self {
            english: Cow::Borrowed(english),
            german: Cow::Borrowed(german),
        }
    }

    /// A sentence with values in it.
    pub const fn filled(english: String, german: String) -> Self {
        Self {
            english: Cow::Owned(english),
            german: Cow::Owned(german),
        }
    }

    /// The sentence in that language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::German => &self.german,
        }
    }
}
