//! A verified launch, and whether an app takes it.

use serde_json::{Map, Value};
use url::Url;

use crate::claims::{CONTEXT, LAUNCH_PRESENTATION, TOOL_PLATFORM, text_in};
use crate::{Checks, Evidence, Refusal, Rule, Term, return_url, roles};

/// A launch whose signature and claims are verified.
#[derive(Clone, PartialEq)]
pub struct Launch {
    /// The LTI message.
    pub message: Message,
    /// The installation of the tool that it comes from.
    pub deployment_id: String,
    /// The person (`sub`), unique within the issuer; `None` in an anonymous launch.
    pub subject: Option<String>,
    /// The roles as sent, without empty ones.
    pub roles: Vec<String>,
    /// What the launch wants to open; always present in a resource link launch. Data for the app, never an address to redirect to.
    pub target_link_uri: Option<String>,
    /// When the LMS issued it (`iat`), in Unix seconds.
    pub issued_at: i64,
    /// When it expires (`exp`), in Unix seconds.
    pub expires_at: i64,
    /// The claims for the app, as sent: those with a URL for a name (LTI and vendors), and the profile. Protocol claims are left out.
    pub claims: Map<String, Value>,
    /// What is odd, but no reason to refuse.
    pub warnings: Vec<Warning>,
}

/// Something odd in a launch, but no reason to refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// The link that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceLink {
    /// Unique within the deployment.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<String>,
}

/// How content can be given back. The other members of the claim are in [`Launch::claims`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeepLinkingSettings {
    /// Where the selection is posted.
    pub return_url: Url,
    /// The types of content that the LMS takes.
    pub accept_types: Vec<String>,
    /// How the LMS can show it.
    pub accept_presentation_document_targets: Vec<String>,
}

/// The course.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Unique within the deployment.
    pub id: Option<String>,
    /// The short name.
    pub label: Option<String>,
    /// The full name.
    pub title: Option<String>,
}

/// What the registration and the app take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Launches without `sub`.
    pub allow_anonymous: bool,
    /// Deep linking requests.
    pub deep_linking: bool,
}

impl Launch {
    /// Whether `policy` takes this launch.
    ///
    /// # Errors
    /// [`MessageNotOffered`](Rule::MessageNotOffered) or [`Subject`](Rule::Subject).
    pub fn admit(&self, policy: &Policy, checks: &mut Checks) -> Result<(), Refusal> {
        let offered = policy.deep_linking || !matches!(self.message, Message::DeepLinking(_));
        checks.judge(offered, Rule::MessageNotOffered, Evidence::seen(self.message.message_type()))?;
        let who = if self.subject.is_some() { Term::Present } else { Term::Absent };
        checks.judge(
            self.subject.is_some() || policy.allow_anonymous,
            Rule::Subject,
            Evidence::seen(who),
        )
    }

    /// The person's name, as far as the LMS tells it.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let part = |name| self.claims.get(name).and_then(Value::as_str).filter(|part| !part.is_empty());
        let parts: Vec<&str> = match part("name") {
            Some(name) => vec![name],
            None => ["given_name", "family_name"].into_iter().filter_map(part).collect(),
        };
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// The course, if the launch comes from one.
    #[must_use]
    pub fn context(&self) -> Option<Context> {
        let claim = self.claims.get(CONTEXT).filter(|claim| claim.is_object());
        claim.map(|_| Context {
            id: text_in(claim, "id"),
            label: text_in(claim, "label"),
            title: text_in(claim, "title"),
        })
    }

    /// The roles by their last part, for showing.
    pub fn short_roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(|role| roles::short_role(role))
    }

    /// Whether the person teaches the course.
    #[must_use]
    pub fn is_instructor(&self) -> bool {
        self.roles.iter().any(|role| roles::is_instructor(role))
    }

    /// Whether the person administers the institution or the LMS, not merely a course.
    #[must_use]
    pub fn is_lms_administrator(&self) -> bool {
        self.roles.iter().any(|role| roles::is_lms_administrator(role))
    }

    /// The language of the person, as a BCP 47 tag from the LMS.
    #[must_use]
    pub fn locale(&self) -> Option<String> {
        let presentation = text_in(self.claims.get(LAUNCH_PRESENTATION), "locale");
        presentation.or_else(|| self.claims.get("locale").and_then(Value::as_str).map(str::to_owned))
    }

    /// The way back to the course: an https URL (http only if `allow_http`) without credentials.
    #[must_use]
    pub fn return_url(&self, allow_http: bool) -> Option<Url> {
        text_in(self.claims.get(LAUNCH_PRESENTATION), "return_url").and_then(|url| return_url::parse(&url, allow_http))
    }

    /// What product the LMS says it is, e.g. `moodle`.
    #[must_use]
    pub fn platform_family(&self) -> Option<String> {
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
