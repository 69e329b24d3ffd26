//! The expected and the received value of a check, in a form that may be stored: values of an allow-list; else only type and length.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::KeySetError;
use crate::claims::MAX_ISSUER_LENGTH;

/// The longest text that is kept whole, in characters. No value that is accepted is longer: issuers of registrations come to this,
/// `kid` to 512, ids to 255.
const LONGEST: usize = MAX_ISSUER_LENGTH;

/// How much is kept of a longer one, in characters.
const CUT: usize = 200;

/// How much of a list is kept, in characters: three of the longest ids.
const LONGEST_LIST: usize = 3 * (255 + SEPARATOR);

/// The characters that a list counts for a separator, and in `WORD` for an item that is no text.
const SEPARATOR: usize = 2;
const WORD: usize = 10;

/// A value in a record. Serialized, text from outside is a JSON string, everything else an object that names what it is: none is
/// ever taken for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Value {
    /// One of the closed vocabulary.
    Term(Term),
    /// A string of so many characters, not to be shown.
    Characters(usize),
    /// An array of so many values.
    Values(usize),
    /// An object of so many members.
    Members(usize),
    /// So many bytes.
    Bytes(usize),
    /// So many bytes at the most.
    BytesAtMost(usize),
    /// So many seconds old.
    Age(i64),
    /// So many seconds old at the most.
    AgeAtMost(i64),
    /// A time and the time of the check, in Unix seconds.
    Instant {
        /// The time that came.
        at: i64,
        /// The clock at that moment.
        now: i64,
    },
    /// An issuer and a client ID.
    Client {
        /// The issuer.
        issuer: String,
        /// The client ID, if one came.
        client_id: Option<String>,
    },
    /// An error code of that length which no specification knows.
    UnknownError(usize),
    /// Text from outside that is longer than any accepted value.
    Cut {
        /// Its beginning.
        text: String,
        /// How many characters came.
        characters: usize,
    },
    /// Text from outside. Showing it never changes it.
    #[serde(untagged)]
    Text(String),
    /// Several of these.
    #[serde(untagged)]
    List(Vec<Value>),
    /// A value of the caller's own, or one that only a newer version knows.
    #[serde(untagged)]
    Other(Json),
}

impl Value {
    /// Text from outside, without control characters: whole, or the beginning of what is longer than any accepted value.
    #[must_use]
    pub fn text(text: &str) -> Self {
        match text.char_indices().nth(CUT) {
            Some((end, _)) if text.chars().nth(LONGEST).is_some() => Self::Cut {
                text: shown(text.get(..end).unwrap_or_default()),
                characters: text.chars().count(),
            },
            _ => Self::Text(shown(text)),
        }
    }

    /// The values that name a registration at login, as the platform sent them, within the limits of a login initiation.
    #[must_use]
    pub fn client(issuer: &str, client_id: Option<&str>) -> Self {
        Self::Client {
            issuer: shown(issuer),
            client_id: client_id.map(shown),
        }
    }

    /// Several values, about three ids' length in all; what is left out is marked by [`Term::More`]. One alone is itself.
    #[must_use]
    pub fn list(values: impl IntoIterator<Item = Self>) -> Self {
        let mut length = 0;
        let mut list = Vec::new();
        for value in values {
            length += match &value {
                Self::Text(text) | Self::Cut { text, .. } => text.chars().count() + SEPARATOR,
                _ => WORD,
            };
            if length > LONGEST_LIST && !list.is_empty() {
                list.push(Term::More.into());
                break;
            }
            list.push(value);
        }
        match <[Self; 1]>::try_from(list) {
            Ok([only]) => only,
            Err(list) if list.is_empty() => Self::Values(0),
            Err(list) => Self::List(list),
        }
    }
}

impl From<Term> for Value {
    fn from(term: Term) -> Self {
        Self::Term(term)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::text(text)
    }
}

impl From<KeySetError> for Value {
    fn from(error: KeySetError) -> Self {
        Self::Term(match error {
            KeySetError::TooLarge => Term::AnswerTooLarge,
            KeySetError::WebPage => Term::AnswerWebPage,
            KeySetError::NotJson => Term::AnswerNotJson,
            KeySetError::NotAKeySet => Term::AnswerNoKeySet,
        })
    }
}

macro_rules! vocabulary {
    ($(#[$about:meta])* $name:ident: $($(#[$doc:meta])* $word:ident,)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $word,)*
        }

        impl $name {
            /// All of them; for catalogues of texts and their tests.
            pub const ALL: &[Self] = &[$(Self::$word,)*];
        }
    };
}

vocabulary! {
    /// A term in a record, where there is no value, or where it may not be shown. Serialized by its name; a name that was
    /// published stays.
    Term:
    /// It did not come.
    Absent,
    /// It came.
    Present,
    /// JSON's null.
    Null,
    /// A boolean.
    Boolean,
    /// A number.
    Number,
    /// An array, of whatever length.
    Array,
    /// Something else than text.
    NotText,
    /// There are more.
    More,
    /// An id as LTI has them.
    Id,
    /// A parameter comes once.
    Once,
    /// A parameter came twice.
    Twice,
    /// The value of the login, from the LMS's storage.
    LoginValue,
    /// Another value.
    OtherValue,
    /// A value, although the LMS offered no storage at login.
    NoStorage,
    /// The LMS's page did not answer.
    NoAnswer,
    /// An id_token.
    IdToken,
    /// A JSON Web Key Set.
    KeySet,
    /// No key that can be used.
    NoUsableKey,
    /// The answer is longer than a keyset may be.
    AnswerTooLarge,
    /// The answer is a web page.
    AnswerWebPage,
    /// The answer is no JSON.
    AnswerNotJson,
    /// The answer is JSON, but no keyset.
    AnswerNoKeySet,
}

/// The remedy, or a place to look at, where that is more than the rule itself asks for. Serialized by its name; a name that was published
/// stays.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Hint {
    /// The registered value differs by a trailing slash.
    ByTrailingSlash,
    /// The registered value differs by spaces.
    BySpaces,
    /// The registered value differs by http against https.
    ByScheme,
    /// The registered value differs by capital letters.
    ByCapitals,
    /// The platform names further audiences.
    FurtherAudiences,
    /// The `target_link_uri` at login was another one.
    OtherTarget,
    /// A hint of the caller's own, by its name.
    #[serde(untagged)]
    Other(Cow<'static, str>),
}

impl Hint {
    /// All but the callers'; for catalogues of texts and their tests.
    pub const ALL: &[Self] = &[
        Self::ByTrailingSlash,
        Self::BySpaces,
        Self::ByScheme,
        Self::ByCapitals,
        Self::FurtherAudiences,
        Self::OtherTarget,
    ];
}

/// The expected value, the received value and a hint. Only values of the allow-list belong here: iss, aud, azp, deployment, version,
/// message type, alg, kid, times and the names of parameters. Of anything else, say its type and length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    pub(crate) expected: Option<Value>,
    pub(crate) seen: Option<Value>,
    pub(crate) hint: Option<Hint>,
}

impl Evidence {
    /// The hint.
    #[must_use]
    pub fn hint(&self) -> Option<&Hint> {
        self.hint.as_ref()
    }

    /// No evidence: the rule itself says everything.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The received value, where no particular one was expected.
    #[must_use]
    pub fn seen(seen: impl Into<Value>) -> Self {
        Self::none().and_seen(seen)
    }

    /// The expected value.
    #[must_use]
    pub fn expected(expected: impl Into<Value>) -> Self {
        Self {
            expected: Some(expected.into()),
            ..Self::default()
        }
    }

    /// The same, with what came.
    #[must_use]
    pub fn and_seen(mut self, seen: impl Into<Value>) -> Self {
        self.seen = Some(seen.into());
        self
    }

    /// The same, with a hint.
    #[must_use]
    pub fn and_hint(mut self, hint: impl Into<Hint>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// `value`, with U+FFFD in place of each control character.
pub(crate) fn shown(value: &str) -> String {
    let printable = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    value.chars().map(printable).collect()
}

/// Type and length of a value that may not be shown.
pub(crate) fn described(value: Option<&Json>) -> Value {
    match value {
        None => Term::Absent.into(),
        Some(Json::Null) => Term::Null.into(),
        Some(Json::Bool(_)) => Term::Boolean.into(),
        Some(Json::Number(_)) => Term::Number.into(),
        Some(Json::String(text)) => Value::Characters(text.chars().count()),
        Some(Json::Array(items)) => Value::Values(items.len()),
        Some(Json::Object(members)) => Value::Members(members.len()),
    }
}

/// The value itself if it is text, else its type. Only for claims of the allow-list.
pub(crate) fn shown_or_described(value: Option<&Json>) -> Value {
    match value {
        Some(Json::String(text)) => Value::text(text),
        other => described(other),
    }
}
