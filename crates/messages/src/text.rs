use std::borrow::Cow;

use crate::{Language, fill::fill};

/// A text by its key, in all languages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) key: &'static str,
    pub(crate) texts: [&'static str; Language::ALL.len()],
}

/// A text whose language isn't known yet: a key of the catalogue, and the values for its gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    message: &'static Message,
    values: Vec<Value>,
}

/// The value of a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// From outside, or a number: the same in every language, byte for byte.
    Verbatim(String),
    /// Of the catalogue: in the language of the text around it.
    Text(Text),
}

impl Text {
    pub(crate) const fn new(message: &'static Message) -> Self {
        Self {
            message,
            values: Vec::new(),
        }
    }

    pub(crate) const fn with(message: &'static Message, values: Vec<Value>) -> Self {
        Self { message, values }
    }

    /// The text in that language.
    #[must_use]
    pub fn of(&self, language: Language) -> Cow<'static, str> {
        let text = self.message.texts[language as usize];
        if self.values.is_empty() {
            return Cow::Borrowed(text);
        }
        let values: Vec<_> = self.values.iter().map(|value| value.of(language)).collect();
        Cow::Owned(fill(text, &values.iter().map(AsRef::as_ref).collect::<Vec<_>>()))
    }

    /// The key, for tests and logs.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.message.key
    }
}

impl Value {
    fn of(&self, language: Language) -> Cow<'_, str> {
        match self {
            Self::Verbatim(text) => Cow::Borrowed(text),
            Self::Text(text) => text.of(language),
        }
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Verbatim(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Verbatim(text.to_owned())
    }
}

macro_rules! from_numbers {
    ($($number:ty)+) => {
        $(
            impl From<$number> for Value {
                fn from(number: $number) -> Self {
                    Self::Verbatim(number.to_string())
                }
            }
        )+
    };
}

from_numbers!(u8 u16 u32 u64 usize i32 i64);
