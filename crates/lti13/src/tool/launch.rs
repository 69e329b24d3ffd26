//! A verified launch, and its admission.

use serde_json::{Map, Value as Json};
use url::Url;

use crate::claims::names::{CONTEXT, TOOL_PLATFORM};
use crate::claims::{self, Context, DeepLinkingSettings, Presentation, ResourceLink, text_in};
use crate::{Checks, Evidence, LaunchError, Rule, Term};

/// A launch whose signature and claims are verified. It has no way to the person and the claims but [`admit`](Self::admit).
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedLaunch(Launch);

/// Where a verified launch comes from: enough to find the registration that it belongs to, and to explain a refusal in the language of
/// the person and with a way back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LaunchOrigin {
    /// The installation of the tool that it comes from.
    pub deployment_id: String,
    /// The value of the `message_type` claim.
    pub message_type: &'static str,
    /// The language of the person, and the way back.
    pub presentation: Presentation,
    /// The person administers the institution or the platform.
    pub by_lms_administrator: bool,
}

impl VerifiedLaunch {
    pub(super) fn new(launch: Launch) -> Self {
        Self(launch)
    }

    /// Where it comes from.
    #[must_use]
    pub fn origin(&self) -> LaunchOrigin {
        LaunchOrigin {
            deployment_id: self.0.deployment_id.clone(),
            message_type: self.0.message.message_type(),
            presentation: self.0.presentation(),
            by_lms_administrator: self.0.is_lms_administrator(),
        }
    }

    /// The launch, if `policy` takes it.
    ///
    /// # Errors
    /// [`MessageNotOffered`](Rule::MessageNotOffered) or [`Subject`](Rule::Subject).
    pub fn admit(&self, policy: &Policy, checks: &mut Checks) -> Result<&Launch, LaunchError> {
        let launch = &self.0;
        let offered = policy.deep_linking || !matches!(launch.message, Message::DeepLinking(_));
        checks.validate(
            offered,
            Rule::MessageNotOffered,
            Evidence::seen(launch.message.message_type()),
        )?;
        let person = if launch.subject.is_some() {
            Term::Present
        } else {
            Term::Absent
        };
        let allowed = launch.subject.is_some() || policy.allow_anonymous;
        checks.validate(allowed, Rule::Subject, Evidence::seen(person))?;
        Ok(launch)
    }
}

/// A launch that is verified and admitted.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Launch {
    /// The LTI message.
    pub message: Message,
    /// The installation of the tool that it comes from.
    pub deployment_id: String,
    /// The person (`sub`), unique within the issuer; `None` in an anonymous launch.
    pub subject: Option<String>,
    /// The roles as sent, without empty ones.
    pub roles: Vec<String>,
    /// The resource that the launch wants to open; always present in a resource link launch. Data for the app, never an address to redirect
    /// to.
    pub target_link_uri: Option<String>,
    /// When the LMS issued it (`iat`), in Unix seconds.
    pub issued_at: i64,
    /// When it expires (`exp`), in Unix seconds.
    pub expires_at: i64,
    /// The claims for the app, as sent: those with a URL for a name (LTI and vendors), and the profile. Protocol claims are left out.
    pub claims: Map<String, Json>,
    /// Oddities that are no reason to refuse.
    pub warnings: Vec<Warning>,
}

/// Something odd in a launch, but no reason to refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// The course (context) has no id of at most 255 ASCII characters.
    CourseId,
    /// Some roles are not text; they are ignored.
    Roles,
    /// The `target_link_uri` at login was another than the signed one; only the signed one counts.
    TargetLinkUri,
}

/// The LTI message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// `LtiResourceLinkRequest`: a link in a course was opened.
    ResourceLink(ResourceLink),
    /// `LtiDeepLinkingRequest`: content is to be selected.
    DeepLinking(DeepLinkingSettings),
}

impl Message {
    /// The value of the `message_type` claim.
    #[must_use]
    pub fn message_type(&self) -> &'static str {
        match self {
            Self::ResourceLink(_) => "LtiResourceLinkRequest",
            Self::DeepLinking(_) => "LtiDeepLinkingRequest",
        }
    }
}

/// The kinds of launches that the tool takes. The default: resource links of persons who are signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Launches without `sub`.
    pub allow_anonymous: bool,
    /// Deep linking requests.
    pub deep_linking: bool,
}

impl Launch {
    /// The person's name, as far as the LMS tells it.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let part = |name| self.claims.get(name).and_then(Json::as_str).filter(|part| !part.is_empty());
        let parts: Vec<&str> = match part("name") {
            Some(name) => vec![name],
            None => ["given_name", "family_name"].into_iter().filter_map(part).collect(),
        };
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// The course, if the launch comes from one.
    #[must_use]
    pub fn context(&self) -> Option<Context> {
        self.claims.get(CONTEXT).and_then(Context::from_claim)
    }

    /// The roles by their last part, for showing.
    pub fn short_roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(|role| claims::short_role(role))
    }

    /// True if the person teaches the course.
    #[must_use]
    pub fn is_instructor(&self) -> bool {
        self.roles.iter().any(|role| claims::is_instructor(role))
    }

    /// True if the person administers the institution or the LMS, not merely a course.
    #[must_use]
    pub fn is_lms_administrator(&self) -> bool {
        self.roles.iter().any(|role| claims::is_lms_administrator(role))
    }

    /// The language of the person, as a BCP 47 tag from the LMS.
    #[must_use]
    pub fn locale(&self) -> Option<String> {
        self.presentation().locale
    }

    /// The way back to the course: an https URL (http only if `allow_http`) without credentials.
    #[must_use]
    pub fn return_url(&self, allow_http: bool) -> Option<Url> {
        self.presentation().return_url(allow_http)
    }

    fn presentation(&self) -> Presentation {
        Presentation::from_claims(&self.claims)
    }

    /// The product of the platform, e.g. `moodle`.
    #[must_use]
    pub fn product_family_code(&self) -> Option<String> {
        text_in(self.claims.get(TOOL_PLATFORM), "product_family_code")
    }
}

/// Shows no personal data.
impl std::fmt::Debug for Launch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Launch")
            .field("message_type", &self.message.message_type())
            .field("deployment_id", &self.deployment_id)
            .finish_non_exhaustive()
    }
}
