//! A deserializer that continues after an error: an invalid value is reported and replaced by its default, and reading continues, so
//! that one pass finds all errors.
//!
//! serde's derived code and its `Vec` ask for a key, a value or an element by its type. If the input doesn't fit, the deserializer gives an empty value
//! of that type instead.

use std::cell::{Cell, RefCell};

use contract::ProblemFault;
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{MapDeserializer, SeqDeserializer, StrDeserializer, StringDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::{
    MOST_ERRORS, Shaped, Step, pointer,
    shape_error::{Kind, ShapeError},
};
use crate::http::language::Language;

/// Makes a value of JSON, adding to the errors that are known already.
pub(super) fn shape<T: DeserializeOwned>(json: Value, known: Vec<ProblemFault>, language: Language) -> Shaped<T> {
    let collector = Collector {
        language,
        path: RefCell::default(),
        errors: RefCell::new(known),
        noted: Cell::new(false),
        #[cfg(test)]
        visits: Cell::default(),
    };
    let value = if collector.is_full() {
        None
    } else {
        collector.read(json).ok()
    };
    Shaped {
        value,
        errors: collector.errors.into_inner(),
        #[cfg(test)]
        visits: collector.visits.get(),
    }
}

struct Collector {
    language: Language,
    path: RefCell<Vec<Step>>,
    errors: RefCell<Vec<ProblemFault>>,
    /// True if the current error is among the errors already.
    noted: Cell<bool>,
    #[cfg(test)]
    visits: Cell<usize>,
}

impl Collector {
    fn is_full(&self) -> bool {
        self.errors.borrow().len() >= MOST_ERRORS
    }

    /// Names the error at the place that is being read, unless it was named further in.
    fn note(&self, error: &ShapeError) {
        if self.noted.replace(true) || self.is_full() {
            return;
        }
        self.errors.borrow_mut().push(ProblemFault {
            detail: error.text().of(self.language).into_owned(),
            pointer: pointer(&self.path.borrow()),
        });
    }

    fn visit(&self, json: Value) -> Collecting<'_> {
        #[cfg(test)]
        self.visits.set(self.visits.get() + 1);
        Collecting { json, collector: self }
    }

    /// Makes a value of JSON, naming what doesn't fit.
    fn read<'de, T: Deserialize<'de>>(&self, json: Value) -> Result<T, ShapeError> {
        let read = T::deserialize(self.visit(json));
        read.inspect_err(|error| self.note(error))
    }

    /// The same for what stands one step further in; its default where it doesn't fit. An error where it has none, or where enough errors
    /// are named.
    fn read_within<'de, T: Deserialize<'de>>(&self, step: Step, json: Value) -> Result<T, ShapeError> {
        self.path.borrow_mut().push(step);
        let read = self.read(json);
        self.path.borrow_mut().pop();
        read.or_else(|error| {
            if self.is_full() {
                return Err(error);
            }
            let default = T::deserialize(Nothing).map_err(|_| error)?;
            self.noted.set(false);
            Ok(default)
        })
    }
}

/// Scalars: whatever their type wants, only JSON of this kind will do.
macro_rules! scalars {
    ($($kind:ident: $($method:ident)+;)+) => {
        $($(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
            self.scalar(Kind::$kind, visitor)
        })+)+
    };
}

/// JSON, whose errors are collected.
struct Collecting<'a> {
    json: Value,
    collector: &'a Collector,
}

impl Collecting<'_> {
    /// A value that holds no others.
    fn scalar<'de, V: Visitor<'de>>(self, kind: Kind, visitor: V) -> Result<V::Value, ShapeError> {
        match (kind, self.json) {
            (Kind::Boolean, Value::Bool(value)) => visitor.visit_bool(value),
            (Kind::Text, Value::String(text)) => visitor.visit_string(text),
            // A type has one form of numbers, and no other fits it.
            (Kind::Number, Value::Number(number)) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (.., number) => visitor.visit_f64(number.unwrap_or_default()),
            }
            .map_err(|_: ShapeError| ShapeError::WrongKind(kind)),
            _ => Err(ShapeError::WrongKind(kind)),
        }
    }
}

impl<'de> Deserializer<'de> for Collecting<'_> {
    type Error = ShapeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        match &self.json {
            Value::Null => visitor.visit_unit(),
            Value::Bool(_) => self.scalar(Kind::Boolean, visitor),
            Value::Number(_) => self.scalar(Kind::Number, visitor),
            Value::String(_) => self.scalar(Kind::Text, visitor),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        let Value::Array(elements) = self.json else {
            return Err(ShapeError::WrongKind(Kind::List));
        };
        visitor.visit_seq(Elements {
            rest: elements.into_iter().enumerate(),
            collector: self.collector,
        })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        let Value::Object(fields) = self.json else {
            return Err(ShapeError::WrongKind(Kind::Object));
        };
        visitor.visit_map(Fields {
            rest: fields.into_iter(),
            current: None,
            collector: self.collector,
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        match self.json {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        match self.json {
            Value::String(text) => visitor.visit_enum(StringDeserializer::new(text)),
            _ => Err(ShapeError::WrongKind(Kind::Text)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_unit()
    }

    scalars! {
        Boolean: deserialize_bool;
        Number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8 deserialize_u16
            deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64;
        Text: deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_identifier;
    }

    forward_to_deserialize_any! { unit unit_struct tuple tuple_struct }
}

struct Elements<'a> {
    rest: std::iter::Enumerate<std::vec::IntoIter<Value>>,
    collector: &'a Collector,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = ShapeError;

    fn next_element<T: Deserialize<'de>>(&mut self) -> Result<Option<T>, ShapeError> {
        let Some((index, json)) = self.rest.next() else {
            return Ok(None);
        };
        self.collector.read_within(Step::Element(index), json).map(Some)
    }

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ShapeError> {
        let element = self.rest.next().map(|(_, json)| self.collector.visit(json));
        element.map(|element| seed.deserialize(element)).transpose()
    }
}

struct Fields<'a> {
    rest: serde_json::map::IntoIter,
    /// The field whose key was read.
    current: Option<(String, Value)>,
    collector: &'a Collector,
}

impl Fields<'_> {
    fn take_current(&mut self) -> Result<(String, Value), ShapeError> {
        self.current.take().ok_or(ShapeError::WrongForm)
    }
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = ShapeError;

    fn next_key<K: Deserialize<'de>>(&mut self) -> Result<Option<K>, ShapeError> {
        for (name, json) in self.rest.by_ref() {
            match K::deserialize(StrDeserializer::<ShapeError>::new(&name)) {
                Ok(key) => {
                    self.current = Some((name, json));
                    return Ok(Some(key));
                }
                Err(unknown) => {
                    let path = &self.collector.path;
                    path.borrow_mut().push(Step::Field(name));
                    self.collector.note(&unknown);
                    path.borrow_mut().pop();
                    if self.collector.is_full() {
                        return Err(unknown);
                    }
                    self.collector.noted.set(false);
                }
            }
        }
        Ok(None)
    }

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ShapeError> {
        self.current = self.rest.next();
        let key = self.current.as_ref().map(|(name, _)| StrDeserializer::new(name));
        key.map(|key| seed.deserialize(key)).transpose()
    }

    fn next_value<T: Deserialize<'de>>(&mut self) -> Result<T, ShapeError> {
        let (name, json) = self.take_current()?;
        self.collector.read_within(Step::Field(name), json)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ShapeError> {
        let (_, json) = self.take_current()?;
        seed.deserialize(self.collector.visit(json))
    }
}

/// Nothing, of which a type makes what it is without a value: no text, zero, no elements, no fields.
struct Nothing;

impl<'de> Deserializer<'de> for Nothing {
    type Error = ShapeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_none()
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_bool(false)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_u32(0)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_str("")
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_str("")
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<()>()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        visitor.visit_map(MapDeserializer::new(std::iter::empty::<((), ())>()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        let first = variants.first().copied().unwrap_or_default();
        visitor.visit_enum(IntoDeserializer::<ShapeError>::into_deserializer(first))
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u64 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct map
        identifier ignored_any
    }
}
