//! Reads JSON from outside, and reports all errors of its structure at once: values of the wrong kind, unknown fields, repeated fields.

mod collect;
mod shape_error;

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    fmt,
};

use contract::ProblemFault;
use messages::api;
use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

pub use shape_error::{Kind, ShapeError};

use crate::http::language::Language;

/// The longest JSON body where no other limit is set, and the longest form, in bytes.
pub const BODY_LIMIT: usize = 256 * 1024;

/// The longest launch, in bytes: an id_token of the greatest length, and the state.
pub const LAUNCH_LIMIT: usize = 1024 * 1024;
/// Faults named at the most: enough for a person, too few to make work of.
const MOST_ERRORS: usize = 50;
/// Bytes of pointers to repeated fields, beyond which no more are named: fifty pointers through one long name are many times the body.
const MOST_NAMED: usize = 64 * 1024;

/// A JSON object and the fields in it that were given more than once.
pub struct Object {
    json: Value,
    repeated: Vec<String>,
}

/// A value of some type, and what was wrong with the JSON that it was made of.
pub struct Shaped<T> {
    /// The value, with defaults in the invalid places; `None` where it can't be without them, or has too many.
    value: Option<T>,
    errors: Vec<ProblemFault>,
    /// How many values were looked at.
    #[cfg(test)]
    visits: usize,
}

/// The error for a body that is no JSON object.
#[derive(Debug, PartialEq, Eq)]
pub enum JsonError {
    /// It is JSON, but another kind of value.
    NoObject,
    /// It has more values than are read.
    TooMany,
    /// It isn't JSON from this place on.
    At {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
}

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        Self::At {
            line: error.line(),
            column: error.column(),
        }
    }
}

impl Object {
    /// Reads a text of so many values at the most.
    pub fn parse(bytes: &[u8], most_values: usize) -> Result<Self, JsonError> {
        // serde would take an array for an object, its values in the order of the fields.
        if bytes
            .iter()
            .find(|byte| !byte.is_ascii_whitespace())
            .is_some_and(|first| *first != b'{')
        {
            return Err(JsonError::NoObject);
        }
        let progress = Progress {
            path: RefCell::default(),
            repeated: RefCell::default(),
            values_left: Cell::new(most_values),
        };
        let mut text = serde_json::Deserializer::from_slice(bytes);
        let json = match Reader(&progress).deserialize(&mut text) {
            Err(_) if progress.values_left.get() == 0 => return Err(JsonError::TooMany),
            read => read?,
        };
        text.end()?;
        Ok(Self {
            json,
            repeated: progress.repeated.into_inner(),
        })
    }

    /// Makes a value of it, with its errors in that language.
    pub fn shape<T: DeserializeOwned>(self, language: Language) -> Shaped<T> {
        let repeated = self.repeated.into_iter().map(|pointer| ProblemFault {
            detail: api::body::REPEATED_FIELD.of(language).into_owned(),
            pointer,
        });
        collect::shape(self.json, repeated.collect(), language)
    }
}

/// Makes a value of JSON, with its errors in that language: what doesn't fit is named and left at its default.
pub fn shape<T: DeserializeOwned>(json: Value, language: Language) -> Shaped<T> {
    collect::shape(json, Vec::new(), language)
}

impl<T> Shaped<T> {
    /// Validates what could be read by `rules`, also where some of it could not, so that the errors of both are named at once.
    ///
    /// # Errors
    ///
    /// Every error, up to fifty; those of the rules only where the shape has none in the same place.
    pub fn validate<U>(self, rules: impl FnOnce(T) -> Result<U, Vec<ProblemFault>>) -> Result<U, Vec<ProblemFault>> {
        let mut errors = self.errors;
        match self.value.map(rules) {
            Some(Ok(validated)) if errors.is_empty() => return Ok(validated),
            Some(Err(broken)) => {
                let within = |inner: &str, outer: &str| {
                    inner
                        .strip_prefix(outer)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                let (of_shape, room) = (errors.clone(), MOST_ERRORS.saturating_sub(errors.len()));
                let named = |pointer: &str| {
                    let mut known = of_shape.iter().map(|error| &error.pointer);
                    known.any(|known| within(pointer, known) || within(known, pointer))
                };
                errors.extend(broken.into_iter().filter(|error| !named(&error.pointer)).take(room));
            }
            _ => {}
        }
        Err(errors)
    }
}

/// The JSON pointer of a place (RFC 6901).
fn pointer(path: &[Step]) -> String {
    let mut pointer = String::new();
    for step in path {
        pointer.push('/');
        match step {
            Step::Field(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
            Step::Element(index) => pointer.push_str(&index.to_string()),
        }
    }
    pointer
}

/// Where a text is being read, and what was noted so far.
struct Progress {
    /// The steps to the value that is being read. They are written down as a pointer only where there is something to note, so that
    /// a long name costs nothing for each value below it.
    path: RefCell<Vec<Step>>,
    repeated: RefCell<Vec<String>>,
    values_left: Cell<usize>,
}

enum Step {
    Field(String),
    Element(usize),
}

impl Progress {
    /// Counts a value; an error where there are too many.
    fn count<E: serde::de::Error>(&self) -> Result<(), E> {
        let left = self.values_left.get().checked_sub(1).filter(|left| *left > 0);
        self.values_left.set(left.unwrap_or_default());
        left.map(|_| ()).ok_or_else(|| E::custom("too many values"))
    }

    /// Notes that the field that is being read came before.
    fn note_repeated(&self) {
        let mut repeated = self.repeated.borrow_mut();
        let named: usize = repeated.iter().map(String::len).sum();
        if repeated.len() < MOST_ERRORS && named < MOST_NAMED {
            repeated.push(pointer(&self.path.borrow()));
        }
    }
}

/// Reads any JSON, noting fields that come twice; the last one counts.
struct Reader<'a>(&'a Progress);

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let path = &self.0.path;
        let mut array = Vec::new();
        loop {
            path.borrow_mut().push(Step::Element(array.len()));
            let element = elements.next_element_seed(Reader(self.0))?;
            path.borrow_mut().pop();
            match element {
                Some(element) => array.push(element),
                None => return Ok(Value::Array(array)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let path = &self.0.path;
        let mut object = Map::new();
        // Named once each: a pointer may be long.
        let mut repeated = HashSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            path.borrow_mut().push(Step::Field(name));
            let value = fields.next_value_seed(Reader(self.0))?;
            if let Some(Step::Field(name)) = path.borrow().last()
                && object.contains_key(name)
                && repeated.insert(name.clone())
            {
                self.0.note_repeated();
            }
            let Some(Step::Field(name)) = path.borrow_mut().pop() else {
                return Err(serde::de::Error::custom("a step was lost"));
            };
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
#[path = "json/tests.rs"]
mod tests;
