use std::fmt;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::text::{self, Alphabet};
use crate::{Actor, FieldError, FieldErrorReason, Reference, TenantId};

/// The id of a problem report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReportId(pub Uuid);

impl fmt::Display for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number by which people talk about a report, on the telephone too: eight random digits, e.g. `4821-9377`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReportNumber(String);

impl ReportNumber {
    /// Makes a number of eight random bytes.
    #[must_use]
    pub fn from_random(random: [u8; 8]) -> Self {
        let number = u64::from_be_bytes(random) % 100_000_000;
        Self(format!("{:04}-{:04}", number / 10_000, number % 10_000))
    }

    /// A number that was stored.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The number as it is shown and stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReportNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The subject of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReportCategory {
    /// An app doesn't open from the LMS.
    Launch,
    /// Registering an app.
    Registration,
    /// Signing in.
    SignIn,
    /// Something else.
    Other,
}

impl ReportCategory {
    /// All categories.
    pub const ALL: [Self; 4] = [Self::Launch, Self::Registration, Self::SignIn, Self::Other];

    /// The stable name, e.g. `sign_in`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Launch => "launch",
            Self::Registration => "registration",
            Self::SignIn => "sign_in",
            Self::Other => "other",
        }
    }

    /// The category of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }
}

/// Where a report stands. Every state may follow every other: what was resolved may come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReportState {
    /// Nobody has taken it up yet.
    Open,
    /// Somebody works on it.
    InProgress,
    /// It is settled.
    Resolved,
}

impl ReportState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Open, Self::InProgress, Self::Resolved];

    /// The stable name, e.g. `in_progress`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::Resolved => "resolved",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// An entered report, not validated yet.
#[derive(Clone, Debug, Default)]
pub struct ReportDraft {
    /// Its subject.
    pub category: Option<ReportCategory>,
    /// The problem in one sentence.
    pub summary: String,
    /// The problem.
    pub description: String,
    /// Where to answer by e-mail.
    pub contact_email: Option<String>,
    /// The reference of a launch.
    pub launch_reference: Option<String>,
    /// True if its diagnostics are attached.
    pub attach_diagnostics: bool,
    /// The browser.
    pub browser: Option<String>,
    /// The version of the portal.
    pub portal_version: Option<String>,
}

/// A valid report, before it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    /// Its subject.
    pub category: ReportCategory,
    /// The problem in one sentence, in one line.
    pub summary: String,
    /// The problem; may have several lines.
    pub description: String,
    /// Where to answer by e-mail.
    pub contact_email: Option<String>,
    /// The reference of the launch that it is about.
    pub launch_reference: Option<Reference>,
    /// True if the reporter agreed that the launch's diagnostics are attached.
    pub attach_diagnostics: bool,
    /// The browser, as the form showed it.
    pub browser: Option<String>,
    /// The version of the portal, as the form showed it.
    pub portal_version: Option<String>,
}

impl NewReport {
    /// Parses what somebody entered.
    ///
    /// # Errors
    /// All errors at once.
    pub fn parse(draft: ReportDraft) -> Result<Self, Vec<FieldError>> {
        let ReportDraft {
            category,
            summary,
            description,
            contact_email,
            launch_reference,
            attach_diagnostics,
            browser,
            portal_version,
        } = draft;
        let mut errors = Vec::new();
        let mut keep = |error| errors.push(error);
        let category = category
            .ok_or_else(|| FieldError::new("category", FieldErrorReason::CategoryRequired))
            .map_err(&mut keep)
            .ok();
        let summary = text::parse_line("summary", &summary, 160).map_err(&mut keep).ok();
        let description = text::parse_prose("description", &description, 5_000).map_err(&mut keep).ok();
        let contact_email = optional(contact_email, parse_email).map_err(&mut keep).ok();
        let launch_reference = optional(launch_reference, parse_reference).map_err(&mut keep).ok();
        let browser = optional(browser, |text| text::parse_line("browser", text, 200))
            .map_err(&mut keep)
            .ok();
        let portal_version = optional(portal_version, |text| text::parse_line("portalVersion", text, 60))
            .map_err(&mut keep)
            .ok();
        match (
            category,
            summary,
            description,
            contact_email,
            launch_reference,
            browser,
            portal_version,
        ) {
            (
                Some(category),
                Some(summary),
                Some(description),
                Some(contact_email),
                Some(launch_reference),
                Some(browser),
                Some(portal_version),
            ) => Ok(Self {
                category,
                summary,
                description,
                contact_email,
                launch_reference,
                attach_diagnostics,
                browser,
                portal_version,
            }),
            _ => Err(errors),
        }
    }
}

/// Parses the words of an answer: 1 to 5,000 characters, which may have several lines.
///
/// # Errors
/// The error, for the field `text`.
pub fn parse_comment(raw: &str) -> Result<String, FieldError> {
    text::parse_prose("text", raw, 5_000)
}

/// A blank field counts as absent: forms send empty fields.
fn optional<T>(raw: Option<String>, parse: impl FnOnce(&str) -> Result<T, FieldError>) -> Result<Option<T>, FieldError> {
    raw.filter(|raw| !text::trim(raw).is_empty())
        .map(|raw| parse(&raw))
        .transpose()
}

fn parse_reference(raw: &str) -> Result<Reference, FieldError> {
    Reference::parse(raw).map_err(|_| FieldError::new("launchReference", FieldErrorReason::MalformedReference))
}

/// An address of the common form, `dot-atom@host.name` (RFC 5322, section 3.4.1): nothing that has to be quoted, no name
/// beside it, no second address.
fn parse_email(raw: &str) -> Result<String, FieldError> {
    let address = text::parse("contactEmail", raw, 254, Alphabet::Ascii)?;
    let atom = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let good = address.split_once('@').is_some_and(|(local, host)| {
        local.len() <= 64 && local.split('.').all(atom) && host.contains('.') && host.split('.').all(label)
    });
    if good {
        Ok(address)
    } else {
        Err(FieldError::new("contactEmail", FieldErrorReason::NotAnAddress))
    }
}

/// A stored report with everything that was said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemReport {
    /// The part that a list shows.
    pub summary: ReportSummary,
    /// The problem.
    pub description: String,
    /// Where to answer by e-mail.
    pub contact_email: Option<String>,
    /// True if the reporter agreed that the launch's diagnostics are attached.
    pub attach_diagnostics: bool,
    /// The diagnostics, as JSON.
    pub diagnostics: Option<String>,
    /// The browser.
    pub browser: Option<String>,
    /// The version of the portal.
    pub portal_version: Option<String>,
    /// Every change of state after the first, oldest first.
    pub history: Vec<StateChange>,
    /// The comments, oldest first.
    pub comments: Vec<Comment>,
}

impl ProblemReport {
    /// A report as it is when it is sent.
    #[must_use]
    pub fn sent(
        id: ReportId,
        number: ReportNumber,
        tenant: (TenantId, Option<String>),
        reporter: &Reporter,
        new: NewReport,
        diagnostics: Option<String>,
        at: OffsetDateTime,
    ) -> Self {
        let NewReport {
            category,
            summary,
            description,
            contact_email,
            launch_reference,
            attach_diagnostics,
            browser,
            portal_version,
        } = new;
        let (tenant_id, tenant_name) = tenant;
        Self {
            summary: ReportSummary {
                id,
                number,
                tenant_id,
                tenant_name,
                category,
                summary,
                launch_reference,
                created_at: at,
                created_by: match reporter {
                    Reporter::Caller(actor) => Some(actor.clone()),
                    Reporter::Holder(_) => None,
                },
                updated_at: at,
                state: ReportState::Open,
            },
            description,
            contact_email,
            attach_diagnostics,
            diagnostics,
            browser,
            portal_version,
            history: Vec::new(),
            comments: Vec::new(),
        }
    }
}

/// A stored report, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportSummary {
    /// Its id.
    pub id: ReportId,
    /// Its number.
    pub number: ReportNumber,
    /// The tenant of the report.
    pub tenant_id: TenantId,
    /// That tenant's name, as long as it is registered.
    pub tenant_name: Option<String>,
    /// Its subject.
    pub category: ReportCategory,
    /// The problem in one sentence.
    pub summary: String,
    /// The reference of the launch that it is about.
    pub launch_reference: Option<Reference>,
    /// When it was sent.
    pub created_at: OffsetDateTime,
    /// The reporter; `None` where it came by a signed reference.
    pub created_by: Option<Actor>,
    /// The last answer or change of state.
    pub updated_at: OffsetDateTime,
    /// Where it stands.
    pub state: ReportState,
}

/// The sender of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reporter {
    /// Somebody who is signed in.
    Caller(Actor),
    /// Somebody who holds the signed reference of an error page.
    Holder(Reference),
}

impl Reporter {
    /// The actor in the audit trail: the holder of a signed reference has no other name.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::Caller(actor) => actor.clone(),
            Self::Holder(reference) => Actor {
                id: reference.to_string(),
                name: format!("Error page {reference}"),
                kind: crate::ActorKind::User,
            },
        }
    }
}

/// Which reports somebody sees. Every query of reports carries one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportScope {
    /// Those that this person sent, in this tenant.
    Own(TenantId, String),
    /// Those of this tenant.
    Tenant(TenantId),
    /// Those of every tenant: for `Support` of the operator.
    Everything,
}

/// A change of a report's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateChange {
    /// When.
    pub at: OffsetDateTime,
    /// By whom.
    pub by: Actor,
    /// The state from then on.
    pub state: ReportState,
}

/// Something that was said about a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// When.
    pub at: OffsetDateTime,
    /// By whom.
    pub by: Actor,
    /// True if that is support staff of the operator.
    pub by_support: bool,
    /// The words.
    pub text: String,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
