use std::fmt;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::FieldError;
use crate::text::{self, Alphabet};

/// A Microsoft Entra organisation (`tid`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(pub Uuid);

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A person or an application that did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Object id (`oid`) in the tenant's directory.
    pub id: String,
    /// Display name, as the token carried it.
    pub name: String,
    /// Person or application.
    pub kind: ActorKind,
}

impl Actor {
    /// The gateway itself, where it does what a tenant's setting asks for.
    #[must_use]
    pub fn gateway() -> Self {
        Self {
            id: "gateway".to_owned(),
            name: "LMS Gateway".to_owned(),
            kind: ActorKind::App,
        }
    }

    /// A name to show, of what a token holds: it can be anything, so nothing is decided by it.
    #[must_use]
    pub fn display_name(raw: &str) -> String {
        text::without_marks(raw).take(200).collect()
    }
}

/// The kind of actor: a person or an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// A person, signed in.
    User,
    /// An application with an app-only token.
    App,
}

/// An organisation that uses the gateway, or waits to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// The tenant id (`tid`).
    pub id: TenantId,
    /// The organisation's name.
    pub display_name: String,
    /// Where it stands.
    pub state: TenantState,
    /// When it was registered.
    pub registered_at: OffsetDateTime,
    /// The actor who registered it.
    pub registered_by: Actor,
}

/// Where a tenant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TenantState {
    /// May use the gateway.
    Registered,
    /// Waits for the operator's approval.
    Pending,
}

impl Tenant {
    /// Parses the name of an organisation: 1 to 200 visible characters, ends trimmed.
    ///
    /// # Errors
    /// The error, for the field `displayName`.
    pub fn parse_display_name(raw: &str) -> Result<String, FieldError> {
        text::parse("displayName", raw, 200, Alphabet::Any)
    }
}
