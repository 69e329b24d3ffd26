//! Form and query parameters: the known ones, each at most once and within its limit.

use std::borrow::Cow;

use crate::{Evidence, LaunchError, Rule, Term, Value};

/// A parameter that a request can't have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ParameterError {
    /// Absent or empty, though required.
    Missing(&'static str),
    /// It came more than once.
    Duplicate(&'static str),
    /// It has control characters; so many bytes in all.
    Malformed(&'static str, usize),
    /// It is too long.
    TooLarge {
        name: &'static str,
        length: usize,
        limit: usize,
    },
}

/// The values of `known` (name and greatest length in bytes), in that order. Unknown parameters are ignored, and an empty
/// value is the same as none.
pub(crate) fn collect<'a, const N: usize>(
    pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    known: [(&'static str, usize); N],
) -> Result<[Option<String>; N], ParameterError> {
    let mut values: [Option<String>; N] = [const { None }; N];
    for (name, value) in pairs {
        let Some(at) = known.iter().position(|(known, _)| *known == name) else {
            continue;
        };
        let (name, limit) = known[at];
        if values[at].is_some() {
            return Err(ParameterError::Duplicate(name));
        }
        let length = value.len();
        if length > limit {
            return Err(ParameterError::TooLarge { name, length, limit });
        }
        values[at] = Some(value.into_owned());
    }
    Ok(values.map(|value| value.filter(|value| !value.is_empty())))
}

/// The value of a required parameter.
pub(crate) fn required(value: Option<String>, name: &'static str) -> Result<String, ParameterError> {
    value.ok_or(ParameterError::Missing(name))
}

/// A name or id that is compared or looked up: no control characters, which no such name has and not every database can take.
pub(crate) fn printable(value: Option<String>, name: &'static str) -> Result<Option<String>, ParameterError> {
    match value {
        Some(value) if value.chars().any(char::is_control) => Err(ParameterError::Malformed(name, value.len())),
        value => Ok(value),
    }
}

impl From<ParameterError> for LaunchError {
    fn from(error: ParameterError) -> Self {
        let (rule, name, evidence) = match error {
            ParameterError::Missing(name) => {
                let evidence = Evidence::expected(name).and_seen(Term::Absent);
                (Rule::MissingParameter, name, evidence)
            }
            ParameterError::Duplicate(name) => {
                let evidence = Evidence::expected(Term::Once).and_seen(Term::Twice);
                (Rule::DuplicateParameter, name, evidence)
            }
            ParameterError::Malformed(name, length) => (Rule::MalformedParameter, name, Evidence::seen(Value::Bytes(length))),
            ParameterError::TooLarge { name, length, limit } => {
                let evidence = Evidence::expected(Value::BytesAtMost(limit)).and_seen(Value::Bytes(length));
                (Rule::TooLarge, name, evidence)
            }
        };
        Self::new(rule).about(name).with(evidence)
    }
}
