//! What a check expected and what it saw, in a form that may be stored: values of an allow-list, shortened; else only type and length.

use serde_json::Value;

use crate::Phrase;

/// The longest value that is kept.
const LONGEST: usize = 200;

/// What was expected, what came, and what to do about it. Every value is shortened, and freed of control
/// characters, on the way in.
///
/// Only values of the allow-list belong here: iss, aud, azp, deployment, version, message type, alg, kid, times and
/// the names of parameters. Of anything else, say its type and length, in words of [`Phrase`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    pub(crate) expected: Option<String>,
    pub(crate) seen: Option<String>,
    pub(crate) remedy: Option<String>,
}

impl Evidence {
    /// No evidence: the rule itself says everything.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What came, nothing being expected in particular.
    #[must_use]
    pub fn seen(seen: impl AsRef<str>) -> Self {
        Self::none().and_seen(seen)
    }

    /// What was expected.
    #[must_use]
    pub fn expected(expected: impl AsRef<str>) -> Self {
        Self {
            expected: Some(shown(expected.as_ref())),
            ..Self::default()
        }
    }

    /// The same, with what came.
    #[must_use]
    pub fn and_seen(mut self, seen: impl AsRef<str>) -> Self {
        self.seen = Some(shown(seen.as_ref()));
        self
    }

    /// The same, with a remedy that fits better than the rule's own.
    #[must_use]
    pub fn and_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

/// `value` without control characters, at most 200 characters.
pub(crate) fn shown(value: &str) -> String {
    let printable = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut shown: String = value.chars().take(LONGEST).map(printable).collect();
    if value.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Type and length of a value that may not be shown.
pub(crate) fn described(value: Option<&Value>) -> String {
    match value {
        None => Phrase::Absent.to_string(),
        Some(Value::Null) => Phrase::Null.to_string(),
        Some(Value::Bool(_)) => Phrase::Boolean.to_string(),
        Some(Value::Number(_)) => Phrase::Number.to_string(),
        Some(Value::String(text)) => Phrase::Text.with([&text.chars().count()]),
        Some(Value::Array(items)) => Phrase::Values.with([&items.len()]),
        Some(Value::Object(members)) => Phrase::Members.with([&members.len()]),
    }
}

/// The value itself if it is text, else its type. Only for claims of the allow-list.
pub(crate) fn shown_or_described(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => shown(text),
        other => described(other),
    }
}
