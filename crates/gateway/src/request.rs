//! What a request passes before its handler: admission, security headers, its body, and who sends it.

pub mod admission;
pub mod authorization;
pub mod body;
pub mod guards;
