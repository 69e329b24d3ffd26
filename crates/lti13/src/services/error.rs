//! Why a token that a tool signed is refused.

use crate::jose::JoseError;

/// The rule that a token of a tool breaks. Holds nothing of a person.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is no signed token, or the signature does not hold.
    #[error(transparent)]
    Jose(#[from] JoseError),
    /// A required claim is absent, empty or of another type.
    #[error("{name} is missing or of the wrong type")]
    Claim {
        /// The claim.
        name: &'static str,
    },
    /// A claim is longer than it may be.
    #[error("{name} has {length} bytes, more than {limit}")]
    TooLong {
        /// The claim.
        name: &'static str,
        /// Its length, in bytes.
        length: usize,
        /// The greatest length.
        limit: usize,
    },
    /// `iss` is not the client ID.
    #[error("iss is not the client ID")]
    Issuer,
    /// `sub` is not the client ID.
    #[error("sub is not the client ID")]
    Subject,
    /// `aud` is not the platform alone.
    #[error("aud is not this platform alone")]
    Audience,
    /// `exp` has passed.
    #[error("exp has passed: it is {at}, the time is {now}")]
    Expired {
        /// The `exp`, in Unix seconds.
        at: i64,
        /// The clock at that moment.
        now: i64,
    },
    /// `iat` or `nbf` is in the future.
    #[error("{name} is in the future: it is {at}, the time is {now}")]
    NotYetValid {
        /// The claim.
        name: &'static str,
        /// Its value, in Unix seconds.
        at: i64,
        /// The clock at that moment.
        now: i64,
    },
    /// `exp` is not after `iat`, or too long after it.
    #[error("exp is {seconds} seconds after iat, which has to be from 1 to {limit}")]
    Lifetime {
        /// `exp − iat`.
        seconds: i64,
        /// The greatest value.
        limit: i64,
    },
    /// The LTI version is not exactly 1.3.0.
    #[error("the version is not 1.3.0")]
    Version,
    /// It is another message.
    #[error("the message type is another one")]
    MessageType,
    /// It is for another deployment.
    #[error("deployment_id is not the one of the request")]
    Deployment,
    /// `data` is not what the request had.
    #[error("data is not the one of the request")]
    Data,
}

impl TokenError {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Jose(error) => error.code(),
            Self::Claim { .. } => "claim",
            Self::TooLong { .. } => "too_long",
            Self::Issuer => "issuer",
            Self::Subject => "subject",
            Self::Audience => "audience",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::Lifetime { .. } => "lifetime",
            Self::Version => "version",
            Self::MessageType => "message_type",
            Self::Deployment => "deployment",
            Self::Data => "data",
        }
    }
}
