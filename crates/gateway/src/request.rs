//! The layers in front of the handlers: admission, security headers, body, form and authorization.

pub mod admission;
pub mod authorization;
pub mod body;
pub mod form;
pub mod guards;
