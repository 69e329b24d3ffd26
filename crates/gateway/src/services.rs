//! What handlers rely on: each service knows configuration, store and domain, never the application state or a handler.

pub mod clock;
pub mod jwks_cache;
pub mod keyset_watch;
pub mod long_work;
pub mod outbound;
pub mod random;
pub mod secrets;
pub mod signing_keys;
pub mod support_desk;
