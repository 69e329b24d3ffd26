//! Turns the stored records of launches and keysets, which are data, into text in the language of the reader.
//!
//! Older records are English sentences and are shown as they are.

use contract::{Check, ValueKind};
use domain::{LaunchRecord, OwnValue, Refusal, Rule};
use lti13::{CheckResult, Step, Term, Value};
use messages::{Text, rules, values};
use serde::{Deserialize, Deserializer};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::http::language::Language;

mod texts;

/// The checks of a launch, as they are stored.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredChecks {
    Record(LaunchRecord),
    Sentences(Vec<Check>),
}

/// The checks of a launch as the API shows them, of what is stored: JSON.
///
/// # Errors
///
/// Where that is no record.
pub fn read_checks<'a, D: Deserializer<'a>>(stored: D, language: Language) -> Result<Vec<Check>, D::Error> {
    Ok(match StoredChecks::deserialize(stored)? {
        StoredChecks::Record(record) => record.finish().into_iter().map(|check| shown(check, language)).collect(),
        StoredChecks::Sentences(checks) => checks,
    })
}

/// The same of a column.
///
/// # Errors
///
/// Where it holds no record.
pub fn parse_checks(stored: &str, language: Language) -> Result<Vec<Check>, serde_json::Error> {
    read_checks(&mut serde_json::Deserializer::from_str(stored), language)
}

fn shown(check: lti13::Check, language: Language) -> Check {
    let lti13::Check {
        stage,
        step,
        result,
        expected,
        seen,
        hint,
    } = check;
    let code = step.code();
    let rule = Rule::by_code(&code);
    let of_rule = rule
        .filter(|_| result == CheckResult::Failed)
        .map(|rule| texts::rule(rule).remedy);
    let remedy = hint.and_then(|hint| texts::hint(&hint)).or(of_rule);
    Check {
        stage: stage.as_str().to_owned(),
        rule: match (rule, step) {
            (Some(rule), _) => texts::rule(rule).requirement.of(language).into_owned(),
            (None, Step::Stage(stage)) => texts::stage(stage).of(language).into_owned(),
            (None, _) => code.clone().into_owned(),
        },
        code: Some(code.into_owned()),
        result: match result {
            CheckResult::Passed => contract::CheckResult::Passed,
            CheckResult::Failed => contract::CheckResult::Failed,
            CheckResult::Skipped => contract::CheckResult::Skipped,
        },
        expected_kind: expected.as_ref().map(kind_of),
        expected: expected.map(|expected| value_in(&expected, language)),
        seen_kind: seen.as_ref().map(kind_of),
        seen: seen.map(|seen| value_in(&seen, language)),
        remedy: remedy.map(|remedy| remedy.of(language).into_owned()),
    }
}

/// The only value of a list of one, which is shown like a value of its own.
fn only(value: &Value) -> &Value {
    match value {
        Value::List(list) => match list.as_slice() {
            [only] => self::only(only),
            _ => value,
        },
        _ => value,
    }
}

fn kind_of(value: &Value) -> ValueKind {
    match only(value) {
        Value::Text(_) => ValueKind::Text,
        Value::Term(Term::Absent) => ValueKind::Absent,
        _ => ValueKind::Description,
    }
}

/// A value of a check within a text of the gateway: text from outside in quotation marks.
pub fn quoted(value: &str, kind: Option<ValueKind>, language: Language) -> String {
    match kind {
        Some(ValueKind::Text) => values::quoted(value).of(language).into_owned(),
        Some(ValueKind::Absent | ValueKind::Description) | None => value.to_owned(),
    }
}

/// The fault of a launch, in one sentence for an educator, and the name of the parameter or claim that it is about.
pub fn sentence(refusal: &Refusal) -> Text {
    if let Some(sentence) = refusal.own_hint().and_then(texts::hint_sentence) {
        return sentence;
    }
    let sentence = texts::rule(refusal.rule()).sentence;
    match refusal.name() {
        Some(name) => rules::about(sentence, name),
        None => sentence,
    }
}

/// A value as it is stored in a column of its own.
pub fn store_value(value: &Value) -> String {
    serde_json::json!(value).to_string()
}

/// The same in that language.
pub fn read_value(stored: &str, language: Language) -> String {
    match serde_json::from_str::<Value>(stored) {
        Ok(value) => value_in(&value, language),
        Err(_) => stored.to_owned(),
    }
}

/// A value in that language.
pub fn value_in(value: &Value, language: Language) -> String {
    match text(value) {
        messages::Value::Verbatim(text) => text,
        messages::Value::Text(text) => text.of(language).into_owned(),
    }
}

/// A value as it fills the gap of a text. Text from outside stays as it is; within a description it is in quotation marks.
pub fn text(value: &Value) -> messages::Value {
    match only(value) {
        Value::Text(text) => text.as_str().into(),
        Value::List(list) => list_of(list),
        Value::Cut { text, characters } => values::cut(values::quoted(text.as_str()), *characters).into(),
        Value::Term(term) => match texts::term(*term) {
            Some(text) => text.into(),
            None => unknown(&serde_json::json!(value)).into(),
        },
        Value::Characters(count) => values::characters(*count).into(),
        Value::Values(count) => values::values(*count).into(),
        Value::Members(count) => values::members(*count).into(),
        Value::Bytes(count) => values::bytes(*count).into(),
        Value::BytesAtMost(limit) => values::bytes_at_most(*limit).into(),
        Value::Age(seconds) => values::age(*seconds).into(),
        Value::AgeAtMost(seconds) => values::age_at_most(*seconds).into(),
        Value::Instant { at, now } => values::instant(time(*at), time(*now)).into(),
        Value::Client { issuer, client_id } => {
            let client_id = match client_id {
                Some(client_id) => values::quoted(client_id.as_str()),
                None => values::ABSENT,
            };
            values::client(values::quoted(issuer.as_str()), client_id).into()
        }
        Value::UnknownError(count) => values::unknown_error(*count).into(),
        Value::Other(json) => match OwnValue::of(json) {
            Some(value) => own_text(value),
            None => unknown(json).into(),
        },
        _ => unknown(&serde_json::json!(value)).into(),
    }
}

fn own_text(value: OwnValue) -> messages::Value {
    match value {
        OwnValue::Term(term) => texts::own_term(term).into(),
        OwnValue::Method(method) => values::method(method).into(),
        OwnValue::Blocked(reason) => values::blocked(texts::own_term(reason)).into(),
        OwnValue::NoConnection(cause) => values::no_connection(cause).into(),
        OwnValue::BadCertificate(reason) => values::bad_certificate(texts::own_term(reason)).into(),
        OwnValue::HttpStatus(status) => values::http_status(status).into(),
        OwnValue::Redirected(status) => values::redirected(status).into(),
    }
}

fn list_of(list: &[Value]) -> messages::Value {
    match list {
        [] => values::values(0).into(),
        [only] => part(only),
        [first, rest @ ..] => values::list(part(first), list_of(rest)).into(),
    }
}

/// A value within a description.
fn part(value: &Value) -> messages::Value {
    match value {
        Value::Text(text) => values::quoted(text.as_str()).into(),
        other => text(other),
    }
}

/// A time of the UTC, to the second.
fn time(seconds: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(seconds).ok();
    time.and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_else(|| seconds.to_string())
}

/// The name of a term that only a newer version knows.
fn unknown(json: &serde_json::Value) -> String {
    let word = json.get("term").and_then(serde_json::Value::as_str);
    word.map_or_else(|| json.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests;
