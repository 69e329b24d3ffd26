//! The values and hints that only the gateway's records have, beside those of LTI.

use lti13::{Hint, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// A value that LTI itself doesn't know. In a record it is one of [`lti13::Value::Other`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnValue {
    /// One of the closed vocabulary.
    Term(OwnTerm),
    /// A method of HTTP.
    Method(String),
    /// The address may not be called.
    Blocked(OwnTerm),
    /// There was no connection, in the words of the operating system or of TLS.
    NoConnection(String),
    /// The certificate can't be trusted.
    BadCertificate(OwnTerm),
    /// The answer had this HTTP status.
    HttpStatus(u16),
    /// The answer redirects elsewhere, with this HTTP status.
    Redirected(u16),
}

impl OwnValue {
    /// The value that was written as this JSON.
    #[must_use]
    pub fn of(json: &Json) -> Option<Self> {
        Self::deserialize(json).ok()
    }
}

impl From<OwnValue> for Value {
    fn from(value: OwnValue) -> Self {
        Self::Other(serde_json::json!(value))
    }
}

impl From<OwnTerm> for Value {
    fn from(term: OwnTerm) -> Self {
        OwnValue::Term(term).into()
    }
}

macro_rules! vocabulary {
    ($(#[$about:meta])* $name:ident: $($(#[$doc:meta])* $word:ident,)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$doc])* $word,)*
        }

        impl $name {
            /// All of them; for catalogues of texts and their tests.
            pub const ALL: &[Self] = &[$(Self::$word,)*];
        }
    };
}

vocabulary! {
    /// A term in a record, in the place of a value. Serialized by its name; a name that was published stays.
    OwnTerm:
    /// A client ID, since the issuer has several.
    ClientIdOfSeveral,
    /// The cookie of the login.
    LoginCookie,
    /// A value from the gateway's own page.
    OwnPage,
    /// A value from another page.
    OtherPage,
    /// The form of an LMS.
    LmsForm,
    /// A complete form.
    WholeForm,
    /// A form that broke off.
    BrokenForm,
    /// A form that is longer than allowed.
    LongForm,
    /// A form.
    Form,
    /// A body that is no form.
    OtherBody,
    /// The registration changed since the login.
    RegistrationChanged,
    /// A keyset without the key.
    NoSuchKey,
    /// The keyset has no key of that id.
    NoKey,
    /// The keyset has no key for LTI 1.3.
    NoLtiKey,
    /// The address is not https.
    NotHttps,
    /// The address is on a private network.
    PrivateNetwork,
    /// The certificate has expired.
    CertificateExpired,
    /// The certificate is for another name.
    CertificateName,
    /// Nobody who is trusted issued the certificate.
    CertificateIssuer,
    /// Another fault of the certificate.
    CertificateOther,
    /// No complete answer in time.
    TimedOut,
    /// Too many wait for the answer already.
    Crowded,
    /// The answer is longer than what is read.
    TooLong,
}

vocabulary! {
    /// The remedy, or a place to look at. In a record it is one of [`lti13::Hint::Other`]. Serialized by its name; a name that was
    /// published stays.
    OwnHint:
    /// The client ID can stand in the login URL.
    ClientIdInAddress,
    /// The deployment now waits for a decision.
    DeploymentNowWaits,
    /// The deployment waits for a decision already.
    DeploymentWaits,
    /// The deployment was removed.
    DeploymentRemoved,
    /// Somebody opened the address by hand, from a bookmark or by a reload.
    OpenedByHand,
    /// The request is a launch of LTI 1.1.
    LtiOnePointOne,
    /// The address doesn't exist.
    UnknownAddress,
}

impl OwnHint {
    /// Its name in a record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientIdInAddress => "client_id_in_address",
            Self::DeploymentNowWaits => "deployment_now_waits",
            Self::DeploymentWaits => "deployment_waits",
            Self::DeploymentRemoved => "deployment_removed",
            Self::OpenedByHand => "opened_by_hand",
            Self::LtiOnePointOne => "lti_one_point_one",
            Self::UnknownAddress => "unknown_address",
        }
    }

    /// The hint of this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|hint| hint.as_str() == name)
    }
}

impl From<OwnHint> for Hint {
    fn from(hint: OwnHint) -> Self {
        Self::Other(hint.as_str().into())
    }
}
