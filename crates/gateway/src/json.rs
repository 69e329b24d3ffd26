//! JSON from outside, read with every fault of its shape at once: values of the wrong kind, unknown fields, repeated fields.

use std::{
    cell::{Cell, RefCell},
    fmt,
};

use contract::ProblemFault;
use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use serde_path_to_error::Segment;

use crate::{
    language::Language,
    words::{self, refusals},
};

/// Faults named at the most: enough for a person, too few to make work of.
const MOST_FAULTS: usize = 50;

/// A JSON object and the fields in it that were given more than once.
pub struct Object {
    json: Value,
    repeated: Vec<String>,
}

/// A value of some type, and what was wrong with the JSON that it was made of.
pub struct Shaped<T> {
    /// The value without the faulty places; `None` where it can't be without them.
    value: Option<T>,
    faults: Vec<ProblemFault>,
    /// Elements that were left out of arrays, so that those after them are still called by their own index.
    left_out: Vec<(String, usize)>,
}

/// What is no JSON object at all.
#[derive(Debug, PartialEq, Eq)]
pub enum Malformed {
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

impl From<serde_json::Error> for Malformed {
    fn from(error: serde_json::Error) -> Self {
        Self::At {
            line: error.line(),
            column: error.column(),
        }
    }
}

impl Object {
    /// Reads a text of so many values at the most.
    pub fn parse(bytes: &[u8], most_values: usize) -> Result<Self, Malformed> {
        // serde would take an array for an object, its values in the order of the fields.
        if bytes
            .iter()
            .find(|byte| !byte.is_ascii_whitespace())
            .is_some_and(|first| *first != b'{')
        {
            return Err(Malformed::NoObject);
        }
        let progress = Progress {
            path: RefCell::default(),
            repeated: RefCell::default(),
            values_left: Cell::new(most_values),
        };
        let mut text = serde_json::Deserializer::from_slice(bytes);
        let json = match Reader(&progress).deserialize(&mut text) {
            Err(_) if progress.values_left.get() == 0 => return Err(Malformed::TooMany),
            read => read?,
        };
        text.end()?;
        Ok(Self {
            json,
            repeated: progress.repeated.into_inner(),
        })
    }

    /// Makes a value of it, with its faults in that language.
    pub fn shape<T: DeserializeOwned>(self, language: Language) -> Shaped<T> {
        let repeated = self.repeated.into_iter().map(|pointer| ProblemFault {
            detail: refusals::REPEATED_FIELD.of(language).to_owned(),
            pointer,
        });
        shape(self.json, repeated.collect(), language)
    }
}

/// Makes a value of JSON: what doesn't fit is left out and named, until the rest does.
pub fn shape<T: DeserializeOwned>(mut json: Value, mut faults: Vec<ProblemFault>, language: Language) -> Shaped<T> {
    let mut left_out = Vec::new();
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(&json) {
            Ok(value) => {
                return Shaped {
                    value: Some(value),
                    faults,
                    left_out,
                };
            }
            Err(error) => error,
        };
        let place = place(error.path());
        faults.push(ProblemFault {
            detail: words::misfit(error.inner(), language),
            pointer: original(&left_out, &place),
        });
        if faults.len() >= MOST_FAULTS || !leave_out(&mut json, &place, &mut left_out) {
            return Shaped {
                value: None,
                faults,
                left_out,
            };
        }
    }
}

impl<T> Shaped<T> {
    /// Judges what could be read by `rules`, also where some of it could not, so that the faults of both are named at once.
    ///
    /// # Errors
    ///
    /// Every fault; those of the rules only where the shape has none in the same place.
    pub fn judge<U>(self, rules: impl FnOnce(T) -> Result<U, Vec<ProblemFault>>) -> Result<U, Vec<ProblemFault>> {
        let Self {
            value,
            mut faults,
            left_out,
        } = self;
        match value.map(rules) {
            Some(Ok(judged)) if faults.is_empty() => return Ok(judged),
            Some(Err(broken)) => {
                let within = |inner: &str, outer: &str| {
                    inner
                        .strip_prefix(outer)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                let known: Vec<_> = faults.iter().map(|fault| fault.pointer.clone()).collect();
                faults.extend(broken.into_iter().filter_map(|fault| {
                    let pointer = original(
                        &left_out,
                        &fault.pointer.split('/').skip(1).map(str::to_owned).collect::<Vec<_>>(),
                    );
                    let named = known.iter().any(|known| within(&pointer, known) || within(known, &pointer));
                    (!named).then_some(ProblemFault { pointer, ..fault })
                }));
            }
            _ => {}
        }
        Err(faults)
    }
}

/// The steps to a value, escaped as in a JSON pointer (RFC 6901).
fn place(path: &serde_path_to_error::Path) -> Vec<String> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(escape(key)),
            _ => None,
        })
        .collect()
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The JSON pointer of a place as the sender knows it, with the elements that were left out before.
fn original(left_out: &[(String, usize)], place: &[String]) -> String {
    let mut pointer = String::new();
    for step in place {
        let mut step = step.clone();
        let mut gaps: Vec<_> = left_out
            .iter()
            .filter(|(array, _)| *array == pointer)
            .map(|(_, gap)| *gap)
            .collect();
        gaps.sort_unstable();
        // Only where it is an index: a field may be called `00`.
        if !gaps.is_empty()
            && let Ok(mut index) = step.parse::<usize>()
        {
            for gap in gaps {
                index += usize::from(gap <= index);
            }
            step = index.to_string();
        }
        pointer.push('/');
        pointer.push_str(&step);
    }
    pointer
}

/// Takes a place out of JSON; `false` where there is none, or it is the whole.
fn leave_out(json: &mut Value, place: &[String], left_out: &mut Vec<(String, usize)>) -> bool {
    let Some((last, parents)) = place.split_last() else {
        return false;
    };
    let array = original(left_out, parents);
    let parent: String = parents.iter().flat_map(|step| ["/", step]).collect();
    match json.pointer_mut(&parent) {
        Some(Value::Object(fields)) => fields.remove(&last.replace("~1", "/").replace("~0", "~")).is_some(),
        Some(Value::Array(elements)) => match last.parse::<usize>() {
            Ok(index) if index < elements.len() => {
                elements.remove(index);
                let whole = original(left_out, place);
                let gap = whole.rsplit('/').next().and_then(|index| index.parse().ok()).unwrap_or(index);
                left_out.push((array, gap));
                true
            }
            _ => false,
        },
        _ => false,
    }
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

    fn note_repeated(&self, name: &str) {
        let mut repeated = self.repeated.borrow_mut();
        if repeated.len() >= MOST_FAULTS {
            return;
        }
        let mut pointer = String::new();
        for step in self.path.borrow().iter() {
            match step {
                Step::Field(name) => pointer.push_str(&format!("/{}", escape(name))),
                Step::Element(index) => pointer.push_str(&format!("/{index}")),
            }
        }
        pointer.push_str(&format!("/{}", escape(name)));
        if !repeated.contains(&pointer) {
            repeated.push(pointer);
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
        while let Some(name) = fields.next_key::<String>()? {
            path.borrow_mut().push(Step::Field(name));
            let value = fields.next_value_seed(Reader(self.0))?;
            let Some(Step::Field(name)) = path.borrow_mut().pop() else {
                return Err(serde::de::Error::custom("a step was lost"));
            };
            if object.contains_key(&name) {
                self.0.note_repeated(&name);
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
#[path = "json/tests.rs"]
mod tests;
