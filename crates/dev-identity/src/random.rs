//! The one source of randomness: everything that must not be guessed comes from here.

use uuid::Uuid;

/// 244 random bits as text that is safe in URLs, cookies and forms.
pub(crate) fn opaque() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// A random GUID, for identifiers that clients expect to be one.
pub(crate) fn guid() -> String {
    Uuid::new_v4().to_string()
}
