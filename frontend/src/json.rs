//! Compact reading and writing of JSON.
//!
//! `serde_json` parses a text into a tree of values. The deserializer from that tree is written here. Each type that is read adds
//! its own copy of the code that reads it. With structs from objects only, enums from names only and an error without a message,
//! that copy is half as long as with `serde_json`.

use std::fmt::Display;

use serde::Serialize;
use serde::de::value::{MapDeserializer, SeqDeserializer, StringDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// The text doesn't have the expected form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JsonError;

impl Display for JsonError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("unreadable")
    }
}

impl std::error::Error for JsonError {}

impl serde::de::Error for JsonError {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

/// Reads a value from a text.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    T::deserialize(Tree(parse(text)?))
}

fn parse(text: &str) -> Result<Value, JsonError> {
    serde_json::from_str(text).map_err(|_| JsonError)
}

/// Writes a value. It cannot fail for the types used here.
pub(crate) fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

struct Tree(Value);

impl IntoDeserializer<'_, JsonError> for Tree {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn entries(object: Map<String, Value>) -> impl Iterator<Item = (String, Tree)> {
    object.into_iter().map(|(name, value)| (name, Tree(value)))
}

impl<'de> Deserializer<'de> for Tree {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, Some(number)) => visitor.visit_f64(number),
                (None, None, None) => Err(JsonError),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Tree))),
            Value::Object(object) => visitor.visit_map(MapDeserializer::new(entries(object))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::Object(object) => visitor.visit_map(MapDeserializer::new(entries(object))),
            _ => Err(JsonError),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(StringDeserializer::new(name)),
            _ => Err(JsonError),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Tree))),
            _ => Err(JsonError),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(JsonError),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple
        tuple_struct map identifier
    }
}

/// A document for people to read and copy, indented by two spaces.
pub(crate) fn pretty(value: &Value) -> String {
    let mut text = String::new();
    push(&mut text, value, 0);
    text
}

fn push(text: &mut String, value: &Value, level: usize) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        // Tool configurations have only whole numbers.
        Value::Number(number) => text.push_str(&number.as_i64().unwrap_or_default().to_string()),
        Value::String(value) => text.push_str(&write(value)),
        Value::Array(items) => {
            let items = items.iter().map(|item| (None, item));
            push_all(text, ['[', ']'], items, level);
        }
        Value::Object(object) => {
            let members = object.iter().map(|(name, value)| (Some(name), value));
            push_all(text, ['{', '}'], members, level);
        }
    }
}

fn push_all<'a>(
    text: &mut String,
    brackets: [char; 2],
    members: impl ExactSizeIterator<Item = (Option<&'a String>, &'a Value)>,
    level: usize,
) {
    let [open, close] = brackets;
    let last = members.len();
    text.push(open);
    for (place, (name, value)) in members.enumerate() {
        line(text, level + 1);
        if let Some(name) = name {
            text.push_str(&write(name));
            text.push_str(": ");
        }
        push(text, value, level + 1);
        if place + 1 < last {
            text.push(',');
        }
    }
    if last > 0 {
        line(text, level);
    }
    text.push(close);
}

fn line(text: &mut String, level: usize) {
    text.push('\n');
    for _ in 0..level {
        text.push_str("  ");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use contract::{HealthState, Launch, LaunchOutcome, Registration, Severity, ToolConfiguration};
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_what_serde_json_reads() {
        let text = json!({
            "id": "0196f2c4-7a31-7c52-9d0e-000000000001", "tenantId": "c0ffee00-0000-4000-8000-000000000001", "name": "Contoso “Moodle”",
            "appId": "launch-inspector", "platform": "moodle", "issuer": "https://moodle.example", "clientId": "abc",
            "deploymentIds": ["1", "2"], "authenticationUrl": "https://moodle.example/auth", "keysetUrl": "https://moodle.example/certs",
            "accessTokenUrl": null, "accessTokenAudience": "aud", "allowAnonymous": false, "acceptAnyDeployment": true,
            "createdAt": "2026-11-23T08:00:00.25Z", "createdBy": { "id": "o", "name": "Megan", "kind": "user" }, "lastLaunchAt": null,
            "health": { "state": "bad", "since": "2026-11-23T08:00:00Z", "detail": "x" }, "waitingDeployments": 3,
            "somethingNew": { "of": ["a", 1, null] }
        })
        .to_string();
        let registration: Registration = read(&text).unwrap();
        assert_eq!(registration, serde_json::from_str(&text).unwrap());
        assert_eq!(
            (registration.waiting_deployments, registration.health.state),
            (3, HealthState::Bad)
        );
        let launch: Launch = read(r#"{"reference":"R","at":"2026-11-23T08:00:00Z","outcome":"refused","code":null,"registrationId":null,"messageType":null}"#).unwrap();
        assert_eq!(launch.outcome, LaunchOutcome::Refused);
        assert_eq!(read::<Severity>("\"warning\""), Ok(Severity::Warning));
    }

    #[test]
    fn refuses_other_text() {
        for text in [
            "",
            "{",
            "[]",
            "\"x\"",
            "null",
            r#"{"reference":"R"}"#,
            r#"{"reference":1,"at":"2026-11-23T08:00:00Z","outcome":"refused"}"#,
        ] {
            assert_eq!(read::<Launch>(text), Err(JsonError), "{text}");
        }
        assert_eq!(read::<Severity>("\"fatal\""), Err(JsonError));
        assert_eq!(read::<Severity>("{\"warning\":null}"), Err(JsonError));
    }

    #[test]
    fn a_document_is_read_and_shown_as_it_came() {
        let text = r#"{"appId":"a","platform":"canvas","keys":[],"steps":[],"document":{"title":"A \"b\"","scopes":[],"n":-3,"ok":true,"extensions":[{"x":null},{}]}}"#;
        let configuration: ToolConfiguration = read(text).unwrap();
        let document = configuration.document.unwrap();
        assert_eq!(pretty(&document), serde_json::to_string_pretty(&document).unwrap());
    }
}
