//! OAuth parameters of a query or a form, each at most once (RFC 6749, section 3.1).

use std::collections::HashMap;

use url::form_urlencoded;

use crate::refusal::Refusal;

/// More than any client sends; a waiting sign-in keeps its parameters in memory.
pub(crate) const MAX_LENGTH: usize = 16 * 1024;

pub(crate) struct Parameters(HashMap<String, String>);

impl Parameters {
    /// Unknown names are kept: MSAL sends many of its own, and they are simply not asked for.
    pub(crate) fn parse(encoded: &[u8]) -> Result<Self, Refusal> {
        if encoded.len() > MAX_LENGTH {
            return Err(Refusal::new(
                "invalid_request",
                90015,
                "The requested query string is too long.",
            ));
        }
        let mut parameters = HashMap::new();
        for (name, value) in form_urlencoded::parse(encoded).into_owned() {
            if parameters.insert(name.clone(), value).is_some() {
                let message = format!("The request is not properly formatted. The parameter '{name}' is duplicated.");
                return Err(Refusal::new("invalid_request", 9_000_411, message));
            }
        }
        Ok(Self(parameters))
    }

    /// A parameter sent without a value counts as not sent (RFC 6749, section 3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(crate) fn require(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| {
            let message = format!("The request body must contain the following parameter: '{name}'.");
            Refusal::new("invalid_request", 900_144, message)
        })
    }
}
