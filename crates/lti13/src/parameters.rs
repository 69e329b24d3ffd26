//! Form and query parameters: the known ones, each at most once and within its limit.

use std::borrow::Cow;

use crate::{Evidence, Refusal, Rule, Term, Value};

/// The values of `known` (name and greatest length in bytes), in that order. Unknown parameters are ignored, and an empty
/// value is the same as none.
pub(crate) fn collect<'a, const N: usize>(
    pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    known: [(&'static str, usize); N],
) -> Result<[Option<String>; N], Refusal> {
    let mut values: [Option<String>; N] = [const { None }; N];
    for (name, value) in pairs {
        let Some(at) = known.iter().position(|(known, _)| *known == name) else {
            continue;
        };
        let (name, limit) = known[at];
        if values[at].is_some() {
            return Err(Refusal::new(Rule::DuplicateParameter)
                .about(name)
                .with(Evidence::expected(Term::Once).and_seen(Term::Twice)));
        }
        if value.len() > limit {
            let evidence = Evidence::expected(Value::BytesAtMost(limit)).and_seen(Value::Bytes(value.len()));
            return Err(Refusal::new(Rule::TooLarge).about(name).with(evidence));
        }
        values[at] = Some(value.into_owned());
    }
    Ok(values.map(|value| value.filter(|value| !value.is_empty())))
}

/// The value of a required parameter.
pub(crate) fn required(value: Option<String>, name: &'static str) -> Result<String, Refusal> {
    let missing = || {
        Refusal::new(Rule::MissingParameter)
            .about(name)
            .with(Evidence::expected(name).and_seen(Term::Absent))
    };
    value.ok_or_else(missing)
}

/// A name or id that is compared or looked up: no control characters, which no such name has and not every database can take.
pub(crate) fn printable(value: Option<String>, name: &'static str) -> Result<Option<String>, Refusal> {
    match value {
        Some(value) if value.chars().any(char::is_control) => Err(Refusal::new(Rule::MalformedParameter)
            .about(name)
            .with(Evidence::seen(Value::Bytes(value.len())))),
        value => Ok(value),
    }
}
