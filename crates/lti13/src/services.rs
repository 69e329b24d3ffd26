//! The services of LTI Advantage as values, for tools and platforms: requests and answers are made and read here, sending them is the
//! caller's.
//!
//! | Module | The tool | The platform |
//! |---|---|---|
//! | [`assertion`] | signs a [`ClientAssertion`](assertion::ClientAssertion) | [verifies](assertion::UnverifiedAssertion) it |
//! | [`access_token`] | asks for an access token and reads the answer | reads the request |
//! | [`deep_linking`] | signs an answer with content items | verifies it, and selects the items that it takes |
//! | [`nrps`] | reads rosters, page by page | reads the query, and makes members |
//! | [`ags`] | sends line items and scores, reads results | reads and answers them |
//! | [`target`] | | validates the addresses that it opens a tool at |
//!
//! ```
//! use lti13::jose::SigningKey;
//! use lti13::services::assertion::{AssertionPolicy, ClientAssertion, UnverifiedAssertion};
//! use lti13::services::TokenError;
//! use lti13::KeySet;
//!
//! # let (pkcs8, keyset) = lti13::test_support::new_signing_key("tool-key-1");
//! let now = 1_795_416_800;
//! let assertion = ClientAssertion {
//!     client_id: "c1",
//!     audience: "https://lms.example.edu/token",
//!     deployment_id: None,
//!     jti: "4a1d1e0c7b6b4b0f",
//!     issued_at: now,
//!     lifetime_seconds: 300,
//! };
//! let signed = assertion.sign(&SigningKey::from_pkcs8("tool-key-1", &pkcs8).unwrap()).unwrap();
//!
//! let received = UnverifiedAssertion::parse(&signed)?;
//! // In earnest: find the tool that has this client ID, and fetch its keyset.
//! let keys = KeySet::parse_for(received.algorithm(), keyset.as_bytes()).unwrap();
//! let policy = AssertionPolicy { client_id: received.client_id(), audiences: &["https://lms.example.edu/token"], now };
//! let verified = received.verify(&keys, &policy)?;
//! // In earnest: was `verified.jti` used before `verified.expires_at`?
//! assert_eq!(verified.client_id, "c1");
//! # Ok::<(), TokenError>(())
//! ```

pub mod access_token;
pub mod ags;
pub mod assertion;
pub mod container;
pub mod deep_linking;
mod error;
pub mod nrps;
pub mod paging;
mod signed_claims;
pub mod target;

pub use error::TokenError;
