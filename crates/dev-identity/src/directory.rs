//! The fixed directory: tenants, the people in them, and the registered clients.

use std::fmt;

/// The gateway's API: the audience of every access token.
pub const API_CLIENT_ID: &str = "c0ffee00-0000-4000-8000-0000000000a0";
/// The delegated scope of the API.
pub const API_SCOPE: &str = "api://lms-gateway/access_as_user";
/// The portal: a public client (authorization code with PKCE).
pub const PORTAL_CLIENT_ID: &str = "c0ffee00-0000-4000-8000-0000000000b0";
/// A confidential client that holds every application role in every tenant.
pub const AUTOMATION_CLIENT_ID: &str = "c0ffee00-0000-4000-8000-0000000000c0";
/// A confidential client without any role: Entra gives such clients tokens too.
pub const AUTOMATION_CLIENT_WITHOUT_ROLES_ID: &str = "c0ffee00-0000-4000-8000-0000000000c1";
/// The secret of both confidential clients. Public knowledge: it opens nothing but the development sign-in.
pub const AUTOMATION_SECRET: &str = "dev-only-secret";
/// Every application role of the API.
pub const APPLICATION_ROLES: [&str; 5] = [
    "Registrations.Read.All",
    "Registrations.ReadWrite.All",
    "Reports.Read.All",
    "Reports.ReadWrite.All",
    "Tenant.Register",
];

/// The position of a person in the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    Administrator,
    Educator,
    Student,
    Guest,
    Support,
}

impl Position {
    /// App roles assigned to the person, as the `roles` claim has them.
    pub(crate) fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Administrator => &["Admin"],
            Self::Educator => &["Educator"],
            Self::Support => &["Support"],
            Self::Student | Self::Guest => &[],
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) oid: &'static str,
    pub(crate) name: &'static str,
    pub(crate) user_name: &'static str,
    pub(crate) position: Position,
}

impl Person {
    /// "MB" for Megan Bowen.
    pub(crate) fn initials(&self) -> String {
        self.name.split(' ').filter_map(|word| word.chars().next()).collect()
    }
}

#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// `tenant_region_sub_scope` of the discovery document: `GCC` marks a US government community cloud tenant.
    pub(crate) region_sub_scope: Option<&'static str>,
    pub(crate) people: &'static [Person],
}

pub(crate) static TENANTS: [Tenant; 4] = [
    Tenant {
        id: "c0ffee00-0000-4000-8000-000000000001",
        name: "Contoso University",
        region_sub_scope: None,
        people: &[
            person(
                "c0ffee00-0001-4000-8000-000000000001",
                "Megan Bowen",
                "megan.bowen@contoso.example",
                Position::Administrator,
            ),
            person(
                "c0ffee00-0001-4000-8000-000000000002",
                "Isaiah Langer",
                "isaiah.langer@contoso.example",
                Position::Educator,
            ),
            person(
                "c0ffee00-0001-4000-8000-000000000003",
                "Lidia Holloway",
                "lidia.holloway@contoso.example",
                Position::Student,
            ),
            person(
                "c0ffee00-0001-4000-8000-000000000004",
                "Alex Wilber",
                "alex.wilber@northwind.example",
                Position::Guest,
            ),
        ],
    },
    Tenant {
        id: "c0ffee00-0000-4000-8000-000000000002",
        name: "Fabrikam College",
        region_sub_scope: None,
        people: &[
            person(
                "c0ffee00-0002-4000-8000-000000000001",
                "Diego Siciliani",
                "diego.siciliani@fabrikam.example",
                Position::Administrator,
            ),
            person(
                "c0ffee00-0002-4000-8000-000000000002",
                "Lynne Robbins",
                "lynne.robbins@fabrikam.example",
                Position::Educator,
            ),
            person(
                "c0ffee00-0002-4000-8000-000000000003",
                "Joni Sherman",
                "joni.sherman@fabrikam.example",
                Position::Student,
            ),
            person(
                "c0ffee00-0002-4000-8000-000000000004",
                "Grady Archie",
                "grady.archie@northwind.example",
                Position::Guest,
            ),
        ],
    },
    Tenant {
        id: "c0ffee00-0000-4000-8000-000000000003",
        name: "Woodgrove Public Schools (GCC)",
        region_sub_scope: Some("GCC"),
        people: &[
            person(
                "c0ffee00-0003-4000-8000-000000000001",
                "Miriam Graham",
                "miriam.graham@woodgrove.example",
                Position::Administrator,
            ),
            person(
                "c0ffee00-0003-4000-8000-000000000002",
                "Henrietta Mueller",
                "henrietta.mueller@woodgrove.example",
                Position::Educator,
            ),
            person(
                "c0ffee00-0003-4000-8000-000000000003",
                "Johanna Lorenz",
                "johanna.lorenz@woodgrove.example",
                Position::Student,
            ),
            person(
                "c0ffee00-0003-4000-8000-000000000004",
                "Pradeep Gupta",
                "pradeep.gupta@northwind.example",
                Position::Guest,
            ),
        ],
    },
    Tenant {
        id: "c0ffee00-0000-4000-8000-000000000009",
        name: "LMS Gateway Operations",
        region_sub_scope: None,
        people: &[
            person(
                "c0ffee00-0009-4000-8000-000000000001",
                "Nestor Wilke",
                "nestor.wilke@operations.example",
                Position::Administrator,
            ),
            person(
                "c0ffee00-0009-4000-8000-000000000002",
                "Adele Vance",
                "adele.vance@operations.example",
                Position::Educator,
            ),
            person(
                "c0ffee00-0009-4000-8000-000000000003",
                "Patti Fernandez",
                "patti.fernandez@operations.example",
                Position::Student,
            ),
            person(
                "c0ffee00-0009-4000-8000-000000000004",
                "Lee Gu",
                "lee.gu@northwind.example",
                Position::Guest,
            ),
            person(
                "c0ffee00-0009-4000-8000-000000000005",
                "Debra Berger",
                "debra.berger@operations.example",
                Position::Support,
            ),
        ],
    },
];

const fn person(oid: &'static str, name: &'static str, user_name: &'static str, position: Position) -> Person {
    Person {
        oid,
        name,
        user_name,
        position,
    }
}

/// One of the people anyone may sign in as, for the start-up message and for tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamplePerson {
    /// Display name.
    pub name: &'static str,
    /// `preferred_username`, accepted as `login_hint`.
    pub user_name: &'static str,
    /// Object ID, unique over all tenants.
    pub oid: &'static str,
    /// The position on the sign-in page: Administrator, Educator, Student, Guest or Support.
    pub position: String,
    /// Tenant ID.
    pub tenant_id: &'static str,
    /// The tenant's display name.
    pub tenant_name: &'static str,
}

/// Everyone, tenant by tenant.
pub fn sample_people() -> Vec<SamplePerson> {
    let of_tenant = |tenant: &'static Tenant| {
        tenant.people.iter().map(|person| SamplePerson {
            name: person.name,
            user_name: person.user_name,
            oid: person.oid,
            position: person.position.to_string(),
            tenant_id: tenant.id,
            tenant_name: tenant.name,
        })
    };
    TENANTS.iter().flat_map(of_tenant).collect()
}

/// How a client proves who it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ClientKind {
    /// A browser: PKCE, no secret.
    Public,
    /// A program with a secret and these application roles.
    Confidential { roles: &'static [&'static str] },
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) kind: ClientKind,
}

static CLIENTS: [Client; 3] = [
    Client {
        id: PORTAL_CLIENT_ID,
        name: "LMS Gateway portal",
        kind: ClientKind::Public,
    },
    Client {
        id: AUTOMATION_CLIENT_ID,
        name: "LMS Gateway automation",
        kind: ClientKind::Confidential {
            roles: &APPLICATION_ROLES,
        },
    },
    Client {
        id: AUTOMATION_CLIENT_WITHOUT_ROLES_ID,
        name: "LMS Gateway automation without roles",
        kind: ClientKind::Confidential { roles: &[] },
    },
];

pub(crate) fn find_client(id: &str) -> Option<&'static Client> {
    CLIENTS.iter().find(|client| client.id.eq_ignore_ascii_case(id))
}

/// The tenant segment of a URL: whose people may sign in there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Authority {
    Tenant(&'static Tenant),
    /// Any work or school account.
    Organizations,
    Common,
}

impl Authority {
    /// MSAL lower-cases authorities, people paste upper-case GUIDs: both are the same tenant.
    pub(crate) fn find(segment: &str) -> Option<Self> {
        match segment.to_ascii_lowercase().as_str() {
            "organizations" => Some(Self::Organizations),
            "common" => Some(Self::Common),
            id => TENANTS.iter().find(|tenant| tenant.id == id).map(Self::Tenant),
        }
    }

    /// The segment in its canonical spelling.
    pub(crate) fn segment(self) -> &'static str {
        match self {
            Self::Tenant(tenant) => tenant.id,
            Self::Organizations => "organizations",
            Self::Common => "common",
        }
    }

    pub(crate) fn tenants(self) -> &'static [Tenant] {
        match self {
            Self::Tenant(tenant) => std::slice::from_ref(tenant),
            Self::Organizations | Self::Common => &TENANTS,
        }
    }

    pub(crate) fn admits(self, tenant: &Tenant) -> bool {
        self.tenants().iter().any(|admitted| admitted.id == tenant.id)
    }
}
