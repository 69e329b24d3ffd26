//! The vocabulary of HTTP responses: errors, languages, JSON, pagination, assets. It doesn't know the application state.

pub mod assets;
pub mod browser;
pub mod error;
pub mod json;
pub mod language;
pub mod pagination;
