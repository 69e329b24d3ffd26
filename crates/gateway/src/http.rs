//! The vocabulary of HTTP answers: errors, languages, JSON, pages of lists, assets. Knows no state of the application.

pub mod assets;
pub mod browser;
pub mod error;
pub mod json;
pub mod language;
pub mod pagination;
