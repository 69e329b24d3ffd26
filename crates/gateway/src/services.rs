//! Services used by handlers: each knows configuration, store and domain, never the application state or a handler.

pub mod app_keys;
pub mod app_tokens;
pub mod apps;
pub mod check_quota;
pub mod clock;
pub mod concurrency;
pub mod contest_codes;
pub mod document_cache;
pub mod identity;
pub mod issuer_discovery;
pub mod keyset_watch;
pub mod long_work;
pub mod outbound;
pub mod purge_clock;
pub mod random;
pub mod readiness;
pub mod secrets;
pub mod signed_reference;
pub mod signing_keys;
pub mod support_desk;
pub mod tool_keys;
pub mod used_tokens;
