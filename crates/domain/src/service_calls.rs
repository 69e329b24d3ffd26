//! Calls of an LMS's services that did not go through at once, as an administrator sees them.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::RegistrationId;

/// The kind of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CalledService {
    /// The LMS's token endpoint.
    AccessToken,
    /// The members of a course.
    Memberships,
    /// Line items.
    LineItems,
    /// Scores.
    Scores,
    /// Results.
    Results,
    /// The answer to a deep linking request.
    DeepLinking,
}

impl CalledService {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::AccessToken,
        Self::Memberships,
        Self::LineItems,
        Self::Scores,
        Self::Results,
        Self::DeepLinking,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::Memberships => "memberships",
            Self::LineItems => "line_items",
            Self::Scores => "scores",
            Self::Results => "results",
            Self::DeepLinking => "deep_linking",
        }
    }
}

/// The end of a call, so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallOutcome {
    /// It failed.
    Failed,
    /// It is sent again.
    Waiting,
    /// It went through later.
    Delivered,
    /// It is not sent any more.
    GivenUp,
}

impl CallOutcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Failed, Self::Waiting, Self::Delivered, Self::GivenUp];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }
}

/// The reason of a call that did not go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallFault {
    /// The LMS refused it.
    Refused,
    /// The LMS's answer can't be used.
    Unusable,
    /// The LMS gives no access token.
    TokenRefused,
    /// The LMS can't be reached.
    Unreachable,
    /// The LMS asks to be called later, or has a fault of its own.
    Busy,
    /// No live registration has the service any more.
    RegistrationGone,
    /// The score waited for longer than it may.
    TooOld,
    /// A newer score of the same person took its place.
    Replaced,
    /// The line item was deleted.
    LineItemGone,
}

impl CallFault {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Refused,
        Self::Unusable,
        Self::TokenRefused,
        Self::Unreachable,
        Self::Busy,
        Self::RegistrationGone,
        Self::TooOld,
        Self::Replaced,
        Self::LineItemGone,
    ];

    /// Its stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refused => "lms_refused",
            Self::Unusable => "lms_unusable",
            Self::TokenRefused => "lms_token_refused",
            Self::Unreachable => "lms_unreachable",
            Self::Busy => "lms_busy",
            Self::RegistrationGone => "registration_gone",
            Self::TooOld => "too_old",
            Self::Replaced => "replaced",
            Self::LineItemGone => "line_item_gone",
        }
    }
}

/// A call that did not go through at once. Nothing of a person, a grade or a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceCall {
    /// Its id.
    pub id: Uuid,
    /// When it last changed.
    pub at: OffsetDateTime,
    /// The registration that was used.
    pub registration_id: RegistrationId,
    /// The app that called.
    pub app_id: String,
    /// The kind.
    pub service: CalledService,
    /// Its end, so far.
    pub outcome: CallOutcome,
    /// The LMS's status, where there was an answer.
    pub upstream_status: Option<u16>,
    /// The reason.
    pub fault: CallFault,
}
