//! The reason why JSON doesn't fit a type, as data. serde reports it by the functions of its trait `Error`; its sentences are
//! not used.

use std::fmt;

use messages::{
    Text,
    api::{body, shapes},
};
use serde::de::{Expected, Unexpected};

/// Characters of an unknown name or value that are shown.
const LONGEST_UNKNOWN: usize = 80;

/// Why a value doesn't fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShapeError {
    /// It isn't of the kind that is needed.
    WrongKind(Kind),
    /// It is of the right kind, but not one of its values.
    WrongForm,
    /// There is no such field.
    UnknownField {
        /// As it was sent, shortened.
        name: String,
        /// Those that there are.
        known: Names,
    },
    /// A field isn't there.
    MissingField(&'static str),
    /// A field is there more than once.
    RepeatedField(&'static str),
    /// There is no such value.
    UnknownValue {
        /// As it was sent, shortened.
        value: String,
        /// Those that there are.
        known: Names,
    },
}

/// Names as in code, the same in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names(&'static [&'static str]);

/// A kind of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// True or false.
    Boolean,
    /// A number.
    Number,
    /// An array.
    List,
    /// An object.
    Object,
}

impl ShapeError {
    /// The fault, for people.
    pub fn text(&self) -> Text {
        match self {
            Self::WrongKind(Kind::Text) => shapes::TEXT,
            Self::WrongKind(Kind::Boolean) => shapes::BOOLEAN,
            Self::WrongKind(Kind::Number) => shapes::NUMBER,
            Self::WrongKind(Kind::List) => shapes::LIST,
            Self::WrongKind(Kind::Object) => shapes::OBJECT,
            Self::WrongForm => shapes::FORM,
            Self::UnknownField { name, known } => shapes::unknown_field(name.as_str(), known.text()),
            Self::MissingField(name) => shapes::missing_field(*name),
            Self::RepeatedField(_) => body::REPEATED_FIELD,
            Self::UnknownValue { value, known } => shapes::unknown_value(value.as_str(), known.text()),
        }
    }
}

impl Names {
    /// All of them.
    pub fn text(self) -> String {
        self.0.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }
}

fn shorten(text: &str) -> String {
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_UNKNOWN + 1).collect();
    if let Some((end, _)) = shown.char_indices().nth(LONGEST_UNKNOWN) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for ShapeError {}

impl serde::de::Error for ShapeError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::WrongForm
    }

    /// The caller of serde knows which kind is needed.
    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::WrongForm
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::UnknownValue {
            value: shorten(variant),
            known: Names(expected),
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::UnknownField {
            name: shorten(field),
            known: Names(expected),
        }
    }
    fn missing_field(field: &'static str) -> Self {
        Self::MissingField(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::RepeatedField(field)
    }
}
