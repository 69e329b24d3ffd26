use std::borrow::Cow;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::{Ready, ready};
use messages::api;
use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, MapAccess, Visitor,
        value::{MapAccessDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};

use crate::http::{
    error::ApiError,
    json::{Kind, ShapeError},
    pagination,
};

/// A query string. Unknown parameters are refused by the type's own `deny_unknown_fields`.
pub struct Query<T>(Result<T, ApiError>);

impl<T> Query<T> {
    /// The value.
    ///
    /// # Errors
    ///
    /// 400 with what is wrong.
    pub fn validate(self) -> Result<T, ApiError> {
        self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(parse(request.query_string()))))
    }
}

/// Reads a query string. Errors are data, as in bodies: serde's own sentences are not used.
fn parse<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    let mut parameters = Parameters {
        rest: form_urlencoded::parse(query.as_bytes()),
        name: Cow::default(),
        value: Cow::default(),
    };
    let read = T::deserialize(MapAccessDeserializer::new(&mut parameters));
    read.map_err(|error| refuse(&error, &parameters.name))
}

/// The refusal of a query string, by its first error and the parameter that was being read.
fn refuse(error: &ShapeError, parameter: &str) -> ApiError {
    match error {
        ShapeError::UnknownField { name, known } => {
            pagination::bad_parameter(name, api::query::unknown(name.as_str(), known.text()))
        }
        ShapeError::MissingField(name) => pagination::bad_parameter(name, api::query::missing(*name)),
        ShapeError::RepeatedField(name) => pagination::bad_parameter(name, api::query::repeated(*name)),
        error => pagination::bad_parameter(parameter, api::query::mismatch(parameter, error.text())),
    }
}

/// The parameters of a query string, one by one.
struct Parameters<'a> {
    rest: form_urlencoded::Parse<'a>,
    /// The parameter that is being read.
    name: Cow<'a, str>,
    value: Cow<'a, str>,
}

impl<'de> MapAccess<'de> for Parameters<'_> {
    type Error = ShapeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ShapeError> {
        let Some((name, value)) = self.rest.next() else {
            return Ok(None);
        };
        (self.name, self.value) = (name, value);
        seed.deserialize(StrDeserializer::new(&self.name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ShapeError> {
        seed.deserialize(Parameter(&self.value))
    }
}

/// The value of a parameter: text, which some types take for something else.
struct Parameter<'a>(&'a str);

impl Parameter<'_> {
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        let number = self.0.parse().map_err(|_| ShapeError::WrongKind(Kind::Number))?;
        visitor.visit_u64(number)
    }
}

macro_rules! numbers {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
            self.number(visitor)
        })+
    };
}

impl<'de> Deserializer<'de> for Parameter<'_> {
    type Error = ShapeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_some(self)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        let value = self.0.parse().map_err(|_| ShapeError::WrongKind(Kind::Boolean))?;
        visitor.visit_bool(value)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        visitor.visit_enum(StrDeserializer::new(self.0))
    }

    numbers! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}
