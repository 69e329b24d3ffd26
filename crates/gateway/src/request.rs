//! The layers in front of the handlers: admission, security headers, body and authorization.

pub mod admission;
pub mod authorization;
pub mod body;
pub mod guards;
