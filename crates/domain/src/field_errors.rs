use std::borrow::Cow;

use crate::LmsProduct;

/// One thing that is wrong with what somebody entered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {}", reason.code())]
pub struct FieldError {
    /// The field by its name on the wire, as a JSON pointer without the leading slash: `issuer`, `deploymentIds/0`.
    pub field: Cow<'static, str>,
    /// Why its value isn't accepted.
    pub reason: FieldErrorReason,
}

/// Why a value isn't accepted, with what would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldErrorReason {
    /// Nothing was entered.
    Required,
    /// Nothing was chosen that a report is about.
    CategoryRequired,
    /// The value has more characters than this.
    TooLong {
        /// As many as there may be.
        max: usize,
    },
    /// There are more deployments than this.
    TooMany {
        /// As many as there may be.
        max: usize,
    },
    /// A character that nobody sees.
    InvisibleCharacter {
        /// Which.
        character: char,
        /// Where, counted from 1.
        position: usize,
    },
    /// A character other than the printable ones of ASCII.
    NotAscii {
        /// Which.
        character: char,
    },
    /// A deployment ID that is `.` or `..`.
    PathStep,
    /// A URL with spaces.
    UrlWithSpaces,
    /// A URL without a host.
    UrlWithoutHost,
    /// No URL at all.
    NotAUrl,
    /// A URL of another scheme than https.
    NotHttps,
    /// A URL with a user name or a password.
    Credentials,
    /// A URL with a fragment.
    Fragment,
    /// An issuer with a query.
    Query,
    /// A host that isn't a public one.
    PrivateAddress {
        /// Which.
        host: String,
    },
    /// There is no such app.
    UnknownApp,
    /// There is no such platform.
    UnknownPlatform,
    /// Every deployment would be accepted of a client that many schools have.
    SharedClient,
    /// The issuer belongs to another LMS than the chosen one.
    IssuerOfAnotherPlatform {
        /// The LMS that it belongs to.
        owner: LmsProduct,
    },
    /// Every school has the same value on this LMS.
    FixedValue {
        /// The LMS.
        product: LmsProduct,
        /// The value.
        value: String,
    },
    /// No e-mail address.
    NotAnAddress,
    /// No reference of a launch.
    MalformedReference,
}

impl FieldError {
    pub(crate) fn new(field: impl Into<Cow<'static, str>>, reason: FieldErrorReason) -> Self {
        Self {
            field: field.into(),
            reason,
        }
    }
}

impl FieldErrorReason {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required | Self::CategoryRequired => "required",
            Self::TooLong { .. } => "too_long",
            Self::TooMany { .. } => "too_many",
            Self::InvisibleCharacter { .. } => "invisible_character",
            Self::NotAscii { .. } => "not_ascii",
            Self::PathStep => "path_step",
            Self::UrlWithSpaces | Self::UrlWithoutHost | Self::NotAUrl => "not_a_url",
            Self::NotHttps => "not_https",
            Self::Credentials => "credentials",
            Self::Fragment => "fragment",
            Self::Query => "query",
            Self::PrivateAddress { .. } => "private_address",
            Self::UnknownApp => "unknown_app",
            Self::UnknownPlatform => "unknown_platform",
            Self::SharedClient => "shared_client",
            Self::IssuerOfAnotherPlatform { .. } => "issuer_of_another_platform",
            Self::FixedValue { .. } => "fixed_value",
            Self::NotAnAddress => "not_an_address",
            Self::MalformedReference => "malformed",
        }
    }
}
