use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use lti::Platform;
use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;

use crate::addresses::{is_loopback, parse_issuer, parse_url};
use crate::text::{self, Alphabet};
use crate::{Actor, Fault, PlatformFamily, TenantId, presets};

/// Deployments that a request may bring at the most.
pub const MAX_DEPLOYMENTS: usize = 200;

/// A registration's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegistrationId(pub Uuid);

impl fmt::Display for RegistrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A registration as somebody entered it: nothing of it is trusted yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// A name for the list.
    pub name: String,
    /// The app's id.
    pub app_id: String,
    /// The id of the platform family.
    pub platform: String,
    /// The platform's issuer.
    pub issuer: String,
    /// The client ID that the platform gave the tool.
    pub client_id: String,
    /// Deployments to accept.
    pub deployment_ids: Vec<String>,
    /// Where browsers are sent to be authenticated by the LMS.
    pub authentication_url: String,
    /// Where the platform publishes its keys.
    pub keyset_url: String,
    /// Where the platform gives out access tokens; empty counts as absent.
    pub access_token_url: Option<String>,
    /// The audience of access token requests; empty counts as absent.
    pub access_token_audience: Option<String>,
    /// Let launches without `sub` through.
    pub allow_anonymous: bool,
    /// Accept every deployment of a correctly signed launch at once.
    pub accept_any_deployment: bool,
    /// The registration that this one takes the place of.
    pub replaces: Option<RegistrationId>,
}

/// What depends on the operator's configuration.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Development: http and private addresses are let through, and an LMS on this machine may stand in for any family.
    pub allow_http: bool,
    /// `host:port` of LMSs on private networks that the operator lets this gateway call.
    pub allowed_hosts: &'a [String],
    /// The ids of the apps behind this gateway.
    pub app_ids: &'a [String],
    /// Deployments at once: [`MAX_DEPLOYMENTS`], unless a registration comes from elsewhere with all that it had there.
    pub max_deployments: usize,
}

/// A valid registration that isn't stored yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRegistration {
    /// A name for the list.
    pub name: String,
    /// The app's id.
    pub app_id: String,
    /// The LMS.
    pub family: PlatformFamily,
    /// Issuer, client ID and URLs.
    pub platform: Platform,
    /// Where the platform gives out access tokens.
    pub access_token_url: Option<Url>,
    /// The audience of access token requests.
    pub access_token_audience: Option<String>,
    /// Deployments to accept, each once.
    pub deployment_ids: Vec<String>,
    /// Let launches without `sub` through.
    pub allow_anonymous: bool,
    /// Accept every deployment of a correctly signed launch at once.
    pub accept_any_deployment: bool,
    /// The registration that this one takes the place of.
    pub replaces: Option<RegistrationId>,
}

impl NewRegistration {
    /// Judges a draft as a whole. Spaces and invisible characters at the ends of a value are dropped; the issuer is kept
    /// byte for byte otherwise.
    ///
    /// # Errors
    /// Every fault of the draft at once, in the order of its fields.
    pub fn parse(draft: Draft, rules: &Rules<'_>) -> Result<Self, Vec<Fault>> {
        let Draft {
            name,
            app_id,
            platform,
            issuer,
            client_id,
            deployment_ids,
            authentication_url,
            keyset_url,
            access_token_url,
            access_token_audience,
            allow_anonymous,
            accept_any_deployment,
            replaces,
        } = draft;
        let mut faults = Vec::new();
        let name = keep(&mut faults, text::parse("name", &name, 200, Alphabet::Any));
        let app_id = keep(&mut faults, parse_app_id(&app_id, rules));
        let family = keep(&mut faults, parse_family(&platform));
        let issuer = keep(&mut faults, parse_issuer(&issuer, rules));
        let client_id = keep(&mut faults, text::parse("clientId", &client_id, 255, Alphabet::Ascii));
        let deployment_ids = parse_deployment_ids(&deployment_ids, rules.max_deployments, &mut faults);
        let authentication_url = keep(&mut faults, parse_url("authenticationUrl", &authentication_url, rules));
        let keyset_url = keep(&mut faults, parse_url("keysetUrl", &keyset_url, rules));
        let access_token_url =
            given(access_token_url.as_deref()).and_then(|url| keep(&mut faults, parse_url("accessTokenUrl", url, rules)));
        let access_token_audience = given(access_token_audience.as_deref())
            .and_then(|audience| keep(&mut faults, text::parse("accessTokenAudience", audience, 2048, Alphabet::Any)));

        let (Some(name), Some(app_id), Some(family), Some(issuer), Some(client_id), Some(authentication_url), Some(keyset_url)) =
            (name, app_id, family, issuer, client_id, authentication_url, keyset_url)
        else {
            return Err(faults);
        };
        let registration = Self {
            name,
            app_id,
            family,
            platform: Platform {
                issuer,
                client_id,
                authentication_url,
                keyset_url,
            },
            access_token_url,
            access_token_audience,
            deployment_ids,
            allow_anonymous,
            accept_any_deployment,
            replaces,
        };
        faults.extend(registration.judge_family(rules));
        if faults.is_empty() { Ok(registration) } else { Err(faults) }
    }

    /// Whether other schools use the same client ID, so that only listed deployments are this tenant's.
    #[must_use]
    pub fn client_is_shared(&self) -> bool {
        self.family.client_ids_are_shared(&self.platform.client_id)
    }

    /// What the LMS's own fixed values say about the draft.
    fn judge_family(&self, rules: &Rules<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.accept_any_deployment && self.client_is_shared() {
            let detail = "Many schools use this client ID, so each deployment must be entered: others' would be accepted too.";
            faults.push(Fault::new("acceptAnyDeployment", "shared_client", detail));
        }
        if rules.allow_http && is_loopback(&self.platform.keyset_url) {
            return faults;
        }
        if let Some(owner) = self.foreign_issuer() {
            let detail = format!("This is the issuer of {}: choose it as the platform.", owner.name());
            faults.push(Fault::new("platform", "issuer_of_another_platform", detail));
        }
        for field in presets::preset(self.family).fields {
            let Some(fixed) = field.fixed.map(|fixed| fixed.replace("{clientId}", &self.platform.client_id)) else {
                continue;
            };
            if self.value_of(field.field).is_some_and(|value| value != fixed) {
                let detail = format!("On {} this value is always {fixed}", self.family.name());
                faults.push(Fault::new(field.field.as_str(), "fixed_value", detail));
            }
        }
        faults
    }

    /// The family whose issuer this is, where it isn't the chosen one. Otherwise a client ID that many schools share
    /// could be registered as one school's own under the name of another family.
    fn foreign_issuer(&self) -> Option<PlatformFamily> {
        let owner = presets::owner_of_issuer(&self.platform.issuer)?;
        // Canvas on own servers names the hosted issuer unless its configuration says otherwise.
        let canvas_default = self.family == PlatformFamily::CanvasSelfHosted
            && owner == PlatformFamily::Canvas
            && !owner.client_ids_are_shared(&self.platform.client_id);
        (owner != self.family && !canvas_default).then_some(owner)
    }

    fn value_of(&self, field: presets::LmsFieldName) -> Option<&str> {
        use presets::LmsFieldName as Name;
        match field {
            Name::Issuer => Some(&self.platform.issuer),
            Name::ClientId => Some(&self.platform.client_id),
            Name::KeysetUrl => Some(self.platform.keyset_url.as_str()),
            Name::AuthenticationUrl => Some(self.platform.authentication_url.as_str()),
            Name::AccessTokenUrl => self.access_token_url.as_ref().map(Url::as_str),
            Name::AccessTokenAudience => self.access_token_audience.as_deref(),
            Name::DeploymentIds => None,
        }
    }
}

/// Parses an LMS's id of one installation: 1 to 255 ASCII characters (LTI 1.3, section 3.1.3), ends trimmed.
///
/// # Errors
/// The fault, for the field `deploymentId`.
pub fn parse_deployment_id(raw: &str) -> Result<String, Fault> {
    deployment_id("deploymentId".into(), raw)
}

/// Whether a deployment ID stands for a step in a path: browsers take `.` and `..` for a folder, also when they are encoded, so
/// that a request for such a deployment is one for something else.
#[must_use]
pub fn is_path_step(deployment_id: &str) -> bool {
    matches!(deployment_id, "." | "..")
}

fn deployment_id(field: Cow<'static, str>, raw: &str) -> Result<String, Fault> {
    let id = text::parse(field.clone(), raw, 255, Alphabet::Ascii)?;
    if is_path_step(&id) {
        return Err(Fault::new(field, "path_step", "Dots alone can't be a deployment ID."));
    }
    Ok(id)
}

fn keep<T>(faults: &mut Vec<Fault>, parsed: Result<T, Fault>) -> Option<T> {
    parsed.map_err(|fault| faults.push(fault)).ok()
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text::trim(text).is_empty())
}

fn parse_app_id(raw: &str, rules: &Rules<'_>) -> Result<String, Fault> {
    let id = text::parse("appId", raw, 255, Alphabet::Any)?;
    if rules.app_ids.contains(&id) {
        return Ok(id);
    }
    Err(Fault::new(
        "appId",
        "unknown_app",
        "This gateway has no app of that id: see GET /api/v1/apps.",
    ))
}

fn parse_family(raw: &str) -> Result<PlatformFamily, Fault> {
    let id = text::parse("platform", raw, 255, Alphabet::Any)?;
    PlatformFamily::from_id(&id).ok_or_else(|| {
        Fault::new(
            "platform",
            "unknown_platform",
            "No platform has that id: see GET /api/v1/platforms.",
        )
    })
}

fn parse_deployment_ids(raw: &[String], max: usize, faults: &mut Vec<Fault>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    if raw.len() > max {
        let detail = format!("At most {max} deployments at once; accept further ones afterwards.");
        faults.push(Fault::new("deploymentIds", "too_many", detail));
        return ids;
    }
    for (index, raw) in raw.iter().enumerate() {
        let parsed = deployment_id(format!("deploymentIds/{index}").into(), raw);
        if let Some(id) = keep(faults, parsed)
            && known.insert(id.clone())
        {
            ids.push(id);
        }
    }
    ids
}

/// A stored registration: one app, in one LMS, for one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// The tenant that it belongs to.
    pub tenant_id: TenantId,
    /// A name for the list.
    pub name: String,
    /// The app's id.
    pub app_id: String,
    /// The LMS.
    pub family: PlatformFamily,
    /// Issuer, client ID and URLs.
    pub platform: Platform,
    /// Where the platform gives out access tokens.
    pub access_token_url: Option<Url>,
    /// The audience of access token requests.
    pub access_token_audience: Option<String>,
    /// The accepted deployments, in the order in which they were accepted.
    pub deployment_ids: Vec<String>,
    /// Let launches without `sub` through.
    pub allow_anonymous: bool,
    /// Accept every deployment of a correctly signed launch at once.
    pub accept_any_deployment: bool,
    /// When it was added.
    pub created_at: OffsetDateTime,
    /// Who added it.
    pub created_by: Actor,
    /// The last accepted launch, to the minute.
    pub last_launch_at: Option<OffsetDateTime>,
    /// Whether its keyset can be used.
    pub health: Health,
    /// How many deployments wait for a decision.
    pub waiting_deployments: u32,
}

impl Registration {
    /// Whether other schools use the same client ID.
    #[must_use]
    pub fn client_is_shared(&self) -> bool {
        self.family.client_ids_are_shared(&self.platform.client_id)
    }
}

/// A registration in brief, where something tells of it: also one that was deleted since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationSummary {
    /// The name for the list.
    pub name: String,
    /// The app's id.
    pub app_id: String,
    /// The LMS.
    pub family: PlatformFamily,
    /// Whether it was deleted.
    pub deleted: bool,
}

/// What a launch needs to know of its registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchRegistration {
    /// Its id.
    pub id: RegistrationId,
    /// The tenant that it belongs to.
    pub tenant_id: TenantId,
    /// A name for the list.
    pub name: String,
    /// The app that is launched.
    pub app_id: String,
    /// The LMS.
    pub family: PlatformFamily,
    /// Issuer, client ID and URLs: what launches of it are verified by.
    pub platform: Platform,
    /// Let launches without `sub` through.
    pub allow_anonymous: bool,
    /// Accept every deployment of a correctly signed launch at once.
    pub accept_any_deployment: bool,
}

/// Whether a registration's keyset can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Good, bad, or not known yet.
    pub state: HealthState,
    /// Since when it is so.
    pub since: Option<OffsetDateTime>,
    /// What is wrong.
    pub detail: Option<String>,
}

/// The state of a registration's keyset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HealthState {
    /// Fetched and usable.
    Good,
    /// Unreachable or unusable.
    Bad,
    /// Not asked yet.
    Unknown,
}

/// A deployment of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The LMS's id of this installation of the tool.
    pub deployment_id: String,
    /// What was decided about it.
    pub state: DeploymentState,
    /// When it was entered, or first seen in a launch.
    pub first_seen_at: OffsetDateTime,
}

/// What was decided about a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeploymentState {
    /// Its launches go through.
    Accepted,
    /// Seen in a correctly signed launch; an admin decides.
    Waiting,
    /// An admin removed it; its launches are refused.
    Rejected,
}

#[cfg(test)]
mod tests;
