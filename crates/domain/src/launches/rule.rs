use crate::launches::Refusal;

/// Every rule that can end a launch: those of LTI, and the gateway's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A rule of LTI.
    Lti(lti13::Rule),
    /// No registration has this issuer and client ID.
    RegistrationUnknown,
    /// The registration was deleted.
    RegistrationDeleted,
    /// Correctly signed, but the deployment is not registered.
    DeploymentUnlisted,
    /// The registration's app is no longer offered by the operator.
    AppWithdrawn,
    /// The launch leads to an address that the app doesn't have.
    Target,
    /// The launch leads to another app.
    OtherApp,
    /// No contest has the code in the login URL.
    ContestUnknown,
    /// The code in the login URL has expired.
    ContestExpired,
    /// The code in the login URL was used.
    ContestUsed,
    /// The code is for another issuer or client ID.
    ContestClient,
    /// The keys are not the issuer's own, so its signature proves nothing.
    ContestKeyset,
    /// The launch is not by an administrator of the LMS or the institution.
    ContestRole,
    /// The launch comes from another deployment than the contested one.
    ContestDeployment,
    /// The confirmation is too old, was used, or comes from another page.
    ContestConfirmation,
    /// Something else prevents the contender's registration.
    ContestObstacle,
    /// An unexpected fault.
    Unexpected,
    /// The gateway is overloaded, or its database is away.
    Unavailable,
}

/// The first part of a rule's code: the kind of page that a refusal ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleFamily {
    /// No registration belongs to the launch.
    RegistrationNotFound,
    /// The browser was not recognized.
    CookiesNotFound,
    /// The launch is not in line with LTI 1.3.
    LaunchInvalid,
    /// The LMS's keyset is unreachable, unreadable or without the key.
    KeysetUnavailable,
    /// The LMS itself answered with an error.
    PlatformError,
    /// The launch proves no contest.
    Contest,
    /// The fault is the gateway's.
    Internal,
}

impl RuleFamily {
    /// Every family.
    pub const ALL: [Self; 7] = [
        Self::RegistrationNotFound,
        Self::CookiesNotFound,
        Self::LaunchInvalid,
        Self::KeysetUnavailable,
        Self::PlatformError,
        Self::Contest,
        Self::Internal,
    ];

    /// The name, e.g. `launch_invalid`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RegistrationNotFound => "registration_not_found",
            Self::CookiesNotFound => "cookies_not_found",
            Self::LaunchInvalid => "launch_invalid",
            Self::KeysetUnavailable => "keyset_unavailable",
            Self::PlatformError => "platform_error",
            Self::Contest => "contest",
            Self::Internal => "internal",
        }
    }
}

impl Rule {
    /// The gateway's own.
    pub const OWN: [Self; 17] = [
        Self::RegistrationUnknown,
        Self::RegistrationDeleted,
        Self::DeploymentUnlisted,
        Self::AppWithdrawn,
        Self::Target,
        Self::OtherApp,
        Self::ContestUnknown,
        Self::ContestExpired,
        Self::ContestUsed,
        Self::ContestClient,
        Self::ContestKeyset,
        Self::ContestRole,
        Self::ContestDeployment,
        Self::ContestConfirmation,
        Self::ContestObstacle,
        Self::Unexpected,
        Self::Unavailable,
    ];

    /// Every rule; for catalogues of texts and their tests.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::OWN.into_iter().chain(lti13::Rule::ALL.iter().copied().map(Self::Lti))
    }

    /// The rule with this code.
    #[must_use]
    pub fn by_code(code: &str) -> Option<Self> {
        let own = Self::OWN.into_iter().find(|rule| rule.code() == code);
        own.or_else(|| lti13::Rule::by_code(code).map(Self::Lti))
    }

    /// Family and detail, e.g. `launch_invalid.nonce`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Lti(rule) => rule.code(),
            Self::RegistrationUnknown => "registration_not_found.unknown",
            Self::RegistrationDeleted => "registration_not_found.deleted",
            Self::DeploymentUnlisted => "registration_not_found.deployment_unlisted",
            Self::AppWithdrawn => "registration_not_found.app_withdrawn",
            Self::Target => "launch_invalid.target",
            Self::OtherApp => "launch_invalid.other_app",
            Self::ContestUnknown => "contest.unknown",
            Self::ContestExpired => "contest.expired",
            Self::ContestUsed => "contest.used",
            Self::ContestClient => "contest.client",
            Self::ContestKeyset => "contest.keyset",
            Self::ContestRole => "contest.role",
            Self::ContestDeployment => "contest.deployment",
            Self::ContestConfirmation => "contest.confirmation",
            Self::ContestObstacle => "contest.obstacle",
            Self::Unexpected => "internal.unexpected",
            Self::Unavailable => "internal.unavailable",
        }
    }

    /// The family: the first part of the code.
    #[must_use]
    pub fn family(self) -> RuleFamily {
        let code = self.code();
        let is_first = |family: &RuleFamily| code.strip_prefix(family.as_str()).is_some_and(|rest| rest.starts_with('.'));
        RuleFamily::ALL.into_iter().find(is_first).unwrap_or(RuleFamily::Internal)
    }

    /// The stage at which it is checked.
    #[must_use]
    pub fn stage(self) -> lti13::Stage {
        match self {
            Self::Lti(rule) => rule.stage(),
            Self::RegistrationUnknown | Self::ContestUnknown | Self::ContestExpired | Self::ContestUsed | Self::ContestClient => {
                lti13::Stage::Login
            }
            Self::RegistrationDeleted
            | Self::DeploymentUnlisted
            | Self::AppWithdrawn
            | Self::ContestKeyset
            | Self::ContestRole
            | Self::ContestDeployment => lti13::Stage::Deployment,
            Self::Target
            | Self::OtherApp
            | Self::ContestConfirmation
            | Self::ContestObstacle
            | Self::Unexpected
            | Self::Unavailable => lti13::Stage::HandOver,
        }
    }
}

impl From<lti13::Rule> for Rule {
    fn from(rule: lti13::Rule) -> Self {
        Self::Lti(rule)
    }
}

impl From<Rule> for lti13::Step {
    fn from(rule: Rule) -> Self {
        match rule {
            Rule::Lti(rule) => Self::Rule(rule),
            own => Self::Other(own.code().into()),
        }
    }
}

impl From<Rule> for Refusal {
    fn from(rule: Rule) -> Self {
        Self::new(rule)
    }
}
