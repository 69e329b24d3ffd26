mod findings;
mod lms_values;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use lti13::tool::ToolRegistration;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::addresses::is_loopback;
use crate::text::{self, Alphabet};
use crate::{Actor, FieldError, FieldErrorReason, LmsProduct, TenantId, ToolKeyset, presets};

pub use findings::{
    CheckFinding, FindingSeverity, KeyName, LmsMetadata, RegistrationUnderTest, Surplus, check_issuer, check_keyset,
};
pub use lms_values::{LmsDraft, LmsValues, PartialLmsValues};

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

/// The deployment of its app that a registration is: the same through replacements, and of no other live registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AppDeploymentId(pub Uuid);

impl fmt::Display for AppDeploymentId {
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
    /// The id of the platform product.
    pub platform: String,
    /// The values from the LMS.
    pub lms: LmsDraft,
    /// Deployments to accept.
    pub deployment_ids: Vec<String>,
    /// Let launches without `sub` through.
    pub allow_anonymous: bool,
    /// Accept every deployment of a correctly signed launch at once.
    pub accept_any_deployment: bool,
    /// The registration that this one takes the place of.
    pub replaces: Option<RegistrationId>,
}

/// The rules that depend on the operator's configuration.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Development: http and private addresses are let through, and an LMS on this machine may be registered as any product.
    pub allow_http: bool,
    /// `host:port` of LMSs on private networks that the operator lets this gateway call.
    pub allowed_hosts: &'a [String],
    /// The ids of the apps behind this gateway; none asks for none of them: a registration that comes from elsewhere stays, as one
    /// does whose app the operator withdraws.
    pub app_ids: Option<&'a [String]>,
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
    pub product: LmsProduct,
    /// The values from the LMS.
    pub lms: LmsValues,
    /// Deployments to accept, each once.
    pub deployment_ids: Vec<String>,
    /// Let launches without `sub` through.
    pub allow_anonymous: bool,
    /// Accept every deployment of a correctly signed launch at once.
    pub accept_any_deployment: bool,
    /// The registration that this one takes the place of.
    pub replaces: Option<RegistrationId>,
}

/// A draft, each value read by itself: what of it keeps to the rules, and every error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadDraft {
    name: Option<String>,
    app_id: Option<String>,
    /// The LMS.
    pub product: Option<LmsProduct>,
    /// The values from the LMS.
    pub lms: PartialLmsValues,
    /// Deployments to accept, each once.
    pub deployment_ids: Vec<String>,
    allow_anonymous: bool,
    /// Accept every deployment of a correctly signed launch at once.
    pub accept_any_deployment: bool,
    replaces: Option<RegistrationId>,
    /// Every error: those of single values in the order of the fields, then those that the LMS's own values show.
    pub errors: Vec<FieldError>,
}

impl NewRegistration {
    /// Validates a draft as a whole. Spaces and invisible characters at the ends of a value are dropped; the issuer is kept
    /// byte for byte otherwise.
    ///
    /// # Errors
    /// Every error of the draft at once.
    pub fn parse(draft: Draft, rules: &Rules<'_>) -> Result<Self, Vec<FieldError>> {
        ReadDraft::of(draft, rules).complete()
    }

    /// True if other schools use the same client ID, so that only listed deployments are this tenant's.
    #[must_use]
    pub fn client_is_shared(&self) -> bool {
        self.product.client_ids_are_shared(&self.lms.platform.client_id)
    }
}

/// The fields of a draft in the order of the body.
const FIELDS: [&str; 10] = [
    "name",
    "appId",
    "platform",
    "issuer",
    "clientId",
    "deploymentIds",
    "authenticationUrl",
    "keysetUrl",
    "accessTokenUrl",
    "accessTokenAudience",
];

impl ReadDraft {
    /// Reads every value of a draft, whatever the others are like.
    #[must_use]
    pub fn of(draft: Draft, rules: &Rules<'_>) -> Self {
        let Draft {
            name,
            app_id,
            platform,
            lms,
            deployment_ids,
            allow_anonymous,
            accept_any_deployment,
            replaces,
        } = draft;
        let mut errors = Vec::new();
        let mut read = Self {
            name: keep(&mut errors, text::parse("name", &name, 200, Alphabet::Any)),
            app_id: keep(&mut errors, parse_app_id(&app_id, rules)),
            product: keep(&mut errors, parse_product(&platform)),
            lms: PartialLmsValues::parse(lms, rules, &mut errors),
            deployment_ids: parse_deployment_ids(&deployment_ids, rules.max_deployments, &mut errors),
            allow_anonymous,
            accept_any_deployment,
            replaces,
            errors,
        };
        // As the body has its fields: the deployments stand among the LMS's values.
        read.errors
            .sort_by_key(|error| FIELDS.iter().position(|field| error.field.starts_with(field)));
        let of_product = read.validate_product(rules);
        read.errors.extend(of_product);
        read
    }

    /// The registration.
    ///
    /// # Errors
    /// Every error of the draft at once.
    pub fn complete(self) -> Result<NewRegistration, Vec<FieldError>> {
        let Self {
            name,
            app_id,
            product,
            lms,
            deployment_ids,
            allow_anonymous,
            accept_any_deployment,
            replaces,
            errors,
        } = self;
        let (Some(name), Some(app_id), Some(product), Some(lms)) = (name, app_id, product, lms.complete()) else {
            return Err(errors);
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(NewRegistration {
            name,
            app_id,
            product,
            lms,
            deployment_ids,
            allow_anonymous,
            accept_any_deployment,
            replaces,
        })
    }

    /// True if other schools use the same client ID.
    #[must_use]
    pub fn client_is_shared(&self) -> bool {
        self.product
            .zip(self.lms.client_id.as_deref())
            .is_some_and(|(product, client_id)| product.client_ids_are_shared(client_id))
    }

    /// Compares the draft with the LMS's own fixed values.
    fn validate_product(&self, rules: &Rules<'_>) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.accept_any_deployment && self.client_is_shared() {
            errors.push(FieldError::new("acceptAnyDeployment", FieldErrorReason::SharedClient));
        }
        // Where the keyset can't be read it isn't known whether an LMS on this machine is used instead.
        if rules.allow_http && self.lms.keyset_url.as_ref().is_none_or(is_loopback) {
            return errors;
        }
        if let Some(owner) = self.foreign_issuer() {
            errors.push(FieldError::new(
                "platform",
                FieldErrorReason::IssuerOfAnotherPlatform { owner },
            ));
        }
        let Some(product) = self.product else { return errors };
        for field in presets::preset(product).fields {
            let Some(fixed) = field.fixed.and_then(|fixed| self.with_client_id(fixed)) else {
                continue;
            };
            if self.lms.value_of(field.field).is_some_and(|value| value != fixed) {
                let reason = FieldErrorReason::FixedValue { product, value: fixed };
                errors.push(FieldError::new(field.field.as_str(), reason));
            }
        }
        errors
    }

    /// A fixed value with the client ID in its place; none where that is needed and invalid.
    fn with_client_id(&self, fixed: &str) -> Option<String> {
        if !fixed.contains("{clientId}") {
            return Some(fixed.to_owned());
        }
        let client_id = self.lms.client_id.as_deref()?;
        Some(fixed.replace("{clientId}", client_id))
    }

    /// The product whose issuer this is, where it isn't the chosen one. Otherwise a client ID that many schools share
    /// could be registered as one school's own under the name of another product.
    fn foreign_issuer(&self) -> Option<LmsProduct> {
        let owner = presets::owner_by_issuer(self.lms.issuer.as_deref()?)?;
        let product = self.product?;
        // Canvas on own servers names the hosted issuer unless its configuration says otherwise.
        let canvas_default = product == LmsProduct::CanvasSelfHosted
            && owner == LmsProduct::Canvas
            && !self
                .lms
                .client_id
                .as_deref()
                .is_some_and(|id| owner.client_ids_are_shared(id));
        (owner != product && !canvas_default).then_some(owner)
    }
}

/// Parses an LMS's id of one installation: 1 to 255 ASCII characters (LTI 1.3, section 3.1.3), ends trimmed.
///
/// # Errors
/// The error, for the field `deploymentId`.
pub fn parse_deployment_id(raw: &str) -> Result<String, FieldError> {
    deployment_id("deploymentId".into(), raw)
}

/// True if a deployment ID stands for a step in a path: browsers take `.` and `..` for a folder, also when they are encoded, so
/// that a request for such a deployment is one for something else.
#[must_use]
pub fn is_path_step(deployment_id: &str) -> bool {
    matches!(deployment_id, "." | "..")
}

fn deployment_id(field: Cow<'static, str>, raw: &str) -> Result<String, FieldError> {
    let id = text::parse(field.clone(), raw, 255, Alphabet::Ascii)?;
    if is_path_step(&id) {
        return Err(FieldError::new(field, FieldErrorReason::PathStep));
    }
    Ok(id)
}

fn keep<T>(errors: &mut Vec<FieldError>, parsed: Result<T, FieldError>) -> Option<T> {
    parsed.map_err(|error| errors.push(error)).ok()
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text::trim(text).is_empty())
}

fn parse_app_id(raw: &str, rules: &Rules<'_>) -> Result<String, FieldError> {
    let id = text::parse("appId", raw, 255, Alphabet::Any)?;
    if rules.app_ids.is_none_or(|known| known.contains(&id)) {
        return Ok(id);
    }
    Err(FieldError::new("appId", FieldErrorReason::UnknownApp))
}

fn parse_product(raw: &str) -> Result<LmsProduct, FieldError> {
    let id = text::parse("platform", raw, 255, Alphabet::Any)?;
    LmsProduct::from_id(&id).ok_or_else(|| FieldError::new("platform", FieldErrorReason::UnknownPlatform))
}

fn parse_deployment_ids(raw: &[String], max: usize, errors: &mut Vec<FieldError>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    if raw.len() > max {
        errors.push(FieldError::new("deploymentIds", FieldErrorReason::TooMany { max }));
        return ids;
    }
    for (index, raw) in raw.iter().enumerate() {
        let parsed = deployment_id(format!("deploymentIds/{index}").into(), raw);
        if let Some(id) = keep(errors, parsed)
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
    pub product: LmsProduct,
    /// The values from the LMS.
    pub lms: LmsValues,
    /// The accepted deployments, in the order in which they were accepted.
    pub deployment_ids: Vec<String>,
    /// Let launches without `sub` through.
    pub allow_anonymous: bool,
    /// Accept every deployment of a correctly signed launch at once.
    pub accept_any_deployment: bool,
    /// When it was added.
    pub created_at: OffsetDateTime,
    /// The actor who added it.
    pub created_by: Actor,
    /// The last accepted launch, to the minute.
    pub last_launch_at: Option<OffsetDateTime>,
    /// The health of its keyset.
    pub health: Health,
    /// Why its launches fail, apart from its keyset.
    pub failure: Option<Failure>,
    /// How many deployments wait for a decision.
    pub waiting_deployments: u32,
    /// The keyset that its LMS is given, where there is one already.
    pub tool_keyset: Option<ToolKeyset>,
    /// The deployment of its app that it is.
    pub app_deployment_id: AppDeploymentId,
}

impl Registration {
    /// True if other schools use the same client ID.
    #[must_use]
    pub fn client_is_shared(&self) -> bool {
        self.product.client_ids_are_shared(&self.lms.platform.client_id)
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
    pub product: LmsProduct,
    /// True if it was deleted.
    pub deleted: bool,
}

/// The part of a registration that a launch needs.
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
    pub product: LmsProduct,
    /// Issuer, client ID and URLs: what launches of it are verified by.
    pub platform: ToolRegistration,
    /// Let launches without `sub` through.
    pub allow_anonymous: bool,
    /// When it took the LMS from another tenant, if it did: logins from before were that one's.
    pub claimed_at: Option<OffsetDateTime>,
    /// The deployment of its app that it is.
    pub app_deployment_id: AppDeploymentId,
}

/// The health of a registration's keyset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Good, bad, or not known yet.
    pub state: HealthState,
    /// Since when it is so.
    pub since: Option<OffsetDateTime>,
    /// The fault.
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

/// Why launches of a registration fail, apart from its keyset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The reason.
    pub reason: FailureReason,
    /// Since when.
    pub since: Option<OffsetDateTime>,
}

/// A problem of a registration other than its keyset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureReason {
    /// Every deployment that it knows was rejected.
    DeploymentsRejected,
    /// Several launches came within a week, and none was accepted.
    LaunchesRefused,
}

/// A deployment of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The LMS's id of this installation of the tool.
    pub deployment_id: String,
    /// The decision about it.
    pub state: DeploymentState,
    /// When it was entered, or first seen in a launch.
    pub first_seen_at: OffsetDateTime,
}

/// The decision about a deployment.
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
