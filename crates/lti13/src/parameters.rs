//! Form and query parameters: the known ones, each with one value at most and within its limit.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use crate::{Evidence, LaunchError, Rule, Term, Value};

/// The pairs of a query or form, as `url::form_urlencoded::parse` decodes them, but with each value byte for byte: a platform may send
/// hints that are not UTF-8, and wants them back as they were.
pub fn parse_pairs(encoded: &[u8]) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, [u8]>)> {
    let parts = encoded.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    parts.map(|part| {
        let mut sides = part.splitn(2, |byte| *byte == b'=');
        let mut side = || decode(sides.next().unwrap_or_default());
        let name = match side() {
            Cow::Borrowed(name) => String::from_utf8_lossy(name),
            Cow::Owned(name) => String::from_utf8_lossy(&name).into_owned().into(),
        };
        (name, side())
    })
}

/// A plus sign is a space (URL standard, application/x-www-form-urlencoded).
fn decode(part: &[u8]) -> Cow<'_, [u8]> {
    if !part.contains(&b'+') {
        return percent_decode(part).into();
    }
    let spaced: Vec<_> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect::<Vec<_>>().into()
}

/// A parameter that a request can't have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ParameterError {
    /// Absent or empty, though required.
    Missing(&'static str),
    /// It came with several values.
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

/// The values of `known` (name and greatest length in bytes), in that order. Unknown parameters are ignored, an empty value is the same
/// as none, and one that is repeated unaltered counts once: some platforms send a parameter that the URL has already.
pub(crate) fn collect<'a, V, const N: usize>(
    pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, V>)>,
    known: [(&'static str, usize); N],
) -> Result<[Option<V::Owned>; N], ParameterError>
where
    V: AsRef<[u8]> + ToOwned + ?Sized + 'a,
{
    let mut values: [Option<Cow<'a, V>>; N] = [const { None }; N];
    for (name, value) in pairs {
        let Some(at) = known.iter().position(|(known, _)| *known == name) else {
            continue;
        };
        let (name, limit) = known[at];
        let bytes = value.as_ref().as_ref();
        if bytes.is_empty() {
            continue;
        }
        if bytes.len() > limit {
            let length = bytes.len();
            return Err(ParameterError::TooLarge { name, length, limit });
        }
        if values[at].as_ref().is_some_and(|first| first.as_ref().as_ref() != bytes) {
            return Err(ParameterError::Duplicate(name));
        }
        values[at] = Some(value);
    }
    Ok(values.map(|value| value.map(Cow::into_owned)))
}

/// The value of a required parameter.
pub(crate) fn required<T>(value: Option<T>, name: &'static str) -> Result<T, ParameterError> {
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
